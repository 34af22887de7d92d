"""Health: what answers, what does not, and what is not configured."""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from starlette.responses import Response

from local import fake_qdrant, fake_upstash, http_server
from shared.clients.vectors.qdrant import DIMENSIONS, Qdrant
from shared.football.article_parsing import parse_article
from shared.stores.database import connect
from shared.stores.news import articles, feeds
from tests.conftest import SATURDAY
from tests.running import environment, invoke
from tests.season import Service, row

PROJECT = Path(__file__).resolve().parents[2]
DOWN = "http://127.0.0.1:9"


@pytest.fixture(scope="module")
def redis() -> Iterator[dict[str, str]]:
    with fake_upstash.serve() as (address, token):
        yield {"UPSTASH_REDIS_REST_URL": address, "UPSTASH_REDIS_REST_TOKEN": token}


def get_readiness(**variables: str) -> tuple[int, dict[str, Any]]:
    """Status and body of the readiness under these settings."""
    with environment(**variables):
        response = invoke("health", "/health/ready", at=SATURDAY)
    assert response.headers["cache-control"] == "no-store"
    return response.status, response.json


def test_liveness_is_healthy_without_any_dependency() -> None:
    with environment(APP_VERSION="1.2.3"):
        response = invoke("health", "/health")
    assert (response.status, response.json) == (200, {"status": "healthy", "version": "1.2.3"})


def test_readiness_is_ready_if_every_configured_system_answers(
    stores: str, redis: dict[str, str], league: Path
) -> None:
    status, body = get_readiness(DATABASE_URL=stores, FOOTBALL_DATA_UK_URL=str(league), **redis)
    assert (status, body["status"], body["database"], body["football_api"]) == (200, "ready", True, True)
    assert (body["redis"]["connected"], body["redis"]["backend"]) == (True, "redis")
    assert 0 < body["redis"]["latency_ms"] < 1000
    assert (body["llm_api"], body["not_configured"]) == (False, ["llm_api", "news", "qdrant"])


@pytest.mark.case("Q7")
def test_readiness_probes_each_store_once_in_five_seconds(
    stores: str, redis: dict[str, str], league: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is public, and not rate limited."""
    with environment(DATABASE_URL=stores, FOOTBALL_DATA_UK_URL=str(league), **redis):
        capsys.readouterr()
        for milliseconds in range(0, 5000, 50):
            assert invoke("health", "/health/ready", at=SATURDAY + timedelta(milliseconds=milliseconds)).status == 200
        invoke("health", "/health/ready", at=SATURDAY + timedelta(seconds=5))
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    commands = [line["commands"] for line in lines if line["event"] == "request"]
    assert commands == [1] + [0] * 99 + [1]


def test_without_a_database_readiness_is_a_503(redis: dict[str, str], league: Path) -> None:
    for variables in ({"DATABASE_URL": "postgresql://u@127.0.0.1:9/x"}, {}, {"DATABASE_URL": "nonsense"}):
        with environment(FOOTBALL_DATA_UK_URL=str(league), **variables, **redis):
            response = invoke("health", "/health/ready", at=SATURDAY)
        assert (response.status, response.json["status"], response.json["database"]) == (503, "unavailable", False)
        assert response.headers["retry-after"] == "5"


@pytest.mark.parametrize(
    "fault",
    [
        {"UPSTASH_REDIS_REST_URL": DOWN, "UPSTASH_REDIS_REST_TOKEN": "x"},
        {"UPSTASH_REDIS_REST_URL": DOWN},
        {"FOOTBALL_DATA_UK_URL": DOWN},
        {"GROQ_URL": DOWN, "GROQ_API_KEY": "x"},
        {"QDRANT_URL": DOWN},
        {"NEWS_FEEDS_URL": "publishers"},
        {"FOOTBALL_DATA_URL": DOWN, "FOOTBALL_DATA_API_KEY": "x"},
    ],
)
def test_another_systems_failure_degrades_readiness(
    stores: str, redis: dict[str, str], fault: dict[str, str], league: Path
) -> None:
    usual = {"DATABASE_URL": stores, "FOOTBALL_DATA_UK_URL": str(league), **redis}
    if "UPSTASH_REDIS_REST_URL" in fault:
        usual.pop("UPSTASH_REDIS_REST_TOKEN")
    status, body = get_readiness(**{**usual, **fault})
    assert (status, body["status"], body["database"]) == (200, "degraded", True)
    others = {"GROQ_URL", "QDRANT_URL", "NEWS_FEEDS_URL"}
    assert [body["redis"]["connected"], body["football_api"]].count(True) == (2 if others & fault.keys() else 1)
    assert (body["llm_api"], body["qdrant"], body["news"]) == (False, False, False)


def test_the_vector_store_answers_and_news_counts_as_long_as_it_is_read_when_it_should_be(
    url: str, redis: dict[str, str], league: Path
) -> None:
    """Seven hours and twenty minutes between two readings at most, and one to be late."""
    with fake_qdrant.serve() as address:
        Qdrant(address, "").prepare()
        variables = {"DATABASE_URL": url, "FOOTBALL_DATA_UK_URL": str(league), "QDRANT_URL": address, **redis}
        for age, is_healthy in ((timedelta(hours=8), True), (timedelta(hours=9), False)):
            with connect(url, "test") as db:
                feeds.mark_read(db, "bbc_sport", "", "", SATURDAY - age)
            _, body = get_readiness(NEWS_FEEDS_URL="publishers", **variables)
            assert (body["qdrant"], body["news"], body["not_configured"]) == (True, is_healthy, ["llm_api"])
            assert body["status"] == ("ready" if is_healthy else "degraded")


@pytest.mark.case("E17")
def test_a_vector_store_that_lacks_the_news_vectors_is_not_ready(url: str, league: Path) -> None:
    new_articles = [parse_article(uuid4(), "https://x.example/a", "Arsenal win", "", "guardian", "en", SATURDAY)]
    with fake_qdrant.serve() as address:
        variables = {"DATABASE_URL": url, "FOOTBALL_DATA_UK_URL": str(league), "QDRANT_URL": address}
        store, bodies = Qdrant(address, ""), [get_readiness(**variables)[1]]
        store.prepare()
        bodies.append(get_readiness(**variables)[1])
        with connect(url, "test") as db:
            articles.add(db, new_articles, SATURDAY)
        bodies.append(get_readiness(**variables)[1])
        store.upsert(new_articles, [[1.0] * DIMENSIONS])
        bodies.append(get_readiness(**variables)[1])
    # Without a collection; empty like the news; empty, and the news is not; with its vectors.
    assert [each["qdrant"] for each in bodies] == [False, True, False, True]
    assert [each["status"] for each in bodies] == ["degraded", "ready", "degraded", "ready"]


@pytest.mark.parametrize(
    "body", [b'{"result": {"status": "red", "points_count": 9}}', b'{"result": null}', b"[]", b"<html>"]
)
def test_a_broken_vector_store_is_not_ready(stores: str, body: bytes) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await Response(body, 200)(scope, receive, send)

    with http_server.serve(app) as address:
        assert not get_readiness(DATABASE_URL=stores, QDRANT_URL=address)[1]["qdrant"]


def test_readiness_is_ready_without_redis_configured(stores: str, league: Path) -> None:
    status, body = get_readiness(DATABASE_URL=stores, FOOTBALL_DATA_UK_URL=str(league))
    assert (status, body["status"]) == (200, "ready")
    assert body["redis"] == {"connected": False, "latency_ms": None, "backend": "redis"}
    assert body["not_configured"] == ["llm_api", "news", "qdrant", "redis"]


@pytest.mark.parametrize(("status", "well"), [(200, True), (403, False), (500, False)])
def test_readiness_probes_use_the_api_keys(stores: str, status: int, well: bool) -> None:
    requests: list[dict[bytes, bytes]] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            requests.append(dict(scope["headers"]) | {b"path": scope["path"].encode()})
            await Response(b"{}", status)(scope, receive, send)

    with http_server.serve(app) as address:
        _, body = get_readiness(
            DATABASE_URL=stores,
            FOOTBALL_DATA_URL=address,
            FOOTBALL_DATA_API_KEY="org-key",
            GROQ_URL=address,
            GROQ_API_KEY="groq-key",
        )
    assert (body["football_api"], body["llm_api"]) == (well, well)
    assert {(h[b"path"], h.get(b"x-auth-token", h.get(b"authorization"))) for h in requests} == {
        (b"/competitions/PL", b"org-key"),
        (b"/models", b"Bearer groq-key"),
    }


@pytest.mark.case("C9", "Q7")
def test_an_outside_system_s_answer_counts_for_a_minute_and_not_until_a_clock_has_caught_up(stores: str) -> None:
    counts: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            counts.append(scope["path"])
            await Response(b"{}", 200)(scope, receive, send)

    keys = {"FOOTBALL_DATA_API_KEY": "org-key", "DATABASE_URL": stores}
    with http_server.serve(app) as address, environment(FOOTBALL_DATA_URL=address, **keys):
        requests = []
        for seconds in (0, 59, 60, -86400, -86341, -86340):
            invoke("health", "/health/ready", at=SATURDAY + timedelta(seconds=seconds))
            requests.append(len(counts))
    assert requests == [1, 1, 2, 3, 3, 4]


@pytest.mark.parametrize("keys", [{"GROQ_API_KEY": "x", "ANTHROPIC_API_KEY": "y"}, {"ANTHROPIC_API_KEY": "y"}])
def test_the_llm_api_is_ready_if_any_provider_answers(stores: str, keys: dict[str, str], league: Path) -> None:
    requests: list[tuple[str, bytes | None]] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            requests.append((scope["path"], dict(scope["headers"]).get(b"x-api-key")))
            await Response(b"{}", 200)(scope, receive, send)

    with http_server.serve(app) as address:
        _, body = get_readiness(
            DATABASE_URL=stores, FOOTBALL_DATA_UK_URL=str(league), GROQ_URL=DOWN, ANTHROPIC_URL=address, **keys
        )
    assert (body["llm_api"], requests) == (True, [("/v1/models", b"y")])


def test_outside_systems_are_probed_once_a_minute(stores: str, service: Service) -> None:
    service.fixtures(SATURDAY, row("Arsenal", "Chelsea", "27/04/2024 15:00"))
    with environment(DATABASE_URL=stores, FOOTBALL_DATA_UK_URL=service.url):
        assert invoke("health", "/health/ready", at=SATURDAY).json["football_api"]
        (service.directory / "fixtures.csv").unlink()
        assert invoke("health", "/health/ready", at=SATURDAY + timedelta(seconds=59)).json["football_api"]
        assert not invoke("health", "/health/ready", at=SATURDAY + timedelta(seconds=60)).json["football_api"]


def test_a_service_that_hangs_is_given_up_in_time(stores: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        status, body = get_readiness(
            DATABASE_URL=stores, FOOTBALL_DATA_UK_URL=f"http://127.0.0.1:{silent.getsockname()[1]}"
        )
    assert (status, body["status"], body["football_api"]) == (200, "degraded", False)


@pytest.mark.parametrize("name", ["health", "matches", "predictions", "pages"])
def test_a_function_that_only_reads_does_not_load_arrays(name: str) -> None:
    heavy = {"numpy", "httpx", "sentry_sdk", "jinja2", "resvg_py"}
    pages = ("picture", "past_picks", "open_forecast", "record", "league", "club")
    heavy |= {f"functions.pages.{page}" for page in pages}
    code = f"import sys, functions.{name}.handler; print(sorted({heavy} & set(sys.modules)))"
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, env={}, capture_output=True, text=True, check=True
    )
    assert ended.stdout == "[]\n"


@pytest.mark.parametrize("name", ["health", "site", "other_sports"])
def test_a_function_whose_usual_response_needs_no_postgres_does_not_load_its_driver(name: str) -> None:
    code = f"import sys, functions.{name}.handler; print('psycopg' in sys.modules)"
    command = [sys.executable, "-c", code]
    ended = subprocess.run(command, cwd=PROJECT, env={}, capture_output=True, text=True, check=True)
    assert ended.stdout == "False\n"


@pytest.mark.case("Q7")
def test_readiness_is_public_and_reveals_no_address_error_or_version(redis: dict[str, str]) -> None:
    """A deep check that is public, on purpose (docs/decisions/health-is-public.md), and so has no details."""
    hidden = "postgresql://hidden@127.0.0.1:9/hidden"
    status, body = get_readiness(DATABASE_URL=hidden, QDRANT_URL=f"{DOWN}/hidden", APP_VERSION="hidden", **redis)
    assert status == 503
    assert body.keys() == {
        *("status", "database", "redis", "football_api", "llm_api", "qdrant", "news", "not_configured")
    }
    assert "hidden" not in str(body)
    assert "127.0.0.1" not in str(body)
