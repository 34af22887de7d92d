"""What the bets group answers, under the frontend's names. Amounts are euros."""

from datetime import date, datetime

from pydantic import BaseModel

from functions.bets.requests import Prediction, Status
from shared.accounts.responsible_gambling import INCREASE_DELAY
from shared.betting.prices import Market
from shared.explanations.legal_notice import LEGAL_NOTICE
from shared.stores.betting.bankrolls import EntrySource


class WithLegalNotice(BaseModel):
    """An answer with bets: the legal notice stands in it word for word."""

    legal_notice: str = LEGAL_NOTICE


class BankrollResponse(WithLegalNotice):
    """A bankroll. Open bets are in `total_staked` and out of `current_bankroll`, and in no other figure.

    `profit_loss` and `roi_pct` are those of the bets that have ended. Half a win counts among the won bets, half a loss
    among the lost ones.
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
    """A change of a bankroll. `status` is where the bet stands after it; without a bet, its person set the bankroll."""

    id: int
    created_at: datetime
    amount: float
    balance: float
    bet_id: int | None
    status: str | None
    score: str | None
    source: EntrySource


class BankrollHistory(WithLegalNotice):
    """The changes of a bankroll, the newest first; the newest one's balance is the current bankroll."""

    entries: list[BankrollEntry]


class BetResponse(WithLegalNotice):
    """A bet. `told_by`: who says where it stands. `closing_line_value`: see docs/data.md.

    `line`: goals; of a handicap what is added to the goals of the picked side; 0 for h2h.
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
    """What to stake of a bankroll, at most, on one bet.

    Attributes:
        suggested_stake: euros.
        suggested_stake_pct: percent of the bankroll.
        kelly_fraction: what would make a bankroll grow fastest if the probability were exact; of it `fraction` is
            suggested, and less where the policy, the day or the person's own limits allow less.
        edge: expected profit of one euro staked.
        bankroll: what it holds.
        confidence_adjusted: whether our published probability stands in for the confidence that was sent.
        probability: the one that was used.
        fraction: see `kelly_fraction`.
        room: what the person's own limits still allow today; null without limits.
    """

    suggested_stake: float
    suggested_stake_pct: float
    kelly_fraction: float
    edge: float
    bankroll: float
    confidence_adjusted: bool
    probability: float
    fraction: float
    remaining: float | None


class Figure(BaseModel):
    """A figure, from how many bets it is, and between which bounds its true value lies in 95 cases of 100."""

    value: float | None
    n: int
    low: float | None = None
    high: float | None = None


class BetStatsResponse(WithLegalNotice):
    """How the bets of the last days did, without a promise for the next ones.

    Attributes:
        days: how many.
        total_bets, settled_bets, pending_bets: bets placed within them; void ones have ended, and count in no figure.
        staked, profit_loss: euros, of those that ended.
        roi_pct: profit in percent of what was staked.
        win_rate: percent of those won or lost that were won, halves too.
        mean_return_pct: percent, the mean of each bet's profit per euro staked.
        closing_line_value: mean expected profit of one euro staked at the price taken, as closing prices have it.
    """

    days: int
    total_bets: int
    settled_bets: int
    pending_bets: int
    staked: float
    profit_loss: float
    roi_pct: float | None
    win_rate: Figure
    mean_return_pct: Figure
    closing_line_value: Figure


class ExportedBet(BaseModel):
    """A bet in a file; `line` as in `BetResponse`."""

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
    """All bets of a person, the newest first."""

    bets: list[ExportedBet]
    total: int
    exported_at: datetime


class LimitResponse(BaseModel):
    """A limit: what counts, what will count from when on, and what of it is used and left."""

    amount: float | None
    next_amount: float | None
    next_from: datetime | None
    used: float
    left: float | None


class LimitsByPeriod(BaseModel):
    """Limits within a day, a week from Monday and a month of the calendar, in Paris."""

    day: LimitResponse
    week: LimitResponse
    month: LimitResponse


class LimitsResponse(WithLegalNotice):
    """What somebody allows themselves. Lower limits count at once, higher ones after `raised_after_hours`."""

    stake: LimitsByPeriod
    loss: LimitsByPeriod
    today: date
    cool_off_until: datetime | None
    adult_declared: bool
    raised_after_hours: int = int(INCREASE_DELAY.total_seconds() // 3600)


class CoolOffResponse(WithLegalNotice):
    """Until when a pause lasts; it cannot be shortened."""

    cool_off_until: datetime


class DashboardStats(WithLegalNotice):
    """The bets of the last days and the bankroll; `followed_…`: those that we recommended."""

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
