"""What answers are kept, for how long, and for whom: one table. Why so: docs/caching.md."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from shared.services import redis_backed


class Kind(StrEnum):
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
class Keeping:
    """How answers of a kind are kept.

    Attributes:
        fresh: how long they count.
        beyond: how long after that they are still given, marked as old, while no other can be had.
        tiered: whether what they show depends on the reader's plan; then each plan has its own, and nobody outside
            keeps one but the visitors'. Without it every reader gets the same answer, so that only routes that are open
            to `Anyone` may be of the kind.
    """

    fresh: timedelta
    beyond: timedelta = timedelta(hours=6)
    tiered: bool = False


KEEPING = {
    Kind.MATCHES: Keeping(timedelta(seconds=600)),
    Kind.TEAMS: Keeping(timedelta(seconds=86_400)),
    Kind.LIVE: Keeping(timedelta(seconds=30), beyond=timedelta(minutes=5)),
    Kind.PREDICTIONS: Keeping(timedelta(seconds=3_600), tiered=True),
    Kind.DAILY_PICKS: Keeping(timedelta(seconds=1_800), tiered=True),
    Kind.STATISTICS: Keeping(timedelta(seconds=3_600)),
    Kind.ENRICHMENT: Keeping(timedelta(seconds=600), tiered=True),
    Kind.NEWS: Keeping(timedelta(seconds=900)),
}


def changed(*kinds: Kind) -> None:
    """Let no kept answer of these kinds count any longer; to be called once their data's change is committed.

    Each process may give what it keeps itself for 30 s more. Nothing is raised where Redis is out of reach: answers
    then count until their time is up.
    """
    if kinds:
        redis_backed.kept_answers().begin_generations(kinds)
