"""Responses cached for all processes in Redis, and locally."""

import json
import logging
import resource
import time as real_time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Lock
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from upstash_redis import Redis

from shared.clients.redis.upstash import Upstash
from shared.services import response_cache
from shared.services.cached_response import CachedResponse, CacheLookup
from shared.services.response_cache import LOCAL_TTL, ResponseCache
from tests.clients.conftest import SimulatedTime
from tests.waiting import HANG

FRESH, BEYOND = timedelta(minutes=10), timedelta(hours=6)
HEADERS = (("content-type", "application/json"), ("etag", '"1"'))


def make_response(
    time: SimulatedTime, body: str = '{"text":"déjà"}', fresh: timedelta = FRESH, status: int = 200
) -> CachedResponse:
    return CachedResponse(status, HEADERS, body.encode(), time.instant, time.instant + fresh)


def a_process(redis: Redis, time: SimulatedTime) -> ResponseCache:
    return ResponseCache(redis, time.now, time.sleep)


def is_to_be_made(lookup: CacheLookup) -> bool:
    return not lookup.is_fresh and not lookup.servable_stale


def made(cache: ResponseCache, response: CachedResponse, key: str = "k") -> CacheLookup:
    """The lookup when a response is computed and cached."""
    lookup = cache.lookup("matches", key, FRESH, BEYOND)
    assert is_to_be_made(lookup)
    cache.store(key, response, lookup, BEYOND)
    return lookup


def test_a_cached_response_is_shared_between_processes(redis: Redis, time: SimulatedTime) -> None:
    one, other = a_process(redis, time), a_process(redis, time)
    response = make_response(time)
    assert made(one, response).response is None
    for process in (one, other, other):
        assert process.lookup("matches", "k", FRESH, BEYOND).response == response
        assert process.lookup("matches", "k", FRESH, BEYOND).is_fresh
    assert other.lookup("matches", "another", FRESH, BEYOND).response is None


@pytest.mark.case("D3")
def test_after_its_ttl_one_process_recomputes_and_the_others_serve_stale(redis: Redis, time: SimulatedTime) -> None:
    one, other = a_process(redis, time), a_process(redis, time)
    old = make_response(time)
    made(one, old)
    time.sleep(600)
    time.slept.clear()
    ours, theirs = one.lookup("matches", "k", FRESH, BEYOND), other.lookup("matches", "k", FRESH, BEYOND)
    assert (is_to_be_made(ours), ours.response) == (True, old)
    assert (theirs.servable_stale, theirs.is_fresh, theirs.response) == (True, False, old)
    assert time.slept == []
    new = make_response(time)
    one.store("k", new, ours, BEYOND)
    assert other.lookup("matches", "k", FRESH, BEYOND).response == new


@pytest.mark.case("C9", "D3")
@pytest.mark.parametrize("back", [timedelta(seconds=1), timedelta(days=1)])
def test_a_clock_set_back_does_not_extend_a_cached_responses_ttl(
    redis: Redis, time: SimulatedTime, back: timedelta
) -> None:
    """Neither in the local cache, where an invalidation would go unseen, nor in Redis for another process."""
    one, other = a_process(redis, time), a_process(redis, time)
    made(one, make_response(time))
    time.instant -= back
    assert not one.lookup("matches", "k", FRESH, BEYOND).is_fresh
    assert not other.lookup("matches", "k", FRESH, BEYOND).is_fresh


@pytest.mark.case("C9", "D4")
def test_without_redis_a_clock_set_back_does_not_extend_a_local_responses_ttl(
    redis_down: Redis, time: SimulatedTime
) -> None:
    cache = a_process(redis_down, time)
    cache.store("k", make_response(time), cache.lookup("matches", "k", FRESH, BEYOND), BEYOND)
    assert cache.lookup("matches", "k", FRESH, BEYOND).is_fresh
    time.instant -= timedelta(days=1)
    assert not cache.lookup("matches", "k", FRESH, BEYOND).is_fresh


def test_a_response_beyond_its_stale_ttl_is_waited_for(redis: Redis, time: SimulatedTime) -> None:
    one, other = a_process(redis, time), a_process(redis, time)
    made(one, make_response(time))
    time.sleep(1200)
    one.lookup("matches", "k", FRESH, BEYOND)
    time.slept.clear()
    assert other.lookup("matches", "k", FRESH, BEYOND).servable_stale
    assert sum(time.slept) >= response_cache.MAX_WAIT
    redis.delete("response:k")
    assert is_to_be_made(other.lookup("matches", "k", FRESH, BEYOND)), "the wait is bounded"


@pytest.mark.case("D4")
def test_stale_is_served_at_once_after_a_failed_computation(redis: Redis, time: SimulatedTime) -> None:
    one, other = a_process(redis, time), a_process(redis, time)
    old = make_response(time)
    made(one, old)
    time.sleep(3600)
    time.slept.clear()
    one.mark_failed("k", one.lookup("matches", "k", FRESH, BEYOND))
    assert 4000 < redis.pttl("lock:k") <= 5000
    for process in (one, other):
        lookup = process.lookup("matches", "k", FRESH, BEYOND)
        assert (lookup.servable_stale, lookup.response) == (True, old)
    time.sleep(BEYOND.total_seconds())
    assert is_to_be_made(other.lookup("matches", "k", FRESH, BEYOND)), "it is too old by now"
    assert time.slept == [BEYOND.total_seconds()]


@pytest.fixture
def many_open_files() -> Iterator[None]:
    """As many open files as this process may have; by default often 1,024, too few for both ends of 500 connections."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.case("D1")
@pytest.mark.usefixtures("many_open_files", "redis")
def test_of_five_hundred_concurrent_misses_one_computes_the_response(
    redis_address: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(response_cache, "LOCK_TTL", timedelta(seconds=HANG))  # five hundred threads of one machine
    monkeypatch.setattr(response_cache, "MAX_WAIT", HANG)
    time, lock, makers = SimulatedTime(), Lock(), []
    response = make_response(time)

    def fetch(number: int) -> bytes:
        with Upstash(*redis_address, timeout=HANG, now=time.now) as own:
            cache = ResponseCache(own, time.now, real_time.sleep)
            lookup = cache.lookup("matches", "k", FRESH, BEYOND)
            if lookup.response is None:
                with lock:
                    makers.append(number)
                real_time.sleep(0.2)
                cache.store("k", response, lookup, BEYOND)
                return response.body
            return lookup.response.body

    with ThreadPoolExecutor(500) as pool:
        assert set(pool.map(fetch, range(500))) == {response.body}
    assert len(makers) == 1


@pytest.mark.case("D2")
def test_a_dead_holders_lock_blocks_others_only_until_it_expires(redis: Redis, time: SimulatedTime) -> None:
    one, other = a_process(redis, time), ResponseCache(redis, time.now, real_time.sleep)
    assert is_to_be_made(one.lookup("matches", "k", FRESH, BEYOND))
    assert 4000 < redis.pttl("lock:k") <= 5000
    redis.pexpire("lock:k", 300)
    assert is_to_be_made(other.lookup("matches", "k", FRESH, BEYOND))


def test_a_process_without_a_response_releases_its_lock(redis: Redis, time: SimulatedTime) -> None:
    one, other = a_process(redis, time), a_process(redis, time)
    lookup = one.lookup("matches", "k", FRESH, BEYOND)
    one.release("k", lookup)
    assert is_to_be_made(other.lookup("matches", "k", FRESH, BEYOND))
    one.release("k", lookup)
    assert redis.exists("lock:k"), "only its holder releases a lock"
    other.store("k", make_response(time), lookup, BEYOND)
    assert not redis.exists("lock:k")


@pytest.mark.case("D12")
def test_invalidation_affects_only_its_cache_kinds(redis: Redis, time: SimulatedTime) -> None:
    job, reader = a_process(redis, time), a_process(redis, time)
    old = make_response(time)
    made(reader, old)
    other_kind = reader.lookup("teams", "t", FRESH, BEYOND)
    reader.store("t", old, other_kind, BEYOND)
    job.invalidate(["matches", "predictions"])
    assert reader.lookup("matches", "k", FRESH, BEYOND).is_fresh, "cached locally, for half a minute"
    time.sleep(LOCAL_TTL.total_seconds())
    lookup = reader.lookup("matches", "k", FRESH, BEYOND)
    assert (is_to_be_made(lookup), lookup.response) == (True, old)
    assert reader.lookup("teams", "t", FRESH, BEYOND).is_fresh
    assert a_process(redis, time).lookup("matches", "k", FRESH, BEYOND).response == old, "stale until it is recomputed"


def test_a_response_computed_during_an_invalidation_is_not_fresh(redis: Redis, time: SimulatedTime) -> None:
    one = a_process(redis, time)
    lookup = one.lookup("matches", "k", FRESH, BEYOND)
    a_process(redis, time).invalidate(["matches"])
    one.store("k", make_response(time), lookup, BEYOND)
    assert not a_process(redis, time).lookup("matches", "k", FRESH, BEYOND).is_fresh


@pytest.mark.case("D9")
@pytest.mark.parametrize(
    "garbage", ["{", "null", "[]", "[200]", '[200, [["a"]], "1", "2", "x"]', '[200, [], "x", "y", ""]']
)
def test_a_corrupt_cached_value_is_a_miss(redis: Redis, time: SimulatedTime, garbage: str) -> None:
    made(a_process(redis, time), make_response(time))
    redis.hset("response:k", "response", garbage)
    lookup = a_process(redis, time).lookup("matches", "k", FRESH, BEYOND)
    assert (lookup.response, is_to_be_made(lookup)) == (None, True)


@pytest.mark.case("D9")
def test_a_cached_value_of_another_redis_type_is_replaced(redis: Redis, time: SimulatedTime) -> None:
    redis.set("response:k", "another process's")
    made(a_process(redis, time), make_response(time))
    assert a_process(redis, time).lookup("matches", "k", FRESH, BEYOND).is_fresh


def test_a_cached_response_from_the_future_is_not_fresh(redis: Redis, time: SimulatedTime) -> None:
    one = a_process(redis, time)
    made(one, make_response(time))
    time.sleep(-86_400)
    for process in (one, a_process(redis, time)):
        assert not process.lookup("matches", "k", FRESH, BEYOND).is_fresh


def test_a_cached_response_expires_in_redis_after_its_stale_ttl(redis: Redis, time: SimulatedTime) -> None:
    made(a_process(redis, time), make_response(time))
    stays = (FRESH + BEYOND).total_seconds() * 1000
    assert stays - 5000 < redis.pttl("response:k") <= stays


def test_the_local_cache_evicts_the_least_recently_used_beyond_its_bounds(
    redis: Redis, time: SimulatedTime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(response_cache, "MAX_LOCAL_ENTRIES", 3)
    monkeypatch.setattr(response_cache, "MAX_LOCAL_BYTES", 100)
    cache = a_process(redis, time)
    for key in ("a", "b", "c", "d"):
        made(cache, make_response(time, "x" * 20), key)
    assert list(cache._local) == ["b", "c", "d"]
    cache.lookup("matches", "b", FRESH, BEYOND)
    made(cache, make_response(time, "y" * 70), "e")
    assert list(cache._local) == ["b", "e"]
    assert cache._local_bytes == sum(len(response.body) for response, _ in cache._local.values()) == 90


def test_a_body_too_large_for_redis_is_cached_locally_and_the_lock_released(redis: Redis, time: SimulatedTime) -> None:
    cache = a_process(redis, time)
    made(cache, make_response(time, "x" * 500_001))
    assert redis.keys("*") == []
    assert cache.lookup("matches", "k", FRESH, BEYOND).is_fresh


def test_while_redis_is_unreachable_responses_are_cached_locally(
    redis_down: Redis, time: SimulatedTime, caplog: pytest.LogCaptureFixture
) -> None:
    cache = a_process(redis_down, time)
    response = make_response(time)
    with caplog.at_level(logging.WARNING):
        made(cache, response)
        time.sleep(LOCAL_TTL.total_seconds() + 1)
        assert cache.lookup("matches", "k", FRESH, BEYOND).is_fresh
        time.sleep(600)
        lookup = cache.lookup("matches", "k", FRESH, BEYOND)
        cache.release("k", lookup)
        cache.mark_failed("k", lookup)
        cache.invalidate(["matches"])
    assert (lookup.response, is_to_be_made(lookup)) == (response, True)
    assert "Redis is unavailable" in caplog.text


def test_without_redis_configured_nothing_is_cached(time: SimulatedTime) -> None:
    cache = ResponseCache(None, time.now, time.sleep)
    made(cache, make_response(time))
    made(cache, make_response(time))
    cache.invalidate(["matches"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(), st.lists(st.tuples(st.text(), st.text())), st.integers(100, 599))
def test_another_process_reads_a_cached_response_unchanged(
    redis: Redis, time: SimulatedTime, body: str, headers: list[tuple[str, str]], status: int
) -> None:
    raw = json.dumps(body).encode()
    response = CachedResponse(status, tuple(headers), raw, time.instant, time.instant + FRESH)
    key = str(uuid4())  # one for each example
    made(a_process(redis, time), response, key)
    assert a_process(redis, time).lookup("matches", key, FRESH, BEYOND).response == response
