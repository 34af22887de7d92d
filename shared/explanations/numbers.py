"""Extracts numbers from French and English text: percentages, scores, dates and plain numbers."""

import re
from decimal import Decimal
from unicodedata import category, normalize

_ONES = {
    "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "neuf": 9, "dix": 10, "onze": 11, "douze":
    12, "treize": 13, "quatorze": 14, "quinze": 15, "seize": 16, "vingt": 20, "trente": 30, "quarante": 40,
    "cinquante": 50, "soixante": 60, "cent": 100, "mille": 1000, "three": 3, "four": 4, "five": 5, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15,
    "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40,
    "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "hundred": 100, "thousand": 1000,
}  # fmt: skip
"""Number words; those below three are omitted, because they are articles and pronouns too."""
_DAY = r"(?<![\d/])\d{1,2}/\d{1,2}(?:/\d{4})?(?![\d/])"
_SCORE = r"(?<![\d.,-])\d{1,2}(?: ?[-:] ?\d{1,2})+(?![\d.,]*\d)"
_NUMBER = r"(?<![\w.,])[+-]? ?\d+(?:[ ']\d{3}(?!\d))*(?:[.,]\d+)?(?: ?(?:%|percent\b|per cent\b|pour ?cents?\b))?"
_TOKEN = re.compile(rf"(?P<day>{_DAY})|(?P<score>{_SCORE})|(?P<number>{_NUMBER})|(?P<word>[^\W\d_]+(?=\W|$))|\d")


def extract_numbers(text: str) -> set[str]:
    """Every number of a text, normalized: `57%`, `+6`, `1.7`, `2-1`, `27/04/2024`; `?` for a digit within a word.

    >>> sorted(extract_numbers("57 % contre 2 - 1, trois buts"))
    ['2-1', '3', '57%']
    """
    numbers = {"?" for char in text if category(char) in {"No", "Nl"}}  # fractions, superscripts, circled numbers
    plain = normalize("NFKC", text).replace("−", "-").replace("–", "-").replace("’", "'").lower()
    for match in _TOKEN.finditer(plain):
        kind, token = match.lastgroup, match[0]
        if kind == "word":
            numbers |= {str(_ONES[token])} if token in _ONES else set()
        elif kind == "number":
            numbers.add(_normalize(token))
        else:
            numbers.add("?" if kind is None else "-".join(re.findall(r"\d+", token)) if kind == "score" else token)
    return numbers


def unsupported_numbers(text: str, allowed: set[str]) -> list[str]:
    """The numbers of a text that are not among the allowed ones; signs and `%` may be omitted."""
    accepted = allowed | {number.lstrip("+-") for number in allowed if number[0] in "+-"}
    plain = accepted | {number.removesuffix("%") for number in accepted}
    return sorted(number for number in extract_numbers(text) if number not in plain)


def _normalize(token: str) -> str:
    share = "%" if not token[-1].isdigit() else ""
    digits = re.match(r"[\d '.,]+", token.lstrip("+- "))
    value = Decimal((digits[0] if digits else "0").replace(" ", "").replace("'", "").replace(",", "."))
    sign = token[0] if token[0] in "+-" else ""
    return f"{sign}{value.normalize():f}{share}"
