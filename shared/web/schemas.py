"""What several functions answer alike: where a match stands, and where the data of an answer come from."""

from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Literal

from pydantic import BaseModel

from shared.explanations.translations import Language, translate
from shared.football.articles import Kind
from shared.football.calendar import paris_day
from shared.football.match import Status
from shared.runtime.settings import settings
from shared.stores.football.teams import TeamRow

DisplayStatus = Literal["scheduled", "live", "finished", "postponed"]
DISPLAY_STATUS: Mapping[Status, DisplayStatus] = {
    Status.SCHEDULED: "scheduled",
    Status.HELD: "scheduled",
    Status.IN_PLAY: "live",
    Status.FINISHED: "finished",
    Status.AWARDED: "finished",
    Status.POSTPONED: "postponed",
    Status.SUSPENDED: "postponed",
    Status.CANCELLED: "postponed",
}
"""Where a match stands, in the four words of the pages."""
ArticleType = Literal["injury", "suspension", "transfer", "form", "preview", "general"]


class DataSourceInfo(BaseModel):
    """Where the data of an answer come from, and a warning where they need one."""

    source: Literal["live_api", "cache", "database"] = "database"
    is_fallback: bool = False
    warning: str | None = None
    warning_code: str | None = None
    details: str | None = None
    retry_after_seconds: int | None = None


def displayed_date(kick_off: datetime, *, hour_known: bool) -> datetime:
    """A kick-off as answers show it, in UTC: without an hour its day at midnight, beside `hour_known`: false."""
    return kick_off.astimezone(UTC) if hour_known else datetime.combine(paris_day(kick_off), time(), UTC)


def article_type(kind: Kind) -> ArticleType:
    """What an article is about, in the pages' words."""
    return "general" if kind is Kind.OTHER else kind.value


class TeamSearchResult(BaseModel):
    """A club; its country as an ISO 3166 alpha-3 code, with ENG, SCO and WAL for the nations of Britain."""

    id: int
    name: str
    short_name: str | None = None
    tla: str | None = None
    country: str | None = None
    logo_url: str | None = None


def team_search_result(team: TeamRow) -> TeamSearchResult:
    """A club that was searched for."""
    return TeamSearchResult(
        id=team.team_id,
        name=team.name,
        short_name=team.short_name,
        tla=team.tla,
        country=team.country or None,
        logo_url=team.crest_url,
    )


def data_source(language: Language, details: str | None = None) -> DataSourceInfo:
    """The database; the demonstration league says that it is one."""
    if settings().demo:
        return DataSourceInfo(warning=translate("demo", language), warning_code="DEMO_DATA", details=details)
    return DataSourceInfo(details=details)
