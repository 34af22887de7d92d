"""The Odds API: requests, credits and failures."""

import logging
import traceback
from collections.abc import Iterator

import httpx
import pytest

from shared.betting.odds_budget import Call
from shared.clients.errors import InvalidResponse, RateLimited, Rejected, Unavailable, UpstreamError
from shared.clients.sources.the_odds_api import (
    BOOKMAKERS,
    SPORTS,
    Credits,
    KeyTransport,
    OutOfCredits,
)
from tests.clients.conftest import SimulatedTime
from tests.clients.sources.the_odds_api.responses import SPENT, Respond, arsenal, fetch, respond_with
from tests.odds_service import KEY


def refuses(status: int, code: str) -> Respond:
    return respond_with({"message": f"no, not with {KEY}", "error_code": code, "details_url": "https://x"}, status)


def test_odds_are_requested_from_ten_named_bookmakers(time: SimulatedTime) -> None:
    requests: list[httpx.URL] = []

    def respond(request: httpx.Request) -> httpx.Response:
        requests.append(request.url)
        return httpx.Response(200, json=[], headers=SPENT)

    fetch(respond, time)
    (url,) = requests
    assert url.path == "/v4/sports/soccer_epl/odds"
    assert dict(url.params) == {
        "apiKey": KEY,
        "bookmakers": ",".join(BOOKMAKERS),
        "markets": "h2h,totals",
        "oddsFormat": "decimal",
        "dateFormat": "iso",
        "commenceTimeFrom": "2026-11-22T15:00:00Z",
        "commenceTimeTo": "2026-11-29T15:00:00Z",
    }
    assert len(set(BOOKMAKERS)) == 10, "ten cost as much as one region, eleven as two"


def test_without_a_market_the_free_events_list_is_requested(time: SimulatedTime) -> None:
    def respond(request: httpx.Request) -> httpx.Response:
        assert request.url.path == "/v4/sports/soccer_uefa_champs_league/events"
        assert "markets" not in request.url.params
        payload = {k: v for k, v in arsenal().items() if k != "bookmakers"}
        return httpx.Response(200, json=[payload], headers=SPENT)

    feed = fetch(respond, time, Call("CL"))
    assert [e.external_id for e in feed.parsed.events] == ["e1"]
    assert feed.credits == Credits(used=12, remaining=488, last=2)


def test_the_sports_are_those_of_the_table_of_competitions() -> None:
    assert SPORTS == {
        "PL": "soccer_epl",
        "PD": "soccer_spain_la_liga",
        "BL1": "soccer_germany_bundesliga",
        "SA": "soccer_italy_serie_a",
        "FL1": "soccer_france_ligue_one",
        "CL": "soccer_uefa_champs_league",
    }


@pytest.mark.parametrize("header", ["", "many", "-1", "9" * 20, "NaN"])
def test_credits_are_none_without_valid_headers(time: SimulatedTime, header: str) -> None:
    assert fetch(respond_with([], headers=SPENT | {"x-requests-remaining": header}), time).credits is None


@pytest.mark.case("E10")
@pytest.mark.parametrize("status", [401, 429])
def test_out_of_credits_is_not_retried(time: SimulatedTime, status: int) -> None:
    """The error code decides, not the status."""
    calls: list[httpx.Request] = []

    def respond(request: httpx.Request) -> httpx.Response:
        calls.append(request)
        return refuses(status, "OUT_OF_USAGE_CREDITS")(request)

    with pytest.raises(OutOfCredits):
        fetch(respond, time)
    assert (len(calls), time.slept) == (1, [])


@pytest.mark.case("E11")
def test_a_429_is_retried_after_a_backoff(time: SimulatedTime) -> None:
    responses = iter([refuses(429, "EXCEEDED_FREQ_LIMIT"), refuses(429, ""), respond_with([arsenal()])])

    def respond(request: httpx.Request) -> httpx.Response:
        return next(responses)(request)

    assert len(fetch(respond, time).parsed.events) == 1
    first, second = time.slept
    assert 1 <= first <= 3
    assert 2 <= second <= 6


@pytest.mark.case("E11")
def test_after_two_waits_it_is_given_up_and_no_two_waits_are_the_same(time: SimulatedTime) -> None:
    for _ in range(10):
        with pytest.raises(RateLimited):
            fetch(refuses(429, "EXCEEDED_FREQ_LIMIT"), time)
    assert len(time.slept) == 20
    assert len(set(time.slept)) > 15, "jitter"


@pytest.mark.case("E6")
def test_no_retry_is_sent_after_the_deadline(time: SimulatedTime) -> None:
    with pytest.raises(Unavailable, match="no time is left"):
        fetch(refuses(429, "EXCEEDED_FREQ_LIMIT"), time, seconds=0.5)
    assert len(time.slept) == 1


@pytest.mark.parametrize(
    ("status", "code"),
    [(401, "INVALID_KEY"), (401, "DEACTIVATED_KEY"), (422, "INVALID_BOOKMAKERS"), (404, "UNKNOWN_SPORT")],
)
def test_a_rejection_carries_the_upstreams_error_code(time: SimulatedTime, status: int, code: str) -> None:
    with pytest.raises(Rejected, match=f"answered {status} {code} to /sports/soccer_epl/odds"):
        fetch(refuses(status, code), time)


@pytest.mark.case("E5")
@pytest.mark.parametrize("body", [b"<html>", b"", b"{}", b'[{"id":', b"\xff", b"[" * 100_000])
def test_an_undocumented_body_with_status_200_is_invalid(time: SimulatedTime, body: bytes) -> None:
    with pytest.raises(InvalidResponse):
        fetch(lambda request: httpx.Response(200, content=body), time)


def fails(error: Exception) -> Respond:
    def respond(request: httpx.Request) -> httpx.Response:
        raise error

    return respond


FAILURES: dict[str, Respond] = {
    "refused key": refuses(401, "INVALID_KEY"),
    "too often": refuses(429, "EXCEEDED_FREQ_LIMIT"),
    "key as code": refuses(422, KEY),
    "no code": refuses(403, ""),
    "spent": refuses(401, "OUT_OF_USAGE_CREDITS"),
    "redirect": lambda request: httpx.Response(302, headers={"Location": str(request.url)}),
    "broken": lambda request: httpx.Response(500, text=str(request.url)),
    "no JSON": lambda request: httpx.Response(200, text=str(request.url)),
    "not gzip": lambda request: httpx.Response(200, content=b"x", headers={"Content-Encoding": "gzip"}),
    "unreachable": fails(httpx.ConnectError("refused")),
    "late": fails(httpx.ReadTimeout("too late")),
}
"""Every way in which it can fail, each with the key in the service's whole response."""


@pytest.mark.case("E12")
@pytest.mark.parametrize("respond", FAILURES.values(), ids=FAILURES)
def test_the_key_is_in_no_error_and_no_log(
    time: SimulatedTime, respond: Respond, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Also with the HTTP library's debug logging on."""
    caplog.set_level(logging.DEBUG)
    urls: list[str] = []

    def witness(request: httpx.Request) -> httpx.Response:
        urls.append(str(request.url))
        return respond(request)

    with pytest.raises((UpstreamError, OutOfCredits)) as caught:
        fetch(witness, time)
    assert KEY in urls[0], "or it would not be in question"
    output = "".join(traceback.format_exception(caught.value))
    requests = [str(e.request.url) for e in _chain(caught.value) if isinstance(e, httpx.RequestError)]
    assert KEY not in output + caplog.text + "".join(capfd.readouterr()) + "".join(requests)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__


def test_the_library_does_log_addresses(time: SimulatedTime, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    fetch(respond_with([]), time)
    assert "https://api.test/v4/sports/soccer_epl/odds" in caplog.text
    assert KEY not in caplog.text


@pytest.mark.parametrize("key", ["", "a key", "key\n", "é", "k&regions=us"])
def test_an_invalid_api_key_is_rejected_without_repeating_it(key: str) -> None:
    with pytest.raises(ValueError, match="THE_ODDS_API_KEY is no key") as caught:
        KeyTransport(httpx.MockTransport(respond_with([])), key)
    assert not key or key not in str(caught.value)
