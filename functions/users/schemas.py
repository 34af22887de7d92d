"""What people are asked and told about themselves, under the frontend's names."""

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
    CompetitionName,
)
from shared.web.schemas import ArticleType, TeamSearchResult

Language = Annotated[Literal["fr", "en", "nl"], STRING_IN_SCHEMA]
OddsFormat = Annotated[Literal["decimal", "fractional", "american"], STRING_IN_SCHEMA]
RiskLevel = Annotated[Literal["low", "medium", "high"], STRING_IN_SCHEMA]
LINES = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$"
"""As `LINE`, but with tabs and ends of lines."""


def _timezone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise BadRequest("unknown_zone", zone=name) from None  # it is well formed
    return name


class UserProfileResponse(BaseModel):
    """A person. `role` is their plan, or `admin`; `created_at` is when they were first here."""

    id: UUID
    email: str | None
    full_name: str | None
    role: str
    created_at: datetime | None
    adult_declared_at: datetime | None = None


class UserProfileUpdate(BaseModel):
    """What a person says of themselves; what is left out stays.

    A date of birth declares to be of age. It is looked at and not kept.
    """

    model_config = ConfigDict(extra="forbid")

    full_name: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100, pattern=SINGLE_LINE)] | None = (
        None
    )
    birth_date: Annotated[date, Field(ge=date(1900, 1, 1)), ISO_DATE_ONLY] | None = None


class UserStatsResponse(BaseModel):
    """What we know of a person's use. What they read we do not watch, so that `total_predictions_viewed` is null."""

    total_predictions_viewed: int | None = None
    favorite_competition: str | None = None
    member_since_days: int
    favorites: int


class PreferencesResponse(BaseModel):
    """What a person wishes for; the stake in euros."""

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
    """A person's club."""

    id: int
    name: str
    short_name: str
    logo_url: str | None = None
    country: str | None = None


class UserPreferencesResponse(PreferencesResponse):
    """What a person wishes for, and their club."""

    favorite_team_id: int | None = None
    favorite_team: FavoriteTeamInfo | None = None


class PreferencesUpdate(BaseModel):
    """Wishes; one that is left out or null stays as it was."""

    model_config = ConfigDict(extra="forbid")

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
    """Wishes, and a club; null for none, left out for the one that it was."""

    favorite_team_id: Annotated[int, Field(ge=1, lt=2**31), INTEGER_ONLY] | None = None


class TeamSearchResponse(BaseModel):
    """Clubs that were found, the best fits first."""

    teams: list[TeamSearchResult]
    total: int


class FavoriteCreate(BaseModel):
    """A match to follow. A forecast is known by its match: `prediction_id` says nothing more and is not kept."""

    model_config = ConfigDict(extra="forbid")

    match_id: Annotated[int, Field(ge=1, lt=MAX_ID), INTEGER_ONLY, ALLOW_EXTERNAL_ID]
    prediction_id: Annotated[int, Field(ge=1, lt=MAX_ID), INTEGER_ONLY] | None = None
    note: Annotated[str, StringConstraints(max_length=500, pattern=LINES)] | None = None
    notify_before_match: StrictBool = True


class FavoriteResponse(BaseModel):
    """A match that a person follows."""

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
    """Matches that a person follows, what they added last first; `total` is how many there are in all."""

    favorites: list[FavoriteResponse]
    total: int


class FavoriteRemoved(BaseModel):
    """A match that is followed no longer."""

    status: Literal["removed"] = "removed"
    match_id: int


class ExportResponse(BaseModel):
    """Everything that we hold about a person: the rows of our tables, and what they sign in with."""

    user_id: UUID
    exported_at: datetime
    tables: dict[str, list[dict[str, Any]]]
    sign_in: dict[str, Any]


class TeamNewsArticle(BaseModel):
    """An article on a club. `category` is what it is about, as of all news."""

    id: str
    category: ArticleType
    title: str
    source: str
    url: str | None = None
    published_at: str | None = None


class TeamNewsResponse(BaseModel):
    """The news of a club, newest first, each story once."""

    team_id: int
    team_name: str
    news: list[TeamNewsArticle]
    total: int


class NextMatch(BaseModel):
    """A club's next match in the competitions that are forecast."""

    match_id: int
    opponent: str
    date: datetime
    hour_known: bool = True
    is_home: bool


class TeamSummaryResponse(BaseModel):
    """A club in plain words; `form` has its last matches, newest first, `injuries_count` stories of who cannot play."""

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
