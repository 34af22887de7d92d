"""What the bets group is told, under the frontend's names. Amounts are euros."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from shared.accounts.responsible import LONGEST_PAUSE, SHORTEST_PAUSE
from shared.betting.bets import CENT, LONGEST_LINE
from shared.betting.prices import OUTCOMES, Market
from shared.runtime.asking import HIGHEST_ID

MOST_MONEY = Decimal(1_000_000)
"""The most that a bankroll, a stake or a limit can be."""
LOWEST_ODDS, HIGHEST_ODDS = Decimal("1.01"), Decimal(1000)

Status = Literal["pending", "won", "half_won", "push", "half_lost", "lost", "void"]
Prediction = Literal["home_win", "draw", "away_win", "over", "under"]
OUTCOME_OF = {"home_win": "home", "draw": "draw", "away_win": "away", "over": "over", "under": "under"}
"""Our word for each outcome of the frontend's."""
PREDICTION_OF = {ours: theirs for theirs, ours in OUTCOME_OF.items()}


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


def _thousandths(odds: Decimal) -> Decimal:
    return odds.quantize(Decimal("0.001"), ROUND_HALF_UP)


def _quarters(line: Decimal) -> Decimal:
    if line % Decimal("0.25"):
        raise ValueError(f"a line is a multiple of a quarter, such as 2.25; {line} is none")
    return line


# Bounds stand before the rounding, for which a number can have too many digits; a stake may be rounded to nothing.
Money = Annotated[Decimal, Field(ge=0, le=MOST_MONEY), AfterValidator(_cents)]
Stake = Annotated[Decimal, Field(gt=0, le=MOST_MONEY), AfterValidator(_cents), Field(gt=0)]
Odds = Annotated[Decimal, Field(ge=LOWEST_ODDS, le=HIGHEST_ODDS), AfterValidator(_thousandths)]
Percent = Annotated[Decimal, Field(ge=0, le=100), AfterValidator(_cents)]
Line = Annotated[Decimal, Field(ge=-LONGEST_LINE, le=LONGEST_LINE), AfterValidator(_quarters)]
Fraction = Annotated[Decimal, Field(ge=Decimal("0.05"), le=Decimal("0.5"))]


class BankrollSettings(BaseModel):
    """What a bankroll holds to begin with, and below which percentage of it to warn."""

    model_config = ConfigDict(extra="forbid")

    initial_bankroll: Money
    alert_threshold: Percent = Decimal(20)
    default_stake_pct: Annotated[Decimal, Field(ge=Decimal("0.1"), le=100), AfterValidator(_cents)] = Decimal(2)


class BetCreate(BaseModel):
    """A bet that was placed somewhere. `market` and `line` are needed for bets on goals and handicaps only."""

    model_config = ConfigDict(extra="forbid")

    match_id: Annotated[int, Field(ge=1, lt=HIGHEST_ID, strict=True)]
    prediction: Prediction
    odds: Odds
    amount: Stake
    confidence: Percent | None = None
    market: Market = Market.H2H
    line: Line = Decimal(0)

    @model_validator(mode="after")
    def _fits(self) -> "BetCreate":
        outcomes = OUTCOMES[self.market]
        if self.outcome not in outcomes:
            told = ", ".join(PREDICTION_OF[outcome] for outcome in outcomes)
            raise ValueError(f"prediction: market {self.market} has {told}")
        if (self.market is Market.H2H and self.line != 0) or (self.market is Market.TOTALS and self.line <= 0):
            raise ValueError(f"line: {self.line} is none of market {self.market}")
        return self

    @property
    def outcome(self) -> str:
        """What is bet on, in our word."""
        return OUTCOME_OF[self.prediction]


class BetUpdate(BaseModel):
    """Where a bet stands, as its person says; `pending` leaves it to the result again."""

    model_config = ConfigDict(extra="forbid")

    status: Status


class WishedLimits(BaseModel):
    """Wished limits: null takes one away, after the delay; what is not named stays."""

    model_config = ConfigDict(extra="forbid")

    day: Money | None = None
    week: Money | None = None
    month: Money | None = None


class LimitsUpdate(BaseModel):
    """Wished limits: of what is staked, and of what may be lost."""

    model_config = ConfigDict(extra="forbid")

    stake: WishedLimits = WishedLimits()
    loss: WishedLimits = WishedLimits()


class CoolOffRequest(BaseModel):
    """A pause: for so many days no picks, no notices and no bets."""

    model_config = ConfigDict(extra="forbid")

    days: Annotated[int, Field(ge=SHORTEST_PAUSE.days, le=LONGEST_PAUSE.days, strict=True)]
