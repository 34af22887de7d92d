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
from tests.making import hold, match_update
from tests.running import Answer, invoke, environment
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
                outside_id=str(days),
                kick_off=NOW - days * DAY,
                status=Status.FINISHED,
                score=goals,
                source_updated_at=NOW - DAY,
            )
            hold(db, match, now=NOW - DAY)
        given = [
            parse_article(uuid5(NAMESPACE_URL, t), f"https://x.example/{n}", t, "", "bbc_sport", "en", NOW - n * HOUR)
            for n, t in enumerate(TITLES)
        ]
        articles.add(db, assign_stories(given), NOW)
    with environment(DATABASE_URL=url, CLOCK=NOW.isoformat(), **SUPABASE):
        yield url


def get(path: str, **headers: Any) -> Answer:
    return invoke("users", f"/api/v1/users/teams/{path}", authorization=bearer(NOW), **headers)


def test_the_news_of_a_club_is_newest_first_and_each_story_once() -> None:
    said: Any = get(f"{ARSENAL}/news").json
    schemas.TeamNewsResponse.model_validate(said)
    assert [each["title"] for each in said["news"]] == [TITLES[1], TITLES[2]]
    first = said["news"][0]
    assert {name: first[name] for name in ("title", "source", "url", "published_at")} == {
        "title": TITLES[1],
        "source": "BBC Sport",
        "url": "https://x.example/1",
        "published_at": (NOW - HOUR).isoformat(),
    }
    assert [each["category"] for each in said["news"]] == ["injury", "form"]
    assert len({each["id"] for each in said["news"]}) == 2
    assert (said["team_name"], said["total"]) == ("Arsenal", 2)
    assert get(f"{EVERTON}/news").json["news"] == []
    assert get(f"{ARSENAL}/news?limit=1").json["total"] == 1


def test_a_summary_says_what_is_stored_and_no_more() -> None:
    said: Any = get(f"{ARSENAL}/summary", accept_language="en").json
    schemas.TeamSummaryResponse.model_validate(said)
    assert said["summary"] == (
        "Arsenal, last matches (2): won 1, drawn 1, lost 0. "
        "Place in the table (Premier League): 1, with 3 points. "
        'Absences, according to BBC Sport: "Arsenal\'s Saka out for six weeks".'
    )
    assert (said["form"], said["position"], said["points"]) == (["W", "D"], 1, 3)
    assert (said["team_id"], said["generated_at"]) == (ARSENAL, NOW.isoformat())
    assert (said["competition"], said["injuries_count"]) == ("Premier League", 1)


def test_the_next_match_is_the_first_that_has_not_begun(database: str) -> None:
    coming = {"season": 2026, "source_updated_at": NOW - DAY}
    with connect(database, "test") as db:
        put_off = match_update("Arsenal", "Fulham", outside_id="off", kick_off=NOW + DAY, status=Status.POSTPONED, **coming)
        away = match_update("Chelsea", "Arsenal", outside_id="away", kick_off=NOW + 2 * DAY, **coming)
        later = match_update("Arsenal", "Leeds", outside_id="later", kick_off=NOW + 3 * DAY, **coming)
        (_, match_id, _) = hold(db, put_off, away, later, now=NOW - DAY)
    told = get(f"{ARSENAL}/summary").json["next_match"]
    date = (NOW + 2 * DAY).isoformat().replace("+00:00", "Z")
    assert told == {"match_id": match_id, "opponent": "Chelsea", "date": date, "hour_known": True, "is_home": False}
    assert get(f"{EVERTON}/summary").json["next_match"] is None


def test_a_summary_is_in_french_first() -> None:
    said = get(f"{EVERTON}/summary").json
    assert said["summary"] == (
        "Everton, derniers matchs (2) : gagnés 0, nuls 1, perdus 1. "
        "Place au classement (Premier League) : 2, avec 0 points."
    )
    assert said["injuries_count"] == 0


@pytest.mark.case("H3")
@pytest.mark.parametrize(
    ("path", "status"),
    [("4/news", 404), ("4/summary", 404), ("0/news", 422), (f"{2**63}/news", 422), (f"{ARSENAL}/news?limit=21", 422)],
)
def test_a_club_that_is_none_is_said_so(path: str, status: int) -> None:
    assert get(path).status == status


@pytest.mark.parametrize("path", ["news", "summary"])
def test_it_is_for_those_who_have_signed_in(path: str) -> None:
    assert invoke("users", f"/api/v1/users/teams/{ARSENAL}/{path}").status == 401


def test_the_next_match_may_have_a_day_alone(database: str) -> None:
    last = last_minute((NOW + DAY).date())
    with connect(database, "test") as db:
        coming = match_update("Everton", "Arsenal", season=2026, outside_id="n", kick_off=last, hour=Hour.UNKNOWN)
        hold(db, coming, now=NOW - DAY)
    said = get(f"{ARSENAL}/summary").json["next_match"]
    assert (said["date"], said["hour_known"]) == (f"{(NOW + DAY).date()}T00:00:00Z", False)
