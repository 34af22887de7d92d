"""Web push (RFC 8030): a message to one browser, through the push service of its maker.

The message is encrypted for the browser alone (RFC 8291), and signed with our key (VAPID, RFC 8292); the library does
both. Sending is ours: to known hosts only, within a time, without following anybody elsewhere.
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
"""Bytes of a message: encrypted it stays below the 4,096 that every push service takes (RFC 8030, section 7.2)."""
SIGNATURE_TTL = timedelta(hours=1)
"""How long a signature counts: at most 24 hours may be asked (RFC 8292, section 2)."""
TIMEOUT = httpx.Timeout(5, connect=3)
DEFAULT_RETRY_AFTER = timedelta(minutes=15)
"""Where a push service says that it is asked too often, but not how long it wants to be left alone."""


class PushOutcome(StrEnum):
    """What became of a message."""

    SENT = "sent"
    """The push service has it."""
    GONE = "gone"
    """The browser takes no more messages from us."""
    RETRY = "later"
    """The push service has not taken it, and may another time."""
    DENIED = "denied"
    """The push service takes nothing of ours for this browser: one of the keys, or its address, is at fault."""
    REFUSED = "refused"
    """The push service does not want this message."""
    UNKNOWN = "unknown"
    """The push service did not answer in time; it may have it."""


@dataclass(frozen=True, slots=True)
class PushResult:
    """What became of a message, how the push service said so, and for how long it wants to be left alone."""

    outcome: PushOutcome
    response: str
    rest: timedelta = NO_WAIT


class WebPush:
    """What sends messages in our name.

    Args:
        http: whose connections are used.
        public_key: ours, an uncompressed point of P-256 in base64url, as browsers are given it.
        private_key: its other half, 32 bytes in base64url.
        subject: where a push service can reach us, such as `mailto:push@example.com`.
        now: the clock.

    Raises:
        ValueError: the keys are none, or not two halves of one.
    """

    def __init__(
        self, http: httpx.Client, public_key: str, private_key: str, subject: str, now: Callable[[], datetime]
    ) -> None:
        self._http, self._now = http, now
        key = ec.derive_private_key(int.from_bytes(_decode_base64url(private_key)), ec.SECP256R1())
        public = key.public_key()
        if public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint) != _decode_base64url(public_key):
            raise ValueError("VAPID_PUBLIC_KEY and VAPID_PRIVATE_KEY are not two halves of one key; make both anew")
        self._messages = Messages(
            private_key=key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
            public_key=public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
            subscriber=subject.removeprefix("mailto:"),
            expiration=round(SIGNATURE_TTL.total_seconds()),
        )

    def send(self, endpoint: str, p256dh: str, auth: str, message: bytes, topic: str, ttl: timedelta) -> PushResult:
        """Send a message to a browser.

        Args:
            endpoint: the address that the browser was given.
            p256dh: the browser's public key, in base64url.
            auth: its secret, in base64url.
            message: at most `LARGEST` bytes.
            topic: a later message of the same topic takes the place of one that waits; 32 letters at most.
            lasts: for how long the push service may keep it for a browser that is off.

        Raises:
            ValueError: the message is too large, or the address is not that of a push service.
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
            ) as response:  # its body is not read: all that counts is in the status
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
    """The bytes of base64url, whose padding may be left out.

    Raises:
        ValueError: it is none.
    """
    return urlsafe_b64decode(base64url + "=" * (-len(base64url) % 4))
