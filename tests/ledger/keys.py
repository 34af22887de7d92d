"""A log's key and a witness's, for tests."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from shared.ledger.signed_note import COSIGNATURE, VerifierKey

PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
WITNESS_PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
KEY = VerifierKey("example.org/log", PRIVATE.public_key().public_bytes_raw())
WITNESS = VerifierKey("witness.example/w1", WITNESS_PRIVATE.public_key().public_bytes_raw(), COSIGNATURE)


def verify(public_key: bytes, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except InvalidSignature:
        return False
    return True
