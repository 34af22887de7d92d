"""Verification and parsing of Stripe's webhook events: signature, age and API version."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

TOLERANCE = timedelta(minutes=5)
"""The largest difference between a signature's timestamp and our clock."""
_HEADER = re.compile(r"t=([0-9]{1,12})(?:,v[0-9]=[0-9a-f]+)+")
_ID = re.compile("[A-Za-z0-9_.-]{1,255}")
_MAX_TIMESTAMP = 253_402_300_799
"""The last second of the year 9999, the latest that Python and Postgres can represent."""


class InvalidSignature(Exception):
    """The signature is invalid or its timestamp is out of tolerance."""


class InvalidEvent(Exception):
    """The signed body is not an event of our API version; the message says how to correct it."""


@dataclass(frozen=True, slots=True)
class StripeEvent:
    """An event without its object's state, which is always fetched from Stripe instead."""

    event_id: str
    type: str  # Stripe's event type, such as `invoice.paid`
    created_at: datetime
    live: bool
    customer_id: str | None  # its customer; None if it names none
    charge_id: str | None  # the disputed charge, if it is about a dispute
    reference: str | None  # `client_reference_id` of a Checkout session


def parse_event(body: bytes, header: str, secrets: Iterable[str], version: str, now: datetime) -> StripeEvent:
    """Verify and parse an event.

    Args:
        secrets: the endpoint's signing secrets; two during rotation.
        version: the API version that the endpoint must have.

    Raises:
        InvalidSignature: no secret matches, or the timestamp is out of tolerance.
        InvalidEvent: it is not an event, or has another API version.
    """
    match = _HEADER.fullmatch(header)
    if match is None or not any(_is_signed_by(body, header, secret) for secret in secrets):
        raise InvalidSignature("the signature is not Stripe's")
    if abs(now.timestamp() - int(match[1])) > TOLERANCE.total_seconds():
        raise InvalidSignature("the signature is too old, or not yet made")
    try:
        payload = json.loads(body)
        if payload["api_version"] != version:
            raise InvalidEvent(
                f"the endpoint has API version {payload['api_version']!a:.40}: create it again in Stripe with {version}"
            )
        subject: dict[str, Any] = payload["data"]["object"]
        customer = subject if subject.get("object") == "customer" else subject.get("customer")
        charge = subject.get("charge") if subject.get("object") == "dispute" else None
        return StripeEvent(
            event_id=_parse_id(payload["id"]),
            type=_parse_id(payload["type"]),
            created_at=_parse_instant(payload["created"]),
            live=bool(payload["livemode"]),
            customer_id=_parse_object_id(customer),
            charge_id=_parse_object_id(charge),
            reference=subject.get("client_reference_id"),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise InvalidEvent("what Stripe signed is no event; is the endpoint made for thin events?") from error


def _is_signed_by(body: bytes, header: str, secret: str) -> bool:
    from stripe import SignatureVerificationError, WebhookSignature  # noqa: PLC0415  # takes 30 ms

    try:
        # Without the library's tolerance check, which uses the system clock and accepts any future timestamp.
        return WebhookSignature.verify_header(body, header, secret)
    except (SignatureVerificationError, UnicodeDecodeError):
        return False


def _parse_instant(seconds: Any) -> datetime:
    if not isinstance(seconds, int) or not 0 < seconds <= _MAX_TIMESTAMP:
        raise ValueError("no instant")
    return datetime.fromtimestamp(seconds, UTC)


def _parse_id(value: Any) -> str:
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise ValueError("no id of Stripe's")
    return value


def _parse_object_id(value: Any) -> str | None:
    """The id of an object that may be expanded or given by id."""
    object_id = value.get("id") if isinstance(value, dict) else value
    return None if object_id is None else _parse_id(object_id)
