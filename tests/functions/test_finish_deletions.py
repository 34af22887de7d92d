"""Those who left are gone everywhere: at once, or after a service of others is back."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest

from shared.runtime import wiring
from shared.runtime.jobs import JobFailed
from shared.runtime.paged_jobs import MAX_IDLE_PAGES
from shared.runtime.settings import SettingsError
from shared.stores.errors import DatabaseUnavailable
from shared.stores.people import deletions, favourites, users
from tests import stripe_service
from tests.cutting_proxy import Cut, cutting_proxy, forget_connection
from tests.factories import insert_matches, match_update
from tests.running import environment, invoke, run, select
from tests.supabase_service import SupabaseService, supabase_service
from tests.tokens import ALICE, BOB, NOW, SUPABASE, bearer

NIGHT = datetime.fromisoformat("2026-11-23T04:20:00Z")


@pytest.fixture
def supabase() -> Iterator[SupabaseService]:
    with supabase_service() as service:
        service.add(ALICE, "alice@example.com")
        service.add(BOB, "bob@example.com")
        yield service


@pytest.fixture
def database(url: str, supabase: SupabaseService) -> Iterator[str]:
    with environment(DATABASE_URL=url, CLOCK=NOW.isoformat(), LOG_LEVEL="ERROR", **supabase.settings):
        yield url


def delete_account(supabase: SupabaseService, user: Any = ALICE) -> int:
    token = bearer(NOW, sub=str(user), iss=f"{supabase.url}/auth/v1")
    return invoke("users", "/api/v1/users/me", method="DELETE", authorization=token).status


@pytest.mark.case("P2", "G1")
def test_a_deleted_person_is_erased_and_a_second_run_finds_nothing_pending(
    database: str, supabase: SupabaseService
) -> None:
    """Run twice, the same rows."""
    assert delete_account(supabase) == 204
    assert list(supabase.project.users) == list(supabase.project.profiles) == [str(BOB)]
    for counts in ({"deleted": 1, "left": 0}, {"deleted": 0, "left": 0}):
        assert run("finish_deletions", NIGHT).items() >= counts.items()
        assert select(database, "SELECT user_id FROM deletions") == []


@pytest.mark.case("P2")
def test_failed_deletions_are_completed_when_supabase_recovers(database: str, supabase: SupabaseService) -> None:
    """The person gets a 204, and their data is erased here; the rest is retried."""
    supabase.status = 503
    assert [delete_account(supabase, user) for user in (ALICE, BOB)] == [204, 204]
    assert len(supabase.project.users) == 2
    with pytest.raises(ExceptionGroup, match="2 parts failed"):
        run("finish_deletions", NIGHT)
    assert select(database, "SELECT count(*) FROM deletions") == [(2,)]
    supabase.status = None
    assert run("finish_deletions", NIGHT + timedelta(days=1))["deleted"] == 2
    assert supabase.project.users == supabase.project.profiles == {}
    assert select(database, "SELECT count(*) FROM deletions") == [(0,)]


@pytest.mark.case("P2")
def test_rows_written_after_a_deletion_are_erased_too(database: str, supabase: SupabaseService) -> None:
    """By hand, past the triggers that refuse it."""
    assert delete_account(supabase) == 204
    db = wiring.database()
    (match_id,) = insert_matches(db, match_update())
    db.execute("SET session_replication_role = replica")
    users.get_or_create(db, ALICE, NOW)
    favourites.add(db, ALICE, match_id, None, True, NOW)
    db.execute("RESET session_replication_role")
    run("finish_deletions", NIGHT)
    assert select(database, "SELECT count(*) FROM favourites") == select(database, "SELECT count(*) FROM users")
    assert select(database, "SELECT count(*) FROM users") == [(0,)]


def test_a_deletion_of_this_minute_waits_for_the_requests_that_are_under_way(
    database: str, supabase: SupabaseService
) -> None:
    deletions.request(wiring.database(), ALICE, NIGHT)
    assert run("finish_deletions", NIGHT + timedelta(seconds=30))["deleted"] == 0
    assert run("finish_deletions", NIGHT + timedelta(seconds=60))["deleted"] == 1


@pytest.mark.case("P2")
def test_where_people_have_real_accounts_the_key_must_be_there(url: str) -> None:
    """What cannot be done is an alarm, not a success."""
    with environment(DATABASE_URL=url, LOG_LEVEL="CRITICAL", APP_ENV="staging", **SUPABASE):
        deletions.request(wiring.database(), ALICE, NOW)
        with pytest.raises(SettingsError, match="SUPABASE_SERVICE_KEY is not set"):
            run("finish_deletions", NIGHT)
        assert select(url, "SELECT user_id FROM deletions") == [(ALICE,)]


@pytest.mark.case("P2")
@pytest.mark.parametrize("reached", [True, False])
def test_a_deleted_payers_subscription_is_cancelled_before_their_rows_are_erased(url: str, reached: bool) -> None:
    """Their subscription ends at once; where Stripe is unreachable, the customer is retained for a retry."""
    customer = "SELECT count(*) FROM customers"
    with stripe_service.serve() as stripe:
        variables = stripe.settings | {"DATABASE_URL": url, "LOG_LEVEL": "CRITICAL"}
        with environment(**variables):
            subscription = stripe.subscribe()
        with environment(**variables if reached else variables | {"STRIPE_API_URL": "http://127.0.0.1:9"}):
            assert invoke("users", "/api/v1/users/me", method="DELETE", at=NOW, authorization=bearer(NOW)).status == 204
            assert (subscription["status"] == "canceled") is reached
            assert select(url, customer) == [(1,)]
            if not reached:
                with pytest.raises(ExceptionGroup, match="1 parts failed"):
                    run("finish_deletions", NIGHT)
                assert select(url, customer) == [(1,)]
        with environment(**variables):
            assert run("finish_deletions", NIGHT + timedelta(minutes=1))["deleted"] == 1
        assert subscription["status"] == "canceled"
        assert select(url, customer) == select(url, "SELECT count(*) FROM subscriptions") == [(0,)]


@pytest.mark.case("P2")
def test_a_failing_erasure_does_not_block_others_and_is_retried_last(
    database: str, supabase: SupabaseService, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever the cause; and again the next night, after those who left since."""
    db, refused = wiring.database(), UUID(int=1)
    db.execute(REFUSE_FIRST)
    for number in range(1, 6):
        deletions.request(db, UUID(int=number), NIGHT - timedelta(hours=6 - number))
    with pytest.raises((ExceptionGroup, JobFailed), match="1 parts failed"):
        run("finish_deletions", NIGHT)
    assert select(database, "SELECT user_id, attempted_at FROM deletions") == [(refused, NIGHT)]
    db, next_night = wiring.database(), NIGHT + timedelta(days=1)
    deletions.request(db, UUID(int=6), next_night - timedelta(hours=1))
    taken = [deletions.take(db, next_night, next_night)]
    with db.transaction():
        deletions.finish(db, UUID(int=6))
        taken.append(deletions.take(db, next_night, next_night))
    assert taken == [UUID(int=6), refused]


REFUSE_FIRST = """
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'not this one'; END $$;
    CREATE TRIGGER refuse BEFORE DELETE ON deletions FOR EACH ROW
    WHEN (OLD.user_id = '00000000-0000-0000-0000-000000000001') EXECUTE FUNCTION refuse();
"""


@pytest.mark.case("P2")
def test_where_a_service_is_down_a_run_stops_after_a_few_attempts(database: str, supabase: SupabaseService) -> None:
    with wiring.database().transaction():
        for number in range(MAX_IDLE_PAGES + 5):
            deletions.request(wiring.database(), UUID(int=number + 1), NOW)
    supabase.status = 503
    with pytest.raises(ExceptionGroup, match=f"{MAX_IDLE_PAGES} parts failed"):
        run("finish_deletions", NIGHT)
    supabase.status = None
    assert run("finish_deletions", NIGHT + timedelta(minutes=1))["deleted"] == MAX_IDLE_PAGES + 5


@pytest.mark.case("P2", "G3")
@pytest.mark.parametrize("mode", ["before", "after"])
def test_a_run_killed_at_any_message_to_the_database_loses_no_deletion(
    database: str, supabase: SupabaseService, tmp_path: Path, mode: Cut
) -> None:
    users_ = [UUID(int=number) for number in range(1, 6)]
    for user in users_:
        supabase.add(user, f"{user}@example.com")
        deletions.request(wiring.database(), user, NOW)
    with (
        cutting_proxy(database, tmp_path / "proxy") as proxy,
        environment(DATABASE_URL=proxy.url, LOG_LEVEL="CRITICAL", **supabase.settings),
    ):
        proxy.mode = mode
        for proxy.cut_at in count(2, 7):
            forget_connection()
            try:
                run("finish_deletions", NIGHT + proxy.cut_at * timedelta(minutes=1))
            except (psycopg.OperationalError, DatabaseUnavailable, JobFailed):
                continue
            break
    assert list(supabase.project.users) == [str(ALICE), str(BOB)]
    assert select(database, "SELECT count(*) FROM deletions") == [(0,)]
