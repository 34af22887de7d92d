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


@dataclass(frozen=True, slots=True)
class PastBuckets:
    """The reliability of every probability."""

    buckets: tuple[Bucket, ...]
    # first, last: the years in which the first season began and the last one ended.
    first: int
    last: int


def past_buckets(basis: Basis, competition: str = ALL) -> PastBuckets | None:
    """The record of all probabilities, of a competition or of all; None without past forecasts."""
    data = _data()
    rows = data["records"].get(basis, {}).get(competition)
    if rows is None:
        return None
    first, last = data["seasons"]
    return PastBuckets(tuple(_to_bucket(row) for row in rows), first, last + 1)


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
    return next((_to_bucket(row) for row in within), None)


def _to_bucket(row: list[Any]) -> Bucket:
    low, high, count, hits, forecast = row
    return Bucket(low, high, count, forecast, hits)


@cache
def _data() -> dict[str, Any]:
    return json.loads(FILE.read_text(encoding="utf-8"))
