"""Unexpected replies of Redis are treated as Redis being unavailable."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import Response
from upstash_redis import Redis

from local.http_server import serve
from shared.clients.errors import RateLimited, Unavailable
from shared.clients.redis.circuit_breaker import CircuitBreaker
from shared.clients.redis.outbound_throttle import OutboundThrottle
from shared.clients.redis.upstash import REDIS_FAILURES, Upstash
from shared.services.cached_response import CachedResponse, CacheLookup
from shared.services.inbound_rate_limit import RateLimiter
from shared.services.plan_cache import PlanCache
from shared.services.response_cache import ResponseCache
from tests.clients.conftest import SimulatedTime
from tests.tokens import ALICE
from tests.waiting import HANG

GARBAGE = [
    pytest.param(b'{"result": null}', id="null"),
    pytest.param(b'{"result": "banana"}', id="a text"),
    pytest.param(b'{"result": true}', id="true"),
    pytest.param(b'{"result": 1.5}', id="a fraction"),
    pytest.param(b'{"result": {"a": 1}}', id="an object"),
    pytest.param(b'{"result": []}', id="an empty list"),
    pytest.param(b'{"result": [1, 2]}', id="a list that is too short"),
    pytest.param(b'{"result": ["0", null, 0, 1, 2, 3, 4]}', id="a list that is too long"),
    pytest.param(b'{"result": [null, null, null, null, null]}', id="five times null"),
    pytest.param(b'{"result": [true, true, true, true, null]}', id="five, but no numbers"),
    pytest.param(b'{"result": [0, 1, 2, 3, [4]]}', id="four numbers, and a list"),
    pytest.param(b'{"result": ["0", null, 9]}', id="a turn that there is not"),
    pytest.param(b'{"result": ["0", 7, 0]}', id="a number for a text"),
    pytest.param(b'{"other": 1}', id="no result"),
    pytest.param(b'{"error": "ERR max daily request limit exceeded"}', id="an error"),
    pytest.param(b'{"error": {"code": 500}}', id="an error that is an object"),
    pytest.param(b"<!doctype html><title>502 Bad Gateway</title>", id="HTML"),
    pytest.param(b"", id="nothing"),
    pytest.param(b"[" * 100_000, id="brackets without end"),
    pytest.param(b'{"result": "\xff"}', id="bytes that are no UTF-8"),
]
HOUR = timedelta(hours=1)


@contextmanager
def answering(body: bytes, time: SimulatedTime, status: int = 200) -> Iterator[Redis]:
    """A client of a Redis that answers every command with the same."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await Request(scope, receive).body()
        await Response(body, status)(scope, receive, send)

    with serve(app) as address, Upstash(address, "token", timeout=HANG, now=time.now) as client:
        yield client


@pytest.fixture(params=GARBAGE)
def garbled(request: pytest.FixtureRequest, time: SimulatedTime) -> Iterator[Redis]:
    with answering(request.param, time) as client:
        yield client


def test_a_circuit_lets_every_call_through(garbled: Redis) -> None:
    """And the caller gets the call's own outcome."""
    circuit = CircuitBreaker(garbled, "upstream")
    for _ in range(4):
        with pytest.raises(Unavailable, match=r"^it is down$"), circuit.guard():
            raise Unavailable("it is down")
    with circuit.guard():
        pass


def test_calls_are_spaced_in_this_process(garbled: Redis, time: SimulatedTime) -> None:
    limit = OutboundThrottle(garbled, "upstream", 10, time.now, time.sleep)
    for _ in range(3):
        limit.wait(120)
    assert time.slept == [6.1, 6.1]
    limit.block(48)
    with pytest.raises(RateLimited):
        limit.wait(0)


def test_rate_limits_are_counted_in_the_process_alone(garbled: Redis, time: SimulatedTime) -> None:
    limit = RateLimiter(garbled, time.now)
    with pytest.raises(Unavailable, match="cannot be counted"):
        limit.acquire("reader", 10, extra_key="plan:x", limit_by_word={"elite": 20})
    assert limit.acquire_locally("reader", 10).remaining == 9


def test_responses_are_cached_in_the_process_alone(garbled: Redis, time: SimulatedTime) -> None:
    cache = ResponseCache(garbled, time.now, time.sleep)
    lookup = cache.lookup("matches", "k", HOUR, HOUR)
    assert lookup == CacheLookup(None), "it is to be made, and nothing is waited for"
    made = CachedResponse(200, (), b"[]", time.now(), time.now() + HOUR)
    cache.store("k", made, lookup, HOUR)
    cache.release("k", lookup)
    cache.mark_failed("k", lookup)
    time.sleep(600)
    second = cache.lookup("matches", "k", HOUR, HOUR)
    assert (second.response, second.is_fresh) == (made, True)
    cache.invalidate(["matches"])
    assert cache.lookup("matches", "k", HOUR, HOUR).response is None
    with pytest.raises(Unavailable, match="Redis is unavailable"):
        cache.stats(["matches"])
    assert time.slept == [600]


@pytest.mark.parametrize("status", [200, 500, 502])
@pytest.mark.parametrize(
    "body", [each for each in GARBAGE if each.id not in {"null", "a text"}] + [pytest.param(b'{"result": 7}', id="7")]
)
def test_no_plan_is_cached(body: bytes, status: int, time: SimulatedTime, caplog: pytest.LogCaptureFixture) -> None:
    with answering(body, time, status) as client, caplog.at_level(logging.WARNING):
        plans = PlanCache(client)
        assert plans.get(ALICE) is None
        plans.put(ALICE, "elite")
        plans.invalidate(ALICE)
    assert len(caplog.records) == 3, "each is logged"


@pytest.mark.parametrize(
    ("command", "fitting", "others"),
    [
        (["GET", "k"], [None, "x", ""], [7, True, ["x"], {}, 1.5]),
        (["SET", "k", "v"], [None, "OK"], ["ok", 1, True, ["OK"]]),
        (["INCR", "k"], [1, 0], [None, "1", 1.0, True, [1]]),
        (["DEL", "k"], [0, 1], [None, "0", False]),
        (["EXPIRE", "k", 9], [0, 1], [None, "OK", True]),
        (["MGET", "a", "b"], [["1", None]], [None, "1", ["1", 2], {"a": "1"}]),
        (["SCAN", 0], [["0", []], ["17", ["a"]]], [None, "0", ["0"], ["x", []], ["0", None], ["0", [7]], ["0", [], 1]]),
        (["PING"], ["PONG"], [None, "OK", 1]),
        (["HGETALL", "k"], [[], ["a", "1"]], [None, 7, ["a"]]),
    ],
    ids=str,
)
def test_a_result_must_fit_its_command(
    command: list[Any], fitting: list[Any], others: list[Any], time: SimulatedTime
) -> None:
    """As Upstash's REST interface writes them (upstash.com/docs/redis/features/restapi)."""
    for result in fitting:
        with answering(json.dumps({"result": result}).encode(), time) as client:
            client.execute(command)
    for result in others:
        with answering(json.dumps({"result": result}).encode(), time) as client, pytest.raises(REDIS_FAILURES):
            client.execute(command)
