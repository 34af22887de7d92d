"""The edge of HTTP: what every answer has, whatever it is."""

import json
from collections.abc import Iterator
from typing import Annotated, Any

import psycopg
import pytest
from fastapi import Query
from pydantic import BaseModel

from shared.web.app import Connection, RemainingSeconds, RequestLanguage, http_app, lambda_handler
from shared.web.errors import BadRequest, NotFound
from tests.running import Context, Handler, HttpResponse, environment, invoke

SECRET = "s3cr3t"
OURS = "https://paris-sportif.vercel.app"
SECURITY = {
    "strict-transport-security": "max-age=63072000; includeSubDomains; preload",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "strict-origin-when-cross-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
}
EVERY = [
    ("GET", "/number?n=1", 200),
    ("GET", "/nowhere", 404),
    ("POST", "/number", 405),
    ("GET", "/number?n=x", 422),
    ("GET", "/missing", 404),
    ("GET", "/bad", 400),
    ("GET", "/boom", 500),
    ("GET", "/database", 503),
]


class Number(BaseModel):
    n: float
    text: str


def built() -> Handler:
    """A small group of endpoints."""
    app = http_app("try")

    @app.get("/number")
    async def number(language: RequestLanguage, n: Annotated[float, Query(ge=1)] = 1.0) -> Number:
        return Number(n=n, text=language)

    @app.get("/left")
    async def left(seconds: RemainingSeconds) -> float | None:
        return seconds

    @app.get("/missing")
    async def missing() -> None:
        raise NotFound("unknown_match")

    @app.get("/bad")
    async def bad() -> None:
        raise BadRequest("unknown_competition", code="XX", codes="PL, FL1")

    @app.get("/boom")
    async def boom() -> None:
        raise RuntimeError("unforeseen")

    @app.get("/database")
    async def database(db: Connection) -> list[int]:
        return [row[0] for row in db.execute("SELECT 7").fetchall()]

    @app.get("/cut")
    async def cut(db: Connection) -> None:
        db.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    @app.get("/write")
    async def write(db: Connection, fail: bool = False) -> None:
        db.execute("INSERT INTO reports VALUES ('test', 'a', 'b', now())")
        if fail:
            raise NotFound("unknown_match")

    @app.get("/late")
    async def late(db: Connection) -> None:
        db.execute("CREATE TEMPORARY TABLE once (n integer UNIQUE DEFERRABLE INITIALLY DEFERRED) ON COMMIT DROP")
        db.execute("INSERT INTO once VALUES (1), (1)")

    return lambda_handler(app)


@pytest.fixture
def handler() -> Iterator[Handler]:
    """The group without a database."""
    with environment(CORS_ORIGINS="https://preview.example.com", DATABASE_URL="postgresql://u@127.0.0.1:9/x"):
        yield built()


@pytest.mark.case("H14")
@pytest.mark.parametrize(("method", "target", "status"), EVERY)
def test_every_answer_is_json_with_the_security_headers_and_an_id(
    handler: Handler, method: str, target: str, status: int
) -> None:
    response = invoke(handler, target, method=method)
    assert response.status == status
    assert SECURITY.items() <= response.headers.items()
    assert response.headers["content-type"] == "application/json"
    assert len(response.headers["x-request-id"]) == 32
    assert response.json
    assert "x-demo" not in response.headers


@pytest.mark.case("H13")
@pytest.mark.parametrize(("method", "target", "status"), EVERY)
@pytest.mark.parametrize("origin", [OURS, "http://localhost:3000", "https://preview.example.com"])
def test_pages_of_ours_may_read_every_answer(
    handler: Handler, method: str, target: str, status: int, origin: str
) -> None:
    our_values = invoke(handler, target, method=method, origin=origin)
    assert our_values.status == status
    assert our_values.headers["access-control-allow-origin"] == origin
    assert our_values.headers["access-control-allow-credentials"] == "true"
    assert "Origin" in our_values.headers["vary"]


@pytest.mark.case("H13")
@pytest.mark.parametrize(("method", "target", "status"), EVERY)
@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", f"{OURS}.evil.example", OURS.replace("https", "http"), "*"]
)
def test_other_pages_are_granted_nothing(handler: Handler, method: str, target: str, status: int, origin: str) -> None:
    response = invoke(handler, target, method=method, origin=origin)
    assert response.status == status
    assert not [name for name in response.headers if name.startswith("access-control-allow")]


@pytest.mark.case("H12")
def test_a_preflight_request_from_our_pages_is_allowed(handler: Handler) -> None:
    headers: Any = {"access_control_request_method": "GET", "access_control_request_headers": "authorization"}
    granted = invoke(handler, "/number", method="OPTIONS", origin=OURS, **headers)
    assert granted.status == 200
    assert granted.headers["access-control-allow-origin"] == OURS
    assert "GET" in granted.headers["access-control-allow-methods"]
    assert SECURITY.items() <= granted.headers.items()
    refused = invoke(handler, "/number", method="OPTIONS", origin="https://evil.example", **headers)
    assert refused.status == 400
    assert "access-control-allow-origin" not in refused.headers


@pytest.mark.case("H12", "H13")
def test_preflight_allows_and_exposes_exactly_the_declared_headers(handler: Handler) -> None:
    """Each method and each header, and no other; for ten minutes."""
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
        for header in ("authorization", "content-type", "accept", "accept-language", "idempotency-key"):
            headers: Any = {"access_control_request_method": method, "access_control_request_headers": header}
            assert invoke(handler, "/number", method="OPTIONS", origin=OURS, **headers).status == 200, (method, header)
    for headers in (
        {"access_control_request_method": "TRACE"},
        {"access_control_request_method": "GET", "access_control_request_headers": "x-cdn-secret"},
    ):
        assert invoke(handler, "/number", method="OPTIONS", origin=OURS, **headers).status == 400
    headers = {"access_control_request_method": "GET"}
    assert (
        invoke(handler, "/number", method="OPTIONS", origin=OURS, **headers).headers["access-control-max-age"] == "600"
    )
    exposed = invoke(handler, "/number", origin=OURS).headers["access-control-expose-headers"]
    assert set(exposed.split(", ")) == {
        "X-Request-ID",
        "Retry-After",
        "ETag",
        "RateLimit-Limit",
        "RateLimit-Remaining",
        "RateLimit-Reset",
    }


@pytest.mark.case("H12")
@pytest.mark.parametrize(("target", "status"), [("/number?n=2", 200), ("/nowhere", 404), ("/boom", 500)])
def test_head_is_get_without_the_body(handler: Handler, target: str, status: int) -> None:
    got, response = invoke(handler, target), invoke(handler, target, method="HEAD")
    assert (response.status, response.body) == (status, "")
    assert response.headers["content-length"] == got.headers["content-length"]


@pytest.mark.case("H12")
def test_a_route_knows_the_seconds_until_the_invocation_times_out(handler: Handler) -> None:
    assert invoke(lambda event, _: handler(event, Context(2.5)), "/left").json == 2.5
    assert invoke(handler, "/left").json is None


def test_a_method_cannot_be_overridden(handler: Handler) -> None:
    response = invoke(handler, "/number", method="POST", x_http_method_override="GET")
    assert (response.status, response.headers["allow"]) == (405, "GET")


@pytest.mark.parametrize("request_id", ["abcd-1234", "A" * 64])
def test_a_well_formed_request_id_is_echoed(handler: Handler, request_id: str) -> None:
    assert invoke(handler, "/number", x_request_id=request_id).headers["x-request-id"] == request_id


@pytest.mark.parametrize("host", ["a:b:c", "a:b", "[::1]", "", ":80", "a b", "a/b", "user@a", "a:99999999"])
def test_a_malformed_host_header_is_a_400(handler: Handler, host: str) -> None:
    """On AWS none arrives, and `make run` is called with whatever a program sends."""
    response = invoke(handler, "/number?n=1", host=host)
    assert (response.status, response.json["code"]) == (400, "bad_host")
    assert SECURITY.items() <= response.headers.items()


@pytest.mark.parametrize("host", ["api.example", "api.example:8000", "127.0.0.1:8000", "xn--caf-dma.example"])
def test_a_host_by_name_or_address_is_accepted(handler: Handler, host: str) -> None:
    assert invoke(handler, "/number?n=1", host=host).status == 200


@pytest.mark.case("H11")
@pytest.mark.parametrize(
    "request_id", ["", "short", "A" * 65, "with space", "line\nbreak-1234", "éééééééé", "../../etc/passwd"]
)
def test_any_other_request_id_is_replaced(
    handler: Handler, request_id: str, capsys: pytest.CaptureFixture[str]
) -> None:
    response = invoke(handler, "/number", x_request_id=request_id)
    assert len(response.headers["x-request-id"]) == 32
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["request_id"] == response.headers["x-request-id"]


def test_an_unexpected_error_is_logged_and_its_details_are_not_returned(
    handler: Handler, capsys: pytest.CaptureFixture[str]
) -> None:
    response = invoke(handler, "/boom", accept_language="en")
    assert response.json["detail"] == "An unexpected error occurred; it has been reported to us."
    error, request = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (error["level"], error["event"]) == ("ERROR", "unexpected")
    assert (error["function"], error["error"]) == ("try", "RuntimeError: unforeseen")
    assert error["request_id"] == request["request_id"] == response.headers["x-request-id"]
    assert (request["level"], request["event"], request["function"]) == ("INFO", "request", "try")
    assert (request["method"], request["status"], request["route"], request["cache"]) == ("GET", 500, "/boom", None)


def test_a_request_is_logged_by_the_method_that_was_sent(handler: Handler, capsys: pytest.CaptureFixture[str]) -> None:
    invoke(handler, "/number", method="HEAD")
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["method"] == "HEAD"


@pytest.mark.case("P3")
def test_a_request_is_one_line_that_cloudwatch_counts(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Of its address the line has the route alone; counts of its Redis commands and queries are in it."""
    with environment(APP_ENV="staging", DATABASE_URL=url):
        invoke(built(), f"/database?email={SECRET}")
        invoke(built(), f"/{SECRET}")
    line, unknown = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (line["route"], line["queries"], line["commands"], line["credits"]) == ("/database", 1, 0, 0)
    assert (unknown["route"], SECRET in str(line) + str(unknown)) == (None, False)
    [metric] = line["_aws"]["CloudWatchMetrics"]
    assert (metric["Namespace"], metric["Dimensions"], line["stage"]) == ("ParisSportif", [["stage"]], "staging")
    assert {each["Name"] for each in metric["Metrics"]} == {"Requests", "Errors", "Milliseconds", "RedisCommands"}
    assert (line["Requests"], line["Errors"], line["Milliseconds"]) == (1, 0, line["ms"])


@pytest.mark.case("H4", "H2")
@pytest.mark.parametrize(
    "target", ["/number?n=NaN", "/number?n=-Infinity", "/number?n=%00", "/number?n=0", "/number?n="]
)
def test_a_rejected_value_is_not_sent_back(handler: Handler, target: str) -> None:
    response = invoke(handler, target)
    assert response.status == 422
    (fault,) = response.json["detail"]
    assert set(fault) == {"type", "loc", "msg"}
    assert fault["loc"] == ["query", "n"]


@pytest.mark.case("H2")
@pytest.mark.parametrize("target", ["/numb%00er", "/%ff%fe", "/number/", "//number", "/" + "a" * 5000, "/%ed%a0%80"])
def test_malformed_paths_are_a_404(handler: Handler, target: str) -> None:
    assert invoke(handler, target).status == 404


@pytest.mark.case("F1")
def test_an_unavailable_database_is_a_503_with_retry_after(handler: Handler) -> None:
    response = invoke(handler, "/database")
    assert (response.status, response.headers["retry-after"]) == (503, "5")
    assert response.json["detail"] == "Le service est indisponible un instant ; réessayez bientôt."


@pytest.mark.case("F6")
def test_a_lost_connection_is_a_503_and_the_next_request_reconnects(url: str) -> None:
    with environment(DATABASE_URL=url):
        handler = built()
        assert invoke(handler, "/database").json == [7]
        assert invoke(handler, "/cut").status == 503
        assert invoke(handler, "/database").json == [7], "the next request has a new connection"


def test_a_request_that_fails_writes_nothing(url: str) -> None:
    with environment(DATABASE_URL=url), psycopg.connect(url, autocommit=True) as db:
        handler = built()
        assert invoke(handler, "/write?fail=true").status == 404
        assert db.execute("SELECT count(*) FROM reports").fetchone() == (0,)
        assert invoke(handler, "/write").status == 200
        assert db.execute("SELECT count(*) FROM reports").fetchone() == (1,)


@pytest.mark.case("F6")
def test_a_response_is_sent_only_after_its_transaction_committed(url: str) -> None:
    """A failure at commit is a 503."""
    with environment(DATABASE_URL=url):
        assert invoke(built(), "/late").status == 503


def test_every_response_of_the_demonstration_has_the_x_demo_header() -> None:
    with environment(DEMO="true"):
        handler = built()
        responses: list[HttpResponse] = [invoke(handler, target, method=method) for method, target, _ in EVERY[:-1]]
    assert {response.headers["x-demo"] for response in responses} == {"true"}


@pytest.mark.parametrize(
    ("accept_language", "language"),
    [("", "fr"), ("en", "en"), ("de, en;q=0.5", "en"), ("fr;q=0.1, en-GB;q=0.9", "en"), (";;;", "fr")],
)
def test_an_answer_is_in_the_readers_language(handler: Handler, accept_language: str, language: str) -> None:
    assert invoke(handler, "/number", accept_language=accept_language).json["text"] == language
    detail = invoke(handler, "/missing", accept_language=accept_language).json["detail"]
    assert detail == {"fr": "Ce match est inconnu.", "en": "This match is unknown."}[language]


def test_no_secret_reaches_an_answer_or_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    secrets = {
        "DATABASE_URL": f"postgresql://u:{SECRET}@127.0.0.1:9/x",
        "UPSTASH_REDIS_REST_TOKEN": SECRET,
        "QDRANT_API_KEY": SECRET,
        "FOOTBALL_DATA_API_KEY": SECRET,
        "GROQ_API_KEY": SECRET,
    }
    with environment(**secrets):
        handler = built()
        responses = [invoke(handler, target, method=method, authorization=SECRET) for method, target, _ in EVERY]
    output = capsys.readouterr()
    assert [response.status for response in responses] == [status for _, _, status in EVERY]
    assert SECRET not in output.out + output.err + repr(responses)


def test_a_request_is_logged_without_its_query_string(handler: Handler, capsys: pytest.CaptureFixture[str]) -> None:
    invoke(handler, f"/number?n=1&token={SECRET}")
    assert SECRET not in capsys.readouterr().out
