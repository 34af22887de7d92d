"""Fake news feeds: generated headlines about the clubs, for a machine without a network.

Each publisher of `shared.football.outlets` has a feed at `/<key>`. Its content depends only on the time.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from email.utils import format_datetime
from xml.sax.saxutils import escape

from starlette.requests import Request
from starlette.responses import Response

from local.asgi import Application
from local.http_server import serve as serve_http
from shared.football.outlets import OUTLETS, Outlet
from shared.football.teams import all_teams

DAYS = 3
HEADLINES_PER_DAY = 4
"""Per publisher."""
_HEADLINES = {
    "fr": (
        ("{club} : un milieu forfait trois semaines", "Touché à la cuisse à l'entraînement, il manquera {club}."),
        ("{club} récupère son gardien avant {other}", "De retour à l'entraînement, il postule face à {other}."),
        ("{club} privé d'un défenseur suspendu face à {other}", "La commission de discipline a tranché : un match."),
        ("{club} s'impose dans les dernières minutes", "Un but tardif offre la victoire à {club}."),
        ("{club} - {other} : les compositions probables", "Le point sur les deux équipes avant la rencontre."),
        ("Mercato : {club} suit un jeune attaquant", "Le club de {club} aurait pris des renseignements."),
    ),
    "en": (
        ("{club} midfielder ruled out for three weeks", "A thigh injury in training keeps him out, {club} say."),
        ("{club} goalkeeper back in training before {other}", "He could start when {club} meet {other}."),
        ("{club} defender suspended for the visit of {other}", "A red card costs him one match."),
        ("{club} win late again", "A goal in the last minutes gave {club} all three points."),
        ("{club} v {other}: team news", "What we know of both sides before kick-off."),
        ("{club} linked with transfer of young striker", "{club} are said to have asked about him."),
    ),
}


@contextmanager
def serve(now: Callable[[], datetime], *, demo: bool) -> Iterator[str]:
    """Serve the feeds until the block ends; yields their address.

    Args:
        demo: whether they are about the demonstration league instead of the real ones.
    """
    with serve_http(Feeds(now, demo=demo)) as address:
        yield address


class Feeds(Application):
    """The ASGI application."""

    def __init__(self, now: Callable[[], datetime], *, demo: bool) -> None:
        self._now = now
        countries = {"DEMO"} if demo else {"ENG", "FRA", "ESP", "ITA", "DEU"}
        self._clubs = [team.name for team in all_teams() if team.country in countries]

    async def respond(self, request: Request) -> Response:
        """The feed of an outlet."""
        outlet = OUTLETS.get(request.scope["path"].strip("/"))
        if outlet is None:
            return Response(status_code=404)
        body = feed(outlet, self._clubs, self._now()).encode()
        etag = f'"{hashlib.blake2b(body, digest_size=8).hexdigest()}"'
        headers = {"content-type": "application/rss+xml; charset=utf-8", "etag": etag}
        if request.headers.get("if-none-match") == etag:
            return Response(status_code=304, headers=headers)
        return Response(body, headers=headers)


def feed(outlet: Outlet, clubs: Sequence[str], now: datetime) -> str:
    """A publisher's feed of the last days as RSS 2.0, newest first."""
    items: list[str] = []
    for day in range(DAYS):
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=day)
        for place in range(HEADLINES_PER_DAY):
            at = midnight + timedelta(hours=place * 24 // HEADLINES_PER_DAY, minutes=7)
            if at <= now:
                items.append(_item(outlet, clubs, at))
    return f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel>{"".join(items)}</channel></rss>'


def _item(outlet: Outlet, clubs: Sequence[str], at: datetime) -> str:
    digest = int.from_bytes(hashlib.blake2b(f"{at:%Y-%m-%dT%H}".encode(), digest_size=8).digest())
    first = digest % len(clubs)
    names = {"club": clubs[first], "other": clubs[(first + 1 + digest // 7 % (len(clubs) - 1)) % len(clubs)]}
    headlines = _HEADLINES[outlet.language]
    title, summary = (text.format(**names) for text in headlines[digest // 1000 % len(headlines)])
    link = f"https://news.example/{outlet.key}/{at:%Y%m%d%H}?utm_source=rss"
    return (
        f"<item><title>{escape(title)}</title><link>{link}</link>"
        f"<description>{escape(f'<p>{summary}</p>')}</description><pubDate>{format_datetime(at)}</pubDate></item>"
    )
