"""The populations of `make scale` satisfy the schema, and its jobs work off what is due."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from local.scale import __main__ as scale
from local.scale import invocations
from local.scale.invocations import Event, Invocations
from local.scale.jobs import JOBS, Outcome, customer_faults, pending
from local.scale.measurement import exponent
from local.scale.population import Population, fill, realistic
from shared.runtime import clock
from shared.stores.database import connect
from tests.running import select

FOREIGN_KEYS = """
    SELECT c.conrelid::regclass::text, c.confrelid::regclass::text,
        (SELECT array_agg(attname ORDER BY n) FROM unnest(c.conkey) WITH ORDINALITY k (num, n)
         JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.num),
        (SELECT array_agg(attname ORDER BY n) FROM unnest(c.confkey) WITH ORDINALITY k (num, n)
         JOIN pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.num)
    FROM pg_constraint c WHERE c.contype = 'f'
"""
ORPHANS = "SELECT count(*) FROM {} c WHERE NOT EXISTS (SELECT FROM {} p WHERE ({}) = ({})) AND ({}) IS NOT NULL"
SMALL = Population(people=60, followers=20, open_bets=30, settled_bets=40, customers=5, webhooks=4, deletions=3)


@pytest.fixture
def filled(url: str) -> str:
    with connect(url, "test") as db:
        fill(db, SMALL, clock.now())
    return url


def test_every_reference_exists(filled: str) -> None:
    """Foreign keys are not checked while the database is filled."""
    with psycopg.connect(filled, autocommit=True) as db:
        for child, parent, columns, referenced in db.execute(FOREIGN_KEYS).fetchall():
            names = sql.SQL(", ").join(sql.Identifier("c", name) for name in columns)
            others = sql.SQL(", ").join(sql.Identifier("p", name) for name in referenced)
            query = sql.SQL(ORPHANS).format(sql.Identifier(child), sql.Identifier(parent), names, others, names)
            assert db.execute(query).fetchone() == (0,), (child, parent)


@pytest.mark.parametrize("job", JOBS)
def test_every_item_is_due(filled: str, job: str) -> None:
    assert pending(job, filled) == getattr(SMALL, JOBS[job].items)


def test_every_follower_wants_the_reminder(filled: str) -> None:
    """Reminders are off by default, and what nobody wants is never worked off."""
    wanted = "SELECT count(*) FROM favourites JOIN preferences USING (user_id) WHERE push_match_start"
    assert select(filled, wanted) == [(SMALL.followers,)]


def test_shares_grow_with_the_population() -> None:
    small, large = vars(realistic(10_000)), vars(realistic(1_000_000))
    assert {name: large[name] / small[name] for name in small} == dict.fromkeys(small, 100)


@pytest.mark.parametrize("power", [0.5, 1.0, 1.5])
def test_the_exponent_is_that_of_the_costs(power: float) -> None:
    sizes = [1e3, 1e4, 1e5]
    assert exponent(sizes, [7 * size**power for size in sizes]) == pytest.approx(power)


def test_a_killed_job_is_worked_off_exactly_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert scale.main(["--kills", "--jobs", "send_webhooks", "--share", "0.002"]) == 0
    assert capsys.readouterr().out.startswith("send_webhooks: 20 of 20 in ")


@pytest.mark.parametrize("attempts", [1, 3])
def test_an_event_whose_runs_are_killed_is_retried_under_its_id_and_then_dropped(
    attempts: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    seen: list[str] = []

    class Environment:
        """Whose every run is killed."""

        def __init__(self, *_: object) -> None: ...

        def invoke(self, event: Event, seconds: float) -> None:
            seen.append(event.request_id)

        def close(self) -> None: ...

    monkeypatch.setattr(invocations, "_Environment", Environment)
    monkeypatch.setattr(invocations, "RETRY_SECONDS", 0)
    usage = Invocations().run("settle_bets", 2, {}, tmp_path, seconds=1, limit=60, attempts=attempts)
    assert (usage.invocations, usage.dropped) == (attempts, 1)
    assert seen == [seen[0]] * attempts


@pytest.mark.parametrize(
    ("requests", "kills", "starts", "repeated"),
    [
        ({"cus_1": 2, "cus_2": 2}, 0, 1, 0),
        ({"cus_1": 3, "cus_2": 2}, 0, 1, 1),
        ({"cus_1": 3, "cus_2": 3}, 0, 2, 0),
        ({"cus_1": 4, "cus_2": 2}, 1, 1, 0),  # its check was killed
        ({"cus_1": 4, "cus_2": 3}, 1, 1, 3),
    ],
)
def test_customers_that_are_requested_twice_in_a_pass_are_faults(
    requests: dict[str, int], kills: int, starts: int, repeated: int
) -> None:
    faults = customer_faults(Outcome("", Counter(), Counter(requests), kills, starts))
    assert faults == [f"{repeated} requests to Stripe were repeated after {kills} kills"] * bool(repeated)


def test_requests_of_the_bench_to_stripe_are_counted_by_customer(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[Counter[str]] = []

    def faults(outcome: Outcome) -> list[str]:
        counted.append(outcome.requests)
        return []

    job = JOBS["reconcile_subscriptions"]
    monkeypatch.setitem(scale.jobs.JOBS, "reconcile_subscriptions", replace(job, faults=faults))
    assert scale.main(["--kills", "--jobs", "reconcile_subscriptions", "--share", "0.0001"]) == 0
    assert counted == [{f"cus_{n}": 2 for n in range(1, 6)}], capsys.readouterr().out
