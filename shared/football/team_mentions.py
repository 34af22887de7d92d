"""Entity linking: the clubs that a text mentions, by exact longest match on whole words."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from shared.football.team import fold
from shared.football.teams import NICKNAMES, all_teams

_WORD = re.compile(r"[^\W_]+")
_SENTENCE_ENDS = re.compile(r"[.!?:;–—|\n«\"“(\[-]\s*$")

_FALSE_FRIENDS = (
    "Inter Miami", "Inter de Miami", "Inter Turku", "Inter Zaprešić", "Milan Skriniar", "Milan Škriniar", "Milan Kucka",
    "Arsenal Sarandi", "Arsenal de Sarandi", "Arsenal Tula", "Barcelona SC", "Barcelona Guayaquil", "Enner Valencia",
    "Antonio Valencia", "Everton de Viña", "Everton Viña", "Everton Ribeiro", "Everton Soares", "Liverpool Montevideo",
    "Atlético Mineiro", "Atlético Nacional", "Atlético Tucumán", "Atlético Paranaense", "Athletic Paranaense",
    "Real Salt Lake", "Sporting Kansas City", "Sporting KC", "Racing Club", "Rangers Talca", "Bobby Charlton",
    "Nacional Montevideo", "Nancy Wilson", "Paris Basketball", "Paris 13 Atletico", "Paris 13", "Brest Bretagne",
    "New England", "Santos Laguna", "Union Station", "Santiago Wanderers", "Danny Rose",
    "Declan Rice", "River Plate", "Wolverhampton Casuals", "Lincoln Red Imps", "Newcastle Jets", "Berkane",
    "Milan San Remo", "Porto Alegre", "Porto Rico", "Santander Cup", "Standard Bank", "Union Cycliste",
)  # fmt: skip
"""Clubs, people and places whose names contain the name of one of our clubs."""
_COMMON_WORDS = {
    "en": {"angers", "bate", "burton", "essen", "hearts", "hull", "lens", "nice", "reading", "tours", "wolves"},
    "fr": {"bate", "como", "sedan", "tours"},
}
"""Names that are also common words: they only count within a sentence, where the capital letter is significant."""
_AMBIGUOUS_ALONE = {"derby", "standard", "sporting", "latina", "naval", "vitesse", "excelsior", "heracles"}
"""Names that are often other capitalised words, as in `the Merseyside Derby`."""
_OTHER_TEAM_WORDS = {
    "women", "womens", "ladies", "wfc", "lfc", "feminines", "feminine", "feminin", "femeni", "femenino", "femminile",
    "frauen", "dames", "ii", "iii", "b", "castilla", "primavera", "atletic", "juvenil", "youth", "academy", "reserves",
    "reserve", "futsal", "handball", "basket", "basketball", "rugby", "legends", "legendes",
}  # fmt: skip
"""Words next to a club's name, apart from `_FILLER_WORDS`, that denote another team of the club."""
_YOUTH = re.compile(r"u-?(1[5-9]|2[0-3])s?|(1[5-9]|2[0-3])s")
_FILLER_WORDS = {"de", "du", "des", "d", "l", "la", "le", "les", "of", "the", "s", "fc", "un", "under"}
_OTHER_SPORT = re.compile(
    r"\b(women|womens|ladies|lionesses|wsl|nwsl|uwcl|feminine?s?|bleues|arkema|frauen|femenina?|"
    r"rugby|basket(ball)?|nba|euroleague|euroligue|futsal|cricket|tennis|atp|wta|formula 1|formule 1|nfl|esports?)\b"
)


@dataclass(frozen=True, slots=True)
class _Name:
    team_id: int | None
    capitals: bool


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    folded: str
    begins_sentence: bool


def mentioned_teams(text: str, language: str) -> tuple[int, ...]:
    """The ids of the first men's teams that a text mentions, ascending.

    Texts on women's football or other sports, whose clubs share names with ours, have no mentions; mentions of youth
    and reserve teams do not count.

    Args:
        language: `fr` or `en`.
    """
    if _OTHER_SPORT.search(fold(text)):
        return ()
    words = _words(text)
    team_ids: set[int] = set()
    at = 0
    while at < len(words):
        length, name = _longest_name(words, at)
        if name is not None and name.team_id is not None and _is_mention(words, at, length, name, language):
            team_ids.add(name.team_id)
        at += length
    return tuple(sorted(team_ids))


def _words(text: str) -> list[_Word]:
    text = unicodedata.normalize("NFC", text)
    return [
        _Word(m[0], fold(m[0]), not m.start() or _SENTENCE_ENDS.search(text[: m.start()][-4:]) is not None)
        for m in _WORD.finditer(text)
    ]


def _longest_name(words: list[_Word], at: int) -> tuple[int, _Name | None]:
    """The longest name that starts at a position, with its number of words; (1, None) if there is none."""
    names, longest = _names()
    for length in range(min(longest.get(words[at].folded, 0), len(words) - at), 0, -1):
        name = names.get(tuple(word.folded for word in words[at : at + length]))
        if name is not None and _has_name_case(words[at : at + length], name):
            return length, name
    return 1, None


def _has_name_case(words: list[_Word], name: _Name) -> bool:
    """Whether the capitalisation is that of a name: all capitals, or an initial capital."""
    if name.capitals:
        return all(word.text.isupper() or word.text.isdecimal() for word in words)
    return not words[0].text[0].islower()


def _is_mention(words: list[_Word], at: int, length: int, name: _Name, language: str) -> bool:
    first = words[at]
    if length == 1 and not name.capitals:
        if first.folded in _AMBIGUOUS_ALONE:
            return False
        if first.folded in _COMMON_WORDS.get(language, ()) and first.begins_sentence:
            return False
    after = [word for word in words[at + length : at + length + 3] if word.folded not in _FILLER_WORDS][:1]
    before = [word for word in words[max(at - 3, 0) : at] if word.folded not in _FILLER_WORDS][-1:]
    return not any(_is_another_team(word) for word in after) and not any(
        _is_another_team(word) and word.folded != "b" for word in before
    )


def _is_another_team(word: _Word) -> bool:
    return word.folded in _OTHER_TEAM_WORDS or _YOUTH.fullmatch(word.folded) is not None


@cache
def _names() -> tuple[MappingProxyType[tuple[str, ...], _Name], MappingProxyType[str, int]]:
    """Names by their folded words, and the maximum number of words by first word."""
    names: dict[tuple[str, ...], _Name] = {}
    for team in all_teams():
        for spelling in {spelling for spellings in team.aliases.values() for spelling in spellings}:
            names[_folded(spelling)] = _Name(team.team_id, _is_capitals(spelling))
    ids = {team.name: team.team_id for team in all_teams()}
    names |= {_folded(spelling): _Name(ids[name], _is_capitals(spelling)) for spelling, name in NICKNAMES.items()}
    names |= {_folded(spelling): _Name(None, capitals=False) for spelling in _FALSE_FRIENDS}
    longest: dict[str, int] = {}
    for words in names:
        longest[words[0]] = max(longest.get(words[0], 0), len(words))
    return MappingProxyType(names), MappingProxyType(longest)


def _folded(spelling: str) -> tuple[str, ...]:
    return tuple(word.folded for word in _words(spelling))


def _is_capitals(spelling: str) -> bool:
    return " " not in spelling and spelling.isupper()
