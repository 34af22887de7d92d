"""Messages to browsers, at the wire."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from shared.clients.messaging.web_push import DEFAULT_RETRY_AFTER, MAX_MESSAGE_BYTES, PushOutcome, PushResult, WebPush
from shared.clients.retry_after import MAX_RETRY_AFTER, NO_WAIT
from tests.push_service import HOST, VAPID, Browser, PushService, base64url_encode, claims_of

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
DAY = timedelta(days=1)
HELLO = b'{"title": "Bonjour"}'


@pytest.fixture
def service() -> PushService:
    return PushService()


def web_push(service: PushService, **changes: str) -> WebPush:
    options = {name.removeprefix("VAPID_").lower(): value for name, value in (VAPID | changes).items()}
    return WebPush(httpx.Client(transport=httpx.MockTransport(service)), **options, now=lambda: NOW)


def send(service: PushService, browser: Browser | None = None, message: bytes = HELLO) -> PushResult:
    browser = browser or service.browser("one")
    keys = browser.subscription["keys"]
    return web_push(service).send(browser.endpoint, keys["p256dh"], keys["auth"], message, "topic", DAY)


def test_a_push_message_decrypts_and_carries_a_valid_vapid_token(service: PushService) -> None:
    """RFC 8030, 8291 and 8292: who signs, for whom, until when, and how long the message may wait."""
    assert send(service) == PushResult(PushOutcome.SENT, "201")
    assert service.sent == [(f"{HOST}/fcm/send/one", {"title": "Bonjour"})]
    [request] = service.requests
    claims = claims_of(request)
    assert (claims["aud"], claims["sub"]) == (HOST, "mailto:push@example.com")
    assert timedelta(0) < datetime.fromtimestamp(claims["exp"], UTC) - datetime.now(UTC) <= timedelta(hours=24)
    assert (request.method, request.headers["ttl"], request.headers["topic"]) == ("POST", "86400", "topic")


def test_each_message_is_encrypted_differently(service: PushService) -> None:
    send(service)
    send(service)
    one, two = (request.read() for request in service.requests)
    assert one != two


@pytest.mark.case("P5", "P4")
@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, PushOutcome.SENT),
        (404, PushOutcome.GONE),
        (410, PushOutcome.GONE),
        (429, PushOutcome.RETRY),
        (500, PushOutcome.RETRY),
        (503, PushOutcome.RETRY),
        (400, PushOutcome.DENIED),
        (401, PushOutcome.DENIED),
        (403, PushOutcome.DENIED),
        (413, PushOutcome.REFUSED),
        (307, PushOutcome.REFUSED),
    ],
)
def test_each_status_of_the_push_service_maps_to_an_outcome(
    service: PushService, status: int, outcome: PushOutcome
) -> None:
    """A redirect is not followed."""
    service.status = status
    service.headers = {"Location": "https://169.254.169.254/latest"} if status == 307 else {}
    assert send(service).outcome is outcome
    assert len(service.requests) == 1


@pytest.mark.case("P5")
@pytest.mark.parametrize(
    ("retry_after", "rest"),
    [
        ("120", timedelta(minutes=2)),
        ("0", timedelta(0)),
        ("99999999999999999999", MAX_RETRY_AFTER),
        ("Sun, 22 Nov 2026 15:05:00 GMT", timedelta(minutes=5)),
        ("Sun, 22 Nov 2026 14:05:00 GMT", timedelta(0)),
        ("Sun, 22 Nov 2026 15:05:00", DEFAULT_RETRY_AFTER),
        ("soon", DEFAULT_RETRY_AFTER),
        ("-5", DEFAULT_RETRY_AFTER),
        ("", DEFAULT_RETRY_AFTER),
    ],
)
def test_a_429_pauses_for_its_retry_after(service: PushService, retry_after: str, rest: timedelta) -> None:
    service.status, service.headers = 429, {"Retry-After": retry_after}
    assert send(service).rest == rest


def test_a_503_is_retried_by_the_next_run_or_after_its_retry_after(service: PushService) -> None:
    service.status = 503
    assert send(service) == PushResult(PushOutcome.RETRY, "503", NO_WAIT)
    service.headers = {"Retry-After": "60"}
    assert send(service).rest == timedelta(minutes=1)


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (httpx.ConnectError("refused"), PushOutcome.RETRY),
        (httpx.ConnectTimeout("slow"), PushOutcome.RETRY),
        (httpx.ReadTimeout("slow"), PushOutcome.UNKNOWN),
        (httpx.RemoteProtocolError("broken"), PushOutcome.UNKNOWN),
    ],
)
def test_an_error_before_sending_is_retryable_and_one_after_is_unknown(
    service: PushService, fault: Exception, outcome: PushOutcome
) -> None:
    service.fault = fault
    assert send(service).outcome is outcome


@pytest.mark.case("P6")
def test_a_message_that_is_too_large_is_not_sent(service: PushService) -> None:
    assert send(service, message=b'"' + b"x" * (MAX_MESSAGE_BYTES - 2) + b'"').outcome is PushOutcome.SENT
    with pytest.raises(ValueError, match="3000 bytes at most"):
        send(service, message=b"x" * (MAX_MESSAGE_BYTES + 1))


@pytest.mark.case("P4")
def test_nothing_is_sent_to_an_address_that_is_no_push_services(service: PushService) -> None:
    """Whatever the database holds."""
    with pytest.raises(ValueError, match="browser maker"):
        send(service, Browser("https://169.254.169.254/latest/meta-data"))
    assert service.requests == []


def test_a_browser_whose_key_is_no_point_of_the_curve_is_gone(service: PushService) -> None:
    browser = service.browser("one")
    result = web_push(service).send(
        browser.endpoint, base64url_encode(b"\x04" + bytes(64)), "AAAA", HELLO, "topic", DAY
    )
    assert result.outcome is PushOutcome.GONE
    assert service.requests == []


@pytest.mark.parametrize("public", [base64url_encode(b"\x04" + bytes(64)), "", "é"])
def test_keys_that_are_not_halves_of_one_are_rejected(service: PushService, public: str) -> None:
    with pytest.raises(ValueError):
        web_push(service, VAPID_PUBLIC_KEY=public)
