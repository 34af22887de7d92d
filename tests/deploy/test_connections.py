"""The most connections that the functions can open: docs/operate/connections.md states what serverless.yml sets."""

import re
from pathlib import Path

import pytest

from deploy import connections, service, template_checks
from functions.webhooks.handler import MAX_STARTS_PER_MINUTE

STAGES = ("staging", "production")
DOCUMENT = service.ROOT / "docs/operate/connections.md"


def concurrency(stage: str, root: Path = service.ROOT) -> dict[str, int]:
    """How many processes of each function that knows the database may live at once."""
    functions = service.read(root, stage).functions.values()
    return {f.name: f.concurrency or 0 for f in functions if "DATABASE_URL" in f.environment}


@pytest.mark.case("F2")
@pytest.mark.parametrize("stage", STAGES)
def test_a_pooler_takes_every_connection_that_can_be_open_at_once(stage: str) -> None:
    assert 0 < sum(concurrency(stage).values()) <= service.read(stage=stage).params["pooler_clients"]


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_s_concurrency_follows_from_its_pooler(stage: str) -> None:
    described = service.read(stage=stage)
    derived = connections.http_concurrency(described.params["pooler_clients"], described)
    assert described.params["http_concurrency"] == derived, "set http_concurrency in serverless.yml to this"
    assert {described.functions[name].concurrency for name in concurrency(stage)} >= {derived}


def test_the_clients_are_those_of_a_plan_and_one_more_process_each_would_be_too_many() -> None:
    described = service.read()
    scaled = len(connections.scaled(described))
    for plan in connections.PLANS:
        most = connections.http_concurrency(plan.clients, described)
        others = sum(concurrency("production").values()) - scaled * described.params["http_concurrency"]
        bound = min(plan.clients, template_checks.RESERVED)
        assert most * scaled + others <= bound < (most + 1) * scaled + others
    assert described.params["pooler_clients"] in {plan.clients for plan in connections.PLANS}


def test_the_guide_has_the_table_of_plans() -> None:
    document = (service.ROOT / connections.DOCUMENT).read_text()
    assert connections.render(document) == document, "run `python -m deploy.connections`"


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
