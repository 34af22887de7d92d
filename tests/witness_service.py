"""A witness (C2SP tlog-witness) and a calendar of OpenTimestamps, which a test can stop or have lie."""

from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from shared.ledger.checkpoint import cosigned_message, is_signed, parse_checkpoint
from shared.ledger.merkle_tree import EMPTY_ROOT, verify_consistency
from shared.ledger.signed_note import Signature, parse_note
from tests import http_service
from tests.http_service import RawResponse
from tests.ledger.keys import KEY, WITNESS, WITNESS_PRIVATE, verify

PENDING = bytes.fromhex("83dfe30d2ef90c8e")
"""Tag of an attestation that a calendar promises (python-opentimestamps, `core/notary.py`)."""


@dataclass
class WitnessService:
    """The witness, its latest checkpoint, and its faults."""

    url: str = ""
    size: int = 0
    root: bytes = EMPTY_ROOT
    is_down: bool = False
    signs: str = ""  # text that it signs in place of the checkpoint's
    now: datetime | None = None  # its clock
    seconds: int = 0  # by which its clock is ahead
    requests: int = 0

    def respond(self, method: str, target: str, headers: dict[str, str], body: bytes) -> RawResponse:
        """As https://c2sp.org/tlog-witness states."""
        self.requests += 1
        if self.is_down:
            return 503, {}, b""
        assert (method, target) == ("POST", "/w1/add-checkpoint")
        old, _, note = body.decode().partition("\n\n")
        first, *proof = old.splitlines()
        checkpoint, _ = parse_checkpoint(note)
        if not is_signed(note, KEY, verify):
            return 403, {}, b""
        if int(first.removeprefix("old ")) != self.size:
            return 409, {"Content-Type": "text/x.tlog.size"}, f"{self.size}\n".encode()
        steps = [b64decode(each) for each in proof]
        if not verify_consistency(self.size, self.root, checkpoint.size, checkpoint.root, steps):
            return 422, {}, b""
        self.size, self.root = checkpoint.size, checkpoint.root
        text, _ = parse_note(note)
        assert self.now is not None
        at = int(self.now.timestamp()) + self.seconds
        signed = at.to_bytes(8, "big") + WITNESS_PRIVATE.sign(cosigned_message(self.signs or text, at))
        return 200, {}, str(Signature(WITNESS.name, WITNESS.key_id, signed)).encode()


@dataclass
class CalendarService:
    """The calendar: digests that it was given, and whether it is down."""

    url: str = ""
    is_down: bool = False
    timestamp: bytes = b"\xf0\x04nonc\x08\xff\x00" + PENDING + b"\x03\x02at" + b"\xf1\x02ab\x08\x00" + PENDING + b"\x00"

    def __post_init__(self) -> None:
        self.digests: list[bytes] = []

    def respond(self, method: str, target: str, headers: dict[str, str], body: bytes) -> RawResponse:
        """A promise to anchor the digest."""
        if self.is_down:
            return 503, {}, b""
        assert (method, target, len(body)) == ("POST", "/digest", 32)
        self.digests.append(body)
        return 200, {"Content-Type": "application/vnd.opentimestamps.v1"}, self.timestamp


@contextmanager
def serve() -> Iterator[tuple[WitnessService, CalendarService]]:
    """Serve both until the block ends."""
    witness, calendar = WitnessService(), CalendarService()
    with http_service.serve(witness.respond) as address, http_service.serve(calendar.respond) as calendar.url:
        witness.url = f"{address}/w1"
        yield witness, calendar
