from pathlib import Path

from deploy.rooms import imports, reachable_rooms
from deploy.service import ROOT


def test_serverless_yml_has_one_reader() -> None:
    """What parses YAML besides it reads GitHub's workflows."""
    sources = [
        path
        for folder in ("deploy", "functions", "local", "models", "shared", "tests")
        for path in (ROOT / folder).rglob("*.py")
        if "yaml" in path.read_text()
    ]
    parsing = {path.relative_to(ROOT).as_posix() for path in sources if "yaml" in imports(path)}
    assert parsing == {"deploy/service.py", "tests/deploy/test_workflows.py"}


def test_rooms_are_reached_through_other_rooms_and_through_imports_inside_functions(tmp_path: Path):
    for path, code in {
        "functions/f/handler.py": "from shared.stores.football import matches",
        "shared/stores/football/matches.py": "def f():\n    from shared.football.team import Team",
        "shared/football/team.py": "",
        "shared/betting/picks.py": "",
        "shared/stores/__init__.py": "",
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(code)
    assert reachable_rooms(tmp_path, "f") == {"stores", "football"}
