"""Fuzzed requests: tokens, bodies, paths and queries, headers, Stripe events."""

import time
from collections.abc import Iterator
from random import Random

from stripe import WebhookSignature

from local import token
from local.attack import values
from local.attack.description import Operation
from local.attack.world import Caller, Response, World

EVENTS = "/api/v1/stripe/webhook"
"""Not in the OpenAPI document, because only Stripe calls it."""


def tokens(world: World, random: Random, operations: list[Operation]) -> None:
    """Tokens with invalid headers, claims and signatures: all are rejected, and count towards a rate limit."""
    caller = world.person(random)
    claims = token.claims("free", world.project, caller.person)
    for operation in operations:
        bearer, genuine = values.bearer(random, world.project.secret, claims)
        headers = {"authorization": f"Bearer {bearer}"}
        # From its own address, because invalid credentials are limited per address.
        sender = Caller(world.visitor(random).address, {}, caller.person, caller.mark)
        response = _attempt(world, "tokens", sender, operation, {}, headers)
        if genuine or response.status == 0:
            continue
        if response.succeeded:
            world.fault("tokens", f"a forged token was believed: {operation.name}, {bearer[:300]}")
        elif response.status == 401 and operation.is_rate_limited and "ratelimit-limit" not in response.headers:
            world.fault("tokens", f"a refused token was not counted: {operation.name}, {bearer[:300]}")


def bodies(world: World, random: Random, operations: list[Operation]) -> None:
    """Unusual JSON bodies, and invalid ones."""
    for caller, operation in _pairs(world, random, operations):
        way, body = values.body(random, operation.body)
        headers = {"idempotency-key": f"{random.getrandbits(64):x}"} if operation.takes_idempotency_key else {}
        response = world.attempt("bodies", caller, operation.method, operation.target({}), body, headers)
        if response.succeeded and way in {"spelling", *values.HARD}:
            world.fault("bodies", f"a body that is {way} was taken: {operation.name} {body[:200]!r}")
        elif response.status == 422 and way in values.REFUSED_UNREAD:
            world.fault("bodies", f"a body that is {way} was read: {operation.name} {body[:200]!r}")


def addresses(world: World, random: Random, operations: list[Operation]) -> None:
    """Unusual values in paths and queries."""
    for caller, operation in _pairs(world, random, operations):
        parameter = random.choice(operation.parameters)
        spelled_otherwise = "integer" in parameter.types and random.random() < 0.5
        example = str(random.randrange(1, 100)) if parameter.types & {"integer", "number"} else parameter.example
        part = (
            values.quote(random.choice(values.other_spellings(parameter.example)), safe="")
            if spelled_otherwise
            else random.choice((values.path_part(random), values.quote(example, safe="")))
        )
        response = _attempt(world, "addresses", caller, operation, {parameter.name: part}, {})
        if spelled_otherwise and response.succeeded:
            world.fault(
                "addresses", f"a number in another spelling was taken: {operation.name}, {parameter.name}={part}"
            )


def headers(world: World, random: Random, operations: list[Operation]) -> None:
    """Unusual headers."""
    for caller, operation in _pairs(world, random, operations):
        _attempt(world, "headers", caller, operation, {}, values.headers(random))


def events(world: World, random: Random, operations: list[Operation]) -> None:
    """Malformed events with a valid signature of Stripe, one per operation."""
    secret, offset = world.settings["STRIPE_WEBHOOK_SECRET"], int(world.settings["CLOCK"] or 0)
    for changes in range(
        len(operations)
    ):  # the first is an ordinary one, so that it shows if we no longer sign as Stripe does
        content, at = values.event(random, changes=min(changes, 2)), int(time.time()) + offset
        signed = {"stripe-signature": WebhookSignature.generate_signature_header(content.decode(), secret, at)}
        response = world.attempt("events", world.visitor(random), "POST", EVENTS, content, signed)
        if not changes and not response.succeeded:
            world.fault("events", f"an ordinary event is refused: {response.body[:200]!r}")


def _attempt(
    world: World,
    kind: str,
    caller: Caller,
    operation: Operation,
    parameters: dict[str, str],
    headers: dict[str, str] | dict[str, str | bytes],
) -> Response:
    """Send an operation with its example body."""
    return world.attempt(kind, caller, operation.method, operation.target(parameters), operation.body, {**headers})


def _pairs(world: World, random: Random, operations: list[Operation]) -> Iterator[tuple[Caller, Operation]]:
    """Operations, each with an authorized caller; after a possible account deletion with a new one."""
    callers: dict[str, Caller] = {}
    for operation in operations:
        plan = "admin" if operation.for_administrators else "elite"
        caller = callers.get(plan) or world.person(random, plan)
        callers[plan] = caller
        yield caller, operation
        if operation.method == "DELETE" and not operation.parameters:
            del callers[plan]
