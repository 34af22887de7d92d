"""Answers that are given again, through the whole edge; what keeps them is tested by itself in tests/clients."""

import json
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import pytest
from fastapi import Cookie, Header, Query, Response
from pydantic import BaseModel

from shared.accounts.plans import Plan
from shared.runtime import clock, wiring
from shared.services import cache_policies
from shared.services.cache_policies import CACHE_POLICIES, CacheKind, invalidate
from shared.services.plan_cache import PlanCache
from shared.web.app import Connection, RequestLanguage, http_app, lambda_handler
from shared.web.authentication import Anyone
from shared.web.cached_route import JITTER, cached
from shared.web.errors import BadRequest, NotFound
from shared.web.params import CompetitionName, MatchId, TeamName
from tests.running import Handler, HttpResponse, environment, invoke, reset_process
from tests.tokens import ALICE, BOB, SUPABASE, bearer
from tests.web.conftest import Upstash

NOON = datetime(2026, 11, 22, 11, tzinfo=UTC)
GONE = "postgresql://u@127.0.0.1:9/x"
PAGE: dict[str, Any] = {"origin": "https://paris-sportif.vercel.app"}


class Numbered(BaseModel):
    made: int
    text: str


@dataclass
class Group:
    """Endpoints whose answers tell how many were made."""

    made: int = 0
    fail: Exception | None = None
    meanwhile: Callable[[], object] = lambda: None
    handler: Handler = field(init=False)

    def __post_init__(self) -> None:
        app = http_app("try")

        @app.get("/public")
        @cached(CacheKind.MATCHES)
        async def public(
            reader: Anyone, language: RequestLanguage, page: Annotated[int, Query(ge=1)] = 1, status: str | None = None
        ) -> Numbered:
            return self.make(f"{language} {page} {status}")

        @app.get("/tiered")
        @cached(CacheKind.DAILY_PICKS)
        async def tiered(reader: Anyone) -> Numbered:
            return self.make(reader.plan)

        @app.get("/database")
        @cached(CacheKind.STATISTICS)
        async def database(reader: Anyone, db: Connection) -> Numbered:
            return self.make("database")

        @app.get("/live")
        @cached(CacheKind.LIVE)
        async def live(reader: Anyone) -> Numbered:
            return self.make("live")

        @app.get("/own")
        async def own(reader: Anyone) -> Numbered:
            return self.make("own")

        @app.get("/special")
        @cached(CacheKind.MATCHES)
        async def special(reader: Anyone, response: Response, header: str, value: str) -> Numbered:
            response.headers[header] = value
            return self.make("special")

        @app.get("/about/{match_id}")
        @cached(CacheKind.MATCHES)
        async def about(
            reader: Anyone, match_id: MatchId, competition: CompetitionName = "", team: TeamName = "Arsenal"
        ) -> Numbered:
            return self.make(f"{match_id} {competition} {team}")

        @app.get("/public/{name}")
        @cached(CacheKind.MATCHES)
        async def named(reader: Anyone, name: str) -> Numbered:
            return self.make(name)

        self.handler = lambda_handler(app)

    def make(self, text: str) -> Numbered:
        self.made += 1
        self.meanwhile()
        if self.fail:
            raise self.fail
        return Numbered(made=self.made, text=text)

    def get(self, target: str = "/public", *, after: float = 0, **how: Any) -> HttpResponse:
        """What a request some seconds after noon is answered."""
        return invoke(self.handler, target, at=NOON + timedelta(seconds=after), **how)


@pytest.fixture
def variables(redis: Upstash, stores: str) -> Iterator[dict[str, str]]:
    """What a process is told."""
    values = {"DATABASE_URL": stores, "PUBLIC_CALLS_PER_MINUTE": "1000", **SUPABASE, **redis.settings}
    with environment(**values):
        yield values


@pytest.fixture
def group(variables: dict[str, str]) -> Group:
    return Group()


def cold() -> None:
    """Be another process."""
    reset_process()


def whose(respond: HttpResponse) -> str:
    """`hit`, `fwd=miss` or `hit; detail=stale`."""
    return respond.headers["cache-status"].split("; ", 1)[1].partition("; ttl")[0].removesuffix("; stored")


def signed_in(plan: Plan, user: Any = ALICE, at: datetime = NOON) -> dict[str, Any]:
    return {"authorization": bearer(at, sub=str(user), app_metadata={"role": plan.value})}


@pytest.mark.parametrize(
    "spellings",
    [
        ("/about/7?competition=PL", "/about/7?competition=premier%20league", "/about/7?competition=Premier+League"),
        ("/about/7?team=Paris+Saint-Germain", "/about/7?team=psg", "/about/7?team=Paris+SG"),
    ],
)
def test_spellings_of_one_thing_share_an_answer(group: Group, spellings: tuple[str, ...]) -> None:
    first, *others = (group.get(target) for target in spellings)
    assert [(whose(other), other.json) for other in others] == [("hit", first.json)] * len(others)


@pytest.mark.case("H2")
@pytest.mark.parametrize("target", ["/about/07", "/about/%2B7", "/about/7.0", "/about/%D9%A7", "/public?page=01"])
def test_a_number_in_another_spelling_is_refused_though_the_answer_is_kept(group: Group, target: str) -> None:
    plain = [group.get(target).status for target in ("/about/7", "/public?page=1")]
    assert plain == [200, 200]
    assert group.get(target).status == 422


def test_what_is_not_the_same_shares_nothing(group: Group) -> None:
    """Nor does what is refused: an id behind another competition's code, a name that is nobody's."""
    targets = ["", "?competition=SA", "?competition=Premier+Lea", "?team=Nobody", "?team=Lens"]
    targets = [f"/about/7{query}" for query in targets] + ["/about/PL_7", "/about/SA_7", "/about/8", "/about/PL_8"]
    responses = [group.get(target) for target in targets]
    assert [response.json["made"] for response in responses] == list(range(1, len(targets) + 1))
    assert group.get("/about/SA_x").status == 422


def test_what_was_answered_is_answered_again_without_being_made(group: Group) -> None:
    first, second = group.get(), group.get(after=1)
    cold()
    third = group.get(after=2)
    assert group.made == 1
    assert first.body == second.body == third.body == '{"made":1,"text":"fr 1 None"}'
    assert [whose(response) for response in (first, second, third)] == ["fwd=miss", "hit", "hit"]
    assert third.headers["content-type"] == "application/json"
    assert third.headers["etag"] == first.headers["etag"]


@pytest.mark.case("F1")
def test_a_kept_answer_needs_no_postgres(group: Group, variables: dict[str, str]) -> None:
    group.get("/database")
    with environment(**{**variables, "DATABASE_URL": GONE}):
        assert group.get("/database", after=60).json["text"] == "database"
        assert group.get("/public/new", after=60).status == 200
        signed = group.get("/database", after=60, **signed_in(Plan.FREE))
        assert (signed.status, whose(signed)) == (200, "hit"), "though nobody can tell who asks"
    assert group.made == 2


def test_how_many_commands_an_answer_takes(group: Group, redis: Upstash) -> None:
    """One counts the call; the budget is worked out from these in docs/operate/caching.md."""

    def commands(*args: Any, **how: Any) -> int:
        before = redis.request_count()
        group.get(*args, **how)
        return redis.request_count() - before - 1

    assert commands() == 3, "made: counted, looked for, kept"
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
def test_the_times_are_those_asked_for(kind: CacheKind, seconds: int, tiered: bool) -> None:
    assert (CACHE_POLICIES[kind].ttl, CACHE_POLICIES[kind].per_plan) == (timedelta(seconds=seconds), tiered)


@pytest.mark.case("D5")
def test_an_answer_counts_as_long_as_its_kind_says_and_no_longer(group: Group) -> None:
    group.get()
    cold()
    assert whose(group.get(after=600 * (1 - JITTER) - 1)) == "hit"
    assert whose(group.get(after=601)) == "fwd=miss"


@pytest.mark.case("D8")
def test_answers_made_together_do_not_end_together(group: Group, redis: Upstash) -> None:
    for name in range(30):
        group.get(f"/public/{name}")
    expiries = [redis.client.hget(key, "fresh_until") for key in redis.client.keys("response:*")]
    lives = [int(str(until)) / 1000 - NOON.timestamp() for until in expiries]
    assert 540 <= min(lives) < 560
    assert 590 < max(lives) <= 600
    assert len(set(lives)) > 25


@pytest.mark.case("I1")
def test_an_answer_for_today_does_not_count_tomorrow(group: Group) -> None:
    """Tomorrow begins in Paris."""
    before_midnight = datetime(2026, 11, 22, 22, 55, tzinfo=UTC)
    assert whose(invoke(group.handler, "/tiered", at=before_midnight)) == "fwd=miss"
    assert whose(invoke(group.handler, "/tiered", at=before_midnight + timedelta(minutes=4, seconds=59))) == "hit"
    assert whose(invoke(group.handler, "/tiered", at=before_midnight + timedelta(minutes=5))) == "fwd=miss"


@pytest.mark.case("D3")
def test_while_one_makes_another_the_rest_get_the_old_one(group: Group, redis: Upstash) -> None:
    group.get()
    redis.client.set(f"lock:{redis.client.keys('response:*')[0].removeprefix('response:')}", "somebody else", px=60_000)
    old = group.get(after=700)
    assert (old.status, old.json["made"], whose(old)) == (200, 1, "hit; detail=stale")
    assert (old.headers["age"], old.headers["warning"]) == ("700", '110 - "Response is Stale"')
    assert old.headers["cache-control"] == "public, no-cache"


@pytest.mark.case("D4", "F1")
def test_while_postgres_is_gone_old_answers_are_given_and_say_so(group: Group, variables: dict[str, str]) -> None:
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


def test_scores_of_an_hour_ago_are_not_given_as_live(group: Group) -> None:
    assert CACHE_POLICIES[CacheKind.LIVE].stale_ttl <= timedelta(minutes=5)


def test_while_the_makers_fail_nobody_waits_for_them(group: Group, variables: dict[str, str], redis: Upstash) -> None:
    group.get("/database")
    with environment(**{**variables, "DATABASE_URL": GONE}):
        group.get("/database", after=7200)
        assert redis.client.keys("lock:*"), "the turn runs out by itself"


def test_the_unexpected_flies_and_holds_nobody_up(group: Group, redis: Upstash) -> None:
    group.get()
    group.fail = RuntimeError("nobody expected this")
    assert group.get(after=700).status == 500
    assert not redis.client.keys("lock:*")


@pytest.mark.case("D11")
@pytest.mark.parametrize("times", [1, 3])
def test_that_something_is_not_there_is_believed_for_a_minute(group: Group, times: int) -> None:
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
def test_only_what_is_not_there_is_kept_of_all_refusals(group: Group, redis: Upstash, error: NotFound) -> None:
    group.fail = error
    group.get()
    assert bool(redis.client.keys("response:*")) == (type(error) is NotFound)
    assert not redis.client.keys("lock:*")


@pytest.mark.parametrize(
    ("header", "value"), [("set-cookie", "a=b"), ("cache-control", "no-store"), ("content-type", "text/html")]
)
def test_what_says_that_it_is_for_one_alone_is_not_kept(group: Group, redis: Upstash, header: str, value: str) -> None:
    target = f"/special?header={header}&value={value}"
    responses = [group.get(target), group.get(target)]
    assert [json.loads(response.body)["made"] for response in responses] == [1, 2]
    assert redis.client.keys("response:*") == redis.client.keys("lock:*") == []


@pytest.mark.case("D6")
def test_a_public_answer_may_be_kept_by_all(group: Group) -> None:
    for response in (group.get(**PAGE), group.get(**PAGE, **signed_in(Plan.ELITE))):
        assert (
            response.headers["cache-control"]
            == "public, max-age=60, s-maxage=" + response.headers["cache-control"].split("s-maxage=")[1]
        )
        assert {"Accept-Language", "Origin"} <= set(response.headers["vary"].split(", "))
    assert group.made == 1


def test_others_keep_an_answer_no_longer_than_it_counts_and_ten_minutes_at_most(group: Group) -> None:
    group.get("/live")
    shared = [
        group.get(target, after=seconds).headers["cache-control"]
        for target, seconds in (("/live", 10), ("/database", 0), ("/database", 3000), ("/database", 3230))
    ]
    ages = [[int(part.partition("=")[2]) for part in control.split(", ")[1:3]] for control in shared]
    assert ages[0][0] == ages[0][1] <= 20
    assert ages[1] == [60, 600]
    assert ages[2][1] < 600
    assert ages[3][0] <= ages[3][1] <= 370


@pytest.mark.case("D6")
def test_each_plan_has_its_own_answer_and_nobody_outside_keeps_it(group: Group) -> None:
    """A premium reader's answer is never a free reader's, nor the other way round."""
    readers: list[dict[str, Any]] = [{}, *(signed_in(plan) for plan in (Plan.FREE, Plan.PREMIUM, Plan.ELITE))]
    for _ in range(2):
        for reader, plan in zip(readers, ("anonymous", "free", "premium", "elite"), strict=True):
            cold()  # this process has kept no plan of Alice's
            wiring.redis().delete(f"plan:{ALICE}")
            response = group.get("/tiered", **reader)
            assert response.json["text"] == plan
            whose = "private, no-cache" if reader else "public, max-age=60, s-maxage=600, stale-while-revalidate=60"
            assert response.headers["cache-control"] == whose
            assert {"Authorization", "X-API-Key", "Accept-Language"} <= set(response.headers["vary"].split(", "))
    assert group.made == 4
    assert group.get("/tiered", **signed_in(Plan.FREE, BOB)).json["made"] == 2, "one for all readers of a plan"


@pytest.mark.case("D6")
@pytest.mark.parametrize(
    "shown", [signed_in(Plan.FREE), {"authorization": bearer(NOON, is_anonymous=True)}, {"authorization": "Basic x"}]
)
def test_whatever_a_request_shows_of_its_sender_its_answer_is_kept_by_nobody_outside(
    group: Group, shown: dict[str, Any]
) -> None:
    group.get("/tiered")
    for target, after in (("/tiered", 0), ("/tiered", 1), ("/tiered", 2000)):
        assert group.get(target, after=after, **shown).headers["cache-control"] == "private, no-cache"


@pytest.mark.case("D6")
def test_a_token_that_proves_nothing_is_refused_though_the_answer_is_kept(group: Group) -> None:
    for target in ("/public", "/tiered"):
        group.get(target)
        assert group.get(target, authorization="Bearer forged").status == 401


@pytest.mark.case("D6")
def test_what_is_not_marked_is_kept_by_nobody(group: Group) -> None:
    responses = [group.get("/own"), group.get("/own")]
    assert [response.json["made"] for response in responses] == [1, 2]
    assert {response.headers["cache-control"] for response in responses} == {"no-store"}


@pytest.mark.case("D7")
@pytest.mark.parametrize("if_none_match", ["{}", "W/{}", '"other", {}', "*"])
def test_whoever_has_the_answer_is_told_so(group: Group, if_none_match: str) -> None:
    first = group.get(**PAGE)
    again = group.get(if_none_match=if_none_match.format(first.headers["etag"]), **PAGE)
    assert (again.status, again.body) == (304, "")
    for name in ("etag", "cache-control", "vary", "access-control-allow-origin", "ratelimit-remaining"):
        assert name in again.headers
    assert again.headers["etag"] == first.headers["etag"]


@pytest.mark.case("D7")
def test_whoever_has_another_gets_it_whole(group: Group) -> None:
    first = group.get()
    for if_none_match in ('"other"', first.headers["etag"].strip('"'), ""):
        assert group.get(if_none_match=if_none_match).status == 200
    assert group.get(if_none_match=first.headers["etag"], after=700).status == 200


@pytest.mark.case("H12")
def test_head_is_answered_from_the_same_answer(group: Group) -> None:
    head = group.get(method="HEAD")
    got = group.get()
    assert (head.status, head.body, group.made) == (200, "", 1)
    assert head.headers["content-length"] == got.headers["content-length"] == str(len(got.body))
    assert head.headers["etag"] == got.headers["etag"]


@pytest.mark.case("D13")
@pytest.mark.parametrize(
    "other", ["status=live&page=1", "page=1&status=live&utm_source=x", "a=1&status=live&page=1&a=2"]
)
def test_neither_order_nor_unknown_parameters_make_another_answer(group: Group, other: str) -> None:
    """The same key, not 422 (docs/operate/caching.md)."""
    group.get("/public?page=1&status=live")
    assert (group.get(f"/public?{other}").status, group.made) == (200, 1)


@pytest.mark.case("D13")
def test_a_parameter_told_twice_is_answered_as_it_is_without_a_cache(group: Group) -> None:
    group.get("/public?page=1")
    assert group.get("/public?page=1&page=2").json["text"] == "fr 2 None"
    assert group.get("/public?page=2&page=1").json["text"] == "fr 1 None"
    assert group.get("/public?page=1&page=x").status == 422


@pytest.mark.case("D13")
def test_what_is_asked_for_makes_the_answer(group: Group) -> None:
    targets = [
        "/public",
        "/public?page=2",
        "/public?status=a",
        "/public?status=a%26page%3D2",
        "/public?page=2&status=a",
        "/public/a",
        "/public/b",
    ]
    bodies = {group.get(target).body for target in targets * 2}
    assert len(bodies) == group.made == len(targets)


def test_each_language_has_its_own_answer(group: Group) -> None:
    for accept_language, language in (("en-GB", "en"), ("fr", "fr"), ("de", "fr"), ("en;q=0.5", "en")):
        assert group.get(accept_language=accept_language).json["text"].startswith(language)
    assert group.made == 2


@pytest.mark.case("D10")
def test_no_release_gives_the_answers_of_another(group: Group, variables: dict[str, str]) -> None:
    group.get()
    with environment(**variables, APP_VERSION="9.9.9"):
        assert whose(Group().get()) == "fwd=miss"
    assert whose(Group().get()) == "hit"


@pytest.mark.case("G11")
def test_two_releases_answer_beside_each_other_each_by_itself_and_learn_of_the_same_changes(
    variables: dict[str, str],
) -> None:
    """As while a tenth of the readers is already sent to the next release."""
    old, new = Group(), Group()

    def text_from(group: Group, release: str) -> str:
        with environment(**variables, APP_VERSION=release):
            cold()
            return whose(group.get())

    assert [text_from(old, "1"), text_from(new, "2"), text_from(old, "1"), text_from(new, "2")] == [
        "fwd=miss",
        "fwd=miss",
        "hit",
        "hit",
    ]
    with environment(**variables, APP_VERSION="2"):
        invalidate(CacheKind.MATCHES)
    assert [text_from(old, "1"), text_from(new, "2")] == ["fwd=miss", "fwd=miss"]
    assert (old.made, new.made) == (2, 2)


@pytest.mark.case("G11")
@pytest.mark.parametrize("form", ["platinum", "premium soon", '{"plan": "elite"}', ""])
def test_what_another_release_remembers_of_a_person_in_its_own_form_counts_for_nothing(
    group: Group, redis: Upstash, form: str
) -> None:
    """Then Postgres is asked."""
    wiring.redis().set(PlanCache.key_for(ALICE), form)
    assert group.get("/tiered", **signed_in(Plan.FREE)).json["text"] == "free"


@pytest.mark.case("D10")
def test_an_answer_of_another_form_is_another_answer(variables: dict[str, str]) -> None:
    class Before(BaseModel):
        text: str

    class After(Before):
        more: str = "x"

    def giving(model: type[Before]) -> Handler:
        app = http_app("try")

        @app.get("/same", response_model=model)
        @cached(CacheKind.MATCHES)
        async def same(reader: Anyone) -> Any:
            return model(text="x")

        return lambda_handler(app)

    assert invoke(giving(Before), "/same", at=NOON).json == {"text": "x"}
    assert invoke(giving(After), "/same", at=NOON).json == {"text": "x", "more": "x"}
    assert invoke(giving(Before), "/same", at=NOON).headers["cache-status"].startswith("paris-sportif; hit")


@pytest.mark.case("D12")
def test_what_has_changed_is_made_anew(group: Group) -> None:
    group.get()
    group.get("/tiered")
    invalidate(CacheKind.MATCHES, CacheKind.TEAMS)
    assert group.get().json["made"] == 3
    assert group.get("/tiered").json["made"] == 2


@pytest.mark.case("D12")
def test_other_processes_learn_of_it_within_half_a_minute(group: Group, redis: Upstash) -> None:
    group.get()
    redis.client.incr("generation:matches")
    assert group.get(after=29).json["made"] == 1
    assert group.get(after=30).json["made"] == 2


def test_that_nothing_changed_is_told_to_nobody(variables: dict[str, str], redis: Upstash) -> None:
    invalidate()
    assert redis.client.keys("*") == []
    with environment():
        invalidate(CacheKind.MATCHES)
    with environment(UPSTASH_REDIS_REST_URL="http://127.0.0.1:9", UPSTASH_REDIS_REST_TOKEN="x"):
        invalidate(*CacheKind)


def test_every_kind_is_in_the_table() -> None:
    assert set(cache_policies.CACHE_POLICIES) == set(CacheKind)


def test_without_redis_every_answer_is_made_and_still_told_how_to_keep_it(variables: dict[str, str]) -> None:
    with environment(DATABASE_URL=variables["DATABASE_URL"]):
        group = Group()
        assert [group.get().json["made"] for _ in range(2)] == [1, 2]
        assert group.get().headers["cache-control"].startswith("public")
        assert group.get(if_none_match="*").status == 304


def test_a_redis_that_hangs_is_waited_for_once(group: Group, variables: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        hanging = {**variables, "UPSTASH_REDIS_REST_URL": f"http://127.0.0.1:{silent.getsockname()[1]}"}
        with environment(**hanging), clock.at(NOON):
            assert [group.get().status for _ in range(3)] == [200] * 3
        silent.setblocking(False)
        silent.accept()[0].close()
        with pytest.raises(BlockingIOError):  # no second connection
            silent.accept()
        assert group.made == 1


def test_the_log_says_whence_an_answer_came(group: Group, capsys: pytest.CaptureFixture[str]) -> None:
    group.get()
    group.get()
    group.get("/own")
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["cache"] for line in lines] == ["miss", "hit", None]


def test_an_answer_that_depends_on_more_than_its_address_cannot_be_kept() -> None:
    app = http_app("try")

    async def by_header(reader: Anyone, x_mode: Annotated[str, Header()] = "") -> Numbered:
        return Numbered(made=1, text=x_mode)

    async def by_cookie(reader: Anyone, mode: Annotated[str, Cookie()] = "") -> Numbered:
        return Numbered(made=1, text=mode)

    async def write(reader: Anyone) -> Numbered:
        return Numbered(made=1, text="")

    for add, endpoint in ((app.get, by_header), (app.get, by_cookie), (app.post, write)):
        with pytest.raises(TypeError, match="/x: only a GET that depends on its URL and the language"):
            add("/x")(cached(CacheKind.MATCHES)(endpoint))
