from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.accounts.plans import ANONYMOUS_READER, Plan, plan_from_metadata

ROLES = ("premium", "elite", "admin")


def test_each_plan_covers_itself_and_those_below_and_no_other() -> None:
    order = ["anonymous", "free", "premium", "elite", "admin"]
    assert [plan.value for plan in Plan] == order
    for one, other in product(Plan, Plan):
        assert one.covers(other) is (order.index(one) >= order.index(other))


@pytest.mark.parametrize("role", [*ROLES, "free"])
def test_the_role_that_we_wrote_into_a_token_is_the_plan(role: str) -> None:
    assert plan_from_metadata({"role": role, "provider": "email"}) == role


@given(st.none() | st.text() | st.integers() | st.booleans() | st.lists(st.sampled_from(ROLES)) | st.sampled_from(
    ["anonymous", "Admin", "ADMIN", " admin", "service_role", "authenticated"]
))  # fmt: skip
def test_plan_is_free_for_any_other_role(role: object) -> None:
    if role not in ROLES:
        assert plan_from_metadata({"role": role, "plan": "elite", "tier": "admin"}) is Plan.FREE
    assert plan_from_metadata({"Role": role}) is Plan.FREE


def test_the_anonymous_reader_has_neither_user_id_nor_plan() -> None:
    assert (
        ANONYMOUS_READER.user_id,
        ANONYMOUS_READER.plan,
        ANONYMOUS_READER.by_key,
        ANONYMOUS_READER.second_factor,
    ) == (None, Plan.ANONYMOUS, False, False)
