"""Proofs that entries are in the published record."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from shared.ledger.merkle_tree import inclusion_proof
from shared.ledger.tiles import subtree_hashes
from shared.stores.database import Connection
from shared.stores.record import log
from shared.stores.record.log import EntryRow


@dataclass(frozen=True, slots=True)
class ProvenEntry:
    """An entry with the hashes that lead from it to the root, lowest first."""

    index: int
    entry: str
    proof: list[bytes]


def prove(db: Connection, rows: Sequence[EntryRow], size: int) -> list[ProvenEntry]:
    """The entries with their proofs in the tree of a size; each tile is read once."""
    complete = subtree_hashes(cache(lambda level, index: log.tile(db, level, index)))
    return [ProvenEntry(row.index, row.entry, inclusion_proof(complete, row.index, size)) for row in rows]
