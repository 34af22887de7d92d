"""Every club we know and every spelling of its name. A name that matches nothing is nobody, never a guess.

One line a club: id, country, three letters and name | short name | spellings of football-data.co.uk | those of
football-data.org | those of The Odds API. Commas separate spellings. No short name means the name itself. Name and
short name are spellings of the last two sources as well, and of the first where a club stands in its files, so only
further ones stand there; case, accents, dots, apostrophes and common abbreviations never matter. The country is where
the club is at home (Cardiff in Wales), wherever it plays.

An id is given once and never changes: a new club takes the next free number wherever its line stands, a renamed club
gets one more spelling.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from shared.football.team import Source, Team, spelling


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


def _spellings(column: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in column.split(",") if name.strip())


ALSO_CALLED = {
    "OM": "Marseille", "OL": "Lyon", "LOSC": "Lille", "Stade Rennais": "Rennes", "ASSE": "Saint-Étienne",
    "Barça": "Barcelona", "FC Barcelone": "Barcelona", "Barcelone": "Barcelona",
    "Milan AC": "AC Milan", "Inter de Milan": "Inter Milan", "Juve": "Juventus", "Juventus Turin": "Juventus",
    "Naples": "Napoli", "AS Rome": "Roma", "FC Séville": "Sevilla", "Séville FC": "Sevilla",
    "Bayern de Munich": "Bayern Munich", "Man U": "Manchester United", "Atlético de Madrid": "Atlético Madrid",
}  # fmt: skip
"""What the press and people call clubs beside what our sources do."""
TEAMS: tuple[Team, ...] = tuple(_club(line) for line in _TABLE.splitlines() if line and not line.startswith("#"))
"""Every club, by country and there by name."""


def index(teams: Iterable[Team]) -> Mapping[tuple[Source, str], Team]:
    """The clubs by source and spelling (`shared.football.team.spelling`).

    Raises:
        ValueError: Two clubs share a spelling of one source, so that the spelling names neither.
    """
    found: dict[tuple[Source, str], Team] = {}
    for team in teams:
        for source, names in team.aliases.items():
            for name in names:
                other = found.setdefault((source, spelling(name)), team)
                if other is not team:
                    raise ValueError(
                        f"{source} spelling {name!r} stands for both {other.team_id} {other.name} and "
                        f"{team.team_id} {team.name}: keep it on the one line that the source means"
                    )
    return MappingProxyType(found)


_BY_SPELLING = index(TEAMS)
_BY_ID = {team.team_id: team for team in TEAMS}


def find(source: Source, name: str) -> Team | None:
    """The club that a source calls by this name (case, accents and points aside), or None: likeness does not count."""
    return _BY_SPELLING.get((source, spelling(name)))


def by_id(team_id: int) -> Team | None:
    """The club of this id, or None."""
    return _BY_ID.get(team_id)
