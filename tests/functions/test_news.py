"""Stored news is public; news about a match requires Premium."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Literal
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

import pytest

from functions.news import schemas
from shared.football.article_parsing import parse_article
from shared.football.articles import Article
from shared.football.calendar import last_minute
from shared.football.match import Hour
from shared.football.story_clustering import assign_stories
from shared.stores.database import connect
from shared.stores.news import articles, explanations
from shared.stores.operations import jobs
from tests.factories import BEFORE, explanation, insert_matches, insert_predictions, match_update
from tests.running import HttpResponse, environment, invoke
from tests.tokens import NOW, SUPABASE, bearer

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PREFIX = "/api/v1/rag"


def article(
    title: str, age: timedelta = HOUR, language: Literal["fr", "en"] = "en", outlet: str = "bbc_sport"
) -> Article:
    url = f"https://x.example/{outlet}/{title.replace(' ', '-')}"
    return parse_article(uuid5(NAMESPACE_URL, url), url, title, "What is said.", outlet, language, NOW - age)


ARTICLES = [
    article("Saka ruled out for six weeks at Arsenal"),
    article("Arsenal's Saka out for six weeks", 2 * HOUR, outlet="guardian"),
    article("Arsenal draw again", 3 * HOUR),
    article("Everton defender suspended", 4 * HOUR, outlet="sky_sports"),
    article("Lens perd à Nice", 5 * HOUR, "fr", "rmc_sport"),
    article("Arsenal keeper injured", 15 * DAY),
    article("A stadium is renamed", 6 * HOUR),
]


@pytest.fixture(autouse=True)
def database(url: str) -> Iterator[str]:
    with connect(url, "test") as db:
        insert_matches(db, match_update("Arsenal", "Everton", season=2026, kick_off=NOW + DAY), now=NOW - DAY)
        match = match_update("Lens", "Nice", season=2026, competition="FL1", external_id="fr", kick_off=NOW + DAY)
        insert_matches(db, match, now=NOW - DAY)
        articles.add(db, assign_stories(ARTICLES), NOW)
    with environment(DATABASE_URL=url, CLOCK=NOW.isoformat(), **SUPABASE):
        yield url


def get(path: str, role: str | None = None) -> HttpResponse:
    headers: dict[str, Any] = {"authorization": bearer(NOW, app_metadata={"role": role})} if role else {}
    return invoke("news", f"{PREFIX}{path}", **headers)


def titles(path: str) -> list[str]:
    response = get(path)
    assert response.status == 200, response.body
    schemas.NewsResponse.model_validate(response.json)
    assert response.json["total"] == len(response.json["articles"])
    return [each["title"] for each in response.json["articles"]]


@pytest.mark.case("N13")
def test_news_is_listed_newest_first_with_each_story_once() -> None:
    """By its first outlet."""
    assert titles("/news?limit=50") == [
        "Arsenal's Saka out for six weeks",
        "Arsenal draw again",
        "Everton defender suspended",
        "Lens perd à Nice",
        "A stadium is renamed",
    ]
    assert len(titles("/news?limit=1")) == 1


def test_news_is_as_old_as_the_last_reading_of_the_feeds(database: str) -> None:
    assert get("/news").json["fetched_at"] == f"{NOW:%Y-%m-%dT%H:%M:%SZ}", "the feeds were never fetched"
    with connect(database, "test") as db:
        jobs.mark_succeeded(db, "ingest_news", NOW.date(), NOW - 2 * HOUR, {})
    assert get("/news").json["fetched_at"] == f"{NOW - 2 * HOUR:%Y-%m-%dT%H:%M:%SZ}"


@pytest.mark.case("K1")
def test_news_of_a_club_and_of_a_competition() -> None:
    assert titles("/news?team=Lens") == titles("/news?team=RC%20Lens") == ["Lens perd à Nice"]
    assert titles("/news?competition=pl") == titles("/news?limit=3")
    assert titles("/news?competition=Premier%20League") == titles("/news?limit=3"), "as our answers name it"
    assert titles("/news?team=Nice") == ["Lens perd à Nice"]


def test_injuries_and_suspensions_by_club() -> None:
    assert titles("/news/injuries?team=Arsenal") == ["Arsenal's Saka out for six weeks"]
    assert titles("/news/injuries?team=Everton") == ["Everton defender suspended"]


def test_an_article_has_every_field_of_the_pages_and_its_source() -> None:
    first = get("/news?team=Everton").json["articles"][0]
    assert first == {
        "title": "Everton defender suspended",
        "source": "Sky Sports",
        "published_at": (NOW - 4 * HOUR).isoformat().replace("+00:00", "Z"),
        "url": "https://x.example/sky_sports/Everton-defender-suspended",
        "article_type": "suspension",
        "team_name": "Everton",
        "extract": "What is said.",
        "language": "en",
        "team_ids": [139],
    }
    assert get("/news?limit=50").json["articles"][-1]["article_type"] == "general"


@pytest.mark.case("H7", "H9")
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/news?team=Nobody%20FC", 404),
        ("/news?competition=XX", 400),
        ("/news?limit=0", 422),
        ("/news?limit=51", 422),
        ("/news?limit=1000000000", 422),
        ("/news/injuries", 422),
        ("/news?team=%27%3B--%25", 404),
    ],
)
def test_invalid_parameters_are_rejected(path: str, status: int) -> None:
    assert get(path).status == status


@pytest.mark.parametrize("path", ["/status", "/enrich?home_team=Arsenal&away_team=Everton"])
def test_news_about_a_match_requires_premium(path: str) -> None:
    assert get(path).status == 401
    assert get(path, "free").status == 403
    assert get(path, "premium").status == 200


def test_the_context_of_a_match_is_made_of_stored_news_alone() -> None:
    """With no request to an outside system."""
    body: Any = get("/enrich?home_team=Arsenal&away_team=Everton", "premium").json
    schemas.MatchContext.model_validate(body)
    toneless = {"sentiment_score": 0.0, "sentiment_label": "neutral"}
    assert body["home_context"] == {
        "team_name": "Arsenal",
        "injuries": ["Arsenal's Saka out for six weeks"],
        "recent_news": ["Arsenal's Saka out for six weeks", "Arsenal draw again"],
        **toneless,
    }
    assert body["away_context"] == {
        "team_name": "Everton",
        "injuries": ["Everton defender suspended"],
        "recent_news": ["Everton defender suspended"],
        **toneless,
    }
    assert (body["home_team"], body["away_team"], body["competition"]) == ("Arsenal", "Everton", "PL")
    assert body["match_date"] == f"{NOW + DAY:%Y-%m-%dT%H:%M:%SZ}"
    assert body["enriched_at"] == f"{NOW:%Y-%m-%dT%H:%M:%SZ}"
    assert body["match_importance"] == "normal"
    assert (body["weather"]["available"], body["weather"]["reason"]) == (False, "no_forecast")
    assert body["sources_used"] == ["BBC Sport", "Sky Sports", "The Guardian"]
    assert body["is_derby"] is False
    assert len(body["articles"]) == 3


@pytest.mark.parametrize(
    ("home", "away", "derby"),
    [
        ("Arsenal", "Tottenham", True),
        ("Everton", "Liverpool", True),
        ("Inter", "Milan", True),
        ("Paris SG", "Lens", False),
    ],
)
def test_a_derby_is_of_neighbours(url: str, home: str, away: str, derby: bool) -> None:
    competition = {"Inter": "SA", "Paris SG": "FL1"}.get(home, "PL")
    with connect(url, "test") as db:
        insert_matches(
            db,
            match_update(home, away, season=2026, competition=competition, external_id=home, kick_off=NOW + DAY),
            now=NOW - DAY,
        )
    assert get(f"/enrich?home_team={quote(home)}&away_team={away}", "premium").json["is_derby"] is derby


def test_the_status_counts_the_stored_news() -> None:
    body = get("/status", "premium").json
    assert body == {"enabled": True, "groq_configured": False, "last_enrichment": None, "total_enrichments": 7}


def test_a_stored_analysis_is_returned_to_premium_and_never_generated_on_request(database: str) -> None:

    def analysis(plan: str) -> HttpResponse:
        token = bearer(NOW, app_metadata={"role": plan})
        target = f"{PREFIX}/analyze?home_team=Arsenal&away_team=Everton"
        return invoke("news", target, method="POST", authorization=token, accept_language="en")

    assert analysis("free").status == 403
    nothing = analysis("premium")
    assert (nothing.status, nothing.json["detail"]) == (404, "Nothing has been written about this match yet.")
    with connect(database, "test") as db:
        (match_id,) = insert_predictions(db, match_update("Arsenal", "Everton", season=2026, kick_off=NOW + DAY))
        explanations.add(db, explanation(match_id))
    body = analysis("premium").json
    schemas.MatchAnalysis.model_validate(body)
    assert body["analysis"] == "Arsenal are ahead. The striker is out."
    assert (body["home_team"], body["away_team"], body["competition"]) == ("Arsenal", "Everton", "PL")
    assert body["generated_at"] == f"{BEFORE:%Y-%m-%dT%H:%M:%SZ}"
    assert body["sources"] == [{"source": "BBC Sport", "title": "Striker out", "url": "https://news.example/a"}]
    context: Any = get("/enrich?home_team=Arsenal&away_team=Everton", "premium").json
    assert context["combined_analysis"] == "L'attaquant manque."


def test_the_news_of_a_match_without_an_hour_has_its_day(database: str) -> None:
    day = (NOW + 2 * DAY).date()
    with connect(database, "test") as db:
        coming = match_update(
            "Arsenal", "Everton", season=2026, kick_off=last_minute(day), hour=Hour.UNKNOWN, source_updated_at=NOW
        )
        insert_matches(db, coming, now=NOW)
    body: Any = get("/enrich?home_team=Arsenal&away_team=Everton", "premium").json
    assert (body["match_date"], body["hour_known"]) == (f"{day}T00:00:00Z", False)
