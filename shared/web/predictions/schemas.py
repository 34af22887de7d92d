"""Response models of the predictions group, under the frontend's field names. See docs/understand/data.md."""

from datetime import datetime

from pydantic import BaseModel

from shared.football.outcome import MatchOutcome
from shared.forecasting.basis import Basis
from shared.web.match_conditions import FatigueInfo, WeatherInfo
from shared.web.predictions.market_schemas import MultiMarketsResponse
from shared.web.schemas import DataSourceInfo


class PredictionProbabilities(BaseModel):
    """Probabilities of the result after 90 minutes; they sum to 1."""

    home_win: float
    draw: float
    away_win: float


class Bounds(BaseModel):
    """A 95 % confidence interval."""

    low: float
    high: float


class ProbabilityBounds(BaseModel):
    """95 % intervals of the probabilities that closing prices will imply."""

    home_win: Bounds
    draw: Bounds
    away_win: Bounds


class FactorEffect(BaseModel):
    """A factor's change of each probability; the three sum to 0."""

    home_win: float
    draw: float
    away_win: float


class FactorResponse(BaseModel):
    """A factor that moved the forecast away from that of two average clubs."""

    key: str
    label: str
    effect: FactorEffect


class ConfidenceRecord(BaseModel):
    """How often outcomes with a probability from `low` to `high` occurred in past seasons.

    `league` is a competition's code or `all`; each season's forecasts are by models trained before it.
    """

    low: float
    high: float
    n: int
    hits: int
    hit_rate: float
    interval: Bounds
    league: str
    seasons: str
    basis: Basis


class LeagueAccuracyInfo(BaseModel):
    """How far forecasts of this competition and basis were from closing prices in past seasons.

    `gap` and `max_gap` are mean differences in RPS, null where there is none. Unless it is `sufficient`, `note` says so
    and the competition has no picks.
    """

    sufficient: bool
    gap: float | None
    max_gap: float | None
    n: int
    note: str | None


class ModelContributions(BaseModel):
    """The probabilities by each model alone; null where there is none."""

    poisson: PredictionProbabilities | None = None
    xgboost: PredictionProbabilities | None = None
    xg_model: PredictionProbabilities | None = None
    elo: PredictionProbabilities | None = None


class ResultChances(BaseModel):
    """Probability of each result of a bet; they sum to 1.

    Whole lines can refund the stake (`push`), quarter lines can win or lose half of it and refund the other half.
    """

    won: float
    half_won: float
    push: float
    half_lost: float
    lost: float


class PickInfo(BaseModel):
    """A committed bet and its result.

    `line`: goals for totals, the picked side's handicap, 0 for h2h. `probability`: the inverse of the fair price, which
    is the probability of winning where nothing can be refunded. `stake` is a share of a bankroll, null for bets
    from before it was stored. With `price_on_paper` the price is the market's best, and its operator may not be named.
    `profit` is per unit staked. `closing_price` is the fair closing price of the same market and line.
    """

    day: str
    market: str
    outcome: str
    line: float
    probability: float
    results: ResultChances
    price: float
    bookmaker: str | None
    price_on_paper: bool
    price_taken_at: datetime
    value: float
    stake: float | None
    result: str | None = None
    profit: float | None = None
    closing_price: float | None = None
    closing_line_value: float | None = None


class LLMAdjustments(BaseModel):
    """Adjustments that a language model extracts from the news, in bounded log-odds; forecasts are not changed by them.

    Edges are the home side's; the total is the home side's change in log-odds minus the away side's.
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
    """A part that the response hides, the lowest plan that shows it, and a message for the reader."""

    what: str
    plan: str
    reason: str


class PredictionResponse(BaseModel):
    """The published forecast of a match as the reader's plan shows it; `hidden` lists what it does not."""

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
    league_accuracy: LeagueAccuracyInfo | None = None
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
    basis: Basis
    model: str
    pick: PickInfo | None = None
    hidden: list[HiddenPart] = []
    legal_notice: str | None = None
    data_source: DataSourceInfo | None = None


class DailyPickResponse(BaseModel):
    """One of the day's picks; `pick_score` is the full Kelly share of a bankroll."""

    rank: int
    prediction: PredictionResponse
    pick_score: float


class HiddenPick(BaseModel):
    """A pick that the reader's plan hides: only its match is shown."""

    rank: int
    match_id: int
    home_team: str
    away_team: str
    competition: str
    competition_code: str
    match_date: datetime
    hour_known: bool = True


class DailyPicksResponse(BaseModel):
    """The day's picks; `reason` says why there are fewer than five, `hidden` what the reader's plan does not show."""

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
