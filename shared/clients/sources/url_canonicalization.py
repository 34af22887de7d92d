"""Addresses of articles: one form for each page, whoever links to it."""

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit
from uuid import NAMESPACE_URL, UUID, uuid5

LONGEST = 2000
"""Characters."""

_OF_READERS = {"cmp", "xtor", "fbclid", "gclid", "ocid", "ito", "ref", "source"}
_OF_CAMPAIGNS = ("utm_", "at_", "ns_")
"""Parameters that tell where a reader came from, not what is read; and how the names of further ones begin."""


def canonical(url: str) -> str:
    """The address of an article without what differs between those who link to it.

    Raises:
        ValueError: it is no https address of a page, or is longer than `LONGEST` characters.
    """
    if len(url) > LONGEST or not url.isascii() or not url.isprintable() or " " in url:
        raise ValueError("an address of an article has at most 2,000 plain characters and no blank")
    parts = urlsplit(url)
    host = parts.hostname or ""
    has_more = parts.username is not None or parts.port not in {None, 443}
    if parts.scheme.lower() != "https" or "." not in host or has_more:
        raise ValueError("an address of an article begins with https:// and the name of a host")
    query = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if not _of_reader(name)]
    return urlunsplit(("https", host, parts.path.rstrip("/") or "/", urlencode(sorted(query)), ""))


def article_id_of(url: str) -> UUID:
    """The id of the article at a canonical address."""
    return uuid5(NAMESPACE_URL, url)


def _of_reader(name: str) -> bool:
    return name.lower() in _OF_READERS or name.lower().startswith(_OF_CAMPAIGNS)
