import gzip
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from time import sleep

import httpx
import pytest

from shared.clients.errors import InvalidResponse, Redirected, Unavailable
from shared.clients.http import MAX_BODY_BYTES, HttpResponse, fetch
from tests import tls_service
from tests.waiting import HANG


def now() -> datetime:
    return datetime.now(UTC)


def fetch_from(respond: Callable[[httpx.Request], httpx.Response]) -> HttpResponse:
    with httpx.Client(transport=httpx.MockTransport(respond)) as http:
        return fetch(http, "https://upstream.test/data", now=now, deadline=now() + timedelta(seconds=HANG))


def fetch_within(seconds: float, url: str) -> HttpResponse:
    with httpx.Client() as http:
        return fetch(http, url, now=now, deadline=now() + timedelta(seconds=seconds))


@contextmanager
def a_server(pieces: Callable[[], Iterator[bytes]]) -> Iterator[str]:
    """Answers one request with these bytes as they come; yields its address."""

    def serve() -> None:
        connection, _ = listener.accept()
        with connection, suppress(OSError):
            connection.recv(65536)
            for piece in pieces():
                connection.sendall(piece)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
        finally:
            thread.join()


def test_a_response_is_returned_with_its_status() -> None:
    response = fetch_from(lambda request: httpx.Response(404, content=b"none", headers={"X-Left": "3"}))
    assert (response.status, response.body, response.headers["x-left"]) == (404, b"none", "3")


def test_gzip_is_accepted_and_decompressed() -> None:
    def respond(request: httpx.Request) -> httpx.Response:
        assert request.headers["Accept-Encoding"] == "gzip"
        return httpx.Response(200, content=gzip.compress(b"12" * 1000), headers={"Content-Encoding": "gzip"})

    assert fetch_from(respond).body == b"12" * 1000


def test_status_304_is_returned() -> None:
    assert fetch_from(lambda request: httpx.Response(304)).status == 304


@pytest.mark.case("E20")
@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed_unless_that_is_wanted(status: int) -> None:
    requests: list[str] = []

    def respond(request: httpx.Request) -> httpx.Response:
        requests.append(str(request.url))
        return httpx.Response(status, headers={"Location": "http://169.254.169.254/latest/meta-data"})

    with pytest.raises(InvalidResponse, match=r"upstream\.test answered with a redirect"):
        fetch_from(respond)
    assert requests == ["https://upstream.test/data"]


def followed(*hops: tuple[int, str], start: str = "https://www.football-data.co.uk/fixtures.csv") -> list[str]:
    """The addresses requested, one after the other, of an upstream that redirects so."""
    requests: list[str] = []

    def respond(request: httpx.Request) -> httpx.Response:
        requests.append(str(request.url))
        if len(requests) > len(hops):
            return httpx.Response(200, content=b"here")
        status, location = hops[len(requests) - 1]
        return httpx.Response(status, headers={"Location": location} if location else {})

    with httpx.Client(transport=httpx.MockTransport(respond)) as http:
        response = fetch(http, start, now=now, deadline=now() + timedelta(seconds=HANG), follow_redirects=True)
    assert response.body == b"here"
    return requests


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    ("location", "leads_to"),
    [
        ("https://football-data.co.uk/fixtures.csv", "https://football-data.co.uk/fixtures.csv"),
        ("https://data.football-data.co.uk/a?b=c", "https://data.football-data.co.uk/a?b=c"),
        ("https://FOOTBALL-DATA.co.uk:443/fixtures.csv", "https://football-data.co.uk/fixtures.csv"),
        ("//football-data.co.uk/fixtures.csv", "https://football-data.co.uk/fixtures.csv"),
        ("/new/fixtures.csv", "https://www.football-data.co.uk/new/fixtures.csv"),
    ],
)
def test_a_redirect_within_the_registrable_domain_is_followed(status: int, location: str, leads_to: str) -> None:
    assert followed((status, location))[1:] == [leads_to]


def test_a_redirect_that_makes_an_address_safe_is_followed() -> None:
    bare = "https://football-data.co.uk/fixtures.csv"
    assert followed((301, bare), start="http://football-data.co.uk/fixtures.csv")[1:] == [bare]


@pytest.mark.case("E20")
@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1/",  # what the CSV service's www once answered
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://10.0.0.8/fixtures.csv",
        "http://169.254.169.254/latest/meta-data",
        "https://localhost/",
        "http://football-data.co.uk/fixtures.csv",  # not even there without TLS
        "https://football-data.co.uk:8443/fixtures.csv",
        "https://reader:word@football-data.co.uk/fixtures.csv",
        "https://another.co.uk/fixtures.csv",  # the last two labels agree, the owners do not
        "https://co.uk/",
        "https://football-data.co.uk.example.com/",
        "https://notfootball-data.co.uk/",
        "ftp://football-data.co.uk/",
        "file:///etc/passwd",
        "https://[",
        "",
    ],
)
def test_a_redirect_to_anywhere_else_is_not_followed(location: str) -> None:
    with pytest.raises(Redirected, match=r"www\.football-data\.co\.uk answered with a redirect"):
        followed((302, location))


@pytest.mark.parametrize("other", ["https://b.supabase.co/", "https://supabase.co/"])
def test_a_redirect_to_another_customer_of_the_same_platform_is_not_followed(other: str) -> None:
    with pytest.raises(Redirected):
        followed((302, other), start="https://a.supabase.co/")


@pytest.mark.case("E20")
def test_redirects_are_checked_against_their_origin_and_at_most_three_are_followed() -> None:
    hops = [(302, f"/{number}") for number in range(3)]
    assert len(followed(*hops)) == 4
    with pytest.raises(Redirected):
        followed(*hops, (302, "/3"))
    with pytest.raises(Redirected, match=r"^football-data\.co\.uk answered"):
        followed((302, "https://football-data.co.uk/"), (302, "http://127.0.0.1/"))


def test_a_server_may_redirect_to_itself_without_tls_too() -> None:
    assert followed((302, "/b"), start="http://127.0.0.1:8080/a")[1:] == ["http://127.0.0.1:8080/b"]
    with pytest.raises(Redirected):
        followed((302, "http://127.0.0.1:9090/b"), start="http://127.0.0.1:8080/a")


def test_several_choices_are_an_answer_and_no_redirect() -> None:
    page = b"<html><title>300 Multiple Choices</title></html>"
    assert fetch_from(lambda request: httpx.Response(300, content=page)).status == 300


@pytest.mark.parametrize("status", [500, 502, 503, 599])
def test_a_broken_upstream_is_unavailable(status: int) -> None:
    with pytest.raises(Unavailable, match=f"upstream.test answered {status}"):
        fetch_from(lambda request: httpx.Response(status))


@pytest.mark.case("E19")
def test_a_gzip_bomb_is_cut_at_the_limit() -> None:
    bomb = gzip.compress(bytes(5 * MAX_BODY_BYTES))
    assert len(bomb) < 100_000
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(bomb)}\r\n\r\n".encode()
    with (
        a_server(lambda: iter([head, bomb])) as url,
        pytest.raises(InvalidResponse, match="more than 10,000,000 bytes"),
    ):
        fetch_within(HANG, url)


@pytest.mark.case("E19")
def test_an_endless_body_is_cut_at_the_limit() -> None:
    sent: list[int] = []

    def pieces() -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\n\r\n"
        for _ in range(50):
            sent.append(1_000_000)
            yield bytes(1_000_000)

    with a_server(pieces) as url, pytest.raises(InvalidResponse, match="more than 10,000,000 bytes"):
        fetch_within(HANG, url)
    assert sum(sent) < 30_000_000


@pytest.mark.case("E19")
def test_stacked_content_encodings_are_rejected() -> None:
    twice = gzip.compress(gzip.compress(bytes(1000)))
    with pytest.raises(InvalidResponse, match="packed"):
        fetch_from(lambda request: httpx.Response(200, content=twice, headers={"Content-Encoding": "gzip, gzip"}))


def test_a_body_that_cannot_be_unpacked_is_unintelligible() -> None:
    payload = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 8\r\n\r\nnot gzip"
    with a_server(lambda: iter([payload])) as url, pytest.raises(InvalidResponse, match="cannot be unpacked"):
        fetch_within(HANG, url)


def test_a_body_that_ends_too_soon_is_unavailable() -> None:
    payload = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf"
    with a_server(lambda: iter([payload])) as url, pytest.raises(Unavailable, match="cannot be reached"):
        fetch_within(HANG, url)


def silence() -> Iterator[bytes]:
    sleep(0.6)
    yield b""


def drip() -> Iterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\n\r\n"
    for _ in range(30):
        sleep(0.05)
        yield b"."


@pytest.mark.case("E6")
@pytest.mark.parametrize("pieces", [silence, drip])
def test_the_deadline_holds_for_silent_and_for_slow_upstreams(pieces: Callable[[], Iterator[bytes]]) -> None:
    with a_server(pieces) as url, pytest.raises(Unavailable, match="in time"):
        fetch_within(0.3, url)


@pytest.mark.case("E6")
def test_an_unreachable_host_is_unavailable() -> None:
    with pytest.raises(Unavailable, match=r"127\.0\.0\.1 cannot be reached"):
        fetch_within(HANG, "http://127.0.0.1:9/")


@pytest.mark.case("E21")
def test_a_tls_error_is_not_downgraded() -> None:
    """Nor is it tried again in any other way."""
    with tls_service.serve() as impostor, pytest.raises(Unavailable, match=r"cannot be reached: .*certificate"):
        fetch_within(HANG, impostor.url)
    assert (impostor.connections, impostor.received) == (1, [])
