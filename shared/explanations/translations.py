"""Texts for people in the languages of `locales/`: one ARB catalogue per language (docs/decisions/texts.md).

A text is found by its key and filled in with values:

>>> translate("no_standings", Language.EN, code="PL")
'There is no table for PL yet.'
"""

import json
from collections.abc import Mapping
from enum import StrEnum
from functools import cache


class Language(StrEnum):
    """A language that has a catalogue."""

    FR = "fr"
    EN = "en"


DEFAULT_LANGUAGE = Language.FR


@cache
def catalogue(language: Language) -> Mapping[str, str]:
    """Returns the texts of a language by key, with placeholders such as `{code}`, without the notes for translators."""
    path = f"{__file__.rpartition('/')[0]}/locales/{language}.arb"
    messages = json.loads(__spec__.loader.get_data(path))  # as pkgutil.get_data, whose import would take longer
    return {key: text for key, text in messages.items() if not key.startswith("@")}


def translate(key: str, language: Language, **values: object) -> str:
    """Returns a text in a language with its values filled in.

    Raises:
        KeyError: the catalogue has no such key, or a value of the text is missing.
    """
    return catalogue(language)[key].format(**values)


def translate_fault(error_type: str, language: Language, context: Mapping[str, object]) -> str | None:
    """Returns what is wrong with a field of a request; None for an error type that has no text.

    Args:
        error_type: Pydantic's, such as `greater_than`, or one of ours. A type such as `int_parsing` falls back to the
            text of its first word.
        context: values of the text, such as `gt`.

    >>> translate_fault("greater_than", Language.EN, {"gt": 1})
    'This must be more than 1.'
    """
    for name in (error_type, error_type.partition("_")[0]):
        key = f"invalid_{name}"
        if key in catalogue(language):
            values = {field: str(value).replace("' or '", "', '") for field, value in context.items()}
            return translate(key, language, **values)
    return None


def describe_weather(symbol: str, language: Language) -> str | None:
    """Returns a weather symbol of MET Norway's in words; None for an unknown one.

    The legend is at github.com/metno/weathericons.

    >>> describe_weather("heavyrainandthunder", Language.EN)
    'Heavy rain, thunder'
    """
    weather = symbol.removesuffix("andthunder").replace("lightss", "lights")  # it misspells two of its symbols so
    key = f"weather_{weather}"
    if key not in catalogue(language):
        return None
    text = translate(key, language)
    return translate("with_thunder", language, weather=text) if symbol.endswith("andthunder") else text


def format_percent(share: float, language: Language, digits: int = 0) -> str:
    """Formats a share: 42 % in French, with a no-break space, 42% in English."""
    text = format_number(100 * share, language, digits)
    return f"{text}\u00a0%" if language is Language.FR else f"{text}%"


def format_points(change: float, language: Language) -> str:
    """Formats a change of a probability in percentage points: +6 points, −1 point."""
    count = round(100 * change)
    sign = "+" if count > 0 else "−" if count < 0 else ""
    return translate(f"points_{_plural(abs(count), language)}", language, count=f"{sign}{abs(count)}")


def format_number(value: float, language: Language, digits: int = 2) -> str:
    """Formats a number: 1,62 in French, 1.62 in English."""
    text = f"{value:.{digits}f}"
    return text.replace(".", ",") if language is Language.FR else text


def negotiate_language(accept_language: str | None) -> Language:
    """Returns the language that an Accept-Language header (RFC 9110, 12.5.4) prefers; falls back to French.

    >>> negotiate_language("de, en;q=0.8, fr;q=0.5").value
    'en'
    """
    ranges: list[tuple[float, int, Language]] = []
    for place, item in enumerate((accept_language or "").split(",")):
        tag, _, weight = "".join(item.split()).lower().partition(";q=")
        try:
            quality = float(weight) if weight else 1.0
        except ValueError:
            quality = 0.0
        language = tag.partition("-")[0]
        if language in tuple(Language) and quality > 0:
            ranges.append((-quality, place, Language(language)))
    return min(ranges)[2] if ranges else DEFAULT_LANGUAGE


def _plural(count: int, language: Language) -> str:
    """The plural category of a whole number by CLDR: French counts 0 as one."""
    return "one" if count == 1 or (count == 0 and language is Language.FR) else "other"
