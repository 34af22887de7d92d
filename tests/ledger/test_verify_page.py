"""The page public/verify.html: its texts, and that it runs nothing but its own files."""

import json
import re
from html.parser import HTMLParser
from string import Formatter
from typing import Any

from deploy.service import ROOT
from shared.explanations.prohibited_claims import find_claims

PUBLIC = ROOT / "public"
LANGUAGES = ("fr", "en")
PAGE, SCRIPT, MODULE = ((PUBLIC / name).read_text() for name in ("verify.html", "verify-page.js", "verify.js"))


def catalogue(language: str) -> dict[str, str]:
    """The texts of a language; a key that is there twice fails."""
    members: list[tuple[str, Any]] = json.loads((PUBLIC / f"verify.{language}.arb").read_text(), object_pairs_hook=list)
    texts = [(key, text) for key, text in members if not key.startswith("@")]
    assert len(dict(texts)) == len(texts)
    return dict(texts)


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


class Elements(HTMLParser):
    """The elements of the page with their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def elements() -> list[tuple[str, dict[str, str | None]]]:
    parser = Elements()
    parser.feed(PAGE)
    return parser.found


def test_every_text_is_in_both_languages_with_the_same_values() -> None:
    french, english = map(catalogue, LANGUAGES)
    assert list(french) == list(english)
    assert {key: placeholders(text) for key, text in french.items()} == {
        key: placeholders(text) for key, text in english.items()
    }


def test_every_text_is_used_and_every_text_that_is_used_is_there() -> None:
    on_page = {
        text for _, attributes in elements() for name, text in attributes.items() if name in {"data-text", "data-label"}
    }
    quoted = {*re.findall(r"'([a-z]+(?:_[a-z]+)*)'", SCRIPT + MODULE)}
    texts = {*catalogue("fr")}
    assert on_page <= texts
    assert texts <= on_page | quoted
    named = {re.findall(r"'(\w+)'", statement)[-1] for statement in re.findall(r" need\(([^;]+);", MODULE)}
    named |= {*re.findall(r"(?:step|Wrong)\('(\w+)'", MODULE)}
    assert len(named) > 15
    assert named <= texts


def test_no_text_makes_a_banned_claim() -> None:
    texts = [text for language in LANGUAGES for text in catalogue(language).values()]
    assert {text: claims for text in texts if (claims := find_claims(text))} == {}


def test_the_page_runs_and_loads_its_own_files_alone() -> None:
    [policy] = [str(a["content"]) for _, a in elements() if a.get("http-equiv") == "Content-Security-Policy"]
    sources = {name: values for name, *values in (part.split() for part in policy.split(";"))}
    assert sources["default-src"] == ["'none'"]
    assert sources["script-src"] == sources["style-src"] == ["'self'"]
    assert "unsafe" not in policy
    assert all(
        "style" not in attributes and not any(name.startswith("on") for name in attributes)
        for _, attributes in elements()
    )
    for tag, attributes in elements():
        assert tag != "style"
        assert tag != "script" or attributes.get("src") == "verify-page.js"
        link = attributes.get("src") or attributes.get("href") or "data:,"
        assert link == "data:," or (PUBLIC / link).is_file()
    imports = re.findall(r"from '([^']+)'", SCRIPT + MODULE)
    assert imports == ["./verify.js"]


def test_every_field_has_a_label_and_the_outcome_is_announced() -> None:
    labels = {a["for"] for tag, a in elements() if tag == "label"}
    assert labels == {a["id"] for tag, a in elements() if tag in {"input", "textarea"}}
    [outcome] = [a for _, a in elements() if a.get("id") == "outcome"]
    assert outcome["aria-live"] == "polite"
