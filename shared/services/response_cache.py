"""Answers that were given before: near, in this process, and in Redis, for all processes.

In Redis an answer stands beside the generation of its kind that it was made in. Whoever changes data begins a new
generation; what is older is no longer fresh, but still there for when no other answer can be had.
"""

import json
import logging
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from upstash_redis import Redis

from shared.clients.errors import Unavailable
from shared.clients.redis.sliding_window import MILLISECOND, milliseconds
from shared.clients.redis.upstash import REDIS_FAILURES
from shared.services.cached_response import Answer, Look

log = logging.getLogger(__name__)

NEAR = timedelta(seconds=30)
"""How long an answer counts here without a look into Redis: so long may the end of a job go unnoticed."""
NEAR_ANSWERS, NEAR_BYTES = 500, 16 * 2**20
LARGEST = 500_000
"""Bytes of a body; a larger one is kept near only."""
TURN = timedelta(seconds=5)
"""How long the turn to make an answer lasts: longer than making one takes. Whoever dies with it lets it run out."""
PATIENCE = 6.0
"""Seconds that are waited for whoever makes the answer."""
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 0.8
"""Seconds between two looks; each pause is twice as long as the one before."""

_TURNS = _NOBODYS, _OURS, _THEIRS, _FAILED = range(4)

# One command reads the answer and, where it is not fresh, takes the turn to make it, so that of any number of processes
# one makes it. Something else under the key counts as nothing.
_LOOK = """
local now, longest = tonumber(ARGV[1]), tonumber(ARGV[2])
local generation = redis.call('GET', KEYS[2]) or '0'
local kept = redis.pcall('HMGET', KEYS[1], 'generation', 'fresh_until', 'answer')
if kept.err then kept = {} end
local ahead = (tonumber(kept[2] or '') or 0) - now
if kept[1] == generation and ahead > 0 and ahead <= longest then return {generation, kept[3], 0} end
local turn = 1
if not redis.call('SET', KEYS[3], ARGV[3], 'NX', 'PX', ARGV[4]) then
  turn = redis.call('GET', KEYS[3]) == 'failed' and 3 or 2
end
return {generation, kept[3] or false, turn}
"""
_KEEP = """
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'generation', ARGV[1], 'fresh_until', ARGV[2], 'answer', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
if redis.call('GET', KEYS[2]) == ARGV[5] then redis.call('DEL', KEYS[2]) end
"""
_LEAVE = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end"
_GIVE_UP = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('SET', KEYS[1], 'failed', 'PX', ARGV[2]) end"
_BEGIN = "for _, key in ipairs(KEYS) do redis.call('INCR', key) end"


class KeptAnswers:
    """Keeps answers. While Redis is out of reach they are kept near only.

    Args:
        redis: for all processes; None where there is none, and then nothing is kept: no job could end it.
        now: the clock.
        sleep: waits for so many seconds.
    """

    def __init__(self, redis: Redis | None, now: Callable[[], datetime], sleep: Callable[[float], None]) -> None:
        self._redis = redis
        self._now = now
        self._sleep = sleep
        self._name = uuid4().hex
        self._near: OrderedDict[str, tuple[Answer, datetime]] = OrderedDict()
        self._bytes = 0

    def look(self, kind: str, key: str, fresh: timedelta, beyond: timedelta) -> Look:
        """Look for an answer. While another process makes it and no old one will do, wait for it.

        Args:
            kind: of its data.
            key: what it answers.
            fresh: how long such an answer counts at most; for as long again it will do while another is made.
            beyond: how long after its time it will do while none can be made.
        """
        if self._redis is None:
            return Look(None)
        waited, pause = 0.0, FIRST_PAUSE
        while True:
            look, turn = self._look_once(self._redis, kind, key, fresh)
            if look.is_fresh or turn in {_NOBODYS, _OURS}:
                return look
            patience_ends = turn == _FAILED or waited >= PATIENCE
            if look.answer and look.answer.will_do(self._now(), beyond if patience_ends else fresh):
                return replace(look, will_do=True)
            if patience_ends:
                return look
            self._sleep(pause)
            waited, pause = waited + pause, min(2 * pause, LONGEST_PAUSE)

    def keep(self, key: str, answer: Answer, look: Look, beyond: timedelta) -> None:
        """Keep an answer that was made after a look, and end the turn.

        Args:
            key: what it answers.
            answer: the answer.
            look: what was found before it was made.
            beyond: how long it stays there after it was fresh.
        """
        if self._redis is None:
            return
        now = self._now()
        self._keep_near(key, answer, now)
        if look.generation is None:
            return
        if len(answer.body) > LARGEST:
            self.leave(key, look)
            return
        stays = answer.fresh_until - now + beyond
        arguments = [look.generation, milliseconds(answer.fresh_until), _text(answer), str(stays // MILLISECOND)]
        try:
            self._redis.eval(_KEEP, [f"answer:{key}", f"turn:{key}"], [*arguments, self._name])
        except REDIS_FAILURES:
            log.warning("an answer is kept in this process only: Redis is out of reach")

    def leave(self, key: str, look: Look) -> None:
        """End the turn without an answer, so that another may try."""
        if self._redis is None or look.generation is None:
            return
        try:
            self._redis.eval(_LEAVE, [f"turn:{key}"], [self._name])
        except REDIS_FAILURES:
            log.warning("others wait for %s in vain: Redis is out of reach", TURN)

    def give_up(self, key: str, look: Look) -> None:
        """End the turn, and let nobody try again for as long as a turn lasts: old answers are given meanwhile."""
        if self._redis is None or look.generation is None:
            return
        try:
            self._redis.eval(_GIVE_UP, [f"turn:{key}"], [self._name, str(TURN // MILLISECOND)])
        except REDIS_FAILURES:
            log.warning("others do not know that an answer cannot be made: Redis is out of reach")

    def begin_generations(self, kinds: Iterable[str]) -> None:
        """Let no answer of some kinds count any longer; near other processes they still do for `NEAR`."""
        if self._redis is None:
            return
        self._near.clear()
        self._bytes = 0
        try:
            self._redis.eval(_BEGIN, [f"generation:{kind}" for kind in kinds])
        except REDIS_FAILURES:
            log.warning("answers count until their time is up, though their data have changed: Redis is out of reach")

    def state(self, kinds: Iterable[str]) -> tuple[dict[str, int], int] | None:
        """The generation of each kind, and how many answers are kept in Redis; None without Redis.

        Raises:
            Unavailable: Redis is out of reach.
        """
        if self._redis is None:
            return None
        names, count, cursor = list(kinds), 0, 0
        try:
            told = self._redis.mget(*(f"generation:{kind}" for kind in names))
            generations = {kind: int(generation or 0) for kind, generation in zip(names, told, strict=True)}
            while True:
                cursor, keys = self._redis.scan(cursor, match="answer:*", count=1000)
                count += len(keys)
                if int(cursor) == 0:
                    break
        except REDIS_FAILURES as error:
            raise Unavailable("Redis is out of reach") from error
        return generations, count

    def _look_once(self, redis: Redis, kind: str, key: str, fresh: timedelta) -> tuple[Look, int]:
        """What is there now, and whose turn it is to make another."""
        now = self._now()
        answer, seen = self._near.get(key, (None, None))
        if answer and seen and timedelta(0) <= now - seen < NEAR and now < answer.fresh_until:
            self._near.move_to_end(key)
            return Look(answer, is_fresh=True), _NOBODYS
        keys = [f"answer:{key}", f"generation:{kind}", f"turn:{key}"]
        arguments = [milliseconds(now), str(fresh // MILLISECOND), self._name, str(TURN // MILLISECOND)]
        try:
            generation, text, turn = _found(redis.eval(_LOOK, keys, arguments))
        except REDIS_FAILURES:
            log.warning("answers are kept in this process only: Redis is out of reach")
            return Look(answer, is_fresh=answer is not None and now < answer.fresh_until <= now + fresh), _NOBODYS
        found = _read(text)
        if turn == _NOBODYS and found:
            self._keep_near(key, found, now)
            return Look(found, is_fresh=True, generation=generation), turn
        return Look(found, generation=generation), turn

    def _keep_near(self, key: str, answer: Answer, now: datetime) -> None:
        before, _ = self._near.pop(key, (None, None))
        self._bytes += len(answer.body) - (len(before.body) if before else 0)
        self._near[key] = (answer, now)
        while len(self._near) > NEAR_ANSWERS or self._bytes > NEAR_BYTES:
            _, (oldest, _) = self._near.popitem(last=False)
            self._bytes -= len(oldest.body)


def _found(told: Any) -> tuple[str, str | None, int]:
    """What `_LOOK` found: the generation, the answer's text and whose turn it is.

    Raises:
        ValueError: that is not what was answered.
    """
    match told:
        case [str() as generation, None | str() as text, int() as turn] if turn in _TURNS and type(turn) is int:
            return generation, text, turn
        case _:
            raise ValueError("what Redis answered is no look at an answer")


def _text(answer: Answer) -> str:
    told = [answer.status, answer.headers, milliseconds(answer.made_at), milliseconds(answer.fresh_until)]
    return json.dumps([*told, answer.body.decode()], ensure_ascii=False)


def _read(text: str | None) -> Answer | None:
    """An answer from its text; None where it is not one."""
    try:
        told: Any = json.loads(text or "")
        status, headers, made_at, fresh_until, body = told
        pairs = tuple((str(name), str(value)) for name, value in headers)
        return Answer(int(status), pairs, body.encode(), _instant(made_at), _instant(fresh_until))
    except (ValueError, TypeError, AttributeError, OverflowError):
        return None


def _instant(told: str) -> datetime:
    return datetime.fromtimestamp(int(told) / 1000, UTC)
