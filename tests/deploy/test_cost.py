"""The cost of so many people, against a table worked out by hand elsewhere, and the document that shows ours."""

import json
from dataclasses import replace

import pytest

from deploy import cost, service
from deploy.cost import Measured, monthly

PAPER = Measured(origin_ms=40, cold_ms=1500, cold_share=0.01, memory_mb=512, answer_bytes=4000, redis_commands=2)
"""What was assumed before anything could be measured (40 ms, 4 kB, two commands)."""


@pytest.mark.parametrize(
    ("people", "part", "dollars"),
    [
        (1_000, "functions", 0),
        (10_000, "functions", 0.21),
        (10_000, "redis", 8.15),
        (10_000, "database", 19.70),
        (100_000, "cdn", 60.96),
        (100_000, "redis", 81.5),
        (100_000, "logs", 2.59),
        (100_000, "accounts", 25),
        (100_000, "database", 80.9),
        (100, "watching", 3.70),
        (1_000_000, "functions", 110),
        (1_000_000, "cdn", 839),
        (1_000_000, "redis", 815),
        (1_000_000, "logs", 48),
        (1_000_000, "accounts", 2625),
        (1_000_000, "database", 499),
    ],
)
def test_each_part_is_what_was_worked_out_by_hand(people: int, part: str, dollars: float) -> None:
    """Within what its roundings allow."""
    assert getattr(monthly(people, PAPER), part) == pytest.approx(dollars, rel=0.02, abs=0.01)


@pytest.mark.parametrize("people", [100, 1_000])
def test_at_the_audits_size_it_stays_under_120_dollars_a_year(people: int) -> None:
    """What the free plans hold costs nothing."""
    assert monthly(people, cost.read()).total * 12 < 120


def test_more_people_slower_functions_and_larger_answers_never_cost_less() -> None:
    totals = [monthly(people, PAPER).total for people in cost.SIZES]
    assert totals == sorted(totals)
    for name in ("origin_ms", "cold_ms", "memory_mb", "answer_bytes", "redis_commands"):
        worse = replace(PAPER, **{name: 2 * getattr(PAPER, name)})
        assert monthly(1_000_000, worse).total > monthly(1_000_000, PAPER).total


def test_the_document_shows_what_the_script_says() -> None:
    document = (service.ROOT / cost.DOCUMENT).read_text()
    assert cost.render(document) == document, "run `make cost`"


def test_what_was_measured_says_when_and_how() -> None:
    measured = json.loads((service.ROOT / cost.MEASURED).read_text())
    assert measured["date"]
    assert measured["command"]
    assert measured["memory_mb"] == 512, "provider.memorySize in serverless.yml"
