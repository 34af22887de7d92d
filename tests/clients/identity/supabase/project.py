"""A Supabase project that signs tokens and publishes its keys."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric import ec

from shared.clients.identity.supabase import Supabase
from tests.clients.conftest import SimulatedTime
from tests.tokens import ES256, ISSUER, RS256, URL, Key

NEXT = Key("next", "ES256", ec.generate_private_key(ec.SECP256R1()))
SECOND = timedelta(seconds=1)
Responder = Callable[[], httpx.Response]


class Project:
    """A Supabase project at the wire."""

    def __init__(self, time: SimulatedTime, secret: str = "") -> None:
        self.answer: Responder = publishing(ES256, RS256)
        self.request_count = 0
        http = httpx.Client(transport=httpx.MockTransport(self._respond))
        self.supabase = Supabase(http, f"{URL}/", secret, time.now)

    def _respond(self, request: httpx.Request) -> httpx.Response:
        assert str(request.url) == f"{ISSUER}/.well-known/jwks.json"
        self.request_count += 1
        return self.answer()

    def believes(self, token: str) -> bool:
        return self.supabase.verify(token) is not None


def publishing(*keys: Key) -> Responder:
    return lambda: httpx.Response(200, json={"keys": [key.published() for key in keys]})


def part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def in_seconds(payload: dict[str, Any]) -> dict[str, Any]:
    """Claims with their instants as tokens write them."""
    return {name: int(value.timestamp()) if name in {"iat", "exp"} else value for name, value in payload.items()}


def by_hand(header: dict[str, Any], payload: dict[str, Any], secret: bytes | None) -> str:
    """A token that no library would make; without a secret it is not signed."""
    signed = f"{part(header)}.{part(in_seconds(payload))}"
    digest = hmac.new(secret, signed.encode(), hashlib.sha256).digest() if secret is not None else b""
    return f"{signed}.{base64.urlsafe_b64encode(digest).decode().rstrip('=')}"
