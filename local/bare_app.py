"""A FastAPI + Mangum application with eight routes that calls what a function calls: the floor of `local.cold_starts`.

Environment variables select the calls of a response: a statement is sent QUERIES times to DATABASE_URL, a command
COMMANDS times to UPSTASH_REDIS_REST_URL, and a bearer token is verified with SUPABASE_JWT_SECRET. A client whose
variable is not set is not imported.
"""

import os
from typing import Annotated

from fastapi import FastAPI, Header
from mangum import Mangum
from pydantic import BaseModel

if DATABASE_URL := os.environ.get("DATABASE_URL", ""):
    import psycopg
if REDIS_URL := os.environ.get("UPSTASH_REDIS_REST_URL", ""):
    from upstash_redis import Redis
if JWT_SECRET := os.environ.get("SUPABASE_JWT_SECRET", ""):
    import jwt
QUERIES, COMMANDS = int(os.environ["QUERIES"]), int(os.environ["COMMANDS"])
ROUTES = 8


class Item(BaseModel):
    """An element of a response."""

    id: int
    name: str
    values: list[float] = []


class Page(BaseModel):
    """A response."""

    items: list[Item]
    total: int


async def read(item_id: int, q: str = "", authorization: Annotated[str, Header()] = "") -> Page:
    """Send the commands and statements, and verify the token."""
    if JWT_SECRET and authorization:
        jwt.decode(  # pyright: ignore[reportPossiblyUnboundVariable]
            authorization.removeprefix("Bearer "), JWT_SECRET, ["HS256"], audience="authenticated"
        )
    if COMMANDS:
        redis = Redis(REDIS_URL, os.environ["UPSTASH_REDIS_REST_TOKEN"])  # pyright: ignore[reportPossiblyUnboundVariable]
        for number in range(COMMANDS):
            redis.get(f"key-{number}")
    if QUERIES:
        with psycopg.connect(  # pyright: ignore[reportPossiblyUnboundVariable]
            DATABASE_URL, autocommit=True, prepare_threshold=None
        ) as db:
            for _ in range(QUERIES):
                db.execute("SELECT %s AS one", [item_id]).fetchall()
    return Page(items=[Item(id=item_id, name=q)], total=1)


app = FastAPI(openapi_url=None)
for place in range(ROUTES):
    app.get(f"/{place}/{{item_id}}")(read)
handler = Mangum(app, lifespan="off")
