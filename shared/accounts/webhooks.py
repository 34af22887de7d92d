"""Webhooks: event types, URL validation and retries.

The URL is user input that we send requests to. It must have a host name and use TLS on the default port. The resolved
address is checked before each request (`is_public`) as protection against server-side request forgery, and the server
must present a certificate for the name.
"""

import re
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import AddressValueError, IPv4Address

PREFIX = "whsec_"
"""Prefix of a secret (Standard Webhooks, "Signature scheme")."""
MAX_LENGTH = 500
"""Characters of a URL."""
MAX_WEBHOOKS = 5
"""Webhooks per user."""
EVENT_TTL = timedelta(hours=72)
"""How long an event is retried."""
INITIAL_BACKOFF = timedelta(minutes=15)
EARLY_TOLERANCE = timedelta(minutes=2)
"""A retry may start this early, as the scheduler is accurate to the minute."""
TEST_INTERVAL = timedelta(minutes=1)
"""Minimum interval between two test events of one webhook."""
MAX_ATTEMPTS = 9
"""With exponential backoff the ninth attempt comes 63 hours and 45 minutes after the first."""
ADDRESS = (
    r"^https://"
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,10}"
    r"[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])"  # no digit first: excludes IPv4 addresses
    r"(?:[/?][A-Za-z0-9._~!$&'()*+,;=:@%/?-]*)?$"
)
"""In a regular-expression dialect that every client language supports."""
_ADDRESS = re.compile(ADDRESS)


class WebhookEventType(StrEnum):
    """Event types."""

    PICKS_COMMITTED = "picks.committed"
    """The day's picks are chosen, possibly none."""
    PICKS_SETTLED = "picks.settled"
    """A pick is settled, or its settlement is corrected."""
    PREDICTIONS_PUBLISHED = "predictions.published"
    """New predictions are published."""


TEST_EVENT = "webhook.test"
"""Type of the test event, sent on creation and on request."""


def is_webhook_address(url: str) -> bool:
    """Whether a URL has a host name, TLS on the default port, no user and no fragment."""
    return len(url) <= MAX_LENGTH and _ADDRESS.fullmatch(url) is not None


def is_public(address: str) -> bool:
    """Whether an address is a public unicast IPv4 address; IPv6 is not supported.

    >>> is_public("8.8.8.8"), is_public("10.0.0.1")
    (True, False)
    """
    try:
        ip = IPv4Address(address)
    except AddressValueError:
        return False
    return ip.is_global and not ip.is_multicast


def next_attempt_at(attempts: int, attempted_at: datetime) -> datetime | None:
    """When to retry after failed attempts; None once the event is given up.

    Args:
        attempts: number of attempts so far, at least one.
        attempted_at: time of the latest attempt.
    """
    return None if attempts >= MAX_ATTEMPTS else attempted_at + INITIAL_BACKOFF * 2 ** (attempts - 1)
