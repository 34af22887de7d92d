"""The statistics and the calibration of forecasts and picks."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise
from math import log
from statistics import fmean

import pytest

from shared.betting.settlement import BetResult
from shared.football.match import Status
from shared.stores.betting import picks
from shared.stores.database import connect
from shared.web.predictions import record_schemas
from tests.factories import (
    BEFORE,
    choice,
    fair_close,
    insert_predictions,
    match_update,
    pick,
)
from tests.functions.predictions.api import DAY, SUNDAY, get_json
from tests.running import select

FORECASTS = """
    SELECT m.competition, p.home, p.draw, p.away, m.home_goals, m.away_goals
    FROM predictions p JOIN matches m USING (match_id)
    WHERE m.status = 'finished'
"""
EDGES = (0.0, 0.40, 0.45, 0.50, 0.55, 0.60, 0.65, 0.70, 0.75, 0.80, 1.01)


def scored_forecasts(url: str) -> list[tuple[str, tuple[float, float, float], int]]:
    """Competition, forecast and outcome of the matches that were forecast and are over."""
    return [
        (code, (home, draw, away), 0 if scored_ > conceded else 1 if scored_ == conceded else 2)
        for code, home, draw, away, scored_, conceded in select(url, FORECASTS)
    ]


def test_the_statistics_are_those_that_anyone_can_work_out(sunday_url: str) -> None:
    body = get_json("/stats", SUNDAY)
    record_schemas.PredictionStatsResponse.model_validate(body)
    cases = scored_forecasts(sunday_url)
    hits = [max(range(3), key=p.__getitem__) == outcome for _, p, outcome in cases]
    assert (body["verified_predictions"], body["correct_predictions"]) == (len(cases), sum(hits)) == (39, sum(hits))
    assert body["accuracy"] == round(sum(hits) / 39, 4), "a share: the dashboards write it as accuracy * 100 %"
    assert body["accuracy_interval"]["low"] < body["accuracy"] < body["accuracy_interval"]["high"]
    rps = [((p[0] - (o == 0)) ** 2 + (p[0] + p[1] - (o <= 1)) ** 2) / 2 for _, p, o in cases]
    assert body["rps"] == round(fmean(rps), 5)
    assert body["log_loss"] == round(fmean(-log(p[o]) for _, p, o in cases), 5)
    assert sum(tally["total"] for tally in body["by_competition"].values()) == 39
    assert body["by_competition"]["PL"]["total"] == 7
    for tally in (*body["by_competition"].values(), *body["by_bet_type"].values()):
        assert tally["accuracy"] == round(tally["correct"] / tally["total"], 4)
    assert sum(tally["correct"] for tally in body["by_bet_type"].values()) == sum(hits)
    profits = [profit for (profit,) in select(sunday_url, "SELECT profit FROM pick_settlements")]
    values = [value for (value,) in select(sunday_url, "SELECT closing_line_value FROM pick_closings")]
    assert (body["picks"]["total"], body["picks"]["settled"]) == (len(profits), len(values)) == (5, 5)
    assert body["picks"]["profit_units"] == round(float(sum(profits)), 2)
    assert body["roi_simulated"] == round(100 * float(sum(profits)) / 5, 1)
    assert body["picks"]["closing_line_value"] == pytest.approx(float(sum(values)) / 5, abs=5e-5)
    assert body["total_predictions"] == 39, "of matches that have begun"


def test_the_calibration_is_the_one_that_anyone_can_work_out(sunday_url: str) -> None:
    body = get_json("/calibration", SUNDAY)
    record_schemas.CalibrationResponse.model_validate(body)
    cases = [(max(p), max(range(3), key=p.__getitem__) == outcome) for _, p, outcome in scored_forecasts(sunday_url)]
    buckets = []
    for low, high in pairwise(EDGES):
        inside = [case for case in cases if low <= case[0] < high]
        if inside:
            buckets.append((len(inside), round(fmean(p for p, _ in inside), 4), round(fmean(c for _, c in inside), 4)))
    shown_buckets = [(b["count"], b["predicted_confidence"], b["actual_win_rate"]) for b in body["by_confidence"]]
    assert shown_buckets == buckets
    assert body["total_verified"] == 39
    assert body["overall_accuracy"] == round(fmean(hit for _, hit in cases), 4)
    error = sum(count * abs(p - hit) for count, p, hit in buckets) / 39
    assert body["overall_calibration_error"] == pytest.approx(error, abs=2e-4)
    assert sum(bet["total_predictions"] for bet in body["by_bet_type"]) == 39
    assert {code: row["total"] for code, row in body["by_competition"].items()}["PL"] == 7
    assert body["period"] == "Last 90 days"
    assert get_json("/calibration?days=30", SUNDAY)["period"] == "Last 30 days"


def test_picks_on_paper_and_at_licensed_prices_are_counted_apart(bundle: object, url: str) -> None:
    profits = {"market_best": Decimal("1.10"), "pinnacle": Decimal(-1), "unibet_fr": Decimal("-1.00")}
    with connect(url, "test") as db, db.transaction():
        ids = insert_predictions(
            db, match_update("Arsenal", "Chelsea"), match_update("Everton", "Fulham"), match_update("Wolves", "Luton")
        )
        day = choice(*(pick(match_id, bookmaker=name) for match_id, name in zip(ids, profits, strict=True)))
        picks.commit(db, DAY, BEFORE, 3, day)
        for row in picks.between(db, DAY, DAY):
            picks.add_settlement(
                db, row, BetResult.LOST, "0-1", profits[row.bookmaker], datetime(2024, 4, 28, tzinfo=UTC)
            )
        picks.add_closing_value(db, picks.between(db, DAY, DAY)[2], fair_close(), Decimal("0.05"))
    body = get_json("/stats", SUNDAY)["picks"]
    paper, licensed = body["at_paper_prices"], body["at_licensed_prices"]
    assert (paper["total"], paper["settled"], paper["profit_units"], paper["closing_line_value"]) == (2, 2, 0.1, None)
    assert (licensed["total"], licensed["profit_units"], licensed["closing_line_value"]) == (1, -1.0, 0.05)
    assert (body["total"], body["profit_units"], body["closing_line_value"]) == (3, -0.9, 0.05)


def test_without_forecasts_statistics_are_empty(bundle: object) -> None:
    stats, calibration = get_json("/stats"), get_json("/calibration")
    assert (stats["total_predictions"], stats["accuracy"], stats["rps"], stats["picks"]["roi"]) == (0, 0.0, None, None)
    assert (stats["roi_simulated"], stats["log_loss"], stats["accuracy_interval"]) == (0.0, None, None)
    assert {name: value for name, value in calibration.items() if name not in {"generated_at", "data_source"}} == {
        "total_verified": 0,
        "overall_accuracy": 0.0,
        "overall_calibration_error": 0.0,
        "by_bet_type": [],
        "by_confidence": [],
        "by_competition": {},
        "period": "Last 90 days",
    }


@pytest.fixture
def ended(bundle: object, url: str) -> Iterator[int]:
    """A pick that was void because its match was called off."""
    with connect(url, "test") as db:
        (match_id,) = insert_predictions(db, match_update(status=Status.CANCELLED))
        picks.commit(db, DAY, BEFORE, 1, choice(pick(match_id)))
        picks.add_settlement(
            db, picks.between(db, DAY, DAY)[0], BetResult.VOID, None, Decimal(0), datetime(2024, 4, 28, tzinfo=UTC)
        )
    yield match_id


@pytest.mark.case("J4")
def test_a_void_pick_is_neither_right_nor_wrong(ended: int) -> None:
    (void_pick,) = get_json("/daily?date=2024-04-27", SUNDAY)["picks"]
    forecast = void_pick["prediction"]
    assert (forecast["match_id"], forecast["pick"]["result"], forecast["pick"]["profit"]) == (ended, "void", 0.0)
    assert (forecast["is_verified"], forecast["is_correct"], forecast["actual_score"]) == (False, None, None)
