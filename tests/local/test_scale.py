"""The populations of `make scale` satisfy the schema, and its jobs work off what is due."""

import psycopg
import pytest
from psycopg import sql

from local.scale import __main__ as scale
from local.scale.jobs import JOBS, pending
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
