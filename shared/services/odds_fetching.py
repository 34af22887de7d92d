"""Fetching of prices from The Odds API within the monthly credits."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from shared.betting.event_prices import Fixture, PricedEvent, match_events
from shared.betting.odds_budget import Call, month_of, renewed_at
from shared.clients.errors import UpstreamError
from shared.clients.sources.the_odds_api import Credits, OutOfCredits, TheOddsApi
from shared.clients.sources.the_odds_api_parser import ParsedEvents
from shared.football.team import Source
from shared.runtime import invocation_metrics
from shared.runtime.jobs import Run
from shared.runtime.settings import settings
from shared.stores.betting import odds_credits
from shared.stores.football.matches import MatchRow
from shared.stores.operations import payloads, reports


def credits_left(run: Run) -> int:
    """The credits left this month; locks the account until the end of the transaction."""
    account = odds_credits.lock(run.db, month_of(run.now))
    left = account.left(settings().odds_credits_a_month, run.now)
    invocation_metrics.current().credits_left = left
    return left


def fetch_prices(
    run: Run, api: TheOddsApi, calls: Iterable[Call], matches: Sequence[MatchRow], until: datetime, purpose: str
) -> dict[int, PricedEvent]:
    """Fetch prices and join them to our matches.

    Payloads and costs are stored, and what cannot be joined is reported. A failed call does not roll back the others;
    once the credits are spent no further call is made until they are renewed.

    Args:
        until: matches that kick off later are left out.
        purpose: `daily` or `closing`.

    Returns:
        Events by match id.
    """
    found: dict[int, PricedEvent] = {}
    for call in calls:
        fixtures = [
            Fixture(row.match_id, row.home_team_id, row.away_team_id, row.kick_off, row.hour_known)
            for row in matches
            if row.competition == call.competition
        ]
        try:
            with run.part(UpstreamError):
                response = api.fetch_odds(call, run.now, until, deadline=run.deadline)
                _record_cost(run, call, response.credits, purpose)
                payloads.store_changed(
                    run.db, f"the_odds_api/{'odds' if call.markets else 'events'}", response.parsed.payloads, run.now
                )
                found |= _join(run, response.parsed, fixtures)
        except OutOfCredits:
            _record_exhaustion(run)
            break
    return found


def _record_cost(run: Run, call: Call, credits: Credits | None, purpose: str) -> None:
    account = odds_credits.lock(run.db, month_of(run.now))
    if credits is not None:
        account = replace(account, used=credits.used, remaining=credits.remaining)
    else:
        remaining = None if account.remaining is None else max(account.remaining - call.cost, 0)
        account = replace(account, used=account.used + call.cost, remaining=remaining)
    odds_credits.put(run.db, account)
    cost = call.cost if credits is None else credits.last
    invocation_metrics.current().credits += cost
    invocation_metrics.current().credits_left = account.left(settings().odds_credits_a_month, run.now)
    if call.markets:
        odds_credits.add_call(run.db, call.competition, purpose, cost, run.now)


def _record_exhaustion(run: Run) -> None:
    account = odds_credits.lock(run.db, month_of(run.now))
    odds_credits.put(run.db, replace(account, refused_until=renewed_at(run.now)))
    reports.add(run.db, "the-odds-api", [(f"{account.month:%Y-%m}", "its credits are spent")], run.now)


def _join(run: Run, parsed: ParsedEvents, fixtures: Sequence[Fixture]) -> dict[int, PricedEvent]:
    joined = match_events(parsed.events, fixtures)
    reports.add(run.db, "the-odds-api", parsed.faults, run.now)
    unmatched = [(f"{club.source}:{club.name}", "no alias matches") for club in joined.unmatched_clubs]
    reports.add(run.db, "unmatched club", unmatched, run.now)
    unjoined = [(f"{Source.THE_ODDS_API}:{e.home.name} - {e.away.name}", fault) for e, fault in joined.unmatched_events]
    reports.add(run.db, "unjoined prices", unjoined, run.now)
    return joined.events
