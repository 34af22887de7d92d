"""Converts rows to response models. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from functions.bets import schemas
from functions.bets.requests import PREDICTION_OF
from shared.accounts.responsible_gambling import DailyActivity, Limit, LimitKind, Period, amount_spent
from shared.betting.bets import CENT, BetStatus, payout
from shared.betting.settlement import BetResult
from shared.football.competition import COMPETITIONS
from shared.stores.betting.bankrolls import BankrollRow, EntryRow
from shared.stores.betting.bets import BetRow, StatusTotal
from shared.stores.football.matches import MatchRow
from shared.web.schemas import displayed_date

WON, LOST = {BetStatus.WON, BetStatus.HALF_WON}, {BetStatus.LOST, BetStatus.HALF_LOST}


def bankroll(row: BankrollRow, totals: Sequence[StatusTotal]) -> schemas.BankrollResponse:
    """A bankroll with the totals of its bets."""
    settled = [total for total in totals if total.status.ended and total.status != BetStatus.VOID]
    staked, total_returned = _total(total.staked for total in settled), _total(total.returned for total in settled)
    pending = [total for total in totals if total.status == BetStatus.PENDING]
    open_stakes = _total(total.staked for total in pending)
    won = sum(total.count for total in totals if total.status in WON)
    lost = sum(total.count for total in totals if total.status in LOST)
    return schemas.BankrollResponse(
        initial_bankroll=float(row.initial),
        current_bankroll=float(row.current),
        total_staked=float(staked + open_stakes),
        total_returned=float(total_returned),
        profit_loss=float(total_returned - staked),
        roi_pct=percent(total_returned - staked, staked) or 0.0,
        win_rate=percent(won, won + lost) or 0.0,
        total_bets=sum(total.count for total in totals),
        won_bets=won,
        lost_bets=lost,
        pending_bets=sum(total.count for total in pending),
        pending_stakes=float(open_stakes),
        alert_threshold=float(row.alert_threshold),
        is_below_threshold=row.initial > 0 and row.current < row.initial * row.alert_threshold / 100,
        default_stake_pct=float(row.default_stake_pct),
        default_stake=float((row.initial * row.default_stake_pct / 100).quantize(CENT)),
    )


def entry(row: EntryRow) -> schemas.BankrollEntry:
    """A change of a bankroll."""
    return schemas.BankrollEntry(
        id=row.entry_id,
        created_at=row.created_at,
        amount=float(row.amount),
        balance=float(row.balance),
        bet_id=row.bet_id,
        status=row.status,
        score=row.score,
        source=row.source,
    )


def bet(row: BetRow) -> schemas.BetResponse:
    """A bet."""
    return schemas.BetResponse(
        id=row.bet_id,
        match_id=row.match_id,
        prediction=PREDICTION_OF[row.outcome],
        odds=float(row.price),
        amount=float(row.amount),
        status=row.status,  # type: ignore[arg-type]  # deleted bets are not returned
        potential_return=float(payout(row.amount, row.price, BetResult.WON)),
        actual_return=_float(row.returned),
        confidence=_float(row.confidence),
        created_at=row.placed_at.isoformat(),
        market=row.market,
        line=float(row.line),
        settled_at=row.status_changed_at if row.returned is not None else None,
        source=row.source,
        score=row.score,
        closing_line_value=_float(row.closing_line_value),
    )


def exported(row: BetRow, match: MatchRow) -> schemas.ExportedBet:
    """A bet with its match."""
    shown = bet(row)
    return schemas.ExportedBet(
        id=row.bet_id,
        created_at=row.placed_at,
        match_id=row.match_id,
        kick_off=displayed_date(row.kick_off, hour_known=row.hour_known),
        hour_known=row.hour_known,
        competition=COMPETITIONS[match.competition].name,
        home_team=match.home_name,
        away_team=match.away_name,
        market=shown.market,
        prediction=shown.prediction,
        line=shown.line,
        odds=shown.odds,
        amount=shown.amount,
        status=shown.status,
        score=shown.score,
        settled_at=shown.settled_at,
        actual_return=shown.actual_return,
        profit=_float(profit(row)),
        closing_line_value=shown.closing_line_value,
    )


def limits(
    current: Mapping[tuple[LimitKind, Period], Limit],
    played: Sequence[DailyActivity],
    today: date,
    cool_off_until: datetime | None,
    *,
    adult_declared: bool,
) -> schemas.LimitsResponse:
    """A user's limits and what remains of each."""

    def limit_response(kind: LimitKind, period: Period) -> schemas.LimitResponse:
        limit, spent = current[kind, period], amount_spent(kind, period, played, today)
        return schemas.LimitResponse(
            amount=_float(limit.amount),
            next_amount=_float(limit.next_amount),
            next_from=limit.next_from,
            used=float(spent),
            left=None if limit.amount is None else float(max(Decimal(0), limit.amount - spent)),
        )

    stake, loss = (
        schemas.LimitsByPeriod(
            day=limit_response(kind, Period.DAY),
            week=limit_response(kind, Period.WEEK),
            month=limit_response(kind, Period.MONTH),
        )
        for kind in (LimitKind.STAKE, LimitKind.LOSS)
    )
    return schemas.LimitsResponse(
        stake=stake,
        loss=loss,
        today=today,
        cool_off_until=cool_off_until,
        adult_declared=adult_declared,
    )


def profit(row: BetRow) -> Decimal | None:
    """A bet's profit in euros; None while it is pending."""
    return None if row.returned is None else row.returned - row.amount


def percent(part: Decimal | float, whole: Decimal | float) -> float | None:
    """A part in percent of the whole, to a tenth; None if the whole is 0."""
    return round(100 * float(part) / float(whole), 1) if whole else None


def _total(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, Decimal(0))


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
