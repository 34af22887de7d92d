"""The cache policy of each kind of response. Reasons: docs/operate/caching.md."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from shared.services import redis_backed


class CacheKind(StrEnum):
    """Responses that depend on the same data and are invalidated together."""

    MATCHES = "matches"
    TEAMS = "teams"
    LIVE = "live"
    PREDICTIONS = "predictions"
    DAILY_PICKS = "daily_picks"
    STATISTICS = "statistics"
    ENRICHMENT = "enrichment"
    NEWS = "news"
    PAGES = "pages"


@dataclass(frozen=True, slots=True)
class CachePolicy:
    """How responses of a kind are cached."""

    ttl: timedelta  # how long they are fresh
    # How long after that they may be served stale, while no fresh one is available.
    stale_ttl: timedelta = timedelta(hours=6)
    # Whether they depend on the reader's plan. Each plan then has its own entry, and shared caches may store only the
    # visitors'. Otherwise all readers share one, so only routes open to `Anyone` may use the kind.
    per_plan: bool = False


CACHE_POLICIES = {
    CacheKind.MATCHES: CachePolicy(timedelta(seconds=600)),
    CacheKind.TEAMS: CachePolicy(timedelta(seconds=86_400)),
    CacheKind.LIVE: CachePolicy(timedelta(seconds=30), stale_ttl=timedelta(minutes=5)),
    CacheKind.PREDICTIONS: CachePolicy(timedelta(seconds=3_600), per_plan=True),
    CacheKind.DAILY_PICKS: CachePolicy(timedelta(seconds=1_800), per_plan=True),
    CacheKind.STATISTICS: CachePolicy(timedelta(seconds=3_600)),
    CacheKind.ENRICHMENT: CachePolicy(timedelta(seconds=600), per_plan=True),
    CacheKind.NEWS: CachePolicy(timedelta(seconds=900)),
    CacheKind.PAGES: CachePolicy(timedelta(seconds=600), per_plan=True),
}
SHOWN_ON_PAGES = frozenset(
    {CacheKind.MATCHES, CacheKind.TEAMS, CacheKind.PREDICTIONS, CacheKind.DAILY_PICKS, CacheKind.STATISTICS}
)
"""Kinds whose data the pages show, so that pages are invalidated with them."""


def invalidate(*kinds: CacheKind) -> None:
    """Invalidate all cached responses of these kinds; call it after the commit of their data.

    Process-local copies expire within 30 s. If Redis is unavailable nothing is raised, and responses expire by TTL.
    """
    if SHOWN_ON_PAGES.intersection(kinds):
        kinds = tuple({*kinds, CacheKind.PAGES})
    if kinds:
        redis_backed.response_cache().invalidate(kinds)
