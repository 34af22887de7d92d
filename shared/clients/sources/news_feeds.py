"""The publishers' feeds of football news, RSS 2.0 and 1.0 (cyber.harvard.edu/rss/rss.html) or Atom (RFC 4287).

Feeds of `shared.football.outlets` are fetched with conditional requests (ETag, Last-Modified). Up to three redirects
are followed, over https and to hosts of those feeds only. XML with a document type, and so with entities, is rejected.

feedparser parses one entry at a time. It tolerates errors of real feeds (`&nbsp;`, a bare `&`, undeclared prefixes) but
takes quadratic time on hostile markup and raises on some characters. So each entry is cut out first, its length is
bounded, and an unreadable one does not affect others. feedparser gets bytes, so it opens no file or connection.

Errors (see `shared.clients.errors`): `RateLimited` for 429, `Rejected` for other 4xx, `Unavailable` for 5xx and
timeouts, `InvalidResponse` for anything that is not a feed, `Redirected` for a redirect that was not followed.
"""

import re
from calendar import timegm
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from io import BytesIO
from itertools import islice
from time import struct_time
from typing import Any

import feedparser
import httpx

from shared.clients.errors import InvalidResponse, RateLimited, Redirected, Rejected
from shared.clients.http import HttpResponse, fetch
from shared.football.outlets import HOSTS, Outlet

MAX_FEED_BYTES = 2_000_000
"""Bytes of a decompressed feed."""
MAX_REDIRECTS = 3
MAX_ENTRIES = 100
"""Entries of a feed that are parsed: the newest come first."""
MAX_ENTRY_LENGTH = 20_000
"""Characters of an entry, markup included."""
RETRY_AFTER = 3600.0
"""Seconds to wait after a 429."""

_ENCODINGS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "utf-8",
    "iso-8859-1": "iso-8859-1",
    "iso-8859-15": "iso-8859-15",
    "windows-1252": "windows-1252",
}
"""Codecs by declared encoding. UTF-16 is detected by its byte order mark."""
_DECLARED = re.compile(rb"\s*<\?xml[^>]*?\bencoding\s*=\s*[\"']([\w.-]+)", re.IGNORECASE)
_INVALID_CHARACTERS = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 does not allow (w3.org/TR/xml/#charsets)."""
_BEFORE_ROOT = re.compile(r"\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*)*", re.DOTALL)
_ROOT = re.compile(r"<((?:[\w.-]+:)?(?:rss|rdf|feed))(?:\s[^<>]*)?>", re.IGNORECASE)
_ENTRY_START = re.compile(r"<((?:[\w.-]+:)?(?:item|entry))[\s>]", re.IGNORECASE)
_EUROPEAN = {"CET": "+0100", "CEST": "+0200", "BST": "+0100"}
"""Time zones of our publishers that RFC 822 does not define; feedparser would read them as UTC."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a feed, with its markup."""

    title: str
    url: str
    summary: str
    published_at: datetime | None  # UTC; None if missing


@dataclass(frozen=True, slots=True)
class FeedResponse:
    """A parsed feed."""

    entries: tuple[Entry, ...] | None  # None if it is not modified
    etag: str
    last_modified: str
    unreadable: int = 0  # the number of entries that are malformed or have no title or URL
    moved_to: str = ""  # the target of a redirect; empty without one


class NewsFeeds:
    """Fetches feeds.

    Args:
        http: the HTTP client, with an identifying User-Agent.
        base_url: replaces the publishers' URLs by `<base_url>/<key>`; empty for their own.
    """

    def __init__(self, http: httpx.Client, now: Callable[[], datetime], base_url: str = "") -> None:
        self._http, self._now, self._base_url = http, now, base_url.rstrip("/")

    def fetch(self, outlet: Outlet, etag: str, last_modified: str, *, deadline: datetime) -> FeedResponse:
        """Fetch and parse a feed, unless it is not modified."""
        validators = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        response, moved_to = self._fetch_feed(
            outlet, {name: value for name, value in validators.items() if value}, deadline
        )
        if response.status == httpx.codes.NOT_MODIFIED:
            return FeedResponse(None, etag, last_modified, moved_to=moved_to)
        if response.status == httpx.codes.TOO_MANY_REQUESTS:
            raise RateLimited(f"{outlet.name} returned 429: its rate limit is exceeded", RETRY_AFTER)
        if response.status != httpx.codes.OK:
            raise Rejected(f"{outlet.name} answered {response.status}", response.status)
        entries, unreadable = parse_entries(response.body, outlet.name)
        etag, last_modified = response.headers.get("ETag", ""), response.headers.get("Last-Modified", "")
        return FeedResponse(entries, etag[:200], last_modified[:200], unreadable, moved_to)

    def _fetch_feed(self, outlet: Outlet, headers: dict[str, str], deadline: datetime) -> tuple[HttpResponse, str]:
        address = httpx.URL(f"{self._base_url}/{outlet.key}" if self._base_url else outlet.feed)
        accept = {"Accept": "application/rss+xml, application/atom+xml, application/xml;q=0.9", **headers}
        redirects = 0
        while True:
            try:
                response = fetch(
                    self._http, str(address), now=self._now, deadline=deadline, headers=accept, max_bytes=MAX_FEED_BYTES
                )
                return response, str(address) if redirects else ""
            except Redirected as error:
                target, redirects = _allowed_redirect(address, error.location), redirects + 1
                if target is None or redirects > MAX_REDIRECTS:
                    raise
                address = target


def _allowed_redirect(address: httpx.URL, location: str) -> httpx.URL | None:
    """The target of a redirect, if it is allowed."""
    try:
        target = address.join(location)
    except httpx.InvalidURL:
        return None
    return target if location and target.scheme == "https" and target.host in HOSTS and target.port is None else None


def parse_entries(body: bytes, name: str) -> tuple[tuple[Entry, ...], int]:
    """Parse the first `MAX_ENTRIES` entries of a feed; returns them and the number of unreadable ones.

    Args:
        name: of the publisher, for errors.

    Raises:
        InvalidResponse: it is not a feed, declares a document type, or all entries are unreadable.
    """
    text = _decode(body, name)
    start = _BEFORE_ROOT.match(text)
    begins = start.end() if start else 0
    if text.startswith("<!", begins):
        raise InvalidResponse(f"{name} sent a feed that declares a document type")
    root = _ROOT.match(text, begins)
    if root is None:
        raise InvalidResponse(f"{name} sent no feed")
    starts = list(islice(_ENTRY_START.finditer(text, root.end()), MAX_ENTRIES + 1))
    ends = [after.start() for after in starts[1:]] + [len(text)]
    parsed = [_parse_entry(root, text[a.start() : b], a[1]) for a, b in zip(starts[:MAX_ENTRIES], ends, strict=False)]
    entries = tuple(entry for entry in parsed if entry is not None)
    if parsed and not entries:
        raise InvalidResponse(f"{name} sent a feed of whose {len(parsed)} entries none can be read")
    return entries, len(parsed) - len(entries)


def _decode(body: bytes, name: str) -> str:
    """Decode a feed. Invalid bytes are read as Windows-1252, as browsers do."""
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = body.decode("utf-16", "replace")
    else:
        declared = _DECLARED.match(body.removeprefix(b"\xef\xbb\xbf"))
        encoding = declared[1].decode("ascii", "replace").lower() if declared else "utf-8"
        if encoding not in _ENCODINGS:
            raise InvalidResponse(f"{name} sent a feed in an encoding that is not read: {encoding[:20]}")
        text = body.removeprefix(b"\xef\xbb\xbf").decode(_ENCODINGS[encoding], "surrogateescape")
        text = re.sub("[\udc80-\udcff]", lambda odd: bytes([ord(odd[0]) - 0xDC00]).decode("cp1252", "replace"), text)
    return _INVALID_CHARACTERS.sub("", text)


def _parse_entry(root: re.Match[str], text: str, tag: str) -> Entry | None:
    """Parse an entry inside the root element, which declares the prefixes; None if it is unreadable."""
    end = text.rfind(f"</{tag}")
    if end < 0 or len(text[:end]) > MAX_ENTRY_LENGTH:
        return None
    document = f"{root[0]}{text[:end]}</{tag}></{root[1]}>".encode()
    try:
        feed: Any = feedparser.parse(BytesIO(document), resolve_relative_uris=False, sanitize_html=False)
    except Exception:  # third-party parser on untrusted input: other entries must not be affected
        return None
    if len(feed.entries) != 1:
        return None
    [entry] = feed.entries
    title, url = entry.get("title", "").strip(), entry.get("link", "").strip()
    if not title or not url:
        return None
    dates = [utc for key in ("published_parsed", "updated_parsed") if (utc := dict.get(entry, key))]
    return Entry(title, url, entry.get("summary", "").strip(), _to_datetime(dates[0]) if dates else None)


def _to_datetime(utc: struct_time) -> datetime | None:
    try:
        return datetime.fromtimestamp(timegm(utc), UTC)
    except (ValueError, OverflowError, OSError):  # an impossible or out-of-range date
        return None


def _parse_european_date(text: str) -> struct_time | None:
    """Parse an RFC 822 date with one of our publishers' zones, in UTC; None for other zones."""
    date, _, zone = text.strip().rpartition(" ")
    if zone not in _EUROPEAN:
        return None
    return parsedate_to_datetime(f"{date} {_EUROPEAN[zone]}").utctimetuple()


feedparser.registerDateHandler(_parse_european_date)
