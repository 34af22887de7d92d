"""One story is counted once, however many outlets publish it; two stories are two."""

from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import NAMESPACE_URL, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.football.article_parsing import parse_article
from shared.football.article_topics import classify
from shared.football.articles import Article, ArticleKind
from shared.football.story_clustering import MAX_GAP, assign_stories, deduplicate

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def article(
    title: str, hours: float = 0, language: Literal["fr", "en"] = "en", outlet: str = "bbc_sport", extract: str = ""
) -> Article:
    url = f"https://news.example/{outlet}/{title.replace(' ', '-')}/{hours}"
    return parse_article(uuid5(NAMESPACE_URL, url), url, title, extract, outlet, language, NOON + hours * HOUR)


FIVE = [
    article("Saka ruled out for six weeks with hamstring injury as Arsenal suffer blow", 0, outlet="a"),
    article("Arsenal's Saka out for six weeks after hamstring scan", 2, outlet="b"),
    article("Hamstring injury rules Saka out of Arsenal side for six weeks", 3, outlet="c"),
    article("Arsenal confirm six weeks out for injured Saka", 5, outlet="d"),
    article("Saka sidelined: hamstring keeps Arsenal winger out six weeks", 20, outlet="e"),
]


def stories(articles: list[Article]) -> int:
    return len({each.story_id for each in assign_stories(articles)})


def test_an_item_of_a_feed_is_the_first_article_of_its_own_story() -> None:
    url = "https://news.example/saka"
    article_id = uuid5(NAMESPACE_URL, url)
    parsed = parse_article(article_id, url, "<b>Saka</b> ruled out", "Arsenal&nbsp;lose him", "a", "en", NOON)
    assert parsed == Article(
        article_id, url, "Saka ruled out", "Arsenal lose him", "a", "en", NOON, (118,), ArticleKind.INJURY, article_id
    )
    long = parse_article(article_id, url, "word " * 99, "word " * 99, "a", "en", NOON)
    assert (len(long.title), len(long.extract)) == (300, 300)
    with pytest.raises(ValueError, match="an article needs a title"):
        parse_article(article_id, url, "<script>x</script>", "Arsenal", "a", "en", NOON)


@pytest.mark.case("N13")
def test_articles_of_five_outlets_form_one_story() -> None:
    assert stories(FIVE) == 1
    assert deduplicate(assign_stories(FIVE)) == [FIVE[0]]


@pytest.mark.case("N13")
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Arsenal win at Lens", "Arsenal lose at Lens"),
        ("Arsenal beat Lens 2-1 in a late show", "Arsenal beat Lens 3-0 in a late show"),
        ("Saka out for six weeks at Arsenal", "Saliba signs new Arsenal deal"),
        ("Arsenal confirm six weeks out for Saka", "Chelsea confirm six weeks out for Palmer"),
        ("Premier League: Arsenal v Chelsea", "Premier League: Arsenal v Everton"),
    ],
)
def test_two_stories_are_two(one: str, other: str) -> None:
    assert stories([article(one), article(other, 1)]) == 2


@pytest.mark.parametrize(
    ("other", "count"),
    [
        ("alpha bravo gamma kappa sigma zulu", 1),  # three of the shorter title's five words are the same
        ("alpha bravo kappa sigma", 2),  # two of its four
        ("alpha bravo kappa", 1),  # two of its three
        ("alpha", 2),  # one word is none
    ],
)
def test_two_words_and_six_in_ten_of_the_shorter_title_make_one_story(other: str, count: int) -> None:
    assert stories([article("alpha bravo gamma delta omega"), article(other, 1)]) == count


def test_words_are_the_same_by_their_first_five_letters() -> None:
    assert stories([article("Captain injured"), article("Captain's injury", 1)]) == 1
    assert stories([article("Captain injured"), article("Captain insured", 1)]) == 2


def test_a_story_spans_two_days_one_language_and_the_same_clubs() -> None:
    title = "alpha bravo gamma delta omega"
    assert stories([article(title), article(f"{title} zulu", 48)]) == 1
    assert stories([article(title), article(f"{title} zulu", 48.001)]) == 2
    assert stories([article(title), article(f"{title} zulu", 1, "fr")]) == 2
    assert stories([article(title), article(f"{title} Arsenal", 1)]) == 2
    assert stories([article(f"{title} Chelsea Arsenal"), article(f"Arsenal {title}", 1)]) == 1
    assert stories([article(f"{title} 2-1"), article(f"2 – 1 {title}", 1)]) == 1
    assert stories([article(f"{title} 2-1"), article(f"{title} zulu", 1)]) == 1


@pytest.mark.case("N13")
def test_the_same_title_after_two_days_is_a_new_story() -> None:
    title = "Saka out for six weeks at Arsenal"
    assert stories([article(title), article(title, 48, outlet="b")]) == 1
    assert stories([article(title), article(title, 48.1, outlet="b")]) == 2


def test_a_known_storys_id_is_reused() -> None:
    [first] = assign_stories(FIVE[:1])
    [second] = assign_stories([FIVE[1]], [first])
    assert second.story_id == first.article_id
    assert assign_stories([], [first]) == []


@pytest.mark.case("N13", "G1")
@given(st.permutations(FIVE), st.integers(0, 5))
def test_neither_the_order_nor_the_runs_that_bring_them_change_the_story(articles: list[Article], cut: int) -> None:
    assert {each.story_id for each in assign_stories(articles)} == {FIVE[0].article_id}
    assert assign_stories(articles) == assign_stories(list(reversed(articles)))
    before = assign_stories(FIVE[:cut])
    assert {each.story_id for each in [*before, *assign_stories(FIVE[cut:], before)]} == {FIVE[0].article_id}


@given(st.lists(st.text(alphabet="abc ", min_size=1, max_size=12), max_size=8))
def test_every_story_is_named_by_one_of_its_articles_and_lasts_no_longer_than_its_links(titles: list[str]) -> None:
    articles = [article(f"t {title}", 10 * n) for n, title in enumerate(titles)]
    stories = assign_stories(articles)
    assert {each.article_id for each in stories} == {each.article_id for each in articles}
    by_id = {each.article_id: each for each in stories}
    for each in stories:
        first = by_id[each.story_id]
        assert first.story_id == first.article_id
        assert first.published_at <= each.published_at
        assert any(abs(each.published_at - o.published_at) <= MAX_GAP for o in stories if o.story_id == each.story_id)


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Saka ruled out for six weeks", ArticleKind.INJURY),
        ("Dembélé forfait face à Lens", ArticleKind.INJURY),
        ("Winger praised by coach", ArticleKind.OTHER),
        ("An emission on television", ArticleKind.OTHER),
        ("Rice suspended after red card", ArticleKind.SUSPENSION),
        ("Carton rouge : Hakimi manquera deux matchs", ArticleKind.SUSPENSION),
        ("Mercato : Lille tient sa recrue", ArticleKind.TRANSFER),
        ("Isak signs for Liverpool", ArticleKind.TRANSFER),
        ("Les compositions probables de PSG-OM", ArticleKind.PREVIEW),
        ("Brighton v Fulham: team news", ArticleKind.PREVIEW),
        ("Lens s'impose à Nantes", ArticleKind.FORM),
        ("Fulham beat Everton", ArticleKind.FORM),
        ("Un stade plus beau", ArticleKind.OTHER),
    ],
)
def test_an_articles_type_is_classified_by_whole_words(title: str, kind: ArticleKind) -> None:
    assert classify(title, "") is kind
    assert classify("Football", title) is kind
