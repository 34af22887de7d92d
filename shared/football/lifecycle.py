"""How a match moves on when news of it arrives: what is taken, what is refused and what a person must look at."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from shared.football.match import MatchNews, Score, Status
from shared.football.team import Source

STALE_AFTER = timedelta(hours=8)
SILENT_AFTER = timedelta(hours=6)

_OVER = {Status.FINISHED, Status.AWARDED, Status.CANCELLED}
_LAWFUL_AFTER_THE_END = {
    Status.FINISHED: _OVER,
    Status.AWARDED: _OVER,
    Status.CANCELLED: _OVER | {Status.SCHEDULED, Status.POSTPONED},
}


@dataclass(frozen=True, slots=True)
class Known:
    """What we hold of a match.

    Attributes:
        told_by: the source whose word this is.
        told_at: when it said so.
        kick_off: UTC.
        status: where it stands.
        score: after 90 minutes.
        half_time: at half-time.
        matchday: round.
        review: why a person must look at it, or None.
    """

    told_by: Source
    told_at: datetime
    kick_off: datetime
    status: Status
    score: Score | None
    half_time: Score | None
    matchday: int | None
    review: str | None


class Verdict(StrEnum):
    """What becomes of news."""

    TAKEN = "taken"
    SAME = "same"
    OLDER = "older"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict, and a sentence for whoever watches when something is odd."""

    verdict: Verdict
    alarm: str | None = None


def judge(known: Known | None, news: MatchNews, now: datetime) -> Judgement:
    """Whether news of a match replaces what is known.

    football-data.org's word outranks the CSV service's, except that the CSV service may bring a result that
    football-data.org has not brought `SILENT_AFTER` its kick-off.
    """
    if news.status is Status.FINISHED and news.kick_off > now:
        return Judgement(Verdict.REFUSED, "a result before its kick-off")
    if known is None:
        return Judgement(Verdict.TAKEN, _oddity(news))
    if news.told_by_lesser_source(known.told_by):
        late = known.status not in _OVER and known.kick_off + SILENT_AFTER < now and news.status is Status.FINISHED
        if not late:
            differs = known.status is Status.FINISHED and news.status is Status.FINISHED and known.score != news.score
            return Judgement(Verdict.OLDER, "the sources disagree on the score" if differs else None)
    elif known.told_by is news.source and news.told_at < known.told_at:
        return Judgement(Verdict.OLDER)
    if (known.kick_off, known.status, known.score, known.half_time, known.matchday, known.review) == (
        news.kick_off,
        news.status,
        news.score,
        news.half_time,
        news.matchday,
        news.review,
    ):
        return Judgement(Verdict.SAME)
    if news.status not in _LAWFUL_AFTER_THE_END.get(known.status, set(Status)):
        return Judgement(Verdict.REFUSED, f"from {known.status} to {news.status}")
    if known.status is Status.FINISHED and news.status is Status.FINISHED and known.score != news.score:
        if news.score is None:
            return Judgement(Verdict.REFUSED, f"the score {known.score} would be lost")
        return Judgement(Verdict.TAKEN, f"score corrected from {known.score} to {news.score}")
    return Judgement(Verdict.TAKEN, _oddity(news))


def is_stale(status: Status, kick_off: datetime, now: datetime) -> bool:
    """Whether a match has been in play for longer than any match lasts."""
    return status is Status.IN_PLAY and now - kick_off > STALE_AFTER


def _oddity(news: MatchNews) -> str | None:
    return "a status we do not know" if news.status is Status.HELD else news.review
