"""Supabase's signing keys, JWKS entries and access tokens."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa

URL = "https://project.supabase.test"
ISSUER = f"{URL}/auth/v1"
SECRET = "a legacy secret of forty characters, yes"
ALICE, BOB = UUID("a11ce000-0000-4000-8000-000000000001"), UUID("b0b00000-0000-4000-8000-000000000002")
CAROL = UUID("ca401000-0000-4000-8000-000000000003")
NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
SUPABASE = {"SUPABASE_URL": URL, "SUPABASE_JWT_SECRET": SECRET}


@dataclass(frozen=True)
class Key:
    """A key pair with its id and algorithm."""

    kid: str
    algorithm: str
    private: Any

    def published(self, **changes: Any) -> dict[str, Any]:
        """The public key as a JWK."""
        kind = jwt.get_algorithm_by_name(self.algorithm)
        half = json.loads(kind.to_jwk(self.private.public_key()))
        return {**half, "kid": self.kid, "alg": self.algorithm, "use": "sig", "key_ops": ["verify"], **changes}

    def sign(self, claims: dict[str, Any], **header: Any) -> str:
        """A signed token."""
        return jwt.encode(claims, self.private, self.algorithm, {"kid": self.kid, **header})


ES256 = Key("es", "ES256", ec.generate_private_key(ec.SECP256R1()))
RS256 = Key("rs", "RS256", rsa.generate_private_key(65537, 2048))


def claims(now: datetime, **changes: Any) -> dict[str, Any]:
    """The claims of Alice's token, valid for an hour; a change to None removes a claim."""
    usual = {
        "iss": ISSUER,
        "aud": "authenticated",
        "sub": str(ALICE),
        "role": "authenticated",
        "iat": now,
        "exp": now + timedelta(hours=1),
        "aal": "aal1",
        "session_id": "5e551011-0000-4000-8000-000000000000",
        "email": "alice@example.com",
        "phone": "",
        "is_anonymous": False,
        "app_metadata": {"provider": "email"},
        "user_metadata": {},
    }
    return {name: value for name, value in {**usual, **changes}.items() if value is not None}


def bearer(now: datetime, **changes: Any) -> str:
    """Alice's Authorization header, signed with the legacy secret."""
    return f"Bearer {jwt.encode(claims(now, **changes), SECRET, 'HS256')}"
