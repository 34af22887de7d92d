"""A cached HTTP response, and the result of a cache lookup."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus


@dataclass(frozen=True, slots=True)
class CachedResponse:
    """An HTTP response."""

    status: int
    headers: tuple[tuple[str, str], ...]  # the headers, names in lower case
    body: bytes
    created_at: datetime
    fresh_until: datetime  # when its TTL ends

    def can_serve_stale(self, now: datetime, stale_ttl: timedelta) -> bool:
        """Whether it may be served stale: only 200, and no longer than `stale_ttl` after its TTL."""
        return self.status == HTTPStatus.OK and now < self.fresh_until + stale_ttl


@dataclass(frozen=True, slots=True)
class CacheLookup:
    """The result of a cache lookup. The caller serves the response if it is fresh or servable, else computes one."""

    response: CachedResponse | None
    is_fresh: bool = False  # whether it is within its TTL and its generation is current
    # Whether to serve it stale, because another process computes a new one or computing fails.
    servable_stale: bool = False
    generation: str | None = None  # the kind's generation at lookup; None if Redis was not read
