"""News of more than ninety days is deleted here and in the vector store."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

import pytest
from qdrant_client import QdrantClient, models

from local import fake_qdrant
from shared.clients.vectors.qdrant import COLLECTION, DIMENSIONS, Qdrant
from shared.football.article_parsing import parse_article
from shared.football.articles import Article
from shared.stores.database import connect
from shared.stores.news import articles
from tests.running import environment, run, select

NOW = datetime(2026, 11, 20, 0, 20, tzinfo=UTC)
NINETY = timedelta(days=90)


def article(age: timedelta) -> Article:
    url = f"https://x.example/{age.total_seconds():.0f}"
    return parse_article(uuid5(NAMESPACE_URL, url), url, "Arsenal win", "", "guardian", "en", NOW - age)


AGES = [NINETY + timedelta(seconds=1), NINETY, NINETY - timedelta(hours=1), timedelta(days=1)]


@pytest.fixture
def store(url: str) -> Iterator[Qdrant]:
    """Articles of four ages, here and in the vector store."""
    with fake_qdrant.serve() as address, environment(DATABASE_URL=url, QDRANT_URL=address, LOG_LEVEL="CRITICAL"):
        new_articles = [article(age) for age in AGES]
        with connect(url, "test") as db:
            articles.add(db, new_articles, NOW)
        store = Qdrant(address, "")
        store.prepare()
        store.upsert(new_articles, [[1.0] + [0.0] * (DIMENSIONS - 1)] * len(new_articles))
        yield store


@pytest.mark.case("G10")
def test_articles_and_vectors_older_than_ninety_days_are_deleted(store: Qdrant, url: str) -> None:
    report = run("clean_vectors", NOW)
    assert (report["articles"], report["points"], report["undated"]) == (1, 1, 0)
    assert select(url, "SELECT count(*) FROM articles") == [(3,)]
    assert store.stats().points == 3
    assert run("clean_vectors", NOW)["points"] == 0


@pytest.mark.case("G10")
def test_points_without_a_date_are_reported_and_the_rest_is_cleaned(store: Qdrant) -> None:
    client = QdrantClient(url=str(store._client.init_options["url"]), check_compatibility=False)
    client.upsert(COLLECTION, [models.PointStruct(id=1, vector=[0.0] * DIMENSIONS, payload={"kind": "other"})])
    client.close()
    with pytest.raises(ExceptionGroup) as raised:
        run("clean_vectors", NOW)
    assert str(raised.value.exceptions[0]) == "1 points of the vector store have no date"
    assert store.stats().points == 4


def test_without_a_vector_store_the_articles_are_cleaned_alone(url: str) -> None:
    with environment(DATABASE_URL=url):
        assert run("clean_vectors", NOW)["vectors"] == "QDRANT_URL is not set"
    with fake_qdrant.serve() as address, environment(DATABASE_URL=url, QDRANT_URL=address):
        assert run("clean_vectors", NOW)["vectors"] == "there is no collection yet"
