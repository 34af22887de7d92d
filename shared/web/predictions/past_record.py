"""Reliability in past seasons: how often outcomes of about the same forecast probability occurred."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from shared.forecasting.basis import Basis
from shared.forecasting.calibration import Bucket

FILE = Path(__file__).resolve().parents[3] / "models" / "outcome" / "reliability.json"
ALL = "all"
MIN_COUNT = 100
"""With fewer cases in a league, the record of all leagues is used."""


@dataclass(frozen=True, slots=True)
class PastRecord:
    """The reliability of one probability bucket."""

    bucket: Bucket  # probability range, number of outcomes and number of hits
    basis: Basis
    league: str  # code of the competition, or `all`
    # first, last: the years in which the first season began and the last one ended.
    first: int
    last: int


def past_record(basis: Basis, competition: str, probability: float) -> PastRecord | None:
    """The record of a probability; None for a consensus and for competitions without past forecasts."""
    data = _data()
    records = data["records"].get(basis, {})
    if competition not in records:
        return None
    first, last = data["seasons"]
    for league in (competition, ALL):
        bucket = _bucket(records[league], probability)
        if bucket is not None and (bucket.count >= MIN_COUNT or league == ALL):
            return PastRecord(bucket, basis, league, first, last + 1)
    return None


def _bucket(rows: list[list[Any]], probability: float) -> Bucket | None:
    within = (row for row in rows if row[0] <= probability < row[1] or row[1] == 1 == probability)
    return next((Bucket(low, high, count, forecast, hits) for low, high, count, hits, forecast in within), None)


@cache
def _data() -> dict[str, Any]:
    return json.loads(FILE.read_text())
