"""The Merkle tree of an append-only log: root, inclusion proofs and consistency proofs.

RFC 6962, section 2.1 (https://www.rfc-editor.org/rfc/rfc6962), with SHA-256; the verification algorithms are those of
RFC 9162, sections 2.1.3.2 and 2.1.4.2.
"""

from collections.abc import Callable, Sequence
from hashlib import sha256

SubtreeHash = Callable[[int, int], bytes]
"""The hash of the entries from the first index (included) to the second (excluded)."""

EMPTY_ROOT = sha256().digest()


def leaf_hash(entry: bytes) -> bytes:
    """The hash of an entry."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node."""
    return sha256(b"\x01" + left + right).digest()


def split(size: int) -> int:
    """The number of entries in the left subtree: the largest power of two below the size.

    >>> [split(size) for size in (2, 3, 4, 5, 9)]
    [1, 2, 2, 4, 8]
    """
    return 1 << (size - 1).bit_length() - 1


def hash_of_range(complete: SubtreeHash, start: int, end: int) -> bytes:
    """The root of the tree over a range of entries, from the hashes of its complete subtrees.

    Args:
        complete: returns the hash of a range whose length is a power of two and divides its start.
        start: the first entry; a multiple of a power of two that is at least the length.
        end: the entry after the last one.
    """
    size = end - start
    if size == 0:
        return EMPTY_ROOT
    if size & (size - 1) == 0:
        return complete(start, end)
    middle = start + split(size)
    return node_hash(complete(start, middle), hash_of_range(complete, middle, end))


def inclusion_proof(complete: SubtreeHash, index: int, size: int) -> list[bytes]:
    """The hashes that lead from an entry to the root, lowest first.

    Raises:
        ValueError: the tree has no such entry.
    """
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} entries has no entry {index}")
    proof: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + split(end - start)
        if index < middle:
            proof.append(hash_of_range(complete, middle, end))
            end = middle
        else:
            proof.append(hash_of_range(complete, start, middle))
            start = middle
    return proof[::-1]


def consistency_proof(complete: SubtreeHash, old_size: int, size: int) -> list[bytes]:
    """The hashes that show that a tree begins with the entries of an older one.

    Raises:
        ValueError: the older tree is the larger one.
    """
    if not 0 <= old_size <= size:
        raise ValueError(f"a tree of {size} entries has no older one of {old_size}")
    if old_size in {0, size}:
        return []
    proof: list[bytes] = []
    start, end, is_old_root = 0, size, True
    while end != old_size:
        middle = start + split(end - start)
        if old_size <= middle:
            proof.append(hash_of_range(complete, middle, end))
            end = middle
        else:
            proof.append(hash_of_range(complete, start, middle))
            start, is_old_root = middle, False
    if not is_old_root:
        proof.append(hash_of_range(complete, start, end))
    return proof[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether a proof leads from the hash of an entry to the root."""
    if not 0 <= index < size:
        return False
    number, last, current = index, size - 1, leaf
    for each in proof:
        if last == 0:
            return False
        if number & 1 or number == last:
            current = node_hash(each, current)
            while number and not number & 1:
                number, last = number >> 1, last >> 1
        else:
            current = node_hash(current, each)
        number, last = number >> 1, last >> 1
    return last == 0 and current == root


def verify_consistency(old_size: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether a proof shows that the tree begins with the entries of the older one."""
    if old_size == 0:
        return old_root == EMPTY_ROOT and not proof
    if old_size >= size:
        return old_size == size and old_root == root and not proof
    path = list(proof)
    if old_size & (old_size - 1) == 0:
        path.insert(0, old_root)
    if not path:
        return False
    number, last = old_size - 1, size - 1
    while number & 1:
        number, last = number >> 1, last >> 1
    old, new = path[0], path[0]
    for each in path[1:]:
        if last == 0:
            return False
        if number & 1 or number == last:
            old, new = node_hash(each, old), node_hash(each, new)
            while number and not number & 1:
                number, last = number >> 1, last >> 1
        else:
            new = node_hash(new, each)
        number, last = number >> 1, last >> 1
    return last == 0 and old == old_root and new == root
