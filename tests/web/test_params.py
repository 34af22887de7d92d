"""Parameters that several functions share."""

from datetime import date
from typing import Annotated, Any, Literal

import pytest
from fastapi import FastAPI
from pydantic import TypeAdapter, ValidationError

from shared.football.competition import COMPETITIONS
from shared.football.match import Status
from shared.football.team import Source
from shared.stores.database import Connection
from shared.web.app import http_app, lambda_handler
from shared.web.errors import BadRequest, NotFound
from shared.web.params import (
    INTEGER_ONLY,
    STRING_IN_SCHEMA,
    Date,
    Day,
    MatchId,
    TeamId,
    require_match,
    resolve_competition_code,
    shown_competitions,
)
from tests.factories import insert_matches, match_update
from tests.running import environment, invoke


def fault(value: Any, kind: Any) -> str | None:
    """The type of what is wrong with a value; None where it is taken."""
    try:
        TypeAdapter(kind).validate_python(value)
    except ValidationError as error:
        return error.errors()[0]["type"]
    return None


@pytest.mark.parametrize("value", ["2026-11-22", date(2026, 11, 22)])
def test_a_date_is_validated_from_text_or_a_date(value: object) -> None:
    assert TypeAdapter(Date).validate_python(value) == date(2026, 11, 22)


@pytest.mark.case("H2")
@pytest.mark.parametrize(
    "value",
    [0, 1793318400, "1793318400", 20261122.0, "20261122", "2026-W47-7", "2026-11-22T00:00:00", "26-11-22", None],
)
def test_invalid_dates_are_rejected(value: object) -> None:
    """The library alone would take the numbers for seconds since 1970."""
    assert fault(value, Date) == "date_type"


@pytest.mark.parametrize(
    ("value", "wrong"),
    [
        ("1989-12-31", "greater_than_equal"),
        ("1990-01-01", None),
        ("2100-01-01", None),
        ("2100-01-02", "less_than_equal"),
        ("2026-02-29", "date_from_datetime_parsing"),
    ],
)
def test_requested_days_lie_within_bounds(value: str, wrong: str | None) -> None:
    assert fault(value, Day) == wrong


@pytest.mark.parametrize(
    ("value", "wrong"),
    [(7, None), (7.0, None), (7.5, "int_from_float"), ("7", "int_type"), (True, "int_type"), (None, "int_type")],
)
def test_numbers_of_a_body_are_no_texts_and_may_be_written_with_a_point(value: object, wrong: str | None) -> None:
    """JSON Schema, section 6.1.1: 7.0 is an integer."""
    assert fault(value, Annotated[int, INTEGER_ONLY]) == wrong


def test_a_closed_set_is_described_as_a_string_with_a_pattern() -> None:
    size = TypeAdapter(Annotated[Literal["small", "large", "huge"], STRING_IN_SCHEMA])
    assert size.json_schema() == {
        "type": "string",
        "pattern": "^(small|large|huge)$",
        "description": "`small`, `large` or `huge`.",
    }


def ids() -> FastAPI:
    app = http_app("try")

    @app.get("/matches/{match_id}")
    async def match(match_id: MatchId) -> int:
        return match_id

    @app.get("/teams/{team_id}")
    async def team(team_id: TeamId) -> int:
        return team_id

    return app


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("/matches/0", 422),
        ("/matches/1", 200),
        (f"/matches/{2**53 - 1}", 200),
        (f"/matches/{2**53}", 422),
        ("/teams/0", 422),
        ("/teams/1", 200),
        (f"/teams/{2**31 - 1}", 200),
        (f"/teams/{2**31}", 422),
    ],
)
def test_ids_are_those_that_a_client_and_the_database_can_hold(target: str, status: int) -> None:
    """Numbers of JavaScript are exact below 2**53; an integer of Postgres ends before 2**31."""
    with environment():
        response = invoke(lambda_handler(ids()), target)
    assert response.status == status
    assert status != 200 or response.body == target.rpartition("/")[2]


def test_readers_are_shown_all_competitions_and_never_the_invented_league_beside_them() -> None:
    with environment():
        assert shown_competitions().keys() == COMPETITIONS.keys() - {"DEMO"}
        assert [*shown_competitions()][:6] == ["PL", "PD", "BL1", "SA", "FL1", "CL"], "the best known come first"
        assert shown_competitions()["FL1"].name == "Ligue 1"
    with environment(DEMO="true"):
        assert list(shown_competitions()) == ["DEMO"]


def test_a_competition_is_named_in_any_case_by_its_code_or_name() -> None:
    """Blanks and accents are no matter either, as in the names of clubs."""
    with environment():
        named = [
            resolve_competition_code(name)
            for name in ("PL", "fl1", "Sa", "Premier League", "serie a", " la  liga ", "Ligue 1")
        ]
        assert named == ["PL", "FL1", "SA", "PL", "SA", "PD", "FL1"]
        assert [resolve_competition_code(name) for name in ("SD", "segunda division")] == ["SD", "SD"]


@pytest.mark.parametrize("value", ["L2", "Ligue 3", "DEMO", "", "premier-league"])
def test_a_competition_that_is_not_shown_is_unknown_and_the_others_are_named(value: str) -> None:
    with environment(), pytest.raises(BadRequest) as refused:
        resolve_competition_code(value)
    assert refused.value.code == "unknown_competition"
    assert refused.value.values == {"code": value, "codes": ", ".join(c for c in COMPETITIONS if c != "DEMO")}


def test_a_match_is_found_by_our_id_and_by_the_source_s(db: Connection) -> None:
    (match_id,) = insert_matches(
        db,
        match_update(
            "Arsenal", "Chelsea", source=Source.FOOTBALL_DATA_ORG, external_id="436001", status=Status.SCHEDULED
        ),
    )
    with environment():
        assert require_match(db, match_id).match_id == require_match(db, 436001).match_id == match_id


@pytest.mark.parametrize("name", ["nothing there", "not shown", "the other source's number"])
def test_any_other_match_is_unknown(db: Connection, name: str) -> None:
    invented, other = insert_matches(
        db,
        match_update("Leeds", "Norwich", competition="DEMO"),
        match_update("Arsenal", "Chelsea", external_id="436002"),
    )
    match_id = {"nothing there": other + 1, "not shown": invented, "the other source's number": 436002}[name]
    with environment(), pytest.raises(NotFound) as refused:
        require_match(db, match_id)
    assert (refused.value.code, refused.value.values) == ("unknown_match", {})
