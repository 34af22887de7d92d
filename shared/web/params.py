"""What several functions are asked alike: matches, clubs, competitions, days.

Whatever our answers call a match, a club or a competition is taken where one is asked for: a competition by its code
or name, a club by any spelling of its name or its id, a match by our id, football-data.org's or `external_id`.
Spellings of one thing become one value before a route sees them, so that they also share the kept answer.
"""

import re
from collections.abc import Mapping
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

from shared.football.competition import Competition, known, named
from shared.football.search_terms import called
from shared.football.team import Source
from shared.runtime.settings import settings
from shared.stores.football import matches
from shared.stores.football.matches import MatchRow
from shared.web.app import Connection
from shared.web.errors import BadRequest, NotFound

MAX_ID = 2**53
"""Ids below it are exact in every client's numbers."""
TeamId = Annotated[int, Field(ge=1, lt=2**31)]
SINGLE_LINE = r"^[^\x00-\x1f\x7f-\x9f]*$"
"""Text without control characters, as a pattern that every client's language knows."""


class ExternalId(int):
    """A match's id behind the code of its competition, as `external_id` has it: `PL_497405`."""

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
"""Lets an `external_id` stand where a match's id is asked for."""
MatchId = Annotated[
    int,
    Field(ge=1, lt=MAX_ID, description="Its id, football-data.org's, or the `external_id` that we give."),
    ALLOW_EXTERNAL_ID,
]


def _canonical_team_name(name: str) -> str:
    club = called(name)
    return club.name if club else name


TeamName = Annotated[
    str,
    Field(min_length=1, max_length=100, description="A club by any spelling of its name, or by its id."),
    AfterValidator(_canonical_team_name),
]
"""A club by any spelling of its name or by its id, which become its name; a name that we do not know stays."""


def _canonical_competition_code(name: str) -> str:
    found = named(name, known(demo=settings().demo))
    return found.code if found else name


CompetitionName = Annotated[
    str,
    Field(max_length=100, description="A competition by its code or its name."),
    AfterValidator(_canonical_competition_code),
]
"""A competition by its code or name, which become its code; one that we do not know stays."""


def _reject_non_iso_dates(value: object) -> object:
    """A day in writing; the library alone would take a number for seconds since 1970."""
    if isinstance(value, date) or (isinstance(value, str) and re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", value)):
        return value
    raise PydanticCustomError("date_type", "a day")


ISO_DATE_ONLY = BeforeValidator(_reject_non_iso_dates)
Date = Annotated[date, ISO_DATE_ONLY]
# The calendar's last day has no end in UTC. The bounds stand first, or they would be told as Python writes them.
Day = Annotated[date, Field(ge=date(1990, 1, 1), le=date(2100, 1, 1)), ISO_DATE_ONLY]


def _reject_non_integers(value: object) -> object:
    if isinstance(value, bool | str):
        raise PydanticCustomError("int_type", "a whole number")
    return value


INTEGER_ONLY = BeforeValidator(_reject_non_integers)
"""Of a body, in which numbers are no texts, and 7.0 is whole (JSON Schema, section 6.1.1)."""


class _StringInSchema:
    """Describes a closed set of texts as a string whose pattern and description list them, and not as an `enum`.

    Generators of clients turn an `enum` into a type of its own, to which code that holds any string cannot be assigned;
    a pattern they leave to the server.
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
"""Of what is sent to operations whose clients' code assigns any string."""


def shown_competitions() -> dict[str, Competition]:
    """The competitions that readers are shown, by code: those that are forecast."""
    return {c.code: c for c in known(demo=settings().demo) if c.forecast}


def code_of(competition: str) -> str:
    """The code of the competition that somebody names, if readers are shown it.

    Raises:
        BadRequest: there is no such competition.
    """
    return _resolve_code(shown_competitions(), competition)


def any_competition_code(competition: str) -> str:
    """The same, also of a lower division, whose matches stand among a club's last ones and earlier meetings.

    Raises:
        BadRequest: there is no such competition.
    """
    return _resolve_code({c.code: c for c in known(demo=settings().demo)}, competition)


def _resolve_code(competitions: Mapping[str, Competition], name: str) -> str:
    found = named(name, competitions.values())
    if found is None:
        raise BadRequest("unknown_competition", code=name, codes=", ".join(competitions))
    return found.code


def require_match(db: Connection, match_id: int) -> MatchRow:
    """A match by our id, else by football-data.org's; by its `external_id` only if it is of that competition.

    Raises:
        NotFound: there is no such match, or its competition is not shown.
    """
    row = find_match(db, match_id)
    if row is None or row.competition not in shown_competitions():
        raise NotFound("unknown_match")
    return row


def find_match(db: Connection, match_id: int) -> MatchRow | None:
    """The same, shown or not; None where there is no such match."""
    number = int(match_id)
    row = matches.get(db, number) or matches.get_by_outside_id(db, Source.FOOTBALL_DATA_ORG, str(number))
    is_another = row is not None and isinstance(match_id, ExternalId) and row.competition != match_id.competition
    return None if is_another else row
