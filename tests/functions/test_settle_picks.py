"""How picks end: once, by the score after 90 minutes, and corrected only by adding."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from shared.betting.grid_results import result_probabilities
from shared.betting.prices import Market, Offer
from shared.football.match import MatchUpdate, Score, Status
from shared.football.team import Source
from shared.forecasting.grid import score_grid
from shared.stores.betting import offers, picks
from shared.stores.database import connect
from tests.factories import BEFORE, KICK_OFF, choice, insert_matches, insert_predictions, match_update, offer, pick
from tests.running import rows_of, run, select
from tests.season import Service

NOW = datetime(2024, 4, 28, 3, 40, tzinfo=UTC)
DAY = date(2024, 4, 27)
MATCH = match_update(source=Source.FOOTBALL_DATA_ORG, external_id="1")
ENTRIES = "SELECT entry, reverses, result, score, profit FROM pick_settlements ORDER BY rank, entry"
WON = (1, None, "won", "5-0", Decimal("1.1000"))


@pytest.fixture
def committed(bundle: Service, url: str) -> int:
    """A pick on Arsenal at 2.10, committed on the morning of the match; the match's id."""
    with connect(url, "test") as db:
        (match_id,) = insert_predictions(db, MATCH)
        picks.commit(db, DAY, BEFORE, 1, choice(pick(match_id)))
    return match_id


def update_match(url: str, update: MatchUpdate, now: datetime = NOW) -> None:
    with connect(url, "test") as db:
        insert_matches(db, update, now=now)


def insert_offer(url: str, new_offer: Offer) -> None:
    with connect(url, "test") as db, db.transaction():
        offers.put(db, [new_offer])


def finished(score: str, **changes: Any) -> MatchUpdate:
    return replace(MATCH, status=Status.FINISHED, score=Score(*map(int, score.split("-"))), **changes)


def settle(now: datetime = NOW, **event: Any) -> dict[str, Any]:
    return run("settle_picks", now, event)


@pytest.mark.parametrize(
    ("score", "ending", "profit"), [("5-0", "won", "1.1"), ("1-1", "lost", "-1"), ("0-1", "lost", "-1")]
)
def test_a_pick_is_settled_by_the_score(url: str, committed: int, score: str, ending: str, profit: str) -> None:
    assert settle()["ended"] == 0, "the match is not over"
    update_match(url, finished(score))
    assert settle()["ended"] == 1
    assert select(url, ENTRIES) == [(1, None, ending, score, Decimal(profit))]


@pytest.mark.case("G1", "G4")
def test_settling_again_adds_nothing(url: str, committed: int) -> None:
    update_match(url, finished("5-0"))
    settle()
    before = rows_of(url, "jobs")
    assert settle()["ended"] == 0
    assert settle(NOW + timedelta(hours=12))["ended"] == 0
    assert settle(day="2024-05-01")["ended"] == 0
    assert rows_of(url, "jobs") == before


@pytest.mark.case("J8")
def test_a_score_corrected_after_settlement_reverses_it(url: str, committed: int) -> None:
    update_match(url, finished("5-0"))
    settle()
    update_match(url, finished("0-5"))
    assert settle(NOW + timedelta(hours=12))["ended"] == 1
    assert select(url, ENTRIES) == [
        WON,
        (2, 1, "reversed", "5-0", Decimal("-1.1000")),
        (3, None, "lost", "0-5", Decimal("-1.0000")),
    ]
    assert settle(NOW + timedelta(hours=24))["ended"] == 0


@pytest.mark.case("J8", "G1")
def test_a_score_that_is_corrected_back_is_added_once_more(url: str, committed: int) -> None:
    """What counts is the latest entry: an ending that was taken back before is neither added again nor left out."""
    for hours, (score, added) in enumerate([("5-0", 1), ("0-5", 1), ("0-5", 0), ("5-0", 1), ("5-0", 0)]):
        update_match(url, finished(score))
        assert settle(NOW + timedelta(hours=hours))["ended"] == added, (hours, score)
    assert [row[:4] for row in select(url, ENTRIES)] == [
        (1, None, "won", "5-0"),
        (2, 1, "reversed", "5-0"),
        (3, None, "lost", "0-5"),
        (4, 3, "reversed", "0-5"),
        (5, None, "won", "5-0"),
    ]


@pytest.mark.case("J1", "J2")
@pytest.mark.parametrize(
    ("hours", "ending"), [(-49, "void"), (-48, "won"), (-24, "won"), (24, "won"), (48, "won"), (49, "void")]
)
def test_a_match_moved_by_more_than_two_days_either_way_is_another_bet(
    url: str, committed: int, hours: int, ending: str
) -> None:
    played = KICK_OFF + timedelta(hours=hours)
    update_match(url, finished("5-0", kick_off=played), KICK_OFF + timedelta(days=3))
    settle(KICK_OFF + timedelta(days=3))
    assert [row[2] for row in select(url, ENTRIES)] == [ending]


@pytest.mark.case("J4", "J5")
@pytest.mark.parametrize("status", [Status.CANCELLED, Status.AWARDED])
def test_a_match_called_off_or_awarded_returns_the_stake(url: str, committed: int, status: Status) -> None:
    update_match(url, replace(MATCH, status=status, score=Score(3, 0) if status is Status.AWARDED else None))
    settle()
    assert select(url, ENTRIES) == [(1, None, "void", None, Decimal("0.0000"))]


@pytest.mark.case("J1")
def test_a_postponed_pick_is_void_once_and_stays_so_when_it_is_played(url: str, committed: int) -> None:
    update_match(url, replace(MATCH, status=Status.POSTPONED))
    assert settle()["ended"] == 0, "it may still be played in time"
    assert settle(KICK_OFF + timedelta(hours=49))["ended"] == 1
    later = KICK_OFF + timedelta(days=7)
    update_match(url, replace(MATCH, kick_off=later), later - timedelta(hours=9))
    update_match(url, finished("5-0", kick_off=later), later + timedelta(hours=9))
    assert settle(later + timedelta(hours=12))["ended"] == 0
    assert select(url, ENTRIES) == [(1, None, "void", None, Decimal("0.0000"))]


@pytest.mark.case("J2", "J3")
def test_a_match_moved_by_a_day_still_counts(url: str, committed: int) -> None:
    update_match(url, replace(MATCH, status=Status.SUSPENDED))
    assert settle()["ended"] == 0
    later = KICK_OFF + timedelta(days=1)
    update_match(url, finished("5-0", kick_off=later), later + timedelta(hours=9))
    settle(later + timedelta(hours=12))
    assert select(url, ENTRIES) == [WON]


def test_a_late_result_replaces_a_void(url: str, committed: int) -> None:
    late = KICK_OFF + timedelta(hours=60)
    assert settle(late)["ended"] == 1
    update_match(url, finished("5-0"), late)
    settle(late + timedelta(hours=1))
    assert [row[2] for row in select(url, ENTRIES)] == ["void", "reversed", "won"]


@pytest.mark.case("J6", "J7")
def test_a_match_under_review_waits(url: str, committed: int) -> None:
    update_match(url, finished("6-4", review="extra time without a score after 90 minutes"))
    assert settle()["ended"] == 0
    assert settle(KICK_OFF + timedelta(hours=49))["ended"] == 0
    update_match(url, finished("2-2"))
    assert settle()["ended"] == 1
    assert select(url, ENTRIES) == [(1, None, "lost", "2-2", Decimal("-1.0000"))]


@pytest.mark.case("L11")
def test_the_closing_line_value_is_stored_once_for_the_same_line(url: str, committed: int) -> None:
    close = offer(committed, "1.90", "3.80", "4.20", taken_at=KICK_OFF, closing=True)
    insert_offer(url, offer(committed, "1.5", "4.5", "7.0"))
    assert settle()["closed"] == 0, "a price of the day before is no closing price"
    insert_offer(url, close)
    assert settle()["closed"] == 1
    (row,) = select(url, "SELECT fair_probability, closing_line_value, bookmaker FROM pick_closings")
    fair, value, bookmaker = row
    assert bookmaker == "market_average"
    assert Decimal("0.49") < fair < 1 / Decimal("1.90")
    assert value == (Decimal("2.10") * fair - 1).quantize(Decimal("0.000001"))
    insert_offer(url, replace(close, source="another"))
    assert settle(NOW + timedelta(hours=12))["closed"] == 0
    assert len(rows_of(url)["pick_closings"]) == 1


def commit_on_line(url: str, market: Market, outcome: str, line: str) -> int:
    """A pick at 1.90, at the results that the forecast gives; the match's id."""
    grid = score_grid(1.7, 0.9, -0.07)
    results = result_probabilities(grid, market, outcome, Decimal(line))
    with connect(url, "test") as db:
        (match_id,) = insert_predictions(db, MATCH)
        terms = {"market": market, "outcome": outcome, "line": Decimal(line), "price": Decimal("1.90")}
        chosen = pick(match_id, **terms, probability=results.break_even, result_probabilities=results)
        picks.commit(db, DAY, BEFORE, 1, choice(chosen))
    return match_id


@pytest.mark.case("J14")
@pytest.mark.parametrize(
    ("market", "outcome", "line", "score", "result", "profit"),
    [
        (Market.HANDICAP, "home", "-0.75", "2-0", "won", "0.9"),
        (Market.HANDICAP, "home", "-0.75", "1-0", "half_won", "0.45"),
        (Market.HANDICAP, "home", "-1", "1-0", "push", "0"),
        (Market.HANDICAP, "home", "-0.25", "1-1", "half_lost", "-0.5"),
        (Market.HANDICAP, "away", "0.75", "1-0", "half_lost", "-0.5"),
        (Market.HANDICAP, "away", "0.25", "1-1", "half_won", "0.45"),
        (Market.TOTALS, "over", "2.25", "1-1", "half_lost", "-0.5"),
        (Market.TOTALS, "under", "2.25", "1-1", "half_won", "0.45"),
        (Market.TOTALS, "over", "2.75", "2-1", "half_won", "0.45"),
        (Market.TOTALS, "under", "3", "2-1", "push", "0"),
    ],
)
def test_a_pick_on_a_handicap_or_total_is_settled_by_its_line(
    bundle: Service, url: str, market: Market, outcome: str, line: str, score: str, result: str, profit: str
) -> None:
    commit_on_line(url, market, outcome, line)
    update_match(url, finished(score))
    assert settle()["ended"] == 1
    assert select(url, ENTRIES) == [(1, None, result, score, Decimal(profit))]


@pytest.mark.case("L11", "J14")
def test_the_closing_line_value_on_a_quarter_line_counts_the_share_at_risk(bundle: Service, url: str) -> None:
    """Only on the very line of the pick, and of its own market."""
    match_id = commit_on_line(url, Market.HANDICAP, "home", "-0.75")
    handicap = offer(match_id, "1.80", "2.10", market=Market.HANDICAP, taken_at=KICK_OFF, closing=True)
    insert_offer(url, replace(handicap, line=Decimal(-1)))
    insert_offer(url, offer(match_id, "1.60", "3.80", "5.20", taken_at=KICK_OFF, closing=True))
    assert settle()["closed"] == 0, "the line has moved"
    insert_offer(url, replace(handicap, line=Decimal("-0.75")))
    assert settle()["closed"] == 1
    (row,) = select(url, "SELECT fair_probability, at_risk, closing_line_value, bookmaker FROM pick_closings")
    fair, at_risk, value, bookmaker = row
    assert bookmaker == "market_average"
    assert Decimal("0.53") < fair < Decimal("0.545")
    assert Decimal("0.85") < at_risk < Decimal("0.92"), "a lead of one refunds half of the stake"
    assert value == ((Decimal("1.90") * fair - 1) * at_risk).quantize(Decimal("0.000001"))


@pytest.mark.case("G5")
@pytest.mark.parametrize(("days", "settled"), [(0, 1), (30, 1), (31, 0), (-1, 0)])
def test_picks_of_the_last_thirty_days_are_looked_at(url: str, committed: int, days: int, settled: int) -> None:
    update_match(url, finished("5-0"))
    assert settle(NOW, day=(DAY + timedelta(days=days)).isoformat())["ended"] == settled
