"""Every field of a forecast's answer, against plain sums over the scores of a lopsided match."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from math import sqrt
from pathlib import Path
from typing import Any

import pytest

from shared.betting.picks import Pick
from shared.betting.prices import Market
from shared.betting.result_probabilities import ResultProbabilities
from shared.betting.settlement import BetResult, profit, settle_bet
from shared.football.match import Score
from shared.forecasting.grid import score_grid
from shared.forecasting.markets import markets
from shared.stores.betting import offers, picks, play_limits
from shared.stores.database import connect
from shared.stores.news import explanations
from shared.stores.people import users
from tests.conftest import SATURDAY
from tests.factories import (
    BEFORE,
    KICK_OFF,
    UPDATED_AT,
    choice,
    explanation,
    fair_close,
    insert_predictions,
    match_update,
    offer,
    pick,
)
from tests.forecasting.by_hand import Scores, at_half_time, chance, line_bet, quarters, scores
from tests.running import invoke
from tests.tokens import ALICE, bearer

AWAY_FAVOURITE = (0.8, 2.1, -0.09)
HOME_FAVOURITE = (2.6, 1.2, 0.04)
FEW_GOALS = (0.95, 0.5, -0.12)
OPEN = (1.9, 1.7, 0.05)
RATES = [AWAY_FAVOURITE, HOME_FAVOURITE, FEW_GOALS, OPEN]
DAY = date(2024, 4, 27)
CLOSE = {"probability": 1.1e-4, "price": 5.1e-3, "goals": 5.1e-3}
"""What rounding moves: four digits of probabilities, of which one may take what the others leave; two of the rest."""

UNPRICED = dict.fromkeys(("price", "price_against", "value", "value_against"))


def home_win(i: int, j: int) -> bool:
    return i > j


def draw(i: int, j: int) -> bool:
    return i == j


def away_win(i: int, j: int) -> bool:
    return i < j


def expected(scores: Scores, home_rate: float, away_rate: float) -> dict[str, Any]:
    """The answer's `multi_markets`, worked out from the scores."""
    before = at_half_time(scores)
    home, level, away = (chance(scores, wins) for wins in (home_win, draw, away_win))
    both = chance(scores, lambda i, j: i > 0 and j > 0)
    double = {"1X": home + level, "X2": level + away, "12": home + away}
    likeliest = sorted(scores, key=lambda score: -scores[score])[:6]
    return {
        "match_result": dict.fromkeys(
            ("home_odds", "draw_odds", "away_odds", "home_value", "draw_value", "away_value")
        ),
        **{f"over_under_{name}": over_under(scores, line) for name, line in (("15", 1.5), ("25", 2.5), ("35", 3.5))},
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
            "scores": {f"{i}-{j}": scores[i, j] for i, j in likeliest},
            "most_likely": "{}-{}".format(*likeliest[0]),
            "most_likely_prob": scores[likeliest[0]],
        },
        "draw_no_bet": {"home_prob": home / (1 - level), "away_prob": away / (1 - level)},
        "goal_lines": [UNPRICED | line_bet(scores, line, lambda i, j: i + j) for line in quarters(1.5, 4)],
        "asian_handicaps": [handicap(scores, line) for line in quarters(-2, 2)],
        "team_goals": [
            {
                "line": line,
                "home_over": chance(scores, lambda i, _, line=line: i > line),
                "away_over": chance(scores, lambda _, j, line=line: j > line),
            }
            for line in (0.5, 1.5, 2.5)
        ],
        "win_to_nil": {
            "home": chance(scores, lambda i, j: i > 0 and j == 0),
            "away": chance(scores, lambda i, j: j > 0 and i == 0),
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
        "price_on_paper": None,
        "prices_taken_at": None,
    }


def over_under(scores: Scores, line: float) -> dict[str, Any]:
    over = chance(scores, lambda i, j: i + j > line)
    return {
        "line": line,
        "over_prob": over,
        "under_prob": 1 - over,
        **dict.fromkeys(("over_odds", "under_odds", "over_value", "under_value")),
        "recommended": "over" if over > 0.5 else "under",
    }


def handicap(scores: Scores, line: float) -> dict[str, Any]:
    """The home side's lead with the line added to it: beyond 0 it wins."""
    return {**UNPRICED, **line_bet(scores, -line, lambda i, j: i - j), "line": line}


def leaves(node: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every value of an answer by where it stands."""
    if isinstance(node, dict):
        for name, value in node.items():
            yield from leaves(value, f"{path}/{name}")
    elif isinstance(node, list):
        yield path, len(node)
        for place, value in enumerate(node):
            yield from leaves(value, f"{path}/{place}")
    else:
        yield path, node


def assert_same(actual: Any, expected_values: Any) -> None:
    """Every value is the wanted one, rounded to four digits or fewer; none is missing and none is there besides."""
    actual_leaves, expected_leaves = dict(leaves(actual)), dict(leaves(expected_values))
    assert actual_leaves.keys() == expected_leaves.keys()
    wrong = {
        path: (actual_leaves[path], value)
        for path, value in expected_leaves.items()
        if not is_close(path, actual_leaves[path], value)
    }
    assert wrong == {}
    numbers = {path: value for path, value in actual_leaves.items() if isinstance(value, float)}
    stored = "/league_accuracy/"  # as it is in a table
    assert {p: v for p, v in numbers.items() if v != round(v, 4) and not p.startswith(stored)} == {}


def is_close(path: str, actual: Any, value: Any) -> bool:
    if not isinstance(value, float):
        return bool(actual == value)
    kind = "price" if "fair_price" in path else "goals" if "_goals" in path else "probability"
    return bool(actual == pytest.approx(value, abs=CLOSE["probability" if "team_goals" in path else kind], rel=0))


def forecast_of(rates: tuple[float, float, float], **changes: Any) -> dict[str, Any]:
    """The changes that make a forecast out of expected goals and their dependence."""
    home, level, away = (chance(scores(*rates), wins) for wins in (home_win, draw, away_win))
    return {
        **dict(zip(("home_rate", "away_rate", "rho"), rates, strict=True)),
        **dict(zip(("home", "draw", "away"), (home, level, away), strict=True)),
        "markets": json.loads(json.dumps(asdict(markets(score_grid(*rates))))),
        **changes,
    }


def get_json(target: str, at: datetime = SATURDAY) -> Any:
    token = bearer(at, app_metadata={"role": "premium"})
    response = invoke("predictions", f"/api/v1/predictions/{target}", at=at, authorization=token, accept_language="en")
    assert response.status == 200, response.body
    return response.json


@pytest.mark.case("M1")
@pytest.mark.parametrize("rates", RATES, ids=["away favourite", "home favourite", "few goals", "open"])
def test_every_market_of_an_answer_is_the_sum_of_its_scores(
    bundle: object, url: str, rates: tuple[float, float, float]
) -> None:
    with connect(url, "test") as db:
        (match_id,) = insert_predictions(db, match_update(), **forecast_of(rates))
    body, grid = get_json(str(match_id)), scores(*rates)
    assert_same(body["multi_markets"], expected(grid, rates[0], rates[1]))
    home, level, away = (chance(grid, wins) for wins in (home_win, draw, away_win))
    assert_same(body["probabilities"], {"home_win": home, "draw": level, "away_win": away})
    likeliest = "away_win" if away > home else "home_win"
    assert (body["recommended_bet"], body["confidence"]) == (likeliest, body["probabilities"][likeliest])
    assert (body["pick"], body["is_daily_pick"], body["value_score"], body["legal_notice"]) == (None, False, 0.0, None)


def test_the_four_matches_recommend_each_side_of_each_market() -> None:
    """So that a recommendation that is turned round is seen."""
    recommended: dict[str, set[str]] = {}
    for rates in RATES:
        for path, value in leaves(expected(scores(*rates), rates[0], rates[1])):
            if path.endswith("/recommended"):
                recommended.setdefault(path.split("/")[1], set()).add(value)
    assert recommended == {
        "over_under_15": {"over", "under"},
        "over_under_25": {"over", "under"},
        "over_under_35": {"over", "under"},
        "btts": {"yes", "no"},
        "double_chance": {"1X", "X2", "12"},
    }


@pytest.mark.case("M1")
def test_a_quarter_line_is_two_bets_of_half_the_stake(bundle: object, url: str) -> None:
    """Over 1.75 is over 1.5 and over 2: two goals win the one and give the other back; 0 goals behind lose at -0.25."""
    with connect(url, "test") as db:
        (match_id,) = insert_predictions(db, match_update(), **forecast_of(AWAY_FAVOURITE))
    body, grid = get_json(str(match_id))["multi_markets"], scores(*AWAY_FAVOURITE)
    few, two = chance(grid, lambda i, j: i + j < 2), chance(grid, lambda i, j: i + j == 2)
    more = 1 - few - two
    over = {"line": 1.75, "won": more, "half_won": two, "push": 0.0, "half_lost": 0.0, "lost": few}
    fair = {"fair_price": 1 + few / (more + two / 2), "fair_price_against": 1 + (more + two / 2) / few}
    (line_item,) = [line for line in body["goal_lines"] if line["line"] == 1.75]
    assert_same(line_item, {**UNPRICED, **over, **fair})
    home, level, away = (chance(grid, wins) for wins in (home_win, draw, away_win))
    giving = {"line": -0.25, "won": home, "half_won": 0.0, "push": 0.0, "half_lost": level, "lost": away}
    fair = {"fair_price": 1 + (away + level / 2) / home, "fair_price_against": 1 + home / (away + level / 2)}
    (line_item,) = [line for line in body["asian_handicaps"] if line["line"] == -0.25]
    assert_same(line_item, {**UNPRICED, **giving, **fair})


SUNDAY = SATURDAY + timedelta(days=1)
RELIABILITY = Path(__file__).resolve().parents[2] / "models/outcome/reliability.json"
METADATA = json.loads(RELIABILITY.with_name("metadata.json").read_text())
OUTCOMES: tuple[str, ...] = ("home", "draw", "away")
SHARES = {"home": 0.123, "draw": 0.2109, "away": 0.6661}
"""Of `AWAY_FAVOURITE`, in four digits."""
CLUBS = {"home": ("Arsenal", "Chelsea"), "draw": ("Everton", "Fulham"), "away": ("Liverpool", "Brentford")}
BETS = {
    "home": {"price": 9.1, "value": 0.115, "share": 0.0142, "stake": 0.0031, "bookmaker": "unibet_fr"},
    "draw": {"price": 5.05, "value": 0.067, "share": 0.0165, "stake": 0.0035, "bookmaker": "unibet_fr"},
    "away": {"price": 1.57, "value": 0.046, "share": 0.0807, "stake": 0.0199, "bookmaker": "pinnacle"},
}
"""A bet on each outcome of three such matches."""
CLOSING_LINE_VALUES = {"home": 0.012, "draw": 0.022, "away": 0.032}
RATINGS = {"home_win": 0.17, "draw": 0.24, "away_win": 0.59}
FACTORS = {
    "start": (0.44, 0.29, 0.27),
    "goals": (-0.2, -0.06, 0.26),
    "rest": (-0.02, 0.03, -0.01),
    "prices": (-0.097, -0.0491, 0.1461),
}
ADJUSTMENT = {
    "injury_home": -0.18,
    "injury_away": 0.07,
    "sentiment_home": -0.03,
    "sentiment_away": 0.02,
    "tactical": 0.05,
    "motivation": -0.04,
    "home": -0.2,
    "away": 0.11,
    "sources": ["n1"],
}


def wilson(hits: int, n: int) -> tuple[float, float]:
    """Wilson's interval of 95 % as the roots of (share - p)² = z² p (1 - p) / n."""
    z2, share = 1.959964**2, hits / n
    a, b, c = 1 + z2 / n, -(2 * share + z2 / n), share**2
    root = sqrt(b * b - 4 * a * c)
    return (-b - root) / (2 * a), (-b + root) / (2 * a)


def past_of(share: float) -> dict[str, Any]:
    """The buckets of reliability.json for outcomes of the Premier League forecast from prices."""
    reliability = json.loads(RELIABILITY.read_text())
    buckets = {
        league: next(row for row in reliability["records"]["prices"][league] if row[0] <= share < row[1])
        for league in ("PL", "all")
    }
    league = "PL" if buckets["PL"][2] >= 100 else "all"
    low, high, n, hits, _ = buckets[league]
    within = dict(zip(("low", "high"), wilson(hits, n), strict=True))
    record = {"low": low, "high": high, "n": n, "hits": hits, "hit_rate": hits / n, "interval": within}
    return {**record, "league": league, "seasons": "2012-2023", "basis": "prices"}


@pytest.fixture
def ids(bundle: object, url: str) -> dict[str, int]:
    """Three matches that the away side should win and won 3-1, with a pick on each outcome, explained by a model."""
    changes = {
        **{f"ratings_{side}": share for side, share in zip(("home", "draw", "away"), RATINGS.values(), strict=True)},
        "ratings_bounds": [[0.11, 0.25], [0.2, 0.28], [0.49, 0.67]],
        "factors": {name: list(effect) for name, effect in FACTORS.items()},
    }
    with connect(url, "test") as db, db.transaction():
        updates = [match_update(*clubs, score="1-3") for clubs in CLUBS.values()]
        match_ids = insert_predictions(db, *updates, **forecast_of(AWAY_FAVOURITE, **changes))
        id_of = dict(zip(OUTCOMES, match_ids, strict=True))
        picks.commit(db, DAY, BEFORE, 3, choice(*(bet_on(outcome, match_id) for outcome, match_id in id_of.items())))
        for row in picks.between(db, DAY, DAY):
            ending, profit = (
                (BetResult.WON, Decimal("0.57")) if row.outcome == "away" else (BetResult.LOST, Decimal(-1))
            )
            picks.add_settlement(db, row, ending, "1-3", profit, SUNDAY - timedelta(hours=2))
            value = Decimal(str(CLOSING_LINE_VALUES[row.outcome]))
            picks.add_closing_value(db, row, fair_close("0.42"), value)
            explanations.add(db, explanation(row.match_id, adjustment=ADJUSTMENT))
    return id_of


def bet_on(outcome: str, match_id: int) -> Pick:
    terms = {name: term if isinstance(term, str) else Decimal(str(term)) for name, term in BETS[outcome].items()}
    return pick(match_id, outcome=outcome, probability=Decimal(str(SHARES[outcome])), **terms)


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_every_field_of_a_forecast_with_a_pick(ids: dict[str, int], outcome: str) -> None:
    """The likeliest outcome is one thing, the pick another: confidence, record and correctness are the pick's."""
    body = get_json(f"{ids[outcome]}?include_model_details=true", SUNDAY)
    rates, won, bet = AWAY_FAVOURITE, outcome == "away", BETS[outcome]
    texts = {name: body.pop(name) for name in ("explanation", "key_factors", "risk_factors", "weather", "data_source")}
    expected_body = {
        "match_id": ids[outcome],
        "home_team": CLUBS[outcome][0],
        "away_team": CLUBS[outcome][1],
        "competition": "Premier League",
        "competition_code": "PL",
        "match_date": "2024-04-27T14:00:00Z",
        "hour_known": True,
        "probabilities": dict(zip(RATINGS, SHARES.values(), strict=True)),
        "recommended_bet": {"home": "home_win", "draw": "draw", "away": "away_win"}[outcome],
        "confidence": SHARES[outcome],
        "confidence_record": past_of(SHARES[outcome]),
        "league_accuracy": {
            "sufficient": True,
            "gap": METADATA["leagues"]["PL"]["prices"]["gap"],
            "max_gap": 0.0015,
            "n": METADATA["leagues"]["PL"]["n"],
            "note": None,
        },
        "value_score": bet["value"],
        "starting_point": dict(zip(RATINGS, FACTORS["start"], strict=True)),
        "factors": [
            {"key": key, "label": label, "effect": dict(zip(RATINGS, FACTORS[key], strict=True))}
            for key, label in (
                ("goals", "Goals scored and conceded"),
                ("prices", "What the match's prices say beyond that"),
                ("rest", "Days of rest"),
            )
        ],
        "newcomers": [],
        "ratings_interval": {
            "home_win": {"low": 0.11, "high": 0.25},
            "draw": {"low": 0.2, "high": 0.28},
            "away_win": {"low": 0.49, "high": 0.67},
        },
        "model_contributions": {"poisson": None, "xgboost": RATINGS, "xg_model": None, "elo": None},
        "llm_adjustments": {
            "injury_impact_home": -0.18,
            "injury_impact_away": 0.07,
            "sentiment_home": -0.03,
            "sentiment_away": 0.02,
            "tactical_edge": 0.05,
            "motivation_edge": -0.04,
            "total_adjustment": -0.31,
            "reasoning": "What the news, read by a language model, might change; shown beside the forecast, which does "
            "not count it.",
        },
        "fatigue_info": None,
        "multi_markets": expected(scores(*rates), rates[0], rates[1]),
        "match_context_summary": "The striker is out.",
        "news_sources": [{"source": "BBC Sport", "title": "Striker out", "url": "https://news.example/a"}],
        "created_at": "2024-04-27T05:00:00Z",
        "is_daily_pick": True,
        "is_verified": True,
        "is_correct": won,
        "actual_score": "1-3",
        "basis": "prices",
        "model": "test-1",
        "pick": {
            "day": "2024-04-27",
            "market": "h2h",
            "outcome": outcome,
            "line": 0.0,
            "probability": SHARES[outcome],
            "results": {
                "won": SHARES[outcome],
                "half_won": 0.0,
                "push": 0.0,
                "half_lost": 0.0,
                "lost": 1 - SHARES[outcome],
            },
            "price": bet["price"],
            "bookmaker": None if won else "Unibet",
            "price_on_paper": won,
            "price_taken_at": f"{UPDATED_AT:%Y-%m-%dT%H:%M:%SZ}",
            "value": bet["value"],
            "stake": bet["stake"],
            "result": "won" if won else "lost",
            "profit": 0.57 if won else -1.0,
            "closing_price": 2.381,  # 1 / 0.42
            "closing_line_value": CLOSING_LINE_VALUES[outcome],
        },
        "hidden": [],
        "legal_notice": body["legal_notice"],
    }
    assert_same(body, expected_body)
    assert body["legal_notice"].startswith("Les jeux d'argent")
    assert texts["weather"] == {**dict.fromkeys(texts["weather"]), "available": False, "reason": "no_forecast"}
    assert texts["data_source"]["source"] == "database"


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_the_words_are_about_the_outcome_of_the_pick(ids: dict[str, int], outcome: str) -> None:
    """And not about the likeliest one, which a language model has explained: that text is for its pick alone."""
    body, share = get_json(str(ids[outcome]), SUNDAY), SHARES[outcome]
    names = {"home": body["home_team"] + " to win", "draw": "draw", "away": body["away_team"] + " to win"}
    price, value = f"{BETS[outcome]['price']:.2f}", f"{100 * BETS[outcome]['value']:.1f}"
    assert f'At a price of {price}, "{names[outcome]}" has an expected value of {value}%' in body["explanation"]
    assert body["risk_factors"][0] == f'"{names[outcome]}" fails to happen in {100 * (1 - share):.0f}% of cases.'
    past = past_of(share)
    assert f"that our forecasts gave {past['low']:.0%} to {past['high']:.0%} happened" in body["explanation"]
    assert not [name for side, name in names.items() if side != outcome and f'"{name}"' in body["explanation"]]
    goals = f"Expected goals: {body['home_team']} 0.8, {body['away_team']} 2.1."
    assert (goals in body["explanation"]) == (outcome != "away"), "a written text has its own words for it"
    is_generated = "Arsenal are ahead." in body["explanation"]
    assert (is_generated, "The draw" in body["risk_factors"]) == (outcome == "away",) * 2
    assert body["match_context_summary"] == "The striker is out."


PAPER = [
    # market, line of the home side, prices
    (Market.H2H, "0", ("4.90", "4.10", "1.75")),
    (Market.TOTALS, "2.5", ("1.95", "2.02")),
    (Market.TOTALS, "2.75", ("2.20", "1.85")),
    (Market.HANDICAP, "0.75", ("1.98", "2.04")),
    (Market.HANDICAP, "1.5", ("1.60", "2.50")),
]
FRIDAY_NOON, EARLY = datetime(2024, 4, 26, 12, tzinfo=UTC), datetime(2024, 4, 26, 11, tzinfo=UTC)


def insert_offers(url: str, match_id: int, bookmaker: str, listed: list[tuple[Market, str, tuple[str, ...]]]) -> None:
    with connect(url, "test") as db, db.transaction():
        for market, line, prices in listed:
            at = EARLY if market is Market.H2H else FRIDAY_NOON
            own = offer(match_id, *prices, bookmaker=bookmaker, market=market, line=Decimal(line), taken_at=at)
            offers.put(db, [own])


@pytest.fixture
def priced(bundle: object, url: str) -> int:
    """A match that the away side should win, with the best prices of all on five lines; its id."""
    with connect(url, "test") as db:
        (match_id,) = insert_predictions(db, match_update(), **forecast_of(AWAY_FAVOURITE))
    insert_offers(url, match_id, "market_best", PAPER)
    return match_id


@pytest.mark.case("J14", "M1")
def test_prices_stand_beside_the_lines_that_they_are_for_with_their_values(priced: int) -> None:
    """Without a consensus a value is the mean profit over the scores, each settled as bets are; elsewhere null."""
    body, grid = get_json(str(priced))["multi_markets"], scores(*AWAY_FAVOURITE)

    def worth(market: Market, outcome: str, line: float, price: float) -> Any:
        own_line, odds = Decimal(str(line)), Decimal(str(price))
        profits = {s: float(profit(settle_bet(market, outcome, own_line, Score(*s)), odds)) for s in grid}
        return pytest.approx(sum(share * profits[score] for score, share in grid.items()), abs=1e-4)

    shown = body["match_result"]
    for outcome, price in zip(("home", "draw", "away"), (4.9, 4.1, 1.75), strict=True):
        assert shown[f"{outcome}_odds"] == price
        assert shown[f"{outcome}_value"] == worth(Market.H2H, outcome, 0, price)
    over = body["over_under_25"]
    assert (over["over_odds"], over["under_odds"]) == (1.95, 2.02)
    assert (over["over_value"], over["under_value"]) == (
        worth(Market.TOTALS, "over", 2.5, 1.95),
        worth(Market.TOTALS, "under", 2.5, 2.02),
    )
    assert body["over_under_15"]["over_odds"] is None
    lines = {(kind, item["line"]): item for kind in ("goal_lines", "asian_handicaps") for item in body[kind]}
    priced_lines = {at: item for at, item in lines.items() if item["price"] is not None}
    assert set(priced_lines) == {
        ("goal_lines", 2.5),
        ("goal_lines", 2.75),
        *(("asian_handicaps", x) for x in (0.75, 1.5)),
    }
    assert all(
        item["price_against"] is item["value"] is item["value_against"] is None
        for at, item in lines.items()
        if at not in priced_lines
    )
    quarter, handicap = lines["goal_lines", 2.75], lines["asian_handicaps", 0.75]
    assert (quarter["price"], quarter["price_against"]) == (2.2, 1.85)
    assert quarter["value"] == worth(Market.TOTALS, "over", 2.75, 2.2)
    assert quarter["value_against"] == worth(Market.TOTALS, "under", 2.75, 1.85)
    assert (handicap["price"], handicap["price_against"]) == (1.98, 2.04)
    assert handicap["value"] == worth(Market.HANDICAP, "home", 0.75, 1.98)
    assert handicap["value_against"] == worth(Market.HANDICAP, "away", -0.75, 2.04), "home +0.75 is away -0.75"
    assert (body["price_on_paper"], body["prices_taken_at"]) == (True, "2024-04-26T11:00:00Z")


@pytest.mark.case("P9")
def test_only_prices_of_licensed_operators_are_shown_where_there_are_any(priced: int, url: str) -> None:
    insert_offers(url, priced, "unibet_fr", [(Market.TOTALS, "2.5", ("1.90", "1.92"))])
    body = get_json(str(priced), SATURDAY + timedelta(minutes=1))["multi_markets"]
    assert (body["over_under_25"]["over_odds"], body["price_on_paper"]) == (1.9, False)
    assert (body["match_result"]["home_odds"], body["asian_handicaps"][11]["price"]) == (None, None)


@pytest.mark.parametrize(("at", "role"), [(KICK_OFF, "premium"), (SATURDAY, "free")])
def test_no_price_is_shown_once_the_match_has_begun_nor_on_a_plan_without_markets(
    priced: int, at: datetime, role: str
) -> None:
    token = bearer(at, app_metadata={"role": role})
    response = invoke("predictions", f"/api/v1/predictions/{priced}", at=at, authorization=token)
    markets_shown = response.json["multi_markets"]
    assert (markets_shown is None) == (role == "free")
    if markets_shown:
        assert (markets_shown["over_under_25"]["over_odds"], markets_shown["price_on_paper"]) == (None, None)


@pytest.mark.case("P7")
def test_prices_are_hidden_during_a_pause(priced: int, url: str) -> None:
    with connect(url, "test") as db:
        users.get_or_create(db, ALICE, SATURDAY)
        play_limits.pause(db, ALICE, SATURDAY + timedelta(days=7), SATURDAY)
    body = get_json(str(priced))["multi_markets"]
    assert (body["match_result"]["home_odds"], body["over_under_25"]["over_value"]) == (None, None)
    assert body["prices_taken_at"] is None


@pytest.mark.case("J14")
def test_a_pick_on_a_line_leaves_the_forecast_its_likeliest_result(bundle: object, url: str) -> None:
    """What is recommended, and judged, of the result is the likeliest one; the bet is in `pick`, and in words."""
    results = ResultProbabilities(*map(Decimal, ("0.5", "0.2", "0", "0", "0.3")))
    terms = {"market": Market.HANDICAP, "outcome": "away", "line": Decimal("-0.75"), "price": Decimal("1.80")}
    with connect(url, "test") as db:
        (match_id,) = insert_predictions(db, match_update(score="0-1"), **forecast_of(AWAY_FAVOURITE))
        bet = pick(match_id, **terms, probability=results.break_even, result_probabilities=results)
        picks.commit(db, DAY, BEFORE, 1, choice(bet))
        (row,) = picks.between(db, DAY, DAY)
        picks.add_settlement(db, row, BetResult.HALF_WON, "0-1", Decimal("0.40"), SUNDAY - timedelta(hours=2))
    body = get_json(str(match_id), SUNDAY)
    assert (body["recommended_bet"], body["confidence"], body["is_correct"]) == ("away_win", SHARES["away"], True)
    shown = body["pick"]
    assert (shown["market"], shown["outcome"], shown["line"]) == ("handicap", "away", -0.75)
    assert (shown["probability"], shown["result"], shown["profit"]) == (0.666667, "half_won", 0.4)
    assert shown["results"] == {"won": 0.5, "half_won": 0.2, "push": 0.0, "half_lost": 0.0, "lost": 0.3}
    assert 'At a price of 1.80, "Chelsea -0.75 (Asian handicap)" has' in body["explanation"]
    assert body["risk_factors"][1:3] == [
        '"Chelsea -0.75 (Asian handicap)" is lost in 30% of cases.',
        "Half of the stake wins and half is refunded if Chelsea win by exactly 1 (20% of cases).",
    ]
    figures = get_json("stats", SUNDAY)["picks"]
    assert (figures["profit_units"], figures["results"]["half_won"], figures["results"]["won"]) == (0.4, 1, 0)
    assert [figures["by_market"][market]["settled"] for market in Market] == [0, 0, 1]
