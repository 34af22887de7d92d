from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from shared.football.match import Score, Status
from shared.stores.database import Connection
from shared.stores.forecasting import predictions
from tests.factories import AFTER, BEFORE, KICK_OFF, forecast, insert_matches, insert_predictions, match_update

LATER = BEFORE + timedelta(hours=8)


def test_a_forecast_is_read_back_bit_for_bit(db: Connection) -> None:
    (match_id,) = insert_matches(db, match_update(), now=BEFORE)
    figures = {"start": [1 / 3, 0.1 + 0.2, 1e-17], "goals": [-1 / 3, 2e-16, -0.0001]}
    shares = {"home": 0.1 + 0.2, "draw": 1 / 3, "away": 1 - (0.1 + 0.2) - 1 / 3}
    bounds = [[1 / 7, 2 / 7], [0.1 + 0.2, 0.5], [0.0, 1.0]]
    row = forecast(match_id, **shares, ratings_home=None, factors=figures, ratings_bounds=bounds, newcomers=[57, 61])
    predictions.add(db, [row])
    latest = predictions.latest(db, [match_id], BEFORE)[match_id]
    assert latest == row
    assert latest.is_unchanged_from(row)


def test_a_forecast_without_factors_and_bounds_is_read_back(db: Connection) -> None:
    (match_id,) = insert_matches(db, match_update(), now=BEFORE)
    row = forecast(match_id, ratings_bounds=None, factors=None, newcomers=[])
    predictions.add(db, [row])
    assert predictions.latest(db, [match_id], BEFORE)[match_id] == row
    assert predictions.by_version(db, [(match_id, BEFORE)])[match_id] == row


def test_versions_are_added_and_the_newest_up_to_an_instant_counts(db: Connection) -> None:
    (match_id,) = insert_predictions(db, match_update())
    predictions.add(db, [forecast(match_id, published_at=LATER, home=0.6, draw=0.2)])
    assert predictions.latest(db, [match_id], LATER - timedelta(seconds=1))[match_id].home == 0.5
    assert predictions.latest(db, [match_id], LATER)[match_id].home == 0.6
    assert predictions.latest(db, [match_id], BEFORE - timedelta(seconds=1)) == {}
    assert predictions.by_version(db, [(match_id, BEFORE)])[match_id].home == 0.5
    assert predictions.by_version(db, [(match_id, AFTER)]) == {}
    assert predictions.by_version(db, []) == {}


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({"published_at": LATER}, True),
        ({"ratings_day": None, "ratings_home": None, "factors": None, "newcomers": [1]}, True),
        ({"home_rate": 1.7000000001}, False),
        ({"prices_taken_at": LATER}, False),
        ({"kick_off": KICK_OFF + timedelta(days=1)}, False),
        ({"basis": "ratings"}, False),
        ({"model": "test-2"}, False),
    ],
)
def test_changes_that_make_a_new_forecast_version(change: dict[str, object], same: bool) -> None:
    assert replace(forecast(1), **change).is_unchanged_from(forecast(1)) is same  # type: ignore[arg-type]


def test_settled_are_the_last_forecasts_before_kick_off_of_matches_with_a_result(db: Connection) -> None:
    played, _, cancelled = insert_predictions(
        db,
        match_update("Arsenal", "Chelsea", "5-0"),
        match_update("Everton", "Fulham"),
        match_update("Wolves", "Luton", status=Status.CANCELLED),
    )
    predictions.add(db, [forecast(played, published_at=LATER, home=0.6, draw=0.2)])
    (row,) = predictions.settled(db, KICK_OFF, AFTER)
    assert (row.match_id, row.competition, row.home, row.home_goals, row.away_goals) == (played, "PL", 0.6, 5, 0)
    assert predictions.settled(db, KICK_OFF + timedelta(seconds=1), AFTER) == []
    assert predictions.settled(db, BEFORE, KICK_OFF) == []
    assert predictions.count(db, BEFORE, AFTER) == 3, "matches, not versions"
    assert cancelled not in {row.match_id for row in predictions.settled(db, BEFORE, AFTER)}


def test_a_forecast_published_after_a_match_was_brought_forward_is_not_scored(db: Connection) -> None:
    earlier = KICK_OFF - timedelta(hours=7)
    (match_id,) = insert_predictions(db, match_update())
    predictions.add(db, [forecast(match_id, published_at=LATER, home=0.6, draw=0.2)])
    insert_matches(db, match_update("Arsenal", "Chelsea", "5-0", kick_off=earlier))
    (row,) = predictions.settled(db, BEFORE, AFTER)
    assert row.home == 0.5


@pytest.mark.parametrize(("score", "outcome"), [((2, 1), 0), ((1, 1), 1), ((0, 1), 2)])
def test_an_outcome_has_a_number(score: tuple[int, int], outcome: int) -> None:
    at = datetime(2024, 1, 1, tzinfo=UTC)
    assert predictions.SettledRow(1, "PL", at, 0.5, 0.3, 0.2, *score).outcome == outcome


def test_a_match_under_review_is_not_scored(db: Connection) -> None:
    insert_predictions(db, match_update("Arsenal", "Chelsea", "0-3", review="a jury may have awarded it"))
    assert predictions.settled(db, KICK_OFF, AFTER) == []
    insert_matches(db, match_update("Arsenal", "Chelsea", "0-3", half_time=Score(0, 1)))
    assert len(predictions.settled(db, KICK_OFF, AFTER)) == 1
