"""Waiting for other processes and threads."""

import time
from collections.abc import Callable

HANG = 120
"""Timeout in seconds, long enough for a busy machine."""


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait until a condition is true.

    Raises:
        AssertionError: timeout.
    """
    end = time.monotonic() + HANG
    while not condition():
        assert time.monotonic() < end, f"waited {HANG} s in vain"
        time.sleep(0.02)
