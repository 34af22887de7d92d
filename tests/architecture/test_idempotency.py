"""Every POST that creates can be sent twice and counts once (4.1)."""

from importlib import import_module

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from deploy import service
from shared.web.app import http_app
from shared.web.idempotency import idempotent, is_idempotent

HTTP = [name for name, function in service.read().functions.items() if function.paths]
SHOWN_ONCE = {"/api/v1/keys", "/api/v1/webhooks"}
"""Their responses hold a secret that must not be stored; a person has five of each at most."""


def doubled(app: FastAPI) -> list[str]:
    """Routes that answer 201 and would create a duplicate for a request sent twice."""
    return [
        route.path
        for route in app.routes
        if isinstance(route, APIRoute) and route.status_code == 201 and not is_idempotent(route.endpoint)
    ]


@pytest.mark.parametrize("name", HTTP)
def test_every_creating_post_is_idempotent(name: str) -> None:
    """4.1: `Idempotency-Key` on every POST that creates."""
    assert set(doubled(import_module(f"functions.{name}.handler").app)) <= SHOWN_ONCE


def test_a_route_that_would_create_twice_is_found() -> None:
    app = http_app("try")

    @app.post("/once", status_code=201)
    @idempotent
    async def once() -> None: ...

    assert doubled(app) == []

    @app.post("/twice", status_code=201)
    async def twice() -> None: ...

    assert doubled(app) == ["/twice"]
