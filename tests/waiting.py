"""Waiting for what other processes and threads do: for as long as it takes, on a machine that others use."""

import time
from collections.abc import Callable

HANG = 120
"""Seconds after which a test that waits has failed; no test is slow because of it, nor red on a busy machine."""


def wait_until(there: Callable[[], bool]) -> None:
    """Wait until something is there.

    Raises:
        AssertionError: it did not come.
    """
    end = time.monotonic() + HANG
    while not there():
        assert time.monotonic() < end, f"waited {HANG} s in vain"
        time.sleep(0.02)
