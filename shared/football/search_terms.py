"""Search of clubs by any spelling of any source or nickname, ignoring case, accents and hyphens."""

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache

from shared.football.team import Source, Team, fold
from shared.football.teams import NICKNAMES, all_teams, by_id, find

MIN_LENGTH = 2
"""Minimum characters of a query."""
EXACT, PREFIX, WORD_PREFIX, SUBSTRING = range(4)
"""Ranks, best first: the query equals a spelling, is a prefix of one (or the three-letter code), is a prefix of a word,
is a substring."""

_ID = re.compile("[1-9][0-9]{0,8}")
_AS_BLANKS = str.maketrans(dict.fromkeys("-/&.'’", " "))


def find_team(name: str) -> Team | None:
    """The club with this exact name, id, unique three-letter code or nickname, or None; no fuzzy matching.

    >>> find_team("OM").name
    'Marseille'
    """
    by_spelling = next((team for source in Source if (team := find(source, name)) is not None), None)
    return by_spelling or (by_id(int(name)) if is_id(name) else _by_tla().get(fold(name)) or _by_nickname(name))


def is_id(name: str) -> bool:
    """Whether a text has the format of a team id."""
    return _ID.fullmatch(name) is not None


def teams_with_tla(tla: str) -> tuple[Team, ...]:
    """The clubs with this three-letter code."""
    return tuple(team for team in all_teams() if fold(team.tla) == fold(tla))


def search_ranks(text: str, others: Iterable[tuple[int, str]] = ()) -> dict[int, int]:
    """Rank the clubs whose spellings contain a text.

    Args:
        text: user input; there are no wildcards.
        others: ids and names of further clubs outside our table.

    Returns:
        Rank by team id.
    """
    query = _normalized(text)
    if len(query) < MIN_LENGTH:
        return {}
    ranks = {team_id: _rank(query, tla, spellings) for team_id, tla, spellings in _indexed_teams()}
    ranks |= {team_id: _rank(query, "", (_normalized(name),)) for team_id, name in others}
    return {team_id: fit for team_id, fit in ranks.items() if fit is not None}


@cache
def _by_tla() -> dict[str, Team]:
    """Clubs by unique three-letter code."""
    owners = Counter(fold(team.tla) for team in all_teams())
    return {tla: team for team in all_teams() if owners[tla := fold(team.tla)] == 1}


@cache
def _indexed_teams() -> tuple[tuple[int, str, tuple[str, ...]], ...]:
    """Id, three-letter code and normalized spellings of each club."""
    others: dict[str, list[str]] = {}
    for spelling, name in NICKNAMES.items():
        others.setdefault(name, []).append(spelling)
    return tuple(
        (
            team.team_id,
            team.tla.lower(),
            tuple(
                {_normalized(name) for names in (*team.aliases.values(), others.get(team.name, ())) for name in names}
            ),
        )
        for team in all_teams()
    )


def _by_nickname(name: str) -> Team | None:
    return next(
        (find(Source.FOOTBALL_DATA_ORG, club) for other, club in NICKNAMES.items() if fold(other) == fold(name)), None
    )


def _normalized(name: str) -> str:
    return " ".join(fold(name).translate(_AS_BLANKS).split())


def _rank(query: str, tla: str, spellings: tuple[str, ...]) -> int | None:
    if query in spellings:
        return EXACT
    if query == tla or any(spelling.startswith(query) for spelling in spellings):
        return PREFIX
    if any(f" {query}" in spelling for spelling in spellings):
        return WORD_PREFIX
    return SUBSTRING if any(query in spelling for spelling in spellings) else None
