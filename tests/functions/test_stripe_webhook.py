"""Stripe's events, in any order, twice, late or forged; in the end our plan matches Stripe's state."""

import hmac
import json
from asyncio import Runner, set_event_loop
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from hashlib import sha256
from random import Random
from threading import local as per_thread
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from local.fake_stripe import ELITE, SECRET, sign_event
from local.fake_stripe_objects import Object
from shared.clients.payments.stripe_payments import API_VERSION
from shared.runtime import wiring
from shared.stores.database import Connection, connect
from shared.stores.people import accounts, customers
from shared.web import rate_limits
from tests import stripe_service
from tests.running import environment, rows_of, select
from tests.stripe_service import PAGES, WEBHOOK, Stripe
from tests.tokens import ALICE, BOB, bearer

DAY = timedelta(days=1)
OTHER = "whsec_the one before"


@pytest.fixture
def stripe(url: str) -> Iterator[Stripe]:
    with stripe_service.serve() as stripe, environment(DATABASE_URL=url, LOG_LEVEL="ERROR", **stripe.settings):
        yield stripe


def plan(url: str, user_id: UUID = ALICE) -> str:
    with connect(url, "test") as db:
        return accounts.account_status(db, user_id).plan


def newest_event(stripe: Stripe, kind: str) -> Object:
    """The newest event of a type."""
    return [event for event in stripe.events if event["type"] == kind][-1]


def subscribe_and_pay(stripe: Stripe, plan: str = "premium") -> Object:
    """A subscription past its trial, without any delivered event."""
    subscription = stripe.subscribe(plan)
    stripe.now += 8 * DAY
    stripe.objects.advance()
    return subscription


@pytest.mark.case("B1")
def test_an_event_without_a_valid_signature_is_a_400_and_writes_nothing(stripe: Stripe, url: str) -> None:
    """And an empty or half a header."""
    stripe.subscribe()
    event = stripe.events[-1]
    before = rows_of(url)
    assert stripe.deliver(event, secret="whsec_another").status == 400
    body, _ = sign_event(event, SECRET, 0)
    now = int(stripe.now.timestamp())
    for header in (
        "",
        "t=",
        f"t={now}",
        "v1=" + "0" * 64,
        f"t={now},v0=" + "0" * 64,
        f"t={now},t={now},v1=ab",
        "t=x,v1=é",
    ):
        assert stripe.send(body, {"Stripe-Signature": header}).status == 400
    assert stripe.send(b"\xff\xfe", sign_event(event, SECRET, now)[1]).status == 400
    assert rows_of(url) == before


ODD: list[tuple[str, Any]] = [
    ("created", 10**12),
    ("created", 10**400),
    ("created", -1),
    ("created", "yesterday"),
    ("created", 1.5),
    ("id", "evt_\0"),
    ("id", 7),
    ("id", ""),
    ("id", "evt_" + "x" * 300),
    ("type", "invoice.paid\0"),
    ("type", None),
    ("api_version", "\ud800"),
    ("api_version", "x" * 10_000),
    ("api_version", {"a": "\0"}),
    ("data", {"object": {"customer": "cus_\0"}}),
    ("data", {"object": {"customer": {"id": ["cus"]}}}),
    ("data", {"object": {"object": "customer", "id": 7}}),
    ("data", {"object": {"object": "dispute", "charge": {"id": "ch \0"}}}),
    ("data", []),
    ("data", {"object": [[]]}),
]


@pytest.mark.case("B1", "B4")
@pytest.mark.parametrize(("field", "value"), ODD)
def test_an_odd_event_that_stripe_signed_is_400_and_stored_once(
    stripe: Stripe, url: str, field: str, value: Any
) -> None:
    stripe.subscribe()
    odd = {**stripe.events[-1], field: value}
    for _ in range(2):
        response = stripe.deliver(odd)
        assert (response.status, response.json["code"]) == (400, "stripe_not_understood")
    assert select(url, "SELECT type, customer_id, count(*) FROM stripe_events GROUP BY 1, 2") == [("unread", None, 1)]
    assert stripe.deliver(stripe.events[-1]).status == 200


@pytest.mark.parametrize("body", [b"[" * 100_000, b"\xff", b"null", b"7", b'{"api_version": NaN}'])
def test_a_signed_body_that_is_no_event_is_400(stripe: Stripe, body: bytes) -> None:
    now = int(stripe.now.timestamp())
    signature = hmac.new(SECRET.encode(), f"{now}.".encode() + body, sha256).hexdigest()
    assert stripe.send(body, {"Stripe-Signature": f"t={now},v1={signature}"}).status == 400


def test_a_signature_with_a_far_future_timestamp_is_rejected(stripe: Stripe) -> None:
    stripe.subscribe()
    body, headers = sign_event(stripe.events[-1], SECRET, 999_999_999_999)
    assert stripe.send(body, headers).status == 400


def test_an_empty_webhook_secret_verifies_no_event(stripe: Stripe, url: str) -> None:
    stripe.subscribe()
    variables = stripe.settings
    for secret in ("", " ", ",", "whsec_a,"):
        with environment(DATABASE_URL=url, LOG_LEVEL="CRITICAL", **{**variables, "STRIPE_WEBHOOK_SECRET": secret}):
            assert stripe.deliver(stripe.events[-1], secret="").status in {400, 500}
    assert select(url, "SELECT count(*) FROM stripe_events") == [(0,)]


@pytest.mark.case("B2")
@pytest.mark.parametrize(("seconds", "status"), [(-301, 400), (-300, 200), (0, 200), (300, 200), (301, 400)])
def test_an_old_signature_is_rejected_and_one_of_the_future_too(stripe: Stripe, seconds: int, status: int) -> None:
    stripe.subscribe()
    assert stripe.deliver(stripe.events[-1], at=stripe.now + timedelta(seconds=seconds)).status == status


@pytest.mark.case("B3")
def test_one_of_several_signatures_is_enough(stripe: Stripe) -> None:
    stripe.subscribe()
    body, headers = sign_event(stripe.events[-1], SECRET, int(stripe.now.timestamp()))
    time, right = headers["Stripe-Signature"].split(",")
    assert stripe.send(body, {"Stripe-Signature": f"{time},v1={'0' * 64},{right},v0={'1' * 64}"}).status == 200


@pytest.mark.case("Q4")
def test_two_secrets_are_taken_while_one_takes_the_others_place(stripe: Stripe, url: str) -> None:
    """Those by which events are verified."""
    stripe.subscribe()
    first, second, third = stripe.events
    with environment(
        DATABASE_URL=url, LOG_LEVEL="ERROR", **{**stripe.settings, "STRIPE_WEBHOOK_SECRET": f"{SECRET}, {OTHER}"}
    ):
        assert stripe.deliver(first, SECRET).status == 200
        assert stripe.deliver(second, OTHER).status == 200
    assert stripe.deliver(third, OTHER).status == 400


@pytest.mark.case("B4")
def test_the_signature_is_verified_over_the_raw_body(stripe: Stripe) -> None:
    """The same event serialized differently is rejected; one with accents is accepted."""
    stripe.subscribe()
    event = {**stripe.events[-1], "note": "é à ù"}
    body, headers = sign_event(event, SECRET, int(stripe.now.timestamp()))
    assert stripe.send(json.dumps(event).encode(), headers).status == 400
    assert stripe.send(body, headers).status == 200


@pytest.mark.case("B5")
def test_the_same_event_at_once_has_one_effect(stripe: Stripe, url: str) -> None:
    stripe.subscribe()
    effects = deliver_concurrently(url, stripe, [stripe.events[-1]] * 5, connections=5)
    assert sorted(effects) == ["applied", "known", "known", "known", "known"]
    assert select(url, "SELECT count(*) FROM stripe_events") == [(1,)]


@pytest.mark.case("B6")
def test_events_out_of_order_end_in_stripes_current_state(stripe: Stripe, url: str) -> None:
    subscription = stripe.subscribe()
    stripe.objects.end(subscription["id"])
    for event in reversed(stripe.events):
        assert stripe.deliver(event).status == 200
    assert plan(url) == "free"
    assert select(url, "SELECT status FROM subscriptions") == [("canceled",)]


@pytest.mark.case("B7")
def test_a_late_outdated_event_changes_nothing(stripe: Stripe, url: str) -> None:
    """Stripe's current state counts, not an event's contents."""
    subscription = subscribe_and_pay(stripe)
    active_event = newest_event(stripe, "customer.subscription.updated")
    assert active_event["data"]["object"]["status"] == "active"
    stripe.objects.set_card(subscription["customer"], good=False)
    stripe.now += 30 * DAY
    stripe.objects.advance()
    stripe.deliver(newest_event(stripe, "customer.subscription.updated"))
    assert stripe.deliver(active_event).status == 200
    assert select(url, "SELECT status FROM subscriptions") == [("past_due",)]


@pytest.mark.case("B8")
def test_a_database_that_dies_in_the_middle_leaves_nothing_and_the_next_delivery_counts_once(
    stripe: Stripe, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever it dies."""
    stripe.subscribe()
    event, before = stripe.events[-1], rows_of(url)
    for store, function in ((customers, "replace"), (customers, "mark_synced"), (accounts, "set_plan")):
        with monkeypatch.context() as patch:
            patch.setattr(store, function, dying(url))
            assert stripe.deliver(event).status == 503
        assert rows_of(url) == before
    assert stripe.deliver(event).json["effect"] == "applied"
    assert stripe.deliver(event).json["effect"] == "known"
    assert plan(url) == "premium"


def dying(url: str) -> Any:
    """A store function during which Postgres ends the connection."""

    def die(db: Connection, *rest: Any) -> None:
        with psycopg.connect(url, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s)", [db.info.backend_pid])
        db.execute("SELECT 1")

    return die


@pytest.mark.case("B8")
def test_an_event_is_rolled_back_while_stripe_is_unreachable(stripe: Stripe, url: str) -> None:
    """It is redelivered, and then the state is read from Stripe."""
    stripe.subscribe()
    with environment(
        DATABASE_URL=url, LOG_LEVEL="CRITICAL", **{**stripe.settings, "STRIPE_API_URL": "http://127.0.0.1:9"}
    ):
        assert stripe.deliver(stripe.events[-1]).status == 503
    assert select(url, "SELECT count(*) FROM stripe_events") == [(0,)]
    assert stripe.deliver(stripe.events[-1]).json["effect"] == "applied"


@pytest.mark.case("B9")
def test_an_event_that_we_do_not_know_is_taken_and_counted(stripe: Stripe, url: str) -> None:
    stripe.subscribe()
    event = {**stripe.events[-1], "type": "product.invented"}
    assert (stripe.deliver(event).status, stripe.deliver(event).json["effect"]) == (200, "known")
    assert select(url, "SELECT type, count(*) FROM stripe_events GROUP BY type") == [("product.invented", 1)]
    assert plan(url) == "free"


@pytest.mark.case("B10")
def test_an_unknown_price_grants_no_plan_and_is_logged(
    stripe: Stripe, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    subscription = subscribe_and_pay(stripe)
    stripe.objects.update(subscription["id"], {"price": "price_of_another_product"})
    stripe.deliver(stripe.events[-1])
    assert plan(url) == "free"
    assert f'"{subscription["id"]}: unknown_price"' in capsys.readouterr().out


@pytest.mark.case("B11")
@pytest.mark.parametrize("reference", [None, str(BOB)])
def test_a_checkout_without_or_for_another_user_grants_no_plan_and_is_logged(
    stripe: Stripe, url: str, reference: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whichever of its events comes first."""
    session = stripe.objects.get(stripe.start_checkout().json["session_id"], "checkout.session")
    session |= {"client_reference_id": reference, "_data": {"metadata": {"user_id": reference} if reference else {}}}
    stripe.objects.pay(session["id"])
    for event in reversed(stripe.events):
        assert stripe.deliver(event).status == 200
    assert (plan(url), plan(url, BOB)) == ("free", "none")
    output = capsys.readouterr().out
    assert "user_mismatch" in output
    assert "names another person" in output


@pytest.mark.case("B11")
def test_an_unknown_customers_payment_grants_no_plan_and_is_logged(
    stripe: Stripe, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """For example made in Stripe's own pages."""
    stranger = stripe.objects.create_customer({"email": "s@example.com", "metadata": {"user_id": str(ALICE)}})
    parameters = {"mode": "subscription", "customer": stranger["id"], "line_items": {"0": {"price": ELITE}}, **PAGES}
    parameters |= {"client_reference_id": str(ALICE), "subscription_data": {"metadata": {"user_id": str(ALICE)}}}
    stripe.objects.pay(stripe.objects.open_checkout(parameters, "")["id"])
    assert [response.json["effect"] for response in stripe.deliver_all()] == ["ignored"] * 3
    assert plan(url) == "none"
    assert "belongs to no user" in capsys.readouterr().out


@pytest.mark.case("B12")
def test_the_shapes_of_the_version_are_understood(stripe: Stripe, url: str) -> None:
    """An invoice names its subscription under `parent`, and periods end on items."""
    subscription = subscribe_and_pay(stripe)
    invoice = newest_event(stripe, "invoice.paid")["data"]["object"]
    assert "subscription" not in invoice
    assert invoice["parent"]["subscription_details"]["subscription"] == subscription["id"]
    assert not {"current_period_end", "current_period_start"} & subscription.keys()
    assert stripe.deliver(newest_event(stripe, "invoice.paid")).json["effect"] == "applied"
    ((start, end),) = select(url, "SELECT period_start, period_end FROM subscriptions")
    item = subscription["items"]["data"][0]
    assert (start.timestamp(), end.timestamp()) == (item["current_period_start"], item["current_period_end"])


@pytest.mark.case("B13")
@pytest.mark.parametrize("version", ["2024-06-20", None, API_VERSION.upper()])
def test_an_event_of_another_api_version_is_rejected_and_logged(
    stripe: Stripe, url: str, version: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    stripe.subscribe()
    assert stripe.deliver({**stripe.events[-1], "api_version": version}).status == 400
    assert f"create it again in Stripe with {API_VERSION}" in capsys.readouterr().out
    assert select(url, "SELECT count(*) FROM stripe_events WHERE type <> 'unread'") == [(0,)]


@pytest.mark.parametrize("body", [[], "text", 7, {"api_version": API_VERSION}, {"object": "v2.core.event"}])
def test_a_signed_body_that_is_no_event_is_a_400(stripe: Stripe, body: Any) -> None:
    assert stripe.send(*sign_event(body, SECRET, int(stripe.now.timestamp()))).status == 400


@pytest.mark.case("B14")
def test_an_unpaid_invoice_leaves_a_week_and_paying_brings_the_plan_back(stripe: Stripe, url: str) -> None:
    subscription = subscribe_and_pay(stripe)
    stripe.objects.set_card(subscription["customer"], good=False)
    stripe.now += 30 * DAY
    stripe.objects.advance()
    stripe.deliver_all()
    assert plan(url) == "premium"
    assert stripe.call("subscription", method="GET").json["status"] == "past_due"
    stripe.now += 7 * DAY
    stripe.objects.update(subscription["id"], {})
    stripe.deliver_all()
    assert plan(url) == "free"
    stripe.objects.set_card(subscription["customer"], good=True)
    stripe.deliver_all()
    assert plan(url) == "premium"


@pytest.mark.case("B15")
def test_a_refund_removes_the_plan_until_the_next_payment(stripe: Stripe, url: str) -> None:
    """Renewal restores it."""
    subscription = subscribe_and_pay(stripe)
    stripe.deliver_all()
    assert plan(url) == "premium"
    stripe.objects.refund(subscription["customer"])
    stripe.deliver_all()
    assert plan(url) == "free"
    stripe.now += 30 * DAY
    stripe.objects.advance()
    stripe.deliver_all()
    assert plan(url) == "premium"


@pytest.mark.case("B15")
@pytest.mark.parametrize(("status", "after"), [("won", "premium"), ("lost", "free")])
def test_a_dispute_removes_the_plan_until_it_is_won(stripe: Stripe, url: str, status: str, after: str) -> None:
    subscription = subscribe_and_pay(stripe)
    stripe.objects.dispute(subscription["customer"])
    stripe.deliver_all()
    assert plan(url) == "free"
    stripe.objects.close_disputes(subscription["customer"], status)
    stripe.deliver_all()
    assert plan(url) == after


@pytest.mark.case("B19")
def test_a_body_over_256_kb_is_not_read(stripe: Stripe, url: str) -> None:
    stripe.subscribe()
    event = {**stripe.events[-1], "filling": "x" * 256 * 1024}
    assert stripe.deliver(event).status == 413
    assert select(url, "SELECT count(*) FROM stripe_events") == [(0,)]


@pytest.mark.case("B20")
def test_live_and_test_mode_events_are_not_mixed(stripe: Stripe, url: str) -> None:
    """A live event where the key is a test's, and the other way round."""
    stripe.subscribe()
    event = stripe.events[-1]
    assert stripe.deliver({**event, "livemode": True}).status == 400
    live = {**stripe.settings, "STRIPE_SECRET_KEY": "sk_live_x", "APP_ENV": "production"}
    with environment(DATABASE_URL=url, LOG_LEVEL="CRITICAL", **live):
        assert stripe.deliver(event).status == 400
    assert select(url, "SELECT count(*) FROM stripe_events") == [(0,)]


@pytest.mark.case("C12")
def test_calls_of_stripe_are_not_counted(stripe: Stripe) -> None:
    assert rate_limits.group_for(WEBHOOK).rate is None
    stripe.subscribe()
    for _ in range(12):
        response = stripe.deliver(stripe.events[-1])
        assert response.status == 200
        assert "ratelimit-limit" not in response.headers


def test_an_administrators_role_is_independent_of_subscriptions(stripe: Stripe, url: str) -> None:
    header = bearer(stripe.now, app_metadata={"role": "admin"})
    subscription = stripe.subscribe(authorization=header)
    stripe.deliver_all()
    assert plan(url) == "admin"
    stripe.objects.end(subscription["id"])
    stripe.deliver_all()
    assert plan(url) == "admin"


def deliver_concurrently(url: str, stripe: Stripe, events: list[Object], connections: int = 10) -> list[str]:
    """Bring events over several connections at once; the effects that were answered, in no order."""
    own, ahead = per_thread(), iter(events)

    def work(number: int) -> list[str]:
        with Runner() as runner, connect(url, "storm") as own.db:
            set_event_loop(runner.get_loop())
            try:
                return [stripe.deliver(event).json["effect"] for event in ahead]
            finally:
                wiring.stripe_payments().close()

    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(connections) as pool:
        patch.setattr(wiring, "database", lambda: own.db)
        return [effect for effects in pool.map(work, range(connections)) for effect in effects]


@pytest.mark.case("B5", "B6", "B7")
def test_a_thousand_concurrent_shuffled_and_duplicated_events_leave_every_row_correct(stripe: Stripe, url: str) -> None:
    """From ten connections; the rows are counted."""
    random, people = Random(5), [uuid4() for _ in range(20)]
    for number, person in enumerate(people):
        header = bearer(stripe.now, sub=str(person))
        subscription = stripe.subscribe(("premium", "elite")[number % 2], authorization=header)
        for again in range(10):
            stripe.objects.update(subscription["id"], {"cancel_at_period_end": "true" if again % 2 else "false"})
        if number % 3 == 0:
            stripe.objects.end(subscription["id"])
    originals = list(stripe.events)
    events = originals + random.choices(originals, k=1000 - len(originals))
    random.shuffle(events)
    effects = deliver_concurrently(url, stripe, events)
    assert (effects.count("applied"), effects.count("known")) == (len(originals), 1000 - len(originals))
    assert select(url, "SELECT count(*), count(DISTINCT user_id) FROM subscriptions") == [(20, 20)]
    assert select(url, "SELECT count(*) FROM stripe_events") == [(len(originals),)]
    expected = {p: "free" if n % 3 == 0 else ("premium", "elite")[n % 2] for n, p in enumerate(people)}
    assert dict(select(url, "SELECT user_id, plan FROM accounts")) == expected
    assert dict(select(url, "SELECT user_id, plan FROM customers")) == expected
