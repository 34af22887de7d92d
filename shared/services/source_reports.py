"""What the jobs that read matches share: reports that ring, files that got worse, clubs that are called otherwise."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from shared.clients.sources.football_data_uk import Reading, Sheet
from shared.football.calendar import season_label
from shared.football.kickoff_matching import Pairing, candidates, nearest, same_match
from shared.football.match import Club, MatchNews
from shared.football.team import Source, Team
from shared.football.teams import by_id
from shared.runtime import invocation_metrics
from shared.runtime.jobs import Run
from shared.stores.football import match_updates
from shared.stores.operations import reports, source_files
from shared.stores.operations.source_files import Looks

LONGEST_LIST = 300
"""Characters of a list of columns in a report."""


def report(run: Run, kind: str, items: Iterable[tuple[str, str]]) -> None:
    """Report what a source brought that could not be taken as it was; what is new in it is counted, and rings."""
    count = invocation_metrics.current()
    count.source_faults = (count.source_faults or 0) + reports.add(run.db, kind, items, run.now)


def compare_file(run: Run, file: str, season: int, sheet: Sheet | None, *, grows: bool) -> None:
    """Report what is wrong with a file of the CSV service, and what got worse since another run read it.

    Args:
        run: the run of the job.
        file: its name there.
        season: of its matches.
        sheet: as it is now; None where it is not there.
        grows: whether matches that stood in it stay there until the season ends.
    """
    about = f"{season_label(season)}/{file}"
    before = source_files.latest(run.db, file, season, run.now)
    known = before is not None and before.season == season
    if sheet is None:
        report(run, "file", [(about, "it is gone")] if known else [])
        return
    worse: list[str] = []
    if before is not None and known and grows and len(sheet.lines) < before.lines:
        worse.append(f"{before.lines} matches stood in it, now {len(sheet.lines)}")
    columns = list(sheet.columns)
    if before is not None and sheet.lines:
        gone, new = set(before.columns) - set(columns), set(columns) - set(before.columns)
        worse += [
            f"columns {what}: {', '.join(sorted(names))[:LONGEST_LIST]}"
            for what, names in (("are gone", gone), ("are new", new))
            if names
        ]
    elif before is not None:
        columns = before.columns
    source_files.put(run.db, file, Looks(season, columns, len(sheet.lines)), run.now)
    report(run, "file", [(about, what) for what in worse])
    report(run, "line", sheet.faults)


def identify(run: Run, told: Sequence[MatchNews]) -> list[MatchNews | None]:
    """News with the clubs that its unmatched ones turn out to be, in order; each unmatched name is reported.

    A match of the same day of which a club is on the same side is that match. Else, where a club of that league that is
    free on that day is called nearly so, a person is asked, and news of the CSV service waits for them (None): it has
    no id of its own for a match, so that a wrong name would make another one. Else it is a club that is new to us.
    """
    listed: dict[str, list[Pairing]] = {}
    for item in told:
        if _is_matched(item):
            pairing = Pairing(item.season, item.home.team_id, item.away.team_id, item.kick_off)
            listed.setdefault(item.competition, []).append(pairing)
    unmatched = {(item.competition, item.season) for item in told if not _is_matched(item)}
    held = {(code, season): match_updates.pairings(run.db, code, season) for code, season in sorted(unmatched)}
    return [
        item
        if _is_matched(item)
        else _identified(run, item, held[item.competition, item.season], listed.get(item.competition, []))
        for item in told
    ]


def identified(run: Run, readings: Sequence[Reading]) -> list[Reading]:
    """Rows of the CSV service with the clubs that their unmatched ones turn out to be, without those that wait."""
    found = identify(run, [reading.news for reading in readings])
    return [reading.about(news) for reading, news in zip(readings, found, strict=True) if news is not None]


def _identified(run: Run, news: MatchNews, held: list[Pairing], listed: list[Pairing]) -> MatchNews | None:
    known = [*held, *listed]
    match = same_match(news, known, listed)
    if match is not None:
        home, away = by_id(match.home_id), by_id(match.away_id)
        _report_clubs(run, {news.home: home, news.away: away}, "no alias matches; by its match of the day it is {}")
        return replace(news, home=replace(news.home, team=home), away=replace(news.away, team=away))
    free = candidates(news, known)
    likely = {club: nearest(club.name, free) for club in (news.home, news.away)}
    waits = news.source is Source.FOOTBALL_DATA_UK and any(
        club.team is None and team is not None for club, team in likely.items()
    )
    _report_clubs(run, likely, f"no alias matches; is it {{}}?{' Its match waits' if waits else ''}")
    return None if waits else news


def _report_clubs(run: Run, likely: dict[Club, Team | None], what: str) -> None:
    items = [
        (
            f"{club.source}:{club.name}",
            "no alias matches" if team is None else what.format(f"{team.name} ({team.team_id})"),
        )
        for club, team in likely.items()
        if club.team is None
    ]
    report(run, "unmatched club", items)


def _is_matched(news: MatchNews) -> bool:
    return news.home.team is not None and news.away.team is not None
