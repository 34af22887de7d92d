import time
from contextlib import suppress
from datetime import timedelta

import pytest
from upstash_redis import Redis

from shared.clients.errors import InvalidResponse, RateLimited, Rejected, Unavailable, UpstreamError
from shared.clients.redis.circuit_breaker import CircuitBreaker

REST = timedelta(milliseconds=200)


def a_circuit(redis: Redis, rest: timedelta = REST) -> CircuitBreaker:
    return CircuitBreaker(redis, "upstream", rest)


def call(circuit: CircuitBreaker, outcome: UpstreamError | None = None) -> bool:
    """Whether a call that ends so was let through."""
    reached = False
    with suppress(UpstreamError), circuit.guard():
        reached = True
        if outcome:
            raise outcome
    return reached


def broken() -> Unavailable:
    return Unavailable("upstream answered 500")


@pytest.mark.case("E7")
def test_three_failures_in_a_row_open_the_circuit_for_every_worker(redis: Redis) -> None:
    one, other = a_circuit(redis, timedelta(minutes=5)), a_circuit(redis, timedelta(minutes=5))
    assert [call(one, broken()), call(other, broken()), call(one, broken())] == [True] * 3
    for circuit in (one, other):
        with pytest.raises(Unavailable, match="upstream failed 3 times in a row"), circuit.guard():
            pytest.fail("was let through")


@pytest.mark.case("E7")
def test_after_the_rest_one_probe_is_let_through_and_its_success_closes_the_circuit(redis: Redis) -> None:
    one, other = a_circuit(redis), a_circuit(redis)
    for _ in range(3):
        call(one, broken())
    time.sleep(REST.total_seconds() + 0.05)
    with one.guard():
        assert not call(other)  # while the probe is under way
    assert [call(other), call(other, broken()), call(other)] == [True] * 3


@pytest.mark.case("E7")
def test_a_failed_probe_opens_it_again(redis: Redis) -> None:
    circuit = a_circuit(redis)
    for _ in range(3):
        call(circuit, broken())
    time.sleep(REST.total_seconds() + 0.05)
    assert call(circuit, broken())
    assert not call(circuit)


@pytest.mark.parametrize("error", [None, Rejected("no", 403), InvalidResponse("<html>")])
def test_any_response_resets_the_failures(redis: Redis, error: UpstreamError | None) -> None:
    circuit = a_circuit(redis)
    for _ in range(3):
        call(circuit, broken())
        call(circuit, broken())
        call(circuit, error)
    assert call(circuit)


def test_being_rate_limited_neither_counts_nor_resets_failures(redis: Redis) -> None:
    circuit = a_circuit(redis)
    for outcome in (broken(), RateLimited("wait", 48), broken(), RateLimited("wait", 48), broken()):
        assert call(circuit, outcome)
    assert not call(circuit)


def test_without_redis_every_call_is_let_through(redis_down: Redis) -> None:
    circuit = a_circuit(redis_down)
    assert all(call(circuit, outcome) for outcome in (broken(), broken(), broken(), None))
