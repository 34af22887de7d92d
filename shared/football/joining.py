"""Whether prices named after two clubs and a kick-off belong to a match that is known."""

from datetime import datetime, timedelta

WITHIN = timedelta(hours=36)


def joins(told: datetime, known: datetime) -> bool:
    """Whether two kick-offs can be those of one match: they differ by at most `WITHIN`."""
    return abs(told - known) <= WITHIN
