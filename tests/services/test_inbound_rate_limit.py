"""Rate limits over a sliding minute, counted by all processes or by one."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from upstash_ratelimit import Ratelimit, SlidingWindow
from upstash_redis import Redis

from shared.clients.errors import Unavailable
from shared.clients.redis.sliding_window import RateLimitDecision
from shared.clients.redis.upstash import Upstash
from shared.services import inbound_rate_limit
from shared.services.inbound_rate_limit import RateLimiter
from tests.clients.conftest import SimulatedTime
from tests.waiting import HANG

MINUTE = timedelta(minutes=1)
fresh_name = count()


def which_pass(redis: Redis, instants: list[datetime], most: int) -> list[int]:
    """The numbers of the calls that pass, of those that are made at some instants."""
    caller, passed = f"caller {next(fresh_name)}", []
    for number, instant in enumerate(instants):
        if RateLimiter(redis, lambda instant=instant: instant).acquire(caller, most).wait == 0:
            passed.append(number)
    return passed


@pytest.mark.case("C1")
def test_the_eleventh_call_of_a_minute_must_wait(redis: Redis, time: SimulatedTime) -> None:
    limit = RateLimiter(redis, time.now)
    for left in range(9, -1, -1):
        assert limit.acquire("reader", 10).remaining == left
        time.sleep(1)
    assert limit.acquire("reader", 10) == RateLimitDecision(wait=50, remaining=0, reset=50, limit=10)
    assert limit.acquire("other", 10).remaining == 9
    time.sleep(49.999)
    assert limit.acquire("reader", 10).wait == 0.001
    time.sleep(0.001)
    assert limit.acquire("reader", 10) == RateLimitDecision(wait=0, remaining=0, reset=1, limit=10)
    assert limit.acquire("reader", 10).wait == 1


def test_a_rejected_call_does_not_count(redis: Redis, time: SimulatedTime) -> None:
    limit = RateLimiter(redis, time.now)
    limit.acquire("reader", 1)
    for _ in range(59):
        time.sleep(1)
        assert limit.acquire("reader", 1).wait > 0
    time.sleep(1)
    assert limit.acquire("reader", 1).wait == 0


@pytest.mark.case("C4")
def test_of_fifty_calls_at_the_same_instant_exactly_the_limit_pass(
    redis_address: tuple[str, str], redis: Redis, time: SimulatedTime
) -> None:
    """Each over a connection of its own, as from processes of their own."""
    for _ in range(10):
        RateLimiter(redis, time.now).acquire("reader", 10)

    def call(_: int) -> bool:
        with Upstash(*redis_address, timeout=HANG, now=time.now) as own:
            return RateLimiter(own, time.now).acquire("reader", 10).wait == 0

    with ThreadPoolExecutor(50) as pool:
        time.sleep(59.999)
        assert sum(pool.map(call, range(50))) == 0
        time.sleep(0.001)  # the edge of the window
        assert sum(pool.map(call, range(50))) == 10


@pytest.mark.case("C5")
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 30_000), min_size=1, max_size=60), st.integers(1, 10))
def test_no_minute_however_placed_has_more_than_the_limit(redis: Redis, pauses: list[int], most: int) -> None:
    """There are no fixed windows, and the bound is the limit itself (docs/decisions/limits.md)."""
    instants, instant = [], datetime.fromisoformat("2026-11-22T15:00:00Z")
    for pause in pauses:
        instants.append(instant := instant + timedelta(milliseconds=pause))
    passed = which_pass(redis, instants, most)
    for first, beyond in zip(passed, passed[most:], strict=False):
        assert instants[beyond] - instants[first] >= MINUTE
    alone = RateLimiter(None, lambda: instants[0])
    decisions = []
    for number, instant in enumerate(instants):
        alone._now = lambda instant=instant: instant
        if alone.acquire_locally("reader", most).wait == 0:
            decisions.append(number)
    assert decisions == passed, "a process by itself goes by the same rule"


@pytest.mark.case("C9")
def test_a_clock_ahead_shortens_the_window_by_its_skew_only(redis: Redis) -> None:
    ahead = timedelta(seconds=5)
    begin = datetime.fromisoformat("2026-11-22T15:00:00Z")
    real = [begin] * 10 + [begin + timedelta(seconds=second) for second in range(1, 120)]
    clocks = [instant + (ahead if number >= 10 and number % 2 else timedelta(0)) for number, instant in enumerate(real)]
    passed = which_pass(redis, clocks, 10)
    gaps = [real[beyond] - real[first] for first, beyond in zip(passed, passed[10:], strict=False)]
    assert gaps
    assert MINUTE - ahead <= min(gaps) < MINUTE


def test_the_librarys_sliding_window_allows_twice_the_limit_in_a_minute(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Why its sliding window is not used: docs/decisions/limits.md."""
    now = 1_800_000_000_000
    limit = Ratelimit(redis, SlidingWindow(10, 60))
    passed: list[int] = []
    for instant in [now + 59_900 + i for i in range(12)] + list(range(now + 60_000, now + 119_900, 500)):
        monkeypatch.setattr("upstash_ratelimit.limiter.now_ms", lambda instant=instant: instant)
        if limit.limit("reader").allowed:
            passed.append(instant)
    assert max(sum(first <= other < first + 60_000 for other in passed) for first in passed) == 20


def test_the_extra_key_is_read_with_every_decision(redis: Redis, time: SimulatedTime) -> None:
    limit = RateLimiter(redis, time.now)
    assert limit.acquire("reader", 1, extra_key="plan:1").extra is None
    redis.set("plan:1", "élite")
    assert limit.acquire("reader", 1, extra_key="plan:1") == RateLimitDecision(
        wait=60, remaining=0, reset=60, limit=1, extra="élite"
    )
    redis.set("plan:1", str(2**53))
    assert limit.acquire("other", 1, extra_key="plan:1").wait == 0, "it is no instant until which calls are blocked"


@pytest.mark.parametrize(
    ("text", "most"),
    [(None, 1), ("free", 2), ("elite", 3), ("elite 2026-11-30", 3), ("elitist", 1), ("an elite", 1)],
)
def test_the_extra_keys_first_word_selects_the_limit(
    redis: Redis, time: SimulatedTime, text: str | None, most: int
) -> None:
    if text:
        redis.set("plan:1", text)
    limit = RateLimiter(redis, time.now)
    taken = [limit.acquire("reader", 1, "plan:1", {"free": 2, "elite": 3}) for _ in range(most + 1)]
    assert [(each.limit, each.wait) for each in taken] == [(most, 0)] * most + [(most, 60)]


def test_rate_limit_keys_expire_after_the_window(redis: Redis, time: SimulatedTime) -> None:
    RateLimiter(redis, time.now).acquire("reader", 10)
    (key,) = redis.keys("*")
    assert 0 < redis.pttl(key) <= 60_000


@pytest.mark.case("C8")
def test_without_redis_each_process_counts_for_itself(
    redis_down: Redis, time: SimulatedTime, caplog: pytest.LogCaptureFixture
) -> None:
    for limit in (RateLimiter(redis_down, time.now), RateLimiter(None, time.now)):
        with pytest.raises(Unavailable):
            limit.acquire("reader", 10)
        assert [limit.acquire_locally("reader", 2).wait for _ in range(3)] == [0, 0, 60]
        assert limit.acquire_locally("other", 2) == RateLimitDecision(wait=0, remaining=1, reset=60, limit=2)
    assert "Redis is unavailable" in caplog.text


@pytest.mark.case("C9")
@pytest.mark.parametrize("back", [timedelta(milliseconds=1), timedelta(seconds=30), timedelta(days=1)])
def test_a_clock_set_back_does_not_extend_a_callers_wait(time: SimulatedTime, back: timedelta) -> None:
    """Calls that are now in the future no longer count: else their caller would wait that much longer."""
    limit = RateLimiter(None, time.now)
    assert [limit.acquire_locally("reader", 2).wait for _ in range(3)] == [0, 0, 60]
    time.instant -= back
    assert [limit.acquire_locally("reader", 2).wait for _ in range(3)] == [0, 0, 60]


def test_a_process_tracks_a_bounded_number_of_callers(time: SimulatedTime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbound_rate_limit, "MAX_TRACKED_CALLERS", 3)
    limit = RateLimiter(None, time.now)
    for caller in ("a", "b", "c", "a"):
        limit.acquire_locally(caller, 5)
    assert limit.acquire_locally("a", 5).remaining == 2
    limit.acquire_locally("d", 5)
    assert len(limit._local_calls) == 1


def test_one_rate_limit_decision_takes_one_command(
    redis_address: tuple[str, str], redis: Redis, time: SimulatedTime
) -> None:
    commands: list[None] = []
    with Upstash(*redis_address, timeout=HANG, now=time.now, on_command=lambda: commands.append(None)) as own:
        limit = RateLimiter(own, time.now)
        limit.acquire("reader", 500)  # Redis learns the script
        commands.clear()
        for _ in range(499):
            limit.acquire("reader", 500)
        assert limit.acquire("reader", 500).wait == 60
    assert len(commands) == 500
