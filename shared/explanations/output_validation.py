"""Validation of a language model's output. Each violation is described so that the model can correct it."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast
from unicodedata import category

from shared.explanations.numbers import extract_numbers, unsupported_numbers
from shared.explanations.prohibited_claims import find_claims, fold
from shared.explanations.prompt import ExplanationRequest
from shared.explanations.translations import Language

MAX_LENGTHS = {"explanation": 900, "context": 700}
MIN_EXPLANATION = 40
MAX_FACTOR = 240
MAX_FACTORS = 5
MAX_SIGNALS = 12
SENTENCE_WORDS = 8
"""Shorter sentences may lack stop words, so their language is not checked."""
SHINGLE = 6
"""Number of consecutive words of the instructions that count as leaked."""

_LINK = re.compile(
    r"://|\bwww\.|\w@\w|\b[\w-]+\.(?:com|fr|net|org|io|co|uk|eu|info|bet|tv|me|app|ly|ru)\b", re.IGNORECASE
)
_MARKUP = re.compile(r"[<>`*_#\[\]{}|\\~^=]|&\w+;|^\s*[-•]\s", re.MULTILINE)
_ENCODED = re.compile(r"\S{30,}|%[0-9A-Fa-f]{2}")
_NAME = re.compile(r"(?<![\w'’-])[A-ZÀ-ÖØ-Þ][\w'’-]+(?:\s+[A-ZÀ-ÖØ-Þ][\w'’-]+)+")
_META = re.compile(
    r"\b(?:prompts?|system message|(?:previous|earlier|above) instructions?|instructions? precedentes?|language model|"
    r"modele de langage|json|canary|as an ai|openai|chatgpt|claude|groq|anthropic|api keys?|cles? d api|tokens?)\b"
)
_ADVICE = re.compile(
    r"\b(?:pariez|misez|jouez|parier|miser|mettez|bet on|back them to|(?:you )?should (?:bet|back)|place a bet|"
    r"stake on|put (?:your )?money|all in|foncez)\b"
)
_DEFAMING = re.compile(
    r"\b(?:viol(?:s|e|es|ee|eur\w*|enc\w*|ent\w*)?|agress\w+|dop(?:e|es|age|ing|ed)|drogu\w+|drugs?|corrup\w+|corromp\w+|"
    r"fraud\w+|escro\w+|voleu\w+|crimin\w+|prison|arrestation|arrete par|garde a vue|tribunal|proces|alcool\w*|ivre|"
    r"racis\w+|trich\w+|pots? de vin|blanchiment|mafia|infidel\w+|divorc\w+|homosexuel\w*|sida|cancer|depressi\w+|"
    r"suicid\w+|rape\w*|rapist\w*|assault\w*|brib\w+|cheat\w*|thie(?:f|ves)|stole|jail\w*|arrest\w*|in court|lawsuit|"
    r"alcoholi\w*|drunk\w*|gay|match fix\w*|launder\w+|abus\w+|p(?:a)?edophil\w*|terroris\w+|nazi\w*|murder\w*)\b"
)
_STOP_WORDS = {
    Language.FR: re.compile(
        r"\b(?:le|la|les|des|du|une|et|est|sont|dans|pour|sur|avec|ce|cette|que|qui|au|aux|par|plus)\b"
    ),
    Language.EN: re.compile(
        r"\b(?:the|of|and|is|are|in|for|with|this|that|to|at|by|more|their|have|has|from|as|was)\b"
    ),
}


@dataclass(frozen=True, slots=True)
class ExplanationText:
    """An explanation in one language."""

    explanation: str
    context: str  # summary of the news; empty without any
    # key_factors, risk_factors: arguments for and against.
    key_factors: tuple[str, ...]
    risk_factors: tuple[str, ...]

    @property
    def all(self) -> tuple[str, ...]:
        """All non-empty texts."""
        return tuple(text for text in (self.explanation, self.context, *self.key_factors, *self.risk_factors) if text)


@dataclass(frozen=True, slots=True)
class Signal:
    """News about a club that may affect the match."""

    source: str  # id of the article, as given to the model
    side: str  # `home` or `away`
    kind: str  # `injury`, `sentiment`, `tactical` or `motivation`
    worse: bool  # whether it is bad for that side
    # strength, confidence: from 0 to 1.
    strength: float
    confidence: float


@dataclass(frozen=True, slots=True)
class ModelOutput:
    """Parsed output of a model: a text per language, cited articles, and signals found in them."""

    texts: Mapping[Language, ExplanationText]
    cited: tuple[str, ...]
    signals: tuple[Signal, ...]


class InvalidOutput(ValueError):
    """The output does not match the schema."""


def parse_output(text: str) -> ModelOutput:
    """Parses a model's JSON output; `InvalidOutput` if it does not match the schema."""
    try:
        value = json.loads(text)
        texts = {language: _parse_text(value[language.value]) for language in Language}
        return ModelOutput(
            texts,
            _parse_texts(value["cited_sources"]),
            tuple(_parse_signal(each) for each in _parse_list(value["signals"])),
        )
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise InvalidOutput(f"the completion is not JSON of the requested schema ({type(error).__name__})") from error


def find_violations(output: ModelOutput, request: ExplanationRequest) -> tuple[str, ...]:
    """Returns all violations; empty if the output is valid. They quote only numbers, names, ids and claims of it."""
    allowed = extract_numbers(request.facts)
    violations = [
        *(
            f"{source!r:.20} is cited, but no article has that id"
            for source in output.cited
            if source not in request.sources
        ),
        *(
            f"a signal names {s.source!r:.20}, an article that is not there"
            for s in output.signals
            if s.source not in request.sources
        ),
    ]
    if len(output.signals) > MAX_SIGNALS:
        violations.append(f"there are more than {MAX_SIGNALS} signals")
    if output.cited and not all(words.context for words in output.texts.values()):
        violations.append("articles are cited, but context is empty")
    if not output.cited and any(words.context for words in output.texts.values()):
        violations.append("context is not empty, but no article is cited")
    instructions, names = _shingles(request.instructions), fold(request.names)
    for language, words in output.texts.items():
        violations += [f"{language.value}: {reason}" for reason in _length_violations(words)]
        for text in words.all:
            violations += [
                f"{language.value}: {reason}"
                for reason in _text_violations(text, allowed, names, instructions, request.canary)
            ]
        if not _is_in_language(language, ". ".join(words.all)):
            violations.append(f"{language.value}: the text is not in that language")
    return tuple(dict.fromkeys(violations))


def _text_violations(
    text: str, allowed_numbers: set[str], names: str, instructions: set[str], canary: str
) -> Iterator[str]:
    plain = fold(text)
    for number in unsupported_numbers(text, allowed_numbers):
        yield f"the number {number} does not stand in FACTS"
    for claim in find_claims(text):
        yield f"{claim.text[:40]!r} may not be claimed ({claim.rule})"
    if _LINK.search(text):
        yield "it holds a link or an address"
    if _MARKUP.search(text) or _ENCODED.search(text) or any(category(char)[0] == "C" for char in text):
        yield "it holds markup, an encoded run or a hidden sign"
    if fold(canary).replace(" ", "") in plain.replace(" ", "") or _shingles(text) & instructions:
        yield "it repeats the instructions"
    if _META.search(plain) or "FACTS" in text or "NEWS" in text:
        yield "it mentions how it was written"
    if _ADVICE.search(plain):
        yield "it advises to bet"
    if _DEFAMING.search(plain):
        yield "it says of people more than whether they can play"
    for name in _unknown_names(text, names):
        yield f"{name[:40]!r} stands neither in FACTS nor in NEWS"


def _length_violations(text: ExplanationText) -> Iterator[str]:
    if len(text.explanation) < MIN_EXPLANATION:
        yield "explanation is too short"
    for field, limit in MAX_LENGTHS.items():
        if len(getattr(text, field)) > limit:
            yield f"{field} is longer than {limit} characters"
    for field in ("key_factors", "risk_factors"):
        factors: tuple[str, ...] = getattr(text, field)
        if not 1 <= len(factors) <= MAX_FACTORS:
            yield f"{field} must have 1 to {MAX_FACTORS} entries"
        if any(not factor or len(factor) > MAX_FACTOR for factor in factors):
            yield f"an entry of {field} is empty or longer than {MAX_FACTOR} characters"


def _unknown_names(text: str, names: str) -> Iterator[str]:
    """Names of two words or more that are not in the input; a sentence's first word is not taken for a name."""
    for match in _NAME.finditer(text):
        whole = match[0].rstrip("'’-")
        rest = whole.partition(" ")[2]
        known = [each for each in (whole, rest) if f" {fold(each).strip()} " in f" {names} "]
        if not known and not (" " not in rest and f" {fold(rest).strip()} " in f" {names} "):
            yield whole


def _shingles(text: str) -> set[str]:
    words = fold(text).split()
    return {" ".join(words[i : i + SHINGLE]) for i in range(len(words) - SHINGLE + 1)}


def _is_in_language(language: Language, text: str) -> bool:
    """Whether stop words of a language outnumber those of the other, in the text and in each longer sentence."""
    own, other = _STOP_WORDS[language], _STOP_WORDS[Language.EN if language is Language.FR else Language.FR]
    sentences = [
        sentence for sentence in re.split(r"[.!?;]\s", text.lower()) if len(sentence.split()) >= SENTENCE_WORDS
    ]
    return all(len(own.findall(sentence)) > len(other.findall(sentence)) for sentence in [text.lower(), *sentences])


def _parse_text(value: Any) -> ExplanationText:
    explanation, context = value["explanation"], value["context"]
    if not isinstance(explanation, str) or not isinstance(context, str):
        raise TypeError("a text that is none")
    return ExplanationText(
        explanation.strip(), context.strip(), _parse_texts(value["key_factors"]), _parse_texts(value["risk_factors"])
    )


def _parse_texts(value: Any) -> tuple[str, ...]:
    texts = _parse_list(value)
    if not all(isinstance(text, str) for text in texts):
        raise TypeError("a text that is none")
    return tuple(str(text).strip() for text in texts)


def _parse_list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError("a list that is none")
    return cast("list[Any]", value)


def _parse_signal(value: Any) -> Signal:
    strength, confidence = float(value["strength"]), float(value["confidence"])
    if not (0 <= strength <= 1 and 0 <= confidence <= 1):  # nor NaN
        raise ValueError("a share outside 0 to 1")
    if value["side"] not in {"home", "away"} or value["direction"] not in {"worse", "better"}:
        raise ValueError("an unknown side or direction")
    if value["kind"] not in {"injury", "sentiment", "tactical", "motivation"}:
        raise ValueError("an unknown kind")
    return Signal(
        str(value["source"]), value["side"], value["kind"], value["direction"] == "worse", strength, confidence
    )
