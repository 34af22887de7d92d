"""What a language model is asked: our facts, and the news as data that gives no orders."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from unicodedata import category, normalize

from shared.explanations.template import OUTCOMES, Factor, Figures, moved
from shared.explanations.translations import Language, format_number, format_percent, translate
from shared.football.articles import Article
from shared.football.calendar import PARIS
from shared.football.outlets import name_of

KIND = "explanation"
CANARY = "{canary}"
LONGEST_TITLE, LONGEST_EXTRACT = 160, 300
"""Characters of an article that are shown to the model."""
MOST_ARTICLES = 8
_MARKUP = re.compile(r"<!--.*?(?:-->|$)|<(script|style)\b.*?(?:</\1\s*>|$)|<[^>]*(?:>|$)", re.DOTALL | re.IGNORECASE)
_ENCODED = re.compile(r"[A-Za-z0-9+/=_-]{28,}")

_TEXTS = {"type": "array", "items": {"type": "string"}}
_WORDS: dict[str, Any] = {
    "type": "object",
    "properties": {
        "explanation": {"type": "string"},
        "context": {"type": "string"},
        "key_factors": _TEXTS,
        "risk_factors": _TEXTS,
    },
    "required": ["explanation", "context", "key_factors", "risk_factors"],
    "additionalProperties": False,
}
_SIGNAL: dict[str, Any] = {
    "type": "object",
    "properties": {
        "source": {"type": "string"},
        "side": {"type": "string", "enum": ["home", "away"]},
        "kind": {"type": "string", "enum": ["injury", "sentiment", "tactical", "motivation"]},
        "direction": {"type": "string", "enum": ["worse", "better"]},
        "strength": {"type": "number"},
        "confidence": {"type": "number"},
    },
    "required": ["source", "side", "kind", "direction", "strength", "confidence"],
    "additionalProperties": False,
}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "fr": _WORDS,
        "en": _WORDS,
        "cited_sources": _TEXTS,
        "signals": {"type": "array", "items": _SIGNAL},
    },
    "required": ["fr", "en", "cited_sources", "signals"],
    "additionalProperties": False,
}
"""Of the answer; as strict as both writers take it: everything required, nothing else allowed."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """A version of what a model is told to do.

    Attributes:
        kind: what is to be written.
        version: `<kind>_v<n>`.
        text: the instructions; `CANARY` stands in them once.
    """

    kind: str
    version: str
    text: str

    @property
    def hash(self) -> str:
        """SHA-256 of the text, in hex."""
        return sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Side:
    """A club before a match.

    Attributes:
        name: as shown.
        form: its last results, the newest first, such as `WDL`; empty where none is known.
        scored, conceded: its goals in them.
        position: in the table; None where there is none.
        rest_days: since its last match; None where none is known.
    """

    name: str
    form: str = ""
    scored: int = 0
    conceded: int = 0
    position: int | None = None
    rest_days: int | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """A match and its forecast, as much of them as every reader may see.

    Attributes:
        competition: its name.
        kick_off: when it begins.
        home, away: the clubs.
        probabilities: home win, draw, away win.
        goal_rates: expected goals of the two sides.
        basis: `prices` or `ratings`.
        factors: what moved the forecast most.
    """

    competition: str
    kick_off: datetime
    home: Side
    away: Side
    probabilities: Figures
    goal_rates: tuple[float, float]
    basis: str
    factors: tuple[Factor, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """What a model is asked, and what its answer is held against.

    Attributes:
        system: the instructions, canary filled in.
        user: the facts and the news.
        facts: what our figures say, as it stands in `user`.
        sources: the articles, by the id that the model knows them by.
        names: what it may call things by: the facts and the news in words.
        canary: what must not be seen again.
        instructions: the prompt without the canary.
    """

    system: str
    user: str
    facts: str
    sources: Mapping[str, Article]
    names: str
    canary: str
    instructions: str


def asked(prompt: Prompt, subject: Subject, articles: Sequence[Article], canary: str) -> Asked:
    """The question to a model.

    Args:
        prompt: the instructions.
        subject: the match.
        articles: what the news says, the most telling first; `MOST_ARTICLES` are shown.
        canary: a word that nobody can guess, new for each question.
    """
    sources = {f"n{place}": article for place, article in enumerate(articles[:MOST_ARTICLES], 1)}
    told = {language.value: _facts(subject, language) for language in Language}
    facts = json.dumps(told, ensure_ascii=False)
    news = [_shown(source, article) for source, article in sources.items()]
    user = f"FACTS\n{facts}\nEND OF FACTS\nNEWS\n{_as_data(news)}\nEND OF NEWS"
    names = " ".join([facts, *(f"{article['title']} {article['extract']}" for article in news)])
    return Asked(prompt.text.replace(CANARY, canary), user, facts, sources, names, canary, prompt.text)


def repair(question: Asked, reasons: Sequence[str]) -> str:
    """What is asked once more where an answer may not be kept; nothing of that answer is repeated."""
    listed = "\n".join(f"- {reason}" for reason in reasons[:12])
    return f"{question.user}\nAn earlier answer was refused. Write it again so that none of this is so:\n{listed}"


def chosen(versions: Mapping[str, float], match_id: int) -> str:
    """Which version of a prompt a match gets, by their weights: always the same one for the same weights.

    Raises:
        ValueError: no weight is above 0.
    """
    total = sum(versions.values())
    if total <= 0:
        raise ValueError("at least one version of a prompt must have a weight above 0")
    point = int.from_bytes(sha256(str(match_id).encode()).digest()[:8]) / 2**64 * total
    for version in sorted(versions):
        point -= versions[version]
        if point < 0:
            return version
    return max(versions, key=lambda version: versions[version])  # the rounding of sums


def cleaned(text: str, most: int) -> str:
    """A stranger's words as plain text: without markup, hidden signs and encoded runs, cut to a length."""
    shown = _MARKUP.sub(" ", normalize("NFKC", text))  # which makes plain brackets of wide ones
    seen = "".join(sign if category(sign)[0] not in "C" else " " * (sign in "\n\t\r") for sign in shown)
    return " ".join(_ENCODED.sub(" ", seen).split())[:most]


def _shown(source: str, article: Article) -> dict[str, str]:
    return {
        "id": source,
        "outlet": cleaned(article.outlet, 60),
        "day": f"{article.published_at.astimezone(PARIS):%d/%m/%Y}",
        "kind": article.kind.value,
        "title": cleaned(article.title, LONGEST_TITLE),
        "extract": cleaned(article.extract, LONGEST_EXTRACT),
    }


def _as_data(news: list[dict[str, str]]) -> str:
    """As JSON in which no sign can end what surrounds it."""
    plain = json.dumps(news, ensure_ascii=False)
    return plain.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _facts(subject: Subject, language: Language) -> dict[str, Any]:
    kick_off = subject.kick_off.astimezone(PARIS)
    shares = zip(OUTCOMES, subject.probabilities, strict=True)
    sides = (subject.home.name, translate("side_draw", language), subject.away.name)
    return {
        "competition": subject.competition,
        "day": f"{kick_off:%d/%m/%Y}",
        "home": _side(subject.home),
        "away": _side(subject.away),
        "probabilities": {outcome: format_percent(share, language) for outcome, share in shares},
        "expected_goals": [format_number(rate, language, 1) for rate in subject.goal_rates],
        "basis": translate("by_ratings" if subject.basis == "ratings" else "by_prices", language),
        "moved_most": [moved(factor, sides, language) for factor in subject.factors],
    }


def _side(side: Side) -> dict[str, Any]:
    """Without what is not known, so that nothing is made of it."""
    of_form = {"last_results": side.form, "scored": side.scored, "conceded": side.conceded} if side.form else {}
    told = {"name": side.name, **of_form, "position": side.position, "rest_days": side.rest_days}
    return {name: value for name, value in told.items() if value is not None}


def words_of(article: Article) -> dict[str, str]:
    """An article as it is cited beside a text."""
    return {
        "article_id": str(article.article_id),
        "source": name_of(article.outlet),
        "title": cleaned(article.title, LONGEST_TITLE),
        "url": article.url,
    }
