"""What people write of themselves at Supabase, of which anything may come."""

from datetime import date
from typing import Any

import pytest

from shared.accounts.sign_up import SignUp, parse_sign_up

TODAY = date(2026, 11, 22)


def test_sign_up_has_name_birth_date_and_declaration() -> None:
    written = {"full_name": " Zoé ", "birth_date": "1990-05-17", "is_adult": True, "role": "admin", "email": "x"}
    assert parse_sign_up(written) == SignUp("Zoé", date(1990, 5, 17), True)


@pytest.mark.parametrize(
    "written",
    [
        {},
        {"full_name": 5, "birth_date": 1990, "is_adult": "true"},
        {"full_name": "", "birth_date": "yesterday", "is_adult": 1},
        {"full_name": "x" * 101, "birth_date": "1899-12-31", "is_adult": None},
        {"full_name": "two\nlines", "birth_date": "1990-02-30", "is_adult": [True]},
        {"full_name": ["Zoé"], "birth_date": {"year": 1990}},
    ],
)
def test_sign_up_ignores_malformed_fields(written: dict[str, Any]) -> None:
    assert parse_sign_up(written) == SignUp()


@pytest.mark.parametrize(
    ("sign_up", "stated"),
    [
        (SignUp(birth_date=date(2008, 11, 22)), True),
        (SignUp(birth_date=date(2008, 11, 23)), False),
        (SignUp(is_adult=True), True),
        (SignUp(birth_date=date(2008, 11, 23), is_adult=True), False),
        (SignUp(birth_date=date(2026, 11, 23)), None),
        (SignUp("Zoé"), None),
    ],
    ids=["18 today", "18 tomorrow", "a word", "a date against a word", "not born", "nothing"],
)
def test_sign_up_declares_legal_age_by_birth_date_or_declaration(sign_up: SignUp, stated: bool | None) -> None:
    assert sign_up.declares_adult(TODAY) is stated
