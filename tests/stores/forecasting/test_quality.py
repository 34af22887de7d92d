from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations

import psycopg
import pytest

from shared.football.match import Status
from shared.stores.betting import offers
from shared.stores.database import Connection
from shared.stores.forecasting import predictions, quality
from shared.stores.forecasting.quality import QualityRow
from tests.factories import AFTER, BEFORE, KICK_OFF, forecast, insert_matches, insert_predictions, match_update, offer

DAY = date(2024, 4, 28)
GAP = QualityRow(DAY, "prices", "gap", 250, 200, 0.004, 0.002, 0.006, -0.0005, 0.0015, True)


def closed(db: Connection, *match_ids: int) -> None:
    offers.put(db, [offer(match_id, closing=True, taken_at=KICK_OFF) for match_id in match_ids])


def played_rows(db: Connection, most: int = 10) -> list[quality.PlayedRow]:
    return quality.played(db, ["PL"], BEFORE, AFTER, most)


def test_a_match_is_judged_by_the_last_forecast_before_it(db: Connection) -> None:
    (match_id,) = insert_predictions(db, match_update("Arsenal", "Chelsea", "0-2"))
    later = BEFORE + timedelta(hours=8)
    predictions.add(db, [forecast(match_id, published_at=later, basis="ratings", home=0.6, draw=0.2)])
    closed(db, match_id)
    (row,) = played_rows(db)
    assert (row.match_id, row.kick_off, row.basis, row.outcome) == (match_id, KICK_OFF, "ratings", 2)
    assert (row.home, row.draw, row.away) == (0.6, 0.2, 0.2)
    assert (row.ratings_home, row.ratings_draw, row.ratings_away) == (0.45, 0.28, 0.27)


@pytest.mark.case("J2")
@pytest.mark.parametrize(
    ("moved_to", "judged"),
    [
        pytest.param(-7, 0.5, id="brought forward: the second was published after it began"),
        pytest.param(-6, 0.5, id="the second was published as it began"),
        pytest.param(-5, 0.6, id="brought forward by less"),
        pytest.param(24, 0.6, id="put off by a day"),
        pytest.param(-9, None, id="both were published after it began"),
    ],
)
def test_a_moved_match_is_judged_by_the_last_forecast_before_it_was_played(
    db: Connection, moved_to: int, judged: float | None
) -> None:
    """The first was published 9 hours before the kick-off that was known then, the second 6 hours before it."""
    match = match_update("Arsenal", "Chelsea", "0-2", kick_off=KICK_OFF + timedelta(hours=moved_to))
    later = AFTER + timedelta(days=1)
    (match_id,) = insert_matches(db, match, now=later)
    second = KICK_OFF - timedelta(hours=6)
    predictions.add(db, [forecast(match_id), forecast(match_id, published_at=second, home=0.6, draw=0.2)])
    closed(db, match_id)
    rows = quality.played(db, ["PL"], BEFORE - timedelta(days=1), later, 10)
    assert [row.home for row in rows] == ([] if judged is None else [judged])


@pytest.mark.parametrize(("score", "outcome"), [("2-1", 0), ("1-1", 1), ("0-1", 2)])
def test_an_outcome_has_a_number(db: Connection, score: str, outcome: int) -> None:
    closed(db, *insert_predictions(db, match_update("Arsenal", "Chelsea", score)))
    assert [row.outcome for row in played_rows(db)] == [outcome]


def test_matches_without_a_result_closing_line_or_forecast_are_excluded(db: Connection) -> None:
    finished = {"score": "1-0"}
    closed(
        db,
        *insert_predictions(
            db,
            match_update("Arsenal", "Chelsea"),
            match_update("Everton", "Fulham", status=Status.CANCELLED),
            match_update("Wolves", "Luton", **finished, review="a person must look"),
            match_update("Brentford", "Burnley", **finished, competition="ELC"),
        ),
        *insert_matches(db, match_update("Liverpool", "Tottenham", **finished)),
    )
    insert_predictions(db, match_update("Man City", "Newcastle", **finished))
    assert played_rows(db) == []


def test_earlier_prices_and_totals_are_no_h2h_closing_prices(db: Connection) -> None:
    (match_id,) = insert_predictions(db, match_update("Arsenal", "Chelsea", "1-0"))
    totals = offer(match_id, "1.9", "1.9", market="totals", line="2.5", closing=True, taken_at=KICK_OFF)
    offers.put(db, [offer(match_id), totals])
    assert played_rows(db) == []


def test_played_matches_are_newest_first_up_to_the_limit(db: Connection) -> None:
    clubs = ("Arsenal", "Chelsea", "Everton", "Fulham")
    rows = [
        match_update(home, away, "1-0", kick_off=KICK_OFF + timedelta(minutes=number))
        for number, (home, away) in enumerate(permutations(clubs, 2))
    ]
    ids = insert_predictions(db, *rows)
    closed(db, *ids)
    assert [row.match_id for row in played_rows(db, 20)] == ids[::-1]
    assert [row.match_id for row in played_rows(db, 3)] == ids[:-4:-1]
    end = KICK_OFF + timedelta(minutes=2)
    assert [row.match_id for row in quality.played(db, ["PL"], KICK_OFF, end, 20)] == [ids[1], ids[0]]


@pytest.mark.case("G1")
def test_a_days_last_quality_metrics_replace_earlier_ones(db: Connection) -> None:
    unsaid = replace(GAP, figure="calibration_error", n=20, value=None, low=None, high=None, alarm=False)
    quality.put(db, [GAP, unsaid])
    assert quality.newest(db, DAY) == [unsaid, GAP]
    calmer = replace(GAP, n=201, value=0.001, low=-0.001, high=0.003, alarm=False)
    quality.put(db, [calmer, unsaid])
    assert quality.newest(db, DAY) == [unsaid, calmer]


def test_the_newest_metrics_up_to_a_day_are_returned(db: Connection) -> None:
    calm = replace(GAP, day=DAY + timedelta(days=3), alarm=False)
    quality.put(db, [GAP, calm])
    assert quality.newest(db, DAY - timedelta(days=1)) == []
    assert quality.newest(db, DAY + timedelta(days=2)) == [GAP]
    assert quality.newest(db, DAY + timedelta(days=90)) == [calm]


@pytest.mark.parametrize("change", [{"basis": "stars"}, {"figure": "profit"}])
def test_an_unknown_basis_or_figure_is_rejected(db: Connection, change: dict[str, str]) -> None:
    with pytest.raises(psycopg.errors.CheckViolation):
        quality.put(db, [replace(GAP, **change)])  # type: ignore[arg-type]
