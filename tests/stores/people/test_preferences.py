from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import psycopg
import pytest

from shared.stores.database import Connection, connect
from shared.stores.people import preferences
from shared.stores.people.preferences import PreferencesRow
from tests.tokens import ALICE, BOB

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)


def test_a_person_without_a_row_has_the_default_preferences(db: Connection) -> None:
    assert preferences.of_person(db, ALICE) == PreferencesRow()


def test_changing_one_preference_leaves_the_others(db: Connection) -> None:
    stake = Decimal("12.50")
    assert preferences.change(db, ALICE, {"default_stake": stake}, NOW) == PreferencesRow(default_stake=stake)
    after = preferences.change(db, ALICE, {"favorite_competitions": ["FL1", "PL"]}, NOW)
    assert after == PreferencesRow(default_stake=stake, favorite_competitions=["FL1", "PL"])
    assert preferences.of_person(db, ALICE) == after
    assert preferences.of_person(db, BOB) == PreferencesRow()


@pytest.mark.parametrize(
    "values",
    [{"language": "de"}, {"odds_format": "x"}, {"risk_level": "all"}, {"default_stake": Decimal(0)}],
    ids=str,
)
def test_invalid_input_is_rejected(db: Connection, values: dict[str, Any]) -> None:
    with pytest.raises(psycopg.errors.CheckViolation):
        preferences.change(db, ALICE, values, NOW)


@pytest.mark.case("F9")
def test_concurrent_preference_changes_are_all_stored(url: str) -> None:
    """None is lost, and there is one row."""
    flags = [name for name, value in vars_of(PreferencesRow()).items() if isinstance(value, bool)]

    def save(name: str) -> None:
        with connect(url, "one of many") as db, db.transaction():
            preferences.change(db, ALICE, {name: not vars_of(PreferencesRow())[name]}, NOW)

    with ThreadPoolExecutor(len(flags)) as pool:
        list(pool.map(save, flags))
    with connect(url, "reader") as db:
        turned = {name: not vars_of(PreferencesRow())[name] for name in flags}
        assert preferences.of_person(db, ALICE) == replace(PreferencesRow(), **turned)


def vars_of(row: PreferencesRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.__slots__}
