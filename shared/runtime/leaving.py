"""People who leave are deleted from the systems of others too."""

from uuid import UUID

from shared.runtime import wiring
from shared.runtime.settings import settings
from shared.stores.database import Connection


def forget_outside(db: Connection, user_id: UUID) -> None:
    """Delete a person from the systems of others; may be repeated.

    Raises:
        UpstreamError: one of them did not do it.
        SettingsError: SUPABASE_SERVICE_KEY is not set, where people have real accounts.
    """
    admin = wiring.supabase_admin()
    if admin is not None:
        admin.delete(user_id)
    elif settings().app_env != "development":
        settings().require("supabase_service_key")
