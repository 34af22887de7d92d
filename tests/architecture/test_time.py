"""Times carry their zone everywhere, and the machine's own zone changes nothing."""

import json
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from deploy import openapi, service
from deploy.service import ROOT
from tests.clients.sources.football_data_uk import test_rows
from tests.explanations import test_template
from tests.football import test_calendar, test_rest
from tests.functions import test_choose_picks
from tests.running import select

DEALS_WITH_DAYS = (test_calendar, test_rest, test_template, test_rows, test_choose_picks)
NAIVE = """
    SELECT table_name, column_name FROM information_schema.columns
    WHERE table_schema = 'public' AND data_type IN ('timestamp without time zone', 'time with time zone')
"""


@pytest.mark.case("I3")
def test_tests_of_days_run_in_every_machine_zone(machine_zone: str) -> None:
    """Tests of days run in each zone of the fixture, which changes the zone of the process."""
    instant = datetime(2024, 1, 15, 12, tzinfo=UTC)
    assert instant.astimezone().utcoffset() == instant.astimezone(ZoneInfo(machine_zone)).utcoffset()
    modules = {module.__name__: getattr(module, "pytestmark", None) for module in DEALS_WITH_DAYS}
    assert modules == dict.fromkeys(modules, pytest.mark.usefixtures("machine_zone"))


@pytest.mark.case("I9")
def test_zones_are_known_where_the_system_knows_none() -> None:
    """Every bundle carries them, and they are found without the system's."""
    groups: dict[str, list[Any]] = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]
    carrying = {name for name, packages in groups.items() if "tzdata" in packages}
    assert [name for name, each in service.read().functions.items() if not carrying & set(each.bundle.groups)] == []
    code = "from zoneinfo import ZoneInfo; print(ZoneInfo('Europe/Paris'))"
    process = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONTZPATH": ""}, capture_output=True, text=True, check=True
    )
    assert process.stdout == "Europe/Paris\n"


@pytest.mark.case("I10")
def test_no_column_holds_a_time_without_a_zone(stores: str) -> None:
    assert select(stores, NAIVE) == []


@pytest.mark.case("I10")
def test_no_response_holds_a_time_without_a_zone() -> None:
    """Over all examples, which are real responses."""
    examples = json.loads((ROOT / openapi.EXAMPLES).read_text())
    instants = [instant for example in examples.values() for instant in _instants(example)]
    assert len(instants) > 20
    assert [instant for instant in instants if instant.tzinfo is None] == []


@pytest.mark.case("I10")
def test_code_that_makes_a_time_without_a_zone_is_rejected() -> None:
    """By ruff's rules on dates and times, none of which is switched off."""
    ruff = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["ruff"]["lint"]
    switched_off = [rule for rules in (ruff["ignore"], *ruff["per-file-ignores"].values()) for rule in rules]
    assert "DTZ" in ruff["select"]
    assert [rule for rule in switched_off if rule.startswith("DTZ")] == []


def _instants(value: Any) -> Iterator[datetime]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _instants(each)
    elif isinstance(value, str) and value[10:11] == "T":
        yield datetime.fromisoformat(value)
