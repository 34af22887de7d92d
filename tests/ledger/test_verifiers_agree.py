"""verify.py and verify.js name the same first fault in random damaged records; aics-tlog sees what hashes show.

`make verifiers LOGS=10000` tries as many; in the suite they are few.
"""

import json
import os
import shutil
import sys
from collections import Counter
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.ledger.damages import DAMAGES, Reading, reading
from tests.ledger.verifiers import by_javascript, by_python

LOGS = int(os.environ.get("LOGS", "80"))
BATCH = 100


def seen_by_aics_tlog(known: Reading) -> bool:
    """Whether another implementation objects to the signatures, the hashes, or the consistency with the past."""
    aics = import_module("aics_tlog")
    key, witnesses = aics.parse_vkey(known.key), [aics.parse_vkey(each) for each in known.witnesses]
    reader = aics.FileSystemTileReader(known.folder)
    try:
        history = json.loads((known.folder / "history.json").read_text()) if known.witnesses else []
        heads: list[Any] = []
        for data in [(known.folder / "checkpoint").read_bytes(), *known.past, *history]:
            note = aics.parse_note(data)
            verified = aics.verify_checkpoint(note, key, witnesses, len(witnesses), expected_origin=key.name)
            if not verified.ok:
                return True
            heads.append(aics.parse_checkpoint(note.text))
        head = heads[0]
        aics.audit_tiles(reader, head.size, head.root)
        for past in heads[1:]:
            proof = aics.consistency_proof_from_tiles(reader, past.size, head.size) if past.size else []
            if not aics.verify_consistency(past.size, head.size, past.root, head.root, proof):
                return True
    except (ValueError, OSError):
        return True
    return False


@pytest.mark.case("O1", "O2", "O3", "O5", "O8")
def test_both_verifiers_name_the_same_fault_and_overlook_none(tmp_path: Path, program: ModuleType) -> None:
    counts: Counter[str] = Counter()
    for start in range(0, LOGS, BATCH):
        known = [reading(tmp_path / str(seed), seed) for seed in range(start, min(start + BATCH, LOGS))]
        for seed, (each, theirs) in enumerate(zip(known, by_javascript(known), strict=True), start):
            ours = by_python(program.main, each)
            label = f"{each.damage} (seed {seed}): {ours}"
            assert theirs.get("wrong") == ours.get("wrong"), f"{label}; {theirs}"
            assert theirs.get("lines") == ours.get("lines"), f"{label}; {theirs}"
            noticed = "wrong" in ours or not ours["lines"][0].endswith(each.signed)
            assert noticed or not each.caught, label
            counts[each.damage] += 1
            if sys.version_info >= (3, 12) and each.caught and each.by_hashes is not None:
                assert seen_by_aics_tlog(each) == each.by_hashes, label
                counts["as aics-tlog"] += 1
            shutil.rmtree(each.folder)
    sys.stdout.write("".join(f"{number:6} {name}\n" for name, number in counts.most_common()))
    assert LOGS < 1000 or {*counts} >= {damage.__name__ for damage in DAMAGES}
