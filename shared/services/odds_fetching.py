"""Asking for prices within the month's credits: what the jobs that do it share."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from shared.betting.event_prices import Event, Fixture, join
from shared.betting.odds_budget import Call, month_of, renewed_at
from shared.clients.errors import UpstreamError
from shared.clients.sources.the_odds_api import Credits, OutOfCredits, TheOddsApi
from shared.clients.sources.the_odds_api_parser import Reading
from shared.football.team import Source
from shared.runtime import invocation_metrics
from shared.runtime.jobs import Run
from shared.runtime.settings import settings
from shared.stores.betting import odds_credits
from shared.stores.football.matches import MatchRow
from shared.stores.operations import payloads, reports


def credits_left(run: Run) -> int:
    """What may still be spent this month. From here on no other run spends anything until this one has ended."""
    account = odds_credits.take(run.db, month_of(run.now))
    left = account.left(settings().odds_credits_a_month, run.now)
    invocation_metrics.current().credits_left = left
    return left


def ask(
    run: Run, api: TheOddsApi, calls: Iterable[Call], known: Sequence[MatchRow], until: datetime, purpose: str
) -> dict[int, Event]:
    """Make calls, and find the matches of ours that their answers are about.

    What was said is kept word for word, what it cost is written down, what does not fit is reported. A call that fails
    does not undo the others; once there are no credits left no further call is made before they are renewed.

    Args:
        run: the run of the job.
        api: who is asked.
        calls: what is asked.
        known: matches of ours, of all those competitions, around the time that is asked about.
        until: matches that kick off later are not asked about.
        purpose: `daily` or `closing`.

    Returns:
        Events by the match of ours that each is.
    """
    found: dict[int, Event] = {}
    for call in calls:
        fixtures = [
            Fixture(row.match_id, row.home_team_id, row.away_team_id, row.kick_off, row.hour_known)
            for row in known
            if row.competition == call.competition
        ]
        try:
            with run.part(UpstreamError):
                feed = api.ask(call, run.now, until, deadline=run.deadline)
                _pay(run, call, feed.credits, purpose)
                payloads.keep_changed(
                    run.db, f"the_odds_api/{'odds' if call.markets else 'events'}", feed.reading.payloads, run.now
                )
                found |= _joined(run, feed.reading, fixtures)
        except OutOfCredits:
            _stop_asking(run)
            break
    return found


def _pay(run: Run, call: Call, told: Credits | None, purpose: str) -> None:
    account = odds_credits.take(run.db, month_of(run.now))
    if told is not None:
        account = replace(account, used=told.used, remaining=told.remaining)
    else:
        remaining = None if account.remaining is None else max(account.remaining - call.cost, 0)
        account = replace(account, used=account.used + call.cost, remaining=remaining)
    odds_credits.put(run.db, account)
    cost = call.cost if told is None else told.last
    invocation_metrics.current().credits += cost
    invocation_metrics.current().credits_left = account.left(settings().odds_credits_a_month, run.now)
    if call.markets:
        odds_credits.add_call(run.db, call.competition, purpose, cost, run.now)


def _stop_asking(run: Run) -> None:
    account = odds_credits.take(run.db, month_of(run.now))
    odds_credits.put(run.db, replace(account, refused_until=renewed_at(run.now)))
    reports.add(run.db, "the-odds-api", [(f"{account.month:%Y-%m}", "its credits are spent")], run.now)


def _joined(run: Run, reading: Reading, fixtures: Sequence[Fixture]) -> dict[int, Event]:
    joined = join(reading.events, fixtures)
    reports.add(run.db, "the-odds-api", reading.faults, run.now)
    unmatched = [(f"{club.source}:{club.name}", "no alias matches") for club in joined.unmatched]
    reports.add(run.db, "unmatched club", unmatched, run.now)
    unjoined = [(f"{Source.THE_ODDS_API}:{e.home.name} - {e.away.name}", fault) for e, fault in joined.unjoined]
    reports.add(run.db, "unjoined prices", unjoined, run.now)
    return joined.events
