"""Webhooks: what a person's program can be told of, where it may be told, and how often that is tried.

The address comes from the person's side, and we call it. It must be a name, called over TLS at its usual port; what the
name leads to is looked at each time before anything is sent (`is_public`), so that nobody can have us knock at doors
inside a network. What answers there must show a certificate for that name.
"""

import re
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import AddressValueError, IPv4Address

PREFIX = "whsec_"
"""How a secret begins (Standard Webhooks, "Signature scheme")."""
LONGEST = 500
"""Characters of an address."""
MOST_WEBHOOKS = 5
"""Of one person, at one time."""
NEWS_FOR = timedelta(hours=72)
"""How long something that happened is told to whoever could not be told before."""
FIRST_PAUSE = timedelta(minutes=15)
EARLY = timedelta(minutes=2)
"""So much before its time something is tried again: of a run the platform promises the minute, not the second."""
TEST_PAUSE = timedelta(minutes=1)
"""Between two tests that one webhook is sent."""
MOST_TRIES = 9
"""The pauses double: the ninth try comes 63 hours and 45 minutes after the first."""
ADDRESS = (
    r"^https://"
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,10}"
    r"[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])"  # a digit would begin the last part of an IPv4 address
    r"(?:[/?][A-Za-z0-9._~!$&'()*+,;=:@%/?-]*)?$"
)
"""As a pattern that every client's language knows."""
_ADDRESS = re.compile(ADDRESS)


class Event(StrEnum):
    """What a program can be told of."""

    PICKS_COMMITTED = "picks.committed"
    """The day's picks are chosen, be it none."""
    PICKS_SETTLED = "picks.settled"
    """A pick has ended, or its ending was corrected."""
    PREDICTIONS_PUBLISHED = "predictions.published"
    """Matches have new probabilities."""


TEST = "webhook.test"
"""The type of what is sent when a webhook is made, and when its owner asks for it."""


def is_webhook_address(url: str) -> bool:
    """Whether an address is a name's, over TLS at its usual port, without a user or a fragment."""
    return len(url) <= LONGEST and _ADDRESS.fullmatch(url) is not None


def is_public(address: str) -> bool:
    """Whether an IPv4 address is one of the public internet's, and of one machine; IPv6 we do not speak."""
    try:
        told = IPv4Address(address)
    except AddressValueError:
        return False
    return told.is_global and not told.is_multicast


def next_try(tries: int, tried_at: datetime) -> datetime | None:
    """When something is tried again that failed so many times; None once it is given up.

    Args:
        tries: how often it was tried, at least once.
        tried_at: when it was tried last.
    """
    return None if tries >= MOST_TRIES else tried_at + FIRST_PAUSE * 2 ** (tries - 1)
