"""The report on the movement of stored prices, from a database."""

import csv
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from local.line_movement import main, report, stored_snapshots
from shared.betting.devig import shin
from shared.football.match import Status
from shared.stores.betting import offers
from shared.stores.database import Connection, connect
from shared.stores.forecasting import predictions
from tests.factories import AFTER, KICK_OFF, forecast, insert_matches, match_update, offer
from tests.running import environment

HOUR = timedelta(hours=1)
API = {"source": "the_odds_api", "bookmaker": "pinnacle"}


def publish(db: Connection, match_id: int, hours: int, **changes: object) -> None:
    """A forecast from prices of so many hours before kick-off, published an hour after them."""
    taken_at = KICK_OFF - hours * HOUR
    times = {"published_at": taken_at + HOUR, "prices_taken_at": taken_at}
    predictions.add(db, [forecast(match_id, **times | changes)])


def insert(db: Connection) -> int:
    """A match priced by the average, then by one bookmaker beside a placeholder, then by ourselves."""
    (match_id,) = insert_matches(db, match_update(score="2-0"))
    offers.put(
        db,
        [
            offer(match_id, "2.0", "3.5", "4.0", taken_at=KICK_OFF - 90 * HOUR),
            offer(match_id, "1.9", "3.5", "4.4", taken_at=KICK_OFF - 25 * HOUR, bookmaker="bet365"),
            offer(match_id, "1.01", "3.5", "4.4", taken_at=KICK_OFF - 25 * HOUR),
            offer(match_id, "1.8", "3.6", "4.8", taken_at=KICK_OFF, closing=True),
            offer(match_id, "1.7", "3.6", "5.2", taken_at=KICK_OFF - HOUR / 6, closing=True, **API),
        ],
    )
    publish(db, match_id, 90)
    publish(db, match_id, 25, home=0.55, draw=0.25, away=0.2)
    return match_id


@pytest.fixture
def match_id(db: Connection) -> int:
    return insert(db)


def test_each_moment_of_prices_has_its_age_its_forecast_and_the_closing_line(db: Connection, match_id: int) -> None:
    snapshots = stored_snapshots(db, AFTER)
    assert snapshots.match_id.tolist() == [match_id] * 2
    assert snapshots.age.tolist() == [90, 25]
    assert snapshots.kick_off.tolist() == [KICK_OFF.timestamp() / 3600] * 2
    assert snapshots.price == pytest.approx(shin([[2.0, 3.5, 4.0], [1.9, 3.5, 4.4]])), "an implausible price is none"
    assert snapshots.served.tolist() == [[0.5, 0.3, 0.2], [0.55, 0.25, 0.2]]
    assert stored_snapshots(db, KICK_OFF).matches == 0, "not yet played"
    assert snapshots.closing == pytest.approx(shin([[1.8, 3.6, 4.8]] * 2)), "the files' close, as for picks"


def test_a_later_forecast_from_the_same_prices_is_no_further_moment(db: Connection, match_id: int) -> None:
    later = {"published_at": KICK_OFF - 12 * HOUR, "home": 0.6, "draw": 0.2}
    publish(db, match_id, 25, **later)
    assert stored_snapshots(db, AFTER).served[:, 0].tolist() == [0.5, 0.55]


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"basis": "ratings", "prices_taken_at": None}, id="without prices"),
        pytest.param({"basis": "consensus"}, id="by the prices alone, which nothing moves"),
        pytest.param({"prices_taken_at": KICK_OFF - 15 * 24 * HOUR}, id="of a match that was put off"),
        pytest.param({"published_at": KICK_OFF + HOUR, "kick_off": KICK_OFF + 3 * HOUR}, id="after it began"),
    ],
)
def test_a_forecast_whose_movement_is_none_of_its_prices_is_left_out(
    db: Connection, match_id: int, changes: dict[str, object]
) -> None:
    publish(db, match_id, 9, **changes)
    assert stored_snapshots(db, AFTER).age.tolist() == [90, 25]


def test_matches_that_are_not_played_or_have_no_closing_line_are_left_out(db: Connection) -> None:
    for home, changes in (
        ("Arsenal", {"status": Status.SCHEDULED}),
        ("Everton", {"score": "1-0", "review": "a jury may have awarded it"}),
        ("Fulham", {"score": "1-0"}),
    ):
        (match_id,) = insert_matches(db, match_update(home, "Chelsea", **changes))
        offers.put(db, [offer(match_id, taken_at=KICK_OFF - 25 * HOUR)])
        if home != "Fulham":
            offers.put(db, [offer(match_id, taken_at=KICK_OFF, closing=True)])
        publish(db, match_id, 25)
    assert stored_snapshots(db, AFTER).matches == 0
    assert report(db, AFTER)[0].startswith("matches with prices and a closing line: 0, moments of prices: 0;")


def test_the_command_prints_the_report_and_writes_every_price_up_to_kick_off(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with connect(url, "test") as db, db.transaction():
        match_id = insert(db)
        offers.put(db, [offer(match_id, "1.2", "9.0", "15.0", taken_at=KICK_OFF + HOUR)])
    out = tmp_path / "offers.csv"
    with environment(DATABASE_URL=url):
        main(["--out", str(out)])
    assert capsys.readouterr().out.startswith("matches with prices and a closing line: 1, moments of prices: 2; fewer")
    with out.open() as file:
        rows = list(csv.DictReader(file))
    assert [(row["source"], row["bookmaker"], row["hours_to_kick_off"], row["closing"]) for row in rows] == [
        ("football_data_uk", "bet365", "25.00", "f"),
        ("football_data_uk", "market_average", "90.00", "f"),
        ("football_data_uk", "market_average", "25.00", "f"),
        ("football_data_uk", "market_average", "0.00", "t"),
        ("the_odds_api", "pinnacle", "0.17", "t"),
    ]
    assert [Decimal(rows[1][f"price_{place}"]) for place in (1, 2, 3)] == [Decimal(2), Decimal("3.5"), Decimal(4)]
    assert (rows[1]["match_id"], rows[1]["competition"], rows[1]["market"]) == (str(match_id), "PL", "h2h")
