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


def fold(name: str) -> str:
    """A name without case, accents, composition or doubled spaces, for exact comparison (never for likeness)."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return " ".join(unicodedata.normalize("NFKD", bare.casefold()).replace("ø", "o").split())
