"""Qdrant: the vector store of the news, for semantic search (qdrant.tech/documentation, REST).

A point's id is its article's, so writes are idempotent. `published_at` is an RFC 3339 instant under a datetime index;
points without one never match a range and are never deleted by age, so they are counted.

Errors (see `shared.clients.errors`): `Unavailable` if it is unreachable, too slow, suspended or broken, `Rejected` for
other 4xx.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from qdrant_client import QdrantClient, models
from qdrant_client.http.exceptions import ApiException, ResponseHandlingException, UnexpectedResponse

from shared.clients import tls
from shared.clients.errors import Rejected, Unavailable
from shared.football.articles import Article, ArticleKind

COLLECTION = "news"
DIMENSIONS = 512
TIMEOUT = 5
"""Seconds."""
BATCH = 100

_INDEXES = {
    "published_at": models.PayloadSchemaType.DATETIME,
    "team_ids": models.PayloadSchemaType.INTEGER,
    "kind": models.PayloadSchemaType.KEYWORD,
    "language": models.PayloadSchemaType.KEYWORD,
}


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
        api_key: its key; empty for none.
    """

    def __init__(self, url: str, api_key: str) -> None:
        self._client = QdrantClient(
            url=url,
            api_key=api_key or None,
            timeout=TIMEOUT,
            check_compatibility=False,
            verify=tls.context(),
            trust_env=False,
        )

    def prepare(self) -> None:
        """Create the collection and its indexes if they are missing."""
        with _translate_errors():
            if not self._client.collection_exists(COLLECTION):
                size = models.VectorParams(size=DIMENSIONS, distance=models.Distance.COSINE)
                self._client.create_collection(COLLECTION, vectors_config=size)
            for name, schema in _INDEXES.items():
                self._client.create_payload_index(COLLECTION, name, schema)

    def upsert(self, articles: Sequence[Article], vectors: Sequence[Sequence[float]]) -> None:
        """Insert or replace the vectors of articles."""
        points = [
            models.PointStruct(id=str(article.article_id), vector=list(vector), payload=_payload(article))
            for article, vector in zip(articles, vectors, strict=True)
        ]
        with _translate_errors():
            for first in range(0, len(points), BATCH):
                self._client.upsert(COLLECTION, points[first : first + BATCH], wait=True)

    def existing(self, article_ids: Sequence[UUID]) -> set[UUID]:
        """The articles that have a point, among some."""
        with _translate_errors():
            points = self._client.retrieve(COLLECTION, [str(each) for each in article_ids], with_payload=False)
        return {UUID(str(point.id)) for point in points}

    def iterate_ids(self, size: int) -> Iterator[list[UUID | int]]:
        """The ids of all points, by page. Ours are UUIDs; integer ids are foreign."""
        start: Any = None
        while True:
            with _translate_errors():
                points, following = self._client.scroll(COLLECTION, limit=size, offset=start, with_payload=False)
            yield [point.id if isinstance(point.id, int) else UUID(str(point.id)) for point in points]
            if following is None:
                return
            start = following

    def delete(self, points: Iterable[UUID | int]) -> None:
        """Delete points by their ids."""
        ids: list[Any] = [point if isinstance(point, int) else str(point) for point in points]
        with _translate_errors():
            self._client.delete(COLLECTION, models.PointIdsList(points=ids), wait=True)

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
        must: list[Any] = [
            models.FieldCondition(key="published_at", range=models.DatetimeRange(gte=since, lte=until)),
        ]
        if team_ids:
            must.append(models.FieldCondition(key="team_ids", match=models.MatchAny(any=list(team_ids))))
        if kinds:
            must.append(models.FieldCondition(key="kind", match=models.MatchAny(any=[str(kind) for kind in kinds])))
        with _translate_errors():
            response = self._client.query_points(
                COLLECTION, query=list(vector), query_filter=models.Filter(must=must), limit=limit
            )
        return [SearchHit(UUID(str(point.id)), point.score) for point in response.points]

    def delete_older(self, before: datetime) -> int:
        """Delete the points published before an instant; returns by how many their number decreased."""
        older = models.Filter(must=[models.FieldCondition(key="published_at", range=models.DatetimeRange(lt=before))])
        with _translate_errors():
            count_before = self._count()
            self._client.delete(COLLECTION, models.FilterSelector(filter=older), wait=True)
            return count_before - self._count()

    def stats(self) -> CollectionStats:
        """The collection's statistics; status `missing` if it does not exist."""
        undated = models.Filter(must=[models.IsEmptyCondition(is_empty=models.PayloadField(key="published_at"))])
        with _translate_errors():
            if not self._client.collection_exists(COLLECTION):
                return CollectionStats(0, 0, "missing")
            status = str(self._client.get_collection(COLLECTION).status.value)
            return CollectionStats(self._count(), self._count(undated), status)

    def _count(self, only: models.Filter | None = None) -> int:
        return self._client.count(COLLECTION, count_filter=only, exact=True).count


def _payload(article: Article) -> dict[str, object]:
    return {
        "published_at": article.published_at.isoformat(),
        "team_ids": list(article.team_ids),
        "kind": str(article.kind),
        "language": article.language,
        "outlet": article.outlet,
        "story_id": str(article.story_id),
    }


@contextmanager
def _translate_errors() -> Iterator[None]:
    """Translate the library's exceptions."""
    try:
        yield
    except UnexpectedResponse as error:
        status = error.status_code or 0
        if 400 <= status < 500 and status not in {403, 404, 408, 429}:
            raise Rejected(f"Qdrant answered {status}", status) from error
        # A suspended cluster of the free plan answers 403 or 404 at its gateway.
        raise Unavailable(f"Qdrant answered {status}") from error
    except (ResponseHandlingException, ApiException) as error:
        raise Unavailable(f"Qdrant cannot be reached: {type(error).__name__}") from error
