from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.accounts.legal_age import is_of_age


@pytest.mark.case("P10")
@pytest.mark.parametrize(
    ("born", "today", "expected"),
    [
        (date(2008, 11, 22), date(2026, 11, 22), True),
        (date(2008, 11, 23), date(2026, 11, 22), False),
        (date(2008, 2, 29), date(2026, 2, 28), False),
        (date(2008, 2, 29), date(2026, 3, 1), True),
        (date(2027, 1, 1), date(2026, 11, 22), False),
    ],
)
def test_a_person_is_of_age_on_their_eighteenth_birthday(born: date, today: date, expected: bool) -> None:
    assert is_of_age(born, today) is expected


@given(st.dates(date(1900, 1, 1), date(2090, 1, 1)), st.dates(date(1900, 1, 1), date(2090, 1, 1)))
def test_of_age_today_implies_of_age_tomorrow(born: date, today: date) -> None:
    assert not is_of_age(born, today) or is_of_age(born, today + timedelta(days=1))
