"""The markets of a score grid as a response. Pure."""

from collections.abc import Mapping
from typing import Any

from functions.predictions.market_schemas import (
    BttsResponse,
    CorrectScoreResponse,
    DoubleChanceResponse,
    DrawNoBet,
    HalfTime,
    LineResponse,
    MultiMarketsResponse,
    OverUnderResponse,
    TeamGoals,
    WinToNil,
)
from functions.predictions.schemas import PredictionProbabilities

DIGITS = 4


def probabilities(shares: tuple[float, float, float]) -> PredictionProbabilities:
    """Probabilities rounded to four digits that sum to 1: the draw absorbs the rounding."""
    home, away = round(shares[0], DIGITS), round(shares[2], DIGITS)
    return PredictionProbabilities(home_win=home, draw=round(1 - home - away, DIGITS), away_win=away)


def markets(
    shares: tuple[float, float, float], goals: tuple[float, float], values: Mapping[str, Any]
) -> MultiMarketsResponse:
    """All markets of a score grid.

    Args:
        shares: probabilities of home win, draw and away win.
        goals: expected goals of the two sides.
        values: further markets, by the names of `forecasting.markets.Markets`.
    """
    over = dict(values["over"])
    both = round(values["both_score"], DIGITS)
    shown = probabilities(shares)
    chances = {
        "1X": round(shown.home_win + shown.draw, DIGITS),
        "X2": round(shown.draw + shown.away_win, DIGITS),
        "12": round(shown.home_win + shown.away_win, DIGITS),
    }
    scores = {score: round(share, DIGITS) for score, share in values["scores"]}
    likeliest = next(iter(scores))
    home_to_nil, away_to_nil = values["win_to_nil"]
    return MultiMarketsResponse(
        over_under_15=_over_under(1.5, over[1.5]),
        over_under_25=_over_under(2.5, over[2.5]),
        over_under_35=_over_under(3.5, over[3.5]),
        btts=BttsResponse(yes_prob=both, no_prob=round(1 - both, DIGITS), recommended="yes" if both > 0.5 else "no"),
        double_chance=DoubleChanceResponse.model_validate(
            {**chances, "recommended": max(chances, key=lambda key: chances[key])}
        ),
        correct_score=CorrectScoreResponse(scores=scores, most_likely=likeliest, most_likely_prob=scores[likeliest]),
        draw_no_bet=_draw_no_bet(shares[0], shares[2]),
        goal_lines=[_line(market) for market in values["goal_lines"]],
        asian_handicaps=[_line(market) for market in values["handicaps"]],
        team_goals=[
            TeamGoals(line=line, home_over=round(home, DIGITS), away_over=round(away, DIGITS))
            for line, home, away in values["team_goals"]
        ],
        win_to_nil=WinToNil(home=round(home_to_nil, DIGITS), away=round(away_to_nil, DIGITS)),
        half_time=_half_time(values),
        expected_home_goals=round(goals[0], 2),
        expected_away_goals=round(goals[1], 2),
        expected_total_goals=round(sum(goals), 2),
    )


def _draw_no_bet(home: float, away: float) -> DrawNoBet | None:
    """None where the match can only end in a draw."""
    if home + away == 0:
        return None
    home_or_not = round(home / (home + away), DIGITS)
    return DrawNoBet(home_prob=home_or_not, away_prob=round(1 - home_or_not, DIGITS))


def _half_time(markets: Mapping[str, Any]) -> HalfTime | None:
    """None once half-time is past, and for forecasts published before it was part of the markets."""
    if markets.get("half_time") is None:
        return None
    shown, over = probabilities(tuple(markets["half_time"])), dict(markets["half_time_over"])
    return HalfTime(
        home=shown.home_win,
        draw=shown.draw,
        away=shown.away_win,
        over_05=round(over[0.5], DIGITS),
        over_15=round(over[1.5], DIGITS),
    )


def _line(market: dict[str, Any]) -> LineResponse:
    won, half_won, push, half_lost, lost = (round(share, DIGITS) for share in market["shares"])
    fair = [None if price is None else round(price, 2) for price in market["fair"]]
    return LineResponse(
        line=market["line"],
        won=won,
        half_won=half_won,
        push=push,
        half_lost=half_lost,
        lost=lost,
        fair_price=fair[0],
        fair_price_against=fair[1],
    )


def _over_under(line: float, over: float) -> OverUnderResponse:
    shown = round(over, DIGITS)
    return OverUnderResponse(
        line=line,
        over_prob=shown,
        under_prob=round(1 - shown, DIGITS),
        recommended="over" if over > 0.5 else "under",
    )
