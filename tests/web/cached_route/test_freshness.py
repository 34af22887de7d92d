"""How long a cached response counts, and what is served meanwhile."""

import json
import socket
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.accounts.plans import Plan
from shared.runtime import clock
from shared.services import cache_policies
from shared.services.cache_policies import CACHE_POLICIES, CacheKind, invalidate
from shared.web.cached_route import JITTER
from shared.web.errors import BadRequest, NotFound
from tests.running import environment, invoke
from tests.web.cached_route.group import NOON, Group, cold, signed_in, whose
from tests.web.conftest import Upstash

GONE = "postgresql://u@127.0.0.1:9/x"


def test_a_repeated_request_is_served_from_the_cache(group: Group) -> None:
    first, second = group.get(), group.get(after=1)
    cold()
    third = group.get(after=2)
    assert group.made == 1
    assert first.body == second.body == third.body == '{"made":1,"text":"fr 1 None"}'
    assert [whose(response) for response in (first, second, third)] == ["fwd=miss", "hit", "hit"]
    assert third.headers["content-type"] == "application/json"
    assert third.headers["etag"] == first.headers["etag"]


@pytest.mark.case("F1")
def test_a_cached_response_needs_no_postgres(group: Group, variables: dict[str, str]) -> None:
    group.get("/database")
    with environment(**{**variables, "DATABASE_URL": GONE}):
        assert group.get("/database", after=60).json["text"] == "database"
        assert group.get("/public/new", after=60).status == 200
        signed = group.get("/database", after=60, **signed_in(Plan.FREE))
        assert (signed.status, whose(signed)) == (200, "hit"), "though the account cannot be looked up"
    assert group.made == 2


def test_redis_commands_per_response(group: Group, redis: Upstash) -> None:
    """One counts the call; the budget is worked out from these in docs/operate/caching.md."""

    def commands(*args: Any, **how: Any) -> int:
        before = redis.request_count()
        group.get(*args, **how)
        return redis.request_count() - before - 1

    assert commands() == 3, "a miss: counted, looked up, stored"
    assert commands() == 1, "from this process"
    cold()
    assert commands() == 2, "from Redis"
    assert commands() == 1
    assert commands("/own", **signed_in(Plan.FREE)) == 2, "and the plan, read along with the count, remembered"
    for reader in ({}, signed_in(Plan.FREE)):
        assert commands("/own", **reader) == commands(**reader) == 1
    assert commands("/public?page=0") == 3, "refused: counted, looked for, turn ended"
    assert commands("/tiered", **signed_in(Plan.FREE)) == 3
    cold()
    assert commands("/tiered", **signed_in(Plan.FREE)) == 2
    assert commands("/tiered", **signed_in(Plan.FREE)) == 1


@pytest.mark.case("D5")
@pytest.mark.parametrize(
    ("kind", "seconds", "tiered"),
    [
        (CacheKind.MATCHES, 600, False),
        (CacheKind.PREDICTIONS, 3_600, True),
        (CacheKind.TEAMS, 86_400, False),
        (CacheKind.DAILY_PICKS, 1_800, True),
        (CacheKind.STATISTICS, 3_600, False),
        (CacheKind.LIVE, 30, False),
    ],
)
def test_the_ttls_are_those_of_the_specification(kind: CacheKind, seconds: int, tiered: bool) -> None:
    assert (CACHE_POLICIES[kind].ttl, CACHE_POLICIES[kind].per_plan) == (timedelta(seconds=seconds), tiered)


@pytest.mark.case("D5")
def test_a_response_is_fresh_for_its_kinds_ttl_and_no_longer(group: Group) -> None:
    group.get()
    cold()
    assert whose(group.get(after=600 * (1 - JITTER) - 1)) == "hit"
    assert whose(group.get(after=601)) == "fwd=miss"


@pytest.mark.case("D8")
def test_ttls_have_jitter(group: Group, redis: Upstash) -> None:
    for name in range(30):
        group.get(f"/public/{name}")
    expiries = [redis.client.hget(key, "fresh_until") for key in redis.client.keys("response:*")]
    lives = [int(str(until)) / 1000 - NOON.timestamp() for until in expiries]
    assert 540 <= min(lives) < 560
    assert 590 < max(lives) <= 600
    assert len(set(lives)) > 25


@pytest.mark.case("I1")
def test_a_response_for_today_expires_at_midnight_in_paris(group: Group) -> None:
    """23:00 UTC in November."""
    before_midnight = datetime(2026, 11, 22, 22, 55, tzinfo=UTC)
    assert whose(invoke(group.handler, "/tiered", at=before_midnight)) == "fwd=miss"
    assert whose(invoke(group.handler, "/tiered", at=before_midnight + timedelta(minutes=4, seconds=59))) == "hit"
    assert whose(invoke(group.handler, "/tiered", at=before_midnight + timedelta(minutes=5))) == "fwd=miss"


@pytest.mark.case("D3")
def test_stale_is_served_while_another_process_recomputes(group: Group, redis: Upstash) -> None:
    group.get()
    redis.client.set(
        f"lock:{redis.client.keys('response:*')[0].removeprefix('response:')}", "another process", px=60_000
    )
    old = group.get(after=700)
    assert (old.status, old.json["made"], whose(old)) == (200, 1, "hit; detail=stale")
    assert (old.headers["age"], old.headers["warning"]) == ("700", '110 - "Response is Stale"')
    assert old.headers["cache-control"] == "public, no-cache"


@pytest.mark.case("D4", "F1")
def test_stale_responses_are_served_with_a_warning_while_postgres_is_down(
    group: Group, variables: dict[str, str]
) -> None:
    group.get("/database")
    with environment(**{**variables, "DATABASE_URL": GONE}):
        old = group.get("/database", after=7200)
        assert (old.status, old.json["made"], old.headers["age"]) == (200, 1, "7200")
        assert old.headers["warning"].startswith("110")
        cold()
        assert group.get("/database", after=3600 + 6 * 3600 - 400).status == 200
        refused = group.get("/database", after=3600 + 6 * 3600 + 1)
        assert (refused.status, refused.headers["retry-after"]) == (503, "5")
        assert group.get("/database?x=1", after=3600 + 6 * 3600 + 1, accept_language="en").status == 503
    assert whose(group.get("/database", after=3600 + 6 * 3600 + 2)) == "fwd=miss"


def test_live_scores_are_stale_for_five_minutes_at_most(group: Group) -> None:
    assert CACHE_POLICIES[CacheKind.LIVE].stale_ttl <= timedelta(minutes=5)


def test_after_a_failed_computation_the_lock_stays_as_a_cooldown(
    group: Group, variables: dict[str, str], redis: Upstash
) -> None:
    group.get("/database")
    with environment(**{**variables, "DATABASE_URL": GONE}):
        group.get("/database", after=7200)
        assert redis.client.keys("lock:*"), "the lock expires by itself"


def test_an_unexpected_error_propagates_and_releases_the_lock(group: Group, redis: Upstash) -> None:
    group.get()
    group.fail = RuntimeError("unforeseen")
    assert group.get(after=700).status == 500
    assert not redis.client.keys("lock:*")


@pytest.mark.case("D11")
@pytest.mark.parametrize("times", [1, 3])
def test_a_404_is_cached_for_a_minute(group: Group, times: int) -> None:
    group.fail = NotFound("unknown_match")
    for _ in range(times):
        missing = group.get("/public/x", accept_language="en")
        assert (missing.status, missing.json["detail"]) == (404, "This match is unknown.")
        assert missing.headers["cache-control"] == "no-store"
        assert "etag" in missing.headers
        assert invoke(group.handler, "/public/x", at=NOON, accept_language="en", if_none_match="*").status == 404
    assert group.made == 1
    group.fail = None
    assert group.get("/public/x", after=59, accept_language="en").status == 404
    assert group.get("/public/x", after=60, accept_language="en").status == 200


@pytest.mark.parametrize("error", [BadRequest("dates_reversed"), NotFound("no_prediction")])
def test_of_error_responses_only_a_404_is_cached(group: Group, redis: Upstash, error: NotFound) -> None:
    group.fail = error
    group.get()
    assert bool(redis.client.keys("response:*")) == (type(error) is NotFound)
    assert not redis.client.keys("lock:*")


@pytest.mark.parametrize(
    ("header", "value"), [("set-cookie", "a=b"), ("cache-control", "no-store"), ("content-type", "text/plain")]
)
def test_a_response_with_a_cookie_no_store_or_another_type_is_not_cached(
    group: Group, redis: Upstash, header: str, value: str
) -> None:
    target = f"/special?header={header}&value={value}"
    responses = [group.get(target), group.get(target)]
    assert [json.loads(response.body)["made"] for response in responses] == [1, 2]
    assert redis.client.keys("response:*") == redis.client.keys("lock:*") == []


@pytest.mark.case("D12")
def test_an_invalidated_response_is_recomputed(group: Group) -> None:
    group.get()
    group.get("/tiered")
    invalidate(CacheKind.MATCHES, CacheKind.TEAMS)
    assert group.get().json["made"] == 3
    assert group.get("/tiered").json["made"] == 2


@pytest.mark.case("D12")
def test_other_processes_notice_an_invalidation_within_half_a_minute(group: Group, redis: Upstash) -> None:
    group.get()
    redis.client.incr("generation:matches")
    assert group.get(after=29).json["made"] == 1
    assert group.get(after=30).json["made"] == 2


def test_invalidating_nothing_or_without_redis_does_nothing(variables: dict[str, str], redis: Upstash) -> None:
    invalidate()
    assert redis.client.keys("*") == []
    with environment():
        invalidate(CacheKind.MATCHES)
    with environment(UPSTASH_REDIS_REST_URL="http://127.0.0.1:9", UPSTASH_REDIS_REST_TOKEN="x"):
        invalidate(*CacheKind)


def test_every_kind_is_in_the_table() -> None:
    assert set(cache_policies.CACHE_POLICIES) == set(CacheKind)


def test_without_redis_responses_are_recomputed_but_carry_cache_headers(variables: dict[str, str]) -> None:
    with environment(DATABASE_URL=variables["DATABASE_URL"]):
        group = Group()
        assert [group.get().json["made"] for _ in range(2)] == [1, 2]
        assert group.get().headers["cache-control"].startswith("public")
        assert group.get(if_none_match="*").status == 304


def test_a_hanging_redis_is_called_once(group: Group, variables: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        hanging = {**variables, "UPSTASH_REDIS_REST_URL": f"http://127.0.0.1:{silent.getsockname()[1]}"}
        with environment(**hanging), clock.at(NOON):
            assert [group.get().status for _ in range(3)] == [200] * 3
        silent.setblocking(False)
        silent.accept()[0].close()
        with pytest.raises(BlockingIOError):  # no second connection
            silent.accept()
        assert group.made == 1
