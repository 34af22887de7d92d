"""Checkpoints: what a log commits to at a size, signed by it and by witnesses.

C2SP tlog-checkpoint, tlog-cosignature and tlog-witness (https://c2sp.org, read 2026-11-30).
"""

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from shared.ledger.signed_note import InvalidNote, Signature, VerifierKey, Verify, parse_note

ROOT_SIZE = 32
_TIME_SIZE = 8


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The state of a log."""

    origin: str  # the log's name: its address without scheme and final slash
    size: int  # entries
    root: bytes

    def __str__(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


def parse_checkpoint(note: str) -> tuple[Checkpoint, list[Signature]]:
    """A checkpoint and its signatures, which are not verified.

    Raises:
        InvalidNote: malformed.
    """
    text, signatures = parse_note(note)
    lines = text.splitlines()
    if len(lines) < 3 or not lines[0] or not lines[1].isdecimal() or str(int(lines[1])) != lines[1]:
        raise InvalidNote("a checkpoint has an origin, a size and a root")
    try:
        root = b64decode(lines[2], validate=True)
    except Base64Error as error:
        raise InvalidNote("the root of the checkpoint is no base64") from error
    if len(root) != ROOT_SIZE:
        raise InvalidNote(f"a root has {ROOT_SIZE} bytes, not {len(root)}")
    return Checkpoint(lines[0], int(lines[1]), root), signatures


def is_signed(note: str, key: VerifierKey, verify: Verify) -> bool:
    """Whether a log's key signed a note.

    Raises:
        InvalidNote: malformed.
    """
    text, signatures = parse_note(note)
    return any(each.is_by(key) and verify(key.public_key, each.signature, text.encode()) for each in signatures)


def cosigned_message(text: str, time: int) -> bytes:
    """What a witness signs: a checkpoint's text at a time (seconds since 1970)."""
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def cosigned_at(text: str, signature: Signature, key: VerifierKey, verify: Verify) -> int | None:
    """When a witness signed a checkpoint (seconds since 1970); None if the signature is not this witness's."""
    time, signed = signature.signature[:_TIME_SIZE], signature.signature[_TIME_SIZE:]
    at = int.from_bytes(time, "big")
    if not signature.is_by(key) or not verify(key.public_key, signed, cosigned_message(text, at)):
        return None
    return at


def witness_request(old_size: int, proof: Sequence[bytes], note: str) -> str:
    """The body of `POST add-checkpoint`: a checkpoint, and the proof that it extends the one that the witness has."""
    hashes: Iterable[str] = (b64encode(each).decode() for each in proof)
    return "\n".join([f"old {old_size}", *hashes, "", note])
