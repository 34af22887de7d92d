"""Push endpoints of browsers, and the token that unsubscribes without signing in.

The endpoint of a subscription is user input that we send requests to. Only the push services of browser vendors are
accepted (protection against server-side request forgery).
"""

import hmac
import re

MAX_LENGTH = 1000
"""Characters of an endpoint."""
ADDRESS = (
    r"^https://(fcm\.googleapis\.com"
    r"|jmt17\.google\.com"  # Google too: used by browsers built from Chromium
    r"|([a-z0-9-]+\.)+push\.services\.mozilla\.com"
    r"|([a-z0-9-]+\.)+notify\.windows\.com"
    r"|([a-z0-9-]+\.)+push\.apple\.com"
    r")/[A-Za-z0-9._~!$&'()*+,;=:%/?-]+$"
)
"""In a regular-expression dialect that every client language supports."""
_ADDRESS = re.compile(ADDRESS)
_MAC_LENGTH = 32
"""Hexadecimal digits: 128 bits."""


def is_push_endpoint(url: str) -> bool:
    """Whether a URL is a browser vendor's push endpoint, with TLS on the default port.

    >>> is_push_endpoint("https://fcm.googleapis.com/fcm/send/abc"), is_push_endpoint("https://example.org/")
    (True, False)
    """
    return len(url) <= MAX_LENGTH and _ADDRESS.fullmatch(url) is not None


def unsubscribe_token(subscription_id: int, key: str) -> str:
    """A signed token that removes one subscription; `key` is our signing secret."""
    return f"{subscription_id}.{_mac(subscription_id, key)}"


def parse_unsubscribe_token(token: str, key: str) -> int | None:
    """The subscription id of a valid unsubscribe token, else None.

    >>> parse_unsubscribe_token(unsubscribe_token(7, "secret"), "secret")
    7
    """
    match = re.fullmatch(rf"([1-9][0-9]{{0,17}})\.([0-9a-f]{{{_MAC_LENGTH}}})", token)
    if match is None or not hmac.compare_digest(match[2], _mac(int(match[1]), key)):
        return None
    return int(match[1])


def _mac(subscription_id: int, key: str) -> str:
    return hmac.new(key.encode(), f"unsubscribe {subscription_id}".encode(), "sha256").hexdigest()[:_MAC_LENGTH]
