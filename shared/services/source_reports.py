"""Data quality of match sources: reports of faults, file comparison, and matching of unknown team names."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from shared.clients.sources.football_data_uk import CsvFile
from shared.clients.sources.football_data_uk_parser import ParsedRow
from shared.football.calendar import season_label
from shared.football.kickoff_matching import Pairing, candidates, most_similar, same_match
from shared.football.match import Club, MatchUpdate
from shared.football.team import Source, Team
from shared.football.teams import by_id
from shared.runtime import invocation_metrics
from shared.runtime.jobs import Run
from shared.stores.football import match_updates
from shared.stores.operations import reports, source_files
from shared.stores.operations.source_files import FileShape

MAX_LIST_LENGTH = 300
"""Characters of a column list in a report."""


def report_new(run: Run, kind: str, items: Iterable[tuple[str, str]]) -> None:
    """Store reports of a source's faults; new ones are counted in the metric that triggers an alarm."""
    count = invocation_metrics.current()
    count.source_faults = (count.source_faults or 0) + reports.add(run.db, kind, items, run.now)


def compare_file(run: Run, file: str, season: int, csv_file: CsvFile | None, *, only_grows: bool) -> None:
    """Report faults of a file of the CSV service, and regressions since the previous run.

    Args:
        csv_file: the parsed file; None if it is missing.
        only_grows: whether matches stay in it until the season ends.
    """
    place = f"{season_label(season)}/{file}"
    previous = source_files.latest(run.db, file, season, run.now)
    is_comparable = previous is not None and previous.season == season
    if csv_file is None:
        report_new(run, "file", [(place, "it is gone")] if is_comparable else [])
        return
    worse: list[str] = []
    if previous is not None and is_comparable and only_grows and len(csv_file.rows) < previous.lines:
        worse.append(f"{previous.lines} matches stood in it, now {len(csv_file.rows)}")
    columns = list(csv_file.columns)
    if previous is not None and csv_file.rows:
        gone, new = set(previous.columns) - set(columns), set(columns) - set(previous.columns)
        worse += [
            f"columns {what}: {', '.join(sorted(names))[:MAX_LIST_LENGTH]}"
            for what, names in (("are gone", gone), ("are new", new))
            if names
        ]
    elif previous is not None:
        columns = previous.columns
    source_files.put(run.db, file, FileShape(season, columns, len(csv_file.rows)), run.now)
    report_new(run, "file", [(place, what) for what in worse])
    report_new(run, "line", csv_file.faults)


def match_clubs(run: Run, updates: Sequence[MatchUpdate]) -> list[MatchUpdate | None]:
    """Updates with unknown team names resolved, in order; each unknown name is reported.

    An update is resolved if a match of the same day has one of the teams on the same side. Otherwise, if a team without
    a match that day has a similar name, the report asks for a manual decision; an update of the CSV service is then
    withheld (None), because that source has no match ids and a wrong name would create a duplicate match. Otherwise the
    team is new.
    """
    listed: dict[str, list[Pairing]] = {}
    for item in updates:
        if _is_matched(item):
            pairing = Pairing(item.season, item.home.team_id, item.away.team_id, item.kick_off)
            listed.setdefault(item.competition, []).append(pairing)
    unmatched = {(item.competition, item.season) for item in updates if not _is_matched(item)}
    stored = {(code, season): match_updates.pairings(run.db, code, season) for code, season in sorted(unmatched)}
    return [
        item
        if _is_matched(item)
        else _match_clubs(run, item, stored[item.competition, item.season], listed.get(item.competition, []))
        for item in updates
    ]


def match_clubs_of_rows(run: Run, rows: Sequence[ParsedRow]) -> list[ParsedRow]:
    """CSV rows with unknown team names resolved, without the withheld ones."""
    updates = match_clubs(run, [reading.update for reading in rows])
    return [reading.for_match(news) for reading, news in zip(rows, updates, strict=True) if news is not None]


def _match_clubs(run: Run, update: MatchUpdate, stored: list[Pairing], listed: list[Pairing]) -> MatchUpdate | None:
    known = [*stored, *listed]
    match = same_match(update, known, listed)
    if match is not None:
        home, away = by_id(match.home_id), by_id(match.away_id)
        _report_unmatched(
            run, {update.home: home, update.away: away}, "no alias matches; by its match of the day it is {}"
        )
        return replace(update, home=replace(update.home, team=home), away=replace(update.away, team=away))
    free = candidates(update, known)
    likely = {club: most_similar(club.name, free) for club in (update.home, update.away)}
    waits = update.source is Source.FOOTBALL_DATA_UK and any(
        club.team is None and team is not None for club, team in likely.items()
    )
    _report_unmatched(run, likely, f"no alias matches; is it {{}}?{' Its match waits' if waits else ''}")
    return None if waits else update


def _report_unmatched(run: Run, likely: dict[Club, Team | None], message: str) -> None:
    items = [
        (
            f"{club.source}:{club.name}",
            "no alias matches" if team is None else message.format(f"{team.name} ({team.team_id})"),
        )
        for club, team in likely.items()
        if club.team is None
    ]
    report_new(run, "unmatched club", items)


def _is_matched(update: MatchUpdate) -> bool:
    return update.home.team is not None and update.away.team is not None
