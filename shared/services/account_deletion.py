"""Deletion of a person's account at Stripe and Supabase."""

from uuid import UUID

from shared.runtime import wiring
from shared.runtime.settings import settings
from shared.stores.database import Connection
from shared.stores.people import customers


def delete_external_data(db: Connection, user_id: UUID) -> None:
    """Delete a person at Stripe and Supabase; idempotent.

    Stripe ends their subscriptions and keeps the invoices, which the law requires for ten years (Code de commerce,
    L123-22).

    Raises:
        UpstreamError: a deletion failed.
        SettingsError: STRIPE_SECRET_KEY is not set and they are a customer, or SUPABASE_SERVICE_KEY is not set outside
            development.
    """
    customer = customers.of_person(db, user_id)
    if customer is not None:
        wiring.stripe_payments().delete_customer(customer.customer_id)
    admin = wiring.supabase_admin()
    if admin is not None:
        admin.delete(user_id)
    elif settings().app_env != "development":
        settings().require("supabase_service_key")
