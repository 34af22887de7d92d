"""The table of functions in docs/understand/functions.md, from serverless.yml and the handlers' docstrings.

`python -m deploy.functions_table` writes it.
"""

import ast
import re
import sys
from pathlib import Path

from deploy import service
from deploy.document_tables import TableError, insert_table

DOCUMENT = "docs/understand/functions.md"


def what(root: Path, name: str) -> str:
    """What a function does: the first line of its handler's docstring up to `HTTP:` or `Cron:`."""
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
    """The table in Markdown, one row per function."""
    rows = [
        f"| `{name}` | {what(root, name)} | {when(function)} |"
        for name, function in service.read(root).functions.items()
    ]
    return "\n".join(["| Function | What | Paths, or when |", "|---|---|---|", *rows])


def render(document: str, root: Path = service.ROOT) -> str:
    """The document with today's table."""
    return insert_table(document, "functions", table(root))


def main() -> None:
    """Write the table."""
    path = service.ROOT / DOCUMENT
    try:
        path.write_text(render(path.read_text()))
    except (OSError, TableError, service.ServiceError) as error:
        sys.exit(f"functions_table: {DOCUMENT}: {error}")


if __name__ == "__main__":
    main()
