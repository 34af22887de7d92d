"""A club: its season in its league, its form and its next matches."""

from dataclasses import dataclass
from datetime import timedelta

from functions.pages.lines import MatchLine, match_lines
from shared.explanations.translations import Language
from shared.football.calendar import paris_bounds, paris_day
from shared.football.league_rules import can_be_simulated
from shared.runtime import clock
from shared.stores.database import Connection
from shared.stores.football import matches, teams
from shared.stores.football.teams import TeamRow
from shared.web.errors import NotFound
from shared.web.matches import responses
from shared.web.matches.schemas import TeamFormResponse
from shared.web.matches.season_schemas import SeasonClub, SeasonForecastResponse
from shared.web.params import shown_competitions

FORM, NEXT, DAYS = 10, 8, 60
"""Played matches that are shown, coming ones, and the days in which these are looked for."""


@dataclass(frozen=True, slots=True)
class ClubPage:
    """What the page shows."""

    team: TeamRow
    form: TeamFormResponse
    lines: list[MatchLine]  # the next matches
    league: tuple[str, str] | None  # code and name of the league of its next or last matches
    season: SeasonForecastResponse | None
    club: SeasonClub | None  # its row of the season

    @property
    def columns(self) -> list[tuple[int, float, float]]:
        """Place, probability and its part of the tallest column, for a chart."""
        places = self.club.places if self.club else []
        tallest = max(places, default=1) or 1
        return [(place, share, share / tallest) for place, share in enumerate(places, 1)]


def club_page(db: Connection, language: Language, team_id: int) -> ClubPage:
    """A club, as the routes return its parts.

    Raises:
        NotFound: there is no such club.
    """
    team = teams.get(db, team_id)
    if team is None:
        raise NotFound("unknown_team", name=str(team_id))
    now, shown = clock.now(), shown_competitions()
    end = paris_bounds(paris_day(now + timedelta(days=DAYS)))[1]
    coming = [row for row in matches.starting_from(db, now, list(shown), team_id) if row.kick_off < end][:NEXT]
    last = matches.latest_of_team(db, team_id, now, 1)
    codes = [row.competition for row in (*coming, *last) if can_be_simulated(row.competition)]
    code = codes[0] if codes else None
    season = _season(db, language, code) if code else None
    return ClubPage(
        team=team,
        form=responses.team_form(db, language, team_id, FORM),
        lines=match_lines(db, coming, now),
        league=(code, shown[code].name) if code else None,
        season=season,
        club=next((club for club in season.clubs if club.team_id == team_id), None) if season else None,
    )


def _season(db: Connection, language: Language, code: str) -> SeasonForecastResponse | None:
    try:
        return responses.season_forecast(db, language, code)
    except NotFound:
        return None
