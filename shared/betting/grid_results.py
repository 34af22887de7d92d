"""How a bet on any market and line can end, from the score grid of its match."""

from decimal import Decimal

from shared.betting.prices import OUTCOMES, Market
from shared.betting.result_probabilities import ResultProbabilities, to_decimal
from shared.forecasting.grid import Grid, outcome_probabilities
from shared.forecasting.quarter_lines import home_handicap, home_lead, over, total_goals


def result_probabilities(grid: Grid, market: Market, outcome: str, line: Decimal) -> ResultProbabilities:
    """The probabilities of a bet's results.

    Args:
        grid: probability of every score: (16, 16).
        market, outcome, line: the selection; a handicap line is that of the selected side.

    Raises:
        ValueError: the market has no such outcome, or the line is no multiple of a quarter.
    """
    if outcome not in OUTCOMES[market]:
        raise ValueError(f"{market} has no outcome {outcome!r}")
    if market is Market.H2H:
        place = OUTCOMES[market].index(outcome)
        return ResultProbabilities.win_or_lose(to_decimal(float(outcome_probabilities(grid)[place])))
    if market is Market.TOTALS:
        shares = over(total_goals(grid), float(line))
        return ResultProbabilities.rounded(shares if outcome == "over" else shares.opposite)
    shares = home_handicap(home_lead(grid), float(line if outcome == "home" else -line))
    return ResultProbabilities.rounded(shares if outcome == "home" else shares.opposite)
