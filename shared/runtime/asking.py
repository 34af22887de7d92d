"""What several functions are asked alike: matches, days, competitions."""

import re
from datetime import date
from typing import Annotated

from fastapi import Path
from pydantic import BeforeValidator, Field, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

from shared.football.competition import Competition, known
from shared.football.team import Source
from shared.runtime.api_errors import BadRequest, NotFound
from shared.runtime.settings import settings
from shared.runtime.web import Connection
from shared.stores import matches
from shared.stores.matches import MatchRow

HIGHEST_ID = 2**53
"""Ids below it are exact in every client's numbers."""
MatchId = Annotated[int, Path(ge=1, lt=HIGHEST_ID)]
TeamId = Annotated[int, Path(ge=1, lt=2**31)]
LINE = r"^[^\x00-\x1f\x7f-\x9f]*$"
"""Text without control characters, as a pattern that every client's language knows."""


def _written(told: object) -> object:
    """A day in writing; the library alone would take a number for seconds since 1970."""
    if isinstance(told, date) or (isinstance(told, str) and re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", told)):
        return told
    raise PydanticCustomError("date_type", "a day")


WRITTEN = BeforeValidator(_written)
Date = Annotated[date, WRITTEN]
# The calendar's last day has no end in UTC. The bounds stand first, or they would be told as Python writes them.
Day = Annotated[date, Field(ge=date(1990, 1, 1), le=date(2100, 1, 1)), WRITTEN]


def _whole(told: object) -> object:
    if isinstance(told, bool | str):
        raise PydanticCustomError("int_type", "a whole number")
    return told


LONGEST_COMPETITION = 50
"""Characters of a competition's code or name."""

WHOLE = BeforeValidator(_whole)
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
    """The code that somebody means who writes it or the competition's name, whatever its case.

    Raises:
        BadRequest: there is no such competition.
    """
    shown = shown_competitions()
    codes = {written.casefold(): c.code for c in shown.values() for written in (c.code, c.name)}
    if competition.casefold() not in codes:
        raise BadRequest("unknown_competition", code=competition, codes=", ".join(shown))
    return codes[competition.casefold()]


def match_of(db: Connection, match_id: int) -> MatchRow:
    """A match by our id, else by football-data.org's.

    Raises:
        NotFound: there is no such match, or its competition is not shown.
    """
    row = matches.get(db, match_id) or matches.get_by_outside_id(db, Source.FOOTBALL_DATA_ORG, str(match_id))
    if row is None or row.competition not in shown_competitions():
        raise NotFound("unknown_match")
    return row
