"""The real client of Qdrant against the stand-in, over HTTP."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from qdrant_client import QdrantClient, models
from qdrant_client.http.exceptions import UnexpectedResponse

from local import fake_qdrant

NEWS = "news"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with fake_qdrant.serve() as served:
        yield served


@pytest.fixture
def client(address: str) -> Iterator[QdrantClient]:
    client = QdrantClient(url=address, check_compatibility=False)
    client.create_collection(NEWS, vectors_config=models.VectorParams(size=2, distance=models.Distance.COSINE))
    client.create_payload_index(NEWS, "club", models.PayloadSchemaType.KEYWORD)
    points = [([1.0, 0.0], "Iris"), ([0.0, 1.0], "Genêt"), ([0.7, 0.7], "Iris")]
    client.upsert(NEWS, [models.PointStruct(id=i, vector=v, payload={"club": c}) for i, (v, c) in enumerate(points)])
    yield client
    client.delete_collection(NEWS)
    client.close()


def only(club: str) -> models.Filter:
    return models.Filter(must=[models.FieldCondition(key="club", match=models.MatchValue(value=club))])


def test_collections_come_and_go(address: str, client: QdrantClient) -> None:
    assert client.collection_exists(NEWS)
    assert [collection.name for collection in client.get_collections().collections] == [NEWS]
    assert client.get_collection(NEWS).points_count == 3
    assert not client.collection_exists("other")
    with pytest.raises(UnexpectedResponse, match="Not found: Collection `other`"):
        client.count("other")
    assert httpx.get(address).json()["title"].startswith("qdrant")


def test_points_are_found_by_likeness_and_filter(client: QdrantClient) -> None:
    points = client.query_points(NEWS, query=[1.0, 0.1], limit=2, with_payload=True).points
    assert [point.id for point in points] == [0, 2]
    assert points[0].payload == {"club": "Iris"}
    assert points[0].vector is None
    assert [p.id for p in client.query_points(NEWS, query=[1.0, 0.1], query_filter=only("Genêt")).points] == [1]
    assert client.query_points(NEWS, query=[1.0, 0.0], score_threshold=0.9).points[0].score == pytest.approx(1)


def test_points_are_read_counted_and_paged(client: QdrantClient) -> None:
    assert [(p.id, p.payload) for p in client.retrieve(NEWS, [1])] == [(1, {"club": "Genêt"})]
    assert client.retrieve(NEWS, [1], with_vectors=True)[0].vector == [0.0, 1.0]
    assert client.count(NEWS, count_filter=only("Iris")).count == 2
    page, following = client.scroll(NEWS, limit=2)
    rest, end = client.scroll(NEWS, limit=2, offset=following)
    assert [p.id for p in [*page, *rest]] == [0, 1, 2]
    assert end is None


def test_points_are_replaced_and_deleted(client: QdrantClient) -> None:
    client.upsert(NEWS, models.Batch(ids=[1], vectors=[[1.0, 1.0]], payloads=[{"club": "Iris"}]))
    assert client.count(NEWS, count_filter=only("Iris")).count == 3
    client.delete(NEWS, [0])
    assert client.count(NEWS).count == 2
    client.delete(NEWS, models.FilterSelector(filter=only("Iris")))
    assert client.count(NEWS).count == 0


def test_stored_points_persist_across_restarts(tmp_path: Path) -> None:
    for there in (False, True):
        with fake_qdrant.serve(tmp_path / "points") as address:
            client = QdrantClient(url=address, check_compatibility=False)
            assert client.collection_exists(NEWS) == there
            if not there:
                client.create_collection(NEWS, models.VectorParams(size=2, distance=models.Distance.COSINE))
                client.upsert(NEWS, [models.PointStruct(id=7, vector=[1.0, 0.0], payload={"club": "Iris"})])
            assert [(point.id, point.payload) for point in client.retrieve(NEWS, [7])] == [(7, {"club": "Iris"})]
            client.close()


def test_invalid_input_is_rejected(client: QdrantClient, address: str) -> None:
    assert httpx.post(f"{address}/collections/{NEWS}/points/query", json={"limit": "many"}).status_code == 400
    assert httpx.put(f"{address}/collections/{NEWS}/points", content=b"{").status_code == 400
    assert httpx.post(f"{address}/collections/{NEWS}/facet", json={}).status_code == 404
    assert httpx.get(f"{address}/telemetry").status_code == 404
