"""Store closing prices before kick-off. Cron: every quarter of an hour from 10:05 to 21:50 UTC. Safe to run twice."""

from collections import Counter, defaultdict
from datetime import datetime, timedelta

from shared.betting.odds_budget import days_after, plan_closing
from shared.betting.prices import Market
from shared.clients.sources.the_odds_api import SPORTS
from shared.football.kickoff_matching import MAX_KICK_OFF_DIFFERENCE
from shared.football.match import Status
from shared.runtime import wiring
from shared.runtime.jobs import Run, job
from shared.runtime.schedule import AFTERNOON, NIGHT, next_round
from shared.services import odds_fetching
from shared.stores.betting import odds_credits, offers, picks
from shared.stores.database import Connection
from shared.stores.football import matches

MIN_LEAD, MAX_LEAD = timedelta(minutes=2), timedelta(minutes=17)
"""A run covers kick-offs this far ahead of its minute, so that each falls in one run."""
MATCH_WINDOW = timedelta(hours=1)
"""Matches within it are matched with the service's events, whose kick-offs may differ from ours."""
MIN_INTERVAL = timedelta(minutes=10)


def snapshot(run: Run) -> None:
    """Fetch the prices of matches about to begin, if there are any and credits suffice."""
    api = wiring.the_odds_api()
    if api is None:
        run.report(skipped="THE_ODDS_API_KEY is not set")
        return
    minute = run.now.replace(second=0, microsecond=0)
    scheduled = matches.page(
        run.db, run.now, run.now + MATCH_WINDOW + MAX_KICK_OFF_DIFFERENCE, sorted(SPORTS), [Status.SCHEDULED]
    )
    timed = [row for row in scheduled if row.hour_known]
    starting = {row.match_id: row for row in timed if MIN_LEAD <= row.kick_off - minute < MAX_LEAD}
    if not starting:
        run.report(matches=0)
        return
    left = odds_fetching.credits_left(run)
    recently_fetched = odds_credits.competitions_requested_since(run.db, "closing", run.now - MIN_INTERVAL)
    match_counts = Counter(row.competition for row in starting.values() if row.competition not in recently_fetched)
    picked: dict[str, set[Market]] = defaultdict(set)
    for pick in picks.between(run.db, run.day, run.day):
        if pick.match_id in starting:
            picked[pick.competition].add(pick.market)
    calls = plan_closing(left, days_after(run.now), len(SPORTS), match_counts, picked)
    priced = odds_fetching.fetch_prices(run, api, calls, scheduled, run.now + MATCH_WINDOW, "closing")
    closing_offers = [
        offer
        for match_id, event in priced.items()
        if match_id in starting
        for offer in event.offers(match_id, starting[match_id].kick_off, closing=True)
    ]
    offers.put(run.db, closing_offers)
    run.report(
        matches=len(starting),
        calls=len(calls),
        offers=len(closing_offers),
        credits_left=odds_fetching.credits_left(run),
    )


def next_due(db: Connection, now: datetime) -> datetime:
    """The start of the window of the next kick-off: never late, perhaps early."""
    latest = next_round(now, NIGHT, AFTERNOON)  # which may move or add kick-offs
    if wiring.the_odds_api() is None:
        return latest
    # The first kick-off that no run has covered: a run is for those less than MAX_LEAD ahead of its minute.
    first = now.replace(second=0, microsecond=0) + MAX_LEAD
    coming = matches.page(db, first, latest + MAX_LEAD, sorted(SPORTS), [Status.SCHEDULED])
    return min((row.kick_off - MAX_LEAD for row in coming if row.hour_known), default=latest)


handler = job("snapshot_closing", snapshot, next_due=next_due)
