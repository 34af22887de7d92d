"""Converts rows to response models. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from shared.betting.prices import Market, Offer
from shared.football.competition import COMPETITIONS
from shared.football.form import form as form_of
from shared.football.lifecycle import is_stale
from shared.football.standings import TableRow
from shared.stores.football.matches import MatchRow
from shared.stores.football.teams import TeamRow
from shared.web.matches import schemas
from shared.web.schemas import DISPLAY_STATUS, DataSourceInfo, displayed_date


def match(
    row: MatchRow,
    external_ids: Mapping[int, str],
    elo: Mapping[int, float],
    offers: Sequence[Offer],
    now: datetime,
) -> schemas.MatchResponse:
    """A match."""
    odds = _average(offers)
    return schemas.MatchResponse(
        id=row.match_id,
        external_id=_external_id(row, external_ids),
        home_team=_home(row, elo),
        away_team=_away(row, elo),
        competition=COMPETITIONS[row.competition].name,
        competition_code=row.competition,
        match_date=displayed_date(row.kick_off, hour_known=row.hour_known),
        hour_known=row.hour_known,
        status=DISPLAY_STATUS[row.status],
        home_score=row.home_goals,
        away_score=row.away_goals,
        matchday=row.matchday,
        odds_home=odds[0],
        odds_draw=odds[1],
        odds_away=odds[2],
        is_stale=is_stale(row.status, row.kick_off, now),
    )


def live(row: MatchRow, external_ids: Mapping[int, str], elo: Mapping[int, float]) -> schemas.LiveMatchInfo:
    """A match in play."""
    return schemas.LiveMatchInfo(
        id=row.match_id,
        external_id=_external_id(row, external_ids),
        home_team=_home(row, elo),
        away_team=_away(row, elo),
        home_score=row.home_goals,
        away_score=row.away_goals,
        status="LIVE",
        competition=COMPETITIONS[row.competition].name,
        competition_code=row.competition,
    )


def head_to_head(row: MatchRow, meetings: Sequence[MatchRow], source: DataSourceInfo) -> schemas.HeadToHeadResponse:
    """Earlier meetings of the two clubs of a match."""
    scores = [(meeting, meeting.score) for meeting in meetings]
    shown = [
        schemas.HeadToHeadMatch(
            match_id=meeting.match_id,
            date=displayed_date(meeting.kick_off, hour_known=meeting.hour_known),
            home_team=meeting.home_name,
            away_team=meeting.away_name,
            home_score=score.home,
            away_score=score.away,
            competition=COMPETITIONS[meeting.competition].name,
        )
        for meeting, score in scores
        if score is not None
    ]
    host = form_of(meeting.goals_of(row.home_team_id) for meeting in meetings)
    return schemas.HeadToHeadResponse(
        matches=shown,
        home_wins=host.results.count("W"),
        draws=host.results.count("D"),
        away_wins=host.results.count("L"),
        avg_goals=_mean(host.scored + host.conceded, len(meetings)),
        total_matches=len(shown),
        data_source=source,
    )


def form(
    team_id: int, team: TeamRow | None, hint: str | None, last: Sequence[MatchRow], source: DataSourceInfo
) -> schemas.TeamFormResponse:
    """A club's last matches."""
    own = form_of(row.goals_of(team_id) for row in last)
    return schemas.TeamFormResponse(
        team_id=team_id,
        team_name=team.name if team else hint or "Unknown",
        last_matches=[
            schemas.TeamFormMatch(
                match_id=row.match_id,
                opponent=row.away_name if row.home_team_id == team_id else row.home_name,
                result=result,
                score=str(row.score),
                home_away="H" if row.home_team_id == team_id else "A",
                date=displayed_date(row.kick_off, hour_known=row.hour_known),
            )
            for row, result in zip(last, own.results, strict=True)
        ],
        form_string="".join(own.results),
        points_last_5=own.points,
        goals_scored_avg=_mean(own.scored, len(last)),
        goals_conceded_avg=_mean(own.conceded, len(last)),
        clean_sheets=own.clean_sheets,
        data_source=source,
    )


def table_row(row: TableRow, names: Mapping[int, TeamRow]) -> schemas.StandingTeamResponse:
    """One line of a league table."""
    team = names.get(row.team_id)
    return schemas.StandingTeamResponse(
        position=row.position,
        team_id=row.team_id,
        team_name=team.name if team else "",
        team_logo_url=team.crest_url if team else None,
        played=row.played,
        won=row.won,
        drawn=row.drawn,
        lost=row.lost,
        goals_for=row.goals_for,
        goals_against=row.goals_against,
        goal_difference=row.goals_for - row.goals_against,
        points=row.points,
    )


def _external_id(row: MatchRow, external_ids: Mapping[int, str]) -> str:
    return f"{row.competition}_{external_ids.get(row.match_id, row.match_id)}"


def _home(row: MatchRow, elo: Mapping[int, float]) -> schemas.TeamInfo:
    return _team(row.home_team_id, row.home_name, row.home_short_name, row.home_crest_url, elo)


def _away(row: MatchRow, elo: Mapping[int, float]) -> schemas.TeamInfo:
    return _team(row.away_team_id, row.away_name, row.away_short_name, row.away_crest_url, elo)


def _team(
    team_id: int, name: str, short_name: str, crest_url: str | None, elo: Mapping[int, float]
) -> schemas.TeamInfo:
    rating = elo.get(team_id)
    return schemas.TeamInfo(
        id=team_id,
        name=name,
        short_name=short_name,
        logo_url=crest_url,
        elo_rating=None if rating is None else round(rating, 1),
    )


def _average(offers: Sequence[Offer]) -> tuple[float | None, float | None, float | None]:
    """Home, draw and away odds of the market average, falling back to the first bookmaker."""
    wins = [o for o in offers if o.market is Market.H2H and all(p is not None for p in o.prices)]
    chosen = next((o for o in wins if o.bookmaker == "market_average"), wins[0] if wins else None)
    if chosen is None:
        return (None, None, None)
    home, draw, away = (float(price or Decimal(0)) for price in chosen.prices)
    return (home, draw, away)


def _mean(goals: int, matches: int) -> float:
    return round(goals / matches, 2) if matches else 0.0
