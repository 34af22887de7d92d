"""The cost of so many people, against a table worked out by hand elsewhere, and the document that shows ours."""

import json
import random
from dataclasses import replace

import pytest

from deploy import cost, database_cost, service
from deploy.cost import Measured, monthly

PAPER = Measured(
    origin_ms=40,
    cold_ms=1500,
    cold_share=0.01,
    memory_mb=512,
    answer_bytes=4000,
    header_bytes=0,
    redis_commands=2,
    cdn_hits=0.95,
    redis_hits=0.9,
    release_gb=0.916,
    page_bytes=2500,
    asset_bytes=5000,
)
"""What was assumed before anything could be measured (40 ms, 4 kB, two commands)."""


@pytest.mark.parametrize(
    ("people", "part", "dollars"),
    [
        (1_000, "functions", 0),
        (10_000, "functions", 0.21),
        (10_000, "redis", 8.35),
        (100_000, "cdn", 90.14),
        (100_000, "redis", 83.3),
        (100_000, "logs", 9.99),
        (100_000, "edge", 7.40),
        (100, "releases", 0.21),
        (100_000, "accounts", 25),
        (100, "watching", 4.30),
        (1_000_000, "functions", 111.9),
        (1_000_000, "cdn", 1163.5),
        (1_000_000, "redis", 833),
        (1_000_000, "logs", 122.4),
        (1_000_000, "edge", 75.8),
        (1_000_000, "accounts", 2625),
    ],
)
def test_each_part_of_the_cost_equals_its_manual_calculation(people: int, part: str, dollars: float) -> None:
    """Within what its roundings allow."""
    assert getattr(monthly(people, PAPER), part) == pytest.approx(dollars, rel=0.02, abs=0.01)


def test_readers_of_pages_are_counted_as_far_as_they_come() -> None:
    """1,000 readers with three pages and five files each: 5 % of pages reach a function, a tenth of these Postgres."""
    day = cost.page_traffic(1000, PAPER)
    assert (day.requests, day.edge, day.egress) == (8000, 8000, 1000 * (3 * 2500 + 5000))
    assert (day.calls, day.reads) == (pytest.approx(150), pytest.approx(15))


@pytest.mark.parametrize("people", [100, 1_000])
def test_with_the_free_plan_that_does_not_count_hours_it_stays_under_120_dollars_a_year(people: int) -> None:
    """With Neon it does not, as readers prevent its suspension: docs/operate/cost.md has the number from which on."""
    measured = cost.read()
    database = database_cost.monthly(people, cost.database_calls(people, measured))
    assert (monthly(people, measured).total + database.supabase) * 12 < 120 < 12 * (3.91 + database.neon)


def test_the_readers_that_neons_free_hours_carry_are_those_that_the_document_names() -> None:
    measured = cost.read()
    hours = {
        people: database_cost.awake_hours(people, cost.database_calls(people, measured)) * cost.DAYS / 4
        for people in range(0, 200, 5)
    }
    carried = max(people for people, used in hours.items() if used <= database_cost.FREE_COMPUTE_HOURS)
    text = " ".join((service.ROOT / cost.DOCUMENT).read_text().split())
    assert f"to about {carried} people a day" in text
    assert f"{hours[0]:.0f} compute hours a month without readers" in text


@pytest.mark.parametrize("people", [10, 100, 1_000])
def test_hours_awake_are_those_of_visits_at_random(people: int) -> None:
    """Against thirty days of visits drawn at random, each delaying the database's suspension by five minutes."""
    chance, reads = random.Random(people), people * 3.37
    awake = 0.0
    for _ in range(30):
        day = [8 + 16 * chance.random() for _ in range(round(reads * 0.98))]
        night = [8 * chance.random() for _ in range(round(reads * 0.02))]
        looks = {int(4 * (8 + 16 * chance.random())) / 4 + 0.25 + chance.random() / 60 for _ in range(people)}
        idle = [hour + 0.01 for hour in (1, 2.7, 5.75, 8.7, 10.1, 11, 14.7, 14.85, 20.7)]
        end = 0.0
        for instant in sorted([*day, *night, *looks, *idle]):
            awake += min(5 / 60, instant + 5 / 60 - end) if instant + 5 / 60 > end else 0
            end = max(end, instant + 5 / 60)
    assert database_cost.awake_hours(people, reads) == pytest.approx(awake / 30, rel=0.06)


def test_retained_releases_fit_the_free_code_storage() -> None:
    described = service.read().config
    assert described["provider"]["deploymentBucket"]["maxPreviousDeploymentArtifacts"] == cost.RELEASES
    assert cost.RELEASES * cost.read().release_gb < cost.FREE_CODE_GB, "Lambda's own copies of the versions"


def test_more_people_slower_functions_and_larger_answers_never_cost_less() -> None:
    totals = [monthly(people, PAPER).total for people in cost.SIZES]
    assert totals == sorted(totals)
    for name in ("origin_ms", "cold_ms", "memory_mb", "answer_bytes", "page_bytes", "redis_commands", "release_gb"):
        worse = replace(PAPER, **{name: 2 * getattr(PAPER, name)})
        assert monthly(1_000_000, worse).total > monthly(1_000_000, PAPER).total


def test_the_cost_document_is_up_to_date() -> None:
    document = (service.ROOT / cost.DOCUMENT).read_text()
    assert cost.render(document) == document, "run `make cost`"


def test_measurements_have_a_date_a_command_and_a_memory_size() -> None:
    measured = json.loads((service.ROOT / cost.MEASURED).read_text())
    assert measured["date"]
    assert measured["command"]
    assert measured["memory_mb"] == 512, "provider.memorySize in serverless.yml"
