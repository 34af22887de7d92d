from collections.abc import Callable
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from deploy.service import ROOT
from tests.architecture import source

Check = Callable[[Path], list[str]]
CHECKS: list[Check] = [
    source.impure,
    source.environment_readers,
    source.clock_readers,
    source.misplaced_sql,
    source.assembled_sql,
    source.starred_sql,
    source.lettered_cases,
    source.private_names,
]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_rules_hold_in_this_house(check: Check):
    assert check(ROOT) == []


@pytest.mark.parametrize(
    ("check", "path", "code"),
    [
        (source.impure, "shared/betting/x.py", "import os"),
        (source.impure, "shared/betting/x.py", "import psycopg"),
        (source.impure, "shared/football/x.py", "def f():\n    from shared.runtime import clock"),
        (source.impure, "shared/football/x.py", "from datetime import date\nday = date.today()"),
        (source.impure, "shared/explanations/x.py", "print('x')"),
        (source.impure, "shared/forecasting/x.py", "table = open('x')"),
        (source.impure, "shared/accounts/x.py", "from uuid import uuid4"),
        (source.impure, "shared/explanations/x.py", "from pkgutil import get_data"),
        (source.impure, "shared/explanations/x.py", "notes = __spec__.loader.get_data('notes.txt')"),
        (source.impure, "shared/explanations/translations.py", "notes = open('notes.txt')"),
        (source.environment_readers, "shared/clients/x.py", "import os\nkey = os.environ['KEY']"),
        (source.environment_readers, "functions/x/handler.py", "from os import getenv as get\nkey = get('KEY')"),
        (source.environment_readers, "shared/runtime/jobs.py", "import os as o\nkey = o.getenv('KEY')"),
        (source.clock_readers, "functions/x/handler.py", "from datetime import UTC, datetime\nx = datetime.now(UTC)"),
        (source.clock_readers, "shared/stores/x.py", "import datetime as dt\nx = dt.date.today()"),
        (source.clock_readers, "shared/clients/x.py", "from time import time\nx = time()"),
        (source.misplaced_sql, "functions/x/handler.py", "q = '''\n  SELECT id FROM matches'''"),
        (source.misplaced_sql, "shared/runtime/x.py", "q = 'INSERT INTO matches (id) VALUES (1)'"),
        (source.assembled_sql, "shared/stores/x.py", "q = f'SELECT id FROM {table}'"),
        (source.assembled_sql, "shared/stores/x.py", "q = 'SELECT id FROM ' + table"),
        (source.assembled_sql, "shared/stores/x.py", "q = 'SELECT id FROM {}'.format(table)"),
        (source.assembled_sql, "shared/stores/x.py", "q = 'SELECT id FROM %s' % table"),
        (source.starred_sql, "shared/stores/x.py", "q = 'SELECT * FROM matches'"),
        (source.starred_sql, "shared/stores/x.py", "q = 'select m.*, t.name from matches m'"),
        (source.starred_sql, "shared/stores/x.py", "q = 'INSERT INTO matches (id) VALUES (1) RETURNING *'"),
        (source.lettered_cases, "tests/test_x.py", 'def test_x():\n    """B7: in any order."""'),
        (source.lettered_cases, "tests/test_x.py", '"""Odds (assurance L10)."""'),
        (source.lettered_cases, "tests/test_x.py", "def test_x():  # G3\n    pass"),
        (source.lettered_cases, "tests/test_x.py", "def test_b7_order(): pass"),
        (source.lettered_cases, "tests/test_x.py", "def test_of_j14(): pass"),
        (source.lettered_cases, "tests/test_x.py", "import pytest\nx = pytest.param(1, id='I2 the short day')"),
        (source.lettered_cases, "tests/test_x.py", "ids = dict(ids=lambda status: f'J13 {status}')"),
        (source.private_names, "functions/x/handler.py", "told = settings()"),
        (source.private_names, "shared/stores/x.py", "def f(asked_at): pass"),
        (source.private_names, "shared/web/x.py", "class RowsKept: pass"),
        (source.private_names, "local/x.py", "class A:\n    def f(self):\n        self._said = 1"),
        (source.private_names, "deploy/x.py", "TOLD_AT: int = 7"),
        (source.private_names, "models/x.py", "logs.write(level, 'event', wished=1)"),
        (source.private_names, "models/x.py", "import json as spoken"),
        (source.private_names, "tests/asking.py", ""),
        (source.private_names, "tests/test_x.py", "def test_what_is_asked_is_returned(): pass"),
        (source.private_names, "tests/test_x.py", "def test_whoever_pays_is_counted(): pass"),
        (
            source.private_names,
            "tests/test_x.py",
            "class TestX:\n    async def test_nobody_else_is_counted(self): pass",
        ),
        (source.private_names, "tests/factories.py", "def anothers_bet(): pass"),
    ],
)
def test_a_planted_violation_is_found(tmp_path: Path, check: Check, path: str, code: str):
    planted = tmp_path / path
    planted.parent.mkdir(parents=True)
    planted.write_text(code)
    (violations,) = check(tmp_path)
    assert violations.startswith(path)


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("shared/runtime/settings.py", "import os\nkey = os.environ['KEY']"),
        ("shared/runtime/clock.py", "from datetime import UTC, datetime\nx = datetime.now(UTC)"),
        ("shared/runtime/logs.py", "from time import monotonic\nx = monotonic()"),
        ("shared/stores/x.py", "q = 'SELECT count(*), goals * 2 FROM matches'"),
        ("shared/stores/x.py", '"""SELECT is explained here."""'),
        ("shared/football/x.py", "import math\nfrom datetime import date\nfrom shared.football import team"),
        ("shared/accounts/x.py", "from uuid import UUID"),
        (
            "tests/test_x.py",
            "@pytest.mark.case('B7')\ndef test_x():\n    x = 'E0/2324'  # the file `D1` or mmz4281/F1.csv",
        ),
        ("tests/test_x.py", "def test_a_task_is_returned_with_its_basket(task): pass"),
        ("models/x.py", "def _held_out(tasks, essay): parse_qsl(x, keep_blank_values=True)"),
        ("functions/x/handler.py", "label = f'{n} matches SELECTED'"),
    ],
)
def test_allowed_code_causes_no_violation(tmp_path: Path, path: str, code: str):
    allowed = tmp_path / path
    allowed.parent.mkdir(parents=True)
    allowed.write_text(code)
    assert [violations for check in CHECKS for violations in check(tmp_path)] == []


def test_every_folder_of_ours_is_a_package():
    assert source.bare_folders(ROOT, "functions", "shared", "deploy", "local", "models", "tests") == []


def test_a_folder_without_init_is_found(tmp_path: Path):
    (tmp_path / "tests/a/b").mkdir(parents=True)
    (tmp_path / "tests/__init__.py").touch()
    (tmp_path / "tests/a/b/test_x.py").touch()
    assert source.bare_folders(tmp_path, "tests") == ["tests/a", "tests/a/b"]


distributions = cache(packages_distributions)


def owned_by_others(root: Path) -> dict[str, list[str]]:
    """Our top-level packages that an installed distribution owns too: an import could find theirs."""
    ours = {path.parent.name for path in root.glob("*/__init__.py")}
    return {name: owners for name, owners in distributions().items() if name in ours}


def test_no_installed_distribution_owns_a_name_of_ours():
    assert owned_by_others(ROOT) == {}


def test_a_name_owned_by_another_is_found(tmp_path: Path):
    (tmp_path / "psycopg").mkdir()
    (tmp_path / "psycopg/__init__.py").touch()
    assert owned_by_others(tmp_path) == {"psycopg": ["psycopg"]}
