"""The day's picks: chosen once, from prices worth taking, and none with its reason."""

from datetime import UTC, datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from typing import Any

import pytest

from shared.betting.result_probabilities import ResultProbabilities
from shared.betting.value import expected_value, kelly
from shared.football.match import Hour, Status
from shared.football.team import Source
from shared.stores.betting import offers
from shared.stores.database import connect
from tests.factories import insert_matches, match_update, offer
from tests.running import rows_of, run, select
from tests.season import Row, Service, row

pytestmark = pytest.mark.usefixtures("machine_zone")

FRIDAY = datetime(2024, 4, 26, 13, tzinfo=UTC)
NOW = datetime(2024, 4, 27, 4, 45, tzinfo=UTC)
BEST = {"MaxH": "2.30", "MaxD": "3.50", "MaxA": "4.00"}
GENEROUS = row("Arsenal", "Chelsea", "27/04/2024 15:00", prices=(2.05, 3.4, 3.8)) | BEST
FAIR = row("Everton", "Fulham", "27/04/2024 15:00", prices=(2.05, 3.4, 3.8))
DAY = "SELECT day::text, committed_at, matches, reason FROM pick_days"
PICKS = "SELECT rank, outcome, price, bookmaker, value, probability, share, stake FROM picks ORDER BY rank"

SELECTIONS = "SELECT market, outcome, line, price, value, share, probability, result_probabilities FROM picks"


def load(bundle: Service, *rows: Row) -> None:
    bundle.fixtures(FRIDAY, *rows)
    run("sync_fixtures", NOW)
    run("publish_predictions", NOW)


def choose(now: datetime = NOW, **event: Any) -> dict[str, Any]:
    return run("choose_picks", now, event)


@pytest.mark.case("L12")
def test_a_price_with_positive_value_is_picked(bundle: Service, url: str) -> None:
    load(bundle, GENEROUS, FAIR)
    assert choose()["picks"] == 1
    ((rank, outcome, price, bookmaker, value, probability, share, stake),) = select(url, PICKS)
    assert (rank, outcome, price, bookmaker) == (1, "home", Decimal("2.300"), "market_best")
    assert value == (probability * price - 1).quantize(Decimal("0.000001"))
    assert Decimal("0.02") <= value <= Decimal("0.20")
    assert share == ((probability * price - 1) / (price - 1)).quantize(Decimal("0.000001"))
    assert stake == min(share / 4, Decimal("0.02")).quantize(Decimal("0.000001"), ROUND_DOWN)
    assert select(url, DAY) == [("2024-04-27", NOW, 2, "no_value")]


def insert_offer(url: str, bookmaker: str, *prices: str, at: datetime, source: str = "the_odds_api") -> None:
    """Insert prices of a bookmaker on the one stored match."""
    with connect(url, "test") as db, db.transaction():
        ((match_id,),) = db.execute("SELECT match_id FROM matches").fetchall()
        offers.put(db, [offer(match_id, *prices, source=source, bookmaker=bookmaker, taken_at=at)])


@pytest.mark.case("P9")
def test_the_price_of_a_licensed_operator_is_taken_where_there_is_one(bundle: Service, url: str) -> None:
    """A price that cannot be had in France is no way round the one that can."""
    load(bundle, GENEROUS)
    insert_offer(url, "pinnacle", "2.36", "3.30", "3.50", at=NOW - timedelta(minutes=20))
    insert_offer(url, "winamax_fr", "2.24", "3.30", "3.60", at=NOW - timedelta(minutes=30))
    assert choose()["picks"] == 1
    assert select(url, PICKS)[0][1:4] == ("home", Decimal("2.240"), "winamax_fr")


LINES = {"Avg>2.5": "1.90", "Avg<2.5": "1.90", "AHh": "-0.25", "AvgAHH": "1.86", "AvgAHA": "2.02"}
"""Average prices of totals and handicap, beside 2.05, 3.40 and 3.80."""


@pytest.mark.case("L12", "J14")
@pytest.mark.parametrize(
    ("columns", "selection"),
    [
        ({"Max>2.5": "2.12", "Max<2.5": "1.92"}, ("totals", "over", Decimal("2.50"), Decimal("2.120"))),
        ({"Max>2.5": "1.92", "Max<2.5": "2.12"}, ("totals", "under", Decimal("2.50"), Decimal("2.120"))),
        ({"MaxAHH": "2.06", "MaxAHA": "2.04"}, ("handicap", "home", Decimal("-0.25"), Decimal("2.060"))),
        ({"MaxAHH": "1.88", "MaxAHA": "2.24"}, ("handicap", "away", Decimal("0.25"), Decimal("2.240"))),
    ],
)
def test_the_best_price_of_any_market_is_picked(
    bundle: Service, url: str, columns: dict[str, str], selection: tuple[str, str, Decimal, Decimal]
) -> None:
    """With the probability of each way in which it can end, of which its value and share follow."""
    load(bundle, FAIR | LINES | columns)
    assert choose()["picks"] == 1
    ((*picked, value, share, probability, results),) = select(url, SELECTIONS)
    assert tuple(picked) == selection
    results, price = ResultProbabilities(*results), selection[3]
    assert sum(results) == 1
    assert (results.half_won + results.half_lost > 0, results.push) == (selection[2] % 1 != Decimal("0.5"), 0)
    assert value == expected_value(results, price)
    assert Decimal("0.02") <= value <= Decimal("0.20")
    assert share == kelly(results, price)
    assert probability == results.break_even


@pytest.mark.case("M5")
def test_a_consensus_that_no_model_has_moved_is_not_bet_on(bundle: Service, url: str) -> None:
    """Of two clubs of different leagues we know no more than the bookmakers do together."""
    european = {"competition": "CL", "stage": "QUARTER_FINALS", "external_id": "1", "source": Source.FOOTBALL_DATA_ORG}
    with connect(url, "test") as db, db.transaction():
        (match_id,) = insert_matches(db, match_update("Arsenal", "Lens", **european), now=NOW)
        offers.put(db, [offer(match_id, "2.05", "3.40", "3.80"), offer(match_id, "2.3", "3.5", "4", bookmaker="bwin")])
    run("publish_predictions", NOW)
    assert select(url, "SELECT basis FROM predictions") == [("consensus",)]
    assert choose()["reason"] == "unproven_leagues"
    assert select(url, PICKS) == []


@pytest.mark.case("P9")
def test_nothing_is_picked_where_the_licensed_operators_prices_are_too_low(bundle: Service, url: str) -> None:
    load(bundle, GENEROUS)
    insert_offer(url, "winamax_fr", "1.95", "3.30", "3.60", at=NOW - timedelta(minutes=30))
    assert choose()["reason"] == "no_value"


@pytest.mark.case("L4")
def test_of_one_bookmaker_in_two_sources_the_newest_price_counts(bundle: Service, url: str) -> None:
    """An older, better price of the same bookmaker is past."""
    load(bundle, GENEROUS)
    insert_offer(url, "winamax_fr", "2.30", "3.30", "3.60", at=FRIDAY, source="football_data_uk")
    insert_offer(url, "winamax_fr", "2.24", "3.30", "3.60", at=NOW - timedelta(minutes=30))
    assert choose()["picks"] == 1
    assert select(url, PICKS)[0][2] == Decimal("2.240")


@pytest.mark.case("G6", "G1")
def test_a_days_picks_are_committed_once(bundle: Service, url: str) -> None:
    load(bundle, GENEROUS)
    choose()
    before = rows_of(url, "jobs")
    assert choose()["committed"] is False
    assert choose(NOW + timedelta(hours=10))["reason"] == "committed before"
    assert rows_of(url, "jobs") == before


@pytest.mark.case("G7")
@pytest.mark.parametrize(
    ("rows", "reason", "matches"),
    [
        ([], "no_match", 0),
        ([row("Arsenal", "Chelsea", "28/04/2024 15:00")], "no_match", 0),
        ([FAIR], "no_value", 1),
        ([row("Arsenal", "Chelsea", "27/04/2024 15:00", prices=None)], "no_prices", 1),
        pytest.param([GENEROUS | {"MaxH": "2.9"}], "held", 1, marks=pytest.mark.case("L5")),
    ],
)
def test_a_day_without_picks_is_stored_with_its_reason(
    bundle: Service, url: str, rows: list[Row], reason: str, matches: int
) -> None:
    load(bundle, *rows)
    choose()
    assert select(url, PICKS) == []
    assert select(url, DAY) == [("2024-04-27", NOW, matches, reason)]
    assert len(select(url, "SELECT about FROM reports WHERE kind = 'held pick'")) == (reason == "held")


@pytest.mark.case("G7")
def test_a_run_after_kick_off_has_the_reason_too_late(bundle: Service, url: str) -> None:
    load(bundle, GENEROUS)
    assert choose(datetime(2024, 4, 27, 14, tzinfo=UTC))["reason"] == "too_late"
    assert choose(NOW, day="2024-04-20")["reason"] == "no_match"
    assert select(url, PICKS) == []


def test_a_run_at_midday_picks_from_the_remaining_matches(bundle: Service, url: str) -> None:
    load(bundle, GENEROUS, row("Everton", "Fulham", "27/04/2024 20:00", prices=(2.05, 3.4, 3.8)) | BEST)
    assert choose(datetime(2024, 4, 27, 15, tzinfo=UTC))["picks"] == 1
    assert select(url, "SELECT kick_off FROM picks") == [(datetime(2024, 4, 27, 19, tzinfo=UTC),)]


def test_postponed_matches_give_the_reason_no_match(bundle: Service, url: str) -> None:
    with connect(url, "test") as db:
        insert_matches(db, match_update(status=Status.POSTPONED), now=NOW)
    assert choose()["reason"] == "no_match"


@pytest.mark.case("I4")
def test_a_day_is_one_in_paris(bundle: Service, url: str) -> None:
    load(bundle, row("Arsenal", "Chelsea", "27/04/2024 23:30", prices=(2.05, 3.4, 3.8)) | BEST)
    assert choose()["matches"] == 0, "half past midnight in Paris is tomorrow's"
    assert choose(day="2024-04-28")["picks"] == 1


def test_a_forecast_by_ratings_alone_is_never_bet_on(bundle: Service, url: str) -> None:
    bundle.results(FRIDAY, row("Chelsea", "Arsenal", "20/04/2024 15:00", "0-6"))
    run("sync_history", NOW, {"seasons": 1})
    run("update_ratings", NOW)
    load(bundle, row("Arsenal", "Chelsea", "27/04/2024 15:00", prices=None) | {"MaxH": "9.0", "MaxD": "9", "MaxA": "9"})
    assert select(url, "SELECT basis FROM predictions") == [("ratings",)]
    assert choose()["reason"] == "no_prices"


def test_a_league_without_measured_accuracy_has_no_pick_and_blocks_no_other_league(bundle: Service, url: str) -> None:
    dutch = row("Ajax", "Feyenoord", "27/04/2024 15:00", prices=(2.05, 3.4, 3.8), division="N1") | BEST
    load(bundle, dutch)
    assert select(url, "SELECT basis FROM predictions") == [("prices",)]
    assert choose()["reason"] == "unproven_leagues"
    load(bundle, dutch, row("Arsenal", "Chelsea", "28/04/2024 15:00", prices=(2.05, 3.4, 3.8)) | BEST)
    assert choose(day="2024-04-28")["picks"] == 1


@pytest.mark.case("L12")
def test_there_are_never_more_than_five_nor_two_of_a_competition(bundle: Service, url: str) -> None:
    clubs = {
        "E0": ["Arsenal", "Chelsea", "Everton", "Fulham", "Wolves", "Luton"],
        "F1": ["Lens", "Lille", "Nice", "Lyon", "Brest", "Reims"],
        "SP1": ["Betis", "Sevilla", "Getafe", "Girona", "Osasuna", "Alaves"],
    }
    rows = [
        row(names[i], names[i + 1], "27/04/2024 15:00", prices=(2.05, 3.4, 3.8), division=division) | BEST
        for division, names in clubs.items()
        for i in (0, 2, 4)
    ]
    load(bundle, *rows)
    assert choose()["picks"] == 5
    counts = select(url, "SELECT count(*) FROM picks GROUP BY competition")
    assert max(count for (count,) in counts) == 2
    ((total, largest),) = select(url, "SELECT sum(stake), max(stake) FROM picks")
    assert 0 < largest <= Decimal("0.02")
    assert Decimal("0.04") < total <= Decimal("0.05"), "five at 2.30 are worth more than a day may cost"
    assert select(url, "SELECT reason FROM pick_days") == [(None,)]


UNTIMED = GENEROUS | {"Time": ""}


def publish_the_day_before(bundle: Service, *rows: Row) -> None:
    """Without an hour nothing is published on the day itself."""
    bundle.fixtures(FRIDAY, *rows)
    run("sync_fixtures", NOW - timedelta(days=1) + timedelta(hours=9))
    run("publish_predictions", NOW - timedelta(days=1) + timedelta(hours=10))


@pytest.mark.parametrize("hours", [0, 10, 16])
def test_a_day_whose_hours_are_not_known_is_not_too_late(bundle: Service, url: str, hours: int) -> None:
    publish_the_day_before(bundle, UNTIMED)
    assert len(select(url, "SELECT 1 FROM predictions")) == 1
    assert choose(NOW + timedelta(hours=hours))["reason"] == "no_hour"
    assert select(url, PICKS) == []


def test_a_match_without_an_hour_does_not_block_other_picks(bundle: Service, url: str) -> None:
    publish_the_day_before(bundle, UNTIMED, GENEROUS | {"HomeTeam": "Everton", "AwayTeam": "Fulham"})
    assert choose()["picks"] == 1
    assert select(url, "SELECT kick_off FROM picks") == [(datetime(2024, 4, 27, 14, tzinfo=UTC),)]


def test_a_match_is_picked_at_another_sources_known_hour(bundle: Service, url: str) -> None:
    with connect(url, "test") as db:
        last_minute = datetime(2024, 4, 27, 21, 59, tzinfo=UTC)
        day = match_update(source=Source.FOOTBALL_DATA_ORG, external_id="1", kick_off=last_minute, hour=Hour.UNKNOWN)
        insert_matches(db, day, now=NOW)
    load(bundle, GENEROUS)
    assert choose()["picks"] == 1
    assert select(url, "SELECT kick_off FROM picks") == [(datetime(2024, 4, 27, 14, tzinfo=UTC),)]
