"""The most connections that the functions can open: docs/operate/connections.md states what serverless.yml sets."""

import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from deploy import connections, service, template_checks
from functions.webhooks.handler import MAX_STARTS_PER_MINUTE

STAGES = ("staging", "production")
DOCUMENT = service.ROOT / "docs/operate/connections.md"


def paged_jobs() -> set[str]:
    """The jobs whose handler is made by `paged_job`."""
    handlers = (service.ROOT / "functions").glob("*/handler.py")
    return {path.parent.name for path in handlers if "handler = paged_job(" in path.read_text()}


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


PAGED = {name: import_module(f"functions.{name}.handler").WORKERS for name in sorted(paged_jobs())}
"""Workers of the jobs that work in pages."""


def test_every_job_has_one_place_and_no_function_is_without_a_bound() -> None:
    """But those that work in pages: their workers, and the run that continues one while that is still ending.

    Of the one that people start, as many starts as they may make in a minute find a place beside its workers.
    """
    schedules = {name for name, function in service.read().functions.items() if function.schedules}
    places = {name: concurrency("production")[name] for name in schedules}
    in_pages = {name: workers + 1 for name, workers in PAGED.items()}
    starts = {"send_webhooks": PAGED["send_webhooks"] + MAX_STARTS_PER_MINUTE}
    assert places == dict.fromkeys(schedules, 1) | in_pages | starts


def test_a_job_that_works_in_pages_may_start_itself_again_and_again(templates: dict[str, Any]) -> None:
    """And no other function may: Lambda stops it after sixteen times."""
    described = service.read()
    assert {name for name, invoked in described.config["custom"]["invokes"].items() if name in invoked} == set(PAGED)
    functions = [r["Properties"] for r in templates["production"]["Resources"].values() if is_function(r)]
    allowed = {f["FunctionName"].rpartition("production-")[2] for f in functions if f.get("RecursiveLoop") == "Allow"}
    assert allowed == set(PAGED)


def is_function(resource: dict[str, Any]) -> bool:
    return resource["Type"] == "AWS::Lambda::Function"


def test_the_document_lists_the_same_concurrency_and_sums() -> None:
    jobs = {name for name, function in service.read().functions.items() if not function.paths}
    text = DOCUMENT.read_text()
    rows = {row[1]: row[2:] for row in re.findall(r"(\| ([^|]+) \| ([\d,]+) \| ([\d,]+) \|)", text)}
    sums = {name: tuple(int(cell.replace(",", "")) for cell in cells) for name, cells in rows.items()}
    counted = [concurrency(stage) for stage in STAGES]
    http = tuple(sum(n for name, n in each.items() if name not in jobs) for each in counted)
    beside = tuple(sum(n for name, n in each.items() if name in jobs) for each in counted)
    assert sums["HTTP functions × `http_concurrency`"] == http
    assert sums["jobs, one each; those in pages more"] == beside
    assert sums["clients of the pooler, at most"] == tuple(map(sum, zip(http, beside, strict=True)))
