"""A page as a reader's program parses it: its elements with attributes and texts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "link", "img", "br", "hr", "input", "col"}


@dataclass
class Element:
    """An element; `text` is that of its descendants too, with single spaces."""

    tag: str
    attributes: dict[str, str]
    children: list[Element | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        parts = (child if isinstance(child, str) else child.text for child in self.children)
        return " ".join("".join(f"{part} " if isinstance(part, str) else part for part in parts).split())

    def all(self, tag: str = "", **attributes: str) -> list[Element]:
        """The descendants with a tag and attributes; `class_` is one of the classes."""
        return [each for each in self._descendants() if each.is_like(tag, attributes)]

    def one(self, tag: str = "", **attributes: str) -> Element:
        """The only descendant with a tag and attributes."""
        [found] = self.all(tag, **attributes)
        return found

    def is_like(self, tag: str, attributes: dict[str, str]) -> bool:
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        classes = self.attributes.get("class", "").split()
        return tag in {"", self.tag} and all(
            value in classes if name == "class" else self.attributes.get(name) == value
            for name, value in wanted.items()
        )

    def _descendants(self) -> Iterator[Element]:
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child._descendants()


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.path = [Element("document", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.path[-1].children.append(element)
        if tag not in VOID:
            self.path.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.path[-1].children.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.path.pop().tag == tag, f"</{tag}> ends another element"

    def handle_data(self, data: str) -> None:
        self.path[-1].children.append(data)


def parse(text: str) -> Element:
    """The document; an element that another one's end closes is an error."""
    parser = _Parser()
    parser.feed(text)
    parser.close()
    assert len(parser.path) == 1, f"<{parser.path[-1].tag}> is not closed"
    return parser.path[0]
