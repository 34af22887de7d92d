"""The keys that sign the record's checkpoints, and the verification of Ed25519 signatures.

A key is written as Go's `golang.org/x/mod/sumdb/note` does: `PRIVATE+KEY+<name>+<key id>+<base64 of type and seed>`.
"""

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from shared.ledger.signed_note import ED25519, Sign, VerifierKey
from shared.runtime.settings import SettingsError, settings

_PREFIX = "PRIVATE+KEY+"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key that signs."""

    public: VerifierKey
    sign: Sign


def signing_keys() -> tuple[SigningKey, ...]:
    """The keys of the settings: one, or two during rotation; the first one's name is the log's origin.

    Raises:
        SettingsError: missing or malformed, or of different logs.
    """
    keys = tuple(parse_signing_key(text) for text in settings().require("record_signing_key").split(","))
    if len({key.public.name for key in keys}) != 1:
        raise SettingsError("RECORD_SIGNING_KEY has keys of different logs")
    return keys


def parse_signing_key(text: str) -> SigningKey:
    """Parse a signing key.

    Raises:
        SettingsError: malformed; the message does not hold the key.
    """
    name, _, rest = text.strip().removeprefix(_PREFIX).partition("+")
    key_id, _, encoded = rest.partition("+")
    try:
        data = b64decode(encoded, validate=True)
    except Base64Error:
        data = b""
    if not text.strip().startswith(_PREFIX) or not name or len(data) != 33 or data[0] != ED25519:
        raise SettingsError(f"RECORD_SIGNING_KEY must be {_PREFIX}, a name, a key id and an Ed25519 key in base64")
    private = Ed25519PrivateKey.from_private_bytes(data[1:])
    public = VerifierKey(name, private.public_key().public_bytes_raw())
    if public.key_id.hex() != key_id:
        raise SettingsError("RECORD_SIGNING_KEY has the id of another key")
    return SigningKey(public, private.sign)


def format_signing_key(name: str, seed: bytes) -> str:
    """The text of a signing key from its seed of 32 bytes."""
    public = VerifierKey(name, Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw())
    return f"{_PREFIX}{name}+{public.key_id.hex()}+{b64encode(bytes([ED25519]) + seed).decode()}"


def verify(public_key: bytes, signature: bytes, message: bytes) -> bool:
    """Whether a public key made a signature of a message."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
