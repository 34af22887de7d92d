"""Tree, proofs and tiles, compared with another implementation and with the examples of RFC 6962."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.ledger.merkle_tree import (
    EMPTY_ROOT,
    consistency_proof,
    hash_of_range,
    inclusion_proof,
    leaf_hash,
    node_hash,
    verify_consistency,
    verify_inclusion,
)
from shared.ledger.publication import new_files
from shared.ledger.tiles import WIDTH, Tile, appended, bundle, bundle_path, parse_bundle, root, subtree_hashes

ENTRIES = [f"entry {number}".encode() for number in range(70_000)]


def plain_root(leaves: Sequence[bytes]) -> bytes:
    """The definition in RFC 6962, section 2.1."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    middle = 1
    while middle * 2 < len(leaves):
        middle *= 2
    return node_hash(plain_root(leaves[:middle]), plain_root(leaves[middle:]))


class Log:
    """Tiles of a log in memory."""

    def __init__(self) -> None:
        self.tiles: dict[tuple[int, int], Tile] = {}
        self.size = 0

    def append(self, entries: Sequence[bytes]) -> list[Tile]:
        last = {level: self.tiles[level, max(i for lv, i in self.tiles if lv == level)] for level, _ in self.tiles}
        changed = appended(last, [leaf_hash(entry) for entry in entries])
        self.tiles |= {(tile.level, tile.index): tile for tile in changed}
        self.size += len(entries)
        return changed

    def read(self, level: int, index: int) -> bytes:
        return self.tiles[level, index].hashes


def log_of(*sizes: int) -> Log:
    log, start = Log(), 0
    for size in sizes:
        log.append(ENTRIES[start : start + size])
        start += size
    return log


def test_roots_are_those_that_certificate_transparency_publishes_for_its_test_entries() -> None:
    """Known roots of Google's implementation: certificate-transparency/cpp/merkletree/merkle_tree_test.cc."""
    entries = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    leaves = [leaf_hash(bytes.fromhex(entry)) for entry in entries]
    roots = {
        0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    }
    for size, expected in roots.items():
        log = Log()
        log.append([bytes.fromhex(entry) for entry in entries[:size]])
        assert root(log.read, size).hex() == plain_root(leaves[:size]).hex() == expected


@given(st.lists(st.integers(0, 300), min_size=1, max_size=5))
def test_a_tree_that_grew_in_steps_is_the_tree_of_all_its_entries(sizes: list[int]) -> None:
    log = log_of(*sizes)
    assert root(log.read, log.size) == plain_root([leaf_hash(entry) for entry in ENTRIES[: log.size]])


def test_a_tree_of_70000_has_the_tiles_of_the_specifications_example() -> None:
    log = log_of(*[10_000] * 7)
    widths: dict[int, list[int]] = {}
    for level, index in sorted(log.tiles):
        widths.setdefault(level, []).append(log.tiles[level, index].width)
    assert widths == {0: [WIDTH] * 273 + [112], 1: [WIDTH, 17], 2: [1]}

    def published(old_size: int, size: int) -> dict[str, bytes]:
        return dict(new_files(old_size, size, log.read, lambda start, end: ENTRIES[start:end]))

    files = published(65_000, 69_990)
    full, above = [f"{number}" for number in range(253, 273)], ["1/000", "1/001.p/17", "2/000.p/1"]
    assert [*files] == [
        *(f"tile/entries/{name}" for name in (*full, "273.p/102")),
        *(f"tile/{name}" for name in (*(f"0/{name}" for name in (*full, "273.p/102")), *above)),
    ]
    assert parse_bundle(files["tile/entries/254"]) == ENTRIES[254 * WIDTH : 255 * WIDTH]
    assert files["tile/0/273.p/102"] == b"".join(map(leaf_hash, ENTRIES[273 * WIDTH : 69_990]))
    assert files["tile/1/001.p/17"] == log.read(1, 1)
    assert files["tile/2/000.p/1"] == plain_root([leaf_hash(entry) for entry in ENTRIES[: WIDTH**2]])
    assert [*published(0, 3)] == ["tile/entries/000.p/3", "tile/0/000.p/3"]
    assert [*published(255, 256)] == ["tile/entries/000", "tile/0/000", "tile/1/000.p/1"]


def test_a_full_tile_is_not_written_again() -> None:
    log = log_of(256)
    assert [(tile.level, tile.index, tile.width) for tile in log.append(ENTRIES[:1])] == [(0, 1, 1)]


@pytest.mark.case("O3")
@given(st.data())
def test_each_proof_verifies_and_none_does_for_another_entry_or_root(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 700))
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    log = log_of(size)
    complete = subtree_hashes(log.read)
    head, old_head = root(log.read, size), hash_of_range(complete, 0, old)
    leaf, proof = leaf_hash(ENTRIES[index]), inclusion_proof(complete, index, size)
    assert verify_inclusion(leaf, index, size, proof, head)
    assert not verify_inclusion(leaf_hash(b"other"), index, size, proof, head)
    assert not verify_inclusion(leaf, index, size, proof, bytes(32))
    assert not verify_inclusion(leaf, index, size, [*proof, bytes(32)], head)
    steps = consistency_proof(complete, old, size)
    assert verify_consistency(old, old_head, size, head, steps)
    assert not verify_consistency(old, bytes(32), size, head, steps)
    assert not verify_consistency(old, old_head, size, bytes(32), steps)
    if steps:
        assert not verify_consistency(old, old_head, size, head, steps[:-1])


@pytest.mark.case("O3")
@pytest.mark.parametrize("size", range(1, 18))
def test_every_entry_and_every_older_tree_of_a_small_tree_has_a_proof(size: int) -> None:
    leaves = [leaf_hash(entry) for entry in ENTRIES[:size]]
    complete, head = subtree_hashes(log_of(size).read), plain_root(leaves)
    for index, leaf in enumerate(leaves):
        assert verify_inclusion(leaf, index, size, inclusion_proof(complete, index, size), head), index
    for old in range(size + 1):
        proof = consistency_proof(complete, old, size)
        assert verify_consistency(old, plain_root(leaves[:old]), size, head, proof), old


@pytest.mark.case("O3")
@given(st.integers(2, 600), st.data())
def test_a_removed_or_reordered_entry_is_inconsistent_with_every_earlier_head_that_covers_it(
    size: int, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, size - 2))
    old = data.draw(st.integers(place + 2, size))
    before = root(log_of(old).read, old)
    changed = [*ENTRIES[:place], ENTRIES[place + 1], ENTRIES[place], *ENTRIES[place + 2 : size]]
    forged = Log()
    forged.append(changed)
    complete = subtree_hashes(forged.read)
    proof = consistency_proof(complete, old, size)
    assert not verify_consistency(old, before, size, root(forged.read, size), proof)


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3)])
def test_an_entry_beyond_the_tree_has_no_proof(index: int, size: int) -> None:
    log = log_of(3)
    with pytest.raises(ValueError, match="has no entry"):
        inclusion_proof(subtree_hashes(log.read), index, size)
    assert not verify_inclusion(leaf_hash(ENTRIES[0]), index, size, [], root(log.read, 3))


def test_a_smaller_tree_does_not_extend_a_larger_one() -> None:
    with pytest.raises(ValueError, match="no older one"):
        consistency_proof(subtree_hashes(log_of(3).read), 4, 3)
    assert not verify_consistency(4, bytes(32), 3, bytes(32), [])


@given(st.lists(st.binary(max_size=400), max_size=256))
def test_a_bundle_holds_its_entries(entries: list[bytes]) -> None:
    assert parse_bundle(bundle(entries)) == entries


def test_a_cut_bundle_and_an_entry_beyond_its_length_field_are_rejected() -> None:
    with pytest.raises(ValueError, match="ends within entry 1"):
        parse_bundle(bundle([b"one", b"two"])[:-1])
    with pytest.raises(ValueError, match="at most 65535 bytes"):
        bundle([bytes(65536)])


def test_paths_are_those_of_the_specification() -> None:
    assert Tile(0, 1234067, bytes(32 * 256)).path == "tile/0/x001/x234/067"
    assert bundle_path(273, 112) == "tile/entries/273.p/112"


@given(st.integers(1, 800), st.data())
def test_another_implementation_agrees_on_tiles_roots_and_proofs(size: int, data: st.DataObject) -> None:
    aics = pytest.importorskip("aics_tlog", reason="aics-tlog needs Python 3.12")
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    log = log_of(size)
    complete = subtree_hashes(log.read)
    head = root(log.read, size)
    assert head == aics.MerkleTree(ENTRIES[:size]).root()
    proof = inclusion_proof(complete, index, size)
    assert aics.verify_leaf_inclusion(ENTRIES[index], index, size, proof, head)
    steps = consistency_proof(complete, old, size)
    assert aics.verify_consistency(old, size, hash_of_range(complete, 0, old), head, steps)
