"""Files of football-data.co.uk by column: a file has up to 150 columns, of which each reader uses some."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class SeasonFile:
    """A file of one division and season; blank lines are left out."""

    def __init__(self, path: Path) -> None:
        """Reads a file.

        Raises:
            OSError: it cannot be read.
        """
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
            header, *rows = [row for row in csv.reader(lines) if row] or [[]]
        width = len(header)
        filled = [row if len(row) == width else (row + [""] * width)[:width] for row in rows]
        self._rows = len(rows)
        self._columns = dict(zip(header, zip(*filled, strict=True), strict=False))

    def __len__(self) -> int:
        """Number of rows."""
        return self._rows

    def texts(self, name: str) -> Sequence[str]:
        """The values of a column; empty texts where the file has none."""
        return self._columns.get(name, [""] * self._rows)

    def records(self, names: Sequence[str]) -> list[Mapping[str, str]]:
        """Each row's values of some columns, by name."""
        return [dict(zip(names, row, strict=True)) for row in zip(*map(self.texts, names), strict=True)]

    def numbers(self, names: Sequence[str]) -> Floats:
        """Columns as numbers: (rows, columns); NaN where a value is missing or is no number."""
        numbers = np.full((self._rows, len(names)), np.nan)
        for place, name in enumerate(names):
            if name in self._columns:
                numbers[:, place] = _parse_numbers(self._columns[name])
        return numbers


def _parse_numbers(texts: Sequence[str]) -> list[float]:
    try:
        return [float(text) if text else np.nan for text in texts]
    except ValueError:  # rare, and slower
        return [_parse_number(text) for text in texts]


def _parse_number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return np.nan
