"""What Stripe tells our webhook: only what it signed, lately, in the version that we speak."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

TOLERANCE = timedelta(minutes=5)
"""How far the time of a signature may be from ours, either way."""
_HEADER = re.compile(r"t=([0-9]{1,12})(?:,v[0-9]=[0-9a-f]+)+")
_ID = re.compile("[A-Za-z0-9_.-]{1,255}")
_MAX_TIMESTAMP = 253_402_300_799
"""The last second of the year 9999; later ones are no instant in Python or Postgres."""


class InvalidSignature(Exception):
    """Stripe did not say this, or not now."""


class InvalidEvent(Exception):
    """Stripe said this, but not as an event of the version that we speak; the message says how to mend it."""


@dataclass(frozen=True, slots=True)
class StripeEvent:
    """What happened. What it says of the state of things is left out: Stripe is asked for that.

    Attributes:
        event_id: Stripe's id.
        type: Stripe's word, such as `invoice.paid`.
        created_at: when it happened.
        live: whether with real money.
        customer_id: whom it is about; None where it names nobody.
        charge_id: the payment that it is about, where it is a dispute.
        reference: the person that a Checkout page was made for.
    """

    event_id: str
    type: str
    created_at: datetime
    live: bool
    customer_id: str | None
    charge_id: str | None
    reference: str | None


def parse_event(body: bytes, header: str, secrets: Iterable[str], version: str, now: datetime) -> StripeEvent:
    """The event that a delivery tells.

    Args:
        body: its bytes, as they came.
        header: its `Stripe-Signature`.
        secrets: of the endpoint; two of them while one takes the other's place.
        version: the API version that the endpoint must speak.
        now: this instant.

    Raises:
        NotSigned: no secret signed these bytes, or not within `TOLERANCE`.
        NotUnderstood: it is no event, or one of another version.
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
                f"the endpoint speaks {payload['api_version']!a:.40}: make it anew in Stripe with {version}"
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
    from stripe import SignatureVerificationError, WebhookSignature  # noqa: PLC0415  # 30 ms that only this needs

    try:
        # Without its own look at the time: that would be the machine's, and takes any instant to come.
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
    """The id of an object, which stands in its place or in it."""
    object_id = value.get("id") if isinstance(value, dict) else value
    return None if object_id is None else _parse_id(object_id)
