"""Clubs by what people call them: all spellings of all sources and of the press, whatever case, accents and hyphens."""

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache

from shared.football.team import Source, Team, fold
from shared.football.teams import ALSO_CALLED, TEAMS, by_id, find

SHORTEST = 2
"""Characters that a text must have to be looked for: any fewer stand in nearly every name."""
WHOLE, BEGINNING, WORD, INSIDE = range(4)
"""How a text fits a club, the best first: it is one of its spellings, begins one (or is its three letters), begins a
word of one, stands inside one."""

_ID = re.compile("[1-9][0-9]{0,8}")
_AS_BLANKS = str.maketrans(dict.fromkeys("-/&.'’", " "))


def called(name: str) -> Team | None:
    """The club that any source calls by this name, or None: likeness does not count.

    Our id is a name as well, and so are three letters that only one club has.
    """
    spelled = next((team for source in Source if (team := find(source, name)) is not None), None)
    return spelled or (by_id(int(name)) if is_id(name) else _by_letters().get(fold(name)) or _also_called(name))


def is_id(name: str) -> bool:
    """Whether a name is a club's id, written as we write it."""
    return _ID.fullmatch(name) is not None


def sharing(letters: str) -> tuple[Team, ...]:
    """The clubs that have these three letters."""
    return tuple(team for team in TEAMS if fold(team.tla) == fold(letters))


def fits(text: str, others: Iterable[tuple[int, str]] = ()) -> dict[int, int]:
    """The clubs in whose spellings a text stands.

    Args:
        text: what a person typed; none of its characters has a meaning of its own.
        others: ids and names of further clubs, which our table does not know.

    Returns:
        How well it fits, by the club's id.
    """
    wanted = _plain(text)
    if len(wanted) < SHORTEST:
        return {}
    found = {team_id: _fit(wanted, tla, spellings) for team_id, tla, spellings in _known()}
    found |= {team_id: _fit(wanted, "", (_plain(name),)) for team_id, name in others}
    return {team_id: fit for team_id, fit in found.items() if fit is not None}


@cache
def _by_letters() -> dict[str, Team]:
    """The clubs that share their three letters with no other."""
    owners = Counter(fold(team.tla) for team in TEAMS)
    return {letters: team for team in TEAMS if owners[letters := fold(team.tla)] == 1}


@cache
def _known() -> tuple[tuple[int, str, tuple[str, ...]], ...]:
    """Of each club in our table: id, three letters, spellings."""
    others: dict[str, list[str]] = {}
    for spelling, name in ALSO_CALLED.items():
        others.setdefault(name, []).append(spelling)
    return tuple(
        (
            team.team_id,
            team.tla.lower(),
            tuple({_plain(name) for names in (*team.aliases.values(), others.get(team.name, ())) for name in names}),
        )
        for team in TEAMS
    )


def _also_called(name: str) -> Team | None:
    return next(
        (find(Source.FOOTBALL_DATA_ORG, club) for other, club in ALSO_CALLED.items() if fold(other) == fold(name)), None
    )


def _plain(name: str) -> str:
    return " ".join(fold(name).translate(_AS_BLANKS).split())


def _fit(wanted: str, tla: str, spellings: tuple[str, ...]) -> int | None:
    if wanted in spellings:
        return WHOLE
    if wanted == tla or any(spelling.startswith(wanted) for spelling in spellings):
        return BEGINNING
    if any(f" {wanted}" in spelling for spelling in spellings):
        return WORD
    return INSIDE if any(wanted in spelling for spelling in spellings) else None
