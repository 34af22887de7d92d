"""Renders templates to responses: texts and numbers in the page's language, headers, addresses of assets."""

import re
from collections.abc import Mapping
from functools import cache, partial
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi.responses import HTMLResponse

from functions.pages import assets, dates
from shared.explanations.legal_notice import LEGAL_NOTICE
from shared.explanations.translations import Language, format_number, format_percent, translate
from shared.football.calendar import PARIS
from shared.runtime import clock
from shared.runtime.settings import settings

if TYPE_CHECKING:
    from jinja2 import BaseLoader, Environment

TEMPLATES = Path(__file__).with_name("templates")
COMPILED_TEMPLATES = Path(__file__).with_name("compiled_templates")
"""Modules made of the templates, which only a bundle has (`deploy.bundle`)."""
_SOURCES = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; worker-src 'self'; base-uri 'none'"
)
POLICY = f"{_SOURCES}; form-action 'self'; frame-ancestors 'none'"
"""Nothing from elsewhere, and no script or style in the page itself. JSON-LD is data, which no policy concerns."""
EMBED_POLICY = f"{_SOURCES}; form-action 'none'; frame-ancestors *"
"""The same of a page that others may frame. Browsers that know `frame-ancestors` ignore X-Frame-Options."""
PREFIXES = {Language.FR: "", Language.EN: "/en"}
"""What the addresses of a language begin with."""


def page(
    template: str,
    language: Language,
    path: str,
    values: Mapping[str, object],
    *,
    status: int = HTTPStatus.OK,
    policy: str = POLICY,
) -> HTMLResponse:
    """A page.

    Args:
        template: name of its file.
        path: its address without the language, such as `/match/12`; empty for a page that has none of its own.
        values: what the template shows.
        policy: its Content-Security-Policy.
    """
    text = render(template, language, path, values)
    return HTMLResponse(text, status, headers={"Content-Security-Policy": policy})


def render(template: str, language: Language, path: str, values: Mapping[str, object]) -> str:
    """A template's text, of `page` or of a picture; values from outside are escaped."""
    common = {
        "language": language,
        "languages": {each: f"{origin()}{PREFIXES[each]}{path}" for each in Language} if path else {},
        "origin": origin(),
        "home": PREFIXES[language],
        "path": path,
        "t": partial(_translate, language),
        "percent": lambda share, digits=0: format_percent(share, language, digits),
        "number": lambda value, digits=2: format_number(value, language, digits),
        "count": partial(_count, language),
        "signed_percent": partial(_signed_percent, language),
        "signed_number": partial(_signed_number, language),
        "day": partial(dates.day, language),
        "short_day": partial(dates.short_day, language),
        "plain_day": partial(dates.plain_day, language),
        "moment": partial(dates.moment, language),
        "hour": dates.hour,
        "asset": assets.address,
        "legal_notice": LEGAL_NOTICE,
        "demo": settings().demo,
        "made_at": clock.now().astimezone(PARIS),
    }
    return bundled_environment().get_template(template).render({**common, **values})


def origin() -> str:
    """Scheme and domain of the addresses that others follow; empty where no domain is set."""
    domain = settings().front_domain
    return f"https://{domain}" if domain else ""


_BEFORE_FRENCH_SIGNS = re.compile(r" (?=[;:?!»%])|(?<=«) ")
"""Spaces at which no line breaks in French."""


@cache
def bundled_environment() -> "Environment":
    """The environment of the templates that are there: compiled in a bundle, sources in a checkout."""
    from jinja2 import FileSystemLoader, ModuleLoader  # noqa: PLC0415  # a cached page needs none

    return environment(ModuleLoader(COMPILED_TEMPLATES) if COMPILED_TEMPLATES.is_dir() else FileSystemLoader(TEMPLATES))


def environment(loader: "BaseLoader") -> "Environment":
    """Jinja's environment, in which a missing value is an error and HTML is escaped."""
    from jinja2 import Environment, StrictUndefined  # noqa: PLC0415  # a cached page needs none

    environment = Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["sentence"] = _to_sentence
    return environment


def _to_sentence(text: str) -> str:
    """The text with its first letter upper-case, and names in it as they are."""
    return text[:1].upper() + text[1:]


def _translate(language: Language, key: str, **values: object) -> str:
    text = translate(key, language, **values)
    return _BEFORE_FRENCH_SIGNS.sub("\u00a0", text) if language is Language.FR else text


def _count(language: Language, number: int) -> str:
    """A whole number with its thousands apart: 10 000 in French, with a no-break space, 10,000 in English."""
    return f"{number:,}".replace(",", "\u202f") if language is Language.FR else f"{number:,}"


def _signed_number(language: Language, value: float, digits: int = 4) -> str:
    """A difference: +0.0007, −0.0002."""
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return f"{sign}{format_number(abs(value), language, digits)}"


def _signed_percent(language: Language, share: float, digits: int = 1) -> str:
    """A change: +3.9 %, −0.4 %."""
    sign = "+" if share > 0 else "−" if share < 0 else ""
    return f"{sign}{format_percent(abs(share), language, digits)}"
