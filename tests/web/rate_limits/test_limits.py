"""How many requests are allowed, and what they cost."""

import json
from datetime import timedelta

import pytest

from shared.accounts.plans import Plan
from shared.runtime import clock, wiring
from shared.services import redis_backed
from shared.stores.people import accounts
from shared.web import rate_limits
from shared.web.rate_limits import GROUPS, Rate
from tests.running import Handler, environment, invoke
from tests.tokens import ALICE, BOB, NOW
from tests.web.conftest import Upstash
from tests.web.rate_limits.app import PAGE, built, left, signed_in, statuses


@pytest.mark.case("C1")
def test_anonymous_callers_have_ten_requests_a_minute(handler: Handler) -> None:
    """Counted in Redis, reported in headers."""
    responses = [invoke(handler, "/number", **PAGE) for _ in range(10)]
    assert [response.status for response in responses] == [200] * 10
    assert [left(response) for response in (responses[0], responses[9])] == [("10", "9", "60"), ("10", "0", "60")]
    eleventh = invoke(handler, "/number", accept_language="en", **PAGE)
    assert eleventh.status == 429
    assert left(eleventh) == ("10", "0", "60")
    assert eleventh.headers["retry-after"] == "60"
    assert eleventh.json["detail"] == "Too many calls within a minute; try again in 60 s."
    assert invoke(handler, "/number").json["detail"] == "Trop d'appels en une minute ; réessayez dans 60 s."


def test_a_request_is_allowed_again_once_the_first_is_a_minute_old(handler: Handler) -> None:
    with clock.at(NOW):
        assert statuses(handler, 1) == [200]
    with clock.at(NOW + timedelta(seconds=30)):
        assert statuses(handler, 10) == [200] * 9 + [429]
    with clock.at(NOW + timedelta(seconds=59.5)):
        assert invoke(handler, "/number").headers["retry-after"] == "1"
    with clock.at(NOW + timedelta(seconds=60)):
        assert statuses(handler, 2) == [200, 429]


@pytest.mark.case("C10", "H13", "H14")
def test_a_429_is_not_cacheable_and_readable_by_our_pages(handler: Handler) -> None:
    refused = [invoke(handler, "/number", **PAGE) for _ in range(11)][-1]
    assert refused.headers["cache-control"] == "no-store"
    assert refused.headers["access-control-allow-origin"] == PAGE["origin"]
    exposed = refused.headers["access-control-expose-headers"]
    assert {"Retry-After", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"} <= set(exposed.split(", "))
    assert refused.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(("target", "status"), [("/nowhere", 404), ("/number?n=%00", 200), ("/broken", 400)])
def test_every_call_counts_regardless_of_its_status(handler: Handler, target: str, status: int) -> None:
    response = invoke(handler, target)
    assert (response.status, left(response)) == (status, ("10", "9", "60"))
    assert statuses(handler, 10) == [200] * 9 + [429]


@pytest.mark.case("C2")
@pytest.mark.parametrize(
    ("plan", "most"), [(Plan.FREE, 100), (Plan.PREMIUM, 100), (Plan.ELITE, 500), (Plan.ADMIN, 100)]
)
def test_signed_in_callers_have_a_higher_limit_and_are_counted_by_user(handler: Handler, plan: Plan, most: int) -> None:
    first = invoke(handler, "/mine", client="192.0.2.1", **signed_in(plan))
    second = invoke(handler, "/mine", client="198.51.100.7", **signed_in(plan))
    assert [left(response) for response in (first, second)] == [
        (str(most), str(most - 1), "60"),
        (str(most), str(most - 2), "60"),
    ]
    other = invoke(handler, "/mine", client="192.0.2.1", **signed_in(plan, BOB))
    assert left(other)[1] == str(most - 1)
    assert left(invoke(handler, "/number", client="192.0.2.1"))[1] == "9"


def test_a_changed_plans_limit_overrides_the_tokens_claim(handler: Handler, redis: Upstash) -> None:
    """The cached plan is newer than the token's."""
    for claimed, now, most in ((Plan.FREE, Plan.ELITE, "500"), (Plan.ELITE, Plan.FREE, "100")):
        accounts.set_plan(wiring.database(), ALICE, now, NOW)
        redis.client.delete(f"plan:{ALICE}")
        limits = [left(invoke(handler, "/mine", **signed_in(claimed)))[0] for _ in range(2)]
        assert limits[1] == most, "from the second call on"


@pytest.mark.case("C2")
def test_the_hundred_and_first_call_of_a_user_is_a_429_from_any_address(handler: Handler) -> None:
    expected = [200] * 100 + [429]
    assert [
        invoke(handler, "/mine", client=f"192.0.2.{i}", **signed_in(Plan.FREE)).status for i in range(101)
    ] == expected


@pytest.mark.case("C3")
def test_each_admin_route_answers_five_times_a_minute(handler: Handler) -> None:
    """Whatever ids stand in its address: a page that makes three calls and an action can all be done at once."""
    who = signed_in(Plan.ADMIN)
    assert left(invoke(handler, "/api/v1/admin/stats", **who)) == ("5", "4", "60")
    assert statuses(handler, 5, "/api/v1/admin/stats", **who) == [200] * 4 + [429]
    assert left(invoke(handler, "/api/v1/admin/stats", **who)) == ("5", "0", "60")
    people = [f"/api/v1/admin/users/{number}/role" for number in range(6)]
    assert [invoke(handler, path, method="POST", **who).status for path in people] == [200] * 5 + [429]
    assert statuses(handler, 6, people[0], **who) == [200] * 5 + [429], "reading it is another route"
    assert statuses(handler, 6, "/api/v1/sync/status", **who) == [200] * 5 + [429]
    assert statuses(handler, 1, "/number", **who) == [200], "counted apart"
    assert statuses(handler, 6, "/api/v1/admin/stats") == [401] * 5 + [429]


@pytest.mark.case("C3")
def test_all_admin_routes_together_answer_sixty_times_a_minute(handler: Handler) -> None:
    """Those of both groups, and what no route serves; a call that its own route refuses takes nothing from them."""
    who = signed_in(Plan.ADMIN)
    assert statuses(handler, 40, "/api/v1/admin/stats", **who) == [200] * 5 + [429] * 35
    assert statuses(handler, 50, "/api/v1/admin/nowhere", **who) == [404] * 50
    assert statuses(handler, 5, "/api/v1/sync/status", **who) == [200] * 5
    refused = invoke(handler, "/api/v1/admin/users/1/role", **who)
    assert (refused.status, left(refused)) == (429, ("60", "0", "60"))


def test_expensive_routes_have_lower_limits() -> None:
    usual = Rate(10, 100, 500)
    for group in GROUPS:
        if group.rate is not None:
            assert (group.rate.anonymous, group.rate.signed_in, group.rate.elite) < (10, 100, 500)
            assert all(group.rate.for_plan(plan) < usual.for_plan(plan) for plan in Plan)
        if group.per_route is not None:
            assert group.rate is not None
            assert all(group.per_route.for_plan(plan) <= group.rate.for_plan(plan) for plan in Plan)


def test_search_is_counted_apart_and_tighter(handler: Handler) -> None:
    assert statuses(handler, 6, "/api/v1/search") == [200] * 5 + [429]
    assert statuses(handler, 1) == [200]


def test_one_count_is_one_command(handler: Handler, redis: Upstash) -> None:
    before = redis.request_count()
    statuses(handler, 10)
    assert redis.request_count() - before == 10 + 1


@pytest.mark.case("C1")
def test_a_flood_of_rejected_calls_costs_one_command(handler: Handler, redis: Upstash) -> None:
    before = redis.request_count()
    assert statuses(handler, 200) == [200] * 10 + [429] * 190
    assert redis.request_count() - before == 11 + 1


def test_after_a_rejection_a_new_plans_limit_applies_five_seconds_later(variables: dict[str, str]) -> None:
    limiter, plans = redis_backed.rate_limiter(), redis_backed.plan_cache()
    assert limiter is not None
    assert plans is not None
    key, most_by_plan = plans.key_for(ALICE), {"premium": 2}
    with clock.at(NOW):
        assert [limiter.acquire("alice", 1, key, most_by_plan).wait for _ in range(2)] == [0, 60]
        plans.put(ALICE, "premium")
        assert limiter.acquire("alice", 1, key, most_by_plan).wait == 60
    with clock.at(NOW + timedelta(seconds=5)):
        assert limiter.acquire("alice", 1, key, most_by_plan).wait == 0


@pytest.mark.case("C1")
def test_invalid_keys_of_one_address_cause_ten_queries_a_minute(
    handler: Handler, capsys: pytest.CaptureFixture[str]
) -> None:
    false = [f"ps_live_{number:043}" for number in range(30)]
    capsys.readouterr()
    responses = [invoke(handler, "/number", x_api_key=key).status for key in false]
    queries = [json.loads(line)["queries"] for line in capsys.readouterr().out.splitlines()]
    assert responses == [401] * 10 + [429] * 20
    assert [count > 0 for count in queries] == [True] * 10 + [False] * 20


def test_a_callers_plan_is_read_in_the_same_redis_request_as_the_count(handler: Handler, redis: Upstash) -> None:
    invoke(handler, "/mine", **signed_in(Plan.FREE))
    before = redis.request_count()
    assert statuses(handler, 15, "/mine", **signed_in(Plan.FREE)) == [200] * 15
    assert redis.request_count() - before == 15 + 1


def test_the_limit_of_the_public_is_a_setting(variables: dict[str, str]) -> None:
    with environment(**variables, PUBLIC_CALLS_PER_MINUTE="3"):
        assert statuses(built(), 4) == [200] * 3 + [429]


def test_a_rejected_call_is_logged_like_any_other(handler: Handler, capsys: pytest.CaptureFixture[str]) -> None:
    statuses(handler, 11)
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["status"] == 429


def test_no_rate_limit_group_is_shadowed_by_an_earlier_one() -> None:
    for place, group in enumerate(rate_limits.GROUPS):
        assert not [g for g in rate_limits.GROUPS[:place] if group.prefix.startswith(g.prefix)]
