"""Values that are slow to compute: the first worker of a run that needs one computes it for all workers."""

import fcntl
import json
import os
from collections.abc import Callable
from typing import Any

import pytest


def compute_once(files: pytest.TempPathFactory, name: str, make: Callable[[], Any]) -> Any:
    """Returns the result of `make` after a JSON round trip, as a separate copy for each caller."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        return json.loads(json.dumps(make()))
    cached = files.getbasetemp().parent / f"{name}.json"  # the folder of the run, which contains those of the workers
    with cached.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not cached.exists():
            cached.write_text(json.dumps(make()))
    return json.loads(cached.read_text())
