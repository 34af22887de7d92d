"""What search engines read: robots.txt and the sitemap."""

from collections.abc import Iterator
from datetime import timedelta
from xml.sax.saxutils import escape

from fastapi import Request

from functions.pages.rendering import PREFIXES, origin
from shared.football.calendar import paris_bounds, paris_day
from shared.runtime import clock
from shared.runtime.settings import settings
from shared.stores.database import Connection
from shared.stores.football import matches
from shared.web.params import shown_competitions

DAYS = 7
"""Days whose matches the sitemap lists."""
FIXED = ("/", "/record", "/picks", "/about/method", "/about/glossary", "/about/developers", "/about/legal")


def site_address(request: Request) -> str | None:
    """Scheme and host of absolute addresses. Behind the CDN the host of a request is a function's, so None."""
    return origin() or (None if settings().cdn_secret else str(request.base_url).rstrip("/"))


def robots(site: str | None) -> str:
    """What may be crawled."""
    lines = ["User-agent: *", "Disallow: /api/", "Disallow: /embed/", "Disallow: /*/what-if"]
    return "\n".join([*lines, *([f"Sitemap: {site}/sitemap.xml"] if site else []), ""])


def sitemap(db: Connection, site: str) -> str:
    """The addresses of all pages that are linked from the first one, in both languages."""
    urls = "".join(
        f"<url><loc>{escape(f'{site}{prefix}{path}')}</loc></url>\n"
        for path in _paths(db)
        for prefix in PREFIXES.values()
    )
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    return f"{head}{urls}</urlset>\n"


def _paths(db: Connection) -> Iterator[str]:
    yield from FIXED
    codes = list(shown_competitions())
    yield from (f"/league/{code}" for code in codes)
    today = paris_day(clock.now())
    start, end = paris_bounds(today)[0], paris_bounds(today + timedelta(days=DAYS - 1))[1]
    rows = matches.page(db, start, end, codes)
    yield from (f"/match/{row.match_id}" for row in rows)
    yield from (
        f"/club/{team_id}" for team_id in sorted({id_ for r in rows for id_ in (r.home_team_id, r.away_team_id)})
    )
