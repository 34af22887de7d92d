import ast
import re
from pathlib import Path

import pytest

from deploy import functions_table, service
from deploy.logical_names import role_name
from deploy.service import ROOT

SERVICE = service.read()
FUNCTIONS = SERVICE.functions


def folders(root: Path) -> set[str]:
    """The functions that there are: folders with a handler."""
    return {path.parent.name for path in root.glob("functions/*/handler.py")}


def untested(root: Path, names: set[str]) -> list[str]:
    """Functions with neither a test module nor a folder of tests."""
    tests = root / "tests/functions"
    return sorted(n for n in names if not (tests / f"test_{n}.py").exists() and not list((tests / n).glob("test_*.py")))


def mislabelled(root: Path, function: service.Function) -> list[str]:
    """Paths or times missing from the first line of a handler's docstring."""
    first = (ast.get_docstring(ast.parse((root / f"functions/{function.name}/handler.py").read_text())) or "").split(
        "\n"
    )[0]
    if function.paths:
        return (
            [] if re.search(r"\. HTTP: .*/", first) else [f"{function.name}: no `HTTP: <method> <path>` in {first!r}"]
        )
    expected = ["Cron: "]
    for schedule in function.schedules:
        minute, hours = schedule.cron.split()[:2]
        if (minute + hours.replace(",", "")).isdigit():
            expected += [f"{int(hour):02}:{int(minute):02}" for hour in hours.split(",")]
        expected.append(schedule.timezone)
    return [f"{function.name}: no `{text}` in {first!r}" for text in expected if text not in first]


def test_folders_and_serverless_yml_name_the_same_functions():
    assert folders(ROOT) == set(FUNCTIONS)


def test_every_function_is_tested_under_its_name():
    assert untested(ROOT, set(FUNCTIONS)) == []


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_handlers_docstring_states_its_purpose_and_schedule(name: str):
    assert functions_table.what(ROOT, name)
    assert mislabelled(ROOT, FUNCTIONS[name]) == []


def test_the_document_lists_every_function_as_it_is():
    document = (ROOT / functions_table.DOCUMENT).read_text()
    assert document == functions_table.render(document), "run `python -m deploy.functions_table`"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_handler_a_role_and_a_bundle_carry_the_functions_name(name: str):
    function = SERVICE.config["functions"][name]
    assert function["handler"] == f"functions/{name}/handler.handler"
    assert function["role"] == role_name(name)
    assert function["package"] == {"artifact": FUNCTIONS[name].artifact}


def test_a_function_without_tests_is_found(tmp_path: Path):
    (tmp_path / "tests/functions/b").mkdir(parents=True)
    (tmp_path / "tests/functions/test_a.py").touch()
    (tmp_path / "tests/functions/b/test_b.py").touch()
    assert untested(tmp_path, {"a", "b", "c"}) == ["c"]


@pytest.mark.parametrize(
    ("name", "docstring", "missing"),
    [
        ("choose_picks", "Choose. Cron: 06:45 Europe/Paris.", []),
        ("choose_picks", "Choose. Cron: 07:00 Europe/Paris.", ["06:45"]),
        ("sync_fixtures", "Sync. Cron: 03:00 UTC.", ["15:00"]),
        ("sync_fixtures", "Sync. Cron: 03:00 and 15:00.", ["UTC"]),
        ("matches", "Matches. HTTP: GET /api/v1/matches.", []),
        ("matches", "Matches.", ["HTTP: <method> <path>"]),
    ],
)
def test_a_docstring_with_the_wrong_time_or_none_is_found(
    tmp_path: Path, name: str, docstring: str, missing: list[str]
):
    (tmp_path / "functions" / name).mkdir(parents=True)
    (tmp_path / "functions" / name / "handler.py").write_text(f'"""{docstring}"""')
    faults = mislabelled(tmp_path, FUNCTIONS[name])
    assert [re.findall("`(.*?)`", fault)[0] for fault in faults] == missing
