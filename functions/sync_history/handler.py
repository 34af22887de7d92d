"""Sync results and closing prices of the leagues. Cron: 03:10 and 15:10 UTC. Safe to run twice or late."""

from functools import partial

from shared.clients.errors import InvalidResponse, UpstreamError
from shared.clients.sources.football_data_uk import CsvFile
from shared.clients.sources.football_data_uk_parser import CsvRow, ParsedRow, parse_row
from shared.football.calendar import season_of
from shared.football.competition import Competition, available_competitions
from shared.football.team import Source
from shared.runtime import clock, wiring
from shared.runtime.jobs import InvalidEvent, Run, job
from shared.runtime.settings import settings
from shared.services.cache_policies import CacheKind, invalidate
from shared.services.record_results import add_results
from shared.services.source_reports import compare_file, match_clubs_of_rows, report_new
from shared.stores.betting import offers
from shared.stores.football import match_updates, statistics, teams
from shared.stores.operations import payloads, reports

SEASONS = 3
"""Seasons from which the ratings start; the event may override it: {"seasons": 10}."""


def sync(run: Run) -> None:
    """Sync missing seasons and the current one.

    Seasons left when time runs out are synced by the next run.
    """
    current, seasons = season_of(run.day), run.event.get("seasons", SEASONS)
    if not isinstance(seasons, int) or not 1 <= seasons <= 40:
        raise InvalidEvent(f'"seasons" must be a number from 1 to 40, not {seasons!r}')
    stored_seasons = match_updates.seasons_with_results(run.db)
    totals = {"files": 0, "lines": 0, "applied": 0}
    for competition in available_competitions(demo=settings().demo):
        for season in range(current - seasons + 1, current + 1):
            if competition.division is None or (season < current - 1 and (competition.code, season) in stored_seasons):
                continue
            if clock.now() >= run.deadline:
                run.report(
                    **totals, recorded=add_results(run.db, run.now), stopped_before=f"{competition.code} {season}"
                )
                return
            with run.part(UpstreamError):
                _read_season(run, competition, season, totals)
    run.report(**totals, recorded=add_results(run.db, run.now))


def _read_season(run: Run, competition: Competition, season: int, totals: dict[str, int]) -> None:
    sheet = wiring.football_data_uk().fetch_season(competition, season)
    compare_file(run, f"{competition.division}.csv", season, sheet, only_grows=True)
    if sheet is None:
        return
    contents = {line.external_id: line.content for line in sheet.rows}
    changed = payloads.store_changed(run.db, payloads.RESULTS, contents, run.now)
    # An unchanged result becomes due once football-data.org's time to report it is over.
    due = changed | match_updates.awaiting_result(run.db, Source.FOOTBALL_DATA_UK, competition.code, season, run.now)
    # Lines with unknown clubs or parse errors are retried too.
    due |= contents.keys() - match_updates.existing_ids(run.db, Source.FOOTBALL_DATA_UK, contents)
    lines = [line for line in sheet.rows if line.external_id in due]
    readings = match_clubs_of_rows(run, _readings(run, sheet, lines))
    updates = [reading.update for reading in readings]
    teams.put(run.db, [club for item in updates for club in (item.home, item.away)])
    applied = match_updates.apply(run.db, updates, run.now)
    offers.put(run.db, [offer for reading in readings for offer in reading.offers])
    statistics.put(run.db, [reading.statistics for reading in readings if reading.statistics is not None])
    reports.add(run.db, "match", applied.alarms, run.now)
    totals["files"] += 1
    totals["lines"] += len(lines)
    totals["applied"] += applied.verdicts.get("applied", 0)


def _readings(run: Run, sheet: CsvFile, lines: list[CsvRow]) -> list[ParsedRow]:
    readings: list[ParsedRow] = []
    faults: list[tuple[str, str]] = []
    for line in lines:
        try:
            readings.append(parse_row(line, sheet.modified_at))
        except InvalidResponse as error:
            faults.append((line.external_id, str(error)))
    report_new(run, "line", faults)
    return readings


handler = job("sync_history", sync, after_commit=partial(invalidate, *CacheKind))
