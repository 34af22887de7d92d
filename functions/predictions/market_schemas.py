"""Response models of the markets read off a score grid, under the frontend's field names."""

from pydantic import BaseModel, ConfigDict, Field


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
