"""Events and answers through the real runtime client."""

import asyncio
import gc
import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from deploy.service import read
from local.gateway import Gateway
from local.http_server import listen, serve
from local.lambda_runtime import Worker
from tests.waiting import wait_until


def test_a_request_becomes_a_payload_of_format_2(gateway: httpx.Client) -> None:
    event = gateway.get(
        "/echo/%C3%A9t%C3%A9?tag=a&tag=b&empty=&q=%26",
        headers=[("cookie", "x=1; y=2"), ("X-Word", "a"), ("x-word", "b"), ("X-Forwarded-For", "203.0.113.7")],
    ).json()["event"]
    assert event["version"] == "2.0"
    assert event["rawPath"] == "/echo/%C3%A9t%C3%A9"
    assert event["rawQueryString"] == "tag=a&tag=b&empty=&q=%26"
    assert event["queryStringParameters"] == {"tag": "a,b", "empty": "", "q": "&"}
    assert event["cookies"] == ["x=1", "y=2"]
    assert event["headers"]["x-word"] == "a,b"
    assert "cookie" not in event["headers"]
    assert event["requestContext"]["http"]["method"] == "GET"
    assert event["requestContext"]["http"]["sourceIp"] == "127.0.0.1", "X-Forwarded-For is ignored"
    assert not event["isBase64Encoded"]
    assert "body" not in event


@pytest.mark.parametrize(
    ("content_type", "body", "encoded"),
    [
        ("application/json", '{"é": 1}'.encode(), False),
        ("application/problem+json", b"{}", False),
        ("application/octet-stream", b"plain", True),
        ("application/json", b"\xff\xfe", True),
    ],
)
def test_only_text_stands_in_the_event_as_it_is(
    gateway: httpx.Client, content_type: str, body: bytes, encoded: bool
) -> None:
    event = gateway.post("/echo", content=body, headers={"content-type": content_type}).json()["event"]
    assert event["isBase64Encoded"] is encoded
    assert encoded or event["body"] == body.decode()


def test_a_web_application_sees_the_request_as_it_was_sent(gateway: httpx.Client) -> None:
    response = gateway.get(
        "/web/items/étage?tag=a&tag=b", headers={"cookie": "session=abc; theme=dark", "x-word": "hello"}
    )
    assert response.json() == {
        "path": "/web/items/étage",
        "tags": ["a", "b"],
        "cookies": {"session": "abc", "theme": "dark"},
        "word": "hello",
    }
    assert [cookie.split(";")[0] for cookie in response.headers.get_list("set-cookie")] == ["a=1", "b=2"]


def test_bytes_come_back_as_they_are(gateway: httpx.Client) -> None:
    body = bytes(range(256)) * 64
    response = gateway.post("/web/reverse", content=body, headers={"content-type": "application/octet-stream"})
    assert response.content == body[::-1]
    assert response.headers["content-type"] == "application/octet-stream"


def test_the_first_route_that_matches_serves(gateway: httpx.Client) -> None:
    assert gateway.get("/web/nothing").status_code == 404
    assert gateway.get("/anything/else").json()["event"]["rawPath"] == "/anything/else"


@pytest.mark.parametrize("path", ["/boom", "/leave", "/broken", "/large"])
def test_a_failing_function_is_a_502_without_details(gateway: httpx.Client, path: str) -> None:
    response = gateway.get(path)
    assert (response.status_code, response.text) == (502, "Internal Server Error")
    assert gateway.get(path).status_code == 502, "the next event is served by a new process"


@pytest.mark.parametrize(
    ("function", "status", "error_type"),
    [
        ("boom", 502, "ValueError"),
        ("leave", 502, "Runtime.ExitError"),
        ("broken", 502, "Runtime.ImportModuleError"),
        ("large", 502, "Function.ResponseSizeTooLarge"),
        ("slow", 504, "Sandbox.Timedout"),
    ],
)
def test_a_direct_invocation_returns_the_error_type(
    gateway: httpx.Client, function: str, status: int, error_type: str
) -> None:
    response = gateway.post(f"/_invoke/{function}", json={})
    assert (response.status_code, response.json()["errorType"]) == (status, error_type)


def test_a_function_that_takes_too_long_is_504_at_its_timeout(gateway: httpx.Client) -> None:
    assert gateway.get("/slow").status_code == 504, "the handler would sleep, and then answer"


def test_events_beyond_the_reserved_concurrency_are_429(gateway: httpx.Client, bundle: Path) -> None:
    with ThreadPoolExecutor(1) as beside:
        first = beside.submit(gateway.get, "/single")
        wait_until((bundle / "begun").exists)
        assert [gateway.get("/single").status_code for _ in range(2)] == [429, 429]
        (bundle / "go on").touch()
        assert first.result().status_code == 204
    assert gateway.get("/single").status_code == 204


def test_events_without_such_a_limit_wait_for_one_of_two_processes(gateway: httpx.Client) -> None:
    with ThreadPoolExecutor(8) as threads:
        responses = list(threads.map(lambda _: gateway.get("/echo"), range(8)))
    assert {response.status_code for response in responses} == {200}
    assert len({response.json()["pid"] for response in responses}) <= 2


def test_an_event_above_6_mb_is_413(gateway: httpx.Client) -> None:
    text = {"content-type": "text/plain"}
    assert gateway.post("/echo", content=b"x" * (6 * 2**20), headers=text).status_code == 413
    assert gateway.post("/echo", content=b"x" * (4 * 2**20), headers=text).status_code == 200
    assert gateway.post("/web/reverse", content=b"x" * (5 * 2**20)).status_code == 413, "base64 makes it 6.7 MB"


def test_a_function_answers_a_preflight_itself(gateway: httpx.Client) -> None:
    response = gateway.options("/echo", headers={"origin": "https://app.example"})
    assert response.json()["event"]["requestContext"]["http"]["method"] == "OPTIONS"


def test_a_function_gets_only_its_variables_of_serverless_yml(gateway: httpx.Client) -> None:
    assert gateway.get("/echo").json()["variables"] == ["DATABASE_URL", "DEMO", "SENTRY_DSN"]
    assert gateway.post("/_invoke/inspect", json={}).json()["variables"] == []


def test_any_function_can_be_run_directly_and_stays_warm(gateway: httpx.Client) -> None:
    first = gateway.post("/_invoke/inspect", json={"day": "2024-04-27"}).json()
    assert first["event"] == {"day": "2024-04-27"}
    assert 0 < first["seconds_left"] <= 6
    assert gateway.post("/_invoke/inspect").json()["pid"] == first["pid"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"origin": "http://localhost:3000"}, 200),
        ({"origin": "http://127.0.0.1:8000"}, 200),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://localhost.evil.example"}, 403),
        ({"host": "evil.example"}, 403),
        ({"host": "evil.example:8000", "origin": "http://evil.example:8000"}, 403),
        ({"host": "[::1"}, 403),
    ],
)
def test_pages_of_other_sites_run_no_function(gateway: httpx.Client, headers: dict[str, str], status: int) -> None:
    """A form or `fetch` without CORS sends text from anywhere, and the stand-in runs jobs without a key."""
    response = gateway.post("/_invoke/inspect", content=b"{}", headers={"content-type": "text/plain", **headers})
    assert response.status_code == status


def test_an_invalid_direct_invocation_is_rejected(gateway: httpx.Client) -> None:
    assert gateway.post("/_invoke/missing", json={}).status_code == 404
    assert gateway.get("/_invoke/inspect").status_code == 405
    assert gateway.post("/_invoke/inspect", content=b"{").status_code == 400


def test_a_worker_that_is_stopped_while_it_starts_leaves_no_port_open(bundle: Path, tmp_path: Path) -> None:
    async def stop_after(steps: int) -> None:
        worker = Worker(read(bundle).functions["echo"])
        with (tmp_path / "log").open("ab") as log:
            starting = asyncio.create_task(worker.start(bundle, {}, log))
            for _ in range(steps):
                await asyncio.sleep(0)
            starting.cancel()
            await asyncio.wait({starting})
            await worker.stop()

    for steps in range(1, 7):
        asyncio.run(stop_after(steps))
    gc.collect()  # what is not closed is reported now


def test_tcp_nodelay_is_set_on_accepted_connections() -> None:
    """Nagle's delay alone is 40 ms an answer; asyncio switches it off only where the listener declares TCP."""

    async def delayed() -> bool:
        accepted = asyncio.get_running_loop().create_future()
        server = await asyncio.start_server(lambda _, writer: accepted.set_result(writer), sock=listen())
        async with server:
            _, client = await asyncio.open_connection(*server.sockets[0].getsockname())
            writer = await accepted
            option = writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
            client.close()
            writer.close()
        return option == 0

    assert not asyncio.run(delayed())


def test_an_unknown_path_is_a_404_and_failures_are_logged(bundle: Path, tmp_path: Path) -> None:
    (tmp_path / "serverless.yml").write_text(
        (bundle / "serverless.yml").read_text().replace('- { path: "/*", function: echo }', "")
    )
    log: list[str] = []
    service = read(tmp_path)
    gateway = Gateway(
        service, bundle, {}, tmp_path / "logs", lambda name, outcome: log.append(f"{name} {outcome.status}")
    )
    with serve(gateway) as address:
        response = httpx.get(f"{address}/nobody/home")
        assert (response.status_code, response.json()) == (404, {"detail": "Not Found"})
        assert log == []
        httpx.get(f"{address}/boom")
    assert log == ["boom error"]
    assert "the secret plan" in (tmp_path / "logs" / "boom.log").read_text()


def test_public_files_are_served_and_no_others(bundle: Path, tmp_path: Path) -> None:
    (tmp_path / "public" / "record").mkdir(parents=True)
    (tmp_path / "public" / "record" / "checkpoint").write_text("example.org/record")
    (tmp_path / "secret").write_text("secret")
    gateway = Gateway(read(bundle), bundle, {}, tmp_path / "logs", public=tmp_path / "public")
    with serve(gateway) as address:
        response = httpx.get(f"{address}/record/checkpoint")
        assert (response.status_code, response.text) == (200, "example.org/record")
        assert response.headers["access-control-allow-origin"] == "*"
        for path in ("record/tile/0", "record/%2e%2e/%2e%2e/secret", "record/"):
            assert httpx.get(f"{address}/{path}").status_code == 404, path
