"""What an explanation may cite: the best of each club, each story once, nothing from the future."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.football.article_parsing import parse_article
from shared.football.articles import Article
from shared.football.relevance import most_relevant

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOME, AWAY = 118, 139
SPACE = UUID(int=0)


def article(n: int, title: str, age: timedelta = timedelta(hours=1)) -> Article:
    return parse_article(uuid5(SPACE, str(n)), f"https://x.example/{n}", title, "", "bbc_sport", "en", NOW - age)


def test_articles_are_ranked_by_similarity_absences_and_age() -> None:
    closest, old = article(1, "Arsenal hire"), article(2, "Arsenal sell shirts", timedelta(days=9))
    new, hurt = article(3, "Arsenal paint walls"), article(4, "Arsenal keeper injured")
    ranked = most_relevant([old, new, hurt, closest], {closest.article_id: 0.6}, (HOME, AWAY), NOW, 4)
    assert ranked == [closest, hurt, new, old]


def test_a_day_of_age_costs_a_hundredth_of_similarity_and_an_absence_gains_five() -> None:
    new, older = article(1, "Arsenal paint walls", timedelta(0)), article(2, "Arsenal hire", timedelta(days=9))
    for distance, first in ((0.0899, new), (0.0901, older)):
        assert most_relevant([older, new], {older.article_id: distance}, (HOME, AWAY), NOW, 4)[0] == first
    for title in ("Arsenal keeper injured", "Arsenal keeper suspended after red card"):
        out = article(3, title, timedelta(0))
        for distance, first in ((0.0499, out), (0.0501, new)):
            assert most_relevant([new, out], {new.article_id: distance}, (HOME, AWAY), NOW, 4)[0] == first


def test_of_articles_that_are_worth_the_same_the_newer_comes_first() -> None:
    """A day older and a hundredth nearer."""
    new, older = article(1, "Arsenal paint walls", timedelta(0)), article(2, "Arsenal hire", timedelta(days=1))
    assert most_relevant([older, new], {older.article_id: 0.01}, (HOME, AWAY), NOW, 4) == [new, older]


def test_a_question_about_no_club_has_all_places_for_all() -> None:
    articles = [article(n, f"Arsenal item {n}", timedelta(hours=n)) for n in range(3)]
    assert most_relevant(articles, {}, (), NOW, 2) == articles[:2]
    assert most_relevant(articles, {}, (HOME, AWAY), NOW, 1) == articles[:1]


def test_each_club_gets_half_of_the_articles() -> None:
    famous = [article(n, f"Arsenal item {n}") for n in range(20)]
    other = [article(100 + n, f"Everton item {n}", timedelta(days=13)) for n in range(6)]
    chosen = most_relevant([*famous, *other], {}, (HOME, AWAY), NOW, 8)
    assert sum(AWAY in each.team_ids for each in chosen) == 4
    assert len(most_relevant([*famous, *other[:1]], {}, (HOME, AWAY), NOW, 8)) == 8


def test_each_club_has_its_places_beside_news_of_neither() -> None:
    neither = [article(n, f"Football item {n}", timedelta(hours=n)) for n in range(3)]
    home = [article(10 + n, f"Arsenal item {n}", timedelta(hours=10 + n)) for n in range(3)]
    away = article(20, "Everton item", timedelta(hours=20))
    articles = [*neither, *home, away]
    assert most_relevant(articles, {}, (HOME, AWAY), NOW, 4) == [neither[0], home[0], home[1], away]
    assert most_relevant(articles, {}, (HOME,), NOW, 2) == home[:2]


@pytest.mark.case("N13")
def test_a_story_counts_once_by_its_best_article() -> None:
    first = article(1, "Arsenal keeper injured", timedelta(days=1))
    second = replace(article(2, "Arsenal goalkeeper hurt"), story_id=first.story_id)
    assert most_relevant([first, second], {second.article_id: 0.5}, (HOME, AWAY), NOW, 8) == [second]


@given(st.lists(st.integers(-48, 400), max_size=30), st.integers(0, 10))
def test_relevant_articles_are_at_most_the_limit_and_never_from_the_future(ages: list[int], limit: int) -> None:
    articles = [
        article(n, ("Arsenal", "Everton")[n % 2] + f" item {n}", timedelta(hours=h)) for n, h in enumerate(ages)
    ]
    chosen = most_relevant(articles, {}, (HOME, AWAY), NOW, limit)
    assert len(chosen) == min(limit, sum(age >= 0 for age in ages))
    assert all(each.published_at <= NOW for each in chosen)
