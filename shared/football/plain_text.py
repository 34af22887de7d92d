"""Sanitising of untrusted text: one line of plain text without markup or hidden content."""

import re
import unicodedata
from html import unescape
from html.parser import HTMLParser

MAX_INPUT = 20_000
"""Characters of the input that are processed."""
MAX_WORD_LENGTH = 60
"""Characters; longer words are encoded data and dropped."""
MAX_NESTING = 4
"""Rounds of parsing nested or escaped markup before remaining tags are stripped."""

_INVISIBLE_ELEMENTS = {
    "script",
    "style",
    "template",
    "noscript",
    "head",
    "title",
    "textarea",
    "iframe",
    "object",
    "svg",
    "select",
}
_VOID = {"br", "img", "hr", "input", "meta", "link", "wbr", "source", "track", "area", "base", "col", "embed", "param"}
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(hidden|collapse)|opacity\s*:\s*0(\.0*)?\s*(;|$)|font-size\s*:\s*[0-2](px|pt|em)?"
    r"\s*(;|$)|(left|top|text-indent)\s*:\s*-\d{3,}|color\s*:\s*(white|transparent|#fff)",
    re.IGNORECASE,
)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_DECLARATION = re.compile(r"<[!?][^>]*>?")
_TAG = re.compile(r"<[/!?a-zA-Z][^<>]*>?")
_INVISIBLE_CATEGORIES = {"Cf", "Co", "Cs", "Cn"}
"""Unicode categories of invisible characters: format, private use, surrogate, unassigned."""


def to_plain_text(text: str, max_length: int) -> str:
    """The visible text of untrusted input.

    Args:
        text: raw text, possibly with markup, entities and invisible characters.
        max_length: characters; longer text is cut after a word and ends with an ellipsis.

    >>> to_plain_text("<b>Lens</b> &amp; Nice<script>x</script>", 50)
    'Lens & Nice'
    """
    text = text[:MAX_INPUT]
    for _ in range(MAX_NESTING):
        visible = _visible_text(text)
        if visible == text:
            break
        text = visible
    text = _TAG.sub(" ", unescape(text)).translate({ord("<"): " ", ord(">"): " "})
    text = "".join(_clean_character(c) for c in unicodedata.normalize("NFC", text))
    return _truncate(" ".join(word for word in text.split() if len(word) <= MAX_WORD_LENGTH), max_length)


def _visible_text(text: str) -> str:
    """The text that a browser would show, after parsing one layer of markup and entities."""
    parser = _VisibleText()
    parser.feed(_DECLARATION.sub(" ", _COMMENT.sub(" ", text)))
    parser.close()
    return "".join(parser.visible)


def _clean_character(character: str) -> str:
    category = unicodedata.category(character)
    if (
        category in _INVISIBLE_CATEGORIES
        or "\ufe00" <= character <= "\ufe0f"
        or "\U000e0100" <= character <= "\U000e01ef"
    ):
        return ""
    return " " if category in {"Cc", "Zl", "Zp", "Zs"} else character


def _truncate(text: str, max_length: int) -> str:
    if len(text) <= max_length:
        return text
    whole, _, _ = text[:max_length].rpartition(" ")
    return f"{whole or text[: max_length - 1]}…"


class _VisibleText(HTMLParser):
    """Collects the text outside hidden elements."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.visible: list[str] = []
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Push an element, hidden if it or a parent is."""
        self.visible.append(" ")
        if tag in _VOID:
            return
        attributes = dict(attrs)
        hides = tag in _INVISIBLE_ELEMENTS or "hidden" in attributes or attributes.get("aria-hidden") == "true"
        hides = hides or _HIDING.search(attributes.get("style") or "") is not None
        self._open.append((tag, hides or self._hidden))

    def handle_endtag(self, tag: str) -> None:
        """Pop an element and its unclosed children."""
        self.visible.append(" ")
        names = [name for name, _ in self._open]
        if tag in names:
            del self._open[len(names) - 1 - names[::-1].index(tag) :]

    def handle_data(self, data: str) -> None:
        """Collect visible text."""
        if not self._hidden:
            self.visible.append(data)

    @property
    def _hidden(self) -> bool:
        return bool(self._open) and self._open[-1][1]
