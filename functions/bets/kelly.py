"""How much of a bankroll a bet is worth, at most."""

from dataclasses import replace
from datetime import date
from decimal import ROUND_DOWN, Decimal

from functions.bets.answers import KellySuggestion
from shared.accounts.responsible import Kind, Period, Played, used
from shared.betting.bets import CENT
from shared.betting.policy import POLICY
from shared.betting.stakes import stakes
from shared.betting.value import expected_value, kelly


def suggestion(
    probability: Decimal,
    odds: Decimal,
    fraction: Decimal,
    bankroll: Decimal,
    played: list[Played],
    room: Decimal | None,
    today: date,
    *,
    is_ours: bool,
) -> KellySuggestion:
    """What to stake on one bet: a fraction of what Kelly would, within the policy, the day and the person's own limits.

    Args:
        probability: that the bet is won.
        odds: decimal.
        fraction: of Kelly's stake.
        bankroll: what it holds, in euros.
        played: what was staked on the last days.
        room: what the person's own limits still allow, in euros; None without limits.
        today: in Paris.
        is_ours: whether the probability is one that we published.
    """
    share = Decimal(0)
    if bankroll > 0:
        of_today = used(Kind.STAKE, Period.DAY, played, today)
        limit = Decimal(1) if room is None else (of_today + room) / bankroll
        policy = replace(POLICY, kelly_fraction=fraction)
        [share] = stakes([(probability, odds)], policy, limit=limit, staked=of_today / bankroll)
    return KellySuggestion(
        suggested_stake=float((share * bankroll).quantize(CENT, ROUND_DOWN)),
        suggested_stake_pct=float(share * 100),
        kelly_fraction=float(kelly(probability, odds)),
        edge=float(expected_value(probability, odds)),
        bankroll=float(bankroll),
        confidence_adjusted=is_ours,
        probability=float(probability),
        fraction=float(fraction),
        room=None if room is None else float(room),
    )
