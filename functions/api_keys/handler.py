"""API keys for users' programs. HTTP: GET, POST /api/v1/keys, DELETE /api/v1/keys/{key_id}."""

from datetime import datetime
from http import HTTPStatus
from secrets import token_urlsafe
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import Security
from pydantic import BaseModel, Field

from shared.accounts.api_keys import MAX_KEYS, PREFIX, Scope, fingerprint
from shared.accounts.plans import Plan, Reader
from shared.runtime import clock
from shared.stores.people import accounts, api_keys
from shared.stores.people.api_keys import ApiKeyRow
from shared.web.app import Connection, http_app, lambda_handler
from shared.web.authentication import Access, Person, require_user_id
from shared.web.errors import BadRequest, NotFound
from shared.web.params import STRIPPED, TEXT_LINE
from shared.web.strict_json import RequestModel

app = http_app("api_keys")

PATH = "/api/v1/keys"

# API keys cannot create, list or revoke keys, so that a leaked key cannot outlive its revocation.
ElitePerson = Annotated[Reader, Security(Access(Plan.ELITE, allows_api_keys=False))]


class ApiKeyRequest(RequestModel):
    """A key to create: its name and its scopes."""

    name: Annotated[str, Field(max_length=60, pattern=TEXT_LINE), STRIPPED]
    scopes: list[Scope] = Field(default=[Scope.READ], min_length=1, max_length=len(Scope))


class ApiKeyResponse(BaseModel):
    """A key without its secret."""

    id: UUID
    name: str
    scopes: list[Scope]
    created_at: datetime


class NewApiKeyResponse(ApiKeyResponse):
    """A new key with its secret, which is shown only once: only its fingerprint is stored."""

    key: str


class ApiKeysResponse(BaseModel):
    """A user's keys, oldest first."""

    keys: list[ApiKeyResponse]


@app.post(PATH, operation_id="createApiKey", tags=["API keys"], status_code=HTTPStatus.CREATED)
async def create(reader: ElitePerson, db: Connection, request: ApiKeyRequest) -> NewApiKeyResponse:
    """Create a key."""
    user_id, now = require_user_id(reader), clock.now()
    accounts.prevent_deletion(db, user_id)
    accounts.lock(db, user_id, reader.plan, now)
    if len(api_keys.of_person(db, user_id)) >= MAX_KEYS:
        raise BadRequest("too_many_keys", most=MAX_KEYS)
    key = PREFIX + token_urlsafe(32)
    row = ApiKeyRow(key_id=uuid4(), name=request.name, scopes=sorted(set(request.scopes)), created_at=now)
    api_keys.add(db, user_id, fingerprint(key), row)
    return NewApiKeyResponse(**_key_response(row).model_dump(), key=key)


# Users without the plan can still list and revoke keys, which would work again with the plan.
@app.get(PATH, operation_id="listApiKeys", tags=["API keys"])
async def list_keys(reader: Person, db: Connection) -> ApiKeysResponse:
    """The user's keys that are not revoked."""
    return ApiKeysResponse(keys=[_key_response(row) for row in api_keys.of_person(db, require_user_id(reader))])


@app.delete(PATH + "/{key_id}", operation_id="revokeApiKey", tags=["API keys"], status_code=HTTPStatus.NO_CONTENT)
async def revoke(reader: Person, db: Connection, key_id: UUID) -> None:
    """Revoke a key permanently, effective from the next request."""
    if not api_keys.revoke(db, require_user_id(reader), key_id, clock.now()):
        raise NotFound("unknown_key")


def _key_response(row: ApiKeyRow) -> ApiKeyResponse:
    scopes = [Scope(scope) for scope in row.scopes]
    return ApiKeyResponse(id=row.key_id, name=row.name, scopes=scopes, created_at=row.created_at)


handler = lambda_handler(app)
