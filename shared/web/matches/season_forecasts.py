"""Converts stored season forecasts to response models. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from shared.explanations.translations import Language, translate
from shared.football.competition import Competition
from shared.football.league_rules import EUROPEAN, LeagueRules, Prize
from shared.forecasting.prizes import prize_probability
from shared.stores.football.teams import TeamRow
from shared.stores.forecasting.season_forecasts import SeasonForecastRow
from shared.web.matches import season_schemas as schemas
from shared.web.schemas import DataSourceInfo

DIGITS = 4
"""Of probabilities: of 10,000 runs."""


def forecast(
    row: SeasonForecastRow,
    competition: Competition,
    rules: LeagueRules,
    names: Mapping[int, TeamRow],
    language: Language,
    source: DataSourceInfo,
) -> schemas.SeasonForecastResponse:
    """The forecast of a league."""
    clubs = [_club(row, place, rules, names) for place in range(len(row.team_ids))]
    clubs.sort(key=lambda club: sum(place * share for place, share in enumerate(club.places, 1)))
    return schemas.SeasonForecastResponse(
        competition_code=competition.code,
        competition_name=competition.name,
        season=row.season,
        day=row.day,
        simulated_at=row.simulated_at,
        runs=sum(row.places[0]),
        matches_left=row.matches_left,
        prizes=[
            schemas.SeasonPrize(code=prize, name=translate(f"prize_{prize}", language), places=list(places))
            for prize, places in rules.prizes(len(clubs)).items()
        ],
        clubs=clubs,
        matches=[_match(match, names) for match in row.matches],
        data_source=source,
    )


def history(
    rows: Sequence[SeasonForecastRow], rules: LeagueRules, team: TeamRow, source: DataSourceInfo
) -> schemas.SeasonHistoryResponse:
    """The forecasts of a club's season; there is at least one."""
    return schemas.SeasonHistoryResponse(
        competition_code=rows[0].competition,
        season=rows[0].season,
        team_id=team.team_id,
        team_name=team.name,
        days=[_day(row, row.team_ids.index(team.team_id), rules) for row in rows],
        data_source=source,
    )


def _club(row: SeasonForecastRow, place: int, rules: LeagueRules, names: Mapping[int, TeamRow]) -> schemas.SeasonClub:
    team_id, counts = row.team_ids[place], row.places[place]
    mean, low, high = row.points[place]
    team = names.get(team_id)
    return schemas.SeasonClub(
        team_id=team_id,
        team_name=team.name if team else "",
        team_logo_url=team.crest_url if team else None,
        points=mean,
        points_low=round(low),
        points_high=round(high),
        places=[round(count / sum(counts), DIGITS) for count in counts],
        probabilities=_probabilities(counts, rules),
    )


def _day(row: SeasonForecastRow, place: int, rules: LeagueRules) -> schemas.SeasonDay:
    mean, low, high = row.points[place]
    return schemas.SeasonDay(
        day=row.day,
        points=mean,
        points_low=round(low),
        points_high=round(high),
        probabilities=_probabilities(row.places[place], rules),
    )


def _probabilities(counts: Sequence[int], rules: LeagueRules) -> schemas.SeasonProbabilities:
    by_prize = {prize: prize_probability(counts, rules, prize) for prize in Prize}
    europe = sum(by_prize[prize] for prize in EUROPEAN)
    rounded = {str(prize): round(share, DIGITS) for prize, share in by_prize.items()}
    return schemas.SeasonProbabilities(**rounded, europe=round(europe, DIGITS))


def _match(match: Mapping[str, Any], names: Mapping[int, TeamRow]) -> schemas.SeasonMatch:
    home_win, draw, away_win = (round(share, DIGITS) for share in match["outcomes"])
    return schemas.SeasonMatch(
        match_id=match["match_id"],
        home_win=home_win,
        draw=draw,
        away_win=away_win,
        stakes=[
            schemas.SeasonStakes(
                team_id=each["club"],
                team_name=names[each["club"]].name if each["club"] in names else "",
                title=_after(each["title"]),
                europe=_after(each["europe"]),
                relegation=_after(each["relegation"]),
            )
            for each in match["stakes"]
        ],
    )


def _after(shares: Sequence[float | None]) -> schemas.OutcomeProbabilities:
    home_win, draw, away_win = (None if share is None else round(share, DIGITS) for share in shares)
    return schemas.OutcomeProbabilities(home_win=home_win, draw=draw, away_win=away_win)
