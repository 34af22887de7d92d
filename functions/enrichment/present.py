"""Converts rows to response models. Pure."""

from collections.abc import Sequence

from functions.enrichment.schemas import FormData, H2HData, StandingsContext, XGEstimate
from shared.explanations.translations import Language, translate
from shared.football.competition import COMPETITIONS
from shared.football.form import form as form_of
from shared.football.standings import TableRow
from shared.forecasting.chance_creation import chance_creation
from shared.forecasting.strengths import Strengths
from shared.stores.football.matches import MatchRow

TOP = 4
"""Places that lead to European cups, in a second division to promotion or its play-offs; give or take one."""
BOTTOM = 3
"""Relegation places, a play-off included."""


def form(team_id: int, last: Sequence[MatchRow]) -> FormData:
    """A club's last matches."""
    own = form_of(row.goals_of(team_id) for row in last)
    return FormData(
        last_5=list(own.results),
        points=own.points,
        goals_scored=own.scored,
        goals_conceded=own.conceded,
        clean_sheets=own.clean_sheets,
        wins=own.results.count("W"),
        draws=own.results.count("D"),
        losses=own.results.count("L"),
        form_rating=own.rating,
    )


def head_to_head(home_team_id: int, meetings: Sequence[MatchRow]) -> H2HData:
    """Earlier meetings of two clubs, from the present home side's perspective."""
    own = form_of(row.goals_of(home_team_id) for row in meetings)
    return H2HData(
        total_matches=len(meetings),
        home_wins=own.results.count("W"),
        draws=own.results.count("D"),
        away_wins=own.results.count("L"),
        home_goals=own.scored,
        away_goals=own.conceded,
        recent_results=[f"{row.kick_off:%Y-%m-%d} {row.home_name} {row.score} {row.away_name}" for row in meetings],
    )


def expected_goals(strengths: Strengths, competition: str, team_id: int) -> XGEstimate | None:
    """A club's expected goals for and against, by its chance-creation rating."""
    rated = chance_creation(strengths, COMPETITIONS[competition].nation, team_id)
    if rated is None:
        return None
    return XGEstimate(
        estimated_xg=round(rated.created, 2),
        estimated_xga=round(rated.allowed, 2),
        offensive_rating=round(100 * rated.attack_percentile, 1),
        defensive_rating=round(100 * rated.defence_percentile, 1),
    )


def standings(
    competition: str, table: Sequence[TableRow], home_team_id: int, away_team_id: int, language: Language
) -> StandingsContext | None:
    """Both clubs' table positions and what is at stake; None unless both are in the table."""
    rows = {row.team_id: row for row in table}
    home, away = rows.get(home_team_id), rows.get(away_team_id)
    if home is None or away is None:
        return None
    return StandingsContext(
        home_position=home.position,
        away_position=away.position,
        home_points=home.points,
        away_points=away.points,
        position_diff=away.position - home.position,
        context_note=_note(competition, home.position, away.position, language),
    )


def _note(competition: str, home: int, away: int, language: Language) -> str:
    """A note on what is at stake by both positions; none for the Champions League's league phase."""
    league = COMPETITIONS[competition]
    if league.division is None:
        return ""
    key = (
        "context_top"
        if max(home, away) <= TOP
        else ("context_europe" if league.tier == 1 else "context_promotion")
        if min(home, away) <= TOP
        else "context_relegation"
        if max(home, away) > league.clubs - BOTTOM
        else None
    )
    return translate(key, language) if key else ""
