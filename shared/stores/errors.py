"""Errors of Postgres, recognised without its driver: importing it takes 80 ms, and some functions never connect."""

RETRYABLE_SQLSTATES = {"23503", "23505", "40001", "40P01"}
"""Foreign key violation, unique violation, serialization failure, deadlock."""


class DatabaseUnavailable(Exception):
    """Postgres cannot be reached; the caller may retry."""


def is_retryable(error: Exception) -> bool:
    """Whether a concurrent transaction caused an error; the transaction may be retried."""
    return getattr(error, "sqlstate", None) in RETRYABLE_SQLSTATES


def is_unavailable(error: Exception) -> bool:
    """Whether the driver reports that Postgres cannot be reached or broke the connection off."""
    from psycopg import OperationalError  # noqa: PLC0415  # loaded already if the error is the driver's

    return isinstance(error, OperationalError)
