"""How a bet can end: the probability of each result."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple, Self

_QUANTUM = Decimal("0.000001")


def to_decimal(probability: float) -> Decimal:
    """A probability as a decimal with six places, for calculations with money.

    >>> to_decimal(0.1 + 0.2)
    Decimal('0.300000')
    """
    return Decimal(str(probability)).quantize(_QUANTUM)


class ResultProbabilities(NamedTuple):
    """Probabilities of a bet's results; they sum to 1. Half results occur on quarter lines, pushes on whole ones."""

    won: Decimal
    half_won: Decimal
    push: Decimal
    half_lost: Decimal
    lost: Decimal

    @classmethod
    def win_or_lose(cls, probability: Decimal) -> Self:
        """A bet that is either won, with this probability, or lost.

        Raises:
            ValueError: it is no probability.
        """
        if not 0 <= probability <= 1:
            raise ValueError(f"a probability lies between 0 and 1, not {probability}")
        return cls(probability, Decimal(0), Decimal(0), Decimal(0), 1 - probability)

    @classmethod
    def rounded(cls, shares: Sequence[float]) -> Self:
        """In six decimals; the likeliest result absorbs the rounding, so that they sum to 1."""
        places = [to_decimal(share) for share in shares]
        largest = max(range(len(places)), key=lambda i: places[i])
        places[largest] += 1 - sum(places, Decimal(0))
        return cls(*places)

    @property
    def gaining(self) -> Decimal:
        """The expected share of the stake that wins at the price."""
        return self.won + self.half_won / 2

    @property
    def losing(self) -> Decimal:
        """The expected share of the stake that is lost."""
        return self.lost + self.half_lost / 2

    @property
    def at_risk(self) -> Decimal:
        """The expected share of the stake that is not refunded."""
        return self.gaining + self.losing

    @property
    def break_even(self) -> Decimal:
        """The inverse of the fair price: the share of the stake at risk that wins; 0 for a bet that cannot be won.

        On a line without refunds it is the probability of winning.

        >>> ResultProbabilities(*map(Decimal, ("0.4", "0", "0.2", "0", "0.4"))).break_even
        Decimal('0.500000')
        """
        return (self.gaining / self.at_risk).quantize(_QUANTUM) if self.gaining else Decimal(0)

    def with_break_even(self, probability: Decimal) -> Self:
        """The same refunds at another fair price: probability moves between winning and losing the whole stake.

        Args:
            probability: the inverse of the fair price.

        >>> ResultProbabilities(*map(Decimal, ("0.4", "0", "0.2", "0", "0.4"))).with_break_even(Decimal("0.6")).won
        Decimal('0.480000')
        """
        whole = self.won + self.lost
        won = (probability * self.at_risk - self.half_won / 2).quantize(_QUANTUM)
        won = min(max(won, Decimal(0)), whole)
        return self._replace(won=won, lost=whole - won)
