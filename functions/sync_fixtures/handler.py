"""Sync upcoming matches, prices and standings. Cron: 03:00 and 15:00 UTC. Safe to run twice or late.

The event may select fewer days or a part: `{"days": 7, "standings": false}`, `{"matches": false}`.
"""

from datetime import timedelta
from functools import partial

from shared.betting.closing_reference import MAX_WAIT
from shared.betting.prices import Offer
from shared.clients.errors import InvalidResponse, UpstreamError
from shared.clients.sources.football_data_org import FootballDataOrg
from shared.clients.sources.football_data_uk_parser import ParsedRow, parse_row
from shared.football.calendar import season_of
from shared.football.competition import available_competitions
from shared.football.kickoff_matching import same_kick_off
from shared.football.lifecycle import MatchState
from shared.football.match import Hour, MatchUpdate, match_id
from shared.football.team import Source
from shared.runtime import wiring
from shared.runtime.jobs import InvalidEvent, Run, job
from shared.runtime.settings import settings
from shared.services.cache_policies import CacheKind, invalidate
from shared.services.record_results import add_results
from shared.services.source_reports import compare_file, match_clubs, match_clubs_of_rows, report_new
from shared.stores.betting import offers
from shared.stores.football import match_updates, standings, teams
from shared.stores.operations import payloads, reports

LOOK_BACK = timedelta(days=3)
LOOK_AHEAD = timedelta(days=14)
FIXTURES = "football_data_uk/fixtures"
MATCHES = "football_data_org/matches"
TABLES = "football_data_org/standings"


def sync(run: Run) -> None:
    """Sync fixtures from football-data.org if configured, then fixtures and prices from the CSV service."""
    org, ahead = wiring.football_data_org(), _days_ahead(run)
    covered = [c for c in available_competitions(demo=settings().demo) if c.fixtures_api]
    codes = [c.code for c in covered]
    if org is not None:
        with run.part(UpstreamError):
            if run.event.get("matches", True):
                _matches(run, org, codes, ahead)
            if run.event.get("standings", True):
                # With the two requests for matches that is what the free plan allows in a minute. Other tables are
                # computed from results.
                _tables(run, org, [c.code for c in covered if c.tier == 1])
    if run.event.get("matches", True):
        with run.part(UpstreamError):
            _from_football_data_uk(run)
        _close_overdue(run)
    run.report(recorded=add_results(run.db, run.now))


def _matches(run: Run, org: FootballDataOrg, codes: list[str], ahead: timedelta) -> None:
    feed = org.matches(codes, run.day - LOOK_BACK, run.day + ahead, deadline=run.deadline)
    payloads.store_changed(run.db, MATCHES, {item.external_id: item.payload for item in feed.updates}, run.now)
    aside = {item.external_id or item.reason: item.payload for item in feed.quarantined}
    payloads.store_changed(run.db, f"{MATCHES}/quarantined", aside, run.now)
    _apply(run, [item for item in match_clubs(run, feed.updates) if item is not None])
    reports.add(run.db, "football-data.org", [("matches", alarm) for alarm in feed.alarms], run.now)
    run.report(matches=len(feed.updates), undrawn=feed.undrawn, quarantined=len(feed.quarantined))


def _tables(run: Run, org: FootballDataOrg, codes: list[str]) -> None:
    tables_read = 0
    for code in codes:
        table = org.standings(code, deadline=run.deadline)
        if table is not None:
            payloads.store_changed(run.db, TABLES, {f"{code}/{table.season}": table.payload}, run.now)
            teams.put(run.db, table.clubs)
            standings.put(run.db, code, table.season, table.rows, run.now)
            tables_read += 1
    run.report(tables=tables_read)


def _from_football_data_uk(run: Run) -> None:
    sheet = wiring.football_data_uk().fetch_fixtures()
    compare_file(run, "fixtures.csv", season_of(run.day), sheet, only_grows=False)
    if sheet is None:
        reports.add(run.db, "football-data.co.uk", [("fixtures.csv", "it is not there")], run.now)
        return
    divisions = {c.division for c in available_competitions(demo=settings().demo)}
    lines = {line.external_id: line for line in sheet.rows if line.fields["Div"] in divisions}
    changed = payloads.store_changed(
        run.db, FIXTURES, {external_id: line.content for external_id, line in lines.items()}, run.now
    )
    readings: list[ParsedRow] = []
    faults: list[tuple[str, str]] = []
    for external_id, line in sorted(lines.items()):  # all lines: one that did not join when it was new may join now
        try:
            reading = parse_row(line, sheet.modified_at)
        except InvalidResponse as error:
            faults.append((external_id, str(error)))
            continue
        if reading.update.kick_off > run.now:
            readings.append(reading)
    report_new(run, "line", faults)
    joined = _joinable(run, match_clubs_of_rows(run, readings))
    applied = _apply(run, [reading.update for reading in joined])
    ended = match_updates.cancel_unlisted(run.db, Source.FOOTBALL_DATA_UK, lines, run.now)
    reports.add(run.db, "match", [(str(match_id), "is listed no more: called off") for match_id in ended], run.now)
    joined_offers: list[Offer] = []
    for reading in joined:
        stored = applied.states.get(reading.update.match_id)
        if stored is not None and _joins(reading.update, stored):
            joined_offers += reading.offers
        else:
            about = f"{Source.FOOTBALL_DATA_UK}:{reading.update.external_id}"
            reports.add(run.db, "unjoined prices", [(about, "the kick-offs are too far apart")], run.now)
    offers.put(run.db, joined_offers)
    run.report(fixtures=len(lines), changed=len(changed), offers=len(joined_offers))


def _close_overdue(run: Run) -> None:
    """End matches still scheduled long after their kick-off, and those that no source lists any more."""
    ended = match_updates.close_overdue(run.db, run.now - MAX_WAIT)
    reports.add(run.db, "match", [(str(match_id), f"no result came: {status}") for match_id, status in ended], run.now)


def _joinable(run: Run, readings: list[ParsedRow]) -> list[ParsedRow]:
    """The readings whose home and away sides agree with stored matches; the others are reported."""
    by_reversed_id = {_reversed_match_id(reading.update): reading for reading in readings}
    stored = match_updates.match_states(run.db, by_reversed_id)
    swapped = {
        reading.update.external_id
        for other_id, reading in by_reversed_id.items()
        if other_id in stored and _joins(reading.update, stored[other_id])
    }
    about = [(f"{Source.FOOTBALL_DATA_UK}:{external_id}", "home and away are swapped") for external_id in swapped]
    reports.add(run.db, "unjoined prices", about, run.now)
    return [
        ParsedRow(reading.update, reading.offers if _is_matched(reading.update) else (), None)
        for reading in readings
        if reading.update.external_id not in swapped
    ]


def _apply(run: Run, updates: list[MatchUpdate] | tuple[MatchUpdate, ...]) -> match_updates.UpdateSummary:
    clubs = [club for item in updates for club in (item.home, item.away)]
    teams.put(run.db, clubs)
    applied = match_updates.apply(run.db, updates, run.now)
    reports.add(run.db, "match", applied.alarms, run.now)
    return applied


def _days_ahead(run: Run) -> timedelta:
    days = run.event.get("days", LOOK_AHEAD.days)
    if not isinstance(days, int) or not 1 <= days <= LOOK_AHEAD.days:
        raise InvalidEvent(f'"days" must be a number from 1 to {LOOK_AHEAD.days}, not {days!r}')
    return timedelta(days=days)


def _reversed_match_id(update: MatchUpdate) -> int:
    """The id of the match with home and away swapped."""
    return match_id(update.competition, update.season, update.stage, update.away.team_id, update.home.team_id)


def _joins(update: MatchUpdate, stored: MatchState) -> bool:
    return same_kick_off(update.kick_off, stored.kick_off, by_day=Hour.UNKNOWN in {update.hour, stored.hour})


def _is_matched(update: MatchUpdate) -> bool:
    return update.home.team is not None and update.away.team is not None


handler = job("sync_fixtures", sync, after_commit=partial(invalidate, *CacheKind))
