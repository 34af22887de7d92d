"""Who a club is: one identity, many names. An unmatched name is never guessed."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Source(StrEnum):
    """An outside system that names clubs its own way."""

    FOOTBALL_DATA_UK = "football_data_uk"
    FOOTBALL_DATA_ORG = "football_data_org"
    THE_ODDS_API = "the_odds_api"


@dataclass(frozen=True, slots=True)
class Team:
    """A club's first men's team.

    Attributes:
        team_id: ours; never changes, also when the club is renamed.
        name: how the club is called in text.
        short_name: at most 14 characters.
        tla: three letters.
        country: ISO 3166 alpha-3 code, with ENG, SCO and WAL for the nations of Britain; `DEMO` in the demo league.
        aliases: every spelling each source uses, now or earlier.
    """

    team_id: int
    name: str
    short_name: str
    tla: str
    country: str
    aliases: Mapping[Source, tuple[str, ...]] = field(hash=False, repr=False)


_LETTERS = str.maketrans(
    {"ø": "o", "œ": "oe", "æ": "ae", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i", "ŋ": "n"}
)
"""Letters that Unicode does not take apart."""
_MARKS = str.maketrans(dict.fromkeys(".-/", " ") | dict.fromkeys("'’‘`´ʼ") | {"&": " and "})
_ABBREVIATIONS = {
    "atl": "atletico", "dep": "deportivo", "ein": "eintracht", "man": "manchester", "nottm": "nottingham",
    "sheff": "sheffield", "sp": "sporting", "st": "saint", "utd": "united", "weds": "wednesday",
}  # fmt: skip
"""Words that sources write short or in full, each of one meaning among clubs (`Ath` is none: Athletic or Atlético)."""


def fold(name: str) -> str:
    """A name without case, accents, composition or doubled spaces, for exact comparison (never for likeness)."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return " ".join(unicodedata.normalize("NFKD", bare.casefold()).translate(_LETTERS).split())


def spelling(name: str) -> str:
    """A club's name, folded, without dots, apostrophes and hyphens, and with common abbreviations written out.

    For exact comparison too: `St. Pauli`, `St Pauli` and `Saint Pauli` are one spelling, `Sankt Pauli` is another.
    """
    return " ".join(_ABBREVIATIONS.get(word, word) for word in fold(name).translate(_MARKS).split())
