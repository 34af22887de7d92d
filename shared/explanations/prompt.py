"""What a language model is asked: our facts, and the news as data that gives no orders."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from unicodedata import category, normalize

from shared.explanations.template import OUTCOMES, Factor, OutcomeValues, describe_factor
from shared.explanations.translations import Language, number, percent, say
from shared.football.articles import Article
from shared.football.calendar import PARIS
from shared.football.outlets import outlet_name

PROMPT_KIND = "explanation"
CANARY = "{canary}"
MAX_TITLE, MAX_EXTRACT = 160, 300
"""Characters of an article that are shown to the model."""
MAX_ARTICLES = 8
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
class MatchFacts:
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
    probabilities: OutcomeValues
    goal_rates: tuple[float, float]
    basis: str
    factors: tuple[Factor, ...] = ()


@dataclass(frozen=True, slots=True)
class ExplanationRequest:
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


def build_request(prompt: Prompt, match: MatchFacts, articles: Sequence[Article], canary: str) -> ExplanationRequest:
    """The question to a model.

    Args:
        prompt: the instructions.
        subject: the match.
        articles: what the news says, the most telling first; `MOST_ARTICLES` are shown.
        canary: a word that nobody can guess, new for each question.
    """
    sources = {f"n{place}": article for place, article in enumerate(articles[:MAX_ARTICLES], 1)}
    by_language = {language.value: _facts(match, language) for language in Language}
    facts = json.dumps(by_language, ensure_ascii=False)
    news = [_article_fields(source, article) for source, article in sources.items()]
    user = f"FACTS\n{facts}\nEND OF FACTS\nNEWS\n{_escaped_json(news)}\nEND OF NEWS"
    names = " ".join([facts, *(f"{article['title']} {article['extract']}" for article in news)])
    return ExplanationRequest(prompt.text.replace(CANARY, canary), user, facts, sources, names, canary, prompt.text)


def build_repair(request: ExplanationRequest, reasons: Sequence[str]) -> str:
    """What is asked once more where an answer may not be kept; nothing of that answer is repeated."""
    listed = "\n".join(f"- {reason}" for reason in reasons[:12])
    return f"{request.user}\nAn earlier answer was refused. Write it again so that none of this is so:\n{listed}"


def choose_version(versions: Mapping[str, float], match_id: int) -> str:
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


def sanitize(text: str, max_length: int) -> str:
    """A stranger's words as plain text: without markup, hidden signs and encoded runs, cut to a length."""
    plain = _MARKUP.sub(" ", normalize("NFKC", text))  # which makes plain brackets of wide ones
    visible = "".join(char if category(char)[0] not in "C" else " " * (char in "\n\t\r") for char in plain)
    return " ".join(_ENCODED.sub(" ", visible).split())[:max_length]


def _article_fields(source: str, article: Article) -> dict[str, str]:
    return {
        "id": source,
        "outlet": sanitize(article.outlet, 60),
        "day": f"{article.published_at.astimezone(PARIS):%d/%m/%Y}",
        "kind": article.kind.value,
        "title": sanitize(article.title, MAX_TITLE),
        "extract": sanitize(article.extract, MAX_EXTRACT),
    }


def _escaped_json(news: list[dict[str, str]]) -> str:
    """As JSON in which no sign can end what surrounds it."""
    plain = json.dumps(news, ensure_ascii=False)
    return plain.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _facts(match: MatchFacts, language: Language) -> dict[str, Any]:
    kick_off = match.kick_off.astimezone(PARIS)
    shares = zip(OUTCOMES, match.probabilities, strict=True)
    sides = (match.home.name, say("side_draw", language), match.away.name)
    return {
        "competition": match.competition,
        "day": f"{kick_off:%d/%m/%Y}",
        "home": _side_fields(match.home),
        "away": _side_fields(match.away),
        "probabilities": {outcome: percent(share, language) for outcome, share in shares},
        "expected_goals": [number(rate, language, 1) for rate in match.goal_rates],
        "basis": say("by_ratings" if match.basis == "ratings" else "by_prices", language),
        "moved_most": [describe_factor(factor, sides, language) for factor in match.factors],
    }


def _side_fields(side: Side) -> dict[str, Any]:
    """Without what is not known, so that nothing is made of it."""
    form = {"last_results": side.form, "scored": side.scored, "conceded": side.conceded} if side.form else {}
    values = {"name": side.name, **form, "position": side.position, "rest_days": side.rest_days}
    return {name: value for name, value in values.items() if value is not None}


def citation(article: Article) -> dict[str, str]:
    """An article as it is cited beside a text."""
    return {
        "article_id": str(article.article_id),
        "source": outlet_name(article.outlet),
        "title": sanitize(article.title, MAX_TITLE),
        "url": article.url,
    }
