"""The policy of the picks: every figure that decides which price is believed, which bet is picked and for how much."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Policy:
    """When a price is believed, when a bet at it becomes a pick, and what share of a bankroll it is worth.

    Attributes:
        lowest_price: prices up to this are placeholders.
        highest_price: an outcome whose best price is above it is left alone: there, small errors in a probability are
            large errors in value.
        overround: between which bounds the inverse prices of one bookmaker must sum.
        oldest: how old prices of each source may be; the CSV service publishes twice a week and says no more.
        off_median: how far from the median of all bookmakers a price may lie, as a share.
        least_value: expected value from which a price is worth taking.
        most_value: expected value above which the price is held for review: it is likelier wrong than generous.
        a_day: most picks in a day.
        a_competition: most picks of one competition in a day.
        kelly_fraction: share that is staked of what would make a bankroll grow fastest if every probability were
            exact; none is, and staking too much costs more growth than staking too little.
        bet_limit: most of a bankroll on one bet.
        day_limit: most of a bankroll on all bets of a day.
    """

    lowest_price: Decimal = Decimal("1.01")
    highest_price: Decimal = Decimal(10)
    overround: tuple[Decimal, Decimal] = (Decimal("1.00"), Decimal("1.20"))
    oldest: tuple[tuple[str, timedelta], ...] = (
        ("football_data_uk", timedelta(hours=96)),
        ("the_odds_api", timedelta(hours=6)),
    )
    off_median: Decimal = Decimal("0.40")
    least_value: Decimal = Decimal("0.02")
    most_value: Decimal = Decimal("0.20")
    a_day: int = 5
    a_competition: int = 2
    kelly_fraction: Decimal = Decimal("0.25")
    bet_limit: Decimal = Decimal("0.02")
    day_limit: Decimal = Decimal("0.05")


POLICY = Policy()
