"""Response models of the enrichment group, under the frontend's field names. See docs/understand/data.md."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from shared.explanations.legal_notice import LEGAL_NOTICE
from shared.football.outcome import MatchOutcome
from shared.web.match_conditions import FatigueInfo, WeatherInfo
from shared.web.schemas import DataSourceInfo


class WeatherData(WeatherInfo):
    """The weather forecast for kick-off."""


class FormData(BaseModel):
    """A club's last matches, newest first; `form_rating` is points in percent of the maximum."""

    last_5: list[str] = []
    points: int = 0
    goals_scored: int = 0
    goals_conceded: int = 0
    clean_sheets: int = 0
    wins: int = 0
    draws: int = 0
    losses: int = 0
    form_rating: float = 0.0


class XGEstimate(BaseModel):
    """A club's expected goals for and against, per match against an average club, by `basis`.

    The ratings are percentages of the league's other clubs: those that create less, and those that allow more.
    """

    estimated_xg: float = 0.0
    estimated_xga: float = 0.0
    offensive_rating: float = 0.0
    defensive_rating: float = 0.0
    basis: Literal["chances_rating"] = "chances_rating"


class OutcomeShares(BaseModel):
    """Probabilities of the three outcomes; they sum to 1."""

    home_win: float
    draw: float
    away_win: float


class BookmakerPrices(BaseModel):
    """One operator's prices, or without a name the average of the unnamed operators. `margin` is a share."""

    bookmaker: str | None
    label: str
    home_win: float
    draw: float
    away_win: float
    margin: float
    taken_at: datetime


class BestPrice(BaseModel):
    """The best price of an outcome; `price_on_paper` if no operator offering it may be named."""

    outcome: MatchOutcome
    price: float
    bookmaker: str | None
    price_on_paper: bool
    taken_at: datetime


class PriceMove(BaseModel):
    """A price as first and last read; `change` is a share of the first."""

    outcome: MatchOutcome
    opening: float
    latest: float
    change: float


class PriceMovement(BaseModel):
    """The movement of one operator's prices, or of the market average, between the first and the last reading."""

    bookmaker: str | None
    label: str
    opening_at: datetime
    latest_at: datetime
    outcomes: list[PriceMove]


class OddsData(BaseModel):
    """The last prices of a match; `home_win`, `draw` and `away_win` are the best.

    `value_detected`: a pick is on the match. `fair`: the market's probabilities without its margin.
    """

    home_win: float | None = None
    draw: float | None = None
    away_win: float | None = None
    bookmakers: list[str] = []
    value_detected: bool = False
    available: bool = False
    reason: Literal["no_match", "no_prices"] | None = None
    best: list[BestPrice] = []
    comparison: list[BookmakerPrices] = []
    fair: OutcomeShares | None = None
    movement: PriceMovement | None = None
    legal_notice: str = LEGAL_NOTICE


class H2HData(BaseModel):
    """Earlier meetings, newest first; wins and goals are those of the clubs, wherever they played."""

    total_matches: int = 0
    home_wins: int = 0
    away_wins: int = 0
    draws: int = 0
    home_goals: int = 0
    away_goals: int = 0
    recent_results: list[str] = []


class StandingsContext(BaseModel):
    """The clubs' positions in the newest table; `position_diff` is the away side's minus the home side's."""

    home_position: int | None = None
    away_position: int | None = None
    home_points: int | None = None
    away_points: int | None = None
    position_diff: int | None = None
    context_note: str = ""


class FullEnrichmentResponse(BaseModel):
    """All context of a match; of the two clubs if the match is unknown."""

    home_team: str
    away_team: str
    competition: str
    timestamp: str
    match_id: int | None = None
    match_date: datetime | None = None
    hour_known: bool = True
    home_form: FormData | None = None
    away_form: FormData | None = None
    home_xg_estimate: XGEstimate | None = None
    away_xg_estimate: XGEstimate | None = None
    odds: OddsData | None = None
    weather: WeatherData | None = None
    h2h: H2HData | None = None
    standings: StandingsContext | None = None
    fatigue: FatigueInfo | None = None
    data_source: DataSourceInfo | None = None


class SourceStatus(BaseModel):
    """Whether a source is configured, and when it was last read."""

    configured: bool
    description: str
    last_read_at: datetime | None = None
