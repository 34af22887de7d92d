"""The past record of a probability: of the league, where it has enough matches, else of all leagues."""

import json

import pytest

from deploy import service
from shared.forecasting.basis import Basis
from shared.forecasting.calibration import Bucket
from shared.services.outcome_model import FOLDER
from shared.web.predictions import past_record as module
from shared.web.predictions.past_record import MIN_COUNT, PastBuckets, past_buckets, past_record

RELIABILITY = json.loads(module.FILE.read_text())


def test_the_past_record_is_the_leagues_own_bucket():
    record = past_record("prices", "PL", 0.5612)
    assert record is not None
    (row,) = [row for row in RELIABILITY["records"]["prices"]["PL"] if row[0] == 0.55]
    low, high, count, hits, mean = row
    assert record.bucket == Bucket(low, high, count, mean, hits)
    assert (record.league, record.basis) == ("PL", "prices")
    assert (record.first, record.last) == (RELIABILITY["seasons"][0], RELIABILITY["seasons"][1] + 1)


@pytest.mark.parametrize("basis", ["prices", "ratings"])
@pytest.mark.parametrize("probability", [0.0, 0.049, 0.05, 0.5999, 0.6, 0.95, 1.0])
def test_every_probability_falls_into_its_bucket(basis: Basis, probability: float):
    record = past_record(basis, "PL", probability)
    assert record is not None
    assert record.bucket.low <= probability < record.bucket.high or probability == record.bucket.high == 1
    assert record.bucket.count >= MIN_COUNT or record.league == "all"


def test_with_too_few_matches_of_a_league_the_past_record_is_that_of_all_leagues():
    few = [
        (league, row[0])
        for league, rows in RELIABILITY["records"]["prices"].items()
        for row in rows
        if row[2] < MIN_COUNT and league != "all"
    ]
    assert few, "or nothing is tested"
    for league, low in few:
        record = past_record("prices", league, low)
        assert record is not None
        assert record.league == "all"


@pytest.mark.parametrize(("basis", "competition"), [("prices", "CL"), ("prices", "DEMO"), ("consensus", "PL")])
def test_without_a_replayed_past_there_is_no_record(basis: Basis, competition: str):
    assert past_record(basis, competition, 0.5) is None
    assert past_buckets(basis, competition) is None


@pytest.mark.parametrize("competition", ["all", "FL1"])
def test_all_buckets_are_those_of_the_table(competition: str):
    rows = RELIABILITY["records"]["ratings"][competition]
    buckets = tuple(Bucket(low, high, count, mean, hits) for low, high, count, hits, mean in rows)
    first, last = RELIABILITY["seasons"]
    assert past_buckets("ratings", competition) == PastBuckets(buckets, first, last + 1)
    assert past_buckets("ratings") == past_buckets("ratings", "all")


def test_the_reliability_table_is_consistent():
    for leagues in RELIABILITY["records"].values():
        for place in (2, 3):
            own = sum(row[place] for league, rows in leagues.items() if league != "all" for row in rows)
            assert own == sum(row[place] for row in leagues["all"])
        for rows in leagues.values():
            assert sum(row[2] for row in rows) == 3 * sum(row[3] for row in rows), "of three outcomes one comes"
            assert all(low <= mean <= high for low, high, _, _, mean in rows)


def test_the_reliability_table_is_in_the_bundle():
    assert service.read().functions["predictions"].bundle.models
    assert FOLDER / "reliability.json" == module.FILE
