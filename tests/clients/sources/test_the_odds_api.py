"""The Odds API at the wire: what is asked, what is made of the answers, and how it refuses."""

import json
import logging
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.betting.odds_budget import Call
from shared.betting.prices import Market
from shared.clients.errors import InvalidResponse, RateLimited, Rejected, Unavailable, UpstreamError
from shared.clients.sources.the_odds_api import (
    BOOKMAKERS,
    SPORTS,
    Credits,
    KeyTransport,
    OddsResponse,
    OutOfCredits,
    TheOddsApi,
)
from shared.clients.sources.the_odds_api_parser import parse_events
from shared.football.competition import COMPETITIONS
from tests.clients.conftest import SimulatedTime
from tests.odds_service import KEY, Json, bookmaker, event, h2h, market, totals

BOTH = Call("PL", (Market.H2H, Market.TOTALS))
NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
READ_AT = "2026-11-22T14:59:30Z"
KICK_OFF = "2026-11-23T20:00:00Z"
SPENT = {"x-requests-used": "12", "x-requests-remaining": "488", "x-requests-last": "2"}

Respond = Callable[[httpx.Request], httpx.Response]


def fetch(respond: Respond, time: SimulatedTime, call: Call = BOTH, seconds: float = 60) -> OddsResponse:
    inner = httpx.MockTransport(respond)
    with httpx.Client(transport=KeyTransport(inner, KEY)) as http:
        api = TheOddsApi(http, "https://api.test/v4/", time.now, time.sleep)
        deadline = time.now() + timedelta(seconds=seconds)
        return api.fetch_odds(call, time.now(), time.now() + timedelta(days=7), deadline=deadline)


def respond_with(body: Any, status: int = 200, headers: dict[str, str] = SPENT) -> Respond:
    return lambda request: httpx.Response(status, json=body, headers=headers)


def refuses(status: int, code: str) -> Respond:
    return respond_with({"message": f"no, not with {KEY}", "error_code": code, "details_url": "https://x"}, status)


def arsenal(*bookmakers: Json, **changes: Any) -> Json:
    return event("Arsenal", "Chelsea", KICK_OFF, *bookmakers, event_id="e1") | changes


def prices_of(payload: Json) -> dict[tuple[str, Market, Decimal], tuple[str, ...]]:
    """The prices that are read from a match."""
    reading = parse_events([payload], "soccer_epl", NOW)
    assert reading.faults == ()
    (read,) = reading.events
    return {(q.bookmaker, q.market, q.line): tuple(str(p) for p in q.prices) for q in read.quotes}


def fault_of(payload: Any) -> str:
    (fault,) = parse_events([payload], "soccer_epl", NOW).faults
    return ": ".join(fault)


def test_prices_are_asked_of_ten_bookmakers_by_name(time: SimulatedTime) -> None:
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


def test_without_a_market_the_free_list_is_asked_for(time: SimulatedTime) -> None:
    def respond(request: httpx.Request) -> httpx.Response:
        assert request.url.path == "/v4/sports/soccer_uefa_champs_league/events"
        assert "markets" not in request.url.params
        payload = {k: v for k, v in arsenal().items() if k != "bookmakers"}
        return httpx.Response(200, json=[payload], headers=SPENT)

    feed = fetch(respond, time, Call("CL"))
    assert [e.external_id for e in feed.parsed.events] == ["e1"]
    assert feed.credits == Credits(used=12, remaining=488, last=2)


def test_every_competition_that_is_forecast_has_its_sport() -> None:
    assert {c.code for c in COMPETITIONS.values() if c.forecast and c.code != "DEMO"} == SPORTS.keys()


@pytest.mark.parametrize("header", ["", "many", "-1", "9" * 20, "NaN"])
def test_credits_are_none_without_valid_headers(time: SimulatedTime, header: str) -> None:
    assert fetch(respond_with([], headers=SPENT | {"x-requests-remaining": header}), time).credits is None


def test_a_match_is_read_with_its_clubs_and_times(time: SimulatedTime) -> None:
    (read,) = fetch(
        respond_with([arsenal(bookmaker("winamax_fr", READ_AT, h2h("Arsenal", "Chelsea", 2.1, 3.45, 3.6)))]), time
    ).parsed.events
    assert (read.home.team_id, read.away.team_id) == (118, 132)
    assert read.kick_off == datetime(2026, 11, 23, 20, tzinfo=UTC)
    (quote,) = read.quotes
    assert (quote.bookmaker, quote.market, quote.line) == ("winamax_fr", Market.H2H, 0)
    assert [str(price) for price in quote.prices] == ["2.1", "3.45", "3.6"], "home, draw, away, whatever their order"
    assert quote.taken_at == datetime(2026, 11, 22, 14, 59, 30, tzinfo=UTC)


def test_the_payload_is_stored_as_received(time: SimulatedTime) -> None:
    payload = arsenal(bookmaker("winamax_fr", READ_AT, h2h("Arsenal", "Chelsea", 2.10, 3.45, 3.6)), new_field=["é"])
    feed = fetch(respond_with([payload]), time)
    assert json.loads(feed.parsed.payloads["e1"]) == payload


@pytest.mark.parametrize("place", ["bookmaker", "market", "both"])
def test_the_time_of_a_price_stands_at_the_bookmaker_or_at_the_market(place: str) -> None:
    payload = arsenal(bookmaker("winamax_fr", "2026-11-22T14:00:00Z", h2h("Arsenal", "Chelsea", 2, 3, 4)))
    if place != "bookmaker":
        payload["bookmakers"][0]["markets"][0]["last_update"] = "2026-11-22T15:30:00+01:00"
    if place == "market":
        del payload["bookmakers"][0]["last_update"]
    (quote,) = parse_events([payload], "soccer_epl", NOW).events[0].quotes
    assert quote.taken_at == datetime(2026, 11, 22, 14, 0 if place == "bookmaker" else 30, tzinfo=UTC)


def test_a_time_a_little_ahead_of_ours_is_that_of_the_reading_and_one_far_ahead_is_none() -> None:
    def event_at(at: str) -> Json:
        return arsenal(bookmaker("winamax_fr", at, h2h("Arsenal", "Chelsea", 2, 3, 4)))

    (quote,) = parse_events([event_at("2026-11-22T15:00:40Z")], "soccer_epl", NOW).events[0].quotes
    assert quote.taken_at == NOW
    assert "lies in the future" in fault_of(event_at("2026-11-22T15:02:00Z"))


@pytest.mark.case("L9")
def test_totals_of_different_points_are_different_lines() -> None:
    goals = market("totals", ("Over", 1.9, 2.5), ("Under", 1.95, 2.5), ("Under", 1.4, 3.5), ("Over", 2.9, 3.5))
    assert prices_of(arsenal(bookmaker("pinnacle", READ_AT, goals))) == {
        ("pinnacle", Market.TOTALS, Decimal("2.5")): ("1.9", "1.95"),
        ("pinnacle", Market.TOTALS, Decimal("3.5")): ("2.9", "1.4"),
    }


@pytest.mark.case("J14")
def test_spreads_are_handicaps_of_the_home_side() -> None:
    """One side's -0.25 is the other's +0.25."""
    spreads = market("spreads", ("Chelsea", 1.85, 0.25), ("Arsenal", 2.05, -0.25))
    level = market("spreads", ("Arsenal", 1.6, 0), ("Chelsea", 2.3, 0))
    assert prices_of(arsenal(bookmaker("pinnacle", READ_AT, spreads), bookmaker("betsson", READ_AT, level))) == {
        ("pinnacle", Market.HANDICAP, Decimal("-0.25")): ("2.05", "1.85"),
        ("betsson", Market.HANDICAP, Decimal(0)): ("1.6", "2.3"),
    }


@pytest.mark.case("L2")
def test_a_missing_draw_leaves_its_place_empty() -> None:
    """`sift` then refuses the set."""
    two = market("h2h", ("Arsenal", 1.5), ("Chelsea", 2.5))
    assert prices_of(arsenal(bookmaker("pinnacle", READ_AT, two))) == {
        ("pinnacle", Market.H2H, Decimal(0)): ("1.5", "None", "2.5")
    }


@pytest.mark.parametrize("price", [1, 0, -2.5, 10_000, 1e300])
def test_an_impossible_price_is_none(price: float) -> None:
    payload = arsenal(bookmaker("pinnacle", READ_AT, h2h("Arsenal", "Chelsea", price, 3, 4)))
    assert prices_of(payload) == {("pinnacle", Market.H2H, Decimal(0)): ("None", "3", "4")}


def test_the_exchange_is_called_as_the_other_source_calls_it_and_its_lay_prices_are_left_alone() -> None:
    lay = market("h2h_lay", ("Arsenal", 2.2), ("Chelsea", 3.7), ("Draw", 3.5))
    payload = arsenal(bookmaker("betfair_ex_eu", READ_AT, h2h("Arsenal", "Chelsea", 2.1, 3.4, 3.6), lay))
    assert prices_of(payload).keys() == {("betfair_exchange", Market.H2H, Decimal(0))}


@pytest.mark.case("E9")
def test_further_fields_change_nothing() -> None:
    plain = arsenal(bookmaker("pinnacle", READ_AT, h2h("Arsenal", "Chelsea", 2, 3, 4)))
    more = json.loads(json.dumps(plain)) | {"home_rotation": 1}
    more["bookmakers"][0] |= {"link": "https://x", "sid": None}
    more["bookmakers"][0]["markets"][0]["outcomes"][0] |= {"bet_limit": 100, "multiplier": None}
    assert prices_of(more) == prices_of(plain)


@pytest.mark.case("E9")
@pytest.mark.parametrize("field", ["id", "commence_time", "home_team", "away_team"])
@pytest.mark.parametrize("value", [None, "", 7, []])
def test_a_match_without_what_it_must_have_is_set_aside_and_kept(field: str, value: object) -> None:
    reading = parse_events([arsenal(**{field: value}), arsenal(id="e2")], "soccer_epl", NOW)
    assert [e.external_id for e in reading.events] == ["e2"]
    assert len(reading.payloads) == 2
    ((about, what),) = reading.faults
    assert about == ("soccer_epl, item 0" if field == "id" else "e1")
    assert field in what


@pytest.mark.case("E9")
@pytest.mark.parametrize(
    ("broken", "fault"),
    [
        (bookmaker("p", READ_AT, market("h2h", ("Arsenal", 2), ("Draw", 3), ("Fulham", 4))), "e1:p:h2h: an outcome is"),
        (bookmaker("p", READ_AT, market("h2h", ("Draw", 3), ("Draw", 4))), "e1:p:h2h: an outcome has two prices"),
        (bookmaker("p", READ_AT, market("h2h", ("Draw", "3.0"))), "e1:p:h2h: price is no number"),
        (bookmaker("p", READ_AT, market("h2h", ("Draw", True))), "e1:p:h2h: price is no number"),
        (bookmaker("p", READ_AT, market("totals", ("Over", 2))), "e1:p:totals: point is no number"),
        (bookmaker("p", READ_AT, market("totals", ("Over", 2, 2.3))), "e1:p:totals: a line is no multiple"),
        (bookmaker("p", READ_AT, market("totals", ("Over", 2, 400))), "e1:p:totals: a line is no multiple"),
        (bookmaker("p", READ_AT, market("totals")), "e1:p:totals: outcomes is missing"),
        (bookmaker("p", "", market("totals", ("Over", 2, 2.5))), "e1:p:totals: last_update is missing"),
        (bookmaker("p", "2026-11-22T14:00:00", market("h2h", ("Draw", 3))), "e1:p:h2h: a time is no instant with a"),
        (bookmaker("P; DROP", READ_AT, market("h2h", ("Draw", 3))), "e1:P; DROP:h2h: its bookmaker's key is none"),
        ({"key": "p"}, "e1:p:?: key is missing"),
        ("bookmaker", "e1:?:?: key is missing"),
    ],
)
def test_a_market_that_cannot_be_read_is_set_aside_alone(broken: Any, fault: str) -> None:
    good = bookmaker("pinnacle", READ_AT, h2h("Arsenal", "Chelsea", 2, 3, 4), totals(1.9, 2.0))
    payload = arsenal(broken, good)
    assert fault_of(payload).startswith(fault)
    (read,) = parse_events([payload], "soccer_epl", NOW).events
    assert [(q.bookmaker, q.market) for q in read.quotes] == [("pinnacle", Market.H2H), ("pinnacle", Market.TOTALS)]


@pytest.mark.parametrize("name", ["Ars\x00enal", "Ars\ud800enal"])
def test_a_match_that_cannot_be_stored_is_set_aside(name: str) -> None:
    assert "cannot be stored" in fault_of(arsenal(home_team=name))


@pytest.mark.case("K5", "K7")
def test_a_club_that_no_alias_matches_is_nobody() -> None:
    (read,) = parse_events([arsenal(home_team="Arsenal Women")], "soccer_epl", NOW).events
    assert (read.home.team, read.home.name) == (None, "Arsenal Women")


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.floats()
    | st.integers()
    | st.text(max_size=3)
    | st.sampled_from([READ_AT, "h2h", "Draw"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "id",
                    "home_team",
                    "away_team",
                    "commence_time",
                    "bookmakers",
                    "key",
                    "markets",
                    "outcomes",
                    "name",
                    "price",
                    "point",
                    "last_update",
                ]
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=30,
)


@given(st.lists(_JSON, max_size=3))
def test_nothing_that_json_can_say_breaks_the_reading(items: list[Any]) -> None:
    reading = parse_events(items, "soccer_epl", NOW)
    assert len(reading.events) + len(reading.faults) >= bool(items)


@pytest.mark.case("E10")
@pytest.mark.parametrize("status", [401, 429])
def test_spent_credits_are_no_failure_and_are_not_asked_for_again(time: SimulatedTime, status: int) -> None:
    """The code tells, not the status."""
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
def test_it_is_not_asked_after_the_deadline(time: SimulatedTime) -> None:
    with pytest.raises(Unavailable, match="no time is left"):
        fetch(refuses(429, "EXCEEDED_FREQ_LIMIT"), time, seconds=0.5)
    assert len(time.slept) == 1


@pytest.mark.parametrize(
    ("status", "code"),
    [(401, "INVALID_KEY"), (401, "DEACTIVATED_KEY"), (422, "INVALID_BOOKMAKERS"), (404, "UNKNOWN_SPORT")],
)
def test_a_refusal_is_told_by_its_code(time: SimulatedTime, status: int, code: str) -> None:
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
"""Every way in which it can fail, each with the key in all that the service says."""


@pytest.mark.case("E12")
@pytest.mark.parametrize("respond", FAILURES.values(), ids=FAILURES)
def test_the_key_is_in_no_error_and_no_log(
    time: SimulatedTime, respond: Respond, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Also where somebody turns on all that the HTTP library has to say."""
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
def test_what_cannot_be_a_key_is_refused_without_repeating_it(key: str) -> None:
    with pytest.raises(ValueError, match="THE_ODDS_API_KEY is no key") as caught:
        KeyTransport(httpx.MockTransport(respond_with([])), key)
    assert not key or key not in str(caught.value)
