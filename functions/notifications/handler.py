"""Web push subscriptions. HTTP: GET, POST, PUT /api/v1/notifications/…."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import Query

from functions.notifications import schemas
from shared.accounts.push_endpoints import MAX_LENGTH, parse_unsubscribe_token
from shared.clients.errors import Unavailable
from shared.explanations.translations import translate
from shared.runtime import clock
from shared.runtime.settings import settings
from shared.stores.messaging import push_subscriptions
from shared.stores.messaging.push_subscriptions import PushSubscriptionRow
from shared.web.app import Connection, RequestLanguage, http_app, lambda_handler
from shared.web.authentication import Anyone, Person, require_user_id
from shared.web.errors import BadRequest, NotFound
from shared.web.idempotency import idempotent

app = http_app("notifications")

PREFIX = "/api/v1/notifications"
ENDPOINT_QUERY = Query(max_length=MAX_LENGTH)


@app.post(
    f"{PREFIX}/subscribe",
    operation_id="subscribe_push_api_v1_notifications_subscribe_post",
    status_code=HTTPStatus.CREATED,
    tags=["Notifications"],
)
@idempotent
async def subscribe(
    reader: Person, db: Connection, language: RequestLanguage, request: schemas.SubscriptionRequest
) -> schemas.PushSubscriptionResponse:
    """Subscribe a browser to push notifications; a user's eleventh subscription replaces the oldest."""
    if not settings().vapid_public_key:
        raise Unavailable("VAPID_PUBLIC_KEY is not set: nothing could be sent")
    expiration, keys = request.expirationTime, request.keys
    expires_at = None if expiration is None else datetime.fromtimestamp(expiration / 1000, UTC)
    stored = push_subscriptions.put(
        db, require_user_id(reader), request.endpoint, keys.p256dh, keys.auth, expires_at, clock.now()
    )
    if stored is None:  # the endpoint is registered with other keys
        raise NotFound("unknown_subscription")
    subscription_id, is_new = stored
    return schemas.PushSubscriptionResponse(
        message=translate("push_subscribed" if is_new else "push_updated", language), id=subscription_id
    )


@app.post(
    f"{PREFIX}/unsubscribe",
    operation_id="unsubscribe_push_api_v1_notifications_unsubscribe_post",
    tags=["Notifications"],
)
async def unsubscribe(
    anyone: Anyone, db: Connection, language: RequestLanguage, request: schemas.UnsubscribeRequest
) -> schemas.MessageResponse:
    """End a subscription without signing in. The response does not reveal whether it existed."""
    if request.endpoint is None and request.token is None:
        raise BadRequest("unsubscribe_what")
    if request.endpoint is not None:
        push_subscriptions.remove_endpoint(db, request.endpoint)
    key = settings().vapid_private_key
    if (
        request.token is not None
        and key
        and (subscription_id := parse_unsubscribe_token(request.token, key)) is not None
    ):
        push_subscriptions.remove(db, subscription_id)
    return schemas.MessageResponse(message=translate("push_unsubscribed", language))


@app.put(
    f"{PREFIX}/preferences",
    operation_id="update_preferences_api_v1_notifications_preferences_put",
    tags=["Notifications"],
)
async def change_preferences(
    reader: Person,
    db: Connection,
    language: RequestLanguage,
    endpoint: Annotated[schemas.Endpoint, ENDPOINT_QUERY],
    request: schemas.SubscriptionPreferences,
) -> schemas.MessageResponse:
    """Change a browser's notification preferences and quiet hours."""
    user_id = require_user_id(reader)
    row = _by_endpoint(push_subscriptions.of_person(db, user_id), endpoint)
    if row is None:
        raise NotFound("unknown_subscription")
    hours = {"quiet_from": row.quiet_from, "quiet_until": row.quiet_until}
    push_subscriptions.change(db, user_id, endpoint, hours | request.model_dump(exclude_none=True), clock.now())
    return schemas.MessageResponse(message=translate("push_preferences", language))


@app.get(
    f"{PREFIX}/status", operation_id="get_subscription_status_api_v1_notifications_status_get", tags=["Notifications"]
)
async def read_status(
    reader: Person, db: Connection, endpoint: Annotated[str | None, ENDPOINT_QUERY] = None
) -> schemas.SubscriptionStatus:
    """Whether a browser of the user is subscribed, and to what."""
    rows = push_subscriptions.of_person(db, require_user_id(reader))
    row = _by_endpoint(rows, endpoint)
    values = {name: getattr(row, name) for name in schemas.SubscriptionPreferences.model_fields} if row else None
    active = [each for each in rows if each.retired_at is None]
    return schemas.SubscriptionStatus(
        subscribed=row in active,
        preferences=None if values is None else schemas.SubscriptionPreferences(**values),
        public_key=settings().vapid_public_key or None,
        devices=len(active),
        retired_devices=len(rows) - len(active),
        retired_at=row.retired_at if row else None,
    )


def _by_endpoint(rows: list[PushSubscriptionRow], endpoint: str | None) -> PushSubscriptionRow | None:
    return next((row for row in rows if row.endpoint == endpoint), None)


handler = lambda_handler(app)
