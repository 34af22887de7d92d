"""What is remembered of a person's account outside Postgres."""

from uuid import UUID

from shared.runtime import wiring


def forget(user_id: UUID) -> None:
    """Have a person's plan read from Postgres by the next request; to be called by whoever changes their account."""
    if remembered := wiring.remembered_plans():
        remembered.forget(user_id)
