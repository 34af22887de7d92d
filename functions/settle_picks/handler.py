"""Settle picks whose matches are over. Cron: 03:40 and 15:40 UTC. Safe to run twice, late or for a past day."""

from datetime import timedelta
from functools import partial

from shared.betting.closing_reference import closing_reference
from shared.betting.consensus import fair_probability
from shared.betting.settlement import profit, settlement
from shared.betting.value import closing_line_value
from shared.runtime.jobs import Run, job
from shared.services.cache_policies import CacheKind, invalidate
from shared.services.record_picks import Closed, Settled, add_settlements
from shared.stores.betting import offers, picks
from shared.stores.betting.picks import PickRow
from shared.stores.football import matches
from shared.stores.football.matches import MatchRow

LOOK_BACK = timedelta(days=30)


def settle(run: Run) -> None:
    """Add results, corrections and closing-line values of recent picks."""
    recent = picks.between(run.db, run.day - LOOK_BACK, run.day)
    played = matches.by_ids(run.db, {pick.match_id for pick in recent})
    settled = [item for pick in recent if (item := _settle_pick(run, pick, played[pick.match_id])) is not None]
    unclosed = [pick for pick in recent if pick.closing_line_value is None]
    closed = _add_closing_values(run, unclosed, played)
    add_settlements(run.db, settled, closed)
    run.report(picks=len(recent), ended=len(settled), closed=len(closed))


def _settle_pick(run: Run, pick: PickRow, match: MatchRow) -> Settled | None:
    """Add a pick's result if it is new, and return it; a corrected score reverses the earlier result first."""
    settled = settlement(
        pick.market,
        pick.outcome,
        pick.line,
        match.status,
        match.score,
        match.kick_off,
        pick.kick_off,
        run.now,
        by_day=not match.hour_known,
        in_review=match.review is not None,
    )
    if settled is None or settled == (pick.result, pick.score):
        return None
    result, score = settled
    units = profit(result, pick.price)
    picks.add_settlement(run.db, pick, result, score, units, run.now)
    return Settled(pick, result, score, units)


def _add_closing_values(run: Run, unclosed: list[PickRow], played: dict[int, MatchRow]) -> list[Closed]:
    """Add closing-line values where closing prices on the same line are available."""
    closing = offers.closing(run.db, {pick.match_id for pick in unclosed})
    closed: list[Closed] = []
    for pick in unclosed:
        closing_offers, kick_off = closing.get(pick.match_id, ()), played[pick.match_id].kick_off
        reference = closing_reference(closing_offers, pick.competition, kick_off, run.now)
        fair = fair_probability(reference, pick.market, pick.line, pick.outcome)
        if fair is not None:
            value = closing_line_value(pick.price, fair.probability, fair.at_risk)
            picks.add_closing_value(run.db, pick, fair, value)
            closed.append(Closed(pick, fair, value))
    return closed


handler = job(
    "settle_picks",
    settle,
    after_commit=partial(invalidate, CacheKind.PREDICTIONS, CacheKind.DAILY_PICKS, CacheKind.STATISTICS),
)
