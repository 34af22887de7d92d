"""A function with a route for each access rule."""

from typing import Annotated, Any

import psycopg
from fastapi import Request, Security

from shared.accounts.api_keys import fingerprint
from shared.accounts.plans import Plan, Reader
from shared.services.cache_policies import CacheKind
from shared.stores.people import api_keys
from shared.stores.people.api_keys import ApiKeyRow
from shared.web.app import Connection, http_app, lambda_handler
from shared.web.authentication import Access, Admin, Anyone, Premium, SignedIn
from shared.web.cached_route import cached
from tests.running import Handler, invoke
from tests.tokens import ALICE, NOW

KEY = "ps_live_" + "k" * 43
AREAS = ("anyone", "signed-in", "premium", "elite", "admin")


def shown(reader: Reader) -> dict[str, Any]:
    return {"user": str(reader.user_id), "plan": reader.plan, "email": reader.email, "by_key": reader.by_key}


def built() -> Handler:
    """One route for each kind of reader."""
    app = http_app("try")

    @app.get("/anyone")
    async def anyone(reader: Anyone) -> dict[str, Any]:
        return shown(reader)

    @app.get("/cached")
    @cached(CacheKind.DAILY_PICKS)
    async def paid(reader: Anyone) -> dict[str, Any]:
        return shown(reader)

    @app.get("/signed-in")
    async def signed_in(reader: SignedIn) -> dict[str, Any]:
        return shown(reader)

    @app.post("/signed-in")
    async def write(reader: SignedIn, db: Connection) -> dict[str, Any]:
        return shown(reader)

    @app.get("/premium")
    async def premium(reader: Premium) -> dict[str, Any]:
        return shown(reader)

    @app.get("/elite")
    async def elite(reader: Annotated[Reader, Security(Access(Plan.ELITE))]) -> dict[str, Any]:
        return shown(reader)

    @app.get("/admin")
    async def admin(reader: Admin) -> dict[str, Any]:
        return shown(reader)

    return lambda_handler(app)


def statuses(handler: Handler, **headers: Any) -> list[int]:
    """What each area answers, from the most open to the most closed."""
    return [invoke(handler, f"/{area}", **headers).status for area in AREAS]


def add_key(db: psycopg.Connection, *scopes: str) -> None:
    api_keys.add(db, ALICE, fingerprint(KEY), ApiKeyRow(ALICE, "tool", list(scopes), NOW))


def request(path: str = "/anyone", **headers: str) -> Request:
    """A request as the edge hands it on."""
    sent = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request(
        {
            "type": "http",
            "method": "GET",
            "path": path,
            "query_string": b"",
            "headers": sent,
            "server": ("api.test", 80),
        }
    )
