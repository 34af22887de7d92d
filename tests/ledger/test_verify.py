"""public/verify.py: what it accepts, and that it names the first thing that is wrong."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from deploy.service import ROOT
from shared.ledger.entries import correction
from tests.ledger.keys import KEY, WITNESS
from tests.ledger.log_folder import LogFolder, changed, parsed, publish, record

PROGRAM = ROOT / "public" / "verify.py"


def verify(folder: Path, *, witnesses: bool = False) -> subprocess.CompletedProcess[str]:
    options = ["--witness", str(WITNESS)] if witnesses else []
    return subprocess.run(
        [sys.executable, "-I", "-S", PROGRAM, folder, str(KEY), *options, "--state", folder / "state"],
        capture_output=True,
        text=True,
        check=False,
    )


def fault(folder: Path, *, witnesses: bool = False) -> str:
    ended = verify(folder, witnesses=witnesses)
    assert ended.returncode == 1, ended.stdout
    assert ended.stderr.startswith("WRONG: "), ended.stderr
    return ended.stderr.removeprefix("WRONG: ").strip()


@pytest.fixture
def log(tmp_path: Path) -> LogFolder:
    return publish(tmp_path, record(seed=7))


def test_an_untampered_log_verifies_and_is_scored(log: LogFolder) -> None:
    ended = verify(log.folder, witnesses=True)
    assert (ended.returncode, ended.stderr) == (0, "")
    [whole, *scored] = ended.stdout.splitlines()
    signed = f"signed by {KEY.name}, {WITNESS.name}, and {2 * len(log.notes)} times before"
    assert whole == f"{len(log.entries)} entries are whole; {signed}"
    assert [line.split(":")[0] for line in scored] == [
        "10 of 12 matches scored",
        "3 of 3 picks with a closing line",
        "3 of 3 picks settled",
    ]
    assert "profit +1.20 stakes (+40.0 %)" in scored[2]


def test_it_is_one_file_of_at_most_220_lines_of_the_standard_library() -> None:
    lines = PROGRAM.read_text().splitlines()
    assert len(lines) <= 220
    imported = {line.split()[1].split(".")[0] for line in lines if line.startswith(("import ", "from "))}
    assert imported <= sys.stdlib_module_names


@pytest.mark.case("O1")
def test_a_flipped_bit_is_named(log: LogFolder) -> None:
    place = log.folder / f"tile/entries/000.p/{len(log.entries)}"
    data = bytearray(place.read_bytes())
    offset = 2 * 6 + sum(len(entry) for entry in log.entries[:5]) + 30  # within entry 5
    data[offset] ^= 1
    place.write_bytes(data)
    assert fault(log.folder) == "entry 5 is not that of the tree"


@pytest.mark.case("O2", "O3")
def test_removed_or_reordered_entries_contradict_an_earlier_verified_state(log: LogFolder, tmp_path: Path) -> None:
    assert verify(log.folder).returncode == 0
    removed = [*log.entries[:4], *log.entries[5:]]
    reordered = [log.entries[1], log.entries[0], *log.entries[2:]]
    for name, entries in (("removed", removed), ("reordered", reordered)):
        forged = publish(tmp_path / name, [(record(seed=7)[-1][0], entries)])
        (forged.folder / "state").write_bytes((log.folder / "state").read_bytes())
        assert fault(forged.folder).startswith("the log was rewritten"), name


def test_a_forecast_after_its_kick_off_is_named(tmp_path: Path) -> None:
    steps = record(seed=7)
    place = next(i for i, body in enumerate(steps[0][1]) if parsed(body)["type"] == "forecast")
    late = changed(steps[0][1][place], at="2024-04-02T00:00:00.000000Z")
    steps.append((steps[-1][0] + timedelta(hours=1), [changed(late, at="2024-04-09T00:00:00.000000Z")]))
    log = publish(tmp_path, steps)
    assert fault(log.folder).startswith(f"entry {len(log.entries) - 1}: match {parsed(late)['match']} began at")


def test_a_back_dated_entry_is_named(tmp_path: Path) -> None:
    steps = record(seed=7)
    back_dated = changed(steps[0][1][1], at="2024-04-01T03:00:00.000000Z")
    steps.append((steps[-1][0] + timedelta(hours=1), [back_dated]))
    log = publish(tmp_path, steps)
    assert fault(log.folder) == (
        f"entry {len(log.entries) - 1} is back-dated: 2024-04-01T03:00:00.000000Z after 2024-04-03T21:00:00.000000Z"
    )


def test_a_back_dated_entry_is_detected_by_a_witness(tmp_path: Path) -> None:
    steps = record(seed=7, days=1)
    last = parsed(steps[-1][1][-1])["at"]
    late = changed(steps[-1][1][-1], at=last)
    log = LogFolder(tmp_path)
    for at, step in [*steps, (steps[-1][0] + timedelta(days=9), [])]:
        log.append(step, at + timedelta(minutes=1))
    log.append([late], steps[-1][0] + timedelta(days=9, minutes=5))
    seen_at = "2024-04-10T20:56:00+00:00"  # five minutes before the witness's own time
    assert fault(log.folder, witnesses=True) == f"entry {len(log.entries) - 1} is back-dated: {last} after {seen_at}"


@pytest.mark.case("O5")
def test_a_match_left_out_is_named(tmp_path: Path) -> None:
    steps = record(seed=7)
    at, forecasts = steps[0]
    missing = parsed(forecasts[-1])
    entries = [at, [*forecasts[:-1], changed(forecasts[-1], match=999_999)]]
    log = publish(tmp_path, [(entries[0], entries[1]), *steps[1:]])
    assert fault(log.folder).startswith(f"match {missing['match']} of {missing['kick_off']} has neither")


def test_an_opening_of_another_content_is_named(tmp_path: Path) -> None:
    steps = record(seed=7)
    at, after = steps[2]
    forged = changed(after[0], content={"home_rate": "9.000000"})
    log = publish(tmp_path, [*steps[:2], (at, [forged, *after[1:]]), *steps[3:]])
    assert "opens another commitment" in fault(log.folder)


def test_a_pick_that_was_never_opened_is_named(tmp_path: Path) -> None:
    steps = record(seed=7, days=4)
    after = steps[2][1]
    opening = [body for body in after if parsed(body)["type"] == "opening"][-1]  # of the first day's pick
    after[after.index(opening)] = correction(steps[2][0], 0, "mistyped")
    assert verify(publish(tmp_path / "3", steps[:9]).folder).returncode == 0  # three days on it may be hidden yet
    log = publish(tmp_path / "4", steps)
    assert fault(log.folder) == f"a pick of entry {parsed(opening)['of']} was never opened"


def test_a_checkpoint_of_another_key_is_rejected(log: LogFolder) -> None:
    note = log.folder / "checkpoint"
    note.write_text(note.read_text().replace(f"\n{len(log.entries)}\n", f"\n{len(log.entries) - 1}\n"))
    assert fault(log.folder) == f"the checkpoint is not what {KEY.name} signed"


def test_a_missing_file_is_named(log: LogFolder) -> None:
    (log.folder / f"tile/0/000.p/{len(log.entries)}").unlink()
    assert fault(log.folder).startswith(f"tile/0/000.p/{len(log.entries)} cannot be read")
