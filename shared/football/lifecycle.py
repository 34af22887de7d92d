"""Match state machine: which updates are applied, rejected or flagged for review."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from operator import attrgetter

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


_compared = attrgetter("kick_off", "hour", "status", "score", "half_time", "matchday", "review")


@dataclass(frozen=True, slots=True)
class MatchState:
    """The stored state of a match."""

    source: Source
    source_updated_at: datetime  # when the source last changed it
    kick_off: datetime
    status: Status
    score: Score | None
    half_time: Score | None
    matchday: int | None
    review: str | None
    hour: Hour = Hour.KNOWN


class Verdict(StrEnum):
    """Outcome of an update."""

    APPLIED = "applied"
    UNCHANGED = "unchanged"
    OUTDATED = "outdated"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class UpdateDecision:
    """The verdict, an alarm message if something is unusual, and the update to apply, if any."""

    verdict: Verdict
    alarm: str | None = None
    applied: MatchUpdate | None = None


def evaluate_update(state: MatchState | None, update: MatchUpdate, now: datetime) -> UpdateDecision:
    """Decide whether an update replaces the stored state.

    football-data.org takes precedence over the CSV files, with two exceptions: a result that football-data.org still
    lacks `RESULT_OVERDUE_AFTER` kick-off, and a kick-off time where football-data.org has only a date.
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
            differs = (
                state.status is Status.FINISHED and update.status is Status.FINISHED and state.score != update.score
            )
            return UpdateDecision(Verdict.OUTDATED, "the sources disagree on the score" if differs else None)
    elif state.source is update.source and update.source_updated_at < state.source_updated_at:
        return UpdateDecision(Verdict.OUTDATED)
    if _compared(state) == _compared(update):
        return UpdateDecision(Verdict.UNCHANGED)
    if update.status not in _ALLOWED_TRANSITIONS.get(state.status, set(Status)):
        return UpdateDecision(Verdict.REJECTED, f"from {state.status} to {update.status}")
    if state.status is Status.FINISHED and update.status is Status.FINISHED and state.score != update.score:
        if update.score is None:
            return UpdateDecision(Verdict.REJECTED, f"the score {state.score} would be lost")
        return UpdateDecision(Verdict.APPLIED, f"score corrected from {state.score} to {update.score}", update)
    return UpdateDecision(Verdict.APPLIED, _alarm_for(update), update)


def is_stale(status: Status, kick_off: datetime, now: datetime) -> bool:
    """Whether a match has been in play for longer than `MAX_IN_PLAY`."""
    return status is Status.IN_PLAY and now - kick_off > MAX_IN_PLAY


def _earliest(update: MatchUpdate) -> datetime:
    """The earliest possible kick-off."""
    return paris_bounds(paris_day(update.kick_off))[0] if update.hour is Hour.UNKNOWN else update.kick_off


def _completed(update: MatchUpdate, state: MatchState) -> MatchUpdate:
    """Fill in what an update lacks from the stored state: the kick-off time on the same day, and the played score.

    A source withdraws its own kick-off time by sending a date alone, unless the match is finished. A score under
    review, possibly awarded, does not replace a played score.
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
    """Whether an outranked source provides a kick-off time on a day for which the match's source has none."""
    new = (update.kick_off, Hour.BORROWED) != (state.kick_off, state.hour)
    day = days_apart(update.kick_off, state.kick_off) == 0
    return state.hour is not Hour.KNOWN and update.hour is not Hour.UNKNOWN and day and new


def _with_hour_from(update: MatchUpdate, state: MatchState) -> MatchUpdate:
    """The stored state with the kick-off time of the update."""
    return replace(
        update,
        source=state.source,
        source_updated_at=state.source_updated_at,
        hour=Hour.BORROWED,
        status=state.status,
        score=state.score,
        half_time=state.half_time,
        matchday=state.matchday,
        review=state.review,
    )


def _alarm_for(update: MatchUpdate) -> str | None:
    return "a status we do not know" if update.status is Status.UNKNOWN else update.review
