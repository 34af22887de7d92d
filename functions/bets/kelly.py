"""How much of a bankroll a bet is worth, at most."""

from dataclasses import replace
from datetime import datetime
from decimal import ROUND_DOWN, Decimal
from uuid import UUID

from functions.bets.placement import allowed, is_open, may_bet
from functions.bets.requests import OUTCOME_OF
from functions.bets.schemas import KellySuggestion
from shared.accounts.responsible_gambling import Kind, Period, used
from shared.betting.bets import CENT
from shared.betting.policy import POLICY
from shared.betting.stakes import stakes
from shared.betting.value import decimal_of, expected_value, kelly
from shared.football.calendar import paris_day
from shared.stores.betting import bankrolls, bets
from shared.stores.forecasting import predictions
from shared.web.app import Connection
from shared.web.errors import BadRequest
from shared.web.params import match_of


def suggest(
    db: Connection,
    user_id: UUID,
    odds: Decimal,
    confidence: Decimal | None,
    named: tuple[int, str] | None,
    fraction: Decimal,
    now: datetime,
) -> KellySuggestion:
    """What to stake on one bet: a fraction of what Kelly would, within the policy, the day and the person's own limits.

    Args:
        odds: decimal.
        confidence: what the person believes, in percent; counts where we published nothing.
        named: match and outcome, in the frontend's word.
        fraction: of Kelly's stake.

    Raises:
        PreconditionRequired: the person has not declared to be of age.
        Forbidden: they take a pause.
        NotFound: there is no such match.
        BadRequest: it has begun; or there is neither a forecast of ours nor a confidence.
    """
    may_bet(db, user_id, now)
    ours = _published(db, *named, now) if named else None
    given = None if confidence is None else confidence / 100
    probability = given if ours is None else ours
    if probability is None:
        raise BadRequest("kelly_needs_probability")
    bankroll, room, today = bankrolls.get(db, user_id).current, allowed(db, user_id, now), paris_day(now)
    staked = used(Kind.STAKE, Period.DAY, bets.played(db, user_id, today), today)
    share = Decimal(0)
    if bankroll > 0:
        limit = Decimal(1) if room is None else (staked + room) / bankroll
        policy = replace(POLICY, kelly_fraction=fraction)
        [share] = stakes([(probability, odds)], policy, limit=limit, staked=staked / bankroll)
    return KellySuggestion(
        suggested_stake=float((share * bankroll).quantize(CENT, ROUND_DOWN)),
        suggested_stake_pct=float(share * 100),
        kelly_fraction=float(kelly(probability, odds)),
        edge=float(expected_value(probability, odds)),
        bankroll=float(bankroll),
        confidence_adjusted=ours is not None,
        probability=float(probability),
        fraction=float(fraction),
        room=None if room is None else float(room),
    )


def _published(db: Connection, match_id: int, prediction: str, now: datetime) -> Decimal | None:
    """The probability that our newest forecast gives an outcome; None where there is no forecast."""
    match = match_of(db, match_id)
    if not is_open(match, now):
        raise BadRequest("match_begun")
    said = predictions.latest(db, [match.match_id], now).get(match.match_id)
    if said is None:
        return None
    return decimal_of({"home": said.home, "draw": said.draw, "away": said.away}[OUTCOME_OF[prediction]])
