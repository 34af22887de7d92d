"""Response schemas that several functions share: match status, data source, team."""

from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Literal

from pydantic import BaseModel

from shared.explanations.translations import Language, translate
from shared.football.articles import ArticleKind
from shared.football.calendar import paris_day
from shared.football.match import Status
from shared.runtime.settings import settings
from shared.stores.football.teams import TeamRow

DisplayStatus = Literal["scheduled", "live", "finished", "postponed"]
DISPLAY_STATUS: Mapping[Status, DisplayStatus] = {
    Status.SCHEDULED: "scheduled",
    Status.UNKNOWN: "scheduled",
    Status.IN_PLAY: "live",
    Status.FINISHED: "finished",
    Status.AWARDED: "finished",
    Status.POSTPONED: "postponed",
    Status.SUSPENDED: "postponed",
    Status.CANCELLED: "postponed",
}
"""The status of a match as the frontend names it."""
ArticleType = Literal["injury", "suspension", "transfer", "form", "preview", "general"]


class DataSourceInfo(BaseModel):
    """The source of a response's data, with an optional warning."""

    source: Literal["live_api", "cache", "database"] = "database"
    is_fallback: bool = False
    warning: str | None = None
    warning_code: str | None = None
    details: str | None = None
    retry_after_seconds: int | None = None


def displayed_date(kick_off: datetime, *, hour_known: bool) -> datetime:
    """The kick-off in UTC for responses: midnight of its day if the hour is unknown."""
    return kick_off if hour_known else datetime.combine(paris_day(kick_off), time(), UTC)


def article_type(kind: ArticleKind) -> ArticleType:
    """The kind of an article as the frontend names it."""
    return "general" if kind is ArticleKind.OTHER else kind.value


class TeamSearchResult(BaseModel):
    """A team; its country as an ISO 3166 alpha-3 code, or ENG, SCO or WAL."""

    id: int
    name: str
    short_name: str | None = None
    tla: str | None = None
    country: str | None = None
    logo_url: str | None = None


def team_search_result(team: TeamRow) -> TeamSearchResult:
    """A team as a search result."""
    return TeamSearchResult(
        id=team.team_id,
        name=team.name,
        short_name=team.short_name,
        tla=team.tla,
        country=team.country or None,
        logo_url=team.crest_url,
    )


def data_source(language: Language, details: str | None = None) -> DataSourceInfo:
    """The database as data source; with a warning if the data is the demonstration league."""
    if settings().demo:
        return DataSourceInfo(warning=translate("demo", language), warning_code="DEMO_DATA", details=details)
    return DataSourceInfo(details=details)
