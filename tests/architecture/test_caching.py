"""Shared cached responses hold nothing personal; every HTTP function can reach the cache and count requests."""

import inspect
from importlib import import_module
from typing import Annotated, Any

import pytest
from fastapi import FastAPI, Security
from fastapi.routing import APIRoute

from deploy import service
from deploy.openapi import access_rules
from shared.accounts.plans import Plan, Reader
from shared.services.cache_policies import CACHE_POLICIES, CacheKind
from shared.web.app import http_app
from shared.web.authentication import Access, Anyone, Premium
from shared.web.cached_route import _CachingApp, cache_kind, cached

HTTP = {name: function for name, function in service.read().functions.items() if function.paths}
REDIS = {"UPSTASH_REDIS_REST_URL", "UPSTASH_REDIS_REST_TOKEN"}


def leaks(app: FastAPI) -> list[str]:
    """Routes marked as cached that are not, or whose cached responses would reach readers without access."""
    routes: list[str] = []
    for route in app.routes:
        if not isinstance(route, APIRoute) or (kind := cache_kind(route.endpoint)) is None:
            continue
        if not isinstance(route.app, _CachingApp):
            routes.append(f"{route.path}: `@cached` must stand below the route's decorator")
        if not CACHE_POLICIES[kind].per_plan and any(
            rule.minimum_plan is not Plan.ANONYMOUS for rule in access_rules(route.dependant)
        ):
            routes.append(f"{route.path}: one answer for all readers, though not all may see it")
        if any(term in inspect.getsource(route.endpoint) for term in ("user_id", "reader.email", "by_key")):
            routes.append(f"{route.path}: a personal response is cached for others")
    return routes


@pytest.mark.case("D6")
@pytest.mark.parametrize("name", HTTP)
def test_no_cached_response_is_served_to_a_reader_without_access(name: str) -> None:
    assert leaks(import_module(f"functions.{name}.handler").app) == []


@pytest.mark.parametrize("name", HTTP)
def test_every_function_that_answers_http_can_count_calls(name: str) -> None:
    assert HTTP[name].environment >= REDIS
    assert "cache" in HTTP[name].bundle.groups


def test_every_job_that_invalidates_the_cache_has_redis_settings() -> None:
    for name, function in service.read().functions.items():
        if not function.paths and "after_commit=" in inspect.getsource(import_module(f"functions.{name}.handler")):
            assert function.environment >= REDIS, name
            assert "cache" in function.bundle.groups, name


def test_a_leak_is_found() -> None:
    app = http_app("try")

    @app.get("/right")
    @cached(CacheKind.DAILY_PICKS)
    async def right(reader: Premium) -> None: ...

    @app.get("/open")
    @cached(CacheKind.MATCHES)
    async def open_to_all(reader: Anyone) -> None: ...

    assert leaks(app) == []

    @app.get("/closed")
    @cached(CacheKind.MATCHES)
    async def closed(reader: Premium) -> None: ...

    @app.get("/closed-too", dependencies=[Security(Access(Plan.FREE))])
    @cached(CacheKind.MATCHES)
    async def closed_too() -> None: ...

    @cached(CacheKind.MATCHES)
    @app.get("/above")
    async def above(reader: Anyone) -> None: ...

    @app.get("/mine")
    @cached(CacheKind.DAILY_PICKS)
    async def mine(reader: Annotated[Reader, Security(Access(Plan.FREE))]) -> Any:
        return reader.user_id

    assert [fault.partition(":")[0] for fault in leaks(app)] == ["/closed", "/closed-too", "/above", "/mine"]
