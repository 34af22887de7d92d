from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from shared.betting.picks import NoPickReason
from shared.betting.settlement import BetResult
from shared.stores.betting import picks
from shared.stores.database import Connection
from tests.factories import AFTER, BEFORE, choice, fair_close, insert_predictions, match_update, pick

DAY = date(2024, 4, 27)


@pytest.fixture
def two(db: Connection) -> list[picks.PickRow]:
    """Two committed picks."""
    first, second = insert_predictions(db, match_update("Arsenal", "Chelsea"), match_update("Everton", "Fulham"))
    assert picks.commit(db, DAY, BEFORE, 7, choice(pick(first), pick(second, outcome="draw", price=Decimal("3.40"))))
    return picks.between(db, DAY, DAY)


def entries(db: Connection) -> list[tuple[object, ...]]:
    return db.execute(
        "SELECT rank, entry, reverses, result, score, profit FROM pick_settlements ORDER BY 1, 2"
    ).fetchall()


def test_picks_are_committed_in_their_order(two: list[picks.PickRow]) -> None:
    assert [(p.rank, p.outcome, p.price, p.result, p.closing_line_value) for p in two] == [
        (1, "home", Decimal("2.100"), None, None),
        (2, "draw", Decimal("3.400"), None, None),
    ]


def test_a_picks_stake_is_stored_and_older_picks_have_none(db: Connection) -> None:
    first, second = insert_predictions(db, match_update("Arsenal", "Chelsea"), match_update("Everton", "Fulham"))
    picks.commit(db, DAY, BEFORE, 2, choice(pick(first, stake=Decimal("0.011363"))))
    db.execute(
        """
        INSERT INTO picks (day, rank, match_id, published_at, kick_off, competition, market, outcome, line,
            probability, result_probabilities, price, bookmaker, price_taken_at, value, share)
        SELECT day, 2, %s, published_at, kick_off, competition, market, outcome, line,
            probability, result_probabilities, price, bookmaker, price_taken_at, value, share
        FROM picks
        """,
        [second],
    )
    assert [p.stake for p in picks.between(db, DAY, DAY)] == [Decimal("0.011363"), None]


@pytest.mark.case("G6")
def test_a_day_is_committed_only_once(db: Connection, two: list[picks.PickRow]) -> None:
    assert not picks.commit(db, DAY, AFTER, 9, choice(reason=NoPickReason.NO_VALUE))
    assert picks.between(db, DAY, DAY) == two
    day = picks.day(db, DAY)
    assert day is not None
    assert (day.committed_at, day.matches, day.reason) == (BEFORE, 7, None)


@pytest.mark.case("G7")
def test_a_day_without_picks_is_committed_with_its_reason(db: Connection) -> None:
    assert picks.commit(db, DAY, BEFORE, 0, choice(reason=NoPickReason.NO_MATCH))
    day = picks.day(db, DAY)
    assert day is not None
    assert day.reason == "no_match"
    assert picks.between(db, DAY, DAY) == []
    assert picks.day(db, date(2024, 4, 28)) is None


@pytest.mark.case("J8")
def test_a_correction_reverses_the_earlier_settlement_first(db: Connection, two: list[picks.PickRow]) -> None:
    picks.add_settlement(db, two[0], BetResult.WON, "5-0", Decimal("1.10"), AFTER)
    won = picks.between(db, DAY, DAY)[0]
    assert (won.result, won.score, won.profit, won.entry) == ("won", "5-0", Decimal("1.1000"), 1)
    picks.add_settlement(db, won, BetResult.LOST, "0-5", Decimal(-1), AFTER)
    lost = picks.between(db, DAY, DAY)[0]
    picks.add_settlement(db, lost, BetResult.VOID, None, Decimal(0), AFTER)
    assert entries(db) == [
        (1, 1, None, "won", "5-0", Decimal("1.1000")),
        (1, 2, 1, "reversed", "5-0", Decimal("-1.1000")),
        (1, 3, None, "lost", "0-5", Decimal("-1.0000")),
        (1, 4, 3, "reversed", "0-5", Decimal("1.0000")),
        (1, 5, None, "void", None, Decimal("0.0000")),
    ]
    assert sum(row[5] for row in entries(db)) == picks.between(db, DAY, DAY)[0].profit  # type: ignore[misc]


def test_a_closing_line_value_is_added_once(db: Connection, two: list[picks.PickRow]) -> None:
    picks.add_closing_value(db, two[0], fair_close(), Decimal("0.05"))
    picks.add_closing_value(db, two[0], fair_close("0.6"), Decimal("0.26"))
    assert [p.closing_line_value for p in picks.between(db, DAY, DAY)] == [Decimal("0.050000"), None]


def test_the_pick_of_a_match_is_its_newest(db: Connection, two: list[picks.PickRow]) -> None:
    again = date(2024, 5, 4)
    match_id = two[0].match_id
    picks.commit(db, again, datetime(2024, 5, 4, 5, tzinfo=UTC), 1, choice(pick(match_id)))
    newest = picks.of_match(db, match_id)
    assert newest is not None
    assert newest.day == again
    assert picks.of_match(db, 1) is None


def test_a_span_of_days_includes_both_ends(db: Connection, two: list[picks.PickRow]) -> None:
    assert len(picks.between(db, date(2024, 4, 26), date(2024, 4, 28))) == 2
    assert picks.between(db, date(2024, 4, 28), date(2024, 4, 30)) == []
