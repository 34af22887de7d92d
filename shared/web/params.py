"""Parameter types that several functions share: matches, teams, competitions, days.

A competition is given by code or name, a team by any spelling of its name or by id, a match by our id,
football-data.org's or `external_id`. Spellings are normalised before the route runs, so that they share a cache entry.
"""

import re
from datetime import date
from typing import Annotated

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    GetJsonSchemaHandler,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

from shared.football.competition import Competition, available_competitions, find_competition
from shared.football.search_terms import find_team
from shared.football.team import Source
from shared.runtime.settings import settings
from shared.stores.football import matches
from shared.stores.football.matches import MatchRow
from shared.web.app import Connection
from shared.web.errors import BadRequest, NotFound

MAX_ID = 2**53
"""Ids below it are exact as JSON numbers in every client."""
TeamId = Annotated[int, Field(ge=1, lt=2**31)]
_CONTROL = r"\x00-\x1f\x7f-\x9f"
SINGLE_LINE = rf"^[^{_CONTROL}]*$"
"""Text without control characters, as a portable regular expression."""
TEXT_LINE = rf"^[^{_CONTROL}]*[^\s{_CONTROL}][^{_CONTROL}]*$"
"""Like `SINGLE_LINE`, and not blank."""
STRIPPED = AfterValidator(str.strip)
"""Removes spaces at both ends, after the constraints: what the API description states holds for the text as it came."""


class ExternalId(int):
    """A match id parsed from an `external_id`, which is prefixed with the competition's code: `PL_497405`."""

    competition: str

    def __str__(self) -> str:
        return f"{self.competition}_{int(self)}"


_EXTERNAL_ID = re.compile("([A-Z0-9]{2,4})_([1-9][0-9]{0,15})")


def _parse_match_id(value: object, handler: ValidatorFunctionWrapHandler) -> int:
    parts = _EXTERNAL_ID.fullmatch(value) if isinstance(value, str) else None
    if parts is None:
        return handler(value)
    external_id = ExternalId(handler(int(parts[2])))
    external_id.competition = parts[1]
    return external_id


ALLOW_EXTERNAL_ID = WrapValidator(_parse_match_id)
"""Accepts an `external_id` as a match id."""
MatchId = Annotated[
    int,
    Field(ge=1, lt=MAX_ID, description="Its id, football-data.org's, or the `external_id` that we give."),
    ALLOW_EXTERNAL_ID,
]


def _canonical_team_name(name: str) -> str:
    club = find_team(name)
    return club.name if club else name


TeamName = Annotated[
    str,
    Field(min_length=1, max_length=100, description="A club by any spelling of its name, or by its id."),
    AfterValidator(_canonical_team_name),
]
"""A team's name, normalised from any spelling or id; unknown names are unchanged."""


def _canonical_competition_code(name: str) -> str:
    found = find_competition(name, available_competitions(demo=settings().demo))
    return found.code if found else name


CompetitionName = Annotated[
    str,
    Field(max_length=100, description="A competition by its code or its name."),
    AfterValidator(_canonical_competition_code),
]
"""A competition's code, normalised from code or name; unknown names are unchanged."""


def _reject_non_iso_dates(value: object) -> object:
    """Accept only YYYY-MM-DD; pydantic would read a number as seconds since 1970."""
    if isinstance(value, date) or (isinstance(value, str) and re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", value)):
        return value
    raise PydanticCustomError("date_type", "a day")


ISO_DATE_ONLY = BeforeValidator(_reject_non_iso_dates)
Date = Annotated[date, ISO_DATE_ONLY]
# date.max would overflow in UTC. The bounds come first, or pydantic renders them as Python literals in the schema.
Day = Annotated[date, Field(ge=date(1990, 1, 1), le=date(2100, 1, 1)), ISO_DATE_ONLY]


def _reject_non_integers(value: object) -> object:
    if isinstance(value, bool | str):
        raise PydanticCustomError("int_type", "a whole number")
    return value


INTEGER_ONLY = BeforeValidator(_reject_non_integers)
"""Rejects strings and booleans in JSON bodies; accepts 7.0 (JSON Schema, section 6.1.1)."""


class _StringInSchema:
    """Describes a `Literal` as a string with a pattern, not as an `enum`.

    Client generators turn an `enum` into a type to which a plain string cannot be assigned.
    """

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        schema = handler.resolve_ref_schema(handler(core))
        *most, last = schema["enum"]
        return {
            "type": "string",
            "pattern": f"^({'|'.join([*most, last])})$",
            "description": f"{', '.join(f'`{value}`' for value in most)} or `{last}`.",
        }


STRING_IN_SCHEMA = _StringInSchema()
"""For parameters of operations whose clients assign plain strings."""


def shown_competitions() -> dict[str, Competition]:
    """The competitions that readers see, by code."""
    return {c.code: c for c in available_competitions(demo=settings().demo)}


def resolve_competition_code(competition: str) -> str:
    """The code of a shown competition, by code or name; `BadRequest` if there is none."""
    shown = shown_competitions()
    found = find_competition(competition, shown.values())
    if found is None:
        raise BadRequest("unknown_competition", code=competition, codes=", ".join(shown))
    return found.code


def require_match(db: Connection, match_id: int) -> MatchRow:
    """A match by our id, else by football-data.org's; the competition of an `external_id` must match.

    Raises:
        NotFound: there is no such match, or its competition is not shown.
    """
    row = find_match(db, match_id)
    if row is None or row.competition not in shown_competitions():
        raise NotFound("unknown_match")
    return row


def find_match(db: Connection, match_id: int) -> MatchRow | None:
    """The same without raising, and also of competitions that are not shown."""
    number = int(match_id)
    row = matches.get(db, number) or matches.get_by_external_id(db, Source.FOOTBALL_DATA_ORG, str(number))
    is_another = row is not None and isinstance(match_id, ExternalId) and row.competition != match_id.competition
    return None if is_another else row
