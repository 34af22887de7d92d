"""Keep the last prices before kick-off. Cron: every quarter of an hour from 10:05 to 21:50 UTC. Safe to run twice."""

from collections import Counter
from datetime import timedelta

from shared.betting.odds_budget import days_after, plan_closing
from shared.clients.sources.the_odds_api import SPORTS
from shared.football.kickoff_matching import WITHIN
from shared.football.match import Status
from shared.runtime import wiring
from shared.runtime.jobs import Run, job
from shared.services import odds_fetching
from shared.stores.betting import odds_credits, offers
from shared.stores.football import matches

NEAREST, FARTHEST = timedelta(minutes=2), timedelta(minutes=17)
"""Which kick-offs a run is for, from its minute on: each is met by one run, one on a quarter ten minutes before."""
ABOUT = timedelta(hours=1)
"""Matches that kick off within it are asked about, for the service may put a kick-off elsewhere than we do."""
ONCE_WITHIN = timedelta(minutes=10)


def snapshot(run: Run) -> None:
    """Ask for the prices of the matches that are about to begin, if any is and credits can be spared."""
    api = wiring.the_odds_api()
    if api is None:
        run.report(skipped="THE_ODDS_API_KEY is not set")
        return
    minute = run.now.replace(second=0, microsecond=0)
    known = matches.page(run.db, run.now, run.now + ABOUT + WITHIN, sorted(SPORTS), [Status.SCHEDULED])
    timed = [row for row in known if row.hour_known]
    beginning = {row.match_id: row for row in timed if NEAREST <= row.kick_off - minute < FARTHEST}
    if not beginning:
        run.report(matches=0)
        return
    left = odds_fetching.credits_left(run)
    asked = odds_credits.asked_since(run.db, "closing", run.now - ONCE_WITHIN)
    near = Counter(row.competition for row in beginning.values() if row.competition not in asked)
    calls = plan_closing(left, days_after(run.now), len(SPORTS), near)
    priced = odds_fetching.ask(run, api, calls, known, run.now + ABOUT, "closing")
    found = [
        offer
        for match_id, event in priced.items()
        if match_id in beginning
        for offer in event.offers(match_id, beginning[match_id].kick_off, closing=True)
    ]
    offers.put(run.db, found)
    run.report(
        matches=len(beginning), asked=len(calls), offers=len(found), credits_left=odds_fetching.credits_left(run)
    )


handler = job("snapshot_closing", snapshot)
