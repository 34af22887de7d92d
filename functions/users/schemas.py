"""Request and response models of users, under the frontend's field names."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, StringConstraints

from shared.web.errors import BadRequest
from shared.web.money import Stake
from shared.web.params import (
    ALLOW_EXTERNAL_ID,
    INTEGER_ONLY,
    ISO_DATE_ONLY,
    MAX_ID,
    SINGLE_LINE,
    STRING_IN_SCHEMA,
    STRIPPED,
    CompetitionName,
)
from shared.web.schemas import ArticleType, TeamSearchResult
from shared.web.strict_json import RequestModel

Language = Annotated[Literal["fr", "en", "nl"], STRING_IN_SCHEMA]
OddsFormat = Annotated[Literal["decimal", "fractional", "american"], STRING_IN_SCHEMA]
RiskLevel = Annotated[Literal["low", "medium", "high"], STRING_IN_SCHEMA]
LINES = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$"
"""Like `LINE`, but also allows tabs and line breaks."""


def _timezone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise BadRequest("unknown_zone", zone=name) from None  # a 400: the value is well formed
    return name


class UserProfileResponse(BaseModel):
    """A user. `role` is their plan, or `admin`; `created_at` is when they were first seen."""

    id: UUID
    email: str | None
    full_name: str | None
    role: str
    created_at: datetime | None
    adult_declared_at: datetime | None = None


class UserProfileUpdate(RequestModel):
    """Changes of a profile; fields left out stay unchanged.

    A date of birth declares to be of legal age. It is checked and not stored.
    """

    full_name: Annotated[str, Field(max_length=100, pattern=SINGLE_LINE), STRIPPED] | None = None
    birth_date: Annotated[date, Field(ge=date(1900, 1, 1)), ISO_DATE_ONLY] | None = None


class UserStatsResponse(BaseModel):
    """Usage statistics. Page views are not tracked, so `total_predictions_viewed` is null."""

    total_predictions_viewed: int | None = None
    favorite_competition: str | None = None
    member_since_days: int
    favorites: int


class PreferencesResponse(BaseModel):
    """A user's preferences; the stake is in euros."""

    model_config = ConfigDict(from_attributes=True)

    language: Language
    timezone: str
    odds_format: OddsFormat
    dark_mode: bool
    email_daily_picks: bool
    email_match_results: bool
    push_daily_picks: bool
    push_match_start: bool
    push_bet_results: bool
    default_stake: float
    risk_level: RiskLevel
    favorite_competitions: list[str]


class FavoriteTeamInfo(BaseModel):
    """A user's favourite club."""

    id: int
    name: str
    short_name: str
    logo_url: str | None = None
    country: str | None = None


class UserPreferencesResponse(PreferencesResponse):
    """A user's preferences and club."""

    favorite_team_id: int | None = None
    favorite_team: FavoriteTeamInfo | None = None


class PreferencesUpdate(RequestModel):
    """Changes of preferences; fields left out or null stay unchanged."""

    language: Language | None = None
    timezone: (
        Annotated[str, StringConstraints(max_length=50, pattern=SINGLE_LINE), AfterValidator(_timezone)] | None
    ) = None
    odds_format: OddsFormat | None = None
    dark_mode: StrictBool | None = None
    email_daily_picks: StrictBool | None = None
    email_match_results: StrictBool | None = None
    push_daily_picks: StrictBool | None = None
    push_match_start: StrictBool | None = None
    push_bet_results: StrictBool | None = None
    default_stake: Stake | None = None
    risk_level: RiskLevel | None = None
    favorite_competitions: Annotated[list[CompetitionName], Field(max_length=20)] | None = None


class UserPreferencesUpdate(PreferencesUpdate):
    """Changes of preferences and of the club; a null club removes it, one left out stays unchanged."""

    favorite_team_id: Annotated[int, Field(ge=1, lt=2**31), INTEGER_ONLY] | None = None


class TeamSearchResponse(BaseModel):
    """Clubs found, best matches first."""

    teams: list[TeamSearchResult]
    total: int


class FavoriteCreate(RequestModel):
    """A match to follow. `prediction_id` is accepted for compatibility and ignored."""

    match_id: Annotated[int, Field(ge=1, lt=MAX_ID), INTEGER_ONLY, ALLOW_EXTERNAL_ID]
    prediction_id: Annotated[int, Field(ge=1, lt=MAX_ID), INTEGER_ONLY] | None = None
    note: Annotated[str, StringConstraints(max_length=500, pattern=LINES)] | None = None
    notify_before_match: StrictBool = True


class FavoriteResponse(BaseModel):
    """A match that a user follows."""

    id: int
    match_id: int
    prediction_id: int | None = None
    note: str | None
    notify_before_match: bool
    created_at: datetime
    home_team: str | None = None
    away_team: str | None = None
    match_date: datetime | None = None
    hour_known: bool = True
    competition: str | None = None


class FavoriteListResponse(BaseModel):
    """A page of followed matches, last added first; `total` counts them all."""

    favorites: list[FavoriteResponse]
    total: int


class FavoriteRemoved(BaseModel):
    """A match that was unfollowed."""

    status: Literal["removed"] = "removed"
    match_id: int


class ExportResponse(BaseModel):
    """All stored data about a user: rows by table, and sign-in data."""

    user_id: UUID
    exported_at: datetime
    tables: dict[str, list[dict[str, Any]]]
    sign_in: dict[str, Any]


class TeamNewsArticle(BaseModel):
    """An article on a club."""

    id: str
    category: ArticleType
    title: str
    source: str
    url: str | None = None
    published_at: str | None = None


class TeamNewsResponse(BaseModel):
    """A club's news, newest first, one article per story."""

    team_id: int
    team_name: str
    news: list[TeamNewsArticle]
    total: int


class NextMatch(BaseModel):
    """A club's next match in forecast competitions."""

    match_id: int
    opponent: str
    date: datetime
    hour_known: bool = True
    is_home: bool


class TeamSummaryResponse(BaseModel):
    """A club's summary; `form` lists its last results, newest first, `injuries_count` counts stories on absences."""

    team_id: int
    team_name: str
    summary: str
    form: list[str]
    position: int | None = None
    points: int | None = None
    competition: str | None = None
    injuries_count: int = 0
    next_match: NextMatch | None = None
    generated_at: str
