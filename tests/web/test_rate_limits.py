"""Who may ask how often, through the whole edge."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi import Request

from shared.accounts.api_keys import fingerprint
from shared.accounts.plans import Plan
from shared.runtime import clock, wiring
from shared.services import redis_backed
from shared.stores.database import connect
from shared.stores.people import accounts, api_keys
from shared.stores.people.api_keys import ApiKeyRow
from shared.web import rate_limits
from shared.web.app import http_app, lambda_handler
from shared.web.authentication import Admin, Anyone, SignedIn
from shared.web.errors import BadRequest
from shared.web.rate_limits import GROUPS, Rate
from tests.running import Handler, HttpResponse, environment, invoke
from tests.tokens import ALICE, BOB, NOW, SUPABASE, bearer
from tests.web.conftest import Upstash

PAGE: dict[str, Any] = {"origin": "https://paris-sportif.vercel.app"}
DOWN = {"UPSTASH_REDIS_REST_URL": "http://127.0.0.1:9", "UPSTASH_REDIS_REST_TOKEN": "x"}
KEY = "ps_live_" + "k" * 43
CDN = "a secret that our CDN sends along"


def built() -> Handler:
    """Routes of every group."""
    app = http_app("try")

    async def number(reader: Anyone) -> int:
        return 7

    for path in ("/number", "/health", "/health/ready", "/api/v1/search", "/api/v1/enrichment/full"):
        app.get(path)(number)
    for path in ("/number", "/api/v1/stripe/webhook"):
        app.post(path)(number)

    @app.get("/mine")
    async def mine(reader: SignedIn) -> str:
        return str(reader.user_id)

    @app.get("/api/v1/admin/stats")
    @app.get("/api/v1/sync/status")
    async def admin(reader: Admin) -> int:
        return 7

    @app.get("/api/v1/admin/users/{user_id}/role")
    @app.post("/api/v1/admin/users/{user_id}/role")
    async def role(reader: Admin, user_id: int) -> int:
        return user_id

    @app.get("/broken")
    async def broken(reader: Anyone) -> None:
        raise BadRequest("unreadable")

    return lambda_handler(app)


@pytest.fixture
def variables(redis: Upstash, url: str) -> Iterator[dict[str, str]]:
    """What a process is told."""
    values = {"DATABASE_URL": url, "CLOCK": NOW.isoformat(), **SUPABASE, **redis.settings}
    with environment(**values):
        yield values


@pytest.fixture
def handler(variables: dict[str, str]) -> Handler:
    return built()


def signed_in(plan: Plan, user: UUID = ALICE) -> dict[str, Any]:
    """The header of somebody with a plan."""
    return {"authorization": bearer(NOW, sub=str(user), aal="aal2", app_metadata={"role": plan.value})}


def statuses(handler: Handler, times: int, target: str = "/number", **how: Any) -> list[int]:
    return [invoke(handler, target, **how).status for _ in range(times)]


def with_header(handler: Handler, name: str, value: str) -> Handler:
    """Sets a header that the local gateway would overwrite."""
    return lambda event, context: handler({**event, "headers": event["headers"] | {name: value}}, context)


def left(respond: HttpResponse) -> tuple[str, ...]:
    return tuple(respond.headers[f"ratelimit-{name}"] for name in ("limit", "remaining", "reset"))


@pytest.mark.case("C1")
def test_whoever_has_not_signed_in_asks_ten_times_a_minute(handler: Handler) -> None:
    """Counted in Redis, told in headers."""
    responses = [invoke(handler, "/number", **PAGE) for _ in range(10)]
    assert [response.status for response in responses] == [200] * 10
    assert [left(response) for response in (responses[0], responses[9])] == [("10", "9", "60"), ("10", "0", "60")]
    eleventh = invoke(handler, "/number", accept_language="en", **PAGE)
    assert eleventh.status == 429
    assert left(eleventh) == ("10", "0", "60")
    assert eleventh.headers["retry-after"] == "60"
    assert eleventh.json["detail"] == "Too many calls within a minute; try again in 60 s."
    assert invoke(handler, "/number").json["detail"] == "Trop d'appels en une minute ; réessayez dans 60 s."


def test_it_may_ask_again_as_soon_as_its_first_call_is_a_minute_old(handler: Handler) -> None:
    with clock.at(NOW):
        assert statuses(handler, 1) == [200]
    with clock.at(NOW + timedelta(seconds=30)):
        assert statuses(handler, 10) == [200] * 9 + [429]
    with clock.at(NOW + timedelta(seconds=59.5)):
        assert invoke(handler, "/number").headers["retry-after"] == "1"
    with clock.at(NOW + timedelta(seconds=60)):
        assert statuses(handler, 2) == [200, 429]


@pytest.mark.case("C10", "H13", "H14")
def test_a_refusal_is_kept_by_nobody_and_may_be_read_by_our_pages(handler: Handler) -> None:
    refused = [invoke(handler, "/number", **PAGE) for _ in range(11)][-1]
    assert refused.headers["cache-control"] == "no-store"
    assert refused.headers["access-control-allow-origin"] == PAGE["origin"]
    exposed = refused.headers["access-control-expose-headers"]
    assert {"Retry-After", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"} <= set(exposed.split(", "))
    assert refused.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(("target", "status"), [("/nowhere", 404), ("/number?n=%00", 200), ("/broken", 400)])
def test_whatever_comes_of_it_a_call_counts(handler: Handler, target: str, status: int) -> None:
    response = invoke(handler, target)
    assert (response.status, left(response)) == (status, ("10", "9", "60"))
    assert statuses(handler, 10) == [200] * 9 + [429]


@pytest.mark.case("C2")
@pytest.mark.parametrize(
    ("plan", "most"), [(Plan.FREE, 100), (Plan.PREMIUM, 100), (Plan.ELITE, 500), (Plan.ADMIN, 100)]
)
def test_whoever_signed_in_has_more_and_is_counted_by_their_name(handler: Handler, plan: Plan, most: int) -> None:
    first = invoke(handler, "/mine", client="192.0.2.1", **signed_in(plan))
    second = invoke(handler, "/mine", client="198.51.100.7", **signed_in(plan))
    assert [left(response) for response in (first, second)] == [
        (str(most), str(most - 1), "60"),
        (str(most), str(most - 2), "60"),
    ]
    other = invoke(handler, "/mine", client="192.0.2.1", **signed_in(plan, BOB))
    assert left(other)[1] == str(most - 1)
    assert left(invoke(handler, "/number", client="192.0.2.1"))[1] == "9"


def test_a_plan_that_was_bought_or_lost_counts_though_the_token_says_another(handler: Handler, redis: Upstash) -> None:
    """The plan that is remembered is newer than the token's."""
    for claimed, now, most in ((Plan.FREE, Plan.ELITE, "500"), (Plan.ELITE, Plan.FREE, "100")):
        accounts.set_plan(wiring.database(), ALICE, now, NOW)
        redis.client.delete(f"plan:{ALICE}")
        limits = [left(invoke(handler, "/mine", **signed_in(claimed)))[0] for _ in range(2)]
        assert limits[1] == most, "from the second call on"


@pytest.mark.case("C2")
def test_the_hundred_and_first_call_is_refused_whatever_the_address(handler: Handler) -> None:
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


def test_what_costs_more_is_had_less_often() -> None:
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


@pytest.mark.case("C6")
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("x-forwarded-for", "203.0.113.{}"),
        ("x-forwarded-for", "203.0.113.{}, 10.0.0.1"),
        ("forwarded", "for=203.0.113.{}"),
        ("x-real-ip", "203.0.113.{}"),
        ("true-client-ip", "203.0.113.{}"),
        ("cloudfront-viewer-address", "203.0.113.{}:443"),
    ],
)
def test_an_address_that_the_caller_tells_himself_is_not_believed(handler: Handler, name: str, value: str) -> None:
    responses = [invoke(with_header(handler, name, value.format(number)), "/number") for number in range(11)]
    assert [response.status for response in responses] == [200] * 10 + [429]


@pytest.mark.parametrize(
    "shown",
    [{}, {"x_cdn_secret": ""}, {"x_cdn_secret": "guessed"}, {"x_cdn_secret": f"{CDN},{CDN} anew"}],
)
@pytest.mark.parametrize("path", ["/number", "/health", "/mine", "/nowhere"])
def test_past_the_cdn_nobody_is_answered(variables: dict[str, str], shown: dict[str, str], path: str) -> None:
    with environment(**variables, CDN_SECRET=f"{CDN},{CDN} anew, "):
        headers: dict[str, Any] = {"cloudfront_viewer_address": "203.0.113.1:443", **shown}
        assert invoke(built(), path, **headers).status == 403


@pytest.mark.case("Q4")
@pytest.mark.parametrize("secret", [CDN, f"{CDN} anew"])
def test_either_of_two_secrets_is_believed_while_one_takes_the_others_place(
    variables: dict[str, str], secret: str
) -> None:
    with environment(**variables, CDN_SECRET=f"{CDN}, {CDN} anew"):
        assert (
            invoke(built(), "/number", x_cdn_secret=secret, cloudfront_viewer_address="203.0.113.1:443").status == 200
        )


@pytest.mark.case("C6")
def test_without_a_cdn_an_empty_secret_proves_nothing(handler: Handler) -> None:
    responses = [
        invoke(handler, "/number", x_cdn_secret="", cloudfront_viewer_address=f"203.0.113.{i}:1") for i in range(11)
    ]
    assert responses[-1].status == 429


@pytest.mark.case("C6")
@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.9:443", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6:51234", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::9]:443", "2001:db8:1:2::/64"),
        ("nonsense", "unknown"),
    ],
)
def test_our_cdn_is_believed(redis: Upstash, variables: dict[str, str], address: str, counted: str) -> None:
    """Whose word counts, and no other beside it."""
    with environment(**variables, CDN_SECRET=CDN):
        handler = with_header(built(), "x-forwarded-for", "1.1.1.1")
        invoke(handler, "/number", x_cdn_secret=CDN, cloudfront_viewer_address=address)
    assert redis.client.keys("*") == [f"calls:/:{counted}"]


@pytest.mark.parametrize("sent", [{}, {"x_cdn_secret": CDN}])
def test_a_caller_whose_address_nobody_tells_is_counted_with_all_such(sent: dict[str, str]) -> None:
    """Behind our CDN where it forgets the header, else where the server knows no peer (a Unix socket)."""
    headers = [(name.replace("_", "-").encode(), value.encode()) for name, value in sent.items()]
    with environment(CDN_SECRET=CDN):
        assert rate_limits.client_address(Request({"type": "http", "headers": headers, "client": None})) == "unknown"


@pytest.mark.case("C7")
@pytest.mark.parametrize(
    ("client", "counted"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::", "2001:db8:1:3::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("", "unknown"),
    ],
)
def test_of_ipv6_a_whole_household_is_one_caller(handler: Handler, redis: Upstash, client: str, counted: str) -> None:
    invoke(handler, "/number", client=client)
    assert redis.client.keys("*") == [f"calls:/:{counted}"]


@pytest.mark.case("C8")
def test_while_redis_is_down_readers_are_counted_by_each_process(variables: dict[str, str]) -> None:
    """Open, with a limit of its own (docs/decisions/limits.md)."""
    with environment(**{**variables, **DOWN}):
        handler = built()
        responses = [invoke(handler, "/number", **PAGE) for _ in range(11)]
        assert [response.status for response in responses] == [200] * 10 + [429]
        assert left(responses[0]) == ("10", "9", "60")
        assert statuses(handler, 2, client="192.0.2.1", method="HEAD") == [200, 200]
        assert statuses(handler, 101, "/mine", **signed_in(Plan.FREE)) == [200] * 100 + [429]


@pytest.mark.case("C8")
@pytest.mark.parametrize(
    ("method", "target", "plan"),
    [
        ("POST", "/number", None),
        ("POST", "/number", Plan.FREE),
        ("GET", "/api/v1/admin/stats", Plan.ADMIN),
        ("GET", "/api/v1/sync/status", Plan.ADMIN),
    ],
)
def test_while_redis_is_down_nothing_is_written_or_administered(
    variables: dict[str, str], method: str, target: str, plan: Plan | None
) -> None:
    """Closed, because there the limit is what protects."""
    who: dict[str, Any] = {} if plan is None else signed_in(plan)
    with environment(**{**variables, **DOWN}):
        response = invoke(built(), target, method=method, **who)
    assert (response.status, response.headers["retry-after"]) == (503, "5")
    assert response.json["detail"] == "Le service est indisponible un instant ; réessayez bientôt."


@pytest.mark.case("C8")
def test_a_service_that_was_given_no_redis_counts_all_the_same(variables: dict[str, str]) -> None:
    without = {name: value for name, value in variables.items() if not name.startswith("UPSTASH")}
    with environment(**without, APP_ENV="production"):
        handler = built()
        assert statuses(handler, 11) == [200] * 10 + [429]
        assert statuses(handler, 1, method="POST") == [503]
    with environment(**without):  # a developer's machine
        assert statuses(built(), 11) == [200] * 11


@pytest.mark.case("C11")
def test_what_a_browser_asks_first_and_who_watches_us_are_not_counted(handler: Handler, redis: Upstash) -> None:
    headers: dict[str, Any] = {"access_control_request_method": "GET", **PAGE}
    before = redis.request_count()
    assert statuses(handler, 20, method="OPTIONS", **headers) == [200] * 20
    assert statuses(handler, 20, method="OPTIONS") == [405] * 20
    assert statuses(handler, 20, "/health") == [200] * 20
    assert statuses(handler, 20, "/health/ready") == [200] * 20
    assert redis.request_count() - before == 1
    assert "ratelimit-limit" not in invoke(handler, "/health").headers


@pytest.mark.case("C12")
def test_the_webhook_is_not_counted(handler: Handler, redis: Upstash, variables: dict[str, str]) -> None:
    before = redis.request_count()
    assert statuses(handler, 20, "/api/v1/stripe/webhook", method="POST") == [200] * 20
    assert redis.request_count() - before == 1
    with environment(**{**variables, **DOWN}):
        assert invoke(built(), "/api/v1/stripe/webhook", method="POST").status == 200


@pytest.mark.case("A2", "C1")
@pytest.mark.parametrize(
    "token",
    ["forged", "eyJhbGciOltdfQ..", "e30..", "W10..", "eyJhbGciOnt9fQ.e30.AAAA", "W1tb" * 1000 + ".e30.AAAA"],
    ids=["no JSON", "a list as algorithm", "an empty header", "a list as header", "an object as algorithm", "nested"],
)
def test_whoever_shows_a_token_that_proves_nothing_is_counted_by_address(handler: Handler, token: str) -> None:
    forged: dict[str, Any] = {"authorization": f"Bearer {token}"}
    assert statuses(handler, 11, "/number", **forged) == [401] * 10 + [429]
    assert statuses(handler, 1) == [429]
    assert statuses(handler, 1, "/mine", **signed_in(Plan.FREE)) == [200], "who proves who they are is another caller"


def test_a_call_whose_caller_cannot_be_named_for_a_reason_that_nobody_foresaw_counts(variables: dict[str, str]) -> None:
    with environment(**{**variables, "SUPABASE_URL": ""}):
        handler = built()
        assert statuses(handler, 11, "/mine", **signed_in(Plan.FREE)) == [500] * 10 + [429]


def test_an_account_that_names_no_person_is_counted_by_address(handler: Handler, redis: Upstash) -> None:
    visitor: dict[str, Any] = {"authorization": bearer(NOW, is_anonymous=True, email=None)}
    assert left(invoke(handler, "/number", **visitor))[0] == "10"
    assert redis.client.keys("calls:*") == ["calls:/:127.0.0.1"]


@pytest.mark.case("F1")
def test_while_nobody_can_tell_who_asks_everybody_may_still_read(variables: dict[str, str]) -> None:
    with environment(**{**variables, "DATABASE_URL": "postgresql://u@127.0.0.1:9/x"}):
        handler = built()
        by_token, by_key = invoke(handler, "/mine", **signed_in(Plan.FREE)), invoke(handler, "/number", x_api_key=KEY)
    assert (by_token.status, left(by_token)[0]) == (503, "100"), "the token tells who it is, though not with what plan"
    assert (by_key.status, left(by_key)[0]) == (503, "10")


def test_a_true_key_that_may_not_write_is_never_taken_for_a_false_one(variables: dict[str, str], url: str) -> None:
    handler = built()
    with connect(url, "test") as db:
        accounts.set_plan(db, ALICE, Plan.ELITE, NOW)
        api_keys.add(db, ALICE, fingerprint(KEY), ApiKeyRow(uuid4(), "reader", ["read"], NOW))
    assert set(statuses(handler, 10, "/number", method="POST", x_api_key=KEY)) == {403}
    assert statuses(handler, 1, "/number", x_api_key=KEY) == [200]


def test_one_count_is_one_command(handler: Handler, redis: Upstash) -> None:
    before = redis.request_count()
    statuses(handler, 10)
    assert redis.request_count() - before == 10 + 1


@pytest.mark.case("C1")
def test_a_flood_of_refused_calls_costs_one_command(handler: Handler, redis: Upstash) -> None:
    before = redis.request_count()
    assert statuses(handler, 200) == [200] * 10 + [429] * 190
    assert redis.request_count() - before == 11 + 1


def test_a_plan_bought_by_somebody_who_was_refused_counts_five_seconds_later(variables: dict[str, str]) -> None:
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
def test_the_database_is_asked_for_ten_false_keys_of_an_address_a_minute(
    handler: Handler, capsys: pytest.CaptureFixture[str]
) -> None:
    false = [f"ps_live_{number:043}" for number in range(30)]
    capsys.readouterr()
    responses = [invoke(handler, "/number", x_api_key=key).status for key in false]
    queries = [json.loads(line)["queries"] for line in capsys.readouterr().out.splitlines()]
    assert responses == [401] * 10 + [429] * 20
    assert [count > 0 for count in queries] == [True] * 10 + [False] * 20


def test_the_plan_of_whoever_signed_in_is_read_along_with_the_count(handler: Handler, redis: Upstash) -> None:
    invoke(handler, "/mine", **signed_in(Plan.FREE))
    before = redis.request_count()
    assert statuses(handler, 15, "/mine", **signed_in(Plan.FREE)) == [200] * 15
    assert redis.request_count() - before == 15 + 1


def test_the_limit_of_the_public_is_a_setting(variables: dict[str, str]) -> None:
    with environment(**variables, PUBLIC_CALLS_PER_MINUTE="3"):
        assert statuses(built(), 4) == [200] * 3 + [429]


def test_a_refused_call_is_logged_like_any_other(handler: Handler, capsys: pytest.CaptureFixture[str]) -> None:
    statuses(handler, 11)
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["status"] == 429


def test_no_group_hides_behind_an_earlier_one() -> None:
    for place, group in enumerate(rate_limits.GROUPS):
        assert not [g for g in rate_limits.GROUPS[:place] if group.prefix.startswith(g.prefix)]
