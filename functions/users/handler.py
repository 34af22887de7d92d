"""Users' profiles, preferences, favourites and data rights. HTTP: /api/v1/users/…, /api/v1/user/…."""

from datetime import timedelta
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Query, Response

from functions.users import schemas
from functions.users.account_deletion import delete_account
from functions.users.club_news import team_news, team_summary
from shared.accounts.legal_age import is_of_age
from shared.accounts.plans import Reader
from shared.football.calendar import paris_day
from shared.runtime import clock, wiring
from shared.services import supabase_sync
from shared.stores.football import search, teams
from shared.stores.football.teams import TeamRow
from shared.stores.people import favourites, gdpr, preferences, users
from shared.stores.people.favourites import FavouriteRow
from shared.stores.people.preferences import PreferencesRow
from shared.stores.people.users import UserRow
from shared.web.app import Connection, RequestLanguage, http_app, lambda_handler
from shared.web.authentication import Person, SignedIn, require_user_id
from shared.web.errors import BadRequest, NotFound
from shared.web.idempotency import idempotent
from shared.web.params import MatchId, TeamId, find_match, require_match, resolve_competition_code, shown_competitions
from shared.web.registration import register
from shared.web.schemas import displayed_date, team_search_result

app = http_app("users")

USERS, DATA = "/api/v1/users", "/api/v1/user"
RECENT = timedelta(days=365)
MAX_FAVOURITES = 500
"""Per user."""


@app.get(f"{USERS}/me", operation_id="get_current_profile_api_v1_users_me_get", tags=["Users"])
async def read_profile(reader: SignedIn, db: Connection) -> schemas.UserProfileResponse:
    """The user's profile."""
    return _profile(reader, register(db, reader, clock.now()))


@app.patch(f"{USERS}/me", operation_id="update_profile_api_v1_users_me_patch", tags=["Users"])
async def change_profile(reader: Person, update: schemas.UserProfileUpdate) -> schemas.UserProfileResponse:
    """Change the user's name, or declare them to be of legal age."""
    user_id, now, db = require_user_id(reader), clock.now(), wiring.database()
    if update.birth_date is not None and not is_of_age(update.birth_date, paris_day(now)):
        raise BadRequest("not_of_age")
    changes_name = "full_name" in update.model_fields_set
    with db.transaction():
        register(db, reader, now)
        if changes_name:
            users.set_name(db, user_id, update.full_name or None)
        if update.birth_date is not None:
            users.declare_adult(db, user_id, now)
        row = users.get_or_create(db, user_id, now)
    if changes_name:
        supabase_sync.sync_after_commit(supabase_sync.sync_name, user_id)
    return _profile(reader, row)


@app.get(f"{USERS}/me/stats", operation_id="get_user_stats_api_v1_users_me_stats_get", tags=["Users"])
async def read_stats(reader: SignedIn, db: Connection) -> schemas.UserStatsResponse:
    """The user's usage statistics."""
    user_id, now = require_user_id(reader), clock.now()
    competitions = preferences.of_person(db, user_id).favorite_competitions
    return schemas.UserStatsResponse(
        favorite_competition=competitions[0] if competitions else None,
        member_since_days=(now - users.get_or_create(db, user_id, now).created_at).days,
        favorites=favourites.count(db, user_id),
    )


@app.get(f"{USERS}/me/export", operation_id="exportMyData", tags=["Users"])
async def export(reader: Person, response: Response) -> schemas.ExportResponse:
    """All stored data about the user (GDPR, articles 15 and 20)."""
    user_id, db, admin = require_user_id(reader), wiring.database(), wiring.supabase_admin()
    with db.transaction():
        tables = gdpr.export_user(db, user_id)
    identity = admin.export(user_id) if admin else None
    response.headers["Content-Disposition"] = 'attachment; filename="paris-sportif.json"'
    return schemas.ExportResponse(
        user_id=user_id, exported_at=clock.now(), tables=tables, sign_in=identity or {"email": reader.email}
    )


@app.delete(f"{USERS}/me", operation_id="deleteMe", tags=["Users"], status_code=HTTPStatus.NO_CONTENT)
async def delete_me(reader: Person) -> None:
    """Delete the account permanently (GDPR, article 17); its token is rejected from the next request."""
    delete_account(require_user_id(reader))


@app.get(f"{USERS}/me/preferences", operation_id="get_preferences_api_v1_users_me_preferences_get", tags=["Users"])
async def read_my_preferences(reader: SignedIn, db: Connection) -> schemas.UserPreferencesResponse:
    """The user's preferences and club."""
    return _with_club(db, preferences.of_person(db, require_user_id(reader)))


@app.put(f"{USERS}/me/preferences", operation_id="update_preferences_api_v1_users_me_preferences_put", tags=["Users"])
async def change_my_preferences(
    reader: Person, db: Connection, update: schemas.UserPreferencesUpdate
) -> schemas.UserPreferencesResponse:
    """Change some of the user's preferences or their club."""
    club = update.favorite_team_id
    if club is not None and teams.get(db, club) is None:
        raise BadRequest("unknown_team", name=club)
    return _with_club(db, preferences.change(db, require_user_id(reader), _changes(update), clock.now()))


@app.get(f"{USERS}/teams/search", operation_id="search_teams_api_v1_users_teams_search_get", tags=["Users"])
async def search_teams(
    reader: SignedIn,
    db: Connection,
    q: Annotated[str, Query(min_length=2, max_length=100)],
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> schemas.TeamSearchResponse:
    """Search clubs by any spelling of their names."""
    now, codes = clock.now(), list(shown_competitions())
    clubs = search.find_teams(db, q, codes, now - RECENT, limit)
    return schemas.TeamSearchResponse(teams=[team_search_result(club) for club in clubs], total=len(clubs))


@app.get(
    f"{USERS}/teams/{{team_id}}/news",
    operation_id="get_team_news_api_v1_users_teams__team_id__news_get",
    tags=["Users"],
)
async def read_team_news(
    reader: SignedIn, db: Connection, team_id: TeamId, limit: Annotated[int, Query(ge=1, le=20)] = 5
) -> schemas.TeamNewsResponse:
    """A club's news."""
    return team_news(db, _require_club(db, team_id), clock.now(), limit)


@app.get(
    f"{USERS}/teams/{{team_id}}/summary",
    operation_id="get_team_summary_api_v1_users_teams__team_id__summary_get",
    tags=["Users"],
)
async def read_team_summary(
    reader: SignedIn, db: Connection, language: RequestLanguage, team_id: TeamId
) -> schemas.TeamSummaryResponse:
    """A text summary of a club: form, table position, absences."""
    return team_summary(db, _require_club(db, team_id), clock.now(), language)


@app.post(f"{DATA}/favorites", operation_id="add_favorite_api_v1_user_favorites_post", tags=["User Data"])
@idempotent
async def add_favourite(reader: SignedIn, db: Connection, request: schemas.FavoriteCreate) -> schemas.FavoriteResponse:
    """Follow a match."""
    user_id, now, match = require_user_id(reader), clock.now(), require_match(db, request.match_id)
    if favourites.count(db, user_id) >= MAX_FAVOURITES:
        raise BadRequest("too_many_favourites", most=MAX_FAVOURITES)
    favourite_id = favourites.add(db, user_id, match.match_id, request.note, request.notify_before_match, now)
    if favourite_id is None:
        raise BadRequest("already_favourite")
    return schemas.FavoriteResponse(
        id=favourite_id,
        match_id=match.match_id,
        note=request.note,
        notify_before_match=request.notify_before_match,
        created_at=now,
        home_team=match.home_name,
        away_team=match.away_name,
        match_date=displayed_date(match.kick_off, hour_known=match.hour_known),
        hour_known=match.hour_known,
        competition=_competition(match.competition),
    )


@app.get(f"{DATA}/favorites", operation_id="list_favorites_api_v1_user_favorites_get", tags=["User Data"])
async def list_favourites(
    reader: SignedIn,
    db: Connection,
    offset: Annotated[int, Query(ge=0, le=MAX_FAVOURITES)] = 0,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> schemas.FavoriteListResponse:
    """The matches that the user follows."""
    user_id = require_user_id(reader)
    rows = favourites.page(db, user_id, limit, offset)
    total = rows[0].total if rows else favourites.count(db, user_id)
    return schemas.FavoriteListResponse(favorites=[_favourite(row) for row in rows], total=total)


@app.delete(
    DATA + "/favorites/{match_id}",
    operation_id="remove_favorite_api_v1_user_favorites__match_id__delete",
    tags=["User Data"],
)
async def remove_favourite(reader: SignedIn, db: Connection, match_id: MatchId) -> schemas.FavoriteRemoved:
    """Unfollow a match."""
    match = find_match(db, match_id)
    if match is None or not favourites.remove(db, require_user_id(reader), match.match_id):
        raise NotFound("unknown_favourite")
    return schemas.FavoriteRemoved(match_id=match.match_id)


@app.get(f"{DATA}/preferences", operation_id="get_preferences_api_v1_user_preferences_get", tags=["User Data"])
async def read_preferences(reader: SignedIn, db: Connection) -> schemas.PreferencesResponse:
    """The user's preferences."""
    return schemas.PreferencesResponse.model_validate(preferences.of_person(db, require_user_id(reader)))


@app.put(f"{DATA}/preferences", operation_id="update_preferences_api_v1_user_preferences_put", tags=["User Data"])
async def change_preferences(
    reader: Person, db: Connection, update: schemas.PreferencesUpdate
) -> schemas.PreferencesResponse:
    """Change some of the user's preferences."""
    return schemas.PreferencesResponse.model_validate(
        preferences.change(db, require_user_id(reader), _changes(update), clock.now())
    )


def _changes(update: schemas.PreferencesUpdate) -> dict[str, Any]:
    """The fields to change. Null leaves a preference unchanged, as the frontend expects, but removes the club."""
    changes = update.model_dump(exclude_unset=True)
    changes = {name: value for name, value in changes.items() if value is not None or name == "favorite_team_id"}
    if update.favorite_competitions:
        changes["favorite_competitions"] = list(
            dict.fromkeys(map(resolve_competition_code, update.favorite_competitions))
        )
    return changes


def _with_club(db: Connection, row: PreferencesRow) -> schemas.UserPreferencesResponse:
    response = schemas.UserPreferencesResponse.model_validate(row)
    club = teams.get(db, row.favorite_team_id) if row.favorite_team_id is not None else None
    if club is not None:
        response.favorite_team = schemas.FavoriteTeamInfo(
            id=club.team_id,
            name=club.name,
            short_name=club.short_name,
            logo_url=club.crest_url,
            country=club.country or None,
        )
    return response


def _require_club(db: Connection, team_id: int) -> TeamRow:
    club = teams.get(db, team_id)
    if club is None:
        raise NotFound("unknown_team", name=team_id)
    return club


def _profile(reader: Reader, row: UserRow) -> schemas.UserProfileResponse:
    return schemas.UserProfileResponse(
        id=require_user_id(reader),
        email=reader.email,
        full_name=row.full_name if row.name_set or row.full_name else reader.sign_up.full_name,
        role=reader.plan,
        created_at=row.created_at,
        adult_declared_at=row.adult_declared_at,
    )


def _favourite(row: FavouriteRow) -> schemas.FavoriteResponse:
    return schemas.FavoriteResponse(
        id=row.favourite_id,
        match_id=row.match_id,
        note=row.note,
        notify_before_match=row.notify_before_match,
        created_at=row.created_at,
        home_team=row.home_name,
        away_team=row.away_name,
        match_date=displayed_date(row.kick_off, hour_known=row.hour_known),
        hour_known=row.hour_known,
        competition=_competition(row.competition),
    )


def _competition(code: str) -> str:
    shown = shown_competitions().get(code)
    return shown.name if shown else code


handler = lambda_handler(app)
