"""Near-duplicate detection: clustering of articles into stories.

Two articles belong to one story if they are in the same language, were published within `MAX_GAP`, mention a common
club (or both none), have no different scores in their titles, and share at least `MIN_SHARED_WORDS` title words that
make up `MIN_OVERLAP` of the shorter title. Club names and common words are ignored: `Arsenal win at Lens` and `Arsenal
lose at Lens` share nothing. An article joins the story of the earliest similar one, so the id of a story never changes.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from shared.football.articles import Article
from shared.football.team import fold
from shared.football.teams import by_id

MAX_GAP = timedelta(hours=48)
MIN_SHARED_WORDS = 2
MIN_OVERLAP = 0.6

_WORD = re.compile(r"[^\W_]+")
_SCORE = re.compile(r"\b\d+\s?[-–]\s?\d+\b")
_COMMON_WORDS = """
    a an the of in on at to for from with by and or as is are was be his her its their this that after before over how
    why what who when will has have not no new says say report reports live video exclusive football soccer news le la
    les l un une des du de d au aux en et ou a pour par sur dans avec sans est sont sera son sa ses leur ce cette qui
    que quoi pourquoi comment apres avant selon plus pas ne se s foot actu direct league premier ligue liga serie
    bundesliga champions coupe cup fc match matches
"""
_COMMON = frozenset(_COMMON_WORDS.split())


@dataclass(frozen=True, slots=True)
class _Title:
    words: frozenset[str]
    scores: frozenset[str]


def assign_stories(articles: Iterable[Article], earlier: Iterable[Article] = ()) -> list[Article]:
    """Assign story ids; returns the articles in order of publication.

    Args:
        earlier: articles with assigned stories; not returned.
    """
    assigned = [(article, _title(article)) for article in sorted(earlier, key=_publication_order)]
    clustered: list[Article] = []
    for article in sorted(articles, key=_publication_order):
        title = _title(article)
        story = next(
            (other.story_id for other, its in assigned if _same_story(article, title, other, its)), article.article_id
        )
        clustered.append(replace(article, story_id=story))
        assigned.append((clustered[-1], title))
    return clustered


def deduplicate(articles: Sequence[Article]) -> list[Article]:
    """The first article of each story, in the given order."""
    first: dict[object, Article] = {}
    for article in articles:
        first.setdefault(article.story_id, article)
    return list(first.values())


def _publication_order(article: Article) -> tuple[object, object]:
    return article.published_at, article.article_id


def _title(article: Article) -> _Title:
    clubs = (club for team_id in article.team_ids if (club := by_id(team_id)) is not None)
    names = {word for club in clubs for spellings in club.aliases.values() for word in _words(" ".join(spellings))}
    counting = frozenset(_stem(word) for word in _words(article.title) if word not in names | _COMMON)
    scores = frozenset(re.sub(r"\s?[-–]\s?", "-", score) for score in _SCORE.findall(article.title))
    return _Title(counting, scores)


def _words(text: str) -> list[str]:
    return [fold(m[0]) for m in _WORD.finditer(text) if not m[0].isdecimal()]


def _stem(word: str) -> str:
    """A crude stem: the first five letters, so that `injured` equals `injury`."""
    return word[:5]


def _same_story(one: Article, title: _Title, other: Article, other_title: _Title) -> bool:
    if one.language != other.language or abs(one.published_at - other.published_at) > MAX_GAP:
        return False
    if (one.team_ids or other.team_ids) and not set(one.team_ids) & set(other.team_ids):
        return False
    if title.scores and other_title.scores and title.scores != other_title.scores:
        return False
    shared = len(title.words & other_title.words)
    return shared >= MIN_SHARED_WORDS and shared >= MIN_OVERLAP * min(len(title.words), len(other_title.words))
