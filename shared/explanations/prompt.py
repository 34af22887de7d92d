"""Prompts for explanations: facts, and news as data that cannot inject instructions."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from unicodedata import category, normalize

from shared.explanations.template import Factor, OutcomeValues, describe_factor
from shared.explanations.translations import Language, format_number, format_percent, translate
from shared.football.articles import Article
from shared.football.calendar import PARIS
from shared.football.outcome import OUTCOMES
from shared.football.outlets import outlet_name
from shared.forecasting.basis import Basis

PROMPT_KIND = "explanation"
CANARY = "{canary}"
MAX_TITLE, MAX_EXTRACT = 160, 300
"""Characters of an article in the prompt."""
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
"""JSON schema of the output, strict as both providers require: all fields required, no others allowed."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """A version of a prompt."""

    kind: str
    version: str  # `<kind>_v<n>`
    text: str  # the instructions, with one `CANARY` placeholder

    @property
    def hash(self) -> str:
        """SHA-256 of the text, in hex."""
        return sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Side:
    """A club before a match."""

    name: str
    form: str = ""  # last results, newest first, such as `WDL`; empty if unknown
    # scored, conceded: goals in those matches.
    scored: int = 0
    conceded: int = 0
    position: int | None = None  # in the table; None if unknown
    rest_days: int | None = None  # since its last match; None if unknown


@dataclass(frozen=True, slots=True)
class MatchFacts:
    """A match and its forecast, limited to what every plan shows."""

    competition: str
    kick_off: datetime
    home: Side
    away: Side
    probabilities: OutcomeValues  # home win, draw, away win
    goal_rates: tuple[float, float]  # expected goals of the two sides
    basis: Basis
    factors: tuple[Factor, ...] = ()


@dataclass(frozen=True, slots=True)
class ExplanationRequest:
    """A request to a model, and the data to validate its output."""

    system: str  # the instructions with the canary
    user: str  # the facts and the news
    facts: str  # the JSON of the facts, as in `user`
    sources: Mapping[str, Article]  # the articles by their id in the prompt
    names: str  # facts and news as text; names in the output must occur in it
    canary: str  # secret word that must not be in the output
    instructions: str  # the prompt without the canary


def build_request(prompt: Prompt, match: MatchFacts, articles: Sequence[Article], canary: str) -> ExplanationRequest:
    """Builds the request for a match.

    Args:
        articles: most relevant first; only `MAX_ARTICLES` are used.
        canary: a random word, new for each request.
    """
    sources = {f"n{place}": article for place, article in enumerate(articles[:MAX_ARTICLES], 1)}
    by_language = {language.value: _facts(match, language) for language in Language}
    facts = json.dumps(by_language, ensure_ascii=False)
    news = [_article_fields(source, article) for source, article in sources.items()]
    user = f"FACTS\n{facts}\nEND OF FACTS\nNEWS\n{_escaped_json(news)}\nEND OF NEWS"
    names = " ".join([facts, *(f"{article['title']} {article['extract']}" for article in news)])
    return ExplanationRequest(prompt.text.replace(CANARY, canary), user, facts, sources, names, canary, prompt.text)


def build_repair(request: ExplanationRequest, reasons: Sequence[str]) -> str:
    """The user message of a retry after an invalid output. It contains no text of that output."""
    listed = "\n".join(f"- {reason}" for reason in reasons[:12])
    return f"{request.user}\nAn earlier answer was refused. Write it again so that none of this is so:\n{listed}"


def choose_version(versions: Mapping[str, float], match_id: int) -> str:
    """Chooses the prompt version of a match by weight, deterministically.

    >>> choose_version({"explanation_v1": 1.0, "explanation_v2": 0.0}, match_id=7)
    'explanation_v1'

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
    return max(versions, key=lambda version: versions[version])  # rounding errors


def sanitize(text: str, max_length: int) -> str:
    """Untrusted text as plain text, without markup, invisible characters and encoded runs, truncated.

    >>> sanitize("<b>Injury</b>: out for two weeks", 14)
    'Injury : out f'
    """
    plain = _MARKUP.sub(" ", normalize("NFKC", text))  # full-width brackets become ASCII
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
    """JSON without characters that could close a surrounding tag."""
    plain = json.dumps(news, ensure_ascii=False)
    return plain.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _facts(match: MatchFacts, language: Language) -> dict[str, Any]:
    kick_off = match.kick_off.astimezone(PARIS)
    shares = zip(OUTCOMES, match.probabilities, strict=True)
    sides = (match.home.name, translate("side_draw", language), match.away.name)
    return {
        "competition": match.competition,
        "day": f"{kick_off:%d/%m/%Y}",
        "home": _side_fields(match.home),
        "away": _side_fields(match.away),
        "probabilities": {outcome: format_percent(share, language) for outcome, share in shares},
        "expected_goals": [format_number(rate, language, 1) for rate in match.goal_rates],
        "basis": translate(f"by_{match.basis}", language),
        "moved_most": [describe_factor(factor, sides, language) for factor in match.factors],
    }


def _side_fields(side: Side) -> dict[str, Any]:
    """The known values only, so that the model cannot misread missing ones."""
    form = {"last_results": side.form, "scored": side.scored, "conceded": side.conceded} if side.form else {}
    values = {"name": side.name, **form, "position": side.position, "rest_days": side.rest_days}
    return {name: value for name, value in values.items() if value is not None}


def citation(article: Article) -> dict[str, str]:
    """An article as cited with a text."""
    return {
        "article_id": str(article.article_id),
        "source": outlet_name(article.outlet),
        "title": sanitize(article.title, MAX_TITLE),
        "url": article.url,
    }
