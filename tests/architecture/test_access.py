"""Every route declares who may call it."""

from typing import Annotated

import pytest
from fastapi import Depends, FastAPI, Request, Response, Security
from fastapi.routing import APIRoute

from deploy import openapi, service
from shared.accounts.plans import Plan, Reader
from shared.web.app import http_app
from shared.web.authentication import Access, Admin, Anyone, Premium, SignedIn
from tests.api_description import description

HTTP = [name for name, function in service.read().functions.items() if function.paths]


def unruled(app: FastAPI) -> list[str]:
    """Routes without exactly one rule, or of a kind that cannot have one."""
    return [
        str(getattr(route, "path", route))
        for route in app.routes
        if not isinstance(route, APIRoute) or len(list(openapi.access_rules(route.dependant))) != 1
    ]


@pytest.mark.case("A18")
@pytest.mark.parametrize("name", HTTP)
def test_every_route_declares_its_access_rule(name: str) -> None:
    app = openapi.app_of(name)
    assert app.routes
    assert unruled(app) == []


@pytest.mark.case("A18")
def test_the_openapi_file_declares_the_security_of_each_operation() -> None:
    """And where a key will do, or nothing at all."""
    document = description()
    assert document["components"]["securitySchemes"].keys() == {"token", "key"}
    ways = {
        operation["operationId"]: [name for way in operation["security"] for name in way or ["nothing"]]
        for path in document["paths"].values()
        for operation in path.values()
    }
    assert ways["getMatches"] == ["nothing", "token", "key"]
    assert ways["get_full_enrichment_api_v1_enrichment_full_get"] == ["token", "key"]
    assert ways["createApiKey"] == ways["get_admin_stats_api_v1_admin_stats_get"] == ["token"]
    assert all(ways.values())


def test_a_route_without_a_rule_or_with_two_is_found() -> None:
    app = http_app("try")

    async def hidden(reader: SignedIn) -> Reader:
        return reader

    @app.get("/one")
    async def one(reader: Anyone) -> None: ...

    @app.get("/by-another")
    async def by_another(reader: Annotated[Reader, Depends(hidden)]) -> None: ...

    @app.get("/beside", dependencies=[Security(Access(Plan.ADMIN))])
    async def beside() -> None: ...

    assert unruled(app) == []

    @app.get("/none")
    async def none() -> None: ...

    @app.post("/two")
    async def two(reader: Anyone, admin: Admin) -> None: ...

    @app.delete("/two-by-another")
    async def two_by_another(reader: Premium, other: Annotated[Reader, Depends(hidden)]) -> None: ...

    async def bare(request: Request) -> Response:
        return Response()

    app.add_route("/bare", bare)
    app.mount("/mounted", FastAPI())
    assert unruled(app) == ["/none", "/two", "/two-by-another", "/bare", "/mounted"]
