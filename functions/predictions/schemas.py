"""What the predictions group answers, under the frontend's names. docs/data.md says what each number means."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from functions.predictions.market_schemas import MultiMarketsResponse
from shared.web.match_conditions import FatigueInfo, WeatherInfo
from shared.web.schemas import DataSourceInfo

MatchOutcome = Literal["home_win", "draw", "away_win"]


class PredictionProbabilities(BaseModel):
    """Who wins after 90 minutes; the three sum to 1."""

    home_win: float
    draw: float
    away_win: float


class Bounds(BaseModel):
    """Between which the true value lies in 95 cases of 100."""

    low: float
    high: float


class ProbabilityBounds(BaseModel):
    """Between which the probabilities lie that the closing prices will imply, in 95 matches of 100."""

    home_win: Bounds
    draw: Bounds
    away_win: Bounds


class FactorEffect(BaseModel):
    """What a factor adds to each probability; the three sum to 0."""

    home_win: float
    draw: float
    away_win: float


class FactorResponse(BaseModel):
    """Something that moved the forecast away from what it would be between two average clubs."""

    key: str
    label: str
    effect: FactorEffect


class ConfidenceRecord(BaseModel):
    """Of all outcomes to which such forecasts gave from `low` to `high` in the past seasons, how many came.

    `league` is a competition's code or `all`; each season was forecast by models trained before it.
    """

    low: float
    high: float
    n: int
    hits: int
    hit_rate: float
    interval: Bounds
    league: str
    seasons: str
    basis: Literal["prices", "ratings"]


class ModelContributions(BaseModel):
    """What each source says by itself; null where there is none."""

    poisson: PredictionProbabilities | None = None
    xgboost: PredictionProbabilities | None = None
    xg_model: PredictionProbabilities | None = None
    elo: PredictionProbabilities | None = None


class PickInfo(BaseModel):
    """The bet that was committed, and how it ended.

    `line` is goals, or what is added to the goals of the picked side; 0 for h2h. `stake` is a share of a bankroll, null
    for bets from before it was kept. With `price_on_paper` the price is the market's best and nobody who asks it may be
    named.
    """

    day: str
    market: str
    outcome: str
    line: float
    probability: float
    price: float
    bookmaker: str | None
    price_on_paper: bool
    price_taken_at: datetime
    value: float
    stake: float | None
    ending: str | None = None
    profit: float | None = None
    closing_line_value: float | None = None


class LLMAdjustments(BaseModel):
    """What a language model reads out of the news, in log-odds, bounded; no forecast was changed by it.

    Edges are the home side's; the total is what all of it would add to the home side's log-odds less the away side's.
    """

    injury_impact_home: float = 0.0
    injury_impact_away: float = 0.0
    sentiment_home: float = 0.0
    sentiment_away: float = 0.0
    tactical_edge: float = 0.0
    motivation_edge: float = 0.0
    total_adjustment: float = 0.0
    reasoning: str = ""


class HiddenPart(BaseModel):
    """What an answer does not show, the least plan that shows it, and a sentence that says so."""

    what: str
    plan: str
    reason: str


class PredictionResponse(BaseModel):
    """The published forecast of a match, as much as the reader's plan shows; `hidden` says what it does not."""

    match_id: int
    home_team: str
    away_team: str
    competition: str
    competition_code: str
    match_date: datetime
    hour_known: bool = True
    probabilities: PredictionProbabilities
    recommended_bet: MatchOutcome
    confidence: float
    confidence_record: ConfidenceRecord | None = None
    value_score: float
    explanation: str
    key_factors: list[str]
    risk_factors: list[str]
    starting_point: PredictionProbabilities | None = None
    factors: list[FactorResponse] = []
    newcomers: list[str] = []
    ratings_interval: ProbabilityBounds | None = None
    model_contributions: ModelContributions | None = None
    llm_adjustments: LLMAdjustments | None = None
    fatigue_info: FatigueInfo | None = None
    weather: WeatherInfo | None = None
    multi_markets: MultiMarketsResponse | None = None
    match_context_summary: str | None = None
    news_sources: list[dict[str, str]] | None = None
    created_at: datetime
    is_daily_pick: bool = False
    is_verified: bool = False
    is_correct: bool | None = None
    actual_score: str | None = None
    basis: Literal["prices", "ratings"]
    model: str
    pick: PickInfo | None = None
    hidden: list[HiddenPart] = []
    legal_notice: str | None = None
    data_source: DataSourceInfo | None = None


class DailyPickResponse(BaseModel):
    """One of the day's picks; its score is the share of a bankroll that Kelly would stake in full."""

    rank: int
    prediction: PredictionResponse
    pick_score: float


class HiddenPick(BaseModel):
    """A pick that the reader's plan does not show: on which match it is, and no more."""

    rank: int
    match_id: int
    home_team: str
    away_team: str
    competition: str
    competition_code: str
    match_date: datetime
    hour_known: bool = True


class DailyPicksResponse(BaseModel):
    """The day's picks, be it none; `reason` says why fewer than five, `hidden` what the reader's plan does not show."""

    date: str
    picks: list[DailyPickResponse]
    hidden_picks: list[HiddenPick] = []
    hidden: list[HiddenPart] = []
    total_matches_analyzed: int
    committed_at: datetime | None = None
    reason: str | None = None
    reason_code: str | None = None
    legal_notice: str
    data_source: DataSourceInfo | None = None
