"""Validators and serializers of responses are built when a response needs them."""

import subprocess
import sys

import pytest

from local.run import ROOT

BUILT = """
import sys
from importlib import import_module
from pydantic import BaseModel
from shared.web.strict_json import RequestModel

def derived(model):
    return {sub for each in model.__subclasses__() for sub in (each, *derived(each))}

import_module(f"functions.{sys.argv[1]}.handler")
ours = derived(BaseModel) - derived(RequestModel) - {RequestModel}
ours = [model for model in ours if model.__module__.startswith(("functions.", "shared."))]
print(len(ours), sorted(model.__name__ for model in ours if model.__pydantic_complete__))
"""


@pytest.mark.parametrize("name", ["health", "matches", "predictions", "news", "search", "other_sports", "enrichment"])
def test_a_start_builds_no_response_model(name: str) -> None:
    command = [sys.executable, "-c", BUILT, name]
    done = subprocess.run(command, cwd=ROOT, env={}, capture_output=True, text=True, check=True)
    number, built = done.stdout.split(maxsplit=1)
    assert int(number) > 2
    assert built == "[]\n"
