"""A match as one line of a list: when, who, and with what probabilities."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from functions.pages.charts import Segment, segments, shares_of, whole_percents
from shared.football.calendar import paris_day
from shared.football.competition import COMPETITIONS
from shared.football.lifecycle import is_stale
from shared.stores.database import Connection
from shared.stores.football.matches import MatchRow
from shared.stores.forecasting import predictions
from shared.web.predictions.markets import probabilities
from shared.web.schemas import DISPLAY_STATUS, DisplayStatus


@dataclass(frozen=True, slots=True)
class MatchLine:
    """One match."""

    match_id: int
    day: date  # in Paris
    kick_off: datetime
    hour_known: bool
    status: DisplayStatus
    is_stale: bool  # whether it should have ended long ago, and no source says so
    competition_code: str
    competition: str
    home_id: int
    home: str  # its short name
    away_id: int
    away: str  # its short name
    score: tuple[int, int] | None
    shares: tuple[float, float, float] | None  # as the forecast's route returns them; None without a forecast

    @property
    def percents(self) -> tuple[int, int, int]:
        """The probabilities in whole percents."""
        return whole_percents(self.shares or (0, 1, 0))

    @property
    def bar(self) -> list[Segment]:
        """The probabilities as a bar."""
        return segments(self.shares or ())


def match_lines(db: Connection, rows: Sequence[MatchRow], now: datetime) -> list[MatchLine]:
    """Matches with the probabilities of their newest forecasts."""
    forecasts = predictions.latest_probabilities(db, [row.match_id for row in rows], now)
    return [_line(row, forecasts.get(row.match_id), now) for row in rows]


def _line(row: MatchRow, forecast: tuple[float, float, float] | None, now: datetime) -> MatchLine:
    shown = probabilities(forecast) if forecast else None
    return MatchLine(
        match_id=row.match_id,
        day=paris_day(row.kick_off),
        kick_off=row.kick_off,
        hour_known=row.hour_known,
        status=DISPLAY_STATUS[row.status],
        is_stale=is_stale(row.status, row.kick_off, now),
        competition_code=row.competition,
        competition=COMPETITIONS[row.competition].name,
        home_id=row.home_team_id,
        home=row.home_short_name,
        away_id=row.away_team_id,
        away=row.away_short_name,
        score=(row.score.home, row.score.away) if row.score else None,
        shares=shares_of(shown) if shown else None,
    )
