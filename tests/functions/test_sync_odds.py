"""Bookmakers' prices: fetched within the month's credits, matched where possible, else reported."""

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from shared.football.match import Hour, Status
from shared.runtime import clock, wiring
from shared.stores.betting import odds_credits
from shared.stores.database import connect
from tests import odds_service
from tests.factories import insert_matches, match_update
from tests.functions.test_chain import Interrupted, dying
from tests.odds_service import KEY, Json, OddsService, bookmaker, event, h2h, totals
from tests.running import environment, rows_of, run, select
from tests.runtime.test_error_reports import collector
from tests.season import Service, row

NOW = datetime(2024, 4, 27, 2, 40, tzinfo=UTC)
HOUR = timedelta(hours=1)
PROJECT = Path(__file__).resolve().parents[2]
AT = "2024-04-27T02:39:40Z"
TAKEN_AT = datetime(2024, 4, 27, 2, 39, 40, tzinfo=UTC)
REPORTS = "SELECT kind, about, what FROM reports ORDER BY kind, about, what"
OFFERS = "SELECT bookmaker, market, line, prices, taken_at, closing FROM offers ORDER BY bookmaker, market"
ACCOUNT = "SELECT month, used, remaining, refused_until FROM odds_credits"
NOT_RESTORED = ("odds_credits", "job_failures")
CALLS = "SELECT competition, purpose, credits FROM odds_calls ORDER BY competition"


def arsenal(*bookmakers: Json, commence_time: str = "2024-04-27T14:00:00Z", **names: str) -> Json:
    home, away = names.get("home", "Arsenal"), names.get("away", "Chelsea")
    prices = bookmakers or (bookmaker("winamax_fr", AT, h2h(home, away, 2.1, 3.45, 3.6), totals(1.9, 1.95)),)
    return event(home, away, commence_time, *prices)


def juventus() -> Json:
    prices = bookmaker("pinnacle", AT, h2h("Juventus", "AC Milan", 2.2, 3.3, 3.5))
    return event("Juventus", "AC Milan", "2024-04-27T16:00:00Z", prices, sport="soccer_italy_serie_a")


def in_italy() -> Any:
    return match_update("Juventus", "Milan", competition="SA", external_id="I1/2324/Juventus/Milan")


@pytest.fixture
def odds(service: Service, url: str) -> Iterator[OddsService]:
    """The service with a price on the one match that we hold."""
    with connect(url, "test") as db:
        insert_matches(db, match_update(), now=NOW)
    with odds_service.bundle(url, service.url) as odds:
        odds.set_events(arsenal())
        yield odds


def sync(now: datetime = NOW) -> dict[str, Any]:
    return run("sync_odds", now)


def test_without_an_odds_api_key_the_job_is_skipped(bundle: Service, url: str) -> None:
    assert sync()["skipped"] == "THE_ODDS_API_KEY is not set"
    assert rows_of(url, "jobs")["odds_credits"] == []


def test_payloads_are_stored_as_received(odds: OddsService, url: str) -> None:
    report = sync()
    assert (report["leagues"], report["calls"], report["matches"], report["offers"], report["credits_left"]) == (
        1,
        1,
        1,
        2,
        498,
    )
    stored = dict(select(url, "SELECT source, content FROM payloads"))
    assert json.loads(stored["the_odds_api/odds"]) == arsenal()
    assert "bookmakers" not in json.loads(stored["the_odds_api/events"])
    assert select(url, OFFERS) == [
        ("winamax_fr", "h2h", 0, [Decimal("2.100"), Decimal("3.450"), Decimal("3.600")], TAKEN_AT, False),
        ("winamax_fr", "totals", Decimal("2.50"), [Decimal("1.900"), Decimal("1.950")], TAKEN_AT, False),
    ]
    assert select(url, REPORTS) == []


@pytest.mark.case("J1", "J4")
@pytest.mark.parametrize("status", [Status.POSTPONED, Status.SUSPENDED, Status.CANCELLED])
def test_no_credit_is_spent_on_a_league_whose_matches_are_put_off(odds: OddsService, url: str, status: Status) -> None:
    with connect(url, "test") as db:
        insert_matches(db, match_update(status=status, source_updated_at=NOW), now=NOW)
    assert sync()["calls"] == 0
    assert odds.odds_requests == []


def test_the_credit_account_is_stored_as_reported(odds: OddsService, url: str) -> None:
    odds.used = 30
    sync()
    assert select(url, ACCOUNT) == [(datetime(2024, 4, 1).date(), 32, 468, None)]  # noqa: DTZ001
    assert select(url, CALLS) == [("PL", "daily", 2)]


@pytest.mark.case("G1", "G4")
def test_a_second_run_sends_no_request_and_adds_nothing(odds: OddsService, url: str) -> None:
    """Nor does the afternoon's run, where the morning's has read the prices."""
    with connect(url, "test") as db:
        insert_matches(db, match_update("Everton", "Fulham", external_id="x", kick_off=NOW + 30 * HOUR), now=NOW)
    sync()
    before = rows_of(url, "jobs")
    assert sync()["calls"] == 0
    assert sync(NOW + 12 * HOUR)["calls"] == 0
    assert rows_of(url, "jobs") == before
    assert (len(odds.odds_requests), len(odds.event_requests), odds.used) == (1, 1, 2)


def test_the_next_mornings_prices_are_stored_beside_the_earlier_ones(odds: OddsService, url: str) -> None:
    with connect(url, "test") as db:
        insert_matches(db, match_update("Everton", "Fulham", external_id="x", kick_off=NOW + 70 * HOUR), now=NOW)
    everton = ("Everton", "Fulham", "2024-04-30T00:40:00Z")
    odds.set_events(event(*everton, bookmaker("pinnacle", AT, h2h("Everton", "Fulham", 2, 3, 4))), arsenal())
    sync()
    later = bookmaker("pinnacle", "2024-04-28T02:39:00Z", h2h("Everton", "Fulham", 2.5, 3, 3.5))
    odds.set_events(event(*everton, later))
    assert sync(NOW + 24 * HOUR)["offers"] == 1
    prices = "SELECT prices[1] FROM offers WHERE bookmaker = 'pinnacle' ORDER BY taken_at"
    assert select(url, prices) == [(Decimal("2.000"),), (Decimal("2.500"),)]


def test_leagues_without_a_match_within_48_hours_cause_no_request(odds: OddsService, url: str) -> None:
    with connect(url, "test") as db:
        insert_matches(db, in_italy(), now=NOW)
        insert_matches(
            db, match_update("Lens", "Nice", competition="FL1", external_id="y", kick_off=NOW + 49 * HOUR), now=NOW
        )
    odds.set_events(arsenal(), juventus())
    assert sync()["calls"] == 2
    assert sorted(odds.odds_requests) == [("soccer_epl", "h2h,totals"), ("soccer_italy_serie_a", "h2h,totals")]
    assert sorted(odds.event_requests) == ["soccer_epl", "soccer_italy_serie_a"]


def test_a_league_without_prices_costs_no_credits(odds: OddsService) -> None:
    odds.set_events()
    report = sync()
    assert (report["calls"], odds.used, odds.event_requests) == (0, 0, ["soccer_epl"])


@pytest.mark.case("G5")
def test_the_afternoon_run_fetches_leagues_missed_by_the_morning_run(odds: OddsService, url: str) -> None:
    with connect(url, "test") as db:
        insert_matches(db, match_update("Everton", "Fulham", external_id="x", kick_off=NOW + 30 * HOUR), now=NOW)
    odds.set_events()
    sync()
    odds.set_events(
        event("Everton", "Fulham", "2024-04-28T08:40:00Z", bookmaker("pinnacle", AT, h2h("Everton", "Fulham", 2, 3, 4)))
    )
    assert sync(NOW + 12 * HOUR)["offers"] == 1


@pytest.mark.case("L13")
def test_when_the_month_is_nearly_spent_goals_are_left_out_first(odds: OddsService, url: str) -> None:
    odds.used = 500 - 7
    sync()
    assert odds.odds_requests == [("soccer_epl", "h2h")], "three days follow, of up to six leagues each"
    assert select(url, CALLS) == [("PL", "daily", 1)]


def test_our_own_monthly_allowance_is_never_exceeded(odds: OddsService, url: str, service: Service) -> None:
    odds.quota, odds.used = 20_000, 100
    with environment(
        DATABASE_URL=url,
        FOOTBALL_DATA_UK_URL=service.url,
        THE_ODDS_API_URL=odds.url,
        THE_ODDS_API_KEY=KEY,
        ODDS_CREDITS_A_MONTH="100",
    ):
        assert sync()["calls"] == 0
    assert odds.used == 100


@pytest.mark.case("E10")
def test_out_of_credits_stops_requests_until_the_1st(odds: OddsService, url: str) -> None:
    with connect(url, "test") as db:
        insert_matches(db, in_italy(), now=NOW)
    odds.failures = [(401, "OUT_OF_USAGE_CREDITS")]
    assert sync()["calls"] == 0
    assert select(url, ACCOUNT)[0][3] == datetime(2024, 5, 1, tzinfo=UTC)
    assert select(url, REPORTS) == [("the-odds-api", "2024-04", "its credits are spent")]
    assert sync(NOW + HOUR)["calls"] == 0
    assert (odds.event_requests, odds.odds_requests) == ([], []), "not even the free list"
    with connect(url, "test") as db:
        insert_matches(db, match_update("Everton", "Fulham", external_id="x", kick_off=NOW + 100 * HOUR), now=NOW)
    odds.set_events(
        event("Everton", "Fulham", "2024-05-01T06:40:00Z", bookmaker("pinnacle", AT, h2h("Everton", "Fulham", 2, 3, 4)))
    )
    assert sync(datetime(2024, 5, 1, 2, 40, tzinfo=UTC))["calls"] == 1


@pytest.mark.case("E10")
def test_running_out_of_credits_between_two_leagues_retains_earlier_prices(odds: OddsService, url: str) -> None:
    with connect(url, "test") as db:
        insert_matches(db, in_italy(), now=NOW)
    odds.set_events(arsenal(), juventus())
    odds.used = 480

    def failing_respond(target: str) -> Any:  # another holder of the key spends what is left meanwhile
        if "/odds" in target and odds.odds_requests:
            odds.used = 500
        return respond(target)

    respond = odds.respond
    odds.respond = failing_respond  # type: ignore[method-assign]
    assert sync()["offers"] == 1
    assert select(url, ACCOUNT)[0][3] == datetime(2024, 5, 1, tzinfo=UTC)


@pytest.mark.parametrize("refusal", [(401, "INVALID_KEY"), (422, "INVALID_BOOKMAKERS"), (500, ""), (503, "")])
def test_a_failed_request_fails_the_run_and_changes_no_rows(
    odds: OddsService, url: str, refusal: tuple[int, str]
) -> None:
    before = rows_of(url, *NOT_RESTORED)
    odds.failures = [refusal]
    with pytest.raises(ExceptionGroup, match="sync_odds: 1 parts failed"):
        sync()
    assert rows_of(url, *NOT_RESTORED) == before


@pytest.mark.case("E5")
@pytest.mark.parametrize("body", [b"<html>maintenance</html>", b"[{", b"{}"])
def test_an_invalid_body_fails_the_run_and_changes_no_rows(odds: OddsService, url: str, body: bytes) -> None:
    before, odds.body = rows_of(url, *NOT_RESTORED), body
    with pytest.raises(ExceptionGroup):
        sync()
    assert rows_of(url, *NOT_RESTORED) == before


def test_one_league_that_fails_does_not_undo_the_others_nor_is_it_paid_twice(odds: OddsService, url: str) -> None:
    with connect(url, "test") as db:
        insert_matches(db, in_italy(), now=NOW)
    odds.set_events(arsenal(), juventus())
    respond, fails = odds.respond, [True]

    def failing_respond(target: str) -> Any:
        if "italy" in target and "/odds" in target and fails:
            fails.clear()
            return 503, {}, b""
        return respond(target)

    odds.respond = failing_respond  # type: ignore[method-assign]
    with pytest.raises(ExceptionGroup, match="1 parts failed, the others are done"):
        sync()
    assert len(select(url, OFFERS)) == 2
    sync(NOW + timedelta(minutes=1))  # the platform's second try
    assert [sport for sport, _ in odds.odds_requests] == ["soccer_epl", "soccer_italy_serie_a"]
    assert len(select(url, OFFERS)) == 3


@pytest.mark.case("G2", "L13")
def test_two_runs_at_once_never_spend_twice(odds: OddsService, url: str) -> None:
    """The other job waits for this one's account; here it finds nothing left."""
    with connect(url, "other") as db, db.transaction():
        account = odds_credits.lock(db, datetime(2024, 4, 1).date())  # noqa: DTZ001
        odds_credits.put(db, odds_credits.MonthlyCredits(account.month, 500, 0, None))
    assert sync()["calls"] == 0
    assert odds.used == 0


@pytest.mark.case("K5", "K8", "J11")
def test_unmatched_events_are_reported_and_not_priced(odds: OddsService, url: str) -> None:
    odds.set_events(
        arsenal(home="Arsenal Women"),
        arsenal(home="Chelsea", away="Arsenal"),
        arsenal(home="Everton", away="Fulham"),
        arsenal(commence_time="2024-04-28T14:00:00Z"),
    )
    assert sync()["offers"] == 2
    assert select(url, REPORTS) == [
        ("unjoined prices", "the_odds_api:Chelsea - Arsenal", "home and away are swapped"),
        ("unjoined prices", "the_odds_api:Everton - Fulham", "it corresponds to no stored match"),
        ("unmatched club", "the_odds_api:Arsenal Women", "no alias matches"),
    ]


@pytest.mark.case("K8")
def test_an_event_36_hours_from_our_kick_off_is_not_matched(odds: OddsService, url: str) -> None:
    odds.set_events(arsenal(commence_time="2024-04-29T02:00:01Z"))
    assert sync()["calls"] == 0
    assert select(url, OFFERS) == []
    assert select(url, REPORTS) == [
        ("unjoined prices", "the_odds_api:Arsenal - Chelsea", "it corresponds to no stored match")
    ]


@pytest.mark.case("L8")
def test_a_match_in_play_is_left_alone(odds: OddsService, url: str) -> None:
    odds.set_events(arsenal(commence_time="2024-04-27T02:39:00Z"))
    assert sync()["offers"] == 0
    assert select(url, OFFERS) == select(url, REPORTS) == []


@pytest.mark.case("E9", "G9")
def test_a_row_that_cannot_be_read_is_reported_and_the_rest_is_done(odds: OddsService, url: str) -> None:
    odds.set_events(
        arsenal(bookmaker("pinnacle", "", h2h("Arsenal", "Chelsea", 2, 3, 4)), bookmaker("betsson", AT, totals(2, 2)))
    )
    assert sync()["offers"] == 1
    assert select(url, REPORTS) == [
        ("the-odds-api", "arsenal-chelsea:pinnacle:h2h", "last_update is missing"),
    ]


def test_a_forecast_starts_from_these_prices_and_the_pick_takes_a_licensed_one(
    odds: OddsService, service: Service, url: str
) -> None:
    service.fixtures(NOW - 40 * HOUR, row("Arsenal", "Chelsea", "27/04/2024 15:00", prices=(1.7, 3.9, 5.2)))
    run("sync_fixtures", NOW - 30 * HOUR)
    odds.set_events(
        arsenal(
            bookmaker("pinnacle", AT, h2h("Arsenal", "Chelsea", 2.0, 3.5, 4.2), totals(1.9, 2.0)),
            bookmaker("winamax_fr", AT, h2h("Arsenal", "Chelsea", 2.3, 3.3, 3.5)),
        )
    )
    sync()
    run("publish_predictions", NOW + HOUR)
    run("choose_picks", NOW + 2 * HOUR)
    ((home, taken_at),) = select(url, "SELECT home, prices_taken_at FROM predictions")
    assert 0.45 < home < 0.52, "from this morning's prices, not from those of two days ago, which imply 0.57"
    assert taken_at == TAKEN_AT
    assert select(url, "SELECT outcome, price, bookmaker FROM picks") == [("home", Decimal("2.300"), "winamax_fr")]


def test_a_price_of_two_days_ago_is_no_value_against_this_mornings_forecast(
    odds: OddsService, service: Service, url: str
) -> None:
    best = {"MaxH": "2.3", "MaxD": "3.6", "MaxA": "4.4"}
    service.fixtures(NOW - 40 * HOUR, row("Arsenal", "Chelsea", "27/04/2024 15:00", prices=(2.2, 3.4, 3.6)) | best)
    run("sync_fixtures", NOW - 30 * HOUR)
    odds.set_events(arsenal(bookmaker("pinnacle", AT, h2h("Arsenal", "Chelsea", 2.0, 3.5, 4.2))))
    sync()
    run("publish_predictions", NOW + HOUR)
    run("choose_picks", NOW + 2 * HOUR)
    assert select(url, "SELECT basis FROM predictions") == [("prices",)]
    assert select(url, "SELECT outcome, price, bookmaker FROM picks") == []


@pytest.mark.case("G3")
def test_killed_at_any_statement_it_leaves_nothing_and_is_done_when_run_again(odds: OddsService, url: str) -> None:
    """A failed paid request is not lost, for the free list reports the remaining credits."""
    wiring.database().close()
    before, steps = rows_of(url, "job_failures"), 0
    while True:
        steps += 1
        with clock.at(NOW):
            wiring.database().cursor_factory = dying(steps)
        try:
            sync()
        except Interrupted:
            assert rows_of(url, "job_failures") == before, f"statement {steps} died, and something stayed"
        else:
            break
    assert steps > 10
    assert len(select(url, OFFERS)) == 2
    ((_, used, remaining, _),) = select(url, ACCOUNT)
    assert (used, remaining) == (odds.used, 500 - odds.used)
    assert odds.used > 2


@pytest.mark.case("E12")
def test_the_key_reaches_no_log_no_report_no_row_and_not_sentry(service: Service, url: str) -> None:
    """Over the real transport, with the libraries' debug logging on."""
    code = (
        "import logging, sys; from shared.runtime import logs; logs.capture_library_logs(); "
        "logging.getLogger().setLevel(logging.DEBUG); "
        "from functions.sync_odds.handler import handler\n"
        "try: handler({}, None)\nexcept ExceptionGroup: sys.exit(7)"
    )
    with connect(url, "test") as db:
        insert_matches(db, match_update(), in_italy(), now=NOW)
    with odds_service.serve() as odds, collector() as (dsn, sent):
        odds.failures = [(401, "INVALID_KEY"), (500, "")]
        variables = {"DATABASE_URL": url, "CLOCK": NOW.isoformat(), "SENTRY_DSN": dsn, "LOG_LEVEL": "DEBUG"}
        variables |= {"THE_ODDS_API_URL": odds.url, "THE_ODDS_API_KEY": KEY}
        ended = subprocess.run(
            [sys.executable, "-c", code], cwd=PROJECT, env=variables, capture_output=True, text=True, check=False
        )
    assert ended.returncode == 7, ended.stderr
    assert "/v4/sports/soccer_epl/events" in ended.stdout, "addresses are logged"
    assert "INVALID_KEY" in "".join(sent)
    assert KEY not in "".join(sent) + ended.stdout + ended.stderr + repr(rows_of(url))


def test_the_key_is_not_in_the_settings_either(odds: OddsService, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    sync()
    assert KEY not in caplog.text


LAST_MINUTE = datetime(2024, 4, 27, 21, 59, tzinfo=UTC)
STORED = "SELECT hour, kick_off FROM matches"


@pytest.mark.parametrize(
    ("commence_time", "hour", "kick_off", "joined"),
    [
        ("2024-04-27T14:00:00Z", "borrowed", datetime(2024, 4, 27, 14, tzinfo=UTC), 2),
        ("2024-04-28T00:00:00Z", "unknown", LAST_MINUTE, 2),  # a day as well
        ("2024-04-28T14:00:00Z", "unknown", LAST_MINUTE, 2),  # an hour of another day
        ("2024-04-29T14:00:00Z", "unknown", LAST_MINUTE, 0),
    ],
)
def test_a_match_without_an_hour_is_priced_by_its_day_and_borrows_the_hour(
    odds: OddsService, url: str, commence_time: str, hour: str, kick_off: datetime, joined: int
) -> None:
    with connect(url, "test") as db:
        insert_matches(db, match_update(kick_off=LAST_MINUTE, hour=Hour.UNKNOWN, source_updated_at=NOW), now=NOW)
    odds.set_events(arsenal(commence_time=commence_time))
    assert run("sync_odds", NOW)["offers"] == joined
    assert select(url, STORED) == [(hour, kick_off)]


def test_a_known_kick_off_is_not_replaced_by_the_odds_apis(odds: OddsService, url: str) -> None:
    odds.set_events(arsenal(commence_time="2024-04-27T16:00:00Z"))
    run("sync_odds", NOW)
    assert select(url, STORED) == [("known", datetime(2024, 4, 27, 14, tzinfo=UTC))]
