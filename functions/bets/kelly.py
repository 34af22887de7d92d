"""Stake suggestions by the Kelly criterion."""

from dataclasses import replace
from datetime import datetime
from decimal import ROUND_DOWN, Decimal
from uuid import UUID

from functions.bets.placement import ensure_may_bet, is_open, remaining_stake
from functions.bets.requests import OUTCOME_OF
from functions.bets.schemas import KellySuggestion
from shared.accounts.responsible_gambling import LimitKind, Period, amount_spent
from shared.betting.bets import CENT
from shared.betting.policy import POLICY
from shared.betting.result_probabilities import ResultProbabilities, to_decimal
from shared.betting.stakes import stakes
from shared.betting.value import expected_value, kelly
from shared.football.calendar import paris_day
from shared.stores.betting import bankrolls, bets
from shared.stores.forecasting import predictions
from shared.web.app import Connection
from shared.web.errors import BadRequest
from shared.web.params import require_match


def suggest(
    db: Connection,
    user_id: UUID,
    odds: Decimal,
    confidence: Decimal | None,
    selection: tuple[int, str] | None,
    fraction: Decimal,
    now: datetime,
) -> KellySuggestion:
    """The stake for one bet: a fraction of Kelly's, within the policy, the day's stakes and the user's own limits.

    Args:
        odds: decimal.
        confidence: the user's own probability in percent; used where no forecast is published.
        selection: match id and outcome, by the frontend's name.
        fraction: of the full Kelly stake.

    Raises:
        PreconditionRequired: the user has not declared to be of legal age.
        Forbidden: the user is in a pause.
        NotFound: there is no such match.
        BadRequest: the match has begun, or there is neither a published forecast nor a confidence.
    """
    ensure_may_bet(db, user_id, now)
    published = _published(db, *selection, now) if selection else None
    own = None if confidence is None else confidence / 100
    probability = own if published is None else published
    if probability is None:
        raise BadRequest("kelly_needs_probability")
    chances = ResultProbabilities.win_or_lose(probability)
    bankroll, remaining, today = bankrolls.get(db, user_id).current, remaining_stake(db, user_id, now), paris_day(now)
    staked = amount_spent(LimitKind.STAKE, Period.DAY, bets.daily_activity(db, user_id, today), today)
    share = Decimal(0)
    if bankroll > 0:
        limit = Decimal(1) if remaining is None else (staked + remaining) / bankroll
        policy = replace(POLICY, kelly_fraction=fraction)
        [share] = stakes([(chances, odds)], policy, limit=limit, staked=staked / bankroll)
    return KellySuggestion(
        suggested_stake=float((share * bankroll).quantize(CENT, ROUND_DOWN)),
        suggested_stake_pct=float(share * 100),
        kelly_fraction=float(kelly(chances, odds)),
        edge=float(expected_value(chances, odds)),
        bankroll=float(bankroll),
        confidence_adjusted=published is not None,
        probability=float(probability),
        fraction=float(fraction),
        remaining=None if remaining is None else float(remaining),
    )


def _published(db: Connection, match_id: int, outcome: str, now: datetime) -> Decimal | None:
    """The newest published probability of an outcome; None without a forecast."""
    match = require_match(db, match_id)
    if not is_open(match, now):
        raise BadRequest("match_begun")
    prediction = predictions.latest(db, [match.match_id], now).get(match.match_id)
    if prediction is None:
        return None
    return to_decimal({"home": prediction.home, "draw": prediction.draw, "away": prediction.away}[OUTCOME_OF[outcome]])
