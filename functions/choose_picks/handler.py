"""Choose the day's picks. Cron: 06:45 Europe/Paris. Safe to run twice or late: a day is committed once."""

from functools import partial

from shared.betting.picks import Candidate, Choice, NoPickReason, Pick, choose
from shared.betting.policy import POLICY
from shared.football.calendar import paris_bounds
from shared.football.competition import available_competitions
from shared.football.match import Status
from shared.runtime.jobs import Run, job
from shared.runtime.settings import settings
from shared.services.cache_policies import CacheKind, invalidate
from shared.services.league_accuracy import may_have_picks
from shared.services.pick_candidates import pick_candidate
from shared.services.record_picks import add_picks
from shared.stores.betting import offers, picks
from shared.stores.football import matches
from shared.stores.football.matches import MatchRow
from shared.stores.forecasting import predictions, quality
from shared.stores.operations import reports


def choose_day(run: Run) -> None:
    """Commit a day's picks among the matches that have not begun; none if no price has enough value.

    None are committed during a forecast quality alarm either (watch_quality), nor in leagues in which past forecasts
    were too far from closing prices (league_accuracy).
    """
    if picks.day(run.db, run.day) is not None:
        run.report(committed=False, reason="committed before")
        return
    codes = [c.code for c in available_competitions(demo=settings().demo)]
    fixtures = matches.page(run.db, *paris_bounds(run.day), codes)
    upcoming = [row for row in fixtures if row.kick_off > run.now and row.status == Status.SCHEDULED]
    ids = [row.match_id for row in upcoming]
    published, latest_offers = predictions.latest(run.db, ids, run.now), offers.latest(run.db, ids, run.now)
    proven = [row for row in upcoming if may_have_picks(row.competition)]
    candidates = [
        pick_candidate(row, published[row.match_id], latest_offers.get(row.match_id, ()), run.now)
        for row in proven
        # without a known hour, a pick cannot be proven to precede kick-off
        if row.match_id in published and row.hour_known
    ]
    choice = choose(candidates, POLICY)
    if not upcoming and any(row.kick_off <= run.now for row in fixtures):
        choice = Choice((), (), NoPickReason.TOO_LATE)
    elif upcoming and any(figure.alarm for figure in quality.newest(run.db, run.day)):
        choice = Choice((), (), NoPickReason.SUSPENDED)
    elif upcoming and not proven:
        choice = Choice((), (), NoPickReason.UNPROVEN_LEAGUES)
    elif proven and not any(row.hour_known for row in proven):
        choice = Choice((), (), NoPickReason.NO_HOUR)
    elif proven and not candidates:
        choice = Choice((), (), NoPickReason.NO_PRICES)
    picks.commit(run.db, run.day, run.now, len(fixtures), choice)
    add_picks(run.db, run.day, choice, _passed(upcoming, candidates, choice))
    reports.add(run.db, "held pick", [_review_entry(pick) for pick in choice.under_review], run.now)
    run.report(committed=True, matches=len(fixtures), picks=len(choice.picks), reason=choice.reason)


def _passed(upcoming: list[MatchRow], candidates: list[Candidate], choice: Choice) -> dict[int, NoPickReason]:
    """Why each match that has not begun has no pick."""
    offered = {candidate.match_id: bool(candidate.offers) for candidate in candidates}
    picked = {pick.match_id for pick in choice.picks}
    under_review = {pick.match_id for pick in choice.under_review}

    def reason(row: MatchRow) -> NoPickReason:
        if not may_have_picks(row.competition):
            return NoPickReason.UNPROVEN_LEAGUES
        if not row.hour_known:
            return NoPickReason.NO_HOUR
        if choice.reason == NoPickReason.SUSPENDED:
            return NoPickReason.SUSPENDED
        if row.match_id in under_review:
            return NoPickReason.UNDER_REVIEW
        return NoPickReason.NO_VALUE if offered.get(row.match_id) else NoPickReason.NO_PRICES

    return {row.match_id: reason(row) for row in upcoming if row.match_id not in picked}


def _review_entry(pick: Pick) -> tuple[str, str]:
    return str(
        pick.match_id
    ), f"{pick.market} {pick.outcome} {pick.line} at {pick.price}: value {pick.value} is too good to be true"


handler = job(
    "choose_picks",
    choose_day,
    after_commit=partial(invalidate, CacheKind.PREDICTIONS, CacheKind.DAILY_PICKS, CacheKind.STATISTICS),
)
