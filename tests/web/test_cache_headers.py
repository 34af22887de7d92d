"""Cache headers: RFC 9111 (Cache-Control), RFC 9211 (Cache-Status), RFC 9110 (conditional requests)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.services.cached_response import CachedResponse
from shared.web.cache_headers import CacheOutcome, cache_headers, etag_matches

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)


def headers(
    how: CacheOutcome = "hit", status: int = 200, left: float = 45.9, *, tiered: bool, is_named: bool
) -> dict[str, str]:
    """The headers of an answer that was made 200.9 seconds ago and counts for so many seconds yet."""
    response = CachedResponse(
        status=status,
        headers=(("content-type", "application/json"),),
        body=b"{}",
        created_at=NOW - timedelta(seconds=200.9),
        fresh_until=NOW + timedelta(seconds=left),
    )
    response_headers = cache_headers(response, how, NOW, per_plan=tiered, has_credentials=is_named)
    assert len(dict(response_headers)) == len(response_headers), "each header stands once"
    assert response_headers[0] == ("content-type", "application/json")
    return dict(response_headers[1:])


FOR_ALL: Any = {"tiered": False, "is_named": False}


def test_a_public_response_has_every_cache_header() -> None:
    assert headers(**FOR_ALL) == {
        "cache-control": "public, max-age=45, s-maxage=45, stale-while-revalidate=45",
        "vary": "Accept-Language",
        "cache-status": "paris-sportif; hit; ttl=45",
    }


@pytest.mark.parametrize(
    ("left", "browsers", "cdn"),
    [(-1, 0, 0), (0, 0, 0), (1, 1, 1), (59.9, 59, 59), (60, 60, 60), (61, 60, 61), (600, 60, 600), (601, 60, 600)],
)
def test_max_age_is_a_minute_and_s_maxage_ten_within_the_remaining_ttl(left: float, browsers: int, cdn: int) -> None:
    sent = headers(left=left, **FOR_ALL)
    control = f"public, max-age={browsers}, s-maxage={cdn}, stale-while-revalidate={browsers}"
    assert sent["cache-control"] == control
    assert sent["cache-status"] == f"paris-sportif; hit; ttl={max(int(left), 0)}"


@pytest.mark.parametrize(
    ("tiered", "is_named", "whose", "vary"),
    [
        (False, False, "public", "Accept-Language"),
        (False, True, "public", "Accept-Language"),
        (True, False, "public", "Accept-Language, Authorization, X-API-Key"),
        (True, True, "private", "Accept-Language, Authorization, X-API-Key"),
    ],
)
def test_a_response_by_plan_is_private_for_identified_readers(
    tiered: bool, is_named: bool, whose: str, vary: str
) -> None:
    sent = headers(tiered=tiered, is_named=is_named)
    assert sent["vary"] == vary
    assert (sent["cache-control"] == "private, no-cache") is (whose == "private")
    assert headers("stale", tiered=tiered, is_named=is_named)["cache-control"] == f"{whose}, no-cache"


def test_a_new_response_is_marked_as_a_miss() -> None:
    assert headers("miss", **FOR_ALL)["cache-status"] == "paris-sportif; fwd=miss; stored; ttl=45"
    assert not {"age", "warning"} & headers("miss", **FOR_ALL).keys()


def test_a_stale_response_has_a_warning_and_its_age_in_whole_seconds() -> None:
    assert headers("stale", left=-100, **FOR_ALL) == {
        "cache-control": "public, no-cache",
        "vary": "Accept-Language",
        "cache-status": "paris-sportif; hit; detail=stale; ttl=0",
        "age": "200",
        "warning": '110 - "Response is Stale"',
    }


@pytest.mark.parametrize("status", [201, 404, 500])
def test_only_successful_responses_are_cacheable_outside(status: int) -> None:
    """Without a header of its own, a response gets the default of the middleware: `no-store`."""
    assert "cache-control" not in headers(status=status, **FOR_ALL)
    assert "cache-control" not in headers("stale", status=status, tiered=True, is_named=True)


@pytest.mark.case("D7")
@pytest.mark.parametrize(
    ("if_none_match", "named"),
    [
        ('"abc"', True),
        ('W/"abc"', True),
        ('"xyz", W/"abc" ,"def"', True),
        ('"xyz",W/"abc","def"', True),
        ("*", True),
        (None, False),
        ("", False),
        ('"ABC"', False),
        ("abc", False),
        ('"abcd", "xabc"', False),
        ('"abc"W/', False),
    ],
)
def test_if_none_match_is_compared_with_the_etag(if_none_match: str | None, named: bool) -> None:
    assert etag_matches(if_none_match, '"abc"') is named
