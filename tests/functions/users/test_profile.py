"""Profiles, statistics and preferences of users."""

import json
from datetime import timedelta
from typing import Any

import pytest

from shared.accounts.plans import Plan
from shared.runtime import wiring
from shared.stores.football import teams
from shared.stores.people import accounts, users
from tests.factories import club
from tests.functions.users.api import DATA, FAVOURITES, ME, get, matches, send
from tests.running import select
from tests.supabase_service import SupabaseService
from tests.tokens import ALICE, BOB, NOW

DEFAULTS = {
    "language": "fr",
    "timezone": "Europe/Paris",
    "odds_format": "decimal",
    "dark_mode": True,
    "email_daily_picks": True,
    "email_match_results": False,
    "push_daily_picks": True,
    "push_match_start": False,
    "push_bet_results": True,
    "default_stake": 10.0,
    "risk_level": "medium",
    "favorite_competitions": [],
}


def test_a_profile_combines_the_token_and_the_account(database: str) -> None:
    assert get(ME) == {
        "id": str(ALICE),
        "email": "alice@example.com",
        "full_name": None,
        "role": "free",
        "created_at": "2026-11-22T15:00:00Z",
        "adult_declared_at": None,
    }
    accounts.set_plan(wiring.database(), ALICE, Plan.ELITE, NOW)
    assert get(ME)["role"] == "elite"


def test_a_name_can_be_changed_left_out_and_cleared(database: str) -> None:
    assert send("PATCH", ME, {"full_name": "  Zoé d'Été 🔑  "}).json["full_name"] == "Zoé d'Été 🔑"
    assert send("PATCH", ME, {}).json["full_name"] == "Zoé d'Été 🔑"
    assert get(ME, BOB)["full_name"] is None
    assert send("PATCH", ME, {"full_name": None}).json["full_name"] is None
    assert send("PATCH", ME, {"full_name": ""}).json["full_name"] is None


def test_a_name_is_copied_to_supabase_which_may_fail(supabase: SupabaseService) -> None:
    assert send("PATCH", ME, {"full_name": "Zoé"}).status == 200
    assert supabase.name_of(ALICE) == ("Zoé", "Zoé")
    send("PATCH", ME, {"birth_date": "1990-01-01"})
    supabase.status = 500
    assert send("PATCH", ME, {"full_name": "Zo"}).json["full_name"] == "Zo"
    assert supabase.name_of(ALICE) == ("Zoé", "Zoé")


@pytest.mark.case("P10")
def test_a_declaration_of_age_is_stored_and_the_birth_date_is_not(database: str) -> None:
    response = send("PATCH", ME, {"birth_date": "2008-11-22"})
    assert (response.status, response.json["adult_declared_at"]) == (200, "2026-11-22T15:00:00Z")
    assert "2008" not in repr(select(database, "SELECT p FROM users p"))


@pytest.mark.case("P10")
def test_a_birth_date_under_18_is_rejected(database: str) -> None:
    response = send("PATCH", ME, {"birth_date": "2008-11-23", "full_name": "Kid"})
    assert (response.status, response.json["detail"]) == (
        400,
        "Il faut avoir 18 ans : les jeux d'argent sont interdits aux mineurs.",
    )
    assert select(database, "SELECT count(*) FROM users") == [(0,)]


@pytest.mark.case("A14", "H2", "H3")
@pytest.mark.parametrize(
    "fields",
    [
        {"full_name": "x" * 101},
        {"full_name": "line\r\nbreak"},
        {"full_name": "\rline"},
        {"full_name": 7},
        {"birth_date": "1899-12-31"},
        {"birth_date": "soon"},
        {"role": "admin"},
        {"id": str(BOB)},
        {"email": "b@example.com"},
        {"adult_declared_at": "2020-01-01T00:00:00Z"},
    ],
    ids=str,
)
def test_an_invalid_profile_is_rejected(database: str, fields: dict[str, Any]) -> None:
    response = send("PATCH", ME, fields)
    assert response.status == 422
    assert response.json["detail"][0]["loc"][:2] == ["body", next(iter(fields))]


@pytest.mark.case("H2", "H4")
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", ME, b'{"full_name": "nul\\u0000"}'),
        ("PATCH", ME, b'{"full_name": "\\ud800"}'),
        ("PUT", f"{DATA}/preferences", b'{"timezone": "nul\\u0000"}'),
        ("PUT", f"{DATA}/preferences", b'{"default_stake": NaN}'),
        ("PUT", f"{DATA}/preferences", b'{"default_stake": Infinity}'),
        ("POST", FAVOURITES, b'{"match_id": 1, "note": "nul\\u0000"}'),
    ],
)
def test_invalid_json_bodies_are_rejected(database: str, method: str, path: str, body: bytes) -> None:
    assert send(method, path, body).status in {400, 422}


def test_stats_are_the_persons_own_and_unknown_ones_are_null(database: str) -> None:
    users.get_or_create(wiring.database(), ALICE, NOW - timedelta(days=41, hours=1))
    (match_id,) = matches(("Arsenal", "Chelsea"))
    send("POST", FAVOURITES, {"match_id": match_id})
    send("PUT", f"{DATA}/preferences", {"favorite_competitions": ["FL1", "PL"]})
    assert get(f"{ME}/stats") == {
        "total_predictions_viewed": None,
        "favorite_competition": "FL1",
        "member_since_days": 41,
        "favorites": 1,
    }
    assert get(f"{ME}/stats", BOB) == {
        "total_predictions_viewed": None,
        "favorite_competition": None,
        "member_since_days": 0,
        "favorites": 0,
    }


def test_both_preference_routes_share_one_row(database: str) -> None:
    assert get(f"{DATA}/preferences") == DEFAULTS
    assert get(f"{ME}/preferences") == DEFAULTS | {"favorite_team_id": None, "favorite_team": None}
    changed = send("PUT", f"{DATA}/preferences", {"language": "en", "default_stake": 12.5, "dark_mode": None})
    assert changed.json == DEFAULTS | {"language": "en", "default_stake": 12.5}
    other = send("PUT", f"{ME}/preferences", {"risk_level": "low", "favorite_competitions": ["pl", "PL", "FL1"]})
    expected = DEFAULTS | {
        "language": "en",
        "default_stake": 12.5,
        "risk_level": "low",
        "favorite_competitions": ["PL", "FL1"],
    }
    assert other.json == expected | {"favorite_team_id": None, "favorite_team": None}
    assert get(f"{DATA}/preferences") == expected
    assert get(f"{DATA}/preferences", BOB) == DEFAULTS
    assert send("PUT", f"{DATA}/preferences", {"favorite_competitions": []}).json["favorite_competitions"] == []


def test_a_favourite_club_can_be_set_left_out_and_cleared(database: str) -> None:
    """Left out it stays; null clears it."""
    arsenal = club("Arsenal")
    teams.put(wiring.database(), [arsenal])
    chosen = send("PUT", f"{ME}/preferences", {"favorite_team_id": arsenal.team_id})
    assert chosen.json["favorite_team"] == {
        "id": arsenal.team_id,
        "name": "Arsenal",
        "short_name": "Arsenal",
        "logo_url": None,
        "country": "ENG",
    }
    assert send("PUT", f"{ME}/preferences", {"language": "en"}).json["favorite_team_id"] == arsenal.team_id
    assert "favorite_team" not in send("PUT", f"{DATA}/preferences", {"language": "fr"}).json
    assert get(f"{ME}/preferences")["favorite_team_id"] == arsenal.team_id
    cleared = send("PUT", f"{ME}/preferences", {"favorite_team_id": None}).json
    assert (cleared["favorite_team_id"], cleared["favorite_team"]) == (None, None)
    refused = send("PUT", f"{ME}/preferences", {"favorite_team_id": 7, "language": "en"})
    assert (refused.status, refused.json["detail"]) == (400, "Le club « 7 » est inconnu.")
    assert get(f"{ME}/preferences")["language"] == "fr"


@pytest.mark.case("A14", "H3", "H4")
@pytest.mark.parametrize(
    "fields",
    [
        {"language": "de"},
        {"odds_format": "DECIMAL"},
        {"dark_mode": "yes"},
        {"push_daily_picks": 1},
        {"default_stake": 0},
        {"default_stake": -1},
        {"default_stake": 0.001},
        {"default_stake": "5"},
        {"default_stake": 1e9},
        {"risk_level": "all-in"},
        {"favorite_competitions": ["PL"] * 21},
        {"favorite_competitions": "PL"},
        {"favorite_competitions": [7]},
        {"user_id": str(BOB)},
    ],
    ids=str,
)
@pytest.mark.parametrize("path", [f"{DATA}/preferences", f"{ME}/preferences"])
def test_malformed_preferences_are_rejected(database: str, path: str, fields: dict[str, Any]) -> None:
    response = send("PUT", path, json.dumps(fields).encode())
    assert response.status == 422
    assert get(f"{DATA}/preferences") == DEFAULTS


@pytest.mark.case("H3")
@pytest.mark.parametrize("club_id", [0, -1, 2**31, 2**63, "12", True, 1.5])
def test_an_invalid_club_is_rejected(database: str, club_id: Any) -> None:
    assert send("PUT", f"{ME}/preferences", {"favorite_team_id": club_id}).status == 422


def test_an_unknown_competition_is_rejected(database: str) -> None:
    refused = send("PUT", f"{DATA}/preferences", {"favorite_competitions": ["XX"]})
    assert refused.status == 400
    assert "XX" in refused.json["detail"]


@pytest.mark.parametrize("zone", ["Europe/Nowhere", "../etc/passwd", "", "Europe"])
@pytest.mark.parametrize("path", [f"{DATA}/preferences", f"{ME}/preferences"])
def test_an_unknown_time_zone_is_rejected(database: str, path: str, zone: str) -> None:
    refused = send("PUT", path, {"timezone": zone})
    message = f"Le fuseau horaire {zone} est inconnu ; la base IANA les nomme comme Europe/Paris."
    assert (refused.status, refused.json["detail"]) == (400, message)
    assert get(f"{DATA}/preferences") == DEFAULTS


@pytest.mark.case("H9")
def test_clubs_are_found_by_any_spelling(database: str) -> None:
    teams.put(wiring.database(), [club("Arsenal"), club("Chelsea")])
    body = get("/api/v1/users/teams/search?q=arse")
    assert (body["total"], body["teams"][0]["name"], body["teams"][0]["country"]) == (1, "Arsenal", "ENG")
    assert send("GET", "/api/v1/users/teams/search?q=a").status == 422
    assert send("GET", "/api/v1/users/teams/search?q=ab&limit=51").status == 422
    assert get("/api/v1/users/teams/search?q=%27%3B--")["total"] == 0
