import json
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from deploy import service, smoke

PYTHON = Path(sys.executable)
BARE = service.Bundle(groups=(), models=False, budget_mb=80)
HTTP, JOB = (replace(service.read().functions[name], name="f", bundle=BARE) for name in ("matches", "sync_fixtures"))


def bundled(tmp_path: Path, handler: str) -> Path:
    artifact = tmp_path / "f.zip"
    with zipfile.ZipFile(artifact, "w") as archive:
        archive.writestr("functions/__init__.py", "")
        archive.writestr("functions/f/__init__.py", "")
        archive.writestr("functions/f/handler.py", handler)
    return artifact


def serve(status: int, body: str) -> str:
    return f"def handler(event, context):\n    return {{'statusCode': {status}, 'body': {body!r}}}\n"


def raises(error: str, message: str) -> str:
    return f"class {error}(Exception): pass\ndef handler(event, context):\n    raise {error}({message!r})\n"


def test_an_http_bundle_that_answers_404_in_json_passes(tmp_path: Path):
    smoke.check(HTTP, bundled(tmp_path, serve(404, json.dumps({"detail": "no"}))), PYTHON)


def test_health_must_answer_200(tmp_path: Path):
    health = replace(HTTP, name="health")
    artifact = tmp_path / "health.zip"
    with zipfile.ZipFile(artifact, "w") as archive:
        archive.writestr("functions/__init__.py", "")
        archive.writestr("functions/health/handler.py", serve(404, "{}"))
    with pytest.raises(smoke.SmokeError, match="GET /health should answer 200"):
        smoke.check(health, artifact, PYTHON)


@pytest.mark.parametrize("handler", [serve(500, "{}"), serve(404, "<html>"), raises("KeyError_", "x")])
def test_an_http_bundle_that_answers_otherwise_fails(tmp_path: Path, handler: str):
    with pytest.raises(smoke.SmokeError, match="f: GET /no-such-path should answer"):
        smoke.check(HTTP, bundled(tmp_path, handler), PYTHON)


def test_a_bundle_without_a_clients_dependency_fails_the_smoke_test(tmp_path: Path):
    function = replace(HTTP, bundle=replace(BARE, groups=("embedding",)))
    artifact = bundled(tmp_path, serve(404, "{}"))
    with pytest.raises(smoke.SmokeError, match="f: the bundle does not start"):
        smoke.check(function, artifact, PYTHON)


def test_every_dependency_group_of_a_bundle_has_a_client_to_check():
    groups = {group for function in service.read().functions.values() for group in function.bundle.groups}
    assert smoke.CLIENTS.keys() == groups


def test_a_job_that_names_the_missing_setting_passes(tmp_path: Path):
    smoke.check(JOB, bundled(tmp_path, raises("SettingsError", "DATABASE_URL is not set")), PYTHON)


@pytest.mark.parametrize(
    "handler", [raises("SettingsError", "FOO is not set"), raises("Other", "DATABASE_URL"), serve(200, "")]
)
def test_a_job_that_does_anything_else_fails(tmp_path: Path, handler: str):
    with pytest.raises(smoke.SmokeError, match="expected a SettingsError about DATABASE_URL"):
        smoke.check(JOB, bundled(tmp_path, handler), PYTHON)


@pytest.mark.parametrize("forgotten", ["psycopg", "shared"])
def test_nothing_outside_the_bundle_can_be_imported(tmp_path: Path, forgotten: str):
    with pytest.raises(smoke.SmokeError, match=f"No module named '{forgotten}'"):
        smoke.check(JOB, bundled(tmp_path, f"import {forgotten}\n"), PYTHON)


def test_no_variable_of_this_process_reaches_the_bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://u@h/d")
    handler = "import os\ndef handler(event, context):\n    return os.environ.get('DATABASE_URL')\n"
    assert smoke.run(bundled(tmp_path, handler), "f", {}, PYTHON) == {"response": None}
