"""Every field of a forecast's answer, against what plain sums over the scores of a lopsided match say."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from shared.forecasting.grid import score_grid
from shared.forecasting.markets import markets
from shared.runtime.answers import SHOWN_STATUS
from shared.stores import picks, words
from shared.stores.database import connect
from tests.conftest import SATURDAY
from tests.forecasting.by_hand import Scores, at_half_time, chance, line_bet, quarters, scores
from tests.making import BEFORE, choice, news, pick, published, written
from tests.running import ask
from tests.tokens import bearer

AWAY_FAVOURITE = (0.8, 2.1, -0.09)
HOME_FAVOURITE = (2.6, 1.2, 0.04)
FEW_GOALS = (0.95, 0.5, -0.12)
OPEN = (1.9, 1.7, 0.05)
RATES = [AWAY_FAVOURITE, HOME_FAVOURITE, FEW_GOALS, OPEN]
DAY = date(2024, 4, 27)
CLOSE = {"probability": 1.1e-4, "price": 5.1e-3, "goals": 5.1e-3}
"""What rounding moves: four digits of probabilities, of which one may take what the others leave; two of the rest."""


def home_win(i: int, j: int) -> bool:
    return i > j


def draw(i: int, j: int) -> bool:
    return i == j


def away_win(i: int, j: int) -> bool:
    return i < j


def expected(of: Scores, home_rate: float, away_rate: float) -> dict[str, Any]:
    """The answer's `multi_markets`, worked out from the scores."""
    before = at_half_time(of)
    home, level, away = (chance(of, wins) for wins in (home_win, draw, away_win))
    both = chance(of, lambda i, j: i > 0 and j > 0)
    double = {"1X": home + level, "X2": level + away, "12": home + away}
    likeliest = sorted(of, key=lambda score: -of[score])[:6]
    return {
        **{f"over_under_{name}": over_under(of, line) for name, line in (("15", 1.5), ("25", 2.5), ("35", 3.5))},
        "btts": {
            "yes_prob": both,
            "no_prob": 1 - both,
            "yes_odds": None,
            "no_odds": None,
            "recommended": "yes" if both > 0.5 else "no",
        },
        "double_chance": {
            **double,
            **dict.fromkeys(("home_or_draw_odds", "away_or_draw_odds", "home_or_away_odds")),
            "recommended": sorted(double, key=lambda name: double[name])[-1],
        },
        "correct_score": {
            "scores": {f"{i}-{j}": of[i, j] for i, j in likeliest},
            "most_likely": "{}-{}".format(*likeliest[0]),
            "most_likely_prob": of[likeliest[0]],
        },
        "draw_no_bet": {"home_prob": home / (1 - level), "away_prob": away / (1 - level)},
        "goal_lines": [line_bet(of, line, lambda i, j: i + j) for line in quarters(1.5, 4)],
        "asian_handicaps": [handicap(of, line) for line in quarters(-2, 2)],
        "team_goals": [
            {
                "line": line,
                "home_over": chance(of, lambda i, _, line=line: i > line),
                "away_over": chance(of, lambda _, j, line=line: j > line),
            }
            for line in (0.5, 1.5, 2.5)
        ],
        "win_to_nil": {
            "home": chance(of, lambda i, j: i > 0 and j == 0),
            "away": chance(of, lambda i, j: j > 0 and i == 0),
        },
        "half_time": {
            "home": chance(before, home_win),
            "draw": chance(before, draw),
            "away": chance(before, away_win),
            "over_05": chance(before, lambda i, j: i + j > 0.5),
            "over_15": chance(before, lambda i, j: i + j > 1.5),
        },
        "expected_home_goals": home_rate,
        "expected_away_goals": away_rate,
        "expected_total_goals": home_rate + away_rate,
    }


def over_under(of: Scores, line: float) -> dict[str, Any]:
    over = chance(of, lambda i, j: i + j > line)
    return {
        "line": line,
        "over_prob": over,
        "under_prob": 1 - over,
        **dict.fromkeys(("over_odds", "under_odds", "over_value", "under_value")),
        "recommended": "over" if over > 0.5 else "under",
    }


def handicap(of: Scores, line: float) -> dict[str, Any]:
    """The home side's lead with the line added to it: beyond 0 it wins."""
    return {**line_bet(of, -line, lambda i, j: i - j), "line": line}


def leaves(of: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every value of an answer by where it stands."""
    if isinstance(of, dict):
        for name, value in of.items():
            yield from leaves(value, f"{path}/{name}")
    elif isinstance(of, list):
        yield path, len(of)
        for place, value in enumerate(of):
            yield from leaves(value, f"{path}/{place}")
    else:
        yield path, of


def same(said: Any, wanted: Any) -> None:
    """Every value is the wanted one, but for rounding; none is missing and none is there besides."""
    found, told = dict(leaves(said)), dict(leaves(wanted))
    assert found.keys() == told.keys()
    wrong = {path: (found[path], value) for path, value in told.items() if not alike(path, found[path], value)}
    assert wrong == {}


def alike(path: str, found: Any, value: Any) -> bool:
    if not isinstance(value, float):
        return bool(found == value)
    kind = "price" if "fair_price" in path else "goals" if "_goals" in path else "probability"
    return bool(found == pytest.approx(value, abs=CLOSE["probability" if "team_goals" in path else kind], rel=0))


def forecast_of(rates: tuple[float, float, float], **changes: Any) -> dict[str, Any]:
    """The changes that make a forecast out of expected goals and their dependence."""
    home, level, away = (chance(scores(*rates), wins) for wins in (home_win, draw, away_win))
    return {
        **dict(zip(("home_rate", "away_rate", "rho"), rates, strict=True)),
        **dict(zip(("home", "draw", "away"), (home, level, away), strict=True)),
        "markets": json.loads(json.dumps(asdict(markets(score_grid(*rates))))),
        **changes,
    }


def body(match_id: int, language: str = "en", details: bool = True) -> Any:
    said = ask(
        "predictions",
        f"/api/v1/predictions/{match_id}?include_model_details={details}",
        at=SATURDAY,
        authorization=bearer(SATURDAY, app_metadata={"role": "premium"}),
        accept_language=language,
    )
    assert said.status == 200, said.body
    return said.json


@pytest.mark.case("M1")
@pytest.mark.parametrize("rates", RATES, ids=["away favourite", "home favourite", "few goals", "open"])
def test_every_market_of_an_answer_is_the_sum_of_its_scores(
    bundle: object, url: str, rates: tuple[float, float, float]
) -> None:
    with connect(url, "test") as db:
        (match_id,) = published(db, news(), **forecast_of(rates))
    said, of = body(match_id), scores(*rates)
    same(said["multi_markets"], expected(of, rates[0], rates[1]))
    home, level, away = (chance(of, wins) for wins in (home_win, draw, away_win))
    same(said["probabilities"], {"home_win": home, "draw": level, "away_win": away})


def test_the_four_matches_recommend_each_side_of_each_market() -> None:
    """So that a recommendation that is turned round is seen."""
    seen: dict[str, set[str]] = {}
    for rates in RATES:
        for path, value in leaves(expected(scores(*rates), rates[0], rates[1])):
            if path.endswith("/recommended"):
                seen.setdefault(path.split("/")[1], set()).add(value)
    assert seen == {
        "over_under_15": {"over", "under"},
        "over_under_25": {"over", "under"},
        "over_under_35": {"over", "under"},
        "btts": {"yes", "no"},
        "double_chance": {"1X", "X2", "12"},
    }
