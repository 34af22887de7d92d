"""Clubs and the normalisation of their names."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Source(StrEnum):
    """An external data source with its own club names."""

    FOOTBALL_DATA_UK = "football_data_uk"
    FOOTBALL_DATA_ORG = "football_data_org"
    THE_ODDS_API = "the_odds_api"


@dataclass(frozen=True, slots=True)
class Team:
    """A club's first men's team."""

    team_id: int  # our id; never changes, even if the club is renamed
    name: str
    short_name: str  # at most 14 characters
    tla: str  # three letters
    country: str  # ISO 3166 alpha-3 code, with ENG, SCO and WAL for the nations of Britain; `DEMO` in the demo league
    # All current and earlier spellings by source.
    aliases: Mapping[Source, tuple[str, ...]] = field(hash=False, repr=False)


_LETTERS = str.maketrans(
    {"ø": "o", "œ": "oe", "æ": "ae", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i", "ŋ": "n"}
)
"""Letters without a Unicode decomposition."""
_MARKS = str.maketrans(dict.fromkeys(".-/", " ") | dict.fromkeys("'’‘`´ʼ") | {"&": " and "})
_ABBREVIATIONS = {
    "atl": "atletico", "dep": "deportivo", "ein": "eintracht", "man": "manchester", "nottm": "nottingham",
    "sheff": "sheffield", "sp": "sporting", "st": "saint", "utd": "united", "weds": "wednesday",
}  # fmt: skip
"""Unambiguous abbreviations in club names (`Ath` is ambiguous: Athletic or Atlético)."""


def fold(name: str) -> str:
    """A name without case, accents or repeated spaces, for exact comparison.

    >>> fold("Saint-Étienne")
    'saint-etienne'
    """
    if name.isascii():  # as most spellings; three times as fast
        return " ".join(name.lower().split())
    bare = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return " ".join(unicodedata.normalize("NFKD", bare.casefold()).translate(_LETTERS).split())


def spelling(name: str) -> str:
    """A folded club name without dots, apostrophes and hyphens, with abbreviations expanded, for exact comparison.

    >>> spelling("St. Pauli") == spelling("Saint Pauli"), spelling("Sankt Pauli")
    (True, 'sankt pauli')
    """
    return " ".join(_ABBREVIATIONS.get(word, word) for word in fold(name).translate(_MARKS).split())
