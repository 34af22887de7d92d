"""The last prices before kick-off: of matches that are about to begin, where a credit can be spared."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from shared.betting.prices import Market, Offer
from shared.football.calendar import last_minute
from shared.football.match import Hour, MatchUpdate, Score, Status
from shared.stores.betting import odds_credits, offers, picks
from shared.stores.database import connect
from tests import odds_service
from tests.factories import BEFORE, KICK_OFF, choice, insert_matches, insert_predictions, match_update, offer, pick
from tests.odds_service import Json, OddsService, bookmaker, event, h2h
from tests.running import rows_of, run, select
from tests.season import Service

RUN = KICK_OFF - timedelta(minutes=10)
MINUTE = timedelta(minutes=1)
OFFERS = "SELECT bookmaker, prices, taken_at, closing FROM offers ORDER BY bookmaker, taken_at"
AT = "2024-04-27T13:49:30Z"


def arsenal(*bookmakers: Json, commence_time: str = "2024-04-27T14:00:00Z") -> Json:
    prices = bookmakers or (bookmaker("pinnacle", AT, h2h("Arsenal", "Chelsea", 1.9, 3.6, 4.2)),)
    return event("Arsenal", "Chelsea", commence_time, *prices)


@pytest.fixture
def odds(service: Service, url: str) -> Iterator[OddsService]:
    """The service with a price on the match that is about to begin."""
    with connect(url, "test") as db:
        insert_matches(db, match_update(), now=BEFORE)
    with odds_service.bundle(url, service.url) as odds:
        odds.set_events(arsenal())
        yield odds


def snapshot(now: datetime = RUN) -> dict[str, Any]:
    return run("snapshot_closing", now)


def test_without_an_odds_api_key_the_job_is_skipped(bundle: Service) -> None:
    assert snapshot()["skipped"] == "THE_ODDS_API_KEY is not set"


def test_the_last_prices_are_stored_as_closing_prices(odds: OddsService, url: str) -> None:
    report = snapshot()
    assert (report["matches"], report["calls"], report["offers"], report["credits_left"]) == (1, 1, 1, 499)
    assert odds.odds_requests == [("soccer_epl", "h2h")]
    taken_at = datetime(2024, 4, 27, 13, 49, 30, tzinfo=UTC)
    assert select(url, OFFERS) == [("pinnacle", [Decimal("1.900"), Decimal("3.600"), Decimal("4.200")], taken_at, True)]
    assert len(select(url, "SELECT 1 FROM payloads WHERE source = 'the_odds_api/odds'")) == 1


@pytest.mark.case("L11")
@pytest.mark.parametrize(
    ("match", "requested"), [(("Arsenal", "Chelsea"), "h2h,totals"), (("Everton", "Fulham"), "h2h")]
)
def test_the_market_of_a_pick_is_closed_too(
    odds: OddsService, url: str, match: tuple[str, str], requested: str
) -> None:
    """Of a match that is about to begin, and not of one later on the day."""
    kick_off = KICK_OFF if "Arsenal" in match else KICK_OFF + timedelta(hours=3)
    with connect(url, "test") as db, db.transaction():
        (match_id,) = insert_predictions(db, match_update(*match, kick_off=kick_off), kick_off=kick_off)
        over = pick(match_id, kick_off=kick_off, market=Market.TOTALS, outcome="over", line=Decimal("2.5"))
        picks.commit(db, date(2024, 4, 27), BEFORE, 1, choice(over))
    assert snapshot()["calls"] == 1
    assert odds.odds_requests == [("soccer_epl", requested)]
    assert odds.used == requested.count(",") + 1


def test_without_an_imminent_kick_off_no_request_is_sent(odds: OddsService, url: str) -> None:
    before = rows_of(url, "jobs")
    assert snapshot(RUN - timedelta(hours=1))["matches"] == 0
    assert (odds.odds_requests, odds.event_requests, rows_of(url, "jobs")) == ([], [], before)


@pytest.mark.case("J1", "J4")
@pytest.mark.parametrize("status", [Status.POSTPONED, Status.SUSPENDED, Status.CANCELLED])
def test_no_credit_is_spent_on_a_match_that_will_not_begin(odds: OddsService, url: str, status: Status) -> None:
    with connect(url, "test") as db:
        insert_matches(db, match_update(status=status, source_updated_at=BEFORE), now=BEFORE)
    assert snapshot()["matches"] == 0
    assert (odds.odds_requests, odds.event_requests) == ([], [])


@pytest.mark.parametrize("minutes", [0, 5, 7, 10, 15, 22, 25, 30, 45, 52])
def test_every_kick_off_is_met_by_one_run_of_the_schedule(odds: OddsService, url: str, minutes: int) -> None:
    kick_off = KICK_OFF + minutes * MINUTE
    with connect(url, "test") as db:
        insert_matches(db, match_update(kick_off=kick_off), now=BEFORE)
    starts = [KICK_OFF.replace(hour=hour, minute=minute) for hour in (13, 14) for minute in (5, 20, 35, 50)]
    (start,) = [start for start in starts if snapshot(start + timedelta(seconds=59))["matches"]]
    assert timedelta(minutes=2) <= kick_off - start < timedelta(minutes=17)
    assert minutes % 15 or kick_off - start == timedelta(minutes=10)


@pytest.mark.case("G1", "G4")
def test_a_second_run_sends_no_request_and_adds_nothing(odds: OddsService, url: str) -> None:
    snapshot()
    before = rows_of(url, "jobs")
    assert snapshot()["calls"] == snapshot(RUN + MINUTE)["calls"] == 0
    assert rows_of(url, "jobs") == before
    assert odds.used == 1


def test_matches_that_begin_at_once_cost_one_credit_a_league(odds: OddsService, url: str) -> None:
    with connect(url, "test") as db:
        insert_matches(
            db,
            match_update("Everton", "Fulham", external_id="x"),
            match_update("Wolves", "Burnley", external_id="y"),
            now=BEFORE,
        )
    others = [("Everton", "Fulham"), ("Wolverhampton Wanderers", "Burnley")]
    events = [event(h, a, "2024-04-27T14:00:00Z", bookmaker("pinnacle", AT, h2h(h, a, 2, 3, 4))) for h, a in others]
    odds.set_events(arsenal(), *events)
    assert snapshot()["offers"] == 3
    assert odds.used == 1


def test_a_match_of_the_same_league_later_on_is_not_closed_yet(odds: OddsService, url: str) -> None:
    with connect(url, "test") as db:
        insert_matches(
            db, match_update("Everton", "Fulham", external_id="x", kick_off=KICK_OFF + 30 * MINUTE), now=BEFORE
        )
    later = bookmaker("pinnacle", AT, h2h("Everton", "Fulham", 2, 3, 4))
    odds.set_events(arsenal(), event("Everton", "Fulham", "2024-04-27T14:30:00Z", later))
    assert snapshot()["offers"] == 1
    assert select(url, "SELECT kind FROM reports") == []


@pytest.mark.case("L8")
def test_a_price_after_kick_off_is_never_stored(odds: OddsService, url: str) -> None:
    """It began five minutes ago, whatever we believed."""
    odds.set_events(
        arsenal(
            bookmaker("pinnacle", AT, h2h("Arsenal", "Chelsea", 9, 5, 1.2)),
            bookmaker("betsson", "2024-04-27T13:44:00Z", h2h("Arsenal", "Chelsea", 1.9, 3.6, 4.2)),
            commence_time="2024-04-27T13:45:00Z",
        )
    )
    assert snapshot()["offers"] == 0
    odds.set_events(arsenal(bookmaker("pinnacle", "2024-04-27T14:00:00Z", h2h("Arsenal", "Chelsea", 9, 5, 1.2))))
    assert snapshot(RUN + 11 * MINUTE)["matches"] == 0
    assert select(url, OFFERS) == []


@pytest.mark.case("L13")
def test_snapshots_reserve_credits_for_the_coming_days(odds: OddsService, url: str) -> None:
    """3 days of 6 leagues at 2 credits come before a snapshot."""
    with connect(url, "test") as db:
        odds_credits.lock(db, date(2024, 4, 1))
        odds_credits.put(db, odds_credits.MonthlyCredits(date(2024, 4, 1), 464, 36, None))
    assert (snapshot()["calls"], odds.odds_requests) == (0, [])
    with connect(url, "test") as db:
        odds_credits.put(db, odds_credits.MonthlyCredits(date(2024, 4, 1), 463, 37, None))
    assert snapshot()["calls"] == 1


@pytest.mark.case("E10")
def test_out_of_credits_stops_requests_until_the_1st(odds: OddsService, url: str) -> None:
    odds.failures = [(401, "OUT_OF_USAGE_CREDITS")]
    assert snapshot()["offers"] == 0
    assert snapshot(RUN + MINUTE)["calls"] == 0
    assert select(url, "SELECT refused_until FROM odds_credits") == [(datetime(2024, 5, 1, tzinfo=UTC),)]
    assert odds.odds_requests == []


def test_a_failed_run_raises_and_its_retry_succeeds(odds: OddsService, url: str) -> None:
    odds.failures = [(503, "")]
    with pytest.raises(ExceptionGroup, match="snapshot_closing: 1 parts failed"):
        snapshot()
    assert snapshot(RUN + MINUTE)["offers"] == 1


MATCH = match_update(competition="PL")
DAY = date(2024, 4, 27)


def finished(update: MatchUpdate) -> MatchUpdate:
    return replace(update, status=Status.FINISHED, score=Score(2, 0))


def insert_picked_match(url: str, update: MatchUpdate) -> int:
    """A pick on a match that is over, with our snapshot of its close; the match's id."""
    with connect(url, "test") as db, db.transaction():
        (match_id,) = insert_predictions(db, update)
        picks.commit(db, DAY, BEFORE, 1, choice(pick(match_id, competition=update.competition)))
        insert_matches(db, finished(update), now=KICK_OFF + timedelta(hours=12))
    insert_offer(url, offer(match_id, closing=True, source="the_odds_api", bookmaker="pinnacle", taken_at=RUN))
    return match_id


def insert_offer(url: str, new_offer: Offer) -> None:
    with connect(url, "test") as db, db.transaction():
        offers.put(db, [new_offer])


def closings(url: str) -> list[tuple[Any, ...]]:
    return select(url, "SELECT source, bookmaker FROM pick_closings")


@pytest.mark.case("L11")
def test_a_pick_in_a_league_is_measured_by_the_average_that_comes_days_later(bundle: Service, url: str) -> None:
    match_id = insert_picked_match(url, MATCH)
    assert run("settle_picks", KICK_OFF + timedelta(hours=14))["closed"] == 0
    insert_offer(url, offer(match_id, "1.90", "3.80", "4.20", taken_at=KICK_OFF, closing=True))
    assert run("settle_picks", KICK_OFF + timedelta(hours=38))["closed"] == 1
    assert closings(url) == [("football_data_uk", "market_average")]


def test_without_an_average_our_snapshot_is_the_closing_price_after_ten_days(bundle: Service, url: str) -> None:
    insert_picked_match(url, MATCH)
    assert run("settle_picks", KICK_OFF + timedelta(days=9, hours=23))["closed"] == 0
    assert run("settle_picks", KICK_OFF + timedelta(days=10))["closed"] == 1
    assert closings(url) == [("the_odds_api", "pinnacle")]


def test_in_europe_our_snapshot_is_all_there_is(bundle: Service, url: str) -> None:
    insert_picked_match(url, replace(MATCH, competition="CL"))
    assert run("settle_picks", KICK_OFF + timedelta(hours=14))["closed"] == 1


def test_strengths_are_not_learned_from_a_snapshot_nor_learned_again_for_it(bundle: Service, url: str) -> None:
    match_id = insert_picked_match(url, MATCH)
    later = KICK_OFF + timedelta(days=2)
    assert run("update_ratings", later)["results"] == 1
    assert run("update_ratings", later)["results"] == 0
    assert select(url, "SELECT with_closing FROM learned_results") == [(False,)]
    insert_offer(url, offer(match_id, "1.90", "3.80", "4.20", taken_at=KICK_OFF, closing=True))
    assert run("update_ratings", later)["results"] == 1, "the average is noticed when it comes"


@pytest.mark.parametrize("hour", [0, 6, 12, 18, 23])
def test_no_credit_is_spent_on_a_kick_off_whose_hour_is_not_known(odds: OddsService, url: str, hour: int) -> None:
    last = last_minute(KICK_OFF.date())
    with connect(url, "test") as db:
        insert_matches(db, match_update(kick_off=last, hour=Hour.UNKNOWN, source_updated_at=BEFORE), now=BEFORE)
    at = last - timedelta(hours=hour, minutes=10)
    assert snapshot(at)["matches"] == 0
    assert odds.odds_requests == []
