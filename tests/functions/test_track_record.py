"""Every figure of the record, of a few forecasts and picks whose numbers all differ, against plain sums by hand."""

from datetime import date, timedelta
from decimal import Decimal
from math import log, sqrt
from typing import Any

import pytest

from shared.betting.settlement import BetResult
from shared.stores.betting import picks
from shared.stores.database import connect
from tests.conftest import SATURDAY
from tests.factories import BEFORE, choice, fair_close, insert_predictions, match_update, pick
from tests.functions.test_every_market import assert_same, wilson
from tests.running import invoke

SUNDAY = SATURDAY + timedelta(days=1)
FRIDAY, DAY = date(2024, 4, 26), date(2024, 4, 27)
HOME, DRAW, AWAY = 0, 1, 2
FORECASTS = [
    # competition, clubs, score, probabilities of home win, draw, away win
    ("PL", "Arsenal", "Chelsea", "2-0", (0.61, 0.22, 0.17)),
    ("PL", "Everton", "Fulham", "1-1", (0.63, 0.21, 0.16)),
    ("PL", "Liverpool", "Brentford", "3-1", (0.64, 0.2, 0.16)),
    ("PL", "Burnley", "Newcastle", "0-2", (0.14, 0.2, 0.66)),
    ("PD", "Wolves", "Luton", "2-1", (0.11, 0.2, 0.69)),
    ("PD", "West Ham", "Brighton", "0-0", (0.3, 0.36, 0.34)),
]
FAVOURITE = {place: max(range(3), key=shares.__getitem__) for place, (*_, shares) in enumerate(FORECASTS)}
OUTCOMES = [HOME, DRAW, HOME, AWAY, HOME, DRAW]
CORRECT = [FAVOURITE[place] == came for place, came in enumerate(OUTCOMES)]
PICKS = [
    # bookmaker, profit, closing-line value
    ("unibet_fr", Decimal("1.10"), Decimal("0.02")),
    ("unibet_fr", Decimal("-1.00"), None),
    ("pinnacle", Decimal("2.50"), Decimal("0.05")),
    ("unibet_fr", Decimal("-1.00"), Decimal("0.03")),
    ("pinnacle", Decimal("-1.00"), None),
    ("pinnacle", None, Decimal("0.01")),
]


def mean(values: list[float]) -> float:
    return sum(values) / len(values)


def around_mean(values: list[float], times: float = 1) -> dict[str, float]:
    """The interval of 95 % of a mean, by the normal approximation."""
    spread = sqrt(sum((value - mean(values)) ** 2 for value in values) / (len(values) - 1))
    half = 1.959964 * spread / sqrt(len(values))
    return {"low": times * (mean(values) - half), "high": times * (mean(values) + half)}


def within(hits: int, n: int, times: float = 1) -> dict[str, float]:
    low, high = wilson(hits, n)
    return {"low": times * low, "high": times * high}


@pytest.fixture
def played(bundle: object, url: str) -> None:
    """The forecasts, all over, with the picks."""
    with connect(url, "test") as db, db.transaction():
        ids = []
        for competition, home, away, score, shares in FORECASTS:
            update = match_update(home, away, score, competition=competition)
            ids += insert_predictions(db, update, **dict(zip(("home", "draw", "away"), shares, strict=True)))
        bets = [pick(match_id, bookmaker=bookmaker) for match_id, (bookmaker, _, _) in zip(ids, PICKS, strict=True)]
        picks.commit(db, FRIDAY, BEFORE, 3, choice(*bets[:3]))
        picks.commit(db, DAY, BEFORE, 3, choice(*bets[3:]))
        for row, (_, profit, value) in zip(picks.between(db, FRIDAY, DAY), PICKS, strict=True):
            if profit is not None:
                picks.add_settlement(db, row, BetResult.WON if profit > 0 else BetResult.LOST, "1-0", profit, SUNDAY)
            if value is not None:
                picks.add_closing_value(db, row, fair_close(), value)


def get_json(target: str) -> Any:
    response = invoke("predictions", f"/api/v1/predictions/{target}", at=SUNDAY)
    assert response.status == 200, response.body
    return response.json


def tally(places: list[int]) -> dict[str, Any]:
    hits = sum(CORRECT[place] for place in places)
    return {"total": len(places), "correct": hits, "accuracy": hits / len(places)}


def of_competition(code: str) -> list[int]:
    return [place for place, (competition, *_) in enumerate(FORECASTS) if competition == code]


def of_favourite(outcome: int) -> list[int]:
    return [place for place, favourite in FAVOURITE.items() if favourite == outcome]


def figures(picks: list[tuple[str, Decimal | None, Decimal | None]]) -> dict[str, Any]:
    profits = [float(profit) for _, profit, _ in picks if profit is not None]
    values = [float(value) for _, _, value in picks if value is not None]
    return {
        "total": len(picks),
        "settled": len(profits),
        "profit_units": float(sum(profits)),
        "roi": mean(profits) if profits else None,
        "roi_interval": around_mean(profits) if profits else None,
        "closing_line_value": mean(values) if values else None,
        "closing_line_value_interval": around_mean(values) if values else None,
        "beat_close": 1.0 if values else None,
        "beat_close_interval": within(len(values), len(values)) if values else None,
        "results": {
            **dict.fromkeys(("half_won", "push", "half_lost", "void"), 0),
            "won": sum(profit > 0 for profit in profits),
            "lost": sum(profit < 0 for profit in profits),
        },
    }


def test_every_figure_of_the_statistics(played: None) -> None:
    body = get_json("stats")
    assert body.pop("data_source")["source"] == "database"
    outcomes = [(shares, outcome) for (*_, shares), outcome in zip(FORECASTS, OUTCOMES, strict=True)]
    exact = {
        "rps": mean(
            [((p[HOME] - (outcome == HOME)) ** 2 + (p[AWAY] - (outcome == AWAY)) ** 2) / 2 for p, outcome in outcomes]
        ),
        "log_loss": mean([-log(p[outcome]) for p, outcome in outcomes]),
    }
    assert {name: body.pop(name) for name in exact} == pytest.approx(exact, abs=6e-6)
    share = within(4, 6)
    assert body.pop("accuracy_interval") == pytest.approx(share, abs=0.0006)
    assert_same(
        body,
        {
            "total_predictions": 6,
            "verified_predictions": 6,
            "correct_predictions": 4,
            "accuracy": 0.6667,
            "roi_simulated": 12.0,
            "by_competition": {code: tally(of_competition(code)) for code in ("PD", "PL")},
            "by_bet_type": {
                "home_win": tally(of_favourite(HOME)),
                "draw": tally(of_favourite(DRAW)),
                "away_win": tally(of_favourite(AWAY)),
            },
            "picks": {
                **figures(PICKS),
                "at_licensed_prices": figures([pick_ for pick_ in PICKS if pick_[0] == "unibet_fr"]),
                "at_paper_prices": figures([pick_ for pick_ in PICKS if pick_[0] == "pinnacle"]),
                "by_market": {"h2h": figures(PICKS), "totals": figures([]), "handicap": figures([])},
            },
            "last_updated": "2024-04-28T05:00:00Z",
        },
    )


def bucket(low: int, high: int, places: list[int]) -> dict[str, Any]:
    """Of forecasts within a range of percentages: forecast share less observed share is the overconfidence."""
    predicted = mean([max(FORECASTS[place][-1]) for place in places])
    hits = sum(CORRECT[place] for place in places)
    return {
        "confidence_range": f"{low}%-{high}%",
        "predicted_confidence": predicted,
        "actual_win_rate": hits / len(places),
        "count": len(places),
        "overconfidence": predicted - hits / len(places),
        "interval": within(hits, len(places)),
    }


def by_bet(name: str, outcome: int, buckets: list[dict[str, Any]]) -> dict[str, Any]:
    places = of_favourite(outcome)
    hits = sum(CORRECT[place] for place in places)
    return {
        "bet_type": name,
        "total_predictions": len(places),
        "correct": hits,
        "accuracy": hits / len(places),
        "avg_confidence": mean([max(FORECASTS[place][-1]) for place in places]),
        "buckets": buckets,
    }


def test_every_figure_of_the_calibration(played: None) -> None:
    """Forecasts of 60 to 65 %: 62.7 % forecast, 66.7 % observed; of 65 to 70 %: 67.5 % forecast, 50 % observed."""
    body = get_json("calibration")
    assert body.pop("data_source")["source"] == "database"
    sixty, sixty_five, draws = bucket(60, 65, [0, 1, 2]), bucket(65, 70, [3, 4]), bucket(0, 40, [5])
    assert sixty["overconfidence"] < 0 < sixty_five["overconfidence"]
    assert_same(
        body,
        {
            "total_verified": 6,
            "overall_accuracy": 4 / 6,
            "overall_calibration_error": (3 * abs(1.88 / 3 - 2 / 3) + 2 * abs(0.675 - 0.5) + abs(0.36 - 1)) / 6,
            "by_bet_type": [
                by_bet("home_win", HOME, [sixty]),
                by_bet("draw", DRAW, [draws]),
                by_bet("away_win", AWAY, [sixty_five]),
            ],
            "by_confidence": [draws, sixty, sixty_five],
            "by_competition": {
                code: {
                    "total": len(places),
                    "correct": sum(CORRECT[place] for place in places),
                    "accuracy": mean([CORRECT[place] for place in places]),
                    "avg_confidence": mean([max(FORECASTS[place][-1]) for place in places]),
                }
                for code in ("PD", "PL")
                for places in [of_competition(code)]
            },
            "period": "Last 90 days",
            "generated_at": "2024-04-28T05:00:00Z",
        },
    )
