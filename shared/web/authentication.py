"""Who is asking: a person with a token, a program with a key, or nobody; and what a route asks of them."""

from collections.abc import Iterator
from dataclasses import replace
from hmac import compare_digest
from typing import Annotated, cast
from uuid import UUID

from fastapi import Request, Security
from fastapi.dependencies.models import Dependant
from fastapi.openapi.models import HTTPBearer
from fastapi.security.base import SecurityBase

from shared.accounts.account_status import DELETED, NO_ACCOUNT, Standing, read
from shared.accounts.api_keys import fingerprint, is_key, scope_for
from shared.accounts.plans import NOBODY, Plan, Reader, plan_told_by
from shared.clients.errors import Unavailable
from shared.runtime import clock, wiring
from shared.runtime.settings import SHORTEST_SECRET, settings
from shared.services import redis_backed
from shared.stores.people import accounts, api_keys
from shared.web.errors import Forbidden, Unauthorized

BROWSER_ONLY_PREFIX = "/api/v1/enrichment/"
"""Whose answers compare bookmakers' prices: they may be shown to a person, not handed on as data (docs/data.md)."""


class Access(SecurityBase):
    """What a route asks of its reader: at least a plan. Exactly one stands in the signature of every route.

    Called by FastAPI, it gives the reader or raises `Unauthorized` or `Forbidden`.

    Attributes:
        least: the plan.
        takes_keys: whether an API key may speak for the reader.
    """

    def __init__(self, minimum_plan: Plan, *, allows_api_keys: bool = True) -> None:
        self.least = minimum_plan
        self.takes_keys = allows_api_keys and Plan.ELITE.covers(minimum_plan)  # a key never speaks for more than Elite
        self.model = HTTPBearer(bearerFormat="JWT")
        self.scheme_name = "token"

    async def __call__(self, request: Request) -> Reader:
        """Whoever sends a request, if they may."""
        reader = current_reader(request)
        if self.least is Plan.ANONYMOUS:
            return reader
        if reader.user_id is None:
            raise Unauthorized("sign_in")
        if reader.plan is Plan.ANONYMOUS:
            raise Forbidden("needs_person")
        if not reader.plan.covers(self.least):
            raise Forbidden(f"needs_{self.least}")
        if reader.by_key and not self.takes_keys:
            raise Forbidden("needs_person")
        if self.least is Plan.ADMIN and settings().admin_second_factor and not reader.second_factor:
            raise Forbidden("needs_second_factor")
        return reader


class TrainingAccess(Access):
    """What a route asks of our own trainer: the key of which TRAINING_API_KEY_HASHES tells the SHA-256.

    The trainer is nobody; whatever else a caller shows, a person's key or token, opens nothing here.
    """

    def __init__(self) -> None:
        super().__init__(Plan.ANONYMOUS, allows_api_keys=False)

    async def __call__(self, request: Request) -> Reader:
        """Nobody, if they show the key.

        Raises:
            Unauthorized: they do not.
            Unavailable: there is no key that would open.
        """
        hashes, key = settings().training_api_key_hashes, request.headers.get("x-api-key", "")
        if not hashes:
            raise Unavailable("TRAINING_API_KEY_HASHES is not set")
        # All are compared, each in a time that tells nothing.
        matches = [compare_digest(fingerprint(key).hex(), told) for told in hashes]
        if not any(matches) or len(key) < SHORTEST_SECRET:
            raise Unauthorized("key_refused")
        return NOBODY


Anyone = Annotated[Reader, Security(Access(Plan.ANONYMOUS))]
SignedIn = Annotated[Reader, Security(Access(Plan.FREE))]
Premium = Annotated[Reader, Security(Access(Plan.PREMIUM))]
Elite = Annotated[Reader, Security(Access(Plan.ELITE))]
Admin = Annotated[Reader, Security(Access(Plan.ADMIN))]
Person = Annotated[Reader, Security(Access(Plan.FREE, allows_api_keys=False))]
"""`SignedIn` where no key may speak: for what a lost key must not be able to do."""
Trainer = Annotated[Reader, Security(TrainingAccess())]


def access_rules(dependant: Dependant) -> Iterator[Access]:
    """The access rules that a route's signature leads to, through its dependencies too."""
    for dependency in dependant.dependencies:
        if isinstance(dependency.call, Access):
            yield dependency.call
        yield from access_rules(dependency)


def authenticate(request: Request) -> Reader:
    """Whoever sends a request, found out once and kept with it; their plan is only what their token says.

    That tells callers apart, and how often they may ask. Where no token or key is shown, nothing is asked.

    Raises:
        Unauthorized: the token or the key proves nothing.
        Forbidden: it is no person's, or the key lacks the plan or the scope.
        Unavailable: the keys that sign tokens cannot be had.
        DatabaseUnavailable: a key is shown, for which Postgres must be asked, and that does not answer.
        SettingsError: a token is shown and SUPABASE_URL is not set.
    """
    if not hasattr(request.state, "caller"):
        request.state.caller = _verify_credentials(request)
    return cast("Reader", request.state.caller)


def current_reader(request: Request, *, allow_cached_plan: bool = False) -> Reader:
    """Whoever sends a request, with the plan that they have now; found out once and kept with it.

    Their account decides, and without one what their token says. A change counts from the next request on, because
    whoever makes it calls `standing.forget` (or `changed`); one made past us, in the database itself, in five minutes.

    Args:
        request: the request.
        spare_database: whether a plan that Redis remembers will do, for an answer that needs no Postgres otherwise.

    Raises:
        Unauthorized: as `caller_of`; or the person is gone.
        Forbidden, Unavailable, DatabaseUnavailable, SettingsError: as `caller_of`.
        DatabaseUnavailable: Postgres must be asked and does not answer.
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
    """The id of the person who asks.

    Raises:
        Forbidden: there is none.
    """
    if reader.user_id is None:
        raise Forbidden("needs_person")
    return reader.user_id


def _current_status(request: Request, user_id: UUID, allow_cached_plan: bool) -> Standing:
    cache, cached = redis_backed.remembered_plans(), None
    already_read = hasattr(request.state, "standing")  # whoever counted the request has read it along
    if cache and (already_read or allow_cached_plan):
        cached = request.state.standing if already_read else cache.get(user_id)
        if allow_cached_plan and (status := read(cached)):
            return status
    status = accounts.standing(wiring.database(), user_id)
    if cache and cached is None and (already_read or allow_cached_plan):
        cache.put(user_id, status.text())
    return status


def _verify_credentials(request: Request) -> Reader:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return _verify_token(token.strip())
    if key := request.headers.get("x-api-key"):
        return _verify_api_key(key, request)
    return NOBODY


def _verify_token(token: str) -> Reader:
    claims = wiring.supabase().claims_of(token)
    if claims is None:
        raise Unauthorized("token_refused")
    if claims.user_id is None:
        raise Forbidden("needs_person")
    return Reader(
        user_id=claims.user_id,
        plan=Plan.ANONYMOUS if claims.is_anonymous else plan_told_by(claims.app_metadata),
        email=claims.email,
        by_key=False,
        second_factor=claims.second_factor,
        sign_up=claims.sign_up,
    )


def _verify_api_key(key: str, request: Request) -> Reader:
    """The person whom a key speaks for. It is asked for in Postgres each time, so that it is revoked at once."""
    owner = api_keys.owner(wiring.database(), fingerprint(key)) if is_key(key) else None
    if owner is None or owner.standing == DELETED:
        raise Unauthorized("key_refused")
    if not Plan(owner.standing).covers(Plan.ELITE):
        raise Forbidden("needs_elite")
    if scope_for(request.method) not in owner.scopes:
        raise Forbidden("key_scope")
    if request.url.path.startswith(BROWSER_ONLY_PREFIX):
        raise Forbidden("key_prices")
    # Never more than elite: a program has no second factor, and a lost key must not open what only we may do.
    paused = Standing(owner.standing, owner.paused_until).paused(clock.now())
    return Reader(user_id=owner.user_id, plan=Plan.ELITE, email=None, by_key=True, paused=paused)
