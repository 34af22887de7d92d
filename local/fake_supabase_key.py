"""The key that the fake of Supabase signs access tokens with."""

import hashlib
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

ALGORITHM = "ES256"
AUDIENCE = "authenticated"


class SigningKey:
    """An ECDSA key; a new one without a PEM."""

    def __init__(self, pem: str | None) -> None:
        key = serialization.load_pem_private_key(pem.encode(), None) if pem else ec.generate_private_key(ec.SECP256R1())
        assert isinstance(key, ec.EllipticCurvePrivateKey)  # noqa: S101 `pem` wrote it
        self._private, self._public = key, key.public_key()
        point = self._public.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.CompressedPoint)
        self._id = hashlib.sha256(point).hexdigest()[:16]

    def pem(self) -> str:
        """The private key, unencrypted."""
        encoding, encryption = serialization.Encoding.PEM, serialization.NoEncryption()
        return self._private.private_bytes(encoding, serialization.PrivateFormat.PKCS8, encryption).decode()

    def key_set(self) -> dict[str, Any]:
        """The JSON Web Key Set."""
        public = jwt.get_algorithm_by_name(ALGORITHM).to_jwk(self._public, as_dict=True)
        return {"keys": [{**public, "kid": self._id, "alg": ALGORITHM, "use": "sig", "key_ops": ["verify"]}]}

    def encode(self, claims: dict[str, Any]) -> str:
        """Sign a token."""
        return jwt.encode(claims, self._private, ALGORITHM, {"kid": self._id})

    def decode(self, token: str) -> dict[str, Any]:
        """Verify signature and audience of a token; its lifetime is not checked."""
        options: Any = {"verify_exp": False, "verify_iat": False, "require": ["exp", "session_id"]}
        return jwt.decode(token, self._public, [ALGORITHM], options, audience=AUDIENCE)
