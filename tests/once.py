"""What takes seconds to make and is only read: made by the first worker of a run that needs it, for all of them."""

import fcntl
import json
import os
from collections.abc import Callable
from typing import Any

import pytest


def once(files: pytest.TempPathFactory, name: str, make: Callable[[], Any]) -> Any:
    """What `make` returns, as JSON has it. Whoever changes it changes a copy of their own."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        return json.loads(json.dumps(make()))
    cached = files.getbasetemp().parent / f"{name}.json"  # the folder of the run, in which each worker has one
    with cached.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not cached.exists():
            cached.write_text(json.dumps(make()))
    return json.loads(cached.read_text())
