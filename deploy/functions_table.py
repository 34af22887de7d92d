"""The table of functions in docs/understand/functions.md, from serverless.yml and the handlers' docstrings.

`python -m deploy.functions_table` writes it.
"""

import argparse
import ast
import re
import sys
from pathlib import Path

from deploy import service

DOCUMENT = "docs/understand/functions.md"
BEGIN, END = "<!-- functions -->", "<!-- /functions -->"


class TableError(ValueError):
    """the document lacks the markers, or a docstring is not of the required form; the message says which."""


def what(root: Path, name: str) -> str:
    """What a function does: the first line of its handler's docstring up to `HTTP:` or `Cron:`.

    Raises:
        TableError: the line is not of that form.
    """
    path = root / "functions" / name / "handler.py"
    first = (ast.get_docstring(ast.parse(path.read_text())) or "").partition("\n")[0]
    found = re.match(r"(?P<what>\S.*?[.!]) (HTTP|Cron): \S", first)
    if not found:
        raise TableError(
            f"{path.relative_to(root)}: the docstring's first line must read `<What it does>. HTTP: …` "
            f"or `<What it does>. Cron: …`, and reads {first!r}"
        )
    return found["what"]


def when(function: service.Function) -> str:
    """The paths that a function serves, or the times at which it runs."""
    if function.paths:
        return ", ".join(f"`{path}`" for path in function.paths)
    return "; ".join(_times(schedule) for schedule in function.schedules)


def _times(schedule: service.Schedule) -> str:
    daily = re.fullmatch(r"(\d+) ([\d,]+) \* \* \? \*", schedule.cron)
    if not daily:
        return f"`cron({schedule.cron})` {schedule.timezone}"
    times = [f"{int(hour):02}:{int(daily[1]):02}" for hour in daily[2].split(",")]
    return f"{' and '.join(times)} {schedule.timezone}"


def table(root: Path = service.ROOT) -> str:
    """The table in Markdown, one row per function.

    Raises:
        TableError: a docstring is not of the required form.
    """
    rows = [
        f"| `{name}` | {what(root, name)} | {when(function)} |"
        for name, function in service.read(root).functions.items()
    ]
    return "\n".join(["| Function | What | Paths, or when |", "|---|---|---|", *rows])


def insert_table(document: str, rows: str) -> str:
    """The document with the table between its two markers.

    Raises:
        TableError: the markers are missing or in the wrong order.
    """
    before, begin, rest = document.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise TableError(f"{DOCUMENT} needs the lines {BEGIN} and {END}, in this order")
    return f"{before}{BEGIN}\n{rows}\n{END}{after}"


def main() -> None:
    """Write the table, or with `--check` compare it."""
    parser = argparse.ArgumentParser(prog="python -m deploy.functions_table", description="The table of functions.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail when the table is out of date")
    args = parser.parse_args()
    path = service.ROOT / DOCUMENT
    try:
        current = path.read_text()
        expected = insert_table(current, table())
    except (OSError, TableError, service.ServiceError) as error:
        sys.exit(f"functions_table: {error}")
    if args.check and current != expected:
        sys.exit(f"functions_table: {DOCUMENT} is out of date: run `python -m deploy.functions_table`")
    if not args.check:
        path.write_text(expected)


if __name__ == "__main__":
    main()
