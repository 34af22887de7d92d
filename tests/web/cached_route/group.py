"""A function whose routes are cached, and processes that serve it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from fastapi import Query, Response
from pydantic import BaseModel

from shared.accounts.plans import Plan
from shared.services.cache_policies import CacheKind
from shared.web.app import Connection, RequestLanguage, http_app, lambda_handler
from shared.web.authentication import Anyone
from shared.web.cached_route import cached
from shared.web.params import CompetitionName, MatchId, TeamName
from tests.running import Handler, HttpResponse, invoke, reset_process
from tests.tokens import ALICE, bearer

NOON = datetime(2026, 11, 22, 11, tzinfo=UTC)


class Numbered(BaseModel):
    made: int
    text: str


@dataclass
class Group:
    """Endpoints whose responses hold a count of computations."""

    made: int = 0
    fail: Exception | None = None
    meanwhile: Callable[[], object] = lambda: None
    handler: Handler = field(init=False)

    def __post_init__(self) -> None:
        app = http_app("try")

        @app.get("/public")
        @cached(CacheKind.MATCHES)
        async def public(
            reader: Anyone, language: RequestLanguage, page: Annotated[int, Query(ge=1)] = 1, status: str | None = None
        ) -> Numbered:
            return self.make(f"{language} {page} {status}")

        @app.get("/tiered")
        @cached(CacheKind.DAILY_PICKS)
        async def tiered(reader: Anyone) -> Numbered:
            return self.make(reader.plan)

        @app.get("/database")
        @cached(CacheKind.STATISTICS)
        async def database(reader: Anyone, db: Connection) -> Numbered:
            return self.make("database")

        @app.get("/live")
        @cached(CacheKind.LIVE)
        async def live(reader: Anyone) -> Numbered:
            return self.make("live")

        @app.get("/own")
        async def own(reader: Anyone) -> Numbered:
            return self.make("own")

        @app.get("/special")
        @cached(CacheKind.MATCHES)
        async def special(reader: Anyone, response: Response, header: str, value: str) -> Numbered:
            response.headers[header] = value
            return self.make("special")

        @app.get("/about/{match_id}")
        @cached(CacheKind.MATCHES)
        async def about(
            reader: Anyone, match_id: MatchId, competition: CompetitionName = "", team: TeamName = "Arsenal"
        ) -> Numbered:
            return self.make(f"{match_id} {competition} {team}")

        @app.get("/public/{name}")
        @cached(CacheKind.MATCHES)
        async def named(reader: Anyone, name: str) -> Numbered:
            return self.make(name)

        self.handler = lambda_handler(app)

    def make(self, text: str) -> Numbered:
        self.made += 1
        self.meanwhile()
        if self.fail:
            raise self.fail
        return Numbered(made=self.made, text=text)

    def get(self, target: str = "/public", *, after: float = 0, **how: Any) -> HttpResponse:
        """What a request some seconds after noon is answered."""
        return invoke(self.handler, target, at=NOON + timedelta(seconds=after), **how)


def cold() -> None:
    """Be another process."""
    reset_process()


def whose(respond: HttpResponse) -> str:
    """`hit`, `fwd=miss` or `hit; detail=stale`."""
    return respond.headers["cache-status"].split("; ", 1)[1].partition("; ttl")[0].removesuffix("; stored")


def signed_in(plan: Plan, user: Any = ALICE, at: datetime = NOON) -> dict[str, Any]:
    return {"authorization": bearer(at, sub=str(user), app_metadata={"role": plan.value})}
