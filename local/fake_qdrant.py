"""Fake of Qdrant at the wire: part of its REST API on qdrant-client's local engine."""

import asyncio
import json
import re
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from qdrant_client import QdrantClient, models
from starlette.requests import Request
from starlette.responses import JSONResponse

from local.asgi import Application
from local.http_server import serve as serve_http

DONE = {"operation_id": 0, "status": "completed"}


class NotSupported(Exception):
    """An unsupported call, or an unknown collection."""


@contextmanager
def serve(directory: Path | None = None) -> Iterator[str]:
    """Serve a vector store until the block ends; yields its address.

    Args:
        directory: where points are stored; None for in memory.
    """
    with serve_http(Qdrant(directory)) as address:
        yield address


class Qdrant(Application):
    """The ASGI application, for the arguments of `serve`."""

    def __init__(self, directory: Path | None = None) -> None:
        warnings.filterwarnings("ignore", message="Payload indexes have no effect")
        if directory is None:
            self._engine = QdrantClient(location=":memory:")
        else:  # the lock below serializes its threads
            self._engine = QdrantClient(path=str(directory), force_disable_check_same_thread=True)
        self._one_at_a_time = asyncio.Lock()

    async def close(self) -> None:
        """Close the engine."""
        self._engine.close()

    async def respond(self, request: Request) -> JSONResponse:
        """The response to a call."""
        method, path, body = request.method, request.scope["path"], await request.body()
        started = time.perf_counter()
        try:
            async with self._one_at_a_time:
                result = await asyncio.to_thread(self._result, method, path, json.loads(body or b"{}"))
        except (NotSupported, ValidationError, ValueError) as error:
            missing = isinstance(error, NotSupported) or "not found" in str(error)
            return JSONResponse({"status": {"error": str(error)}, "time": 0.0}, 404 if missing else 400)
        if path == "/":
            return JSONResponse(result)
        elapsed = time.perf_counter() - started
        return JSONResponse({"result": _serialize(result), "status": "ok", "time": elapsed})

    def _result(self, method: str, path: str, body: dict[str, Any]) -> object:
        if path == "/":
            return {"title": "qdrant - vector search engine", "version": "1.16.0"}
        if path == "/collections":
            return self._engine.get_collections()
        if not (match := re.fullmatch(r"/collections/([^/]+)(/.*)?", path)):
            raise NotSupported(f"{method} {path} is not served here")
        name, call = match[1], f"{method} {match[2] or ''}".rstrip()
        if call not in {"PUT", "GET /exists"} and not self._engine.collection_exists(name):
            raise NotSupported(f"Not found: Collection `{name}` doesn't exist!")
        return self._collection(name, call, body)

    def _collection(self, name: str, call: str, body: dict[str, Any]) -> object:  # noqa: PLR0912 one case per call
        engine = self._engine
        match call:
            case "PUT":
                return engine.create_collection(name, models.CreateCollection.model_validate(body).vectors)
            case "GET":
                return engine.get_collection(name)
            case "DELETE":
                return engine.delete_collection(name)
            case "GET /exists":
                return {"exists": engine.collection_exists(name)}
            case "PUT /index":  # the engine has no payload indexes
                return DONE
            case "PUT /points" if "batch" in body:
                engine.upsert(name, models.PointsBatch.model_validate(body).batch)
            case "PUT /points":
                engine.upsert(name, models.PointsList.model_validate(body).points)
            case "POST /points":
                request = models.PointRequest.model_validate(body)
                return engine.retrieve(
                    name,
                    request.ids,
                    with_payload=_default(request.with_payload, True),
                    with_vectors=_default(request.with_vector),
                )
            case "POST /points/delete" if "filter" in body:
                engine.delete(name, models.FilterSelector.model_validate(body))
            case "POST /points/delete":
                engine.delete(name, models.PointIdsList.model_validate(body))
            case "POST /points/count":
                return engine.count(name, models.CountRequest.model_validate(body).filter)
            case "POST /points/query":
                return self._query(name, models.QueryRequest.model_validate(body))
            case "POST /points/scroll":
                page = models.ScrollRequest.model_validate(body)
                points, next_offset = engine.scroll(
                    name,
                    scroll_filter=page.filter,
                    limit=page.limit or 10,
                    order_by=page.order_by,
                    offset=page.offset,
                    with_payload=_default(page.with_payload, True),
                    with_vectors=_default(page.with_vector),
                )
                return {"points": points, "next_page_offset": next_offset}
            case _:
                raise NotSupported(f"{call} of a collection is not served here")
        return DONE

    def _query(self, name: str, request: models.QueryRequest) -> BaseModel:
        return self._engine.query_points(
            name,
            query=request.query,
            using=request.using,
            query_filter=request.filter,
            limit=request.limit or 10,
            offset=request.offset,
            score_threshold=request.score_threshold,
            with_payload=_default(request.with_payload),
            with_vectors=_default(request.with_vector),
        )


def _default(value: Any, default: bool = False) -> Any:
    return default if value is None else value


def _serialize(result: object) -> object:
    match result:
        case BaseModel():
            return result.model_dump(mode="json", exclude_none=True)
        case list():
            return [_serialize(item) for item in result]
        case dict():
            return {key: _serialize(value) for key, value in result.items()}
        case _:
            return result
