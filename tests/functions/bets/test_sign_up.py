"""The age that a sign-up states, as far as noting bets goes: a person's own word, taken once."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.running import environment, invoke, select
from tests.supabase_service import Page, SupabaseService, supabase_service
from tests.tokens import NOW

ME, LIMITS = "/api/v1/users/me", "/api/v1/bets/limits"
STORED = "SELECT adult_declared_at, adult_declared_by FROM users"


@pytest.fixture
def supabase(url: str) -> Iterator[SupabaseService]:
    with (
        supabase_service() as supabase,
        environment(DATABASE_URL=url, CLOCK=NOW.isoformat(), LOG_LEVEL="ERROR", **supabase.settings),
    ):
        yield supabase


def is_adult(page: Page) -> bool:
    return invoke("bets", LIMITS, authorization=page.bearer).json["adult_declared"]


def update_metadata(page: Page, **data: Any) -> None:
    """The person writes something else at Supabase, and comes with a token in which it stands."""
    page.request("PUT", "/auth/v1/user", {"data": data}).raise_for_status()
    page.refresh()


@pytest.mark.parametrize("stated", [{"birth_date": "1990-05-17"}, {"is_adult": True}], ids=["date", "word"])
def test_a_sign_up_declares_and_later_changes_change_nothing(
    supabase: SupabaseService, url: str, stated: dict[str, Any]
) -> None:
    page = supabase.page().sign_up(**stated)
    assert is_adult(page)
    update_metadata(page, birth_date="2015-01-01", is_adult=False)
    assert is_adult(page)
    assert select(url, STORED) == [(NOW, "sign_up")]


def test_a_stated_birth_date_of_a_minor_is_not_overridden_by_later_metadata(
    supabase: SupabaseService, url: str
) -> None:
    """A birth date in the profile counts, as before."""
    page = supabase.page().sign_up(birth_date="2015-01-01")
    assert not is_adult(page)
    update_metadata(page, birth_date="1990-05-17", is_adult=True)
    assert not is_adult(page)
    fields = {"birth_date": "1990-05-17"}
    assert invoke("users", ME, method="PATCH", body=fields, authorization=page.bearer).status == 200
    assert is_adult(page)
    assert select(url, STORED) == [(NOW, "person")]


def test_age_can_be_declared_after_sign_up(supabase: SupabaseService) -> None:
    page = supabase.page().sign_up(full_name="Zoé")
    assert not is_adult(page)
    update_metadata(page, is_adult=True)
    assert is_adult(page)


@pytest.mark.parametrize("road", ["profile", "limits", "stake", "bet"])
def test_a_sign_ups_age_declaration_counts_on_every_route_that_needs_it(
    supabase: SupabaseService, url: str, road: str
) -> None:
    authorization = supabase.page().sign_up(is_adult=True).bearer
    match road:
        case "profile":
            invoke("users", ME, authorization=authorization)
        case "limits":
            invoke("bets", LIMITS, method="PUT", body={}, authorization=authorization)
        case "stake":
            assert invoke("bets", "/api/v1/bets/kelly?odds=2&confidence=60", authorization=authorization).status == 200
        case _:
            request = {"match_id": 1, "prediction": "home_win", "odds": 2, "amount": 1}
            response = invoke("bets", "/api/v1/bets", method="POST", body=request, authorization=authorization)
            assert response.status == 404, "there is no such match; the age was no obstacle"
    if road in {"profile", "stake"}:
        assert select(url, STORED) == [(NOW, "sign_up")]


def test_a_token_that_was_made_before_a_change_does_not_undo_it(supabase: SupabaseService, url: str) -> None:
    page = supabase.page().sign_up(birth_date="1990-05-17")
    old = page.bearer
    assert is_adult(page)
    supabase.now += timedelta(minutes=5)
    update_metadata(page, birth_date=None)
    assert invoke("users", ME, authorization=old).json["adult_declared_at"] == "2026-11-22T15:00:00Z"
    assert is_adult(page)
    assert select(url, STORED) == [(NOW, "sign_up")]
