from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from shared.football.match import Hour
from shared.stores.database import Connection, connect
from shared.stores.people import favourites
from shared.stores.people.favourites import FavouriteRow
from tests.factories import KICK_OFF, insert_matches, match_update
from tests.tokens import ALICE, BOB

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)


def test_a_match_is_followed_once_and_by_its_person(db: Connection) -> None:
    (match_id,) = insert_matches(db, match_update())
    favourite_id = favourites.add(db, ALICE, match_id, "derby", True, NOW)
    assert favourite_id is not None
    assert favourites.add(db, ALICE, match_id, "again", False, NOW) is None
    (row,) = favourites.page(db, ALICE, 10, 0)
    assert row == FavouriteRow(
        favourite_id, match_id, "derby", True, NOW, "Arsenal", "Chelsea", KICK_OFF, Hour.KNOWN, "PL", total=1
    )
    assert favourites.page(db, BOB, 10, 0) == []
    assert not favourites.remove(db, BOB, match_id)
    assert favourites.remove(db, ALICE, match_id)
    assert not favourites.remove(db, ALICE, match_id)


def test_a_page_of_favourites_is_newest_first_with_the_total(db: Connection) -> None:
    ids = insert_matches(db, match_update(), match_update("Everton", "Burnley"), match_update("Fulham", "Brentford"))
    for number, match_id in enumerate(ids):
        favourites.add(db, ALICE, match_id, None, False, NOW + timedelta(hours=number))
    pages = [favourites.page(db, ALICE, 2, offset) for offset in (0, 2, 4)]
    assert [[(row.match_id, row.total) for row in rows] for rows in pages] == [
        [(ids[2], 3), (ids[1], 3)],
        [(ids[0], 3)],
        [],
    ]
    assert (favourites.count(db, ALICE), favourites.count(db, BOB)) == (3, 0)


def test_a_favourite_of_an_unknown_match_is_rejected(db: Connection) -> None:
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        favourites.add(db, ALICE, 7, None, False, NOW)


@pytest.mark.case("F9")
def test_ten_clicks_at_once_make_one_row(url: str) -> None:
    with connect(url, "maker") as db:
        (match_id,) = insert_matches(db, match_update())

    def click(_: int) -> int | None:
        with connect(url, "one of many") as db, db.transaction():
            return favourites.add(db, ALICE, match_id, None, True, NOW)

    with ThreadPoolExecutor(10) as pool:
        made = [favourite_id for favourite_id in pool.map(click, range(10)) if favourite_id is not None]
    with connect(url, "reader") as db:
        assert [row.favourite_id for row in favourites.page(db, ALICE, 10, 0)] == made
    assert len(made) == 1
