"""Stored season forecasts: one row per league and day."""

from dataclasses import replace
from datetime import UTC, date, datetime

from shared.stores.database import Connection
from shared.stores.forecasting import season_forecasts
from shared.stores.forecasting.season_forecasts import SeasonForecastRow

ROW = SeasonForecastRow(
    competition="PL",
    season=2023,
    day=date(2024, 4, 27),
    simulated_at=datetime(2024, 4, 27, 5, 30, tzinfo=UTC),
    matches_left=40,
    team_ids=[118, 132],
    places=[[7000, 3000], [3000, 7000]],
    points=[[84.25, 80.0, 88.0], [60.5, 55.0, 66.0]],
    matches=[{"match_id": 26010011800132, "outcomes": [0.5, 0.25, 0.25], "stakes": []}],
)


def test_a_row_is_stored_and_replaced_on_its_day(db: Connection) -> None:
    """The second run of a day counts."""
    season_forecasts.put(db, ROW)
    assert season_forecasts.latest(db, "PL") == ROW
    again = replace(ROW, matches_left=39, places=[[6000, 4000], [4000, 6000]], matches=[])
    season_forecasts.put(db, again)
    assert season_forecasts.latest(db, "PL") == again


def test_the_latest_is_of_the_newest_season_and_day_of_a_league(db: Connection) -> None:
    """A league that has none has None."""
    for row in (
        ROW,
        replace(ROW, day=date(2024, 4, 26)),
        replace(ROW, season=2022, day=date(2024, 5, 1)),
        replace(ROW, competition="PD", day=date(2024, 5, 2)),
    ):
        season_forecasts.put(db, row)
    assert season_forecasts.latest(db, "PL") == ROW
    assert season_forecasts.latest(db, "SA") is None


def test_the_history_of_a_club_is_in_order_of_day(db: Connection) -> None:
    """Of its season alone, without what matches change."""
    earlier = replace(ROW, day=date(2024, 4, 26))
    for row in (ROW, earlier, replace(ROW, season=2022), replace(ROW, day=date(2024, 4, 25), team_ids=[118, 120])):
        season_forecasts.put(db, row)
    expected = [replace(row, matches=[]) for row in (earlier, ROW)]
    assert season_forecasts.history(db, "PL", 2023, 132) == expected
