"""A match: its forecast as a visitor sees it, the form of both clubs, their meetings."""

import json
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from functions.pages.charts import Segment, segments, shares_of, whole_percents
from functions.pages.picks import result, selection
from functions.pages.rendering import PREFIXES, origin
from shared.accounts.plans import Reader
from shared.explanations.translations import Language
from shared.football.calendar import paris_day
from shared.stores.database import Connection
from shared.stores.football.matches import MatchRow
from shared.web.errors import NotFound
from shared.web.matches import responses as match_responses
from shared.web.matches.schemas import HeadToHeadResponse, MatchResponse, TeamFormResponse
from shared.web.params import require_match
from shared.web.predictions import responses
from shared.web.predictions.schemas import FactorEffect, PredictionResponse

FORM, MEETINGS = 5, 5
"""Matches of each club, and meetings of both, that are shown."""
SCHEMA_STATUS = {"postponed": "https://schema.org/EventPostponed"}
"""Of schema.org, which knows no event that has ended; others are scheduled."""


@dataclass(frozen=True, slots=True)
class MatchPage:
    """What the page shows."""

    row: MatchRow
    match: MatchResponse
    forecast: PredictionResponse | None
    factors: list[tuple[str, tuple[str, str, str]]]  # what moved the forecast, and by how much for each outcome
    pick: str | None  # the pick in words, if it may be shown
    result: str | None  # how it ended

    @property
    def shares(self) -> tuple[float, float, float] | None:
        """The probabilities of home win, draw and away win."""
        return shares_of(self.forecast.probabilities) if self.forecast else None

    @property
    def bar(self) -> list[Segment]:
        """The probabilities as a bar."""
        return segments(self.shares or ())

    @property
    def percents(self) -> tuple[int, int, int]:
        """The probabilities in whole percents."""
        return whole_percents(self.shares or (0, 1, 0))


def match_page(db: Connection, reader: Reader, language: Language, match_id: int) -> MatchPage:
    """A match as the routes return it.

    Raises:
        NotFound: there is no such match.
    """
    row = require_match(db, match_id)
    try:
        forecast = responses.forecast(db, reader, language, row)
    except NotFound:
        forecast = None
    pick = forecast.pick if forecast else None
    return MatchPage(
        row=row,
        match=match_responses.match_list(db, [row])[0],
        forecast=forecast,
        factors=_factors(forecast) if forecast else [],
        pick=selection(pick, row.home_name, row.away_name, language) if pick else None,
        result=result(pick, language) if pick else None,
    )


@dataclass(frozen=True, slots=True)
class EarlierMatches:
    """Matches of both clubs before this one."""

    form: tuple[TeamFormResponse, TeamFormResponse]  # of the home and the away club
    meetings: HeadToHeadResponse


def earlier_matches(db: Connection, language: Language, row: MatchRow) -> EarlierMatches:
    """The form of both clubs, and their meetings."""
    home, away = (
        match_responses.team_form(db, language, team_id, FORM) for team_id in (row.home_team_id, row.away_team_id)
    )
    return EarlierMatches((home, away), match_responses.head_to_head(db, language, row, MEETINGS))


def match_values(shown: MatchPage, language: Language) -> dict[str, object]:
    """What the templates of a match and of an embedded match need."""
    return {
        "it": shown,
        "structured_data": structured_data(shown.match, language),
        "paris_day": paris_day(shown.match.match_date),
        "forecast_day": paris_day(shown.forecast.created_at) if shown.forecast else None,
    }


def structured_data(match: MatchResponse, language: Language) -> Markup:
    """The match as a SportsEvent of schema.org, in JSON-LD that cannot end the element that it stands in."""
    event: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "SportsEvent",
        "name": f"{match.home_team.name} – {match.away_team.name}",
        "sport": "Football",
        "startDate": match.match_date.isoformat() if match.hour_known else match.match_date.date().isoformat(),
        "eventStatus": SCHEMA_STATUS.get(match.status, "https://schema.org/EventScheduled"),
        "homeTeam": {"@type": "SportsTeam", "name": match.home_team.name},
        "awayTeam": {"@type": "SportsTeam", "name": match.away_team.name},
        "superEvent": {"@type": "SportsEvent", "name": match.competition},
        "url": f"{origin()}{PREFIXES[language]}/match/{match.id}",
        "inLanguage": language,
    }
    text = json.dumps(event, ensure_ascii=False)
    return Markup(text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"))  # noqa: S704 escaped here


def _factors(forecast: PredictionResponse) -> list[tuple[str, tuple[str, str, str]]]:
    return [(factor.label, _points(factor.effect)) for factor in forecast.factors]


def _points(effect: FactorEffect) -> tuple[str, str, str]:
    home, draw, away = (_signed(round(100 * change)) for change in (effect.home_win, effect.draw, effect.away_win))
    return home, draw, away


def _signed(points: int) -> str:
    return f"+{points}" if points > 0 else f"−{-points}" if points < 0 else "0"
