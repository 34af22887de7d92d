"""What shares a cached response and what does not."""

from typing import Annotated, Any

import pytest
from fastapi import Cookie, Header

from shared.accounts.plans import Plan
from shared.runtime import wiring
from shared.services.cache_policies import CacheKind, invalidate
from shared.services.plan_cache import PlanCache
from shared.web.app import http_app
from shared.web.authentication import Anyone
from shared.web.cached_route import cached
from tests.running import environment
from tests.tokens import ALICE, BOB
from tests.web.cached_route.group import Group, Numbered, cold, signed_in, whose
from tests.web.conftest import Upstash


@pytest.mark.parametrize(
    "spellings",
    [
        ("/about/7?competition=PL", "/about/7?competition=premier%20league", "/about/7?competition=Premier+League"),
        ("/about/7?team=Paris+Saint-Germain", "/about/7?team=psg", "/about/7?team=Paris+SG"),
    ],
)
def test_spellings_of_one_name_share_a_cached_response(group: Group, spellings: tuple[str, ...]) -> None:
    first, *others = (group.get(target) for target in spellings)
    assert [(whose(other), other.json) for other in others] == [("hit", first.json)] * len(others)


@pytest.mark.case("H2")
@pytest.mark.parametrize("target", ["/about/07", "/about/%2B7", "/about/7.0", "/about/%D9%A7", "/public?page=01"])
def test_a_non_canonical_number_is_a_422_even_if_the_response_is_cached(group: Group, target: str) -> None:
    plain = [group.get(target).status for target in ("/about/7", "/public?page=1")]
    assert plain == [200, 200]
    assert group.get(target).status == 422


def test_different_requests_share_no_cached_response(group: Group) -> None:
    """Nor does what is refused: an id behind another competition's code, an unknown name."""
    targets = ["", "?competition=SA", "?competition=Premier+Lea", "?team=Nobody", "?team=Lens"]
    targets = [f"/about/7{query}" for query in targets] + ["/about/PL_7", "/about/SA_7", "/about/8", "/about/PL_8"]
    responses = [group.get(target) for target in targets]
    assert [response.json["made"] for response in responses] == list(range(1, len(targets) + 1))
    assert group.get("/about/SA_x").status == 422


@pytest.mark.case("D6")
def test_each_plan_has_its_own_cached_response_which_is_private(group: Group) -> None:
    """A premium reader's answer is never a free reader's, nor the other way round."""
    readers: list[dict[str, Any]] = [{}, *(signed_in(plan) for plan in (Plan.FREE, Plan.PREMIUM, Plan.ELITE))]
    for _ in range(2):
        for reader, plan in zip(readers, ("anonymous", "free", "premium", "elite"), strict=True):
            cold()  # this process has no plan of Alice's cached
            wiring.redis().delete(f"plan:{ALICE}")
            response = group.get("/tiered", **reader)
            assert response.json["text"] == plan
            whose = "private, no-cache" if reader else "public, max-age=60, s-maxage=600, stale-while-revalidate=60"
            assert response.headers["cache-control"] == whose
            assert {"Authorization", "X-API-Key", "Accept-Language"} <= set(response.headers["vary"].split(", "))
    assert group.made == 4
    assert group.get("/tiered", **signed_in(Plan.FREE, BOB)).json["made"] == 2, "one for all readers of a plan"


@pytest.mark.case("D6")
def test_an_invalid_token_is_rejected_even_if_the_response_is_cached(group: Group) -> None:
    for target in ("/public", "/tiered"):
        group.get(target)
        assert group.get(target, authorization="Bearer forged").status == 401


@pytest.mark.case("D6")
def test_a_route_without_a_cache_kind_is_never_cached(group: Group) -> None:
    responses = [group.get("/own"), group.get("/own")]
    assert [response.json["made"] for response in responses] == [1, 2]
    assert {response.headers["cache-control"] for response in responses} == {"no-store"}


@pytest.mark.case("D13")
@pytest.mark.parametrize(
    "other", ["status=live&page=1", "page=1&status=live&utm_source=x", "a=1&status=live&page=1&a=2"]
)
def test_parameter_order_and_unknown_parameters_do_not_change_the_cache_key(group: Group, other: str) -> None:
    """The same key, not 422 (docs/operate/caching.md)."""
    group.get("/public?page=1&status=live")
    assert (group.get(f"/public?{other}").status, group.made) == (200, 1)


@pytest.mark.case("D13")
def test_a_repeated_query_parameter_counts_by_its_last_value(group: Group) -> None:
    group.get("/public?page=1")
    assert group.get("/public?page=1&page=2").json["text"] == "fr 2 None"
    assert group.get("/public?page=2&page=1").json["text"] == "fr 1 None"
    assert group.get("/public?page=1&page=x").status == 422


@pytest.mark.case("D13")
def test_every_parameter_is_part_of_the_cache_key(group: Group) -> None:
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


def test_each_language_has_its_own_cached_response(group: Group) -> None:
    for accept_language, language in (("en-GB", "en"), ("fr", "fr"), ("de", "fr"), ("en;q=0.5", "en")):
        assert group.get(accept_language=accept_language).json["text"].startswith(language)
    assert group.made == 2


@pytest.mark.case("D10")
def test_releases_do_not_share_cached_responses(group: Group, variables: dict[str, str]) -> None:
    group.get()
    with environment(**variables, APP_VERSION="9.9.9"):
        assert whose(Group().get()) == "fwd=miss"
    assert whose(Group().get()) == "hit"


@pytest.mark.case("G11")
def test_concurrent_releases_cache_separately_and_share_invalidations(
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
def test_a_cached_plan_in_another_format_is_ignored(group: Group, redis: Upstash, form: str) -> None:
    """Then the plan is read from Postgres."""
    wiring.redis().set(PlanCache.key_for(ALICE), form)
    assert group.get("/tiered", **signed_in(Plan.FREE)).json["text"] == "free"


def test_a_route_that_depends_on_headers_or_cookies_cannot_be_cached() -> None:
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
