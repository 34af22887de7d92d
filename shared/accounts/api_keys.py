"""API keys.

A key has 256 random bits, so it cannot be guessed and a single SHA-256 is a sufficient hash: slow hashes are for
passwords chosen by people. Keys are looked up by their hash, which a caller cannot control, so the duration of a
look-up reveals nothing about a key.
"""

import hashlib
import re
from enum import StrEnum

PREFIX = "ps_live_"
MAX_KEYS = 5
"""Active keys per user."""
_FORMAT = re.compile(PREFIX + r"[A-Za-z0-9_-]{43}")


class Scope(StrEnum):
    """Permission of a key."""

    READ = "read"
    WRITE = "write"


def is_key(text: str) -> bool:
    """Whether a text has the format of an API key."""
    return _FORMAT.fullmatch(text) is not None


def fingerprint(key: str) -> bytes:
    """SHA-256 of a key, the only part that is stored."""
    return hashlib.sha256(key.encode()).digest()


def scope_for(method: str) -> Scope:
    """The scope that an HTTP method requires.

    >>> scope_for("DELETE")
    <Scope.WRITE: 'write'>
    """
    return Scope.READ if method in {"GET", "HEAD"} else Scope.WRITE
