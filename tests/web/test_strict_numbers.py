"""Which spellings of numbers are accepted in paths and queries."""

from decimal import Decimal
from typing import Annotated
from urllib.parse import quote

import pytest
from fastapi import Depends, Path, Query

from shared.web.app import http_app, lambda_handler
from shared.web.params import MatchId
from tests.running import Handler, environment, invoke


@pytest.fixture
def handler() -> Handler:
    """Routes with numbers of each kind, also in a dependency."""
    app = http_app("try")

    def page(number: Annotated[int, Query()] = 1) -> int:
        return number

    @app.get("/items/{item}")
    async def item(item: Annotated[int, Path(ge=1)], page: Annotated[int, Depends(page)]) -> int:
        return item * page

    @app.get("/matches/{match}")
    async def match(match: MatchId) -> str:
        return str(match)

    @app.get("/perhaps")
    async def perhaps(match: MatchId | None = None) -> str:
        return str(match)

    @app.get("/odds")
    async def odds(odds: Decimal, limit: int | None = None, name: str = "") -> str:
        return str(odds)

    with environment():
        return lambda_handler(app)


@pytest.mark.parametrize(
    ("target", "body"),
    [
        ("/items/23", 23),
        ("/items/23?number=2", 46),
        ("/matches/23", "23"),
        ("/matches/PL_23", "PL_23"),
        ("/perhaps?match=PL_23", "PL_23"),
        ("/odds?odds=2.50", "2.50"),
        ("/odds?odds=3&limit=10", "3"),
        ("/odds?odds=25e-1", "2.5"),
        ("/odds?odds=3&name=007", "3"),
    ],
)
def test_plain_digits_are_accepted(handler: Handler, target: str, body: object) -> None:
    with environment():
        assert invoke(handler, target).json == body


@pytest.mark.case("H2")
@pytest.mark.parametrize("spelling", ["023", "1_000", "+5", "5.0", " 5", "5 ", "٥", "5e0", "-0", "５", "0x5", "²", ""])
def test_a_whole_number_in_any_other_spelling_is_422(handler: Handler, spelling: str) -> None:
    text = quote(spelling)
    in_path, in_query = ("/items/", "/matches/"), ("/items/7?number=", "/perhaps?match=", "/odds?odds=3&limit=")
    for target in (f"{place}{text}" for place in (*in_path, *in_query)):
        if spelling or "=" in target:
            with environment():
                response = invoke(handler, target)
            assert response.status == 422, (target, response.body)


@pytest.mark.case("H2")
@pytest.mark.parametrize("spelling", ["02.5", "2_5.0", "+2.5", "2.", ".5", "٢.٥", "2.5e", "NaN", "Infinity", " 2.5"])
def test_a_decimal_in_any_other_spelling_is_422(handler: Handler, spelling: str) -> None:
    with environment():
        response = invoke(handler, f"/odds?odds={quote(spelling)}")
    assert response.status == 422
    assert response.json["code"] == "invalid_request"
    assert [(fault["loc"], fault["msg"]) for fault in response.json["detail"]] == [
        (["query", "odds"], "Il faut un nombre décimal, comme 2.10.")
    ]


def test_a_match_has_one_external_id(handler: Handler) -> None:
    with environment():
        assert invoke(handler, "/matches/PL_023").status == 422
