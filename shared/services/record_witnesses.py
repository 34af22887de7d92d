"""Signatures of witnesses under the record's checkpoints. A witness that is offline or lies is reported, and blocks
nothing."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from shared.clients.errors import UpstreamError
from shared.clients.transparency.witness import OtherSize, Witness
from shared.ledger.checkpoint import cosigned_at, witness_request
from shared.ledger.merkle_tree import consistency_proof
from shared.ledger.signed_note import Signature, parse_note
from shared.ledger.tiles import subtree_hashes
from shared.runtime import clock
from shared.services.record_publication import tile_reader
from shared.services.signing_keys import verify
from shared.stores.database import Connection
from shared.stores.record import checkpoints
from shared.stores.record.checkpoints import CheckpointRow

MAX_CLOCK_DIFFERENCE = timedelta(minutes=5)


class WitnessFault(Exception):
    """A witness answered what cannot be true."""


def cosign(
    db: Connection, witnesses: Sequence[Witness], row: CheckpointRow, deadline: datetime
) -> Iterator[tuple[str, str]]:
    """Ask each witness that has not signed a checkpoint to sign it, and store its signature.

    Yields:
        Name and fault of each witness that did not.
    """
    seen = checkpoints.seen_by_witnesses(db)
    for witness in witnesses:
        name = witness.key.name
        if seen.get(name, 0) == row.size:
            continue
        try:
            line = _cosignature(db, witness, row, seen.get(name, 0), deadline)
        except (UpstreamError, WitnessFault) as error:
            yield name, str(error)
        else:
            checkpoints.add_cosignature(db, row.size, name, str(line))


def _cosignature(db: Connection, witness: Witness, row: CheckpointRow, seen: int, deadline: datetime) -> Signature:
    """A witness's verified signature; a witness that has seen another size than we know is asked again from there."""
    try:
        signatures = witness.add_checkpoint(_request(db, row, seen), deadline=deadline)
    except OtherSize as error:
        if error.size > row.size:
            raise WitnessFault(f"it has seen {error.size} entries, and the log has {row.size}") from error
        signatures = witness.add_checkpoint(_request(db, row, error.size), deadline=deadline)
    text, _ = parse_note(row.note)
    for each in signatures:
        at = cosigned_at(text, each, witness.key, verify)
        if at is not None:
            if abs(at - clock.now().timestamp()) > MAX_CLOCK_DIFFERENCE.total_seconds():
                raise WitnessFault(f"it signed at another time than now: {at}")
            return each
    raise WitnessFault("its signature is not of this checkpoint and key")


def _request(db: Connection, row: CheckpointRow, old_size: int) -> str:
    proof = consistency_proof(subtree_hashes(tile_reader(db)), old_size, row.size)
    return witness_request(old_size, proof, row.note)
