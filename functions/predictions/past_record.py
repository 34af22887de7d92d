"""Reliability in past seasons: how often outcomes of about the same forecast probability occurred."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from shared.forecasting.calibration import Bucket

FILE = Path(__file__).resolve().parents[2] / "models" / "outcome" / "reliability.json"
ALL = "all"
MIN_COUNT = 100
"""With fewer cases in a league, the record of all leagues is used."""


@dataclass(frozen=True, slots=True)
class PastRecord:
    """The reliability of one probability bucket.

    Attributes:
        bucket: probability range, number of outcomes and number of hits.
        basis: of the forecasts: `prices` or `ratings`.
        league: code of the competition, or `all`.
        first, last: the years in which the first season began and the last one ended.
    """

    bucket: Bucket
    basis: str
    league: str
    first: int
    last: int


def past_record(basis: str, competition: str, probability: float) -> PastRecord | None:
    """The record of a probability; None for competitions without past forecasts."""
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
