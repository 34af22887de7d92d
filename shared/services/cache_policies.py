"""What answers are kept, for how long, and for whom: one table. Why so: docs/caching.md."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from shared.services import redis_backed


class CacheKind(StrEnum):
    """Answers that rest on the same data."""

    MATCHES = "matches"
    TEAMS = "teams"
    LIVE = "live"
    PREDICTIONS = "predictions"
    DAILY_PICKS = "daily_picks"
    STATISTICS = "statistics"
    ENRICHMENT = "enrichment"
    NEWS = "news"


@dataclass(frozen=True, slots=True)
class CachePolicy:
    """How answers of a kind are kept.

    Attributes:
        fresh: how long they count.
        beyond: how long after that they are still given, marked as old, while no other can be had.
        tiered: whether what they show depends on the reader's plan; then each plan has its own, and nobody outside
            keeps one but the visitors'. Without it every reader gets the same answer, so that only routes that are open
            to `Anyone` may be of the kind.
    """

    ttl: timedelta
    stale_ttl: timedelta = timedelta(hours=6)
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
}


def invalidate(*kinds: CacheKind) -> None:
    """Let no kept answer of these kinds count any longer; to be called once their data's change is committed.

    Each process may give what it keeps itself for 30 s more. Nothing is raised where Redis is out of reach: answers
    then count until their time is up.
    """
    if kinds:
        redis_backed.kept_answers().begin_generations(kinds)
