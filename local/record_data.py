"""The record as data: `make record-data LOG=https://…/record VERIFIER=… [OUT=directory]`.

Verifies a log by public/verify.py, then writes CSV and Parquet for each season, and a data card. A log that does not
verify writes nothing. The checkpoint that the files were made from lies beside them: another run must extend it.
"""

import argparse
import runpy
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import csv, parquet

from deploy.service import ROOT
from local.record_card import card
from local.record_columns import schema
from local.record_tables import Tables, tables
from shared.football.calendar import season_label

CHECKPOINT = "record.checkpoint"


def main(arguments: Sequence[str] | None = None) -> None:
    """Verify a log and write its data."""
    args = _parser().parse_args(arguments)
    args.out.mkdir(parents=True, exist_ok=True)
    bodies = verified(args.log, args.key, args.witness, args.out / CHECKPOINT)
    files = write(tables(bodies), args.out)
    origin = args.key.split("+")[0]
    (args.out / "README.md").write_text(card(origin, len(bodies), files), encoding="utf-8")
    print(f"{len(files)} files and their card in {args.out}")


def verified(log: str, key: str, witnesses: Sequence[str], state: Path) -> list[bytes]:
    """The entries of a log that verifies.

    Args:
        log: its address or folder.
        key: its verifier key.
        witnesses: their verifier keys.
        state: file of the checkpoint of the run before, which is replaced by the newest one.

    Raises:
        SystemExit: the log is wrong; the message names how.
    """
    program: dict[str, Any] = runpy.run_path(str(ROOT / "public" / "verify.py"))
    options = [text for witness in witnesses for text in ("--witness", witness)]
    program["main"]([log, key, *options, "--state", str(state)])
    size, root, _ = program["checkpoint"](state.read_bytes().decode(), [key])
    entries, _ = program["entries_of"](log, size, root)
    return entries


def write(found: Tables, out: Path) -> dict[str, int]:
    """Write each table of each season as CSV and Parquet; returns the rows of each file by its name."""
    files: dict[str, int] = {}
    for name, rows in asdict(found).items():
        for season in sorted({row["season"] for row in rows}):
            table = pa.Table.from_pylist([row for row in rows if row["season"] == season], schema=schema(name))
            stem = f"{name}-{season_label(season)}"
            csv.write_csv(table, out / f"{stem}.csv")
            parquet.write_table(table, out / f"{stem}.parquet", compression="zstd")
            files |= {f"{stem}.csv": table.num_rows, f"{stem}.parquet": table.num_rows}
    return files


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Write the record as CSV and Parquet.")
    parser.add_argument("--log", required=True, help="address or folder of the log")
    parser.add_argument("--key", required=True, help="its verifier key")
    parser.add_argument("--witness", action="append", default=[], help="a witness's verifier key")
    parser.add_argument("--out", type=Path, default=ROOT / ".build" / "record-data", help="directory")
    return parser


if __name__ == "__main__":
    main()
