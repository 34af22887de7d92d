"""Authentication by bearer token or API key, and the access rules of routes."""

from collections.abc import Iterator
from dataclasses import replace
from hmac import compare_digest
from typing import Annotated, cast
from uuid import UUID

from fastapi import Request, Security
from fastapi.dependencies.models import Dependant
from fastapi.openapi.models import HTTPBearer
from fastapi.security.base import SecurityBase

from shared.accounts.account_status import DELETED, NO_ACCOUNT, AccountStatus, parse
from shared.accounts.api_keys import fingerprint, is_key, scope_for
from shared.accounts.plans import ANONYMOUS_READER, Plan, Reader, plan_from_metadata
from shared.clients.errors import Unavailable
from shared.runtime import clock, wiring
from shared.runtime.settings import MIN_SECRET_LENGTH, settings
from shared.services import redis_backed
from shared.web.errors import Forbidden, Unauthorized

BROWSER_ONLY_PREFIX = "/api/v1/enrichment/"
"""Routes that compare bookmakers' prices: display only, no redistribution by API key (docs/understand/data.md)."""


class Access(SecurityBase):
    """The access rule of a route: a minimum plan. Every route has exactly one in its signature.

    As a FastAPI dependency it returns the reader, or raises `Unauthorized` or `Forbidden`.
    """

    def __init__(self, minimum_plan: Plan, *, allows_api_keys: bool = True) -> None:
        self.minimum_plan = minimum_plan
        self.takes_keys = allows_api_keys and Plan.ELITE.covers(minimum_plan)  # keys grant Elite at most
        self.model = HTTPBearer(bearerFormat="JWT")
        self.scheme_name = "token"

    async def __call__(self, request: Request) -> Reader:
        """The reader, if they have access."""
        reader = current_reader(request)
        self.check(reader)
        return reader

    def check(self, reader: Reader) -> None:
        """Check that a reader has access; a route calls it where that depends on what is read.

        Raises:
            Unauthorized: nobody is signed in.
            Forbidden: the plan or the kind of credentials is not enough.
        """
        if self.minimum_plan is Plan.ANONYMOUS:
            return
        if reader.user_id is None:
            raise Unauthorized("sign_in")
        if reader.plan is Plan.ANONYMOUS:
            raise Forbidden("needs_person")
        if not reader.plan.covers(self.minimum_plan):
            raise Forbidden(f"needs_{self.minimum_plan}")
        if reader.by_key and not self.takes_keys:
            raise Forbidden("needs_person")
        if self.minimum_plan is Plan.ADMIN and settings().admin_second_factor and not reader.second_factor:
            raise Forbidden("needs_second_factor")


class TrainingAccess(Access):
    """The access rule of the model trainer: the API key whose SHA-256 is in TRAINING_API_KEY_HASHES.

    People's tokens and keys have no access.
    """

    def __init__(self) -> None:
        super().__init__(Plan.ANONYMOUS, allows_api_keys=False)

    async def __call__(self, request: Request) -> Reader:
        """The anonymous reader, if the key is valid.

        Raises:
            Unauthorized: the key is missing or wrong.
            Unavailable: no key is configured.
        """
        hashes, key = settings().training_api_key_hashes, request.headers.get("x-api-key", "")
        if not hashes:
            raise Unavailable("TRAINING_API_KEY_HASHES is not set")
        # Every hash is compared, in constant time.
        matches = [compare_digest(fingerprint(key).hex(), stored) for stored in hashes]
        if not any(matches) or len(key) < MIN_SECRET_LENGTH:
            raise Unauthorized("key_refused")
        return ANONYMOUS_READER


Anyone = Annotated[Reader, Security(Access(Plan.ANONYMOUS))]
SignedIn = Annotated[Reader, Security(Access(Plan.FREE))]
Premium = Annotated[Reader, Security(Access(Plan.PREMIUM))]
Admin = Annotated[Reader, Security(Access(Plan.ADMIN))]
Person = Annotated[Reader, Security(Access(Plan.FREE, allows_api_keys=False))]
"""`SignedIn` without API keys: for actions that a leaked key must not allow."""
Trainer = Annotated[Reader, Security(TrainingAccess())]


def access_rules(dependant: Dependant) -> Iterator[Access]:
    """The access rules among a route's dependencies, nested ones included."""
    for dependency in dependant.dependencies:
        if isinstance(dependency.call, Access):
            yield dependency.call
        yield from access_rules(dependency)


def authenticate(request: Request) -> Reader:
    """The caller of a request, verified once per request; the plan is the one in their token, which may be outdated.

    Enough for rate limiting. Without credentials no outside system is called.

    Raises:
        Unauthorized: the token or key is invalid.
        Forbidden: the token is no person's, or the key lacks the plan or the scope.
        Unavailable: the token signing keys cannot be fetched.
        DatabaseUnavailable: the API key cannot be looked up.
        SettingsError: SUPABASE_URL is not set and the request has a token.
    """
    if not hasattr(request.state, "caller"):
        request.state.caller = _verify_credentials(request)
    return cast("Reader", request.state.caller)


def current_reader(request: Request, *, allow_cached_plan: bool = False) -> Reader:
    """The caller of a request with their current plan, determined once per request.

    The plan is the account's, or the token's without an account. Changes through the API take effect with the next
    request, as they invalidate the plan cache; changes made directly in the database, within five minutes.

    Args:
        allow_cached_plan: whether the plan may come from Redis, for responses that do not need Postgres otherwise.

    Raises:
        Unauthorized: as `authenticate`, or the account is deleted.
        Forbidden, Unavailable, SettingsError: as `authenticate`.
        DatabaseUnavailable: Postgres is needed and cannot be reached.
    """
    if not hasattr(request.state, "reader"):
        caller = authenticate(request)
        if caller.user_id is not None and not caller.by_key and caller.plan is not Plan.ANONYMOUS:
            status = _current_status(request, caller.user_id, allow_cached_plan)
            if status.plan == DELETED:
                raise Unauthorized("account_deleted")
            plan = caller.plan if status.plan == NO_ACCOUNT else Plan(status.plan)
            caller = replace(caller, plan=plan, paused=status.paused(clock.now()))
        request.state.reader = caller
    return cast("Reader", request.state.reader)


def require_user_id(reader: Reader) -> UUID:
    """The reader's id.

    Raises:
        Forbidden: the reader is anonymous.
    """
    if reader.user_id is None:
        raise Forbidden("needs_person")
    return reader.user_id


def _current_status(request: Request, user_id: UUID, allow_cached_plan: bool) -> AccountStatus:
    cache, cached = redis_backed.plan_cache(), None
    already_read = hasattr(request.state, "account_status")  # the rate limiter reads it in the same command
    if cache and (already_read or allow_cached_plan):
        cached = request.state.account_status if already_read else cache.get(user_id)
        if allow_cached_plan and (status := parse(cached)):
            return status
    from shared.stores.people import accounts  # noqa: PLC0415  # with Postgres' driver, where it is used

    status = accounts.account_status(wiring.database(), user_id)
    if cache and cached is None and (already_read or allow_cached_plan):
        cache.put(user_id, status.serialize())
    return status


def _verify_credentials(request: Request) -> Reader:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return _verify_token(token.strip())
    if key := request.headers.get("x-api-key"):
        return _verify_api_key(key, request)
    return ANONYMOUS_READER


def _verify_token(token: str) -> Reader:
    claims = wiring.supabase().verify(token)
    if claims is None:
        raise Unauthorized("token_refused")
    if claims.user_id is None:
        raise Forbidden("needs_person")
    return Reader(
        user_id=claims.user_id,
        plan=Plan.ANONYMOUS if claims.is_anonymous else plan_from_metadata(claims.app_metadata),
        email=claims.email,
        by_key=False,
        second_factor=claims.second_factor,
        sign_up=claims.sign_up,
    )


def _verify_api_key(key: str, request: Request) -> Reader:
    """The owner of an API key, looked up in Postgres each time so that revocation takes effect at once."""
    from shared.stores.people import api_keys  # noqa: PLC0415  # with Postgres' driver, where it is used

    owner = api_keys.owner(wiring.database(), fingerprint(key)) if is_key(key) else None
    if owner is None:
        raise Unauthorized("key_refused")
    if not owner.plan.covers(Plan.ELITE):
        raise Forbidden("needs_elite")
    if scope_for(request.method) not in owner.scopes:
        raise Forbidden("key_scope")
    if request.url.path.startswith(BROWSER_ONLY_PREFIX):
        raise Forbidden("key_prices")
    # Elite at most: a program has no second factor, and a leaked key must not grant administrators' rights.
    paused = AccountStatus(owner.plan, owner.paused_until).paused(clock.now())
    return Reader(user_id=owner.user_id, plan=Plan.ELITE, email=None, by_key=True, paused=paused)
