from dataclasses import replace
from pathlib import Path

import pytest

from deploy import functions_table, service
from deploy.document_tables import TableError, insert_table

FUNCTION = service.read().functions["sync_fixtures"]


def handler(root: Path, docstring: str) -> Path:
    (root / "functions/f").mkdir(parents=True)
    (root / "functions/f/handler.py").write_text(f'"""{docstring}"""\n')
    return root


@pytest.mark.parametrize(
    "docstring",
    ["Published matches. HTTP: GET /api/v1/matches", "Published matches. Cron: 03:00 UTC. Safe to run twice.\n\nMore."],
)
def test_the_purpose_is_the_docstrings_first_sentence(tmp_path: Path, docstring: str):
    assert functions_table.what(handler(tmp_path, docstring), "f") == "Published matches."


@pytest.mark.parametrize("docstring", ["", "Published matches.", "HTTP: GET /x", "Published matches. HTTP:"])
def test_a_docstring_without_a_purpose_or_trigger_is_reported(tmp_path: Path, docstring: str):
    with pytest.raises(TableError, match=r"functions/f/handler\.py: the docstring's first line"):
        functions_table.what(handler(tmp_path, docstring), "f")


@pytest.mark.parametrize(
    ("cron", "times"),
    [
        ("5 3,15 * * ? *", "03:05 and 15:05 UTC"),
        ("45 6 * * ? *", "06:45 UTC"),
        ("0 4 ? * SUN *", "`cron(0 4 ? * SUN *)` UTC"),
    ],
)
def test_a_daily_schedule_is_shown_as_times_and_another_as_written(cron: str, times: str):
    assert functions_table.when(replace(FUNCTION, schedules=(service.Schedule("f", cron),))) == times


def test_paths_are_listed_in_order():
    routes = (service.Route("/b*", "f"), service.Route("/a*", "f"))
    assert functions_table.when(replace(FUNCTION, routes=routes)) == "`/b*`, `/a*`"


def test_only_the_text_between_the_markers_is_replaced():
    document = "top\n<!-- functions -->\nold\n<!-- /functions -->\nbottom\n"
    expected = "top\n<!-- functions -->\nnew\n<!-- /functions -->\nbottom\n"
    assert insert_table(document, "functions", "new") == expected
    assert insert_table(expected, "functions", "new") == expected


@pytest.mark.parametrize("document", ["", "<!-- functions -->", "<!-- /functions -->\n<!-- functions -->"])
def test_missing_markers_are_named(document: str):
    with pytest.raises(TableError, match="<!-- /functions -->"):
        insert_table(document, "functions", "new")
