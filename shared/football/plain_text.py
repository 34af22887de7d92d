"""What strangers wrote, as one line of plain text: no markup, nothing that is hidden from a reader's eye."""

import re
import unicodedata
from html import unescape
from html.parser import HTMLParser

LONGEST_READ = 20_000
"""Characters of what was sent that are looked at: a title and an extract stand at its beginning."""
LONGEST_WORD = 60
"""Characters; what is longer is no word of a language but something packed."""
LAYERS = 4
"""How often markup may be wrapped in markup before what is left of it is taken away by force."""

_UNSEEN = {"script", "style", "template", "noscript", "head", "title", "textarea", "iframe", "object", "svg", "select"}
_VOID = {"br", "img", "hr", "input", "meta", "link", "wbr", "source", "track", "area", "base", "col", "embed", "param"}
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(hidden|collapse)|opacity\s*:\s*0(\.0*)?\s*(;|$)|font-size\s*:\s*[0-2](px|pt|em)?"
    r"\s*(;|$)|(left|top|text-indent)\s*:\s*-\d{3,}|color\s*:\s*(white|transparent|#fff)",
    re.IGNORECASE,
)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_DECLARATION = re.compile(r"<[!?][^>]*>?")
_TAG = re.compile(r"<[/!?a-zA-Z][^<>]*>?")
_NOT_READ = {"Cf", "Co", "Cs", "Cn"}
"""Unicode's categories of characters without a shape of their own: zero width, marks of direction, private, none."""


def plain(text: str, longest: int) -> str:
    """The words of a text that may hold markup, entities and characters nobody sees.

    Args:
        text: as it was sent.
        longest: characters that are kept; what is longer ends after a word, with an ellipsis.
    """
    text = text[:LONGEST_READ]
    for _ in range(LAYERS):
        seen = _seen(text)
        if seen == text:
            break
        text = seen
    text = _TAG.sub(" ", unescape(text)).translate({ord("<"): " ", ord(">"): " "})
    text = "".join(_readable(c) for c in unicodedata.normalize("NFC", text))
    return _cut(" ".join(word for word in text.split() if len(word) <= LONGEST_WORD), longest)


def _seen(text: str) -> str:
    """What a browser would show of a text, one layer of markup and entities taken away."""
    parser = _Shown()
    parser.feed(_DECLARATION.sub(" ", _COMMENT.sub(" ", text)))
    parser.close()
    return "".join(parser.shown)


def _readable(character: str) -> str:
    category = unicodedata.category(character)
    if category in _NOT_READ or "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef":
        return ""
    return " " if category in {"Cc", "Zl", "Zp", "Zs"} else character


def _cut(text: str, longest: int) -> str:
    if len(text) <= longest:
        return text
    whole, _, _ = text[:longest].rpartition(" ")
    return f"{whole or text[: longest - 1]}…"


class _Shown(HTMLParser):
    """Gathers what is shown: the text outside of elements that are hidden."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.shown: list[str] = []
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins, hidden where it or one around it is."""
        self.shown.append(" ")
        if tag in _VOID:
            return
        told = dict(attrs)
        hides = tag in _UNSEEN or "hidden" in told or told.get("aria-hidden") == "true"
        hides = hides or _HIDING.search(told.get("style") or "") is not None
        self._open.append((tag, hides or self._hidden))

    def handle_endtag(self, tag: str) -> None:
        """An element ends, and with it those inside that were never closed."""
        self.shown.append(" ")
        names = [name for name, _ in self._open]
        if tag in names:
            del self._open[len(names) - 1 - names[::-1].index(tag) :]

    def handle_data(self, data: str) -> None:
        """Text."""
        if not self._hidden:
            self.shown.append(data)

    @property
    def _hidden(self) -> bool:
        return bool(self._open) and self._open[-1][1]
