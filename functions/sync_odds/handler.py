"""Sync bookmakers' prices. Cron: 02:40 and 14:40 UTC. Safe to run twice or late: fetches once a day."""

from collections import Counter
from datetime import timedelta
from functools import partial

from shared.betting.odds_budget import Call, days_after, plan_day
from shared.clients.sources.the_odds_api import SPORTS
from shared.football.kickoff_matching import MAX_KICK_OFF_DIFFERENCE
from shared.football.match import Status
from shared.runtime import wiring
from shared.runtime.jobs import Run, job
from shared.services import odds_fetching
from shared.services.cache_policies import CacheKind, invalidate
from shared.stores.betting import odds_credits, offers
from shared.stores.football import kick_off_times, matches

SOON = timedelta(hours=48)
"""Only leagues that play within it are fetched."""
AHEAD = timedelta(days=7)
"""As far as matches are forecast: their prices come in the same response at no extra cost."""
MIN_INTERVAL = timedelta(hours=18)
"""The afternoon's run fetches only what the morning's did not."""


def sync(run: Run) -> None:
    """Fetch and store prices of leagues that play soon, within the month's credits."""
    api = wiring.the_odds_api()
    if api is None:
        run.report(skipped="THE_ODDS_API_KEY is not set")
        return
    codes = SPORTS.keys() - odds_credits.competitions_requested_since(run.db, "daily", run.now - MIN_INTERVAL)
    upcoming = matches.page(
        run.db, run.now, run.now + AHEAD + MAX_KICK_OFF_DIFFERENCE, sorted(codes), [Status.SCHEDULED]
    )
    soon = sorted({row.competition for row in upcoming if row.earliest <= run.now + SOON})
    if not soon or odds_fetching.credits_left(run) == 0:
        run.report(leagues=len(soon), calls=0)
        return
    # The list of matches is free, has the credits left, and saves calls for leagues without prices yet.
    listed = odds_fetching.fetch_prices(run, api, [Call(code) for code in soon], upcoming, run.now + SOON, "daily")
    rows = {row.match_id: row for row in upcoming}
    match_counts = Counter(rows[match_id].competition for match_id in listed)
    calls = plan_day(odds_fetching.credits_left(run), days_after(run.now), len(SPORTS), match_counts)
    priced = odds_fetching.fetch_prices(run, api, calls, upcoming, run.now + AHEAD, "daily")
    new_offers = [o for match_id, event in priced.items() for o in event.offers(match_id, rows[match_id].kick_off)]
    offers.put(run.db, new_offers)
    events = (listed | priced).items()
    kick_off_times.fill(run.db, {match_id: event.kick_off for match_id, event in events if event.hour_known})
    run.report(
        leagues=len(soon),
        calls=len(calls),
        matches=len(priced),
        offers=len(new_offers),
        credits_left=odds_fetching.credits_left(run),
    )


handler = job("sync_odds", sync, after_commit=partial(invalidate, CacheKind.MATCHES, CacheKind.ENRICHMENT))
