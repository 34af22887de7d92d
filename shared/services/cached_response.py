"""A cached HTTP response, and the result of a cache lookup."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus


@dataclass(frozen=True, slots=True)
class CachedResponse:
    """An HTTP response.

    Attributes:
        headers: the headers, names in lower case.
        fresh_until: when its TTL ends.
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    created_at: datetime
    fresh_until: datetime

    def can_serve_stale(self, now: datetime, stale_ttl: timedelta) -> bool:
        """Whether it may be served stale: only 200, and no longer than `stale_ttl` after its TTL."""
        return self.status == HTTPStatus.OK and now < self.fresh_until + stale_ttl


@dataclass(frozen=True, slots=True)
class CacheLookup:
    """The result of a cache lookup. The caller serves the response if it is fresh or servable, else computes one.

    Attributes:
        is_fresh: whether it is within its TTL and its generation is current.
        servable_stale: whether to serve it stale, because another process computes a new one or computing fails.
        generation: the kind's generation at lookup; None if Redis was not read.
    """

    response: CachedResponse | None
    is_fresh: bool = False
    servable_stale: bool = False
    generation: str | None = None
