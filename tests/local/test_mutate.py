"""`make mutate`: what is broken on purpose, and what is printed of it."""

import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
STAKES = """\
def doubled(stake: int) -> int:
    return stake * 2


def kept(stake: int) -> bool:
    return stake > 5
"""
TESTS = """\
from shared.betting.stakes import doubled, kept


def test_doubled() -> None:
    assert doubled(3) == 6


def test_kept() -> None:
    assert kept(9)
"""
PROFILE = """\
from hypothesis import settings

settings.register_profile("mutate", max_examples=1)
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a room of two functions: one is tested well, the other far from its boundary."""
    for path, text in {
        "shared/__init__.py": "",
        "shared/betting/__init__.py": "",
        "shared/betting/stakes.py": STAKES,
        "tests/__init__.py": "",
        "tests/conftest.py": PROFILE,
        "tests/betting/__init__.py": "",
        "tests/betting/test_stakes.py": TESTS,
        "pyproject.toml": "[tool.pytest.ini_options]\n",
        ".gitignore": ".build/\n__pycache__/\n",
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    git(tmp_path, "-c", "user.name=a", "-c", "user.email=a@b.test", "commit", "--quiet", "--message", "first")
    return tmp_path


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=folder, check=True)


def mutate(folder: Path, *arguments: str) -> str:
    """What is printed last: the survivors and the counts."""
    done = subprocess.run(
        [sys.executable, "-m", "local.mutate", *arguments],
        cwd=folder,
        env={"PYTHONPATH": str(PROJECT), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.rpartition("mutations/second\n")[2]


def test_breaks_that_a_room_s_tests_miss_are_printed_and_counted(project: Path) -> None:
    printed = mutate(project, "betting")
    assert "-    return stake > 5\n+    return stake >= 5\n" in printed
    assert "-    return stake > 5\n+    return stake > 6\n" in printed
    assert "stake * 2" not in printed
    assert "betting: 2 killed (0 of them by the time limit), 2 survived (50.0% killed); 0 of 4 mutants" in printed


def test_a_sample_is_spread_over_a_room(project: Path) -> None:
    """Of two changes in each of two functions the first of each."""
    printed = mutate(project, "betting", "--every", "2")
    assert "-    return stake > 5\n+    return stake >= 5\n" in printed
    assert "betting: 1 killed (0 of them by the time limit), 1 survived (50.0% killed); 2 of 4 mutants" in printed


def test_only_lines_that_changed_are_broken(project: Path) -> None:
    stakes = project / "shared/betting/stakes.py"
    stakes.write_text(STAKES.replace("stake * 2", "2 * stake"))
    assert "changed: 2 killed (0 of them by the time limit), 0 survived (100.0% killed)" in mutate(
        project, "--since", "HEAD"
    )
    assert stakes.read_text().count("pragma") == 0


def test_where_nothing_changed_nothing_is_run(project: Path) -> None:
    assert mutate(project, "--since", "HEAD") == "No line of any room changed since HEAD.\n"
    (project / "tests/betting/test_stakes.py").write_text("")
    assert mutate(project, "betting", "--since", "HEAD") == "No line of betting changed since HEAD.\n"
