"""No test depends on how busy the machine is: none reads a clock, and what is waited for has time enough to come."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Collection, Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from deploy.service import ROOT
from tests.architecture.source import parse
from tests.conftest import LONGEST, pytest_collection_modifyitems
from tests.waiting import HANG

CLOCKS = {"perf_counter", "perf_counter_ns", "monotonic", "monotonic_ns", "process_time", "thread_time", "stopwatch"}
READERS = {
    "tests/architecture/test_patience.py",
    "tests/waiting.py",  # ends what hangs
    "tests/runtime/test_clock.py",  # its subject
    "tests/deploy/test_sentry_check.py",  # puts a clock of its own in the place of the real one
}
WAITS = {"run", "communicate", "result", "Client", "get", "post", "Barrier", "submit"}


def clocks_read(nodes: Collection[ast.AST]) -> set[str]:
    """The clocks that a module names."""
    named = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    named |= {alias.name for node in nodes if isinstance(node, ast.ImportFrom) for alias in node.names}
    return CLOCKS & (named | {node.value for node in nodes if isinstance(node, ast.Constant) and node.value in CLOCKS})


def short_waits(nodes: Iterable[ast.AST]) -> list[int]:
    """Lines that give another process or thread so little time that a busy machine exceeds it."""
    return [
        node.lineno
        for node in nodes
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in WAITS
        for argument in node.keywords
        if argument.arg == "timeout"
        and isinstance(argument.value, ast.Constant)
        and isinstance(argument.value.value, int | float)
        and argument.value.value < HANG
    ]


def clocks_replaced(nodes: Iterable[ast.AST]) -> list[int]:
    """Lines that replace a function of `time` itself: for all threads, of which a server then sleeps for hours."""
    return [
        node.lineno
        for node in nodes
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) == "setattr"
        if (getattr(node.args[0], "attr", getattr(node.args[0], "id", "")) == "time")
        or (isinstance(node.args[0], ast.Constant) and re.search(r"(^|\.)time\.\w+$", str(node.args[0].value)))
    ]


def modules() -> dict[str, list[ast.AST]]:
    return {str(path.relative_to(ROOT)): parse(path) for path in (ROOT / "tests").rglob("*.py")}


def nodes_of(source: str) -> list[ast.AST]:
    return list(ast.walk(ast.parse(source)))


def test_no_test_reads_a_clock() -> None:
    assert {name for name, nodes in modules().items() if clocks_read(nodes)} <= READERS


def test_no_test_waits_for_so_little_that_a_busy_machine_exceeds_it() -> None:
    assert {name: lines for name, nodes in modules().items() if (lines := short_waits(nodes))} == {}


def test_no_test_stops_the_clock_of_all_threads() -> None:
    assert {name: lines for name, nodes in modules().items() if (lines := clocks_replaced(nodes))} == {}


@pytest.mark.parametrize(
    "source",
    [
        "monkeypatch.setattr(reports.time, 'monotonic', lambda: 0)",
        "patch.setattr(time, 'sleep', waited.append)",
        "patch.setattr('deploy.reports.time.sleep', waited.append)",
    ],
)
def test_a_clock_that_is_replaced_for_all_is_found(source: str) -> None:
    assert clocks_replaced(nodes_of(source)) == [1]
    allowed = "patch.setattr(reports, 'time', SimpleNamespace(sleep=waited.append))"
    assert clocks_replaced(nodes_of(allowed)) == []


@pytest.mark.parametrize(
    "source",
    [
        "from time import perf_counter",
        "import time\nassert time.monotonic() - begun < 2",
        "import time as real\nreal.process_time()",
        "from shared.runtime import clock\nwatch = clock.stopwatch()",
    ],
)
def test_reading_a_clock_is_detected(source: str) -> None:
    assert clocks_read(nodes_of(source))


@pytest.mark.parametrize(
    "source", ["subprocess.run(command, timeout=30)", "future.result(timeout=5)", "httpx.Client(timeout=30)"]
)
def test_a_short_timeout_is_detected(source: str) -> None:
    assert short_waits(nodes_of(source)) == [1]
    assert short_waits(nodes_of(source.replace("30", "HANG").replace("5", "HANG"))) == []


def test_hypothesis_has_no_deadline_and_draws_fresh_examples_each_run() -> None:
    """Also in CI, where it would draw the same each time."""
    code = "import tests.conftest as c; s = c.EVERYWHERE; print(s.deadline, s.derandomize, s.print_blob)"
    process = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "CI": "true"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert process.stdout == "None False True\n"
    assert settings().deadline is None
    assert HealthCheck.too_slow in settings().suppress_health_check


def test_the_longest_modules_begin() -> None:
    """As they are called; in the order that is listed, and the others in the order that chance gave them."""
    assert [name for name in LONGEST if not (ROOT / name).exists()] == []
    others = ["tests/b.py::test_z", "tests/a.py::test_y", "tests/b.py::test_x"]
    longest = [f"{name}::test_{n}" for name in LONGEST for n in (2, 1)]
    items: list[Any] = [SimpleNamespace(nodeid=name) for name in (*others[:1], *reversed(longest), *others[1:])]
    pytest_collection_modifyitems(items)
    order = [item.nodeid for item in items]
    assert [name.partition("::")[0] for name in order[: len(longest)]] == [name for name in LONGEST for _ in "ab"]
    assert order[len(longest) :] == others


def test_a_seed_is_printed_and_reproduces_the_order(tmp_path: Path) -> None:
    order = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-v", "-p", "no:cacheprovider", "--randomly-seed=7"]
    run = [*order, "tests/football/test_form.py"]
    variables = {name: value for name, value in os.environ.items() if name != "PYTEST_ADDOPTS"}  # such as --durations
    first, second = (
        subprocess.run(run, cwd=ROOT, env=variables, capture_output=True, text=True, check=True).stdout.splitlines()
        for _ in range(2)
    )
    assert first[0] == "random order, repeated by --randomly-seed=7"
    assert first[:-1] == second[:-1]
