"""A function with a route for each rate limit."""

from typing import Any
from uuid import UUID

from shared.accounts.plans import Plan
from shared.web.app import http_app, lambda_handler
from shared.web.authentication import Admin, Anyone, SignedIn
from shared.web.errors import BadRequest
from tests.running import Handler, HttpResponse, invoke
from tests.tokens import ALICE, NOW, bearer

PAGE: dict[str, Any] = {"origin": "https://paris-sportif.vercel.app"}


def built() -> Handler:
    """Routes of every group."""
    app = http_app("try")

    async def number(reader: Anyone) -> int:
        return 7

    for path in ("/number", "/health", "/health/ready", "/api/v1/search", "/api/v1/enrichment/full"):
        app.get(path)(number)
    for path in ("/number", "/api/v1/stripe/webhook"):
        app.post(path)(number)

    @app.get("/mine")
    async def mine(reader: SignedIn) -> str:
        return str(reader.user_id)

    @app.get("/api/v1/admin/stats")
    @app.get("/api/v1/sync/status")
    async def admin(reader: Admin) -> int:
        return 7

    @app.get("/api/v1/admin/users/{user_id}/role")
    @app.post("/api/v1/admin/users/{user_id}/role")
    async def role(reader: Admin, user_id: int) -> int:
        return user_id

    @app.get("/broken")
    async def broken(reader: Anyone) -> None:
        raise BadRequest("unreadable")

    return lambda_handler(app)


def signed_in(plan: Plan, user: UUID = ALICE) -> dict[str, Any]:
    """The header of a reader with a plan."""
    return {"authorization": bearer(NOW, sub=str(user), aal="aal2", app_metadata={"role": plan.value})}


def statuses(handler: Handler, times: int, target: str = "/number", **how: Any) -> list[int]:
    return [invoke(handler, target, **how).status for _ in range(times)]


def left(respond: HttpResponse) -> tuple[str, ...]:
    return tuple(respond.headers[f"ratelimit-{name}"] for name in ("limit", "remaining", "reset"))
