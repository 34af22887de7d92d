import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("function", ["health", "choose_picks"])
def test_the_collector_rests_while_a_function_starts_and_leaves_alone_what_was_there_then(function: str) -> None:
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
