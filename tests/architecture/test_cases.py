"""Tests and the catalogue of assurance cases agree: docs/understand/assurance.md."""

import subprocess
import sys
from collections import Counter

import pytest

from deploy.service import ROOT
from tests import cases

PARTS = ["A19", "B20", "C12", "D13", "E21", "F10", "G12", "H14", "I11", "J14", "K10", "L13"]
PARTS += ["M9", "N13", "O10", "P12", "Q11"]
"""The parts of the catalogue, and how many cases each has."""
ALL_CITED = {case: ["tests/x.py::test_x"] for case in cases.catalogue()}


def test_the_catalogue_has_every_case_once_and_in_order() -> None:
    assert list(cases.catalogue()) == [f"{part[0]}{n}" for part in PARTS for n in range(1, int(part[1:]) + 1)]
    lines = Counter(line.partition(":")[0] for line in (ROOT / "docs/understand/assurance.md").read_text().splitlines())
    assert {line: n for line, n in lines.items() if line.startswith("- ") and n > 1} == {}


def test_every_citation_is_of_a_case_and_every_case_is_cited(request: pytest.FixtureRequest) -> None:
    """A run of the whole suite has collected all tests already; a part of it has them collected beside it."""
    items, narrowed = request.session.items, request.config.getoption
    whole = {item.path for item in items} >= set((ROOT / "tests").rglob("test_*.py"))
    if whole and not narrowed("keyword") and not narrowed("markexpr"):
        assert cases.faults(cases.citations(items)) == []
    else:
        command = [sys.executable, "-m", "tests.cases"]
        run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-4000:]


def test_a_citation_of_no_case_is_found() -> None:
    [fault] = cases.faults({**ALL_CITED, "B21": ["tests/x.py::test_x"]})
    assert fault == "B21: not in docs/understand/assurance.md, cited by tests/x.py::test_x"


def test_a_case_without_a_test_is_found() -> None:
    assert cases.faults({case: tests for case, tests in ALL_CITED.items() if case != "B7"}) == ["B7: no test cites it"]


def test_the_report_lists_each_case_with_its_tests() -> None:
    report = cases.report({**ALL_CITED, "B21": ["tests/x.py::test_x"]})
    assert f"B7   {cases.catalogue()['B7']}\n       tests/x.py::test_x\n" in report
    assert "shown by `make bench`, not by a test" in report
    assert report.endswith("B21: not in docs/understand/assurance.md, cited by tests/x.py::test_x\n")


def test_a_measured_case_needs_no_test() -> None:
    assert cases.faults({case: tests for case, tests in ALL_CITED.items() if case not in cases.MEASURED}) == []
