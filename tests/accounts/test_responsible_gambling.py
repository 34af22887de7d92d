"""Limits are lowered at once and raised late, and a pause is never shortened."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.accounts.responsible_gambling import (
    INCREASE_DELAY,
    MAX_COOL_OFF,
    MIN_COOL_OFF,
    DailyActivity,
    Limit,
    LimitKind,
    Period,
    amount_spent,
    apply_change,
    cool_off_end,
    remaining,
)

D = Decimal
NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
LATER = NOW + INCREASE_DELAY
SUNDAY = date(2026, 11, 22)


@pytest.mark.case("P11")
@pytest.mark.parametrize(
    ("limit", "requested", "after"),
    [
        (Limit(), D(50), Limit(D(50))),
        (Limit(), None, Limit()),
        (Limit(D(50)), D(20), Limit(D(20))),
        (Limit(D(50)), D(0), Limit(D(0))),
        (Limit(D(50)), D(80), Limit(D(50), D(80), LATER)),
        (Limit(D(50)), None, Limit(D(50), None, LATER)),
        (Limit(D(50), D(80), LATER), D(50), Limit(D(50))),
        (Limit(D(50), D(80), LATER), D(20), Limit(D(20))),
        (Limit(D(50), D(80), NOW + timedelta(hours=1)), D(80), Limit(D(50), D(80), NOW + timedelta(hours=1))),
        (Limit(D(50), D(80), NOW + timedelta(hours=1)), D(90), Limit(D(50), D(90), LATER)),
        (Limit(D(50), None, NOW + timedelta(hours=1)), None, Limit(D(50), None, NOW + timedelta(hours=1))),
        (Limit(D(50), D(80), NOW), D(80), Limit(D(80))),
        (Limit(D(50), D(80), NOW), D(90), Limit(D(80), D(90), LATER)),
        (Limit(D(50), None, NOW), D(60), Limit(D(60))),
    ],
)
def test_lower_limits_apply_at_once_and_higher_ones_after_the_delay(
    limit: Limit, requested: Decimal | None, after: Limit
) -> None:
    """A lower limit counts at once, a higher one or none waits; a repeated request restarts no delay."""
    assert apply_change(limit, requested, NOW) == after


def test_a_raise_counts_from_its_instant_on_and_not_before() -> None:
    raised = apply_change(Limit(D(50)), D(80), NOW)
    assert raised.at(LATER - timedelta(microseconds=1)).amount == 50
    assert raised.at(LATER) == Limit(D(80))


AMOUNTS = st.none() | st.decimals(0, 1000, places=2)
WAITS = st.timedeltas(timedelta(0), timedelta(hours=60))


@pytest.mark.case("P11")
@given(st.lists(st.tuples(AMOUNTS, WAITS), max_size=12))
def test_no_sequence_of_changes_raises_a_limit_within_two_days(
    requests: list[tuple[Decimal | None, timedelta]],
) -> None:
    """Wherever a limit is higher than it was, that was requested two days ago, and nothing else since."""
    limit, now, request = Limit(), NOW, (None, NOW)
    for requested, wait in requests:
        before = limit.at(now)
        limit = apply_change(limit, requested, now)
        request = request if request[0] == requested else (requested, now)
        allowed = limit.at(now).amount
        assert before.amount is None or (allowed is not None and allowed <= before.amount)
        now += wait
        if (then := limit.at(now).amount) != allowed:
            assert then == request[0]
            assert now - request[1] >= INCREASE_DELAY


def test_periods_begin_with_the_day_the_monday_and_the_month() -> None:
    assert [period.first_day(SUNDAY) for period in Period] == [SUNDAY, date(2026, 11, 16), date(2026, 11, 1)]
    monday = date(2026, 11, 23)
    assert Period.WEEK.first_day(monday) == monday


PLAYED = [
    DailyActivity(date(2026, 10, 31), D(500), D(500)),
    DailyActivity(date(2026, 11, 1), D(40), D("-60")),
    DailyActivity(date(2026, 11, 16), D(20), D(20)),
    DailyActivity(SUNDAY, D(10), D(5)),
]


@pytest.mark.parametrize(
    ("kind", "period", "days_ago"),
    [
        (LimitKind.STAKE, Period.DAY, 10),
        (LimitKind.STAKE, Period.WEEK, 30),
        (LimitKind.STAKE, Period.MONTH, 70),
        (LimitKind.LOSS, Period.DAY, 5),
        (LimitKind.LOSS, Period.WEEK, 25),
        (LimitKind.LOSS, Period.MONTH, -35),
    ],
)
def test_amount_spent_by_kind_and_period(kind: LimitKind, period: Period, days_ago: int) -> None:
    assert amount_spent(kind, period, PLAYED, SUNDAY) == days_ago


@pytest.mark.case("L12")
def test_the_tightest_limit_counts() -> None:
    """The person's own loss limit among them."""
    limits = {
        (LimitKind.STAKE, Period.MONTH): Limit(D(100)),
        (LimitKind.LOSS, Period.WEEK): Limit(D(40)),
        (LimitKind.LOSS, Period.DAY): Limit(None),
    }
    assert remaining(limits, PLAYED, SUNDAY) == 15
    assert remaining({(LimitKind.STAKE, Period.DAY): Limit(D(5))}, PLAYED, SUNDAY) == 0
    assert remaining({(LimitKind.STAKE, Period.DAY): Limit()}, PLAYED, SUNDAY) is None
    assert remaining({}, PLAYED, SUNDAY) is None


@pytest.mark.case("P7")
@given(st.lists(st.timedeltas(MIN_COOL_OFF, MAX_COOL_OFF), min_size=1, max_size=6), WAITS)
def test_a_pause_is_never_shortened(pauses: list[timedelta], wait: timedelta) -> None:
    until, now = None, NOW
    for requested in pauses:
        before, until = until, cool_off_end(until, requested, now)
        assert until >= now + requested
        assert before is None or until >= before
        now += wait


@pytest.mark.parametrize("length", [timedelta(0), MIN_COOL_OFF - timedelta(seconds=1), MAX_COOL_OFF * 2])
def test_a_pause_lasts_a_day_to_six_months(length: timedelta) -> None:
    with pytest.raises(ValueError, match="1 to 183 days"):
        cool_off_end(None, length, NOW)
