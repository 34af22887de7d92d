"""The probabilities at which the forecast values a bet on a line: its market's consensus, moved as the match is.

One score grid reproduces the prices of result and totals, and those of handicaps only to within a percentage point. The
rest persists to the close (docs/decisions/prices-that-may-be-taken.md): it is no value, but looks like some.
"""

from collections.abc import Sequence
from decimal import Decimal
from math import exp, log

from shared.betting.consensus import consensus_grid, fair_probability
from shared.betting.grid_results import result_probabilities
from shared.betting.prices import Market, Offer
from shared.betting.result_probabilities import ResultProbabilities, to_decimal
from shared.forecasting.grid import Grid


class MovedConsensus:
    """The forecast of a match and the consensus of its prices.

    Args:
        grid: the forecast probability of every score: (16, 16).
        offers: the prices on the match.
    """

    def __init__(self, grid: Grid, offers: Sequence[Offer]) -> None:
        self._grid, self._offers = grid, offers
        self._before = consensus_grid(offers)

    def result_probabilities(self, market: Market, outcome: str, line: Decimal) -> ResultProbabilities:
        """The probabilities of a selection's results.

        Of h2h they are the forecast's. Elsewhere the log-odds of the fair price are the consensus of the selection's
        own line, plus the difference between those of the forecast's grid and of the consensus's.

        Raises:
            ValueError: as `result_probabilities.result_probabilities`.
        """
        forecast = result_probabilities(self._grid, market, outcome, line)
        if market is Market.H2H or self._before is None:
            return forecast
        own = fair_probability(self._offers, market, line, outcome)
        before = result_probabilities(self._before, market, outcome, line)
        if own is None or not all(0 < p < 1 for p in (own.probability, before.break_even, forecast.break_even)):
            return forecast
        log_odds = _log_odds(own.probability) + _log_odds(forecast.break_even) - _log_odds(before.break_even)
        return forecast.with_break_even(to_decimal(1 / (1 + exp(-log_odds))))


def _log_odds(probability: Decimal) -> float:
    return log(probability / (1 - probability))
