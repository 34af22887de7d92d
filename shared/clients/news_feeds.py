"""The publishers' feeds of football news, RSS 2.0 and 1.0 (cyber.harvard.edu/rss/rss.html) or Atom (RFC 4287).

Each feed of `shared.football.outlets` is asked for what is new since it was last read (ETag, Last-Modified), at its own
address and nowhere else: a redirect is followed three times at most and to hosts of those feeds only, under https. XML
that declares a document type, and with it entities, is refused unread.

Its errors (see `shared.clients.errors`): `RateLimited` for 429, `Refused` for other 4xx, `Unavailable` for 5xx and
time-outs, `Unintelligible` for anything that is no feed, `Redirected` where it sends us where we do not go.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import httpx
from defusedxml.ElementTree import ParseError, fromstring

from shared.clients.errors import RateLimited, Redirected, Refused, Unintelligible
from shared.clients.http import Answer, fetch
from shared.football.outlets import HOSTS, Outlet

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

LARGEST = 2_000_000
"""Bytes of a feed, unpacked."""
REDIRECTS = 3
MOST = 100
"""Entries of a feed that are read: the newest stand first."""
REST = 3600.0
"""Seconds to leave a publisher alone who says that we ask too often."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a feed as it was sent: markup and all.

    Attributes:
        title: of the article.
        url: of the article.
        summary: whatever the publisher says of it; may be empty.
        published_at: UTC; None where the feed does not say.
    """

    title: str
    url: str
    summary: str
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class Told:
    """What a feed says: its entries, None where nothing has changed; what this answer is called (empty: nothing)."""

    entries: tuple[Entry, ...] | None
    etag: str
    last_modified: str


class NewsFeeds:
    """Reads feeds.

    Args:
        http: whose connections are used; it says in User-Agent who we are.
        now: the clock.
        instead: address that stands for all publishers, with a feed at `/<key>` for each; empty for their own.
    """

    def __init__(self, http: httpx.Client, now: Callable[[], datetime], instead: str = "") -> None:
        self._http, self._now, self._instead = http, now, instead.rstrip("/")

    def read(self, outlet: Outlet, etag: str, last_modified: str, *, deadline: datetime) -> Told:
        """What a feed says, unless it is still the answer called so."""
        kept = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        answer = self._follow(outlet, {name: value for name, value in kept.items() if value}, deadline)
        if answer.status == httpx.codes.NOT_MODIFIED:
            return Told(None, etag, last_modified)
        if answer.status == httpx.codes.TOO_MANY_REQUESTS:
            raise RateLimited(f"{outlet.name} says that we ask too often", REST)
        if answer.status != httpx.codes.OK:
            raise Refused(f"{outlet.name} answered {answer.status}", answer.status)
        return Told(
            entries_of(answer.body, outlet.name),
            answer.headers.get("ETag", "")[:200],
            answer.headers.get("Last-Modified", "")[:200],
        )

    def _follow(self, outlet: Outlet, headers: dict[str, str], deadline: datetime) -> Answer:
        address = httpx.URL(f"{self._instead}/{outlet.key}" if self._instead else outlet.feed)
        accept = {"Accept": "application/rss+xml, application/atom+xml, application/xml;q=0.9", **headers}
        redirects = 0
        while True:
            try:
                return fetch(
                    self._http, str(address), now=self._now, deadline=deadline, headers=accept, largest=LARGEST
                )
            except Redirected as error:
                onward, redirects = _onward(address, error.location), redirects + 1
                if onward is None or redirects > REDIRECTS:
                    raise
                address = onward


def _onward(address: httpx.URL, location: str) -> httpx.URL | None:
    """Where a redirect leads, if we go there."""
    try:
        onward = address.join(location)
    except httpx.InvalidURL:
        return None
    return onward if location and onward.scheme == "https" and onward.host in HOSTS and onward.port is None else None


def entries_of(body: bytes, name: str) -> tuple[Entry, ...]:
    """The entries of a feed that have a title and an address.

    Args:
        body: of the answer.
        name: of the publisher, for the error.

    Raises:
        Unintelligible: it is no feed, or declares a document type.
    """
    try:
        root: Element = fromstring(body, forbid_dtd=True)
    except (ParseError, ValueError, LookupError) as error:  # forbidden things, unknown encodings
        raise Unintelligible(f"{name} sent no feed that can be read: {type(error).__name__}") from error
    if _tag(root) not in {"rss", "rdf", "feed"}:
        raise Unintelligible(f"{name} sent XML that is no feed")
    return tuple(list(_entries(root))[:MOST])


def _entries(root: "Element") -> Iterator[Entry]:
    for item in root.iter():
        if _tag(item) not in {"item", "entry"}:
            continue
        told: dict[str, str] = {}
        for child in item:
            told.setdefault(_tag(child), "".join(child.itertext()).strip())
        url = _link(item)
        if told.get("title") and url:
            summary = told.get("description") or told.get("summary") or told.get("content") or ""
            dated = (told[name] for name in ("pubdate", "published", "date", "updated") if told.get(name))
            yield Entry(told["title"], url, summary, next((_instant(text) for text in dated), None))


def _link(item: "Element") -> str:
    for child in item:
        if _tag(child) == "link" and child.get("rel", "alternate") == "alternate":
            return (child.get("href") or child.text or "").strip()
    return ""


def _tag(element: "Element") -> str:
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def _instant(text: str) -> datetime | None:
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            told = read(text)
            return told.replace(tzinfo=told.tzinfo or UTC).astimezone(UTC)
        except (ValueError, OverflowError, IndexError):
            continue
    return None
