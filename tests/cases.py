"""Lists the assurance cases and the tests that cite them: `make cases`."""

import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import redirect_stdout
from io import StringIO

import pytest

from deploy.service import ROOT

MEASURED = {"Q1": "make bench"}
"""Cases that a measurement shows, and the command that fails if one does not hold."""


def catalogue() -> dict[str, str]:
    """The statement of each case, by id, from docs/understand/assurance.md."""
    return dict(re.findall(r"^- ([A-Q]\d+): (.+)$", (ROOT / "docs/understand/assurance.md").read_text(), re.MULTILINE))


def citations(items: Iterable[pytest.Item]) -> dict[str, list[str]]:
    """The tests that cite each case, without duplicates for parameters."""
    cited: dict[str, dict[str, None]] = {}
    for item in items:
        for mark in item.iter_markers("case"):
            for case in mark.args:
                cited.setdefault(case, {})[item.nodeid.partition("[")[0]] = None
    return {case: list(tests) for case, tests in cited.items()}


def faults(cited: Mapping[str, Sequence[str]]) -> list[str]:
    """Disagreements between tests and catalogue."""
    statements = catalogue()
    return [
        *(
            f"{case}: not in docs/understand/assurance.md, cited by {tests[0]}"
            for case, tests in cited.items()
            if case not in statements
        ),
        *(f"{case}: no test cites it" for case in statements if case not in {*cited, *MEASURED}),
    ]


class Collected:
    """A pytest plugin that stores the collected items."""

    items: Sequence[pytest.Item] = ()

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.items = session.items


def report(cited: Mapping[str, Sequence[str]]) -> str:
    """Every case with its tests, then disagreements."""
    statements = catalogue()
    lines: list[str] = []
    for case, statement in statements.items():
        lines += [f"{case:<4} {statement}", *(f"       {test}" for test in cited.get(case, []))]
        if case in MEASURED:
            lines.append(f"       shown by `{MEASURED[case]}`, not by a test")
    lines += [
        "",
        f"{len(statements)} cases, {len(cited.keys() & statements)} cited by tests, {len(MEASURED)} measured.",
    ]
    return "\n".join([*lines, *faults(cited), ""])


def main() -> int:
    """Collect all tests and print the report. Returns 1 on a disagreement or if collection fails."""
    collected = Collected()
    with redirect_stdout(StringIO()) as output:
        code = pytest.main(["--collect-only", "-q", "-p", "no:randomly", str(ROOT / "tests")], plugins=[collected])
    if code != pytest.ExitCode.OK:
        sys.stderr.write(output.getvalue())
        return 1
    cited = citations(collected.items)
    sys.stdout.write(report(cited))
    return bool(faults(cited))


if __name__ == "__main__":
    sys.exit(main())
