"""What stands of a person's account outside Postgres: what Redis remembers, and Supabase's copy."""

from uuid import UUID

from shared.services import redis_backed, supabase_sync


def forget(user_id: UUID) -> None:
    """Have a person's standing read from Postgres by the next request."""
    if remembered := redis_backed.remembered_plans():
        remembered.forget(user_id)


def changed(user_id: UUID) -> None:
    """Have a person's new plan or role count at once and shown by pages; to be called after each change's commit."""
    forget(user_id)
    supabase_sync.at_once(supabase_sync.role, user_id)
