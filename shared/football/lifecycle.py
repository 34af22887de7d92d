"""How a match moves on when news of it arrives: what is taken, what is refused and what a person must look at."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from shared.football.calendar import days_apart, paris_bounds, paris_day
from shared.football.match import Hour, MatchNews, Score, Status
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
        kick_off: UTC; without an hour, the last minute of its day.
        status: where it stands.
        score: after 90 minutes.
        half_time: at half-time.
        matchday: round.
        review: why a person must look at it, or None.
        hour: whether `kick_off` is an hour, and whose.
    """

    told_by: Source
    told_at: datetime
    kick_off: datetime
    status: Status
    score: Score | None
    half_time: Score | None
    matchday: int | None
    review: str | None
    hour: Hour = Hour.KNOWN


class Verdict(StrEnum):
    """What becomes of news."""

    TAKEN = "taken"
    SAME = "same"
    OLDER = "older"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict, a sentence for whoever watches when something is odd; what is held from now on, if it is taken."""

    verdict: Verdict
    alarm: str | None = None
    taken: MatchNews | None = None


def judge(known: Known | None, news: MatchNews, now: datetime) -> Judgement:
    """Whether news of a match replaces what is known.

    football-data.org's word outranks the CSV service's, except that the CSV service may bring a result that
    football-data.org has not brought `SILENT_AFTER` its kick-off, and the hour where that has the day alone.
    """
    if news.status is Status.FINISHED and _earliest(news) > now:
        return Judgement(Verdict.REFUSED, "a result before its kick-off")
    if known is None:
        return Judgement(Verdict.TAKEN, _oddity(news), news)
    news = _completed(news, known)
    if news.told_by_lesser_source(known.told_by):
        kick_off = news.kick_off if known.hour is Hour.UNKNOWN else known.kick_off
        late = known.status not in _OVER and kick_off + SILENT_AFTER < now and news.status is Status.FINISHED
        if not late:
            if _lends_hour(news, known):
                return Judgement(Verdict.TAKEN, taken=_with_hour_of(news, known))
            differs = known.status is Status.FINISHED and news.status is Status.FINISHED and known.score != news.score
            return Judgement(Verdict.OLDER, "the sources disagree on the score" if differs else None)
    elif known.told_by is news.source and news.told_at < known.told_at:
        return Judgement(Verdict.OLDER)
    if (known.kick_off, known.hour, known.status, known.score, known.half_time, known.matchday, known.review) == (
        news.kick_off,
        news.hour,
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
        return Judgement(Verdict.TAKEN, f"score corrected from {known.score} to {news.score}", news)
    return Judgement(Verdict.TAKEN, _oddity(news), news)


def is_stale(status: Status, kick_off: datetime, now: datetime) -> bool:
    """Whether a match has been in play for longer than any match lasts."""
    return status is Status.IN_PLAY and now - kick_off > STALE_AFTER


def _earliest(news: MatchNews) -> datetime:
    """When a match begins at the earliest."""
    return paris_bounds(paris_day(news.kick_off))[0] if news.hour is Hour.UNKNOWN else news.kick_off


def _completed(news: MatchNews, known: Known) -> MatchNews:
    """News of a match with what is known of it and the news lacks: the hour of that day, and the goals on the pitch.

    A source takes its own hour back by telling the day alone, unless the match is over. A score that somebody must look
    at, for a jury may have made it, replaces none that was played.
    """
    withdrawn = known.hour is Hour.KNOWN and known.told_by is news.source and news.status is not Status.FINISHED
    same_day = days_apart(news.kick_off, known.kick_off) == 0
    if news.hour is Hour.UNKNOWN and known.hour is not Hour.UNKNOWN and same_day and not withdrawn:
        hour = Hour.KNOWN if known.told_by is news.source and known.hour is Hour.KNOWN else Hour.BORROWED
        news = replace(news, kick_off=known.kick_off, hour=hour)
    both_over = news.status is known.status is Status.FINISHED and None not in {news.score, known.score}
    if both_over and news.review is not None and known.review in {None, news.review}:
        news = replace(news, score=known.score, half_time=known.half_time)
    return news


def _lends_hour(news: MatchNews, known: Known) -> bool:
    """Whether a lesser source tells the hour of a day of which the match's own source tells none."""
    new = (news.kick_off, Hour.BORROWED) != (known.kick_off, known.hour)
    day = days_apart(news.kick_off, known.kick_off) == 0
    return known.hour is not Hour.KNOWN and news.hour is not Hour.UNKNOWN and day and new


def _with_hour_of(news: MatchNews, known: Known) -> MatchNews:
    """What is known of a match, at the hour of the news."""
    return replace(
        news,
        source=known.told_by,
        told_at=known.told_at,
        hour=Hour.BORROWED,
        status=known.status,
        score=known.score,
        half_time=known.half_time,
        matchday=known.matchday,
        review=known.review,
    )


def _oddity(news: MatchNews) -> str | None:
    return "a status we do not know" if news.status is Status.HELD else news.review
