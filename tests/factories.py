"""Factories of test data: default values, overridden by keyword arguments."""

import json
from dataclasses import asdict, replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from shared.betting.consensus import FairProbability
from shared.betting.picks import Choice, NoPickReason, Pick
from shared.betting.prices import Market, Offer
from shared.betting.result_probabilities import ResultProbabilities
from shared.football.article_parsing import parse_article
from shared.football.articles import Article
from shared.football.match import Club, MatchUpdate, Score, Status
from shared.football.team import Source
from shared.football.teams import find
from shared.forecasting.grid import score_grid
from shared.forecasting.markets import markets
from shared.stores.database import Connection
from shared.stores.football import match_updates, teams
from shared.stores.forecasting import predictions
from shared.stores.forecasting.predictions import PredictionRow
from shared.stores.news.explanations import ExplanationRow

KICK_OFF = datetime(2024, 4, 27, 14, tzinfo=UTC)
BEFORE = datetime(2024, 4, 27, 5, tzinfo=UTC)
UPDATED_AT = datetime(2024, 4, 26, 13, tzinfo=UTC)
AFTER = datetime(2024, 4, 28, 3, tzinfo=UTC)


def club(name: str, source: Source = Source.FOOTBALL_DATA_UK) -> Club:
    """A club as a source names it."""
    return Club(find(source, name), source, name)


def match_update(home: str = "Arsenal", away: str = "Chelsea", score: str = "", **changes: Any) -> MatchUpdate:
    """An update of a Premier League match from the CSV service."""
    update = MatchUpdate(
        source=Source.FOOTBALL_DATA_UK,
        external_id=f"E0/2324/{home}/{away}",
        source_updated_at=UPDATED_AT,
        competition="PL",
        season=2023,
        stage="REGULAR_SEASON",
        matchday=None,
        home=club(home),
        away=club(away),
        kick_off=KICK_OFF,
        status=Status.FINISHED if score else Status.SCHEDULED,
        score=Score(*map(int, score.split("-"))) if score else None,
        half_time=None,
        review=None,
        payload="",
    )
    return replace(update, **changes)


def insert_matches(db: Connection, *updates: MatchUpdate, now: datetime = AFTER) -> list[int]:
    """Insert these matches; returns their ids."""
    teams.put(db, [club for item in updates for club in (item.home, item.away)])
    match_updates.apply(db, updates, now)
    return [item.match_id for item in updates]


def offer(match_id: int, *prices: str, **changes: Any) -> Offer:
    """A bookmaker's prices."""
    default = Offer(
        match_id=match_id,
        source="football_data_uk",
        bookmaker="market_average",
        market=Market.H2H,
        line=Decimal(0),
        prices=tuple(Decimal(price) for price in prices or ("2.0", "3.5", "4.0")),
        taken_at=UPDATED_AT,
    )
    return replace(default, **changes)


@cache
def _markets() -> str:
    """The markets of the default forecast, as JSON."""
    return json.dumps(asdict(markets(score_grid(1.7, 0.9, -0.07))))


def forecast(match_id: int, **changes: Any) -> PredictionRow:
    """A published forecast."""
    default = PredictionRow(
        match_id=match_id,
        published_at=BEFORE,
        kick_off=KICK_OFF,
        model="test-1",
        basis="prices",
        home=0.5,
        draw=0.3,
        away=0.2,
        home_rate=1.7,
        away_rate=0.9,
        rho=-0.07,
        markets=json.loads(_markets()),
        ratings_home=0.45,
        ratings_draw=0.28,
        ratings_away=0.27,
        ratings_bounds=[[0.36, 0.54], [0.25, 0.31], [0.19, 0.35]],
        factors={"start": [0.44, 0.29, 0.27], "goals": [0.01, -0.01, 0.0], "prices": [0.05, 0.02, -0.07]},
        newcomers=[],
        prices_taken_at=UPDATED_AT,
        ratings_day=UPDATED_AT.date(),
    )
    return replace(default, **changes)


def pick(match_id: int, **changes: Any) -> Pick:
    """A bet on the home side at 2.10."""
    probability = changes.get("probability", Decimal("0.5"))
    default = Pick(
        match_id=match_id,
        competition="PL",
        kick_off=KICK_OFF,
        published_at=BEFORE,
        market=Market.H2H,
        outcome="home",
        line=Decimal(0),
        probability=probability,
        result_probabilities=ResultProbabilities.win_or_lose(probability),
        price=Decimal("2.10"),
        bookmaker="market_best",
        price_taken_at=UPDATED_AT,
        value=Decimal("0.05"),
        share=Decimal("0.045455"),
    )
    return replace(default, **changes)


def fair_close(probability: str = "0.5", bookmaker: str = "market_average") -> FairProbability:
    """The fair probability of a selection without refunds, by closing prices."""
    return FairProbability(Decimal(probability), Decimal(1), bookmaker, "football_data_uk")


def choice(*picks: Pick, reason: NoPickReason | None = None) -> Choice:
    """The picks of a day."""
    return Choice(picks, (), reason)


def insert_predictions(db: Connection, *updates: MatchUpdate, **changes: Any) -> list[int]:
    """Insert these matches with a forecast each, published before kick-off; returns their ids."""
    ids = insert_matches(db, *updates)
    predictions.add(db, [forecast(match_id, **changes) for match_id in ids])
    return ids


def make_article(title: str, published_at: datetime) -> Article:
    """An article of the BBC."""
    url = f"https://x.example/{title.replace(' ', '-')}"
    return parse_article(uuid5(NAMESPACE_URL, url), url, title, "What is said.", "bbc_sport", "en", published_at)


def explanation(match_id: int, **changes: Any) -> ExplanationRow:
    """A generated explanation of `forecast`, based on one article."""
    content = {
        "fr": {
            "explanation": "Arsenal est devant.",
            "context": "L'attaquant manque.",
            "key_factors": ["Un", "Deux", "Trois"],
            "risk_factors": ["Le nul"],
        },
        "en": {
            "explanation": "Arsenal are ahead.",
            "context": "The striker is out.",
            "key_factors": ["One", "Two", "Three"],
            "risk_factors": ["The draw"],
        },
    }
    source = {"article_id": "a", "source": "BBC Sport", "title": "Striker out", "url": "https://news.example/a"}
    parts = dict.fromkeys(("injury_away", "sentiment_home", "sentiment_away", "tactical", "motivation"), 0.0)
    row = ExplanationRow(
        match_id=match_id,
        published_at=BEFORE,
        provider="groq",
        model="m",
        prompt="explanation_v1",
        prompt_hash="a" * 64,
        content=content,
        sources=[source],
        adjustment={**parts, "injury_home": -0.18, "home": -0.18, "away": 0.18, "sources": ["n1"]},
        tokens_in=1500,
        tokens_out=500,
        cost=Decimal("0.000525"),
        created_at=BEFORE,
    )
    return replace(row, **changes)
