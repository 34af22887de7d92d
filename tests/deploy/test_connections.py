"""The most connections that the functions can open: docs/operate/connections.md states what serverless.yml sets."""

import re
from pathlib import Path

import pytest

from deploy import service
from functions.webhooks.handler import MAX_STARTS_PER_MINUTE

MOST = 1000
"""Clients of a transaction pooler: a tenth of what Neon's takes."""
STAGES = ("staging", "production")
DOCUMENT = service.ROOT / "docs/operate/connections.md"


def concurrency(stage: str, root: Path = service.ROOT) -> dict[str, int]:
    """How many processes of each function that knows the database may live at once."""
    functions = service.read(root, stage).functions.values()
    return {f.name: f.concurrency or 0 for f in functions if "DATABASE_URL" in f.environment}


@pytest.mark.case("F2")
@pytest.mark.parametrize("stage", STAGES)
def test_a_pooler_takes_every_connection_that_can_be_open_at_once(stage: str) -> None:
    assert 0 < sum(concurrency(stage).values()) <= MOST


def test_every_job_has_one_place_and_no_function_is_without_a_bound() -> None:
    """But the one that people start: as many as they may start in a minute find a place beside a run."""
    schedules = {name for name, function in service.read().functions.items() if function.schedules}
    places = {name: concurrency("production")[name] for name in schedules}
    assert places == dict.fromkeys(schedules, 1) | {"send_webhooks": MAX_STARTS_PER_MINUTE + 1}


def test_the_document_says_the_same() -> None:
    jobs = {name for name, function in service.read().functions.items() if not function.paths}
    text = DOCUMENT.read_text()
    rows = {row[1]: row[2:] for row in re.findall(r"(\| ([^|]+) \| ([\d,]+) \| ([\d,]+) \|)", text)}
    sums = {name: tuple(int(cell.replace(",", "")) for cell in cells) for name, cells in rows.items()}
    counted = [concurrency(stage) for stage in STAGES]
    http = tuple(sum(n for name, n in each.items() if name not in jobs) for each in counted)
    beside = tuple(sum(n for name, n in each.items() if name in jobs) for each in counted)
    assert sums["HTTP functions × `http_concurrency`"] == http
    assert sums["jobs, one each; `send_webhooks` three"] == beside
    assert sums["clients of the pooler, at most"] == tuple(map(sum, zip(http, beside, strict=True)))
