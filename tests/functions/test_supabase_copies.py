"""What pages read at Supabase is what stands in our database: at once, or after the night where Supabase was down."""

from collections.abc import Iterator
from datetime import timedelta
from threading import Event, Thread
from uuid import UUID

import pytest

from shared.accounts.plans import Plan
from shared.runtime import wiring
from shared.runtime.jobs import JobFailed
from shared.services import supabase_sync
from shared.stores.database import connect
from shared.stores.people import accounts
from tests import stripe_service
from tests.running import HttpResponse, environment, invoke, run, select
from tests.stripe_service import Stripe
from tests.supabase_service import Page, SupabaseService, supabase_service
from tests.tokens import ALICE, BOB, NOW, bearer

ME = "/api/v1/users/me"
KEYS = "/api/v1/keys"


@pytest.fixture
def supabase() -> Iterator[SupabaseService]:
    with supabase_service() as supabase:
        yield supabase


@pytest.fixture
def stripe(url: str, supabase: SupabaseService) -> Iterator[Stripe]:
    """The bundle with Stripe and Supabase."""
    with stripe_service.serve() as stripe:
        variables = stripe.settings | supabase.settings | {"DATABASE_URL": url, "LOG_LEVEL": "WARNING"}
        with environment(**variables):
            yield stripe


@pytest.fixture
def page(stripe: Stripe, supabase: SupabaseService) -> Page:
    """A person who has just signed up."""
    return supabase.page().sign_up(full_name="Zoé")


def subscribe(stripe: Stripe, page: Page, plan: str = "premium") -> None:
    """Pay, and have Stripe's events brought."""
    stripe.subscribe(plan, authorization=page.bearer)
    assert {response.status for response in stripe.deliver_all()} == {200}


def grant_role(supabase: SupabaseService, page: Page, role: str) -> HttpResponse:
    """An administrator gives a role."""
    authorization = bearer(NOW, app_metadata={"role": "admin"}, aal="aal2", iss=supabase.issuer)
    return invoke(
        "admin", f"/api/v1/admin/users/{page.user_id}/role?role={role}", method="POST", authorization=authorization
    )


def disconnect(supabase: SupabaseService, page: Page) -> None:
    """Supabase is down, whose keys are known here from before."""
    assert invoke("users", ME, authorization=page.bearer).status == 200
    supabase.status = 503


def reconcile_subscriptions() -> object:
    """What the night copies."""
    return run("reconcile_subscriptions", NOW + timedelta(hours=14))["copied"]


@pytest.mark.parametrize(("plan", "roles"), [("premium", ("premium", "premium")), ("elite", ("premium", "elite"))])
def test_purchases_and_cancellations_are_copied_to_supabase_at_once(
    stripe: Stripe, page: Page, plan: str, roles: tuple[str, str]
) -> None:
    assert page.shown_roles() == ("free", "free")
    subscribe(stripe, page, plan)
    assert page.shown_roles() == roles
    response = stripe.call("cancel-subscription", {"immediate": True}, authorization=page.bearer)
    assert response.status == 200, response.body
    assert page.shown_roles() == ("free", "free")


def test_a_cancellation_at_period_end_leaves_the_role_until_then(stripe: Stripe, page: Page) -> None:
    subscribe(stripe, page)
    assert stripe.call("cancel-subscription", {"immediate": False}, authorization=page.bearer).status == 200
    assert page.shown_roles() == ("premium", "premium")


def test_a_grace_that_ends_at_night_is_shown(stripe: Stripe, page: Page) -> None:
    subscribe(stripe, page)
    (customer,) = stripe.objects.find("customer")
    stripe.objects.set_card(customer["id"], good=False)
    stripe.now += timedelta(days=7)
    stripe.objects.advance()
    stripe.deliver_all()
    assert page.shown_roles() == ("premium", "premium")
    stripe.now += timedelta(days=7.1)
    run("reconcile_subscriptions", stripe.now)
    assert page.shown_roles() == ("free", "free")


@pytest.mark.parametrize(
    ("role", "roles"),
    [("premium", ("premium", "premium")), ("elite", ("premium", "elite")), ("admin", ("admin", "admin"))],
)
def test_a_role_that_an_administrator_gives_is_shown_at_once(
    supabase: SupabaseService, page: Page, role: str, roles: tuple[str, str]
) -> None:
    assert grant_role(supabase, page, role).status == 200
    assert page.shown_roles() == roles
    assert grant_role(supabase, page, "free").status == 200
    assert page.shown_roles() == ("free", "free")


def test_an_administrators_subscription_does_not_change_the_shown_role(
    supabase: SupabaseService, stripe: Stripe, page: Page
) -> None:
    grant_role(supabase, page, "admin")
    subscribe(stripe, page)
    assert page.shown_roles() == ("admin", "admin")


@pytest.mark.case("A11")
def test_a_role_written_by_the_person_grants_no_access(stripe: Stripe, page: Page) -> None:
    """Neither their row nor their metadata grants access, and the next change overwrites the row."""
    row = {"role": "admin", "full_name": "Mallory"}
    assert page.request("PATCH", f"/rest/v1/user_profiles?id=eq.{page.user_id}", row).status_code == 204
    page.request("PUT", "/auth/v1/user", {"data": {"role": "admin", "plan": "elite"}}).raise_for_status()
    page.refresh()
    assert page.shown_roles() == ("admin", "free")
    assert invoke("users", ME, authorization=page.bearer).json["role"] == "free"
    assert invoke("api_keys", KEYS, method="POST", body={"name": "x"}, authorization=page.bearer).status == 403
    assert invoke("admin", "/api/v1/admin/stats", authorization=page.bearer).status == 403
    subscribe(stripe, page)
    assert page.shown_roles() == ("premium", "premium")


def test_failed_updates_of_supabase_are_repaired_by_reconciliation_once(
    supabase: SupabaseService, stripe: Stripe, page: Page
) -> None:
    disconnect(supabase, page)
    stripe.subscribe(authorization=page.bearer)
    assert {response.status for response in stripe.deliver_all()} == {200}, "the webhook does not fail"
    assert invoke("users", ME, method="PATCH", body={"full_name": "Zo"}, authorization=page.bearer).status == 200
    supabase.status = None
    assert page.shown_roles() == ("free", "free")
    assert reconcile_subscriptions() == 2
    assert page.shown_roles() == ("premium", "premium")
    assert supabase.name_of(page.user_id) == ("Zo", "Zo")
    before = len(supabase.calls)
    assert reconcile_subscriptions() == 0
    assert len(supabase.calls) == before, "a second run sends no request"


def test_a_night_without_supabase_is_an_alarm_and_loses_nothing(
    supabase: SupabaseService, stripe: Stripe, page: Page, url: str
) -> None:
    disconnect(supabase, page)
    stripe.subscribe(authorization=page.bearer)
    with pytest.raises(ExceptionGroup, match="1 parts failed"):
        reconcile_subscriptions()
    assert select(url, "SELECT plan FROM accounts") == [("premium",)], "what Stripe states counts all the same"
    supabase.status = None
    assert reconcile_subscriptions() == 1
    assert page.shown_roles() == ("premium", "premium")


def test_a_plan_changed_directly_in_the_database_is_copied_too(supabase: SupabaseService, page: Page) -> None:
    accounts.set_plan(wiring.database(), page.user_id, Plan.ELITE, NOW)
    assert reconcile_subscriptions() == 1
    assert page.shown_roles() == ("premium", "elite")


def test_a_project_without_the_table_still_has_the_role_in_its_tokens(
    supabase: SupabaseService, stripe: Stripe, page: Page, capsys: pytest.CaptureFixture[str]
) -> None:
    supabase.project.has_table = False
    subscribe(stripe, page, "elite")
    assert page.shown_roles() == ("none", "elite")
    assert invoke("users", ME, method="PATCH", body={"full_name": "Zo"}, authorization=page.bearer).status == 200
    assert reconcile_subscriptions() == 0, "it is not due for ever"
    lines = [line for line in capsys.readouterr().out.splitlines() if "PGRST205" in line]
    assert len(lines) == 1, "logged once"


def test_a_row_that_is_missing_is_added(supabase: SupabaseService, stripe: Stripe, page: Page) -> None:
    del supabase.project.profiles[str(page.user_id)]
    subscribe(stripe, page, "elite")
    assert page.shown_roles() == ("premium", "elite")


def test_without_the_secret_key_nothing_is_copied_and_nothing_fails(
    supabase: SupabaseService, stripe: Stripe, url: str
) -> None:
    page = supabase.page().sign_up()
    variables = stripe.settings | supabase.settings | {"DATABASE_URL": url, "SUPABASE_SERVICE_KEY": ""}
    with environment(**variables):
        subscribe(stripe, page)
        assert reconcile_subscriptions() == 0
    assert page.shown_roles() == ("free", "free")


def test_of_two_concurrent_changes_the_later_is_copied_last(supabase: SupabaseService, page: Page, url: str) -> None:
    """While a copy is under way the account waits for it, so that an older copy cannot come after a newer one."""
    db = wiring.database()
    accounts.set_plan(db, page.user_id, Plan.PREMIUM, NOW)
    entered, done = Event(), Event()

    def change() -> None:
        entered.set()
        with connect(url, "test") as other, other.transaction():
            accounts.set_plan(other, page.user_id, Plan.FREE, NOW)
        done.set()

    with db.transaction():
        assert accounts.unsynced_role(db, page.user_id) == Plan.PREMIUM
        thread = Thread(target=change)
        thread.start()
        assert entered.wait(10)
        waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
        while select(url, waiting) == [(0,)] and not done.is_set():
            pass
        assert not done.is_set()
        accounts.mark_role_synced(db, page.user_id, Plan.PREMIUM)
    thread.join(10)
    supabase_sync.publish_plan(page.user_id)
    assert page.shown_roles() == ("free", "free")


def test_a_name_is_changed_where_pages_read_it(supabase: SupabaseService, page: Page) -> None:
    assert invoke("users", ME, authorization=page.bearer).json["full_name"] == "Zoé", "of the sign-up"
    changed = invoke("users", ME, method="PATCH", body={"full_name": "Zoé B."}, authorization=page.bearer)
    assert changed.json["full_name"] == "Zoé B."
    assert page.profile("full_name").json() == {"full_name": "Zoé B."}
    assert page.request("GET", "/auth/v1/user").json()["user_metadata"]["full_name"] == "Zoé B."


def test_a_cleared_name_is_not_restored_from_an_older_token(supabase: SupabaseService, page: Page) -> None:
    cleared = invoke("users", ME, method="PATCH", body={"full_name": ""}, authorization=page.bearer)
    assert cleared.json["full_name"] is None
    assert invoke("users", ME, authorization=page.bearer).json["full_name"] is None
    assert supabase.name_of(page.user_id) == (None, None)


def test_a_deleted_person_is_removed_from_supabase_and_not_copied_again(
    supabase: SupabaseService, stripe: Stripe, page: Page
) -> None:
    subscribe(stripe, page)
    assert invoke("users", ME, method="DELETE", authorization=page.bearer).status == 204
    assert supabase.project.users == supabase.project.profiles == {}
    assert reconcile_subscriptions() == 0


def test_users_unknown_to_supabase_count_as_synced(supabase: SupabaseService, stripe: Stripe) -> None:
    """A token of this machine (`python -m local.token`) names a person whom the project does not know."""
    accounts.set_plan(wiring.database(), BOB, Plan.ELITE, NOW)
    accounts.set_plan(wiring.database(), ALICE, Plan.FREE, NOW)
    assert reconcile_subscriptions() == 2
    assert reconcile_subscriptions() == 0


@pytest.mark.case("G2")
def test_a_copy_that_another_worker_is_writing_is_not_waited_for(
    supabase: SupabaseService, page: Page, url: str
) -> None:
    db = wiring.database()
    for user_id in (page.user_id, BOB):
        accounts.set_plan(db, user_id, Plan.ELITE, NOW)
    with connect(url, "other") as other, other.transaction():
        assert accounts.unsynced_role(other, page.user_id) == Plan.ELITE
        assert reconcile_subscriptions() == 1
    assert page.shown_roles() == ("free", "free")
    assert reconcile_subscriptions() == 1
    assert page.shown_roles() == ("premium", "elite")


def test_a_role_that_cannot_be_copied_stops_no_other(
    supabase: SupabaseService, stripe: Stripe, page: Page, url: str
) -> None:
    """The database refuses it; the others are copied, and it is tried once in a run."""
    db, refused = wiring.database(), UUID(int=1)
    db.execute(REFUSE_FIRST)
    for user_id in (refused, page.user_id):
        accounts.set_plan(db, user_id, Plan.ELITE, NOW)
    with pytest.raises((ExceptionGroup, JobFailed), match="1 parts failed"):
        reconcile_subscriptions()
    assert page.shown_roles() == ("premium", "elite")
    assert select(url, "SELECT user_id FROM accounts WHERE synced_role IS NULL") == [(refused,)]


REFUSE_FIRST = """
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'not this one'; END $$;
    CREATE TRIGGER refuse BEFORE UPDATE OF synced_role ON accounts FOR EACH ROW
    WHEN (OLD.user_id = '00000000-0000-0000-0000-000000000001') EXECUTE FUNCTION refuse();
"""
