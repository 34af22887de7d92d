"""A morning with matches, forecasts and picks, as the pages show it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import permutations

import pytest

from functions.pages.record import ENOUGH
from shared.betting.settlement import BetResult
from shared.ledger import entries
from shared.stores.betting import picks
from shared.stores.database import connect
from shared.stores.forecasting import predictions, season_forecasts
from shared.stores.forecasting.season_forecasts import SeasonForecastRow
from shared.stores.record import checkpoints, log
from shared.stores.record.log import NewEntry
from tests.conftest import Databases
from tests.factories import BEFORE, KICK_OFF, choice, fair_close, forecast, insert_matches, match_update, pick
from tests.running import environment
from tests.tokens import SUPABASE

DAY = date(2024, 4, 27)
DOMAIN = "pari.example"
MORNING = datetime(2024, 4, 27, 10, tzinfo=UTC)
EVENING = datetime(2024, 4, 27, 18, tzinfo=UTC)
CLUBS = ("Arsenal", "Chelsea", "Everton", "Fulham", "Burnley", "Brentford", "Liverpool", "Wolves", "Man City", "Leeds")
NOW = datetime(2024, 4, 30, 8, tzinfo=UTC)
PER_DAY, DAYS = 4, ENOUGH // 4
RECORDED = (date(2024, 4, 24), date(2024, 4, 25))
"""Days with picks in the record, of which the first alone is published."""


@dataclass(frozen=True)
class World:
    """The database, and ids: of a match with a pick, its clubs' last meeting, a match without forecast, and a club."""

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
    with environment(DATABASE_URL=filled.url, FRONT_DOMAIN=DOMAIN, LOG_LEVEL="CRITICAL", **SUPABASE):
        yield filled


@pytest.fixture(scope="package")
def filled_year(databases: Databases, empty: str) -> str:
    """Just enough settled picks, of which two in five are won; those of the last two days but one are in the record."""
    pairs = permutations(CLUBS[:10], 2)
    pairs = [*pairs, *((home, "Luton") for home in CLUBS)]
    url = databases.make(empty)
    with connect(url, "test") as db, db.transaction():
        for number in range(DAYS):
            kick_off = datetime(2024, 4, 1, 14, tzinfo=UTC) + timedelta(days=number)
            published = kick_off - timedelta(hours=9)
            of_day = pairs[PER_DAY * number : PER_DAY * (number + 1)]
            updates = [
                match_update(home, away, "2-0" if (number + place) % 5 < 2 else "0-1", kick_off=kick_off)
                for place, (home, away) in enumerate(of_day)
            ]
            ids = insert_matches(db, *updates, now=NOW)
            predictions.add(db, [forecast(id_, kick_off=kick_off, published_at=published) for id_ in ids])
            chosen = [pick(id_, kick_off=kick_off, published_at=published) for id_ in ids]
            day = kick_off.date()
            assert picks.commit(db, day, published, PER_DAY, choice(*chosen))
            for place, row in enumerate(picks.between(db, day, day)):
                won = (number + place) % 5 < 2
                result, profit = (BetResult.WON, "1.1") if won else (BetResult.LOST, "-1")
                picks.add_settlement(db, row, result, "2-0" if won else "0-1", Decimal(profit), NOW)
                picks.add_closing_value(db, row, fair_close(), Decimal("0.05") if place else Decimal("0.01"))
        for day in RECORDED:
            head = log.lock(db, NOW)
            log.append(db, head, [NewEntry(entries.picks(head.at, day, ["0" * 64] * PER_DAY, {}, None), day=day)])
        checkpoints.add(db, 1, bytes(32), "of the first entry", NOW)
        checkpoints.mark_published(db, 1)
    return url


@pytest.fixture
def year(filled_year: str) -> Iterator[None]:
    """The same as environment of the functions."""
    with environment(DATABASE_URL=filled_year, FRONT_DOMAIN=DOMAIN, LOG_LEVEL="CRITICAL", **SUPABASE):
        yield
