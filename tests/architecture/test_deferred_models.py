"""Validators and serializers of all but request models are built when a response needs them, not at each cold start."""

import json
import subprocess
import sys

from deploy import service
from local.run import ROOT

HTTP = sorted(f.name for f in service.read(ROOT).functions.values() if f.routes)
BUILT = """
import json, sys
from importlib import import_module

for name in sys.argv[1:]:
    import_module(f"functions.{name}.handler")
from pydantic import BaseModel
from shared.web.strict_json import RequestModel

def derived(model):
    return {sub for each in model.__subclasses__() for sub in (each, *derived(each))}

models = derived(BaseModel) - derived(RequestModel) - {RequestModel}
print(json.dumps([len(models), sorted(f"{m.__module__}.{m.__name__}" for m in models if m.__pydantic_complete__)]))
"""
AT_IMPORT = {
    f"fastapi.openapi.models.{name}" for name in ("Encoding", "HTTPBearer", "OAuthFlows", "Operation", "Schema")
}
"""FastAPI rebuilds three of its models, and creates two to declare bearer tokens."""


def test_a_start_builds_no_model_that_its_first_response_may_not_need() -> None:
    command = [sys.executable, "-c", BUILT, *HTTP]
    done = subprocess.run(command, cwd=ROOT, env={}, capture_output=True, text=True, check=True)
    number, built = json.loads(done.stdout)
    assert number > 200
    assert set(built) <= AT_IMPORT
