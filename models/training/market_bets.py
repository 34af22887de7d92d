"""Simulated bets on every market, at prices of three kinds: the best of all, those of stand-ins, an exchange's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.training.dataset import Matches
from shared.betting.policy import POLICY
from shared.forecasting.grid import SIZE, outcome_probabilities, score_grid
from shared.forecasting.implied_goals import implied_log_goals
from shared.forecasting.metrics import Floats, Ints, bootstrap_means

COMMISSION = 0.05
"""Share of its winnings that the exchange keeps."""
MIN_BETS = 100
"""Fewer bets give no estimate, as in `shared.forecasting.quality`: closing-line values differ by 9.5 points from bet to
bet, so that the interval of 100 bets is 3.7 points wide."""
PRICES = {
    "best": "best of all",
    "stand_ins": "bet365 or bwin",
    "exchange": "exchange less 5 %",
}
"""Kinds of prices. The files have no operator that is licensed in France; bet365 and bwin stand in for one."""
MARKETS = {"h2h": "1X2", "totals": "totals 2.5", "handicap": "Asian handicap", "all": "all together"}
"""Markets; in `all` at most one bet a match."""

_SELECTIONS = {"h2h": 3, "totals": 2, "handicap": 2}
_SUFFIX = {"h2h": "", "totals": "_totals", "handicap": "_handicap"}
_BEST = ("best", "pinnacle", "bet365", "bwin")
"""The source's own best price, else the best of the bookmakers that the file names."""
_STAND_INS = ("bet365", "bwin")
_SHARPEST = ("average", "pinnacle", "betfair", "bet365")
"""In order of preference, as in `shared.betting.consensus`."""
_GOALS = np.arange(SIZE)
_TOTALS, _LEADS = np.add.outer(_GOALS, _GOALS), np.subtract.outer(_GOALS, _GOALS)


@dataclass(frozen=True)
class Quotes:
    """Prices of n matches on the selections of all markets, in the order of `MARKETS`.

    Attributes:
        line: line of totals and handicap of the home side: (n, 2).
        consensus: inverse of the fair price by the consensus of the same line: (n, 7); NaN where missing.
        goals: log goal rates and rho implied by opening prices: (n, 3).
        prices: decimal odds by kind: (n, 7); NaN where missing.
        fair: inverse of the fair closing price of the selection: (n, 7); NaN where missing.
        closing: log goal rates and rho implied by closing prices: (n, 3).
    """

    line: Floats
    consensus: Floats
    goals: Floats
    prices: Mapping[str, Floats]
    fair: Floats
    closing: Floats


def quotes(matches: Matches, goals: Floats, selected: NDArray[np.bool_]) -> Quotes:
    """The prices of past matches.

    Of a handicap whose line has moved, the fair closing price of its old line is that of the score grid which the
    closing prices of result and totals imply.

    Args:
        matches: past matches.
        goals: log goal rates and rho implied by their opening prices: (matches, 3).
        selected: those to quote, which have opening and closing prices of the result: (matches,).
    """
    numbers, fair = (
        {name: array[selected] for name, array in arrays.items()} for arrays in (matches.numbers, matches.fair)
    )
    closing_result = matches.closing[selected]

    def best_of(names: Sequence[str]) -> Floats:
        columns = [
            np.fmax.reduce([numbers[name + suffix] for name in names if name + suffix in numbers])
            for suffix in _SUFFIX.values()
        ]
        return np.column_stack(columns)

    published = np.column_stack([numbers[f"best{suffix}"] for suffix in _SUFFIX.values()])
    exchange = np.column_stack([numbers[f"betfair{suffix}"] for suffix in _SUFFIX.values()])
    line = np.column_stack([np.full(len(closing_result), 2.5), numbers["handicap_line"]])
    closing_over = _first_known([fair[f"{book}_totals_closing"] for book in _SHARPEST])
    closing = implied_log_goals(closing_result, closing_over[:, 0])
    handicap = _first_known([fair[f"{book}_handicap_closing"] for book in _SHARPEST])
    moved = numbers["handicap_line"] != numbers["handicap_line_closing"]
    # Without a closing line the move is unknown; without closing totals the grid is.
    on_old_line = _break_even(selection_shares(closing, line))
    return Quotes(
        line=line,
        consensus=np.column_stack(
            [matches.opening[selected]]
            + [_first_known([fair[f"{book}{suffix}"] for book in _SHARPEST]) for suffix in ("_totals", "_handicap")]
        ),
        goals=goals[selected],
        prices={
            "best": np.where(np.isnan(published), best_of(_BEST[1:]), published),
            "stand_ins": best_of(_STAND_INS),
            "exchange": 1 + (exchange - 1) * (1 - COMMISSION),
        },
        fair=np.column_stack(
            [
                closing_result,
                closing_over,
                np.where(moved, np.where(np.isnan(handicap + closing_over), np.nan, on_old_line[:, 5:]), handicap),
            ]
        ),
        closing=closing,
    )


def by_price_and_market(goals: Floats, quotes: Quotes, score: Ints) -> dict[str, dict[str, Any]]:
    """Bets one unit on the selection of highest value of each match, within the policy of the picks.

    Args:
        goals: log goal rates and rho of the forecast: (n, 3).
        quotes: the prices.
        score: goals of home and away side: (n, 2).

    Returns:
        By kind of price and market: number of matches with such prices, of bets, and of those with a closing-line
        value; its mean, the share that beat the close, and profit per unit staked, the means with their 95 %
        intervals. None with fewer than `MIN_BETS`.
    """
    forecast, at_risk_now = _moved_consensus(goals, quotes)
    results, at_risk = _results(score, quotes.line), _at_risk(selection_shares(quotes.closing, quotes.line))
    kinds: dict[str, dict[str, Any]] = {}
    for kind, prices in quotes.prices.items():
        clv = (prices * quotes.fair - 1) * at_risk
        profit = _returns(prices, results)
        value = np.where(prices <= float(POLICY.max_price), (prices * forecast - 1) * at_risk_now, np.nan)
        kinds[kind] = {market: _bets(value[:, of], clv[:, of], profit[:, of]) for market, of in _columns().items()}
    return kinds


def _columns() -> dict[str, slice]:
    ends = np.cumsum([0, *_SELECTIONS.values()]).tolist()
    own = {market: slice(ends[i], ends[i + 1]) for i, market in enumerate(_SELECTIONS)}
    return own | {"all": slice(0, ends[-1])}


def _bets(value: Floats, clv: Floats, profit: Floats) -> dict[str, Any]:
    filled = np.where(np.isnan(value), -np.inf, value)
    best, matches = filled.argmax(axis=1), np.arange(len(filled))
    highest = filled[matches, best]
    taken = (highest >= float(POLICY.min_value)) & (highest <= float(POLICY.max_value))
    own_clv, own_profit = clv[matches, best][taken], profit[matches, best][taken]
    valued = own_clv[~np.isnan(own_clv)]
    return {
        "priced": int((~np.isnan(value)).any(axis=1).sum()),
        "n": int(taken.sum()),
        "n_closing": len(valued),
        "clv": _mean(valued),
        "beat_close": float((valued > 0).mean()) if len(valued) >= MIN_BETS else None,
        "profit": _mean(own_profit),
    }


def _mean(values: Floats) -> dict[str, float] | None:
    if len(values) < MIN_BETS:
        return None
    (interval,) = bootstrap_means(values[:, None])
    return {"mean": interval.value, "low": interval.low, "high": interval.high}


def selection_shares(goals: Floats, line: Floats) -> Floats:
    """The probability of each result of each selection: (n, 7, 5), as `shared.betting.result_probabilities`.

    Args:
        goals: log goal rates and rho: (n, 3).
        line: of totals and of the home side's handicap: (n, 2).
    """
    grid = score_grid(np.exp(goals[:, 0]), np.exp(goals[:, 1]), goals[:, 2])
    wins = outcome_probabilities(grid)
    over = _line_shares(grid, _TOTALS, -line[:, 0])
    home = _line_shares(grid, _LEADS, line[:, 1])
    shares = np.zeros((len(goals), sum(_SELECTIONS.values()), 5))
    shares[:, :3, 0], shares[:, :3, 4] = wins, 1 - wins
    for place, own in enumerate((over, over[:, ::-1], home, home[:, ::-1]), 3):
        shares[:, place] = own
    return shares


def _line_shares(grid: Floats, reached: Ints, line: Floats) -> Floats:
    """Results of bets that win where what is reached plus the line is positive: (n, 5)."""
    results = _result(reached[None], line[:, None, None])
    return np.stack([np.where(results == of, grid, 0.0).sum(axis=(1, 2)) for of in range(5)], axis=-1)


def _result(reached: Ints, line: Floats) -> Floats:
    """0 won, 1 half won, 2 refunded, 3 half lost, 4 lost; NaN without a line."""
    return np.clip(2 - 4 * (reached + line), 0, 4)


def _results(score: Ints, line: Floats) -> Floats:
    """How each selection ended: (n, 7), as `_result`."""
    lead = score[:, 0] - score[:, 1]
    won = np.column_stack([lead > 0, lead == 0, lead < 0])
    over, home = _result(score.sum(axis=1), -line[:, 0]), _result(lead, line[:, 1])
    return np.column_stack([np.where(won, 0, 4), over, 4 - over, home, 4 - home])


def _returns(prices: Floats, results: Floats) -> Floats:
    """Profit per unit staked."""
    at_price = np.select([results == 0, results == 1], [prices - 1, (prices - 1) / 2], 0.0)
    return np.where(results > 2, -(results - 2) / 2, at_price)


def _moved_consensus(goals: Floats, quotes: Quotes) -> tuple[Floats, Floats]:
    """Inverse of the fair price of each selection, and its share at risk: as `shared.betting.moved_consensus`."""
    shares = selection_shares(goals, quotes.line)
    forecast, before = _break_even(shares), _break_even(selection_shares(quotes.goals, quotes.line))
    with np.errstate(divide="ignore", invalid="ignore"):
        log_odds = _logit(quotes.consensus) + _logit(forecast) - _logit(before)
    moved = 1 / (1 + np.exp(-log_odds))
    moved[:, :3] = forecast[:, :3]
    return np.where(np.isnan(moved), forecast, moved), _at_risk(shares)


def _logit(probability: Floats) -> Floats:
    """Log-odds."""
    return np.log(probability / (1 - probability))


def _gaining(shares: Floats) -> Floats:
    return shares[..., 0] + shares[..., 1] / 2


def _at_risk(shares: Floats) -> Floats:
    return _gaining(shares) + _gaining(shares[..., ::-1])


def _break_even(shares: Floats) -> Floats:
    """Inverse of the fair price; NaN for selections without a line."""
    at_risk = _at_risk(shares)
    return np.divide(_gaining(shares), at_risk, out=np.full_like(at_risk, np.nan), where=at_risk > 0)


def _first_known(choices: Sequence[Floats]) -> Floats:
    known = choices[0]
    for other in choices[1:]:
        known = np.where(np.isnan(known).any(axis=1, keepdims=True), other, known)
    return known


def render(kinds: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """One line for each kind of price and market."""
    lines = [
        f"by price and market, at most one bet a match and market; fewer than {MIN_BETS} bets give no estimate:",
        f"  {'price':<19}{'market':<16}{'bets':>5}   {'closing-line value':<23}{'beat':<5}  profit",
    ]
    for kind, markets in kinds.items():
        for market, bets in markets.items():
            lines.append(f"  {PRICES[kind]:<19}{MARKETS[market]:<16}{bets['n']:>5}   {_figures(bets)}")
    return lines


def markdown(kinds: Mapping[str, Mapping[str, Any]]) -> str:
    """The same as a table in Markdown."""
    lines = ["| price | market | bets | closing-line value | beat the close | profit |", "|---|---|---|---|---|---|"]
    for kind, markets in kinds.items():
        for market, bets in markets.items():
            cells = [PRICES[kind], MARKETS[market], str(bets["n"]), *(_estimates(bets) or (_why_none(bets), "", ""))]
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _figures(bets: Mapping[str, Any]) -> str:
    if (estimates := _estimates(bets)) is None:
        return _why_none(bets)
    clv, beat_close, profit = estimates
    return f"{clv:<23}{beat_close:<5}  {profit}"


def _estimates(bets: Mapping[str, Any]) -> tuple[str, str, str] | None:
    if bets["clv"] is None or bets["profit"] is None:
        return None
    clv, profit = (f"{m['mean']:+.1%} [{m['low']:+.1%}, {m['high']:+.1%}]" for m in (bets["clv"], bets["profit"]))
    return clv, f"{bets['beat_close']:.0%}", profit


def _why_none(bets: Mapping[str, Any]) -> str:
    return f"too few, of {bets['priced']} matches" if bets["priced"] else "no such prices in the files"
