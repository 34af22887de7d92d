"""The markets of a score grid, with their best prices, as a response. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from shared.betting.best_prices import BestPrice, best_prices
from shared.betting.licensed_operators import is_unlicensed
from shared.betting.prices import OUTCOMES, Market, Offer, offer_line
from shared.betting.value import expected_value
from shared.web.predictions.market_schemas import (
    BttsResponse,
    CorrectScoreResponse,
    DoubleChanceResponse,
    DrawNoBet,
    HalfTime,
    LineResponse,
    MatchResultResponse,
    MultiMarketsResponse,
    OverUnderResponse,
    TeamGoals,
    WinToNil,
)
from shared.web.predictions.schemas import PredictionProbabilities

DIGITS = 4
_PricesAndValues = Mapping[tuple[Market, str, float], tuple[float, float]]
"""Best price and its value by market, outcome and line of the selected side."""


def probabilities(shares: tuple[float, float, float]) -> PredictionProbabilities:
    """Probabilities rounded to four digits that sum to 1: the draw absorbs the rounding."""
    home, away = round(shares[0], DIGITS), round(shares[2], DIGITS)
    return PredictionProbabilities(home_win=home, draw=round(1 - home - away, DIGITS), away_win=away)


def markets(
    shares: tuple[float, float, float],
    goals: tuple[float, float],
    values: Mapping[str, Any],
    *,
    rates: tuple[float, float, float] | None = None,
    offers: Sequence[Offer] = (),
) -> MultiMarketsResponse:
    """All markets of a score grid.

    Args:
        shares: probabilities of home win, draw and away win.
        goals: expected goals of the two sides.
        values: further markets, by the names of `forecasting.markets.Markets`.
        rates: both goal rates and rho of the grid, for the values of prices.
        offers: the prices that may be shown.
    """
    best = list(best_prices(offers))
    offered = {} if rates is None or not best else _offered(rates, offers, best)
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
        match_result=_match_result(offered),
        over_under_15=_over_under(1.5, over[1.5], offered),
        over_under_25=_over_under(2.5, over[2.5], offered),
        over_under_35=_over_under(3.5, over[3.5], offered),
        btts=BttsResponse(yes_prob=both, no_prob=round(1 - both, DIGITS), recommended="yes" if both > 0.5 else "no"),
        double_chance=DoubleChanceResponse.model_validate(
            {**chances, "recommended": max(chances, key=lambda key: chances[key])}
        ),
        correct_score=CorrectScoreResponse(scores=scores, most_likely=likeliest, most_likely_prob=scores[likeliest]),
        draw_no_bet=_draw_no_bet(shares[0], shares[2]),
        goal_lines=[_line(market, offered, Market.TOTALS) for market in values["goal_lines"]],
        asian_handicaps=[_line(market, offered, Market.HANDICAP) for market in values["handicaps"]],
        team_goals=[
            TeamGoals(line=line, home_over=round(home, DIGITS), away_over=round(away, DIGITS))
            for line, home, away in values["team_goals"]
        ],
        win_to_nil=WinToNil(home=round(home_to_nil, DIGITS), away=round(away_to_nil, DIGITS)),
        half_time=_half_time(values),
        expected_home_goals=round(goals[0], 2),
        expected_away_goals=round(goals[1], 2),
        expected_total_goals=round(sum(goals), 2),
        price_on_paper=any(is_unlicensed(price.bookmaker) for price in best) if best else None,
        prices_taken_at=min((price.taken_at for price in best), default=None),
    )


def _offered(rates: tuple[float, float, float], offers: Sequence[Offer], best: Iterable[BestPrice]) -> _PricesAndValues:
    """Values are those that picks would have."""
    # They load numpy, which only a match with prices needs.
    from shared.betting.moved_consensus import MovedConsensus  # noqa: PLC0415
    from shared.forecasting.grid import score_grid  # noqa: PLC0415

    forecast = MovedConsensus(score_grid(*rates), offers)
    values: dict[tuple[Market, str, float], tuple[float, float]] = {}
    for price in best:
        results = forecast.result_probabilities(price.market, price.outcome, price.line)
        value = float(expected_value(results, price.price))
        values[price.market, price.outcome, float(price.line)] = float(price.price), value
    return values


def _match_result(offered: _PricesAndValues) -> MatchResultResponse:
    home, draw, away = (_price_and_value(offered, Market.H2H, outcome, 0.0) for outcome in OUTCOMES[Market.H2H])
    return MatchResultResponse(
        home_odds=home[0],
        draw_odds=draw[0],
        away_odds=away[0],
        home_value=home[1],
        draw_value=draw[1],
        away_value=away[1],
    )


def _price_and_value(
    offered: _PricesAndValues, market: Market, outcome: str, line: float
) -> tuple[float | None, float | None]:
    """Best price and its value, both None without one."""
    price, value = offered.get((market, outcome, line), (None, None))
    return price, None if value is None else round(value, DIGITS)


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


def _line(market: dict[str, Any], offered: _PricesAndValues, kind: Market) -> LineResponse:
    won, half_won, push, half_lost, lost = (round(share, DIGITS) for share in market["shares"])
    fair = [None if price is None else round(price, 2) for price in market["fair"]]
    line = market["line"]
    first, second = (
        _price_and_value(offered, kind, outcome, float(offer_line(kind, outcome, Decimal(str(line)))))
        for outcome in OUTCOMES[kind]
    )
    return LineResponse(
        line=line,
        won=won,
        half_won=half_won,
        push=push,
        half_lost=half_lost,
        lost=lost,
        fair_price=fair[0],
        fair_price_against=fair[1],
        price=first[0],
        price_against=second[0],
        value=first[1],
        value_against=second[1],
    )


def _over_under(line: float, over: float, offered: _PricesAndValues) -> OverUnderResponse:
    shown = round(over, DIGITS)
    on_over, on_under = (_price_and_value(offered, Market.TOTALS, side, line) for side in OUTCOMES[Market.TOTALS])
    return OverUnderResponse(
        line=line,
        over_prob=shown,
        under_prob=round(1 - shown, DIGITS),
        over_odds=on_over[0],
        under_odds=on_under[0],
        over_value=on_over[1],
        under_value=on_under[1],
        recommended="over" if over > 0.5 else "under",
    )
