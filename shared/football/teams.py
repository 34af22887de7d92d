"""Every known club and every spelling of its name. A name that matches no spelling is never guessed.

The tables in `shared.football.clubs` have one club a line: id, country, three letters and name | short name | spellings
of football-data.co.uk | of football-data.org | of The Odds API. Commas separate spellings. An empty short name repeats
the name. Name and short name also count as spellings of the last two sources, and of the first if its column is not
empty. Case, accents, dots, apostrophes and common abbreviations are ignored. The country is where the club is at home
(Cardiff in Wales), not where it plays.

Ids never change: a new club gets the next free id, a renamed club gets another spelling.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType

from shared.football.clubs import demo, england, europe, france, germany, italy, spain
from shared.football.team import Source, Team, spelling

_TABLES = (england, europe, france, germany, italy, spain)


def _club(line: str) -> Team:
    columns = [column.strip() for column in line.split("|")]
    head, short_name, uk, org, odds = columns + [""] * (5 - len(columns))
    team_id, country, tla, name = head.split(maxsplit=3)
    short_name = short_name or name
    aliases = {
        Source.FOOTBALL_DATA_UK: (*_spellings(uk), name, short_name) if uk else (),
        Source.FOOTBALL_DATA_ORG: (name, short_name, *_spellings(org)),
        Source.THE_ODDS_API: (name, short_name, *_spellings(odds)),
    }
    return Team(int(team_id), name, short_name, tla, country, MappingProxyType(aliases))


def _read(table: str) -> list[Team]:
    return [_club(line) for line in table.splitlines() if line and not line.startswith("#")]


def _spellings(column: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in column.split(",") if name.strip())


NICKNAMES = {
    "OM": "Marseille", "OL": "Lyon", "LOSC": "Lille", "Stade Rennais": "Rennes", "ASSE": "Saint-Étienne",
    "Barça": "Barcelona", "FC Barcelone": "Barcelona", "Barcelone": "Barcelona",
    "Milan AC": "AC Milan", "Inter de Milan": "Inter Milan", "Juve": "Juventus", "Juventus Turin": "Juventus",
    "Naples": "Napoli", "AS Rome": "Roma", "FC Séville": "Sevilla", "Séville FC": "Sevilla",
    "Bayern de Munich": "Bayern Munich", "Man U": "Manchester United", "Atlético de Madrid": "Atlético Madrid",
}  # fmt: skip
"""Common names of clubs that no source uses."""


@cache
def all_teams() -> tuple[Team, ...]:
    """Every club, sorted by country and then by name; the demonstration league comes last.

    The tables are parsed with the first call (10 ms): most functions look no club up by its name.
    """
    clubs = sorted((team for module in _TABLES for team in _read(module.TABLE)), key=lambda team: team.country)
    return (*clubs, *_read(demo.TABLE))


def index(teams: Iterable[Team]) -> Mapping[tuple[Source, str], Team]:
    """The clubs by source and spelling (`shared.football.team.spelling`).

    Raises:
        ValueError: two clubs share a spelling of one source.
    """
    teams_by_spelling: dict[tuple[Source, str], Team] = {}
    for team in teams:
        for source, names in team.aliases.items():
            for name in names:
                other = teams_by_spelling.setdefault((source, spelling(name)), team)
                if other is not team:
                    raise ValueError(
                        f"{source} spelling {name!r} stands for both {other.team_id} {other.name} and "
                        f"{team.team_id} {team.name}: keep it on the one line that the source means"
                    )
    return MappingProxyType(teams_by_spelling)


def find(source: Source, name: str) -> Team | None:
    """The club with exactly this spelling at a source (see `spelling`), or None."""
    return _by_spelling().get((source, spelling(name)))


def by_id(team_id: int) -> Team | None:
    """The club with this id, or None."""
    return _by_id().get(team_id)


@cache
def _by_spelling() -> Mapping[tuple[Source, str], Team]:
    return index(all_teams())


@cache
def _by_id() -> Mapping[int, Team]:
    return {team.team_id: team for team in all_teams()}
