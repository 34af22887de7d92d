"""Propagation of plan changes to the plan cache and to Supabase."""

from uuid import UUID

from shared.services import redis_backed, supabase_sync


def invalidate(user_id: UUID) -> None:
    """Invalidate a person's cached plan, so that the next request reads Postgres."""
    if cache := redis_backed.plan_cache():
        cache.invalidate(user_id)


def changed(user_id: UUID) -> None:
    """Invalidate a person's cached plan and copy their role to Supabase; call it after the commit of a change."""
    invalidate(user_id)
    supabase_sync.sync_after_commit(supabase_sync.sync_role, user_id)
