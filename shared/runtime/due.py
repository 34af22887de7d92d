"""Which jobs have nothing due yet, known from Redis, so that their scheduled runs need not wake a sleeping Postgres.

A run that ends well stores the instant before which its tables hold nothing for the job. A commit of rows that the job
depends on (`WATCHED`) deletes it, and so does the start of a run. While it is missing, or Redis is unavailable, a
scheduled run looks into Postgres.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from shared.runtime import logs, wiring
from shared.runtime.settings import settings

if TYPE_CHECKING:
    from upstash_redis import Redis

MAX_SKIP = timedelta(hours=25)
"""An instant further ahead is ignored, as if the clock had been wrong."""
MAX_RUN = timedelta(hours=1)
"""Longer than any run."""

_PEOPLE = {"accounts", "cool_offs"}
WATCHED: dict[str, frozenset[str]] = {
    "send_notifications": frozenset(
        {"push_subscriptions", "preferences", "favourites", "matches", "pick_days", "bankroll_entries", "broadcasts"}
        | _PEOPLE
    ),
    "send_webhooks": frozenset({"webhooks", "pick_days", "pick_settlements", "predictions"} | _PEOPLE),
    "snapshot_closing": frozenset({"matches"}),
}
"""The tables of which new or changed rows can make something due for a job earlier than its last run found."""

# KEYS: the instant, the token of the latest run. A token that was replaced or deleted means that another run has begun,
# or a row was committed that this run may not have read.
_BEGIN_SCRIPT = "redis.call('DEL', KEYS[1]) redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])"
_END_SCRIPT = """
if redis.call('GET', KEYS[2]) == ARGV[1] then redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) end
"""


def is_due(job: str, now: datetime) -> bool:
    """Whether a job may have something to do; True if that is unknown."""
    with _redis(f"whether {job} is due is unknown") as redis:
        if redis is None:
            return True
        stored = redis.get(_keys(job)[0])
        next_due = None if stored is None else datetime.fromtimestamp(int(stored) / 1000, UTC)
        return next_due is None or not now < next_due <= now + MAX_SKIP
    return True


def begin(job: str) -> str:
    """Note that a run begins, before it reads anything; returns its token for `end`."""
    token = uuid4().hex
    with _redis(f"the beginning of {job} was not noted") as redis:
        if redis is not None:
            redis.eval(_BEGIN_SCRIPT, _keys(job), [token, _ms(MAX_RUN)])
    return token


def end(job: str, token: str, next_due: datetime, now: datetime) -> None:
    """Store when a job is due next, unless `mark` or another run came after `begin`.

    Args:
        job: name.
        token: of the run.
        next_due: the earliest instant at which its tables may hold something for it.
        now: the current time.
    """
    if next_due <= now:
        return
    with _redis(f"when {job} is due next was not stored") as redis:
        if redis is not None:
            instant = str(round(next_due.timestamp() * 1000))
            redis.eval(_END_SCRIPT, _keys(job), [token, instant, _ms(next_due - now + MAX_RUN)])


def mark(jobs: Iterable[str]) -> None:
    """Have the next scheduled runs of jobs look into Postgres; call it after a commit."""
    names = sorted(jobs)
    with _redis(f"{', '.join(names)} may run late") as redis:
        if names and redis is not None:
            redis.delete(*(key for name in names for key in _keys(name)))


def watching(tables: Iterable[str]) -> set[str]:
    """The jobs that depend on any of these tables."""
    written = set(tables)
    return {job for job, watched in WATCHED.items() if watched & written}


@contextmanager
def _redis(consequence: str) -> Iterator[Redis | None]:
    """Redis, or None if it is not configured; a failure is logged with its consequence."""
    if not settings().upstash_redis_rest_url:
        yield None
        return
    from shared.clients.redis.upstash import REDIS_FAILURES  # noqa: PLC0415  # with the Redis library

    try:
        yield wiring.redis()
    except REDIS_FAILURES:
        logs.write(logging.WARNING, "Redis is unavailable", consequence=consequence)


def _keys(job: str) -> list[str]:
    return [f"due:{job}", f"due:{job}:run"]


def _ms(time: timedelta) -> str:
    return str(time // timedelta(milliseconds=1))
