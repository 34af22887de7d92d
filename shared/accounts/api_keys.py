"""Keys with which a person's programs ask in their name.

A key is 256 random bits, so that nobody finds one by trying, and its fingerprint may be a single fast SHA-256: slow
hashes exist for passwords, which people choose. Keys are found by their fingerprint, which a caller cannot steer; so
how long a look-up takes tells nothing of any key.
"""

import hashlib
import re
from enum import StrEnum

PREFIX = "ps_live_"
MOST_KEYS = 5
"""Of one person, at one time."""
_FORM = re.compile(PREFIX + r"[A-Za-z0-9_-]{43}")


class Scope(StrEnum):
    """What a key may do."""

    READ = "read"
    WRITE = "write"


def is_key(text: str) -> bool:
    """Whether a text has the form of a key of ours."""
    return _FORM.fullmatch(text) is not None


def fingerprint(key: str) -> bytes:
    """What we keep of a key."""
    return hashlib.sha256(key.encode()).digest()


def scope_for(method: str) -> Scope:
    """What a key must be allowed for an HTTP method."""
    return Scope.READ if method in {"GET", "HEAD"} else Scope.WRITE
