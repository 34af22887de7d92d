"""Parsing of the `Retry-After` header."""

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

MAX_RETRY_AFTER = timedelta(hours=24)
NO_WAIT = timedelta(0)


def parse_retry_after(header: str, now: datetime) -> timedelta | None:
    """Parse a `Retry-After` header: seconds or an HTTP date (RFC 9110, section 10.2.3).

    Returns:
        Between `NO_WAIT` and `MAX_RETRY_AFTER`; None if the header is empty or malformed.
    """
    try:
        wait = timedelta(seconds=int(header[:9])) if header.isdecimal() else parsedate_to_datetime(header) - now
    except (ValueError, TypeError):  # not a date, or a date without a zone
        return None
    return min(max(wait, NO_WAIT), MAX_RETRY_AFTER)
