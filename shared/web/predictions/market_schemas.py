"""Response models of the markets read off a score grid, under the frontend's field names."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field


class MatchResultResponse(BaseModel):
    """Best prices of the result after 90 minutes, and their expected profit per unit staked."""

    home_odds: float | None = None
    draw_odds: float | None = None
    away_odds: float | None = None
    home_value: float | None = None
    draw_value: float | None = None
    away_value: float | None = None


class OverUnderResponse(BaseModel):
    """Over and under a goal line; odds are the best prices, values their expected profit per unit staked."""

    line: float
    over_prob: float
    under_prob: float
    over_odds: float | None = None
    under_odds: float | None = None
    over_value: float | None = None
    under_value: float | None = None
    recommended: str


class BttsResponse(BaseModel):
    """Both teams to score."""

    yes_prob: float
    no_prob: float
    yes_odds: float | None = None
    no_odds: float | None = None
    recommended: str


class DoubleChanceResponse(BaseModel):
    """Double chance: two of three outcomes."""

    model_config = ConfigDict(populate_by_name=True)

    home_or_draw: float = Field(alias="1X")
    away_or_draw: float = Field(alias="X2")
    home_or_away: float = Field(alias="12")
    home_or_draw_odds: float | None = None
    away_or_draw_odds: float | None = None
    home_or_away_odds: float | None = None
    recommended: str


class CorrectScoreResponse(BaseModel):
    """The most likely scores."""

    scores: dict[str, float]
    most_likely: str
    most_likely_prob: float


class DrawNoBet(BaseModel):
    """Draw no bet: the stake is returned on a draw. Null where the match can only end in one."""

    home_prob: float
    away_prob: float


class LineResponse(BaseModel):
    """A bet on a line from the first side's perspective: over, or home with the line as its handicap.

    A whole line returns the stake if it is hit exactly; a quarter line is two bets of half the stake. Fair prices have
    an expected profit of 0. `price` is the best price, `value` its expected profit per unit staked. The fields that end
    in `against` are the other side's: under, or away with the opposite line (home -1.5 is away +1.5).
    """

    line: float
    won: float
    half_won: float
    push: float
    half_lost: float
    lost: float
    fair_price: float | None
    fair_price_against: float | None
    price: float | None = None
    price_against: float | None = None
    value: float | None = None
    value_against: float | None = None


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
    """Probabilities of the half-time result, which sum to 1, and of over 0.5 and over 1.5 first-half goals."""

    home: float
    draw: float
    away: float
    over_05: float
    over_15: float


class MultiMarketsResponse(BaseModel):
    """The markets of one score grid, with prices where some can be taken before kick-off.

    As for picks, prices are those of operators licensed in France, or where there are none the market's best
    (`price_on_paper`). `prices_taken_at` is the time of the oldest. Both are null without prices.
    """

    match_result: MatchResultResponse
    over_under_15: OverUnderResponse
    over_under_25: OverUnderResponse
    over_under_35: OverUnderResponse
    btts: BttsResponse
    double_chance: DoubleChanceResponse
    correct_score: CorrectScoreResponse
    draw_no_bet: DrawNoBet | None
    goal_lines: list[LineResponse]
    asian_handicaps: list[LineResponse]
    team_goals: list[TeamGoals]
    win_to_nil: WinToNil
    half_time: HalfTime | None = None
    expected_home_goals: float
    expected_away_goals: float
    expected_total_goals: float
    price_on_paper: bool | None = None
    prices_taken_at: datetime | None = None
