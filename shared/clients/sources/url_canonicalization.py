"""Canonical URLs of articles."""

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit
from uuid import NAMESPACE_URL, UUID, uuid5

MAX_LENGTH = 2000
"""Characters."""

_TRACKING_PARAMETERS = {"cmp", "xtor", "fbclid", "gclid", "ocid", "ito", "ref", "source"}
_TRACKING_PREFIXES = ("utm_", "at_", "ns_")
"""Tracking parameters, by name and by prefix."""


def canonicalize(url: str) -> str:
    """An article's URL without tracking parameters, fragment and trailing slash, with sorted parameters.

    Raises:
        ValueError: it is not an https URL, or is longer than `MAX_LENGTH` characters.
    """
    if len(url) > MAX_LENGTH or not url.isascii() or not url.isprintable() or " " in url:
        raise ValueError("an address of an article has at most 2,000 plain characters and no blank")
    parts = urlsplit(url)
    host = parts.hostname or ""
    has_more = parts.username is not None or parts.port not in {None, 443}
    if parts.scheme.lower() != "https" or "." not in host or has_more:
        raise ValueError("an address of an article begins with https:// and the name of a host")
    query = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if not _is_tracking(name)]
    return urlunsplit(("https", host, parts.path.rstrip("/") or "/", urlencode(sorted(query)), ""))


def article_id(url: str) -> UUID:
    """The id of the article with a canonical URL."""
    return uuid5(NAMESPACE_URL, url)


def _is_tracking(name: str) -> bool:
    return name.lower() in _TRACKING_PARAMETERS or name.lower().startswith(_TRACKING_PREFIXES)
