"""What the predictions group answers, under the frontend's names. docs/data.md says what each number means."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

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


class OverUnderResponse(BaseModel):
    """More or fewer goals than a line."""

    line: float
    over_prob: float
    under_prob: float
    over_odds: float | None = None
    under_odds: float | None = None
    over_value: float | None = None
    under_value: float | None = None
    recommended: str


class BttsResponse(BaseModel):
    """Both teams score, or not."""

    yes_prob: float
    no_prob: float
    yes_odds: float | None = None
    no_odds: float | None = None
    recommended: str


class DoubleChanceResponse(BaseModel):
    """Two outcomes of three."""

    model_config = ConfigDict(populate_by_name=True)

    home_or_draw: float = Field(alias="1X")
    away_or_draw: float = Field(alias="X2")
    home_or_away: float = Field(alias="12")
    home_or_draw_odds: float | None = None
    away_or_draw_odds: float | None = None
    home_or_away_odds: float | None = None
    recommended: str


class CorrectScoreResponse(BaseModel):
    """The likeliest scores."""

    scores: dict[str, float]
    most_likely: str
    most_likely_prob: float


class DrawNoBet(BaseModel):
    """Who wins if there is a winner; the stake comes back on a draw."""

    home_prob: float
    away_prob: float


class LineResponse(BaseModel):
    """A bet on a line, as the side that is named first sees it: over, or home with the line added to its goals.

    A whole line gives the stake back where it is hit; a quarter line is two bets of half the stake. Prices are those at
    which the bet is worth nothing to either side. `fair_price_against` is the other side's: under, or away, whose own
    line is the opposite one (home -1.5 is away +1.5).
    """

    line: float
    won: float
    half_won: float
    push: float
    half_lost: float
    lost: float
    fair_price: float | None
    fair_price_against: float | None


class TeamGoals(BaseModel):
    """Probability that each side scores more than a line."""

    line: float
    home_over: float
    away_over: float


class WinToNil(BaseModel):
    """Probability that a side wins without conceding."""

    home: float
    away: float


class HalfTime(BaseModel):
    """Who leads at half-time, the three sum to 1; and that more goals than half a goal, or than 1.5, fall before it."""

    home: float
    draw: float
    away: float
    over_05: float
    over_15: float


class MultiMarketsResponse(BaseModel):
    """Markets read off one score grid."""

    over_under_15: OverUnderResponse
    over_under_25: OverUnderResponse
    over_under_35: OverUnderResponse
    btts: BttsResponse
    double_chance: DoubleChanceResponse
    correct_score: CorrectScoreResponse
    draw_no_bet: DrawNoBet
    goal_lines: list[LineResponse]
    asian_handicaps: list[LineResponse]
    team_goals: list[TeamGoals]
    win_to_nil: WinToNil
    half_time: HalfTime | None = None
    expected_home_goals: float
    expected_away_goals: float
    expected_total_goals: float


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


class AccuracyStats(BaseModel):
    """Forecasts of one kind and how many favoured what came; `accuracy` is that share."""

    # Clients read it as an object of any names, to which a type of these three alone cannot be assigned.
    model_config = ConfigDict(extra="allow")

    total: int
    correct: int
    accuracy: float


class PickFigures(BaseModel):
    """What picks came to; shares of one unit staked."""

    total: int
    settled: int
    profit_units: float
    roi: float | None
    roi_interval: Bounds | None
    closing_line_value: float | None
    closing_line_value_interval: Bounds | None


class PickStats(PickFigures):
    """What all picks came to, and apart those at prices of licensed operators and those at prices on paper."""

    at_licensed_prices: PickFigures
    at_paper_prices: PickFigures


class PredictionStatsResponse(BaseModel):
    """How the forecasts of the last days did; `accuracy` is a share, `roi_simulated` is in percent."""

    total_predictions: int
    verified_predictions: int
    correct_predictions: int
    accuracy: float
    accuracy_interval: Bounds | None
    roi_simulated: float
    rps: float | None
    log_loss: float | None
    by_competition: dict[str, AccuracyStats]
    by_bet_type: dict[str, AccuracyStats]
    picks: PickStats
    last_updated: datetime
    data_source: DataSourceInfo | None = None


class CalibrationBucket(BaseModel):
    """Forecasts of about the same probability: what was said, what came, on how many; `overconfidence` is the gap."""

    confidence_range: str
    predicted_confidence: float
    actual_win_rate: float
    count: int
    overconfidence: float
    interval: Bounds | None = None


class CalibrationByBet(BaseModel):
    """Calibration of the forecasts that favour one outcome."""

    bet_type: str
    total_predictions: int
    correct: int
    accuracy: float
    avg_confidence: float
    buckets: list[CalibrationBucket]


class CompetitionCalibration(BaseModel):
    """Calibration of one competition."""

    total: int
    correct: int
    accuracy: float
    avg_confidence: float


class CalibrationResponse(BaseModel):
    """Whether what was said to happen so often did; all shares from 0 to 1."""

    total_verified: int
    overall_accuracy: float
    overall_calibration_error: float
    by_bet_type: list[CalibrationByBet]
    by_confidence: list[CalibrationBucket]
    by_competition: dict[str, CompetitionCalibration]
    period: str
    generated_at: datetime
    data_source: DataSourceInfo | None = None
