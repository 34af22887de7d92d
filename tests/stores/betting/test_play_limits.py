from datetime import UTC, datetime, timedelta
from decimal import Decimal

import psycopg
import pytest

from shared.accounts.responsible_gambling import Limit, LimitKind, Period
from shared.stores.betting import play_limits
from shared.stores.database import Connection
from shared.stores.people import gdpr
from tests.tokens import ALICE, BOB

D = Decimal
NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
DAY = (LimitKind.STAKE, Period.DAY)


@pytest.mark.case("P11")
def test_limits_are_read_as_they_are_at_an_instant(db: Connection) -> None:
    play_limits.put(db, ALICE, *DAY, Limit(D(20)), NOW)
    play_limits.put(db, ALICE, *DAY, Limit(D(50), D(80), NOW), NOW)
    before = play_limits.limits(db, ALICE, NOW - timedelta(seconds=1))
    assert (len(before), before[DAY]) == (6, Limit(D(50), D(80), NOW))
    assert play_limits.limits(db, ALICE, NOW)[DAY] == Limit(D(80))
    assert set(play_limits.limits(db, BOB, NOW).values()) == {Limit()}


def test_a_negative_limit_is_rejected(db: Connection) -> None:
    with pytest.raises(psycopg.errors.CheckViolation):
        play_limits.put(db, ALICE, *DAY, Limit(D(-1)), NOW)


@pytest.mark.case("P7")
def test_a_pause_lasts_until_its_end_and_is_never_shortened(db: Connection) -> None:
    end = NOW + timedelta(days=7)
    play_limits.pause(db, ALICE, end, NOW)
    play_limits.pause(db, ALICE, NOW + timedelta(days=1), NOW)
    assert play_limits.paused_until(db, ALICE, NOW) == end
    assert play_limits.cooling_off(db, ALICE, end - timedelta(seconds=1))
    assert not play_limits.cooling_off(db, ALICE, end)
    assert not play_limits.cooling_off(db, BOB, NOW)
    again = end + timedelta(days=9)
    play_limits.pause(db, ALICE, again, end)
    assert gdpr.export_user(db, ALICE, [play_limits])["cool_offs"] == [{"begun_at": end, "ends_at": again}]


@pytest.mark.case("P1", "P2")
def test_a_persons_rows_are_exported_and_erased(db: Connection) -> None:
    for user in (ALICE, BOB):
        play_limits.put(db, user, *DAY, Limit(D(20)), NOW)
        play_limits.pause(db, user, NOW + timedelta(days=1), NOW)
    assert {table: len(rows) for table, rows in gdpr.export_user(db, ALICE, [play_limits]).items()} == {
        "play_limits": 1,
        "cool_offs": 1,
    }
    gdpr.erase(db, ALICE, [play_limits])
    assert not any(gdpr.export_user(db, ALICE, [play_limits]).values())
    assert all(gdpr.export_user(db, BOB, [play_limits]).values())
