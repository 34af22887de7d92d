"""Response models of the bets group, under the frontend's field names. Amounts are euros."""

from datetime import date, datetime

from pydantic import BaseModel, Field

from functions.bets.requests import Prediction, Status
from shared.accounts.responsible_gambling import INCREASE_DELAY
from shared.betting.prices import Market
from shared.explanations.legal_notice import LEGAL_NOTICE
from shared.stores.betting.bankrolls import EntrySource


class WithLegalNotice(BaseModel):
    """A response about bets, which includes the legal notice."""

    legal_notice: str = LEGAL_NOTICE


class BankrollResponse(WithLegalNotice):
    """A bankroll. Pending bets count in `total_staked`, are deducted from `current_bankroll`, and affect nothing else.

    `profit_loss` and `roi_pct` are of settled bets. Half wins count as won bets, half losses as lost ones.
    """

    initial_bankroll: float
    current_bankroll: float
    total_staked: float
    total_returned: float
    profit_loss: float
    roi_pct: float
    win_rate: float
    total_bets: int
    won_bets: int
    lost_bets: int
    pending_bets: int
    pending_stakes: float
    alert_threshold: float
    is_below_threshold: bool
    default_stake_pct: float
    default_stake: float


class BankrollEntry(BaseModel):
    """A change of a bankroll. `status`: the bet's afterwards; an entry without a bet sets the bankroll itself."""

    id: int
    created_at: datetime
    amount: float
    balance: float
    bet_id: int | None
    status: str | None
    score: str | None
    source: EntrySource


class BankrollHistory(WithLegalNotice):
    """The changes of a bankroll, newest first; the newest balance is the current bankroll."""

    entries: list[BankrollEntry]


class BetResponse(WithLegalNotice):
    """A bet. `source`: who set its status. `closing_line_value`: see docs/understand/data.md.

    `line`: goals for totals, the picked side's handicap, 0 for h2h.
    """

    id: int
    match_id: int
    prediction: Prediction
    odds: float
    amount: float
    status: Status
    potential_return: float
    actual_return: float | None
    confidence: float | None
    created_at: str
    market: Market
    line: float
    settled_at: datetime | None
    source: EntrySource
    score: str | None
    closing_line_value: float | None


class KellySuggestion(WithLegalNotice):
    """The most to stake on one bet: `fraction` of the full Kelly share.

    It is less where the policy, the day's stakes or the user's limits allow less.
    """

    suggested_stake: float = Field(description="Euros.")
    suggested_stake_pct: float = Field(description="Percent of the bankroll.")
    kelly_fraction: float = Field(description="Full Kelly share: maximises growth if the probability is exact.")
    edge: float = Field(description="Expected profit of one euro staked.")
    bankroll: float = Field(description="The current bankroll.")
    confidence_adjusted: bool = Field(description="Whether our published probability replaced the confidence sent.")
    probability: float = Field(description="The one used.")
    fraction: float
    remaining: float | None = Field(description="What the user's limits still allow today; null without limits.")


class Figure(BaseModel):
    """A figure with its sample size and 95 % confidence interval."""

    value: float | None
    n: int
    low: float | None = None
    high: float | None = None


class BetStatsResponse(WithLegalNotice):
    """Statistics of the bets placed in the last days. Past results do not predict future ones.

    Void bets are settled and count in no figure. Amounts are euros, of settled bets. `win_rate`: percent of won and
    lost bets that were won, half ones included. `mean_return_pct`: mean profit per euro staked, in percent.
    `closing_line_value`: mean expected profit of one euro staked at the price taken, by closing prices.
    """

    days: int = Field(description="Length of the period.")
    total_bets: int
    settled_bets: int
    pending_bets: int
    staked: float
    profit_loss: float
    roi_pct: float | None = Field(description="Profit in percent of the stakes.")
    win_rate: Figure
    mean_return_pct: Figure
    closing_line_value: Figure


class ExportedBet(BaseModel):
    """An exported bet; `line` as in `BetResponse`."""

    id: int
    created_at: datetime
    match_id: int
    kick_off: datetime
    hour_known: bool
    competition: str
    home_team: str
    away_team: str
    market: Market
    prediction: Prediction
    line: float
    odds: float
    amount: float
    status: Status
    score: str | None
    settled_at: datetime | None
    actual_return: float | None
    profit: float | None
    closing_line_value: float | None


class BetsExport(WithLegalNotice):
    """A user's bets, newest first."""

    bets: list[ExportedBet]
    total: int
    exported_at: datetime


class LimitResponse(BaseModel):
    """A limit: its amount, the next amount with its start, and what is used and left."""

    amount: float | None
    next_amount: float | None
    next_from: datetime | None
    used: float
    left: float | None


class LimitsByPeriod(BaseModel):
    """Limits per day, per week from Monday and per calendar month, in Paris time."""

    day: LimitResponse
    week: LimitResponse
    month: LimitResponse


class LimitsResponse(WithLegalNotice):
    """A user's limits. Lower limits take effect at once, higher ones after `raised_after_hours`."""

    stake: LimitsByPeriod
    loss: LimitsByPeriod
    today: date
    cool_off_until: datetime | None
    adult_declared: bool
    raised_after_hours: int = int(INCREASE_DELAY.total_seconds() // 3600)


class CoolOffResponse(WithLegalNotice):
    """The end of a pause; it cannot be shortened."""

    cool_off_until: datetime


class DashboardStats(WithLegalNotice):
    """Statistics of the bets of the last days and the bankroll; `followed_…`: the recommended ones."""

    total_bets: int
    won_bets: int
    lost_bets: int
    pending_bets: int
    win_rate: float
    total_staked: float
    total_returns: float
    profit_loss: float
    roi_percentage: float
    initial_bankroll: float
    current_bankroll: float
    current_streak: int
    best_streak: int
    followed_predictions: int
    followed_wins: int
    followed_win_rate: float
