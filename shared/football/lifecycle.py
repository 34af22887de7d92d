"""How a match moves on when news of it arrives: what is taken, what is refused and what a person must look at."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from shared.football.calendar import days_apart, paris_bounds, paris_day
from shared.football.match import Hour, MatchUpdate, Score, Status
from shared.football.team import Source

MAX_IN_PLAY = timedelta(hours=8)
RESULT_OVERDUE_AFTER = timedelta(hours=6)

_FINAL = {Status.FINISHED, Status.AWARDED, Status.CANCELLED}
_ALLOWED_TRANSITIONS = {
    Status.FINISHED: _FINAL,
    Status.AWARDED: _FINAL,
    Status.CANCELLED: _FINAL | {Status.SCHEDULED, Status.POSTPONED},
}


@dataclass(frozen=True, slots=True)
class MatchState:
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

    source: Source
    source_updated_at: datetime
    kick_off: datetime
    status: Status
    score: Score | None
    half_time: Score | None
    matchday: int | None
    review: str | None
    hour: Hour = Hour.KNOWN


class Verdict(StrEnum):
    """What becomes of news."""

    APPLIED = "taken"
    UNCHANGED = "same"
    OUTDATED = "older"
    REJECTED = "refused"


@dataclass(frozen=True, slots=True)
class UpdateDecision:
    """The verdict, a sentence for whoever watches when something is odd; what is held from now on, if it is taken."""

    verdict: Verdict
    alarm: str | None = None
    applied: MatchUpdate | None = None


def evaluate_update(state: MatchState | None, update: MatchUpdate, now: datetime) -> UpdateDecision:
    """Whether news of a match replaces what is known.

    football-data.org's word outranks the CSV service's, except that the CSV service may bring a result that
    football-data.org has not brought `SILENT_AFTER` its kick-off, and the hour where that has the day alone.
    """
    if update.status is Status.FINISHED and _earliest(update) > now:
        return UpdateDecision(Verdict.REJECTED, "a result before its kick-off")
    if state is None:
        return UpdateDecision(Verdict.APPLIED, _alarm_for(update), update)
    update = _completed(update, state)
    if update.is_outranked_by(state.source):
        kick_off = update.kick_off if state.hour is Hour.UNKNOWN else state.kick_off
        late = state.status not in _FINAL and kick_off + RESULT_OVERDUE_AFTER < now and update.status is Status.FINISHED
        if not late:
            if _provides_hour(update, state):
                return UpdateDecision(Verdict.APPLIED, applied=_with_hour_from(update, state))
            differs = state.status is Status.FINISHED and update.status is Status.FINISHED and state.score != update.score
            return UpdateDecision(Verdict.OUTDATED, "the sources disagree on the score" if differs else None)
    elif state.source is update.source and update.source_updated_at < state.source_updated_at:
        return UpdateDecision(Verdict.OUTDATED)
    if (state.kick_off, state.hour, state.status, state.score, state.half_time, state.matchday, state.review) == (
        update.kick_off,
        update.hour,
        update.status,
        update.score,
        update.half_time,
        update.matchday,
        update.review,
    ):
        return UpdateDecision(Verdict.UNCHANGED)
    if update.status not in _ALLOWED_TRANSITIONS.get(state.status, set(Status)):
        return UpdateDecision(Verdict.REJECTED, f"from {state.status} to {update.status}")
    if state.status is Status.FINISHED and update.status is Status.FINISHED and state.score != update.score:
        if update.score is None:
            return UpdateDecision(Verdict.REJECTED, f"the score {state.score} would be lost")
        return UpdateDecision(Verdict.APPLIED, f"score corrected from {state.score} to {update.score}", update)
    return UpdateDecision(Verdict.APPLIED, _alarm_for(update), update)


def is_stale(status: Status, kick_off: datetime, now: datetime) -> bool:
    """Whether a match has been in play for longer than any match lasts."""
    return status is Status.IN_PLAY and now - kick_off > MAX_IN_PLAY


def _earliest(update: MatchUpdate) -> datetime:
    """When a match begins at the earliest."""
    return paris_bounds(paris_day(update.kick_off))[0] if update.hour is Hour.UNKNOWN else update.kick_off


def _completed(update: MatchUpdate, state: MatchState) -> MatchUpdate:
    """News of a match with what is known of it and the news lacks: the hour of that day, and the goals on the pitch.

    A source takes its own hour back by telling the day alone, unless the match is over. A score that somebody must look
    at, for a jury may have made it, replaces none that was played.
    """
    withdrawn = state.hour is Hour.KNOWN and state.source is update.source and update.status is not Status.FINISHED
    same_day = days_apart(update.kick_off, state.kick_off) == 0
    if update.hour is Hour.UNKNOWN and state.hour is not Hour.UNKNOWN and same_day and not withdrawn:
        hour = Hour.KNOWN if state.source is update.source and state.hour is Hour.KNOWN else Hour.BORROWED
        update = replace(update, kick_off=state.kick_off, hour=hour)
    both_over = update.status is state.status is Status.FINISHED and None not in {update.score, state.score}
    if both_over and update.review is not None and state.review in {None, update.review}:
        update = replace(update, score=state.score, half_time=state.half_time)
    return update


def _provides_hour(update: MatchUpdate, state: MatchState) -> bool:
    """Whether a lesser source tells the hour of a day of which the match's own source tells none."""
    new = (update.kick_off, Hour.BORROWED) != (state.kick_off, state.hour)
    day = days_apart(update.kick_off, state.kick_off) == 0
    return state.hour is not Hour.KNOWN and update.hour is not Hour.UNKNOWN and day and new


def _with_hour_from(update: MatchUpdate, state: MatchState) -> MatchUpdate:
    """What is known of a match, at the hour of the news."""
    return replace(
        update,
        source=state.source,
        told_at=state.source_updated_at,
        hour=Hour.BORROWED,
        status=state.status,
        score=state.score,
        half_time=state.half_time,
        matchday=state.matchday,
        review=state.review,
    )


def _alarm_for(update: MatchUpdate) -> str | None:
    return "a status we do not know" if update.status is Status.UNKNOWN else update.review
