"""Qdrant: the vector store of the news, for semantic search (api.qdrant.tech, REST).

A point's id is its article's, so writes are idempotent. `published_at` is an RFC 3339 instant under a datetime index;
points without one never match a range and are never deleted by age, so they are counted.

Eight requests over the HTTP client that is there anyway: the library imports gRPC, Protocol Buffers and numpy, 0.6 s of
CPU and 25 MB (docs/decisions/loading-the-encoder.md).

Every method raises `Unavailable` if Qdrant is unreachable, too slow, suspended or broken, `Rejected` for other 4xx, and
`InvalidResponse` for a response that does not match its documentation.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx

from shared.clients.errors import InvalidResponse, Rejected, Unavailable
from shared.clients.http import fetch
from shared.football.articles import Article, ArticleKind

COLLECTION = "news"
DIMENSIONS = 512
TIMEOUT = timedelta(seconds=5)
BATCH = 100

_INDEXES = {"published_at": "datetime", "team_ids": "integer", "kind": "keyword", "language": "keyword"}


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A search result: the article, and its cosine similarity."""

    article_id: UUID
    score: float


@dataclass(frozen=True, slots=True)
class CollectionStats:
    """The numbers of points and of points without a date, and the collection's status."""

    points: int
    undated: int
    status: str


class Qdrant:
    """The collection of the news.

    Args:
        http: the HTTP client.
        url: URL of the cluster.
        api_key: its key; empty for none.
        now: the clock.
    """

    def __init__(self, http: httpx.Client, url: str, api_key: str, now: Callable[[], datetime]) -> None:
        self._http, self._now = http, now
        self._url = f"{url.rstrip('/')}/collections/{COLLECTION}"
        self._headers = {"api-key": api_key} if api_key else {}

    def prepare(self) -> None:
        """Create the collection and its indexes if they are missing."""
        if not self._exists():
            self._call("PUT", "", {"vectors": {"size": DIMENSIONS, "distance": "Cosine"}})
        for name, schema in _INDEXES.items():
            self._call("PUT", "/index?wait=true", {"field_name": name, "field_schema": schema})

    def upsert(self, articles: Sequence[Article], vectors: Sequence[Sequence[float]]) -> None:
        """Insert or replace the vectors of articles."""
        points = [
            {"id": str(article.article_id), "vector": list(vector), "payload": _payload(article)}
            for article, vector in zip(articles, vectors, strict=True)
        ]
        for first in range(0, len(points), BATCH):
            self._call("PUT", "/points?wait=true", {"points": points[first : first + BATCH]})

    def existing(self, article_ids: Sequence[UUID]) -> set[UUID]:
        """The articles that have a point, among some."""
        ids = [str(each) for each in article_ids]
        points = self._call("POST", "/points", {"ids": ids, "with_payload": False, "with_vector": False})
        return {_uuid(point["id"]) for point in _objects(points)}

    def iterate_ids(self, size: int) -> Iterator[list[UUID | int]]:
        """The ids of all points, by page. Ours are UUIDs; integer ids are foreign."""
        page: dict[str, Any] = {"limit": size, "with_payload": False, "with_vector": False}
        while True:
            result = _object(self._call("POST", "/points/scroll", page))
            ids = [point["id"] for point in _objects(result["points"])]
            yield [each if isinstance(each, int) else _uuid(each) for each in ids]
            if (following := result.get("next_page_offset")) is None:
                return
            page |= {"offset": following}

    def delete(self, points: Iterable[UUID | int]) -> None:
        """Delete points by their ids."""
        ids = [point if isinstance(point, int) else str(point) for point in points]
        self._call("POST", "/points/delete?wait=true", {"points": ids})

    def search(
        self,
        vector: Sequence[float],
        since: datetime,
        until: datetime,
        limit: int,
        team_ids: Sequence[int] = (),
        kinds: Sequence[ArticleKind] = (),
    ) -> list[SearchHit]:
        """The articles most similar to a vector, best first.

        Args:
            team_ids: an article must mention one of them; empty for any.
            kinds: an article must be of one of them; empty for any.
        """
        must: list[object] = [
            {"key": "published_at", "range": {"gte": since.isoformat(), "lte": until.isoformat()}},
        ]
        if team_ids:
            must.append({"key": "team_ids", "match": {"any": list(team_ids)}})
        if kinds:
            must.append({"key": "kind", "match": {"any": [str(kind) for kind in kinds]}})
        result = _object(
            self._call("POST", "/points/query", {"query": list(vector), "filter": {"must": must}, "limit": limit})
        )
        return [SearchHit(_uuid(point["id"]), _number(point["score"])) for point in _objects(result["points"])]

    def delete_older(self, before: datetime) -> int:
        """Delete the points published before an instant; returns by how many their number decreased."""
        older = {"must": [{"key": "published_at", "range": {"lt": before.isoformat()}}]}
        count_before = self._count()
        self._call("POST", "/points/delete?wait=true", {"filter": older})
        return count_before - self._count()

    def stats(self) -> CollectionStats:
        """The collection's statistics; status `missing` if it does not exist."""
        if not self._exists():
            return CollectionStats(0, 0, "missing")
        undated = {"must": [{"is_empty": {"key": "published_at"}}]}
        status = str(_object(self._call("GET", ""))["status"])
        return CollectionStats(self._count(), self._count(undated), status)

    def _exists(self) -> bool:
        return _object(self._call("GET", "/exists"))["exists"] is True

    def _count(self, only: Mapping[str, object] | None = None) -> int:
        body = {"exact": True} | ({"filter": only} if only else {})
        return int(_number(_object(self._call("POST", "/points/count", body))["count"]))

    def _call(self, method: str, path: str, body: object = None) -> Any:
        """The result of a request."""
        response = fetch(
            self._http,
            self._url + path,
            now=self._now,
            deadline=self._now() + TIMEOUT,
            headers=self._headers,
            method=method,
            json=body,
        )
        # A suspended cluster of the free plan answers 403 or 404 at its gateway.
        if response.status in {403, 404, 408, 429}:
            raise Unavailable(f"Qdrant answered {response.status}")
        if response.status >= 400:
            raise Rejected(f"Qdrant answered {response.status}", response.status)
        try:
            return json.loads(response.body)["result"]
        except (ValueError, TypeError, LookupError, RecursionError):
            raise InvalidResponse("Qdrant answered with something else than a result") from None


class _Result(dict[str, Any]):
    """An object of a response, whose missing fields are reported as such."""

    def __missing__(self, name: str) -> Any:
        raise InvalidResponse(f"Qdrant answered without {name}")


def _object(value: Any) -> _Result:
    if not isinstance(value, dict):
        raise InvalidResponse("Qdrant answered with something else than an object")
    return _Result(value)


def _objects(value: Any) -> list[_Result]:
    if not isinstance(value, list):
        raise InvalidResponse("Qdrant answered with something else than a list")
    return [_object(each) for each in value]


def _uuid(value: Any) -> UUID:
    try:
        return UUID(value)
    except (ValueError, TypeError, AttributeError):
        raise InvalidResponse("Qdrant answered with an id that is none of ours") from None


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidResponse("Qdrant answered with something else than a number")
    return float(value)


def _payload(article: Article) -> dict[str, object]:
    return {
        "published_at": article.published_at.isoformat(),
        "team_ids": list(article.team_ids),
        "kind": str(article.kind),
        "language": article.language,
        "outlet": article.outlet,
        "story_id": str(article.story_id),
    }
