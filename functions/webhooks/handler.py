"""Webhook subscriptions. HTTP: GET, POST, DELETE /api/v1/webhooks…."""

import logging
from base64 import b64encode
from datetime import datetime
from http import HTTPStatus
from secrets import token_bytes
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import BackgroundTasks, Security
from pydantic import AfterValidator, BaseModel, Field, StringConstraints
from pydantic_core import PydanticCustomError

from shared.accounts.plans import Plan, Reader
from shared.accounts.webhooks import (
    ADDRESS,
    MAX_LENGTH,
    MAX_WEBHOOKS,
    PREFIX,
    TEST_INTERVAL,
    WebhookEventType,
    is_webhook_address,
)
from shared.clients.errors import Unavailable
from shared.runtime import clock, logs, wiring
from shared.services import redis_backed
from shared.stores.messaging import webhooks
from shared.stores.messaging.webhooks import WebhookRow
from shared.stores.people import accounts
from shared.web.app import Connection, http_app, lambda_handler
from shared.web.authentication import Access, Person, require_user_id
from shared.web.errors import BadRequest, NotFound
from shared.web.strict_json import RequestModel

app = http_app("webhooks")

PATH = "/api/v1/webhooks"
MAX_STARTS_PER_MINUTE = 2
"""Starts of the delivery job. Its concurrency is one higher (serverless.yml), so that a start never has to wait."""
SECRET_LENGTH = 32
"""Random bytes."""

# API keys cannot manage webhooks, so that a leaked key can create nothing that outlives its revocation.
ElitePerson = Annotated[Reader, Security(Access(Plan.ELITE, allows_api_keys=False))]


def _address(url: str) -> str:
    if not is_webhook_address(url):
        raise PydanticCustomError("webhook_address", "https:// and the name of a host")
    return url


class WebhookRequest(RequestModel):
    """A webhook to create: its URL and event types."""

    url: Annotated[
        str,
        StringConstraints(max_length=MAX_LENGTH),
        AfterValidator(_address),
        Field(json_schema_extra={"pattern": ADDRESS}),
    ]
    events: list[WebhookEventType] = Field(
        default=list(WebhookEventType), min_length=1, max_length=len(WebhookEventType)
    )


class WebhookAttempt(BaseModel):
    """The latest delivery attempt."""

    event: str = Field(description="Its event, such as `picks.committed/2026-11-22`.")
    attempted_at: datetime
    delivered: bool = Field(description="Whether the receiver accepted it (2xx).")
    response: str = Field(description="The response status, or why there was none.")


class WebhookResponse(BaseModel):
    """A webhook without its secret. A test resumes deliveries that stopped or are paused.

    They stop when the receiver answers 410 or accepts nothing for almost three days. A receiver requests a pause by
    `Retry-After`, a day at most.
    """

    id: UUID
    url: str
    events: list[WebhookEventType]
    created_at: datetime
    test_requested_at: datetime
    stopped_at: datetime | None
    paused_until: datetime | None
    last_attempt: WebhookAttempt | None


class NewWebhookResponse(WebhookResponse):
    """A new webhook with its signing secret, which is shown only once."""

    secret: str


class WebhooksResponse(BaseModel):
    """A user's webhooks, oldest first."""

    webhooks: list[WebhookResponse]


@app.post(PATH, operation_id="createWebhook", tags=["Webhooks"], status_code=HTTPStatus.CREATED)
async def create(
    reader: ElitePerson, db: Connection, request: WebhookRequest, background: BackgroundTasks
) -> NewWebhookResponse:
    """Create a webhook; a test event is sent at once."""
    user_id, now = require_user_id(reader), clock.now()
    accounts.prevent_deletion(db, user_id)
    accounts.lock(db, user_id, reader.plan, now)
    if len(webhooks.of_person(db, user_id)) >= MAX_WEBHOOKS:
        raise BadRequest("too_many_webhooks", most=MAX_WEBHOOKS)
    webhook_id, secret = uuid4(), PREFIX + b64encode(token_bytes(SECRET_LENGTH)).decode()
    webhooks.add(db, user_id, webhook_id, request.url, sorted(set(request.events)), secret, now)
    background.add_task(_start_delivery)
    return NewWebhookResponse(**_webhook_response(db, user_id, webhook_id).model_dump(), secret=secret)


# Users without the plan can still list and remove webhooks, which would resume with the plan.
@app.get(PATH, operation_id="listWebhooks", tags=["Webhooks"])
async def list_webhooks(reader: Person, db: Connection) -> WebhooksResponse:
    """The user's webhooks with their latest delivery attempts."""
    return WebhooksResponse(webhooks=[_as_response(row) for row in webhooks.of_person(db, require_user_id(reader))])


@app.post(f"{PATH}/{{webhook_id}}/test", operation_id="testWebhook", tags=["Webhooks"], status_code=HTTPStatus.ACCEPTED)
async def test(reader: ElitePerson, db: Connection, webhook_id: UUID, background: BackgroundTasks) -> WebhookResponse:
    """Send a test event, at most once a minute, and resume a stopped webhook; the list shows its outcome."""
    user_id, now = require_user_id(reader), clock.now()
    before = next((row for row in webhooks.of_person(db, user_id) if row.webhook_id == webhook_id), None)
    if before is None:
        raise NotFound("unknown_webhook")
    if now - before.test_requested_at >= TEST_INTERVAL:
        webhooks.request_test(db, user_id, webhook_id, now)
        background.add_task(_start_delivery)
    return _webhook_response(db, user_id, webhook_id)


@app.delete(
    f"{PATH}/{{webhook_id}}", operation_id="removeWebhook", tags=["Webhooks"], status_code=HTTPStatus.NO_CONTENT
)
async def remove(reader: Person, db: Connection, webhook_id: UUID) -> None:
    """Remove a webhook."""
    if not webhooks.remove(db, require_user_id(reader), webhook_id):
        raise NotFound("unknown_webhook")


async def _start_delivery() -> None:
    """Start the delivery job after the commit. If the start fails, its next scheduled run delivers.

    Starts are rate limited for all users together: starts beyond its concurrency would be retried in Lambda's queue
    and end as dead letters.
    """
    try:
        limiter = redis_backed.rate_limiter()
        if limiter is None or not limiter.acquire("starts of send_webhooks", MAX_STARTS_PER_MINUTE).wait:
            wiring.lambda_functions().start("send_webhooks", {})
    except Unavailable as error:
        logs.write(logging.WARNING, "send_webhooks was not started", error=str(error))


def _webhook_response(db: Connection, user_id: UUID, webhook_id: UUID) -> WebhookResponse:
    return next(_as_response(row) for row in webhooks.of_person(db, user_id) if row.webhook_id == webhook_id)


def _as_response(row: WebhookRow) -> WebhookResponse:
    last = None
    if row.last_event is not None and row.last_attempted_at is not None:
        last = WebhookAttempt(
            event=row.last_event,
            attempted_at=row.last_attempted_at,
            delivered=bool(row.last_is_delivered),
            response=row.last_response or "",
        )
    return WebhookResponse(
        id=row.webhook_id,
        url=row.url,
        events=[WebhookEventType(event) for event in row.events],
        created_at=row.created_at,
        test_requested_at=row.test_requested_at,
        stopped_at=row.stopped_at,
        paused_until=row.retry_after,
        last_attempt=last,
    )


handler = lambda_handler(app)
