from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.accounts.account_status import DELETED, NO_ACCOUNT, AccountStatus, parse
from shared.accounts.plans import Plan

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)


@given(
    st.sampled_from([*Plan, DELETED, NO_ACCOUNT]),
    st.none() | st.datetimes(timezones=st.sampled_from([UTC])),
)
def test_parse_is_the_inverse_of_serialize(plan: str, until: datetime | None) -> None:
    assert parse(AccountStatus(plan, until).serialize()) == AccountStatus(plan, until)


@pytest.mark.parametrize("text", [None, "", "changed", "king", "premium yesterday", "premium 2026-11-22T15:00:00"])
def test_parse_rejects_any_other_text(text: str | None) -> None:
    assert parse(text) is None


@pytest.mark.case("P7")
def test_a_pause_ends_at_its_instant() -> None:
    status = AccountStatus("free", NOW)
    assert status.paused(NOW - timedelta(microseconds=1))
    assert not status.paused(NOW)
    assert not AccountStatus("free").paused(NOW)
