"""A fake push service with browsers that decrypt their messages; it replaces the HTTP transport."""

import json
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

HOST = "https://fcm.googleapis.com"


def base64url_encode(data: bytes) -> str:
    """Encode as unpadded base64url."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def base64url_decode(text: str) -> bytes:
    """Decode unpadded base64url."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def public_point(key: ec.EllipticCurvePrivateKey) -> bytes:
    """The public key as an uncompressed point."""
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


_OURS = ec.generate_private_key(ec.SECP256R1())
VAPID = {
    "VAPID_PUBLIC_KEY": base64url_encode(public_point(_OURS)),
    "VAPID_PRIVATE_KEY": base64url_encode(_OURS.private_numbers().private_value.to_bytes(32)),
    "VAPID_SUBJECT": "mailto:push@example.com",
}


@dataclass(frozen=True)
class Browser:
    """A browser with its keys and its push endpoint."""

    endpoint: str
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    secret: bytes = b"sixteen letters."

    @property
    def subscription(self) -> dict[str, Any]:
        """The PushSubscription that its page sends to us."""
        keys = {"p256dh": base64url_encode(public_point(self.key)), "auth": base64url_encode(self.secret)}
        return {"endpoint": self.endpoint, "expirationTime": None, "keys": keys}

    def decrypt(self, body: bytes) -> Any:
        """Decrypt a message (RFC 8291, section 3.4; RFC 8188, section 2)."""
        salt, (size, length) = body[:16], struct.unpack("!LB", body[16:21])
        sender, sealed = body[21 : 21 + length], body[21 + length :]
        assert size >= len(sealed), "one record"
        shared = self.key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender))
        both = b"WebPush: info\0" + public_point(self.key) + sender
        secret = HKDF(hashes.SHA256(), 32, self.secret, both).derive(shared)
        key = HKDF(hashes.SHA256(), 16, salt, b"Content-Encoding: aes128gcm\0").derive(secret)
        nonce = HKDF(hashes.SHA256(), 12, salt, b"Content-Encoding: nonce\0").derive(secret)
        text = AESGCM(key).decrypt(nonce, sealed, None)
        assert text.endswith(b"\x02"), "the last record"
        return json.loads(text[:-1])


@dataclass
class PushService:
    """The service, with a record of its requests.

    Attributes:
        status: of its responses; `statuses` overrides it by endpoint.
        headers: of its responses.
        fault: raised instead of a response; `faults` overrides it by endpoint.
    """

    browsers: dict[str, Browser] = field(default_factory=dict)
    sent: list[tuple[str, Any]] = field(default_factory=list)
    requests: list[httpx.Request] = field(default_factory=list)
    status: int = 201
    statuses: dict[str, int] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    fault: BaseException | None = None
    faults: dict[str, BaseException] = field(default_factory=dict)

    def browser(self, name: str, host: str = HOST) -> Browser:
        """A new browser."""
        endpoint = f"{host}/fcm/send/{name}"
        return self.browsers.setdefault(endpoint, Browser(endpoint))

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Respond as in RFC 8030, and check the request against RFC 8292 and RFC 8291."""
        self.requests.append(request)
        if fault := self.faults.get(str(request.url), self.fault):
            raise fault
        endpoint, body = str(request.url), request.read()
        claims = claims_of(request)
        assert claims["aud"] == "{0.scheme}://{0.netloc}".format(urlsplit(endpoint))
        assert request.headers["content-encoding"] == "aes128gcm"
        assert int(request.headers["ttl"]) > 0
        assert len(body) <= 4096
        status = self.statuses.get(endpoint, self.status)
        if status == 201:
            self.sent.append((endpoint, self.browsers[endpoint].decrypt(body)))
        return httpx.Response(status, headers=self.headers)


def claims_of(request: httpx.Request) -> dict[str, Any]:
    """The verified VAPID claims of a request, which must name our key."""
    scheme, _, credentials = request.headers["authorization"].partition(" ")
    parameters = dict(part.strip().split("=", 1) for part in credentials.split(","))
    assert (scheme, parameters["k"]) == ("vapid", VAPID["VAPID_PUBLIC_KEY"])
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), base64url_decode(parameters["k"]))
    aud = f"{request.url.scheme}://{request.url.host}"
    return jwt.decode(parameters["t"], key, ["ES256"], audience=aud, options={"require": ["aud", "exp", "sub"]})


@contextmanager
def push_service() -> Iterator[PushService]:
    """Route all HTTPS requests to the fake; nothing leaves this machine."""
    service, plain = PushService(), httpx.HTTPTransport.handle_request

    def handle(transport: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
        return service(request) if request.url.scheme == "https" else plain(transport, request)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(httpx.HTTPTransport, "handle_request", handle)
        yield service
