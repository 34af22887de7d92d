"""Statistics of a user's bets, with confidence intervals."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from statistics import fmean
from uuid import UUID

from functions.bets.present import LOST, WON, percent, profit
from functions.bets.schemas import BetStatsResponse, DashboardStats, Figure
from shared.betting.bets import BetStatus
from shared.forecasting.intervals import mean_interval, share_interval
from shared.stores.betting import bets
from shared.stores.betting.bankrolls import BankrollRow
from shared.stores.betting.bets import BetRow
from shared.web.app import Connection

MAX_COUNTED = 10_000
"""Bets: more than a user places in a year."""


def recent_bets(db: Connection, user_id: UUID, days: int, now: datetime) -> list[BetRow]:
    """The bets that a user placed in the last `days` days."""
    return bets.of_person(db, user_id, MAX_COUNTED, since=now - timedelta(days=days))


def stats(rows: Sequence[BetRow], days: int) -> BetStatsResponse:
    """Statistics of bets."""
    counted = _settled(rows)
    profits = [float((profit(row) or Decimal(0)) / row.amount) for row in counted]
    values = [float(row.closing_line_value) for row in rows if row.closing_line_value is not None]
    won, staked, gained = _won(rows), _staked(counted), _profit(counted)
    return BetStatsResponse(
        days=days,
        total_bets=len(rows),
        settled_bets=sum(row.returned is not None for row in rows),
        pending_bets=sum(row.status == BetStatus.PENDING for row in rows),
        staked=float(staked),
        profit_loss=float(gained),
        roi_pct=percent(gained, staked),
        win_rate=_share_figure(won, won + _lost(rows)),
        mean_return_pct=_mean_figure(profits, 100, 1),
        closing_line_value=_mean_figure(values, 1, 4),
    )


def dashboard(rows: Sequence[BetRow], bankroll: BankrollRow) -> DashboardStats:
    """Statistics of bets with their user's bankroll."""
    counted, followed = _settled(rows), [row for row in rows if row.followed]
    won, lost, staked, gained = _won(rows), _lost(rows), _staked(counted), _profit(counted)
    current, best = _streaks(rows)
    return DashboardStats(
        total_bets=len(rows),
        won_bets=won,
        lost_bets=lost,
        pending_bets=sum(row.status == BetStatus.PENDING for row in rows),
        win_rate=percent(won, won + lost) or 0.0,
        total_staked=float(_staked([row for row in rows if row.status != BetStatus.VOID])),
        total_returns=float(staked + gained),
        profit_loss=float(gained),
        roi_percentage=percent(gained, staked) or 0.0,
        initial_bankroll=float(bankroll.initial),
        current_bankroll=float(bankroll.current),
        current_streak=current,
        best_streak=best,
        followed_predictions=len(followed),
        followed_wins=_won(followed),
        followed_win_rate=percent(_won(followed), _won(followed) + _lost(followed)) or 0.0,
    )


def _settled(rows: Sequence[BetRow]) -> list[BetRow]:
    """Settled bets that are not void."""
    return [row for row in rows if row.returned is not None and row.status != BetStatus.VOID]


def _staked(rows: Sequence[BetRow]) -> Decimal:
    return sum((row.amount for row in rows), Decimal(0))


def _profit(rows: Sequence[BetRow]) -> Decimal:
    return sum((profit(row) or Decimal(0) for row in rows), Decimal(0))


def _won(rows: Sequence[BetRow]) -> int:
    return sum(row.status in WON for row in rows)


def _lost(rows: Sequence[BetRow]) -> int:
    return sum(row.status in LOST for row in rows)


def _streaks(rows: Sequence[BetRow]) -> tuple[int, int]:
    """The current and the best winning streak, in the order of the matches."""
    current = best = 0
    for row in sorted(rows, key=lambda row: (row.kick_off, row.bet_id)):
        if row.status in WON:
            current += 1
        elif row.status in LOST:
            current = 0
        best = max(best, current)
    return current, best


def _share_figure(part: int, whole: int) -> Figure:
    interval = share_interval(part, whole)
    if interval is None:
        return Figure(value=None, n=0)
    value, low, high = (round(100 * bound, 1) for bound in interval)
    return Figure(value=value, n=whole, low=low, high=high)


def _mean_figure(values: Sequence[float], scale: int, digits: int) -> Figure:
    if not values:
        return Figure(value=None, n=0)
    interval = mean_interval(values)
    low, high = (
        (round(scale * interval.low, digits), round(scale * interval.high, digits)) if interval else (None, None)
    )
    return Figure(value=round(scale * fmean(values), digits), n=len(values), low=low, high=high)
