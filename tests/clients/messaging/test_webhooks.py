"""Messages to people's programs, at the wire."""

import asyncio
import socket
import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from threading import Event, Thread
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from shared.clients.messaging import webhooks
from shared.clients.messaging.webhooks import WebhookMessage, WebhookOutcome, WebhookResult, Webhooks
from tests.waiting import HANG
from tests.webhook_receiver import ADDRESS, Receivers, signature_of

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NOW = datetime.fromtimestamp(1614265330, UTC)
HELLO = WebhookMessage("msg_p5jXN8AQM9LWM0D4loKWxJek", "https://one.example/hook?a=1", SECRET, '{"test": 2432232314}')


@pytest.fixture
def service() -> Receivers:
    return Receivers()


def client(service: Receivers) -> Webhooks:
    return Webhooks(lambda: httpx.MockTransport(service), "paris-sportif/test", lambda: NOW, service.resolve)


def send(service: Receivers, **changes: str) -> WebhookResult:
    [sent] = client(service).send([replace(HELLO, **changes)])
    return sent


def test_a_message_is_signed_as_standard_webhooks_specifies(service: Receivers) -> None:
    """The example of Standard Webhooks' own tests: this secret, id, instant and body have this signature."""
    assert send(service) == WebhookResult(WebhookOutcome.DELIVERED, "204")
    [request] = service.requests
    assert (request.method, request.url.raw_path) == ("POST", b"/hook?a=1")
    assert request.headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert request.headers["webhook-id"] == HELLO.message_id
    assert request.headers["webhook-timestamp"] == "1614265330"
    assert request.headers["content-type"] == "application/json"
    assert request.headers["user-agent"] == "paris-sportif/test"
    assert request.content == HELLO.body.encode()
    assert signature_of(SECRET, request) == request.headers["webhook-signature"]


@pytest.mark.case("E20")
@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, WebhookOutcome.DELIVERED),
        (202, WebhookOutcome.DELIVERED),
        (301, WebhookOutcome.FAILED),
        (307, WebhookOutcome.FAILED),
        (400, WebhookOutcome.FAILED),
        (404, WebhookOutcome.FAILED),
        (410, WebhookOutcome.GONE),
        (429, WebhookOutcome.FAILED),
        (500, WebhookOutcome.FAILED),
        (503, WebhookOutcome.FAILED),
    ],
)
def test_the_status_alone_decides_the_outcome(service: Receivers, status: int, outcome: WebhookOutcome) -> None:
    """A redirect is not followed."""
    service.status = status
    assert send(service) == WebhookResult(outcome, str(status))
    assert len(service.requests) == 1


@pytest.mark.parametrize("status", [429, 503, 500, 301])
@pytest.mark.parametrize(
    ("header", "rest"),
    [
        ("120", timedelta(minutes=2)),
        ("Thu, 25 Feb 2021 16:02:10 GMT", timedelta(hours=1)),
        ("99999999999", timedelta(days=1)),
        ("Thu, 25 Feb 2021 14:02:10 GMT", timedelta(0)),
        ("0", timedelta(0)),
        ("-5", timedelta(0)),
        ("soon", timedelta(0)),
    ],
)
def test_a_receivers_retry_after_is_honoured_for_a_day_at_most(
    service: Receivers, status: int, header: str, rest: timedelta
) -> None:
    """Seconds or a date (RFC 9110, section 10.2.3), a day at most."""
    service.status, service.retry_after = status, {"one.example": header}
    assert send(service) == WebhookResult(WebhookOutcome.FAILED, str(status), rest)


def test_retry_after_is_ignored_on_success(service: Receivers) -> None:
    service.retry_after = {"one.example": "120"}
    assert send(service) == WebhookResult(WebhookOutcome.DELIVERED, "204")


@pytest.mark.case("E20")
@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["169.254.169.254"],
        ["10.0.0.1"],
        [ADDRESS, "10.0.0.1"],
        ["::1"],
    ],
)
def test_a_host_that_resolves_to_a_private_address_is_not_called(service: Receivers, addresses: list[str]) -> None:
    service.addresses["one.example"] = addresses
    assert send(service) == WebhookResult(WebhookOutcome.FAILED, "no public address")
    assert service.requests == []


@pytest.mark.case("E20")
def test_the_request_goes_to_the_address_that_was_checked() -> None:
    """DNS rebinding. The receiver checks that the request came to the first answer."""
    service, addresses = Receivers(), [[ADDRESS], ["10.0.0.1"]]

    async def resolve(name: str) -> list[str]:
        return addresses.pop(0)

    [sent] = Webhooks(lambda: httpx.MockTransport(service), "x", lambda: NOW, resolve).send([HELLO])
    assert sent.outcome is WebhookOutcome.DELIVERED
    assert len(addresses) == 1, "one lookup"


def test_an_unknown_host_and_a_transport_error_are_reported_without_details(service: Receivers) -> None:
    service.addresses["one.example"] = []
    assert send(service) == WebhookResult(WebhookOutcome.FAILED, "unknown name")
    service.addresses.clear()
    service.faults["one.example"] = httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] at 10.2.3.4")
    assert send(service) == WebhookResult(WebhookOutcome.FAILED, "ConnectError")
    service.faults["one.example"] = ssl.SSLError("TLSV13_ALERT_CERTIFICATE_REQUIRED")
    assert send(service) == WebhookResult(WebhookOutcome.FAILED, "SSLError")
    service.faults["one.example"] = httpx.ReadTimeout("slow")
    assert send(service) == WebhookResult(WebhookOutcome.FAILED, "no answer in time")


@pytest.mark.case("E6")
def test_a_slow_receiver_does_not_delay_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """A receiver beyond its time-out fails, and the others get their messages meanwhile."""
    monkeypatch.setattr(webhooks, "TIMEOUT", timedelta(seconds=2))

    async def respond(request: httpx.Request) -> httpx.Response:
        if request.headers["host"] == "slow.example":
            await asyncio.sleep(60)
        return httpx.Response(200)

    messages = [replace(HELLO, url=f"https://{name}.example/") for name in ("slow", "one", "slow", "two")]
    sent = Webhooks(lambda: httpx.MockTransport(respond), "x", lambda: NOW, Receivers().resolve).send(messages)
    late, taken = (
        WebhookResult(WebhookOutcome.FAILED, "no answer in time"),
        WebhookResult(WebhookOutcome.DELIVERED, "200"),
    )
    assert sent == [late, taken, late, taken]


def test_hanging_dns_lookups_do_not_delay_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many: `getaddrinfo` cannot be cancelled, so each lookup has its own thread."""
    monkeypatch.setattr(webhooks, "TIMEOUT", timedelta(seconds=2))
    over = Event()

    def getaddrinfo(name: str, *_: object, **__: object) -> list[Any]:
        if name.startswith("silent"):
            over.wait(HANG)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ADDRESS, 443))]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    names = [*(f"silent{n}" for n in range(15)), "one"]
    messages = [replace(HELLO, url=f"https://{name}.example/") for name in names]
    try:
        *silent, one = Webhooks(lambda: httpx.MockTransport(Receivers()), "x", lambda: NOW).send(messages)
    finally:
        over.set()
    assert set(silent) == {WebhookResult(WebhookOutcome.FAILED, "no answer in time")}
    assert one.outcome is WebhookOutcome.DELIVERED


def test_hosts_that_share_an_address_share_no_cookies(service: Receivers) -> None:
    """Neither in one go nor in two; the receiver looks for another's cookies."""
    messages = [replace(HELLO, url=f"https://{name}.example/") for name in ("one", "two", "one")]
    assert {each.outcome for each in client(service).send(messages) + client(service).send(messages)} == {
        WebhookOutcome.DELIVERED
    }


@pytest.mark.parametrize("name", ["xn--caf-dma.example", "xn--0.example", "EXAMPLE.example"])
def test_the_host_header_is_the_urls_host_in_lower_case(service: Receivers, name: str) -> None:
    assert send(service, url=f"https://{name}/").outcome is WebhookOutcome.DELIVERED
    [request] = service.requests
    assert request.headers["host"] == name.lower()


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for one.example, which signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "one.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("one.example")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "one.pem"
    path.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + made.public_bytes(Encoding.PEM)
    )
    return path


@pytest.fixture
def port(authority: Path) -> Iterator[int]:
    """A TLS server with that certificate, which supports keep-alive."""

    class Program(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Log nothing."""

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority)
    with ThreadingHTTPServer(("127.0.0.1", 0), Program) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


class Detour(httpx.AsyncHTTPTransport):
    """The real transport, but for where public addresses lead: to a port of this machine."""

    def __init__(self, port: int, authority: Path) -> None:
        super().__init__(verify=ssl.create_default_context(cafile=str(authority)))
        self._port = port

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        assert ip_address(request.url.host).is_global
        request.url = request.url.copy_with(host="127.0.0.1", port=self._port)
        return await super().handle_async_request(request)


@pytest.mark.case("E21")
def test_the_certificate_is_verified_against_the_host_name(port: int, authority: Path) -> None:
    """An impostor gets no request, nor does another host through an open connection."""
    service = Webhooks(lambda: Detour(port, authority), "x", lambda: NOW, Receivers().resolve)
    messages = [replace(HELLO, url=f"https://{name}.example/") for name in ("one", "two")]
    right, wrong = WebhookResult(WebhookOutcome.DELIVERED, "200"), WebhookResult(WebhookOutcome.FAILED, "ConnectError")
    assert service.send(messages) == [right, wrong]
    assert service.send(messages[:1]) == [right]
    assert service.send(messages[1:]) == [wrong]
