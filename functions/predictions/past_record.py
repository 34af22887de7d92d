"""What came, in past seasons, of outcomes that forecasts of one kind gave about the same probability."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from shared.forecasting.calibration import Bucket

FILE = Path(__file__).resolve().parents[2] / "models" / "outcome" / "reliability.json"
ALL = "all"
MIN_COUNT = 100
"""With fewer in a league, all leagues speak."""


@dataclass(frozen=True, slots=True)
class PastRecord:
    """The outcomes of a bucket.

    Attributes:
        bucket: what they were given, how many there were, how many came.
        basis: what the forecasts started from: `prices` or `ratings`.
        league: code of the competition, or `all`.
        first, last: the years in which the seasons began and ended.
    """

    bucket: Bucket
    basis: str
    league: str
    first: int
    last: int


def past_record(basis: str, competition: str, probability: float) -> PastRecord | None:
    """The record of a forecast's probability; None in competitions of which no past season was forecast."""
    data = _data()
    records = data["records"][basis]
    if competition not in records:
        return None
    candidates = [(league, _bucket(records[league], probability)) for league in (competition, ALL)]
    chosen = next(((of, b) for of, b in candidates if b is not None and (b.count >= MIN_COUNT or of == ALL)), None)
    if chosen is None:
        return None
    league, bucket = chosen
    first, last = data["seasons"]
    return PastRecord(bucket, basis, league, first, last + 1)


def _bucket(rows: list[list[Any]], probability: float) -> Bucket | None:
    within = (row for row in rows if row[0] <= probability < row[1] or row[1] == 1 == probability)
    return next((Bucket(low, high, count, said, came) for low, high, count, came, said in within), None)


@cache
def _data() -> dict[str, Any]:
    return json.loads(FILE.read_text())
