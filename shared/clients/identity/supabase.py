"""Supabase Auth: local verification of access tokens (JWT) with the project's cached signing keys."""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

import httpx
import jwt

from shared.accounts.sign_up import SignUp, parse_sign_up
from shared.clients.errors import InvalidResponse, Unavailable, UpstreamError
from shared.clients.http import fetch

log = logging.getLogger(__name__)

MAX_TIMESTAMP = 2**53
"""Upper bound of timestamps in tokens, in seconds since 1970; also rejects NaN."""
LEEWAY = timedelta(seconds=30)
"""Tolerance for clock skew at either end of a token's validity."""
KEYS_TTL = timedelta(minutes=10)
"""How long keys are cached, as at Supabase's own edge: a revoked key is rejected after that."""
RETRY_INTERVAL = timedelta(seconds=10)
"""The shortest time between two attempts to fetch the keys, also for tokens with unknown key ids."""
TIMEOUT = timedelta(seconds=3)
AUDIENCE = "authenticated"
LEGACY_ALGORITHM = "HS256"
ASYMMETRIC_ALGORITHMS = {"ES256", "RS256"}


@dataclass(frozen=True, slots=True)
class Claims:
    """The claims of a valid token."""

    user_id: UUID | None  # the person's id; None for a program's token (`anon`, `service_role`)
    email: str | None
    is_anonymous: bool
    second_factor: bool
    app_metadata: Mapping[str, Any]  # writable by the project's owner only
    sign_up: SignUp  # parsed from `user_metadata`, which the person can write: never grant permissions from it


class Supabase:
    """Verifies tokens of one project.

    Unlike PyJWT's `PyJWKClient`, it keeps using expired keys while the project is unreachable, and limits attempts to
    fetch them. Keys are cached in the process only: Redis would save one request in a process's lifetime and widen the
    trust boundary.

    Args:
        secret: the project's legacy JWT secret; empty if it has none.
    """

    def __init__(self, http: httpx.Client, url: str, secret: str, now: Callable[[], datetime]) -> None:
        self._http, self._now = http, now
        self._secret = secret
        self._issuer = f"{url.rstrip('/')}/auth/v1"
        self._keys: dict[str, jwt.PyJWK] | None = None
        self._fetched_at: datetime | None = None
        self._attempted_at: datetime | None = None

    def verify(self, token: str) -> Claims | None:
        """Verify a token; None if it is forged, expired, malformed or for another audience.

        Raises:
            Unavailable: the keys cannot be fetched.
        """
        if not token.isascii():
            return None
        try:
            key = self._key_for(jwt.get_unverified_header(token))
            if key is None:
                return None
            payload: dict[str, Any] = jwt.decode(
                token,
                key,
                # The algorithm is the key's; the token's header must not choose it.
                algorithms=[LEGACY_ALGORITHM if isinstance(key, str) else key.algorithm_name],
                audience=AUDIENCE,
                issuer=self._issuer,
                # Validity is checked by `_is_valid_now`, as the library would read the system clock.
                options={"require": ["exp"], "verify_exp": False, "verify_nbf": False, "verify_iat": False},
            )
        except (jwt.PyJWTError, RecursionError):  # RecursionError: deeply nested JSON
            return None
        return _parse_claims(payload) if self._is_valid_now(payload) else None

    def _is_valid_now(self, payload: dict[str, Any]) -> bool:
        now = self._now().timestamp()
        not_before, expires = payload.get("nbf", 0), payload["exp"]
        if not all(
            isinstance(instant, int | float) and abs(instant) < MAX_TIMESTAMP for instant in (not_before, expires)
        ):
            return False
        return not_before - LEEWAY.total_seconds() <= now < expires + LEEWAY.total_seconds()

    def _key_for(self, header: Mapping[str, Any]) -> jwt.PyJWK | str | None:
        algorithm, kid = header.get("alg"), header.get("kid")
        if algorithm == LEGACY_ALGORITHM:
            return self._secret or None
        if not (isinstance(algorithm, str) and algorithm in ASYMMETRIC_ALGORITHMS and isinstance(kid, str)):
            return None
        if self._keys is None or kid not in self._keys or not self._is_recent(KEYS_TTL, self._fetched_at):
            self._fetch_keys()
        if self._keys is None:
            raise Unavailable("the keys that sign tokens cannot be had")
        return self._keys.get(kid)

    def _fetch_keys(self) -> None:
        """Fetch the keys unless that was attempted just now; on failure the previous ones stay."""
        if self._is_recent(RETRY_INTERVAL, self._attempted_at):
            return
        now = self._attempted_at = self._now()
        try:
            response = fetch(self._http, f"{self._issuer}/.well-known/jwks.json", now=self._now, deadline=now + TIMEOUT)
            if response.status != httpx.codes.OK:
                raise InvalidResponse(f"Supabase answered {response.status} when asked for its keys")
            self._keys, self._fetched_at = _parse_keys(response.body), now
        except UpstreamError as error:
            log.warning("the keys that sign tokens cannot be had: %s", error)

    def _is_recent(self, span: timedelta, since: datetime | None) -> bool:
        return since is not None and abs(self._now() - since) < span


def _parse_keys(body: bytes) -> dict[str, jwt.PyJWK]:
    """The signing keys by id; other and unsupported keys of the set are skipped."""
    try:
        items = json.loads(body)["keys"]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise InvalidResponse("Supabase's keys are no JSON Web Key Set") from error
    keys: dict[str, jwt.PyJWK] = {}
    for item in items if isinstance(items, list) else []:
        try:
            key = jwt.PyJWK(item)
        except (jwt.PyJWTError, AttributeError, TypeError):
            continue
        if key.key_id and key.public_key_use in {"sig", None}:
            keys[key.key_id] = key
    return keys


def _parse_claims(payload: Mapping[str, Any]) -> Claims | None:
    is_person = payload.get("role") == "authenticated"
    try:
        user_id = UUID(str(payload["sub"])) if is_person else None
    except (KeyError, ValueError):
        return None
    email, app_metadata, user_metadata = (payload.get(name) for name in ("email", "app_metadata", "user_metadata"))
    return Claims(
        user_id=user_id,
        email=email if isinstance(email, str) and email else None,
        is_anonymous=payload.get("is_anonymous") is True,
        second_factor=payload.get("aal") == "aal2",
        app_metadata=cast("dict[str, Any]", app_metadata) if isinstance(app_metadata, dict) else {},
        sign_up=parse_sign_up(cast("dict[str, Any]", user_metadata)) if isinstance(user_metadata, dict) else SignUp(),
    )
