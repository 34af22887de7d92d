"""What becomes of news of a match."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.football.lifecycle import RESULT_OVERDUE_AFTER, MatchState, Verdict, evaluate_update, is_stale
from shared.football.match import Club, Hour, MatchUpdate, Score, Status
from shared.football.team import Source

UK, ORG = Source.FOOTBALL_DATA_UK, Source.FOOTBALL_DATA_ORG
KICK_OFF = datetime(2026, 10, 24, 19, tzinfo=UTC)
UPDATED = KICK_OFF - timedelta(days=2)
AFTER = KICK_OFF + timedelta(hours=3)
NEXT_DAY = KICK_OFF + timedelta(days=1)
OVER = {Status.FINISHED, Status.AWARDED, Status.CANCELLED}


def update(
    status: Status,
    score: Score | None = None,
    *,
    by: Source = ORG,
    at: datetime = UPDATED,
    kick_off: datetime = KICK_OFF,
    review: str | None = None,
) -> MatchUpdate:
    return MatchUpdate(
        source=by,
        external_id="1",
        source_updated_at=at,
        competition="PL",
        season=2026,
        stage="REGULAR_SEASON",
        matchday=9,
        home=Club(None, by, "A"),
        away=Club(None, by, "B"),
        kick_off=kick_off,
        status=status,
        score=score,
        half_time=None,
        review=review,
        payload="",
    )


def state_from(update: MatchUpdate) -> MatchState:
    return MatchState(
        source=update.source,
        source_updated_at=update.source_updated_at,
        kick_off=update.kick_off,
        status=update.status,
        score=update.score,
        half_time=update.half_time,
        matchday=update.matchday,
        review=update.review,
        hour=update.hour,
    )


HOURS = st.integers(-96, 96).map(lambda hours: timedelta(hours=hours))
SCORES = st.none() | st.builds(Score, st.integers(0, 3), st.integers(0, 3))
NEWS = st.builds(
    lambda status, score, by, at, moved, review: update(
        status, score, by=by, at=UPDATED + at, kick_off=KICK_OFF + moved, review=review
    ),
    st.sampled_from(Status),
    SCORES,
    st.sampled_from([UK, ORG]),
    HOURS,
    HOURS,
    st.sampled_from([None, "no score after 90 minutes"]),
)
NOW = HOURS.map(lambda hours: KICK_OFF + hours)


def test_the_first_update_of_a_match_is_applied():
    assert evaluate_update(None, update(Status.SCHEDULED), UPDATED) == evaluate_update(
        None, update(Status.SCHEDULED), AFTER
    )
    assert evaluate_update(None, update(Status.SCHEDULED), UPDATED).verdict is Verdict.APPLIED
    assert evaluate_update(None, update(Status.SCHEDULED), UPDATED).alarm is None


@pytest.mark.parametrize(
    ("before", "newer", "now"),
    [
        pytest.param(
            update(Status.SCHEDULED),
            update(Status.POSTPONED, at=KICK_OFF - timedelta(hours=1)),
            AFTER,
            marks=pytest.mark.case("J1"),
            id="postponed",
        ),
        pytest.param(
            update(Status.POSTPONED),
            update(Status.SCHEDULED, at=AFTER, kick_off=KICK_OFF + timedelta(days=30)),
            NEXT_DAY,
            marks=pytest.mark.case("J1"),
            id="a new date",
        ),
        pytest.param(
            update(Status.SCHEDULED),
            update(Status.SCHEDULED, at=UPDATED + timedelta(hours=1), kick_off=NEXT_DAY),
            UPDATED + timedelta(hours=2),
            marks=pytest.mark.case("J2"),
            id="moved by a day",
        ),
        pytest.param(
            update(Status.IN_PLAY),
            update(Status.SUSPENDED, at=AFTER),
            AFTER,
            marks=pytest.mark.case("J3"),
            id="abandoned",
        ),
        pytest.param(
            update(Status.SUSPENDED),
            update(Status.FINISHED, Score(1, 0), at=NEXT_DAY, kick_off=NEXT_DAY - timedelta(hours=2)),
            NEXT_DAY,
            marks=pytest.mark.case("J3"),
            id="finished next day",
        ),
        pytest.param(
            update(Status.POSTPONED),
            update(Status.CANCELLED, at=AFTER),
            AFTER,
            marks=pytest.mark.case("J4"),
            id="cancelled",
        ),
        pytest.param(
            update(Status.CANCELLED),
            update(Status.SCHEDULED, at=AFTER, kick_off=NEXT_DAY),
            AFTER,
            marks=pytest.mark.case("J4"),
            id="undone",
        ),
        pytest.param(
            update(Status.SUSPENDED),
            update(Status.AWARDED, at=AFTER),
            AFTER,
            marks=pytest.mark.case("J5"),
            id="awarded",
        ),
        pytest.param(
            update(Status.FINISHED, Score(1, 0)),
            update(Status.AWARDED, at=AFTER),
            AFTER,
            marks=pytest.mark.case("J5"),
            id="by a jury later",
        ),
        pytest.param(
            update(Status.UNKNOWN),
            update(Status.SCHEDULED, at=AFTER),
            AFTER,
            marks=pytest.mark.case("E8"),
            id="a word that we know again",
        ),
    ],
)
def test_a_lawful_move_is_taken_without_alarm(before: MatchUpdate, newer: MatchUpdate, now: datetime):
    judgement = evaluate_update(state_from(before), newer, now)
    assert (judgement.verdict, judgement.alarm) == (Verdict.APPLIED, None)


@pytest.mark.case("J13")
@pytest.mark.parametrize("ended", [Status.FINISHED, Status.AWARDED])
@pytest.mark.parametrize("status", [Status.SCHEDULED, Status.IN_PLAY, Status.POSTPONED, Status.SUSPENDED])
def test_a_match_that_is_over_does_not_begin_again(ended: Status, status: Status):
    judgement = evaluate_update(state_from(update(ended, Score(2, 1))), update(status, at=AFTER), NEXT_DAY)
    assert judgement.verdict is Verdict.REJECTED
    assert judgement.alarm == f"from {ended} to {status}"


@pytest.mark.case("J8")
def test_a_corrected_score_is_applied_with_an_alarm():
    judgement = evaluate_update(
        state_from(update(Status.FINISHED, Score(2, 1))), update(Status.FINISHED, Score(2, 2), at=AFTER), NEXT_DAY
    )
    assert judgement.verdict is Verdict.APPLIED
    assert judgement.alarm == "score corrected from 2-1 to 2-2"
    assert judgement.applied == update(Status.FINISHED, Score(2, 2), at=AFTER)


@pytest.mark.case("E8")
def test_an_unknown_status_raises_an_alarm():
    first = evaluate_update(None, update(Status.UNKNOWN), UPDATED)
    assert (first.verdict, first.alarm) == (Verdict.APPLIED, "a status we do not know")
    later = evaluate_update(state_from(update(Status.SCHEDULED)), update(Status.UNKNOWN, at=AFTER), AFTER)
    assert (later.verdict, later.alarm) == (Verdict.APPLIED, "a status we do not know")
    over = evaluate_update(
        state_from(update(Status.FINISHED, Score(2, 1))), update(Status.UNKNOWN, at=NEXT_DAY), NEXT_DAY
    )
    assert (over.verdict, over.alarm) == (Verdict.REJECTED, "from finished to unknown")


def test_an_update_without_a_score_does_not_replace_a_result():
    state = state_from(update(Status.FINISHED, Score(2, 1)))
    judgement = evaluate_update(state, update(Status.FINISHED, at=NEXT_DAY, review="no score"), NEXT_DAY)
    assert (judgement.verdict, judgement.alarm) == (Verdict.REJECTED, "the score 2-1 would be lost")


def test_an_update_that_needs_review_raises_an_alarm():
    judgement = evaluate_update(
        state_from(update(Status.IN_PLAY)), update(Status.FINISHED, at=AFTER, review="no score after 90 minutes"), AFTER
    )
    assert (judgement.verdict, judgement.alarm) == (Verdict.APPLIED, "no score after 90 minutes")


@pytest.mark.parametrize("before", [None, state_from(update(Status.SCHEDULED)), state_from(update(Status.UNKNOWN))])
def test_a_result_before_its_kick_off_is_rejected(before: MatchState | None):
    newer = update(Status.FINISHED, Score(1, 0), at=KICK_OFF - timedelta(seconds=2))
    early, on_time = (
        evaluate_update(before, newer, KICK_OFF - timedelta(seconds=1)),
        evaluate_update(before, newer, KICK_OFF),
    )
    assert (early.verdict, early.alarm) == (Verdict.REJECTED, "a result before its kick-off")
    assert on_time.verdict is Verdict.APPLIED


def test_an_older_update_of_the_same_source_is_outdated_without_an_alarm():
    judgement = evaluate_update(
        state_from(update(Status.SCHEDULED, at=UPDATED)),
        update(Status.POSTPONED, at=UPDATED - timedelta(seconds=1)),
        AFTER,
    )
    assert (judgement.verdict, judgement.alarm) == (Verdict.OUTDATED, None)


def test_the_csv_service_does_not_move_a_match_of_football_data_org():
    newer = update(Status.SCHEDULED, by=UK, at=AFTER, kick_off=NEXT_DAY)
    assert evaluate_update(state_from(update(Status.SCHEDULED, by=ORG)), newer, AFTER).verdict is Verdict.OUTDATED


def test_football_data_org_reschedules_a_match_of_the_csv_service_even_with_an_older_update():
    newer = update(Status.SCHEDULED, by=ORG, at=UPDATED - timedelta(days=9), kick_off=NEXT_DAY)
    assert evaluate_update(state_from(update(Status.SCHEDULED, by=UK)), newer, UPDATED).verdict is Verdict.APPLIED


@pytest.mark.parametrize("status", [Status.SCHEDULED, Status.IN_PLAY, Status.SUSPENDED, Status.POSTPONED])
def test_the_csv_services_result_applies_once_football_data_orgs_is_overdue(status: Status):
    before, newer = state_from(update(status, by=ORG)), update(Status.FINISHED, Score(1, 1), by=UK, at=AFTER)
    assert evaluate_update(before, newer, KICK_OFF + RESULT_OVERDUE_AFTER).verdict is Verdict.OUTDATED
    assert (
        evaluate_update(before, newer, KICK_OFF + RESULT_OVERDUE_AFTER + timedelta(seconds=1)).verdict
        is Verdict.APPLIED
    )


@pytest.mark.parametrize("status", sorted(OVER))
def test_the_csv_service_never_replaces_a_final_status_of_football_data_org(status: Status):
    newer = update(Status.FINISHED, Score(1, 1), by=UK, at=NEXT_DAY)
    assert (
        evaluate_update(state_from(update(status, Score(1, 1), by=ORG)), newer, NEXT_DAY + RESULT_OVERDUE_AFTER).verdict
        is Verdict.OUTDATED
    )


def test_sources_that_disagree_on_a_score_raise_an_alarm():
    state = state_from(update(Status.FINISHED, Score(2, 1), by=ORG))
    other, same = (update(Status.FINISHED, Score(2, goals), by=UK, at=NEXT_DAY) for goals in (2, 1))
    assert evaluate_update(state, other, NEXT_DAY).alarm == "the sources disagree on the score"
    assert evaluate_update(state, same, NEXT_DAY).alarm is None


@given(st.none() | NEWS.map(state_from), NEWS, NOW)
def test_reapplying_an_applied_update_is_unchanged(before: MatchState | None, update: MatchUpdate, now: datetime):
    if evaluate_update(before, update, now).verdict is Verdict.APPLIED:
        again = evaluate_update(state_from(update), update, now)
        assert (again.verdict, again.alarm) == (Verdict.UNCHANGED, None)


@pytest.mark.parametrize("change", [{"half_time": Score(1, 0)}, {"matchday": 10}, {"review": "look"}])
def test_any_new_value_in_an_update_is_applied(change: dict[str, Any]):
    before = update(Status.FINISHED, Score(2, 1))
    assert evaluate_update(state_from(before), replace(before, **change), NEXT_DAY).verdict is Verdict.APPLIED


@given(NEWS, NEWS, NOW)
def test_an_update_is_unchanged_only_if_it_alters_no_state(before: MatchUpdate, update: MatchUpdate, now: datetime):
    if evaluate_update(state_from(before), update, now).verdict is Verdict.UNCHANGED:
        if update.status is Status.FINISHED and update.review is not None:  # such a score replaces none
            update = replace(update, score=before.score, half_time=before.half_time)
        as_before = state_from(replace(update, source=before.source, source_updated_at=before.source_updated_at))
        assert as_before == state_from(before)


@pytest.mark.case("J13")
@given(NEWS, NEWS, NOW)
def test_a_final_status_is_replaced_only_by_a_final_one(before: MatchUpdate, update: MatchUpdate, now: datetime):
    if evaluate_update(state_from(before), update, now).verdict is Verdict.APPLIED and before.status in OVER - {
        Status.CANCELLED
    }:
        assert update.status in OVER


@given(NEWS, NEWS, NOW)
def test_an_older_update_of_one_source_is_never_applied(before: MatchUpdate, update: MatchUpdate, now: datetime):
    older = replace(update, source=before.source, source_updated_at=before.source_updated_at - timedelta(seconds=1))
    assert evaluate_update(state_from(before), older, now).verdict in {Verdict.OUTDATED, Verdict.REJECTED}


LAST_MINUTE = datetime(2026, 10, 24, 21, 59, tzinfo=UTC)
"""Of the day of the kick-off in Paris: what a source sends that has only the day."""


def day_alone(status: Status, score: Score | None = None, *, by: Source = ORG, at: datetime = UPDATED) -> MatchUpdate:
    return replace(update(status, score, by=by, at=at, kick_off=LAST_MINUTE), hour=Hour.UNKNOWN)


@pytest.mark.case("J1")
def test_an_hour_of_the_other_source_stays_when_the_first_sends_the_day_again() -> None:
    borrowed = replace(state_from(update(Status.SCHEDULED)), hour=Hour.BORROWED)
    applied = evaluate_update(borrowed, day_alone(Status.POSTPONED, at=AFTER), AFTER).applied
    assert applied is not None
    assert (applied.status, applied.kick_off, applied.hour) == (Status.POSTPONED, KICK_OFF, Hour.BORROWED)


def test_a_source_withdraws_its_own_hour_unless_the_match_is_over() -> None:
    known = state_from(update(Status.SCHEDULED))
    withdrawn = evaluate_update(known, day_alone(Status.SCHEDULED, at=AFTER), AFTER).applied
    assert withdrawn is not None
    assert (withdrawn.kick_off, withdrawn.hour) == (LAST_MINUTE, Hour.UNKNOWN)
    over = evaluate_update(known, day_alone(Status.FINISHED, Score(1, 0), at=AFTER), AFTER).applied
    assert over is not None
    assert (over.kick_off, over.hour, over.score) == (KICK_OFF, Hour.KNOWN, Score(1, 0))


def test_another_sources_hour_is_borrowed_when_the_better_source_has_only_the_day() -> None:
    applied = evaluate_update(state_from(update(Status.SCHEDULED, by=UK)), day_alone(Status.SCHEDULED), UPDATED).applied
    assert applied is not None
    assert (applied.source, applied.kick_off, applied.hour) == (ORG, KICK_OFF, Hour.BORROWED)
    next_day = replace(day_alone(Status.SCHEDULED), kick_off=LAST_MINUTE + timedelta(days=1))
    moved = evaluate_update(state_from(update(Status.SCHEDULED, by=UK)), next_day, UPDATED).applied
    assert moved == next_day


def test_the_csv_service_gives_nothing_but_its_hour_on_a_day_without_one() -> None:
    planned = replace(day_alone(Status.SCHEDULED), matchday=12, review="look")
    state = replace(state_from(planned), half_time=Score(0, 1))
    other = update(Status.POSTPONED, Score(3, 0), by=UK, at=AFTER)
    decision = evaluate_update(state, other, AFTER)
    expected = replace(planned, half_time=Score(0, 1), kick_off=KICK_OFF, hour=Hour.BORROWED)
    expected = replace(expected, home=other.home, away=other.away)
    assert (decision.verdict, decision.alarm, decision.applied) == (Verdict.APPLIED, None, expected)
    other_day = update(Status.SCHEDULED, by=UK, at=AFTER, kick_off=NEXT_DAY)
    assert evaluate_update(state, other_day, AFTER).verdict is Verdict.OUTDATED
    again = update(Status.SCHEDULED, by=UK, at=AFTER)
    assert evaluate_update(replace(state, kick_off=KICK_OFF, hour=Hour.BORROWED), again, AFTER).verdict is (
        Verdict.OUTDATED
    )


def test_a_result_without_an_hour_may_come_on_its_day() -> None:
    """The day begins at midnight in Paris, 22:00 in UTC the day before."""
    result, midnight = day_alone(Status.FINISHED, Score(1, 0)), datetime(2026, 10, 23, 22, tzinfo=UTC)
    assert evaluate_update(None, result, midnight).verdict is Verdict.APPLIED
    assert evaluate_update(None, result, midnight - timedelta(seconds=1)).verdict is Verdict.REJECTED


@pytest.mark.case("J5")
@pytest.mark.parametrize("review", [None, "awarded?"])
def test_a_score_under_review_does_not_replace_the_played_one(review: str | None) -> None:
    played = replace(update(Status.FINISHED, Score(2, 1), review=review), half_time=Score(1, 0))
    awarded = replace(update(Status.FINISHED, Score(3, 0), at=NEXT_DAY, review="awarded?"), matchday=10)
    applied = evaluate_update(state_from(played), awarded, NEXT_DAY).applied
    assert applied == replace(awarded, score=Score(2, 1), half_time=Score(1, 0))
    cleared = evaluate_update(state_from(played), replace(awarded, review=None), NEXT_DAY).applied
    assert cleared is not None
    assert cleared.score == Score(3, 0)


@pytest.mark.case("J9")
@pytest.mark.parametrize(
    ("status", "since", "stale"),
    [
        (Status.IN_PLAY, timedelta(hours=8), False),
        (Status.IN_PLAY, timedelta(hours=8, seconds=1), True),
        (Status.SUSPENDED, timedelta(hours=9), False),
        (Status.FINISHED, timedelta(hours=9), False),
        (Status.SCHEDULED, timedelta(hours=9), False),
    ],
)
def test_no_match_is_in_play_for_more_than_eight_hours(status: Status, since: timedelta, stale: bool):
    assert is_stale(status, KICK_OFF, KICK_OFF + since) is stale
