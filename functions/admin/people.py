"""Users and their roles."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from functions.admin.schemas import (
    Role,
    RoleResponse,
    StripeSubscription,
    UserListItem,
    UserListResponse,
    UserSubscriptionResponse,
)
from shared.accounts.account_status import NO_ACCOUNT
from shared.accounts.plans import Plan, plan_from_metadata
from shared.clients.identity.supabase_admin import SupabasePerson
from shared.explanations.translations import Language, translate
from shared.runtime import clock, wiring
from shared.services import supabase_sync
from shared.stores.database import Connection
from shared.stores.messaging import push_subscriptions
from shared.stores.people import accounts, customers, user_directory
from shared.web.errors import BadRequest, NotFound


def user_page(db: Connection, page: int, per_page: int) -> UserListResponse:
    """A page of users: from Supabase where it is configured, else those registered in our database."""
    admin = wiring.supabase_admin()
    if admin is None:
        rows, total = user_directory.page(db, per_page, (page - 1) * per_page), user_directory.count(db)
        users = [_item(row.user_id, None, row.status, row.first_seen_at) for row in rows]
    else:
        people, total = admin.list_people(page, per_page)
        users = _with_roles(people, user_directory.statuses(db, [person.user_id for person in people]))
    return UserListResponse(users=users, total=total, page=page, per_page=per_page)


def count_users(db: Connection) -> int:
    """The number of users, from the same source as `user_page`."""
    admin = wiring.supabase_admin()
    return user_directory.count(db) if admin is None else admin.list_people(1, 1)[1]


def set_role(user_id: UUID, role: Role, admin_id: UUID, language: Language) -> RoleResponse:
    """Set a user's role; it takes effect on their next request.

    Raises:
        BadRequest: administrators cannot remove their own role, so that one always remains.
        NotFound: the user is unknown or deleted.
        UpstreamError: Supabase fails.
    """
    if user_id == admin_id and role != Plan.ADMIN:
        raise BadRequest("own_role")
    db, admin = wiring.database(), wiring.supabase_admin()
    if not user_directory.exists(db, user_id) and (admin is None or admin.export(user_id) is None):
        raise NotFound("unknown_person")
    with db.transaction():
        customer = customers.of_person(db, user_id)
        if not accounts.set_role(db, user_id, Plan(role), clock.now()):
            raise NotFound("unknown_person")
    supabase_sync.publish_plan(user_id)
    pays = customer is not None and customer.plan != Plan.FREE
    key, plan = "role_set_pays" if pays else "role_set", customer.plan if customer else Plan.FREE
    return RoleResponse(message=translate(key, language, role=role, plan=plan), user_id=str(user_id))


def user_subscription(db: Connection, user_id: UUID) -> UserSubscriptionResponse:
    """The role, subscriptions and number of subscribed browsers of a known user."""
    status, customer = accounts.account_status(db, user_id), customers.of_person(db, user_id)
    if status.plan == NO_ACCOUNT and customer is None and not user_directory.exists(db, user_id):
        raise NotFound("unknown_person")
    return UserSubscriptionResponse(
        user_id=str(user_id),
        role=Plan.FREE if status.plan == NO_ACCOUNT else status.plan,
        stripe_customer_id=customer.customer_id if customer else None,
        stripe_plan=customer.plan if customer else None,
        subscriptions=[StripeSubscription.model_validate(row) for row in customers.subscriptions(db, user_id)],
        push_devices=len(push_subscriptions.of_person(db, user_id)),
    )


def _with_roles(people: Sequence[SupabasePerson], roles: dict[UUID, str]) -> list[UserListItem]:
    """Users with the role of their account, falling back to the role in their Supabase metadata."""
    return [
        _item(
            person.user_id,
            person.email,
            roles.get(person.user_id) or plan_from_metadata(person.app_metadata),
            person.created_at,
        )
        for person in people
    ]


def _item(user_id: UUID, email: str | None, role: str, since: datetime) -> UserListItem:
    return UserListItem(id=str(user_id), email=email or "", role=role, created_at=since)
