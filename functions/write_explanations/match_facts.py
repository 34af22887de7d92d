"""The facts about a match for the prompt: only what every reader may see, since all readers see the text."""

from datetime import datetime
from secrets import token_hex

from shared.accounts.entitlements import features_of
from shared.accounts.plans import Plan
from shared.explanations.prompt import ExplanationRequest, MatchFacts, Prompt, Side, build_request
from shared.explanations.template import Factor
from shared.football.competition import COMPETITIONS
from shared.football.form import form
from shared.football.rest import LOOKBACK, rest
from shared.services.retrieval import relevant_articles
from shared.stores.database import Connection
from shared.stores.football import matches, standings
from shared.stores.football.matches import MatchRow
from shared.stores.forecasting.predictions import PredictionRow

FORM_MATCHES = 5
"""Matches that count for the form."""


def prompt_request(
    db: Connection, match: MatchRow, prediction: PredictionRow, prompt: Prompt, now: datetime
) -> ExplanationRequest:
    """The prompt for a match: its facts, and the news before `now`."""
    query = f"{match.home_name} {match.away_name} blessure suspension absence injury suspended team news"
    articles = relevant_articles(db, (match.home_team_id, match.away_team_id), query, now)
    return build_request(prompt, build_facts(db, match, prediction), articles, token_hex(8))


def build_facts(db: Connection, match: MatchRow, prediction: PredictionRow) -> MatchFacts:
    """The facts of a match and its forecast."""
    effects = {
        key: (home, draw, away) for key, (home, draw, away) in (prediction.factors or {}).items() if key != "start"
    }
    factors = sorted((Factor(key, effect) for key, effect in effects.items()), key=lambda of: of.size, reverse=True)
    large = [factor for factor in factors if round(100 * factor.size) > 0]
    home, away = _sides(db, match)
    return MatchFacts(
        competition=COMPETITIONS[match.competition].name,
        kick_off=match.kick_off,
        home=home,
        away=away,
        probabilities=prediction.probabilities,
        goal_rates=(prediction.home_rate, prediction.away_rate),
        basis=prediction.basis,
        factors=tuple(large[: features_of(Plan.ANONYMOUS).factors]),
    )


def _sides(db: Connection, match: MatchRow) -> tuple[Side, Side]:
    clubs = ((match.home_team_id, match.home_name), (match.away_team_id, match.away_name))
    table = standings.current_table(db, match.competition, match.season)
    places = {row.team_id: row.position for row in table.rows if row.played} if table else {}
    played = matches.kick_offs(db, [team_id for team_id, _ in clubs], match.kick_off - LOOKBACK, match.kick_off)
    sides: list[Side] = []
    for team_id, name in clubs:
        before = matches.latest_of_team(db, team_id, match.kick_off, FORM_MATCHES)
        recent = form(row.goals_of(team_id) for row in before)
        rested = rest(match.kick_off, played[team_id])
        sides.append(
            Side(
                name=name,
                form="".join(recent.results),
                scored=recent.scored,
                conceded=recent.conceded,
                position=places.get(team_id),
                rest_days=rested.days if rested else None,
            )
        )
    return sides[0], sides[1]
