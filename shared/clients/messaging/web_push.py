"""Web push (RFC 8030): a message to one browser, through the push service of its maker.

The library encrypts the message for the browser (RFC 8291) and signs it with our key (VAPID, RFC 8292). Messages are
sent to known hosts only, with a timeout, and without following redirects.
"""

from base64 import urlsafe_b64decode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import httpx
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from webpush import WebPush as Messages
from webpush import WebPushSubscription

from shared.accounts.push_endpoints import is_push_endpoint
from shared.clients.retry_after import NO_WAIT, parse_retry_after

MAX_MESSAGE_BYTES = 3000
"""Encrypted, it stays below the 4,096 bytes that every push service accepts (RFC 8030, section 7.2)."""
SIGNATURE_TTL = timedelta(hours=1)
"""Validity of a VAPID signature: at most 24 hours (RFC 8292, section 2)."""
TIMEOUT = httpx.Timeout(5, connect=3)
DEFAULT_RETRY_AFTER = timedelta(minutes=15)
"""After a 429 without Retry-After."""


class PushOutcome(StrEnum):
    """The delivery status of a message."""

    SENT = "sent"
    """The push service accepted it."""
    GONE = "gone"
    """The subscription is no longer valid."""
    RETRY = "later"
    """Not accepted; a retry may succeed."""
    DENIED = "denied"
    """Not authorised for this subscription: a key or the endpoint is wrong."""
    REFUSED = "refused"
    """The push service rejected this message."""
    UNKNOWN = "unknown"
    """Timeout; the push service may have accepted it."""


@dataclass(frozen=True, slots=True)
class PushResult:
    """The result of a delivery: status code or error of the response, and the time to wait before the next one."""

    outcome: PushOutcome
    response: str
    rest: timedelta = NO_WAIT


class WebPush:
    """Sends push messages.

    Args:
        public_key: the VAPID public key, an uncompressed P-256 point in base64url.
        private_key: its private key, 32 bytes in base64url.
        subject: our contact for push services, such as `mailto:push@example.com`.

    Raises:
        ValueError: the keys are malformed or do not belong together.
    """

    def __init__(
        self, http: httpx.Client, public_key: str, private_key: str, subject: str, now: Callable[[], datetime]
    ) -> None:
        self._http, self._now = http, now
        key = ec.derive_private_key(int.from_bytes(_decode_base64url(private_key)), ec.SECP256R1())
        public = key.public_key()
        if public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint) != _decode_base64url(public_key):
            raise ValueError("VAPID_PUBLIC_KEY and VAPID_PRIVATE_KEY do not form one key pair; generate both again")
        self._messages = Messages(
            private_key=key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
            public_key=public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
            subscriber=subject.removeprefix("mailto:"),
            expiration=round(SIGNATURE_TTL.total_seconds()),
        )

    def send(self, endpoint: str, p256dh: str, auth: str, message: bytes, topic: str, ttl: timedelta) -> PushResult:
        """Send a message to a browser.

        Args:
            p256dh: the browser's public key, in base64url.
            auth: its authentication secret, in base64url.
            message: at most `MAX_MESSAGE_BYTES`.
            topic: a pending message of the same topic is replaced; at most 32 characters.
            ttl: how long the push service stores it for an offline browser.

        Raises:
            ValueError: the message is too large, or the endpoint is not that of a known push service.
        """
        if len(message) > MAX_MESSAGE_BYTES:
            raise ValueError(f"a message has {MAX_MESSAGE_BYTES} bytes at most, not {len(message)}")
        if not is_push_endpoint(endpoint):
            raise ValueError("a message goes to a push service of a browser maker only")
        subscription = {"endpoint": endpoint, "keys": {"p256dh": p256dh, "auth": auth}}
        try:
            encrypted = self._messages.get(
                message, WebPushSubscription.model_validate(subscription), ttl=max(round(ttl.total_seconds()), 1)
            )
        except ValueError:
            return PushResult(PushOutcome.GONE, "the browser's keys are none")
        headers = {**encrypted.headers, "content-type": "application/octet-stream", "topic": topic, "urgency": "normal"}
        try:
            with self._http.stream(
                "POST", endpoint, content=encrypted.encrypted, headers=headers, timeout=TIMEOUT, follow_redirects=False
            ) as response:  # the body is not read
                return self._result(response)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            return PushResult(PushOutcome.RETRY, type(error).__name__)
        except httpx.TransportError as error:
            return PushResult(PushOutcome.UNKNOWN, type(error).__name__)

    def _result(self, response: httpx.Response) -> PushResult:
        status = response.status_code
        if response.is_success:
            return PushResult(PushOutcome.SENT, str(status))
        if status in {httpx.codes.NOT_FOUND, httpx.codes.GONE}:
            return PushResult(PushOutcome.GONE, str(status))
        if status == httpx.codes.TOO_MANY_REQUESTS or response.is_server_error:
            default = NO_WAIT if response.is_server_error else DEFAULT_RETRY_AFTER
            wait = parse_retry_after(response.headers.get("retry-after", ""), self._now())
            return PushResult(PushOutcome.RETRY, str(status), default if wait is None else wait)
        if status in {httpx.codes.BAD_REQUEST, httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}:
            return PushResult(PushOutcome.DENIED, str(status))
        return PushResult(PushOutcome.REFUSED, str(status))


def _decode_base64url(base64url: str) -> bytes:
    """Decode base64url with or without padding."""
    return urlsafe_b64decode(base64url + "=" * (-len(base64url) % 4))
