import heapq
import logging
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import datetime, timedelta

import pytest
from upstash_redis import Redis

from local import fake_upstash
from shared.clients.errors import RateLimited
from shared.clients.redis.outbound_throttle import OutboundThrottle
from tests.clients.conftest import SimulatedTime


def no_sleep(seconds: float) -> None:
    raise AssertionError(f"slept {seconds} s")


def a_limit(redis: Redis, now: Callable[[], datetime], name: str = "upstream", calls: int = 10) -> OutboundThrottle:
    return OutboundThrottle(redis, name, calls, now, no_sleep)


def calls_in_an_hour(redis: Redis, time: SimulatedTime, seed: int) -> list[datetime]:
    """When three workers called in an hour, each as often as it could, some pausing, some rate limited."""
    chance = random.Random(seed)
    workers = [a_limit(redis, time.now) for _ in range(3)]
    end = time.instant + timedelta(hours=1)
    agenda = [(time.instant, number) for number in range(3)]
    called: list[datetime] = []
    while agenda:
        time.instant, number = heapq.heappop(agenda)
        if time.instant >= end:
            continue
        try:
            workers[number].wait(0)
        except RateLimited as limited:
            pause = limited.retry_after
        else:
            called.append(time.instant)
            pause = chance.choice([0.001, 0.4, chance.expovariate(1 / 8)])
        heapq.heappush(agenda, (time.instant + timedelta(seconds=pause), number))
    return called


@pytest.mark.case("E2")
@pytest.mark.parametrize("seed", [1, 2])
def test_three_workers_never_exceed_ten_calls_in_any_minute_of_an_hour(
    redis: Redis, time: SimulatedTime, seed: int
) -> None:
    called = calls_in_an_hour(redis, time, seed)
    for first, eleventh in zip(called, called[10:], strict=False):
        assert eleventh - first > timedelta(seconds=60)
    assert len(called) > 500  # and the allowance is used: 10 a minute would be 600


@pytest.mark.case("E2")
@pytest.mark.usefixtures("redis")
def test_ten_of_thirty_calls_at_the_same_instant_pass(redis_address: tuple[str, str], time: SimulatedTime) -> None:
    def worker(_: int) -> int:
        with Redis(*redis_address, rest_retries=0, allow_telemetry=False) as own:
            limit, passed = a_limit(own, time.now), 0
            for _ in range(10):
                try:
                    limit.wait(0)
                except RateLimited:
                    continue
                passed += 1
            return passed

    with ThreadPoolExecutor(3) as pool:
        assert sum(pool.map(worker, range(3))) == 10


def test_the_eleventh_call_sleeps_until_the_first_is_a_minute_old(redis: Redis, time: SimulatedTime) -> None:
    limit = OutboundThrottle(redis, "upstream", 10, time.now, time.sleep)
    for _ in range(11):
        limit.wait(120)
    assert time.slept == [61.0]


def test_a_wait_beyond_the_deadline_is_rejected_and_does_not_count(redis: Redis, time: SimulatedTime) -> None:
    limit = a_limit(redis, time.now, calls=1)
    limit.wait(0)
    for _ in range(3):
        with pytest.raises(RateLimited, match="upstream may not be called for another 61 s") as caught:
            limit.wait(60)
        assert caught.value.retry_after == 61
    time.instant += timedelta(seconds=61)
    limit.wait(0)


def test_a_clock_that_stands_still_is_not_waited_for_without_end(redis: Redis, time: SimulatedTime) -> None:
    slept: list[float] = []
    limit = OutboundThrottle(redis, "upstream", 1, lambda: time.instant, slept.append)
    limit.wait(0)
    with pytest.raises(RateLimited):
        limit.wait(200)
    assert sum(slept) <= 200


def test_two_outside_systems_do_not_share_their_allowance(redis: Redis, time: SimulatedTime) -> None:
    a_limit(redis, time.now, "one", 1).wait(0)
    a_limit(redis, time.now, "other", 1).wait(0)


@pytest.mark.case("E1")
def test_a_block_stops_every_worker_until_it_is_over(redis: Redis, time: SimulatedTime) -> None:
    blocked, other = a_limit(redis, time.now), a_limit(redis, time.now)
    blocked.block(48)
    for worker in (blocked, other):
        with pytest.raises(RateLimited) as caught:
            worker.wait(47.9)
        assert caught.value.retry_after == 48
    time.instant += timedelta(seconds=48)
    other.wait(0)


@pytest.mark.case("E1")
def test_a_shorter_block_does_not_lift_a_longer_one(redis: Redis, time: SimulatedTime) -> None:
    limit = a_limit(redis, time.now)
    limit.block(48)
    limit.block(3)
    with pytest.raises(RateLimited) as caught:
        limit.wait(0)
    assert caught.value.retry_after == 48


def test_a_nonsensical_block_lasts_an_hour_at_most(redis: Redis, time: SimulatedTime) -> None:
    limit = a_limit(redis, time.now)
    limit.block(999_999)
    with pytest.raises(RateLimited) as caught:
        limit.wait(0)
    assert caught.value.retry_after == 3600


def test_nothing_is_left_in_redis_for_good(redis: Redis, time: SimulatedTime) -> None:
    limit = a_limit(redis, time.now)
    limit.wait(0)
    limit.block(48)
    assert all(0 < redis.pttl(key) <= 61_000 for key in redis.keys("*"))
    assert len(redis.keys("*")) == 2


def test_without_redis_the_calls_of_this_process_are_spaced(
    redis_down: Redis, time: SimulatedTime, caplog: pytest.LogCaptureFixture
) -> None:
    limit = OutboundThrottle(redis_down, "upstream", 10, time.now, time.sleep)
    with caplog.at_level(logging.WARNING):
        for _ in range(4):
            limit.wait(120)
    assert time.slept == [6.1, 6.1, 6.1]
    assert "Redis is unavailable" in caplog.text


def test_without_redis_a_block_holds_in_this_process(redis_down: Redis, time: SimulatedTime) -> None:
    limit = a_limit(redis_down, time.now)
    limit.block(48)
    with pytest.raises(RateLimited) as caught:
        limit.wait(0)
    assert caught.value.retry_after == 48


def test_when_redis_goes_away_the_last_call_made_with_it_counts(time: SimulatedTime) -> None:
    with ExitStack() as end:
        with fake_upstash.serve() as address:
            limit = a_limit(end.enter_context(Redis(*address, rest_retries=0, allow_telemetry=False)), time.now)
            limit.wait(0)
        with pytest.raises(RateLimited) as caught:
            limit.wait(6)
    assert caught.value.retry_after == 6.1
