"""People who leave are deleted from the systems of others too."""

from uuid import UUID

from shared.runtime import wiring
from shared.runtime.settings import settings
from shared.stores.database import Connection
from shared.stores.people import customers


def forget_outside(db: Connection, user_id: UUID) -> None:
    """Delete a person from the systems of others; may be repeated.

    Stripe ends what they pay for, and keeps its invoices, which the law wants kept for ten years (Code de commerce,
    L123-22).

    Raises:
        UpstreamError: one of them did not do it.
        SettingsError: STRIPE_SECRET_KEY is not set, though they are a customer; or SUPABASE_SERVICE_KEY, where people
            have real accounts.
    """
    customer = customers.of_person(db, user_id)
    if customer is not None:
        wiring.stripe_payments().delete_customer(customer.customer_id)
    admin = wiring.supabase_admin()
    if admin is not None:
        admin.delete(user_id)
    elif settings().app_env != "development":
        settings().require("supabase_service_key")
