"""What a cached response states to browsers and the CDN."""

import json
from typing import Any

import pytest

from shared.accounts.plans import Plan
from tests.tokens import bearer
from tests.web.cached_route.group import NOON, Group, signed_in

PAGE: dict[str, Any] = {"origin": "https://paris-sportif.vercel.app"}


@pytest.mark.case("D6")
def test_a_public_response_has_public_cache_control(group: Group) -> None:
    for response in (group.get(**PAGE), group.get(**PAGE, **signed_in(Plan.ELITE))):
        assert (
            response.headers["cache-control"]
            == "public, max-age=60, s-maxage=" + response.headers["cache-control"].split("s-maxage=")[1]
        )
        assert {"Accept-Language", "Origin"} <= set(response.headers["vary"].split(", "))
    assert group.made == 1


def test_shared_caches_get_the_remaining_ttl_and_ten_minutes_at_most(group: Group) -> None:
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
@pytest.mark.parametrize(
    "shown", [signed_in(Plan.FREE), {"authorization": bearer(NOON, is_anonymous=True)}, {"authorization": "Basic x"}]
)
def test_a_response_to_a_request_with_credentials_is_private(group: Group, shown: dict[str, Any]) -> None:
    group.get("/tiered")
    for target, after in (("/tiered", 0), ("/tiered", 1), ("/tiered", 2000)):
        assert group.get(target, after=after, **shown).headers["cache-control"] == "private, no-cache"


@pytest.mark.case("D7")
@pytest.mark.parametrize("if_none_match", ["{}", "W/{}", '"other", {}', "*"])
def test_a_matching_etag_is_a_304(group: Group, if_none_match: str) -> None:
    first = group.get(**PAGE)
    again = group.get(if_none_match=if_none_match.format(first.headers["etag"]), **PAGE)
    assert (again.status, again.body) == (304, "")
    for name in ("etag", "cache-control", "vary", "access-control-allow-origin", "ratelimit-remaining"):
        assert name in again.headers
    assert again.headers["etag"] == first.headers["etag"]


@pytest.mark.case("D7")
def test_a_different_etag_gets_the_whole_response(group: Group) -> None:
    first = group.get()
    for if_none_match in ('"other"', first.headers["etag"].strip('"'), ""):
        assert group.get(if_none_match=if_none_match).status == 200
    assert group.get(if_none_match=first.headers["etag"], after=700).status == 200


@pytest.mark.case("H12")
def test_head_shares_the_cached_response_of_get(group: Group) -> None:
    head = group.get(method="HEAD")
    got = group.get()
    assert (head.status, head.body, group.made) == (200, "", 1)
    assert head.headers["content-length"] == got.headers["content-length"] == str(len(got.body))
    assert head.headers["etag"] == got.headers["etag"]


def test_the_log_line_has_the_cache_status(group: Group, capsys: pytest.CaptureFixture[str]) -> None:
    group.get()
    group.get()
    group.get("/own")
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["cache"] for line in lines] == ["miss", "hit", None]
