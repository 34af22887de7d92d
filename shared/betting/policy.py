"""The parameters of price validation, pick selection and staking."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Policy:
    """Thresholds and limits."""

    min_price: Decimal = Decimal("1.01")  # prices up to this are placeholders
    # Outcomes with a higher best price are skipped, as small errors in probability give large errors in value there.
    max_price: Decimal = Decimal(10)
    # Allowed range of the overround of one bookmaker.
    overround: tuple[Decimal, Decimal] = (Decimal("1.00"), Decimal("1.20"))
    # Maximum age of prices by source; the CSV files are published twice a week.
    max_age: tuple[tuple[str, timedelta], ...] = (
        ("football_data_uk", timedelta(hours=96)),
        ("the_odds_api", timedelta(hours=6)),
    )
    max_median_deviation: Decimal = Decimal("0.40")  # maximum relative deviation from the median over bookmakers
    min_value: Decimal = Decimal("0.02")  # minimum expected value of a pick
    # Expected value above which a price is held for review, being more likely an error.
    max_value: Decimal = Decimal("0.20")
    picks_per_day: int = 5
    picks_per_competition: int = 2
    # Fraction of the Kelly stake; probabilities are estimates, and overstaking costs more growth than understaking.
    kelly_fraction: Decimal = Decimal("0.25")
    max_stake: Decimal = Decimal("0.02")  # maximum share of the bankroll on one bet
    max_daily_stake: Decimal = Decimal("0.05")  # maximum share of the bankroll on all bets of a day


POLICY = Policy()
