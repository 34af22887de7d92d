"""Where a browser may ask to be pushed to, and the word with which it may leave without signing in.

The address of a subscription comes from the person's side, and we send to it. Only the push services of browser makers
are taken, so that nobody can have us call an address of their choice.
"""

import hmac
import re

LONGEST = 1000
"""Characters of an address."""
ADDRESS = (
    r"^https://(fcm\.googleapis\.com"
    r"|jmt17\.google\.com"  # Google's too: browsers built from Chromium are given it
    r"|([a-z0-9-]+\.)+push\.services\.mozilla\.com"
    r"|([a-z0-9-]+\.)+notify\.windows\.com"
    r"|([a-z0-9-]+\.)+push\.apple\.com"
    r")/[A-Za-z0-9._~!$&'()*+,;=:%/?-]+$"
)
"""As a pattern that every client's language knows."""
_ADDRESS = re.compile(ADDRESS)
_MAC_LENGTH = 32
"""Digits of a word's signature: 128 bits."""


def is_push_endpoint(url: str) -> bool:
    """Whether an address is one of a browser maker's push service, over TLS at its usual port, and nothing else."""
    return len(url) <= LONGEST and _ADDRESS.fullmatch(url) is not None


def leaving_token(subscription_id: int, key: str) -> str:
    """The word that ends one subscription; only who was sent it and we know it.

    Args:
        subscription_id: the subscription.
        key: a secret of ours.
    """
    return f"{subscription_id}.{_mac(subscription_id, key)}"


def leaving(token: str, key: str) -> int | None:
    """The id of the subscription that a word ends; None where it is none of ours."""
    told = re.fullmatch(rf"([1-9][0-9]{{0,17}})\.([0-9a-f]{{{_MAC_LENGTH}}})", token)
    if told is None or not hmac.compare_digest(told[2], _mac(int(told[1]), key)):
        return None
    return int(told[1])


def _mac(subscription_id: int, key: str) -> str:
    return hmac.new(key.encode(), f"unsubscribe {subscription_id}".encode(), "sha256").hexdigest()[:_MAC_LENGTH]
