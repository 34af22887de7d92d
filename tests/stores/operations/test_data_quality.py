"""Each rule, broken on purpose."""

from datetime import datetime, timedelta

import pytest

from shared.football.match import Status
from shared.stores.betting import offers
from shared.stores.database import Connection
from shared.stores.forecasting import predictions
from shared.stores.operations import data_quality, reports
from shared.stores.operations.data_quality import DataFault
from tests.factories import AFTER, BEFORE, KICK_OFF, forecast, insert_matches, insert_predictions, match_update, offer

DAYS = timedelta(days=1)


def inconsistent(db: Connection, now: datetime = AFTER) -> list[DataFault]:
    return data_quality.inconsistent(db, now - timedelta(hours=8), now - 5 * DAYS, now - 30 * DAYS)


def out_of_range(db: Connection) -> list[str]:
    return [fault.what for fault in data_quality.out_of_range(db, BEFORE)]


def test_valid_data_has_no_faults(db: Connection) -> None:
    ids = insert_predictions(db, match_update(), match_update("Everton", "Fulham", "15-0"))
    offers.put(db, [offer(match_id) for match_id in ids])
    assert data_quality.out_of_range(db, BEFORE) == []
    assert inconsistent(db) == []


@pytest.mark.parametrize(
    ("shares", "faults"),
    [
        ({"home": 0.52}, ["the probabilities do not sum to 1"]),
        ({"home": 0.509}, []),
        ({"home": 1.1, "draw": -0.1, "away": 0.0}, ["a probability is not between 0 and 1"]),
        ({"home": 0.6, "draw": -0.1, "away": 0.5}, ["a probability is not between 0 and 1"]),
        ({"home": 0.6, "draw": 0.5, "away": -0.1}, ["a probability is not between 0 and 1"]),
        ({"home": float("nan")}, ["the probabilities do not sum to 1", "a probability is not between 0 and 1"]),
    ],
    ids=str,
)
def test_invalid_probabilities_are_reported(db: Connection, shares: dict[str, float], faults: list[str]) -> None:
    (match_id,) = insert_matches(db, match_update())
    predictions.add(db, [forecast(match_id, **shares)])
    assert out_of_range(db) == faults
    assert all(str(match_id) in fault.about for fault in data_quality.out_of_range(db, BEFORE))


def test_implausible_scores_are_reported(db: Connection) -> None:
    insert_matches(db, match_update("Everton", "Fulham", "0-16"))
    assert out_of_range(db) == ["more than 15 goals"]


def test_a_price_of_1_or_less_is_reported_before_kick_off(db: Connection) -> None:
    (match_id,) = insert_matches(db, match_update())
    offers.put(db, [offer(match_id, "1.0", "3.5", "4.0")])
    assert out_of_range(db) == ["a price of 1 or less"]
    assert data_quality.out_of_range(db, AFTER) == []


def test_at_most_twenty_rows_of_a_check_are_reported(db: Connection) -> None:
    (match_id,) = insert_matches(db, match_update())
    many = [forecast(match_id, published_at=BEFORE + timedelta(minutes=n), home=0.9) for n in range(25)]
    predictions.add(db, many)
    assert len(out_of_range(db)) == data_quality.MAX_ROWS


@pytest.mark.case("J12")
def test_one_match_under_two_ids_is_found(db: Connection) -> None:
    """A day apart they are two legs; on one day they are one match."""
    ids = insert_matches(
        db,
        match_update("Arsenal", "Chelsea", "1-0"),
        match_update("Arsenal", "Chelsea", "1-0", stage="FINAL", external_id="x"),
    )
    [fault] = inconsistent(db)
    assert fault.what == "one match under two ids"
    assert all(str(match_id) in fault.about for match_id in ids)
    db.execute("UPDATE matches SET kick_off = kick_off - interval '1 day' WHERE stage = 'FINAL'")
    assert inconsistent(db) == []


def test_two_clubs_of_one_name_are_found(db: Connection) -> None:
    insert_matches(db, match_update("Arsenal", "Chelsea", "1-0"))
    db.execute("UPDATE teams SET name = 'arsenal FC', country = 'ENG' WHERE name LIKE 'Chelsea%'")
    db.execute("UPDATE teams SET name = 'Arsenal FC', country = 'ENG' WHERE name LIKE 'Arsenal%'")
    assert [fault.what for fault in inconsistent(db)] == ["two clubs of one name"]
    db.execute("UPDATE teams SET country = 'SCO' WHERE name = 'arsenal FC'")
    assert inconsistent(db) == []


def test_a_finished_match_without_a_score_is_found(db: Connection) -> None:
    insert_matches(db, match_update(status=Status.FINISHED))
    assert [fault.what for fault in inconsistent(db)] == ["finished without a score"]


@pytest.mark.case("J9")
@pytest.mark.parametrize(
    ("status", "after", "faults"),
    [
        (Status.IN_PLAY, timedelta(hours=8), []),
        (Status.IN_PLAY, timedelta(hours=8, seconds=1), ["in play for hours"]),
        (Status.SCHEDULED, 5 * DAYS, []),
        (Status.SCHEDULED, 5 * DAYS + timedelta(seconds=1), ["over for days without a result"]),
        (Status.POSTPONED, 9 * DAYS, []),
    ],
)
def test_a_match_without_a_final_status_long_after_kick_off_is_reported(
    db: Connection, status: Status, after: timedelta, faults: list[str]
) -> None:
    insert_matches(db, match_update(status=status), now=BEFORE)
    assert [fault.what for fault in inconsistent(db, KICK_OFF + after)] == faults


@pytest.mark.case("J7")
def test_matches_under_review_are_reported_for_a_month(db: Connection) -> None:
    insert_matches(
        db,
        match_update("Arsenal", "Chelsea", "2-1", review="no score after 90 minutes"),
        match_update("Luton", "Wolves", status=Status.UNKNOWN),
        match_update("Everton", "Fulham", "1-1"),
    )
    one, two = inconsistent(db)
    assert one.what == two.what == "waits for a person"
    assert "no score after 90 minutes" in one.about + two.about
    assert inconsistent(db, KICK_OFF + 31 * DAYS) == []


def test_shares_are_counted(db: Connection) -> None:
    now, until = KICK_OFF - DAYS, KICK_OFF + DAYS
    insert_predictions(db, match_update())
    insert_matches(
        db,
        match_update("Everton", "Fulham"),
        match_update("Luton", "Wolves", kick_off=until),
        match_update("Burnley", "Brentford", kick_off=now - timedelta(seconds=1)),
        match_update("Leeds", "Leicester", competition="ELC"),
        match_update("Liverpool", "Tottenham", "2-0"),
        match_update("Man City", "Newcastle", status=Status.FINISHED),
    )
    filled = data_quality.completeness(db, ["PL"], now, until)
    assert (filled.finished, filled.scored, filled.coming, filled.forecast) == (2, 1, 2, 1)
    assert data_quality.completeness(db, ["FL1"], now, until).coming == 0


def test_reports_are_summarised_by_kind_with_the_newest_three(db: Connection) -> None:
    for hours in range(5):
        reports.add(db, "unmatched club", [(f"club {hours}", "no alias matches")], BEFORE + timedelta(hours=hours))
    reports.add(db, "line", [("old", "broken")], BEFORE - timedelta(seconds=1))
    [summary] = data_quality.report_summaries(db, BEFORE)
    assert (summary.kind, summary.n, summary.newest_at) == ("unmatched club", 5, BEFORE + timedelta(hours=4))
    assert summary.examples == [f"club {hours}: no alias matches" for hours in (4, 3, 2)]
