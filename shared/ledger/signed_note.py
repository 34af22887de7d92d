"""Signed notes: a text with lines of signatures.

C2SP signed-note (https://c2sp.org/signed-note, read 2026-11-30), Ed25519 alone. A public key is written as
`name+key id+base64`, a "verifier key".
"""

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

Sign = Callable[[bytes], bytes]
"""Signs a message by Ed25519."""
Verify = Callable[[bytes, bytes, bytes], bool]
"""Whether a public key (32 bytes) made a signature (64 bytes) of a message: key, signature, message."""

ED25519, COSIGNATURE = 1, 4
"""Types of keys: of a log, and of a witness (https://c2sp.org/tlog-cosignature)."""
_DASH = "— "


class InvalidNote(ValueError):
    """A note or a verifier key is malformed."""


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key with its owner's name."""

    name: str
    public_key: bytes  # 32 bytes
    kind: int = ED25519

    @property
    def key_id(self) -> bytes:
        """Four bytes that identify the key in a signature."""
        return sha256(f"{self.name}\n".encode() + bytes([self.kind]) + self.public_key).digest()[:4]

    def __str__(self) -> str:
        """The key as text, for configuration."""
        return f"{self.name}+{self.key_id.hex()}+{b64encode(bytes([self.kind]) + self.public_key).decode()}"


@dataclass(frozen=True, slots=True)
class Signature:
    """A line of a note."""

    name: str
    key_id: bytes
    signature: bytes

    def __str__(self) -> str:
        """The line, with its end."""
        return f"{_DASH}{self.name} {b64encode(self.key_id + self.signature).decode()}\n"

    def is_by(self, key: VerifierKey) -> bool:
        """Whether it names this key."""
        return (self.name, self.key_id) == (key.name, key.key_id)


def parse_verifier_key(text: str) -> VerifierKey:
    """Parses a verifier key.

    Raises:
        InvalidNote: malformed, or its id is that of another key.
    """
    name, _, rest = text.strip().partition("+")
    key_id, _, encoded = rest.partition("+")
    try:
        data = b64decode(encoded, validate=True)
    except Base64Error as error:
        raise InvalidNote(f"{text!r} is no verifier key") from error
    if not name or len(data) != 33 or data[0] not in {ED25519, COSIGNATURE}:
        raise InvalidNote(f"{text!r} is no Ed25519 verifier key")
    key = VerifierKey(name, data[1:], data[0])
    if key.key_id.hex() != key_id:
        raise InvalidNote(f"the key id of {text!r} should be {key.key_id.hex()}")
    return key


def sign_note(text: str, key: VerifierKey, sign: Sign) -> str:
    """The note of a text, signed by one key.

    Raises:
        InvalidNote: the text does not end with a line break.
    """
    if not text.endswith("\n"):
        raise InvalidNote("a note ends with a line break")
    return f"{text}\n{Signature(key.name, key.key_id, sign(text.encode()))}"


def parse_note(note: str) -> tuple[str, list[Signature]]:
    """The text of a note and its signatures, which are not verified.

    Raises:
        InvalidNote: malformed.
    """
    text, separator, lines = note.rpartition("\n\n")
    if not separator or not lines.endswith("\n"):
        raise InvalidNote("a note is a text, an empty line and lines of signatures")
    return f"{text}\n", [parse_signature(line) for line in lines.splitlines()]


def parse_signature(line: str) -> Signature:
    """Parses a line of a note.

    Raises:
        InvalidNote: malformed.
    """
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    try:
        data = b64decode(encoded, validate=True)
    except (Base64Error, ValueError) as error:
        raise InvalidNote(f"{line!r} is no line of a signature") from error
    if not line.startswith(_DASH) or not name or len(data) <= 4:
        raise InvalidNote(f"{line!r} is no line of a signature")
    return Signature(name, data[:4], data[4:])
