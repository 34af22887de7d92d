import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("function", ["health", "choose_picks"])
def test_gc_is_disabled_during_start_and_start_up_objects_are_frozen(function: str) -> None:
    code = f"""
import gc, functions
asleep = not gc.isenabled()
import functions.{function}.handler
print(asleep, gc.isenabled(), gc.get_freeze_count() > 10_000)
"""
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, env={}, capture_output=True, text=True, check=True
    )
    assert ended.stdout == "True True True\n"
