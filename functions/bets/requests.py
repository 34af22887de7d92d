"""Request models of the bets group, under the frontend's field names. Amounts are euros."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from shared.accounts.responsible_gambling import MAX_COOL_OFF, MIN_COOL_OFF
from shared.betting.bets import MAX_LINE
from shared.betting.prices import OUTCOMES, Market
from shared.web.money import NUMBER, Money, Stake, cents, number_schema
from shared.web.params import ALLOW_EXTERNAL_ID, INTEGER_ONLY, MAX_ID, STRING_IN_SCHEMA
from shared.web.strict_json import RequestModel

MIN_ODDS, MAX_ODDS = Decimal("1.01"), Decimal(1000)
MIN_STAKE_PCT = Decimal("0.1")
"""Percent of the bankroll for a default stake."""
MIN_FRACTION, MAX_FRACTION = Decimal("0.05"), Decimal("0.5")
"""Of the full Kelly stake."""
QUARTER = Decimal("0.25")

Status = Literal["pending", "won", "half_won", "push", "half_lost", "lost", "void"]
Prediction = Literal["home_win", "draw", "away_win", "over", "under"]
PREDICTION_OF: dict[str, Prediction] = {
    "home": "home_win",
    "draw": "draw",
    "away": "away_win",
    "over": "over",
    "under": "under",
}
"""The frontend's name of an outcome."""
OUTCOME_OF: dict[str, str] = {theirs: ours for ours, theirs in PREDICTION_OF.items()}


def _thousandths(odds: Decimal) -> Decimal:
    return odds.quantize(Decimal("0.001"), ROUND_HALF_UP)


def _quarter_line(line: Decimal) -> Decimal:
    if line % QUARTER:
        raise PydanticCustomError("line", "a multiple of a quarter", {"line": line})
    return line


Odds = Annotated[
    Decimal,
    Field(ge=MIN_ODDS, le=MAX_ODDS),
    AfterValidator(_thousandths),
    number_schema(MIN_ODDS, MAX_ODDS),
]
Percent = Annotated[Decimal, Field(ge=0, le=100), AfterValidator(cents), number_schema(Decimal(0), Decimal(100))]
BankrollPercent = Annotated[
    Decimal, Field(ge=MIN_STAKE_PCT, le=100), AfterValidator(cents), NUMBER, number_schema(MIN_STAKE_PCT, Decimal(100))
]
Line = Annotated[
    Decimal,
    Field(ge=-MAX_LINE, le=MAX_LINE),
    AfterValidator(_quarter_line),
    NUMBER,
    number_schema(-MAX_LINE, MAX_LINE, multipleOf=float(QUARTER)),
]
Fraction = Annotated[Decimal, Field(ge=MIN_FRACTION, le=MAX_FRACTION), number_schema(MIN_FRACTION, MAX_FRACTION)]


class BankrollSettings(RequestModel):
    """The initial bankroll, and the percentage of it below which to warn."""

    initial_bankroll: Money
    alert_threshold: Annotated[Percent, NUMBER] = Decimal(20)
    default_stake_pct: BankrollPercent = Decimal(2)


class BetCreate(RequestModel):
    """A bet placed with a bookmaker. `market` and `line` are needed for totals and handicaps only.

    `line` follows bookmakers' notation: goals, or the handicap added to the picked side. With `away_win` and -1.5
    the away side must win by two goals or more; with 1.5 it may lose by one.
    """

    match_id: Annotated[int, Field(ge=1, lt=MAX_ID), INTEGER_ONLY, ALLOW_EXTERNAL_ID]
    prediction: Annotated[Prediction, STRING_IN_SCHEMA]
    odds: Annotated[Odds, NUMBER]
    amount: Stake
    confidence: Annotated[Percent, NUMBER] | None = None
    market: Market = Market.H2H
    line: Line = Decimal(0)

    @property
    def outcome(self) -> str:
        """The outcome, by our name."""
        return OUTCOME_OF[self.prediction]

    @property
    def is_offered(self) -> bool:
        """Whether the market has this outcome and this line."""
        fits = {Market.H2H: self.line == 0, Market.TOTALS: self.line > 0, Market.HANDICAP: True}
        return self.outcome in OUTCOMES[self.market] and fits[self.market]


class BetUpdate(RequestModel):
    """A new status: users can void a bet, administrators can set any status."""

    status: Annotated[Status, STRING_IN_SCHEMA]


class PeriodLimits(RequestModel):
    """Limits by period: null removes one, after the delay; those left out stay unchanged."""

    day: Money | None = None
    week: Money | None = None
    month: Money | None = None


class LimitsUpdate(RequestModel):
    """Limits on stakes and on losses."""

    stake: PeriodLimits = PeriodLimits()
    loss: PeriodLimits = PeriodLimits()


class CoolOffRequest(RequestModel):
    """A pause of `days` days without picks, notifications or bets."""

    days: Annotated[int, Field(ge=MIN_COOL_OFF.days, le=MAX_COOL_OFF.days), INTEGER_ONLY]
