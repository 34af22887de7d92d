"""The parameters of price validation, pick selection and staking."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Policy:
    """Thresholds and limits.

    Attributes:
        min_price: prices up to this are placeholders.
        max_price: outcomes with a higher best price are skipped, as small errors in probability give large errors in
            value there.
        overround: allowed range of the overround of one bookmaker.
        max_age: maximum age of prices by source; the CSV files are published twice a week.
        max_median_deviation: maximum relative deviation from the median over bookmakers.
        min_value: minimum expected value of a pick.
        max_value: expected value above which a price is held for review, being more likely an error.
        kelly_fraction: fraction of the Kelly stake; probabilities are estimates, and overstaking costs more growth than
            understaking.
        max_stake: maximum share of the bankroll on one bet.
        max_daily_stake: maximum share of the bankroll on all bets of a day.
    """

    min_price: Decimal = Decimal("1.01")
    max_price: Decimal = Decimal(10)
    overround: tuple[Decimal, Decimal] = (Decimal("1.00"), Decimal("1.20"))
    max_age: tuple[tuple[str, timedelta], ...] = (
        ("football_data_uk", timedelta(hours=96)),
        ("the_odds_api", timedelta(hours=6)),
    )
    max_median_deviation: Decimal = Decimal("0.40")
    min_value: Decimal = Decimal("0.02")
    max_value: Decimal = Decimal("0.20")
    picks_per_day: int = 5
    picks_per_competition: int = 2
    kelly_fraction: Decimal = Decimal("0.25")
    max_stake: Decimal = Decimal("0.02")
    max_daily_stake: Decimal = Decimal("0.05")


POLICY = Policy()
