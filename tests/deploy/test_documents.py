"""What the documents promise is what is deployed."""

import re
from typing import Any

import pytest

from deploy import service
from deploy.logical_names import parameter_name

DOCS = service.ROOT / "docs"
FUNCTIONS = service.read().functions
HTTP = {name for name, function in FUNCTIONS.items() if function.paths}
ROW = re.compile(r"^\| `([A-Z_0-9]+)` \| .+? \| (.+?) \| (.+) \|$", re.MULTILINE)


def users(variable: str) -> set[str]:
    return {name for name, function in FUNCTIONS.items() if variable in function.environment}


def users_of(cell: str) -> set[str]:
    if cell == "all":
        return set(FUNCTIONS)
    return (HTTP if cell.startswith("all that answer HTTP") else set()) | set(re.findall(r"`(\w+)`", cell))


def test_every_secret_is_documented_with_its_users_and_its_rotation(templates: dict[str, dict[str, Any]]) -> None:
    rows = {key: (cell, rotation) for key, cell, rotation in ROW.findall((DOCS / "operate/deployment.md").read_text())}
    parameters = templates["staging"]["Parameters"]
    assert {parameter_name(key) for key in rows} == parameters.keys()
    for key, (cell, rotation) in rows.items():
        variable = re.sub(r"^CDN_SECRET_\d$", "CDN_SECRET", key)
        assert users_of(cell) == users(variable), key
        assert rotation


def test_every_secret_has_an_example() -> None:
    examples = set(re.findall(r"^(\w+)=", (service.ROOT / ".env.example").read_text(), re.MULTILINE))
    assert {name for function in FUNCTIONS.values() for name in function.environment} <= examples


def test_every_alarm_has_a_section_in_the_runbook(templates: dict[str, dict[str, Any]]) -> None:
    """What it means, how to see it, what to do, when it is over."""
    runbook = (DOCS / "operate/runbook.md").read_text()
    resources = [r["Properties"] for r in templates["staging"]["Resources"].values()]
    alarms = {resource["AlarmName"] for resource in resources if "AlarmActions" in resource}
    names = {alarm.removeprefix("paris-sportif-staging-") for alarm in alarms}
    jobs = {name.removesuffix("-unseen") for name in names if name.endswith("-unseen")}
    sections = dict(re.findall(r"^### (.+?)\n\n(.+?)(?=^##)", runbook, re.MULTILINE | re.DOTALL))
    assert sections.keys() - {"The budget"} == {name for name in names if not name.endswith("-unseen")} | {"unseen"}
    assert set(re.findall(r"`(\w+)`", runbook.split("<!-- jobs -->")[1].split("<!-- /jobs -->")[0])) == jobs
    for name, text in sections.items():
        for part in ("**Means**", "**See**", "**Do**", "**Over**"):
            assert part in text, f"{name} lacks {part}"


@pytest.mark.parametrize("document", ["operate/deployment.md", "operate/runbook.md", "operate/checklist.md"])
def test_targets_and_paths_named_in_operating_documents_exist(document: str) -> None:
    text = (DOCS / document).read_text()
    makefile = (service.ROOT / "Makefile").read_text()
    for line in re.findall(r"`(?:[A-Z_]+=\S+ )?make ([a-z][a-z -]*)", text):
        for target in line.split():
            assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
    for path in re.findall(r"(?:docs|tests|deploy)/[\w/.-]+\.(?:md|py|yml|cjs|js)", text):
        assert (service.ROOT / path).exists(), path


def test_a_day_names_every_job_at_its_hours() -> None:
    section = (DOCS / "understand/architecture.md").read_text().partition("## A day")[2].partition("\n## ")[0]
    rows = dict(re.findall(r"^\| ([^|]+) \| `(\w+)` \|", section, re.MULTILINE))
    hours = {job: when for when, job in rows.items() if re.match(r"\d\d:\d\d", when)}
    jobs = {name: function.schedules for name, function in FUNCTIONS.items() if function.schedules}
    assert set(re.findall(r"^\|[^|]+\| `(\w+)` \|", section, re.MULTILINE)) == jobs.keys()
    for job, when in hours.items():
        minute, hour = jobs[job][0].cron.split()[:2]
        assert re.findall(r"\d\d:\d\d", when)[0] == f"{int(hour.split(',')[0]):02}:{int(minute):02}", job


def test_each_of_the_audits_twenty_points_cites_its_evidence() -> None:
    rows = re.findall(r"^\| (\d+) \| (.+) \| (.+) \|$", (DOCS / "operate/checklist.md").read_text(), re.MULTILINE)
    assert [int(number) for number, _, _ in rows] == list(range(1, 21))
    assert all("`" in shown for _, _, shown in rows)
