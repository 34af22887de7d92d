"""A club's followers read its news and a summary in plain words, made of stored numbers."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pytest

from functions.users import schemas
from shared.football.article_parsing import parse_article
from shared.football.calendar import last_minute
from shared.football.match import Hour, Status
from shared.football.story_clustering import assign_stories
from shared.stores.database import connect
from shared.stores.news import articles
from tests.factories import insert_matches, match_update
from tests.running import HttpResponse, environment, invoke
from tests.tokens import NOW, SUPABASE, bearer

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ARSENAL, EVERTON = 118, 139
TITLES = ("Saka ruled out for six weeks at Arsenal", "Arsenal's Saka out for six weeks", "Arsenal draw again")


@pytest.fixture(autouse=True)
def database(url: str) -> Iterator[str]:
    with connect(url, "test") as db:
        for days, goals in ((3, "2-0"), (10, "1-1")):
            match = match_update(
                "Arsenal",
                "Everton",
                season=2026 if days == 3 else 2025,
                external_id=str(days),
                kick_off=NOW - days * DAY,
                status=Status.FINISHED,
                score=goals,
                source_updated_at=NOW - DAY,
            )
            insert_matches(db, match, now=NOW - DAY)
        new_articles = [
            parse_article(uuid5(NAMESPACE_URL, t), f"https://x.example/{n}", t, "", "bbc_sport", "en", NOW - n * HOUR)
            for n, t in enumerate(TITLES)
        ]
        articles.add(db, assign_stories(new_articles), NOW)
    with environment(DATABASE_URL=url, CLOCK=NOW.isoformat(), **SUPABASE):
        yield url


def get(path: str, **headers: Any) -> HttpResponse:
    return invoke("users", f"/api/v1/users/teams/{path}", authorization=bearer(NOW), **headers)


def test_the_news_of_a_club_is_newest_first_and_each_story_once() -> None:
    body: Any = get(f"{ARSENAL}/news").json
    schemas.TeamNewsResponse.model_validate(body)
    assert [each["title"] for each in body["news"]] == [TITLES[1], TITLES[2]]
    first = body["news"][0]
    assert {name: first[name] for name in ("title", "source", "url", "published_at")} == {
        "title": TITLES[1],
        "source": "BBC Sport",
        "url": "https://x.example/1",
        "published_at": (NOW - HOUR).isoformat(),
    }
    assert [each["category"] for each in body["news"]] == ["injury", "form"]
    assert len({each["id"] for each in body["news"]}) == 2
    assert (body["team_name"], body["total"]) == ("Arsenal", 2)
    assert get(f"{EVERTON}/news").json["news"] == []
    assert get(f"{ARSENAL}/news?limit=1").json["total"] == 1


def test_a_team_summary_is_built_from_stored_data_alone() -> None:
    body: Any = get(f"{ARSENAL}/summary", accept_language="en").json
    schemas.TeamSummaryResponse.model_validate(body)
    assert body["summary"] == (
        "Arsenal, last matches (2): won 1, drawn 1, lost 0. "
        "Place in the table (Premier League): 1, with 3 points. "
        'Absences, according to BBC Sport: "Arsenal\'s Saka out for six weeks".'
    )
    assert (body["form"], body["position"], body["points"]) == (["W", "D"], 1, 3)
    assert (body["team_id"], body["generated_at"]) == (ARSENAL, NOW.isoformat())
    assert (body["competition"], body["injuries_count"]) == ("Premier League", 1)


def test_the_next_match_is_the_first_that_has_not_begun(database: str) -> None:
    coming = {"season": 2026, "source_updated_at": NOW - DAY}
    with connect(database, "test") as db:
        put_off = match_update(
            "Arsenal", "Fulham", external_id="off", kick_off=NOW + DAY, status=Status.POSTPONED, **coming
        )
        away = match_update("Chelsea", "Arsenal", external_id="away", kick_off=NOW + 2 * DAY, **coming)
        later = match_update("Arsenal", "Leeds", external_id="later", kick_off=NOW + 3 * DAY, **coming)
        (_, match_id, _) = insert_matches(db, put_off, away, later, now=NOW - DAY)
    body = get(f"{ARSENAL}/summary").json["next_match"]
    date = (NOW + 2 * DAY).isoformat().replace("+00:00", "Z")
    assert body == {"match_id": match_id, "opponent": "Chelsea", "date": date, "hour_known": True, "is_home": False}
    assert get(f"{EVERTON}/summary").json["next_match"] is None


def test_a_summary_is_in_french_first() -> None:
    body = get(f"{EVERTON}/summary").json
    assert body["summary"] == (
        "Everton, derniers matchs (2) : gagnés 0, nuls 1, perdus 1. "
        "Place au classement (Premier League) : 2, avec 0 points."
    )
    assert body["injuries_count"] == 0


@pytest.mark.case("H3")
@pytest.mark.parametrize(
    ("path", "status"),
    [("4/news", 404), ("4/summary", 404), ("0/news", 422), (f"{2**63}/news", 422), (f"{ARSENAL}/news?limit=21", 422)],
)
def test_an_unknown_club_is_rejected(path: str, status: int) -> None:
    assert get(path).status == status


@pytest.mark.parametrize("path", ["news", "summary"])
def test_club_news_requires_signing_in(path: str) -> None:
    assert invoke("users", f"/api/v1/users/teams/{ARSENAL}/{path}").status == 401


def test_the_next_match_may_have_a_day_alone(database: str) -> None:
    last = last_minute((NOW + DAY).date())
    with connect(database, "test") as db:
        coming = match_update("Everton", "Arsenal", season=2026, external_id="n", kick_off=last, hour=Hour.UNKNOWN)
        insert_matches(db, coming, now=NOW - DAY)
    body = get(f"{ARSENAL}/summary").json["next_match"]
    assert (body["date"], body["hour_known"]) == (f"{(NOW + DAY).date()}T00:00:00Z", False)
