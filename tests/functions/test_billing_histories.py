"""Whatever happens to subscriptions, and however Stripe's events come, in the end our plan is what Stripe states.

`make histories` runs a thousand of them.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from functions.reconcile_subscriptions.handler import EVENT_RETENTION
from local.fake_stripe import ELITE, PREMIUM
from local.fake_stripe_objects import InvalidState, Object
from tests import stripe_service
from tests.running import environment, run, select
from tests.stripe_service import Stripe
from tests.tokens import ALICE, BOB, NOW, bearer

HISTORIES = int(os.environ.get("HISTORIES", "40"))
UNKNOWN = "price_of_another_product"
WEEK, GRACE = timedelta(days=7), 7 * 86_400
SOLD = {PREMIUM: "premium", ELITE: "elite"}
RANKS = ["free", "premium", "elite"]
WRITTEN = "SELECT subscription_id, status FROM subscriptions JOIN customers USING (user_id) WHERE customer_id = %s"
people = st.sampled_from([ALICE, BOB])


def expected_plan(stripe: Stripe, customer: str) -> str:
    """The plan that an account's objects give, by docs/understand/billing.md and none of our code."""
    objects, plans = stripe.objects, ["free"]
    for subscription in objects.find("subscription", customer=customer):
        invoice = objects.get(subscription["latest_invoice"], "invoice")
        trusted = subscription["status"] in {"trialing", "active"} or (
            subscription["status"] == "past_due" and stripe.now.timestamp() < invoice["created"] + GRACE
        )
        if trusted and not was_refunded(stripe, invoice["id"]):
            plans.append(SOLD.get(subscription["items"]["data"][0]["price"]["id"], "free"))
    return max(plans, key=RANKS.index)


def was_refunded(stripe: Stripe, invoice: str) -> bool:
    intents = {each["payment"]["payment_intent"] for each in stripe.objects.find("invoice_payment", invoice=invoice)}
    charges = [each for each in stripe.objects.find("charge") if each["payment_intent"] in intents]
    open_disputes = {d["charge"] for d in stripe.objects.find("dispute") if d["status"] != "won"}
    return any(charge["refunded"] or charge["id"] in open_disputes for charge in charges)


class Histories(RuleBasedStateMachine):
    """Two people, Stripe, and the events between."""

    url: str
    stripe: Stripe

    def __init__(self) -> None:
        super().__init__()
        self.waiting: list[Object] = []
        self.brought: dict[str, tuple[Object, datetime]] = {}
        self.stripe.now = NOW
        self.stripe.objects.objects.clear()
        self.stripe.objects.idempotent_responses.clear()
        self.stripe.events.clear()
        with psycopg.connect(self.url) as db:
            db.execute("TRUNCATE accounts, customers, subscriptions, stripe_events CASCADE")

    def customer(self, person: UUID) -> str | None:
        return next(
            (each["id"] for each in self.stripe.objects.find("customer") if each["metadata"]["user_id"] == str(person)),
            None,
        )

    def plan(self, customer: str) -> str:
        query = "SELECT a.plan FROM customers c JOIN accounts a USING (user_id) WHERE customer_id = %s"
        return select(self.url, query, customer)[0][0]

    def live(self, customer: str | None) -> list[Object]:
        ended = {"canceled", "incomplete_expired"}
        return [s for s in self.stripe.objects.find("subscription", customer=customer) if s["status"] not in ended]

    @rule(person=people, plan=st.sampled_from(["premium", "elite"]), clicks=st.integers(1, 2), pays=st.booleans())
    def subscribe(self, person: UUID, plan: str, clicks: int, pays: bool) -> None:
        token = bearer(self.stripe.now, sub=str(person))
        was_subscribed = bool(self.live(self.customer(person)))
        pages = [self.stripe.start_checkout(plan, authorization=token) for _ in range(clicks)]
        assert {page.status for page in pages} == ({400} if was_subscribed else {200})
        assert len({page.body for page in pages}) == 1
        if pays and not was_subscribed:
            trialed = any(
                s["trial_end"] for s in self.stripe.objects.find("subscription", customer=self.customer(person))
            )
            session = self.stripe.objects.pay(pages[0].json["session_id"])
            assert bool(self.stripe.objects.get(session["subscription"], "subscription")["trial_end"]) == (not trialed)

    @rule(person=people, immediate=st.booleans())
    def cancel(self, person: UUID, immediate: bool) -> None:
        self.change(person, "cancel-subscription", {"immediate": immediate})

    @rule(person=people)
    def resume(self, person: UUID) -> None:
        self.change(person, "resume-subscription")

    def change(self, person: UUID, what: str, body: Any = None) -> None:
        customer = self.customer(person)
        was_subscribed = bool(self.live(customer))
        response = self.stripe.call(what, body, authorization=bearer(self.stripe.now, sub=str(person)))
        assert response.status == (200 if was_subscribed else 400)
        if was_subscribed and customer:
            assert self.plan(customer) == expected_plan(self.stripe, customer), "what a person does here counts at once"

    @rule(person=people, how=st.sampled_from(["refund", "dispute", "win", "lose", "bad", "good"]))
    def money(self, person: UUID, how: str) -> None:
        objects, customer = self.stripe.objects, self.customer(person) or ""
        moves: dict[str, Callable[[], None]] = {
            "refund": lambda: objects.refund(customer),
            "dispute": lambda: objects.dispute(customer),
            "win": lambda: objects.close_disputes(customer, "won"),
            "lose": lambda: objects.close_disputes(customer, "lost"),
            "bad": lambda: objects.set_card(customer, good=False),
            "good": lambda: objects.set_card(customer, good=True),
        }
        with suppress(InvalidState):
            moves[how]()

    @rule(person=people, price=st.sampled_from([PREMIUM, ELITE, UNKNOWN]))
    def switch(self, person: UUID, price: str) -> None:
        for subscription in self.live(self.customer(person)):
            self.stripe.objects.update(subscription["id"], {"price": price})

    @rule(days=st.sampled_from([1, 6, 8, 23, 31]))
    def wait(self, days: int) -> None:
        self.stripe.now += timedelta(days=days)
        self.stripe.objects.advance()

    @precondition(lambda self: self.stripe.events or self.waiting)
    @rule(data=st.data(), twice=st.booleans())
    def bring_any(self, data: st.DataObject, twice: bool) -> None:
        self.collect()
        event = self.waiting.pop(data.draw(st.integers(0, len(self.waiting) - 1)))
        for _ in range(2 if twice else 1):
            self.bring(event)

    @precondition(lambda self: self.brought)
    @rule(data=st.data())
    def bring_again(self, data: st.DataObject) -> None:
        assert self.bring(data.draw(st.sampled_from([event for event, _ in self.brought.values()]))) == "known"

    @precondition(lambda self: self.stripe.events or self.waiting)
    @rule(data=st.data())
    def lose(self, data: st.DataObject) -> None:
        self.collect()
        self.waiting.pop(data.draw(st.integers(0, len(self.waiting) - 1)))

    @rule()
    def reconcile(self) -> None:
        self.stripe.now += timedelta(seconds=1)
        run("reconcile_subscriptions", self.stripe.now)
        self.brought = {
            key: event for key, event in self.brought.items() if event[1] >= self.stripe.now - EVENT_RETENTION
        }
        self.check_all()

    @invariant()
    def at_most_one_live_subscription(self) -> None:
        for customer in self.stripe.objects.find("customer"):
            assert len(self.live(customer["id"])) <= 1

    def collect(self) -> None:
        self.waiting += self.stripe.events
        self.stripe.events.clear()

    def bring(self, event: Object) -> str:
        response = self.stripe.deliver(event)
        assert response.status == 200, response.body
        self.brought.setdefault(event["id"], (event, self.stripe.now))
        if response.json["effect"] == "applied":
            about = event["data"]["object"]
            customer = about.get("customer") or self.stripe.objects.get(about["charge"], "charge")["customer"]
            assert self.plan(customer) == expected_plan(self.stripe, customer), event["type"]
        return response.json["effect"]

    def check_all(self) -> None:
        for customer in self.stripe.objects.find("customer"):
            subscribed = self.stripe.objects.find("subscription", customer=customer["id"])
            assert self.plan(customer["id"]) == expected_plan(self.stripe, customer["id"])
            written = select(self.url, WRITTEN, customer["id"])
            assert sorted(written) == sorted((each["id"], each["status"]) for each in subscribed)

    def teardown(self) -> None:
        self.collect()
        for event in self.waiting:
            self.bring(event)
        self.reconcile()
        (count,) = select(self.url, "SELECT count(*) FROM stripe_events")[0]
        assert count == len(self.brought), "each event that came is written down once"


@pytest.fixture
def machine(url: str) -> Iterator[type[Histories]]:
    with ExitStack() as stack:
        stripe = stack.enter_context(stripe_service.serve())
        stack.enter_context(environment(DATABASE_URL=url, LOG_LEVEL="CRITICAL", **stripe.settings))
        yield type("Histories", (Histories,), {"url": url, "stripe": stripe})


@pytest.mark.case("B5", "B6", "B7", "B14", "B15", "B16", "B18")
def test_after_any_history_our_plan_matches_stripes_state(machine: type[Histories]) -> None:
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    run_state_machine_as_test(
        machine,
        settings=settings(max_examples=HISTORIES, stateful_step_count=25, suppress_health_check=checks),
    )
