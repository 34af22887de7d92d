"""People over HTTP: their profile, their wishes, their matches, and their rights."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from functions.users import handler
from shared.accounts.plans import Plan
from shared.football.calendar import last_minute
from shared.football.match import Hour
from shared.runtime import wiring
from shared.runtime.settings import settings
from shared.stores.database import connect
from shared.stores.football import teams
from shared.stores.people import accounts, preferences, users
from tests.factories import club, insert_matches, match_update
from tests.running import HttpResponse, environment, invoke, rows_of, select
from tests.supabase_service import SupabaseService, supabase_service
from tests.tokens import ALICE, BOB, NOW, SUPABASE, bearer

ME, DATA = "/api/v1/users/me", "/api/v1/user"
FAVOURITES = f"{DATA}/favorites"
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


@pytest.fixture
def database(url: str) -> Iterator[str]:
    with environment(DATABASE_URL=url, CLOCK=NOW.isoformat(), **SUPABASE):
        yield url


@pytest.fixture
def supabase(database: str) -> Iterator[SupabaseService]:
    """The bundle with the project's secret key."""
    with supabase_service() as service:
        service.add(ALICE, "alice@example.com")
        with environment(DATABASE_URL=database, CLOCK=NOW.isoformat(), **service.settings):
            yield service


def send(method: str, path: str, body: Any = None, user: Any = ALICE, **headers: Any) -> HttpResponse:
    issuer = settings().supabase_url + "/auth/v1"
    all_headers = {"authorization": bearer(NOW, sub=str(user), iss=issuer), **headers}
    return invoke("users", path, method=method, body=body, **all_headers)


def get(path: str, user: Any = ALICE) -> Any:
    response = send("GET", path, user=user)
    assert response.status == 200, response.body
    return response.json


def matches(*pairs: tuple[str, str]) -> list[int]:
    """Matches of the Premier League; their ids."""
    return insert_matches(wiring.database(), *(match_update(home, away) for home, away in pairs))


def test_a_profile_is_what_the_token_and_we_know(database: str) -> None:
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


def test_a_name_is_changed_kept_and_taken_back(database: str) -> None:
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
def test_a_declaration_to_be_of_age_is_kept_and_the_date_of_birth_is_not(database: str) -> None:
    response = send("PATCH", ME, {"birth_date": "2008-11-22"})
    assert (response.status, response.json["adult_declared_at"]) == (200, "2026-11-22T15:00:00Z")
    assert "2008" not in repr(select(database, "SELECT p FROM users p"))


@pytest.mark.case("P10")
def test_nobody_under_18_is_believed_to_be_of_age(database: str) -> None:
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
def test_a_profile_that_cannot_be_is_refused(database: str, fields: dict[str, Any]) -> None:
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
def test_a_body_that_no_json_should_hold_is_refused(database: str, method: str, path: str, body: bytes) -> None:
    assert send(method, path, body).status in {400, 422}


def test_stats_are_the_persons_own_and_say_nothing_that_we_do_not_know(database: str) -> None:
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


def test_a_club_is_chosen_kept_and_taken_away(database: str) -> None:
    """Left out it stays; null takes it away."""
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
def test_a_club_that_cannot_be_is_refused(database: str, club_id: Any) -> None:
    assert send("PUT", f"{ME}/preferences", {"favorite_team_id": club_id}).status == 422


def test_a_competition_that_there_is_not_is_refused(database: str) -> None:
    refused = send("PUT", f"{DATA}/preferences", {"favorite_competitions": ["XX"]})
    assert refused.status == 400
    assert "XX" in refused.json["detail"]


@pytest.mark.parametrize("zone", ["Europe/Nowhere", "../etc/passwd", "", "Europe"])
@pytest.mark.parametrize("path", [f"{DATA}/preferences", f"{ME}/preferences"])
def test_a_zone_that_there_is_not_is_refused(database: str, path: str, zone: str) -> None:
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


def test_a_match_is_followed_listed_and_followed_no_longer(database: str) -> None:
    (match_id,) = matches(("Arsenal", "Chelsea"))
    request = {"match_id": match_id, "prediction_id": 9, "note": "le derby\n🔥", "notify_before_match": False}
    response = send("POST", FAVOURITES, request)
    assert response.status == 200
    assert response.json | {"id": 0} == {
        "id": 0,
        "match_id": match_id,
        "prediction_id": None,
        "note": "le derby\n🔥",
        "notify_before_match": False,
        "created_at": "2026-11-22T15:00:00Z",
        "home_team": "Arsenal",
        "away_team": "Chelsea",
        "match_date": "2024-04-27T14:00:00Z",
        "hour_known": True,
        "competition": "Premier League",
    }
    assert get(FAVOURITES) == {"favorites": [response.json], "total": 1}
    again = send("POST", FAVOURITES, request)
    assert (again.status, again.json["detail"]) == (400, "Ce match est déjà dans vos favoris.")
    removed = send("DELETE", f"{FAVOURITES}/{match_id}")
    assert (removed.status, removed.json) == (200, {"status": "removed", "match_id": match_id})
    assert get(FAVOURITES) == {"favorites": [], "total": 0}
    assert send("DELETE", f"{FAVOURITES}/{match_id}").status == 404


def test_the_total_is_the_total_whatever_the_page(database: str) -> None:
    ids = matches(("Arsenal", "Chelsea"), ("Everton", "Burnley"), ("Fulham", "Brentford"))
    for match_id in ids:
        send("POST", FAVOURITES, {"match_id": match_id})
    for query, expected in (("?limit=2", 2), ("?limit=2&offset=2", 1), ("?offset=3", 0), ("", 3)):
        page = get(FAVOURITES + query)
        assert (page["total"], len(page["favorites"])) == (3, expected)
    assert get(FAVOURITES, BOB)["total"] == 0


@pytest.mark.case("H3", "H7")
@pytest.mark.parametrize(
    "query", ["?limit=0", "?limit=-1", "?limit=101", "?limit=1000000000", "?offset=-1", "?offset=9223372036854775808"]
)
def test_a_page_that_cannot_be_is_refused(database: str, query: str) -> None:
    assert send("GET", FAVOURITES + query).status == 422


@pytest.mark.case("A14", "H2", "H3")
@pytest.mark.parametrize(
    "fields",
    [
        {"match_id": -1},
        {"match_id": 0},
        {"match_id": 2**63},
        {"match_id": "1e9"},
        {"match_id": True},
        {"match_id": None},
        {"note": "x" * 501},
        {"notify_before_match": "true"},
        {"user_id": str(BOB)},
        {"created_at": "2020-01-01"},
    ],
    ids=str,
)
def test_a_favourite_that_cannot_be_is_refused(database: str, fields: dict[str, Any]) -> None:
    (match_id,) = matches(("Arsenal", "Chelsea"))
    assert send("POST", FAVOURITES, {"match_id": match_id, **fields}).status == 422
    assert get(FAVOURITES)["total"] == 0


def test_a_match_that_there_is_not_cannot_be_followed(database: str) -> None:
    response = send("POST", FAVOURITES, {"match_id": 7})
    assert (response.status, response.json["detail"]) == (404, "Ce match est inconnu.")


def test_a_person_follows_so_many_matches_at_most(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handler, "MAX_FAVOURITES", 1)
    first, second = matches(("Arsenal", "Chelsea"), ("Everton", "Burnley"))
    assert send("POST", FAVOURITES, {"match_id": first}).status == 200
    refused = send("POST", FAVOURITES, {"match_id": second}, accept_language="en")
    assert (refused.status, refused.json["detail"]) == (
        400,
        "You already follow 1 matches; please remove one first.",
    )


def test_a_repeated_favourite_request_gets_the_first_response(database: str) -> None:
    """4.1: the same key gets the same answer."""
    (match_id,) = matches(("Arsenal", "Chelsea"))
    first, again = (send("POST", FAVOURITES, {"match_id": match_id}, idempotency_key="k") for _ in range(2))
    assert (first.status, first.json) == (again.status, again.json)
    assert again.headers["idempotent-replayed"] == "true"
    assert get(FAVOURITES)["total"] == 1


@pytest.mark.case("P1")
def test_an_export_is_everything_that_is_held_and_nothing_of_anybody_else(database: str) -> None:
    (match_id,) = matches(("Arsenal", "Chelsea"))
    for user, name in ((ALICE, "Alice"), (BOB, "Robert")):
        send("PATCH", ME, {"full_name": name}, user)
        send("POST", FAVOURITES, {"match_id": match_id, "note": f"of {name}"}, user)
        send("PUT", f"{DATA}/preferences", {"default_stake": 12.5}, user)
    response = send("GET", f"{ME}/export")
    assert response.headers["content-disposition"] == 'attachment; filename="paris-sportif.json"'
    assert response.headers["cache-control"] == "no-store"
    body = response.json
    assert (body["user_id"], body["sign_in"]) == (str(ALICE), {"email": "alice@example.com"})
    assert body["exported_at"] == f"{NOW:%Y-%m-%dT%H:%M:%SZ}"
    assert [row["full_name"] for row in body["tables"]["users"]] == ["Alice"]
    assert [row["note"] for row in body["tables"]["favourites"]] == ["of Alice"]
    assert body["tables"]["preferences"][0]["default_stake"] == "12.50"
    assert "Robert" not in response.body
    assert str(BOB) not in response.body


@pytest.mark.case("P1")
def test_an_export_tells_what_supabase_holds_or_fails(supabase: SupabaseService) -> None:
    """Half an export would pass for a whole one."""
    body = get(f"{ME}/export")["sign_in"]
    assert (body["email"], body["identities"]) == ("alice@example.com", [])
    assert [row["email"] for row in body["user_profiles"]] == ["alice@example.com"]
    supabase.status = 500
    assert send("GET", f"{ME}/export").status == 503


@pytest.mark.case("P2", "A19")
def test_whoever_leaves_is_forgotten_and_their_token_refused(supabase: SupabaseService, url: str) -> None:
    """Nobody else is forgotten or refused."""
    (match_id,) = matches(("Arsenal", "Chelsea"))
    for user in (ALICE, BOB):
        accounts.set_plan(wiring.database(), user, Plan.ELITE, NOW)
        send("PATCH", ME, {"full_name": "Somebody"}, user)
        send("POST", FAVOURITES, {"match_id": match_id}, user)
        send("PUT", f"{DATA}/preferences", {"language": "en"}, user)
    issuer = settings().supabase_url + "/auth/v1"
    key = invoke(
        "api_keys",
        "/api/v1/keys",
        method="POST",
        body={"name": "mine"},
        authorization=bearer(NOW, iss=issuer),
    ).json["key"]
    response = send("DELETE", ME)
    assert (response.status, response.body) == (204, "")
    assert supabase.project.users == supabase.project.profiles == {}
    tables = {table for table, rows in rows_of(url).items() if str(ALICE) in str(rows)}
    assert tables == {"accounts", "deletions"}
    for method, path in (("GET", ME), ("GET", FAVOURITES), ("DELETE", ME)):
        refused = send(method, path)
        assert (refused.status, refused.json["detail"]) == (401, "Ce compte n'existe plus.")
    assert invoke("matches", "/api/v1/matches/competitions", x_api_key=key).status == 401
    assert get(FAVOURITES, BOB)["total"] == 1


@pytest.mark.case("A17")
def test_a_key_may_follow_matches_but_not_take_or_delete_what_is_held(database: str) -> None:
    accounts.set_plan(wiring.database(), ALICE, Plan.ELITE, NOW)
    request = {"name": "mine", "scopes": ["read", "write"]}
    key = invoke("api_keys", "/api/v1/keys", method="POST", body=request, authorization=bearer(NOW)).json["key"]
    assert invoke("users", FAVOURITES, x_api_key=key).status == 200
    for method, path in (("GET", f"{ME}/export"), ("DELETE", ME)):
        assert invoke("users", path, method=method, x_api_key=key).status == 403


@pytest.mark.case("P3")
def test_a_failure_tells_nobody_who_it_was(database: str, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    """Neither token nor address stands in a log line, whatever the text of an error repeats."""
    token = bearer(NOW)

    def fail(*_: Any) -> None:
        raise LookupError(f"alice@example.com sent {token} and ps_live_{'A' * 43}")

    monkeypatch.setattr(preferences, "of_person", fail)
    assert send("GET", f"{ME}/preferences", authorization=token).status == 500
    output = capsys.readouterr().out
    assert "LookupError" in output
    assert not [secret for secret in ("alice", "eyJ", "ps_live_A", token) if secret in output]


def test_a_match_without_an_hour_is_followed_by_its_day(database: str) -> None:
    day = (NOW + timedelta(days=2)).date()
    with connect(database, "test") as db:
        coming = match_update(
            "Everton", "Fulham", external_id="d", kick_off=last_minute(day), hour=Hour.UNKNOWN, source_updated_at=NOW
        )
        (match_id,) = insert_matches(db, coming, now=NOW)
    body = send("POST", FAVOURITES, {"match_id": match_id}).json
    (listed,) = get(FAVOURITES)["favorites"]
    assert [(favourite["match_date"], favourite["hour_known"]) for favourite in (body, listed)] == 2 * [
        (f"{day}T00:00:00Z", False)
    ]
