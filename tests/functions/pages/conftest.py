"""A morning with matches, forecasts and picks, as the pages show it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest

from shared.stores.betting import picks
from shared.stores.database import connect
from shared.stores.forecasting import predictions, season_forecasts
from shared.stores.forecasting.season_forecasts import SeasonForecastRow
from tests.conftest import Databases
from tests.factories import BEFORE, KICK_OFF, choice, forecast, insert_matches, match_update, pick
from tests.running import environment
from tests.tokens import SUPABASE

DAY = date(2024, 4, 27)
MORNING = datetime(2024, 4, 27, 10, tzinfo=UTC)
EVENING = datetime(2024, 4, 27, 18, tzinfo=UTC)


@dataclass(frozen=True)
class World:
    """The database, and the ids of a match with a pick, of its clubs' last meeting, of one without forecast, of a club."""

    url: str
    chosen: int
    earlier: int
    bare: int
    club: int


@pytest.fixture(scope="package")
def filled(databases: Databases, empty: str) -> World:
    """Arsenal v Chelsea with a pick on the draw, and tomorrow's Everton <Fulham> without a forecast."""
    url = databases.make(empty)
    with connect(url, "test") as db, db.transaction():
        meeting = match_update("Chelsea", "Arsenal", "1-3", kick_off=KICK_OFF - timedelta(days=100))
        tomorrow = match_update("Everton", "Fulham", kick_off=KICK_OFF + timedelta(days=1))
        chosen, earlier, bare = insert_matches(db, match_update(), meeting, tomorrow, now=BEFORE)
        predictions.add(db, [forecast(chosen)])
        assert picks.commit(db, DAY, BEFORE, 2, choice(pick(chosen, outcome="draw")))
        [(club, other)] = db.execute("SELECT home_team_id, away_team_id FROM matches WHERE match_id = %s", [chosen])
        season_forecasts.put(
            db,
            SeasonForecastRow(
                competition="PL",
                season=2023,
                day=DAY,
                simulated_at=BEFORE,
                matches_left=40,
                team_ids=[club, other, *range(901, 909)],
                places=[
                    [9970, 30, *[0] * 8],
                    [30, 9970, *[0] * 8],
                    *([10_000 * (place == row) for place in range(10)] for row in range(2, 10)),
                ],
                points=[[84.25, 80.0, 88.0], *[[60.5, 55.0, 66.0]] * 9],
                matches=[],
            ),
        )
    return World(url, chosen, earlier, bare, club)


@pytest.fixture
def world(filled: World) -> Iterator[World]:
    """The same as environment of the functions."""
    with environment(DATABASE_URL=filled.url, LOG_LEVEL="CRITICAL", **SUPABASE):
        yield filled
