"""Postgres and the vector store are compared, and made to agree."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

import pytest
from qdrant_client import models

from local import fake_qdrant
from shared.clients.vectors.qdrant import COLLECTION, DIMENSIONS, Qdrant
from shared.football.article_parsing import parse_article
from shared.runtime import clock
from shared.services.article_embedding import PAGE_SIZE, reconcile
from shared.stores.database import Connection, connect
from shared.stores.news import articles

NOW = datetime(2026, 11, 20, 14, 20, tzinfo=UTC)
HOUR = timedelta(hours=1)
LATER = NOW + timedelta(minutes=1)
VECTOR = [1.0] + [0.0] * (DIMENSIONS - 1)
ID = uuid5(NAMESPACE_URL, "0")


@pytest.fixture
def store() -> Iterator[Qdrant]:
    with fake_qdrant.serve() as address:
        yield Qdrant(address, "")


@pytest.fixture
def db(url: str) -> Iterator[Connection]:
    with connect(url, "test") as db, clock.at(NOW):
        yield db


def both(db: Connection, store: Qdrant, count: int) -> None:
    """So many articles in both stores."""
    batch = [
        parse_article(uuid5(NAMESPACE_URL, str(n)), f"https://x.example/{n}", "Arsenal win", "", "guardian", "en", NOW)
        for n in range(count)
    ]
    articles.add(db, batch, NOW)
    articles.mark_embedded(db, [article.article_id for article in batch], NOW)
    store.prepare()
    store.upsert(batch, [VECTOR] * count)


def strangers(store: Qdrant, *ids: UUID | int) -> None:
    """Points of no article."""
    points = [models.PointStruct(id=each if isinstance(each, int) else str(each), vector=VECTOR) for each in ids]
    store._client.upsert(COLLECTION, points, wait=True)


def waiting(db: Connection) -> set[UUID]:
    return {article.article_id for article in articles.without_vector(db, 10_000)}


@pytest.mark.case("E17", "G10")
def test_missing_vectors_are_queued_and_orphaned_ones_deleted(db: Connection, store: Qdrant) -> None:
    both(db, store, 3)
    store.delete([ID])
    strangers(store, uuid4(), uuid4(), 7)
    assert reconcile(db, store, LATER) == (1, 3)
    assert waiting(db) == {ID}
    assert store.stats().points == 2
    assert reconcile(db, store, LATER) == (0, 0)
    assert (waiting(db), store.stats().points) == ({ID}, 2)


@pytest.mark.case("E17")
def test_a_store_that_was_deleted_is_made_again_and_every_article_waits_for_its_vector(
    db: Connection, store: Qdrant
) -> None:
    both(db, store, 2)
    store._client.delete_collection(COLLECTION)
    assert reconcile(db, store, LATER) == (2, 0)
    assert (len(waiting(db)), store.stats().points, store.stats().status) == (2, 0, "green")


def test_vectors_and_articles_are_compared_beyond_the_first_page(db: Connection, store: Qdrant) -> None:
    both(db, store, PAGE_SIZE + 2)
    first, *_, last = sorted(uuid5(NAMESPACE_URL, str(n)) for n in range(PAGE_SIZE + 2))
    store.delete([first, last])
    beyond = UUID(int=2**128 - 1)
    strangers(store, beyond)
    assert reconcile(db, store, LATER) == (2, 1)
    assert waiting(db) == {first, last}
    assert store.existing([beyond]) == set()


def test_the_newest_articles_are_embedded_first(db: Connection) -> None:
    """Of those without a vector, at most the limit."""
    old, new, newest = (
        parse_article(uuid4(), f"https://x.example/{hours}", "Arsenal win", "", "guardian", "en", NOW - hours * HOUR)
        for hours in (2, 1, 0)
    )
    articles.add(db, [new, old, newest], NOW)
    assert articles.without_vector(db, 2) == [newest, new]


def test_past_its_deadline_reconciliation_changes_nothing(db: Connection, store: Qdrant) -> None:
    both(db, store, 2)
    store.delete([ID])
    strangers(store, 7)
    assert reconcile(db, store, NOW) == (0, 0)
    assert (waiting(db), store.stats().points) == (set(), 2)
    assert reconcile(db, store, LATER) == (1, 1)
