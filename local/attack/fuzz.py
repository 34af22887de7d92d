"""Requests with something odd in them: tokens, bodies, addresses, headers, Stripe's events."""

import time
from collections.abc import Iterator
from random import Random

from local.attack import values
from local.attack.description import Operation
from local.attack.world import Caller, Response, World

EVENTS = "/api/v1/stripe/webhook"
"""Not described, as it is for Stripe alone."""


def tokens(world: World, random: Random, operations: list[Operation]) -> None:
    """Tokens with odd headers, claims and signatures: they open nothing, and every one of them is counted."""
    caller = world.person(random)
    claims = values.token_claims(caller.person, f"{world.project.url}/auth/v1")
    for operation in operations:
        bearer, genuine = values.bearer(random, world.project.secret, claims)
        headers = {"authorization": f"Bearer {bearer}"}
        # From an address of its own: whoever shows what proves nothing is counted by it.
        sender = Caller(world.visitor(random).address, {}, caller.person, caller.mark)
        response = _attempt(world, "tokens", sender, operation, {}, headers)
        if genuine or response.status == 0:
            continue
        if response.succeeded:
            world.fault("tokens", f"a forged token was believed: {operation.name}, {bearer[:300]}")
        elif response.status == 401 and operation.is_rate_limited and "ratelimit-limit" not in response.headers:
            world.fault("tokens", f"a refused token was not counted: {operation.name}, {bearer[:300]}")


def bodies(world: World, random: Random, operations: list[Operation]) -> None:
    """Bodies that are odd JSON, or none."""
    for caller, operation in _pairs(world, random, operations):
        way, body = values.body(random, operation.body)
        headers = {"idempotency-key": f"{random.getrandbits(64):x}"} if operation.takes_idempotency_key else {}
        response = world.attempt("bodies", caller, operation.method, operation.target({}), body, headers)
        if response.succeeded and way in {"spelling", *values.HARD}:
            world.fault("bodies", f"a body that is {way} was taken: {operation.name} {body[:200]!r}")
        elif response.status == 422 and way in values.REFUSED_UNREAD:
            world.fault("bodies", f"a body that is {way} was read: {operation.name} {body[:200]!r}")


def addresses(world: World, random: Random, operations: list[Operation]) -> None:
    """Odd ids in paths, odd values in queries."""
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
    """Odd headers."""
    for caller, operation in _pairs(world, random, operations):
        _attempt(world, "headers", caller, operation, {}, values.headers(random))


def events(world: World, random: Random, operations: list[Operation]) -> None:
    """Events that Stripe has signed, and that it would never send; as many as there are operations."""
    secret, offset = world.settings["STRIPE_WEBHOOK_SECRET"], int(world.settings["CLOCK"] or 0)
    for changes in range(
        len(operations)
    ):  # the first is an ordinary one, so that it shows if we no longer sign as Stripe does
        content, at = values.event(random, changes=min(changes, 2)), int(time.time()) + offset
        signed = {"stripe-signature": values.stripe_signature(content, secret, at)}
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
    """What an operation answers to an ordinary body."""
    return world.attempt(kind, caller, operation.method, operation.target(parameters), operation.body, {**headers})


def _pairs(world: World, random: Random, operations: list[Operation]) -> Iterator[tuple[Caller, Operation]]:
    """Operations, each with somebody who may call it; whoever may have left calls nothing more."""
    callers: dict[str, Caller] = {}
    for operation in operations:
        plan = "admin" if operation.for_administrators else "elite"
        caller = callers.get(plan) or world.person(random, plan)
        callers[plan] = caller
        yield caller, operation
        if operation.method == "DELETE" and not operation.parameters:
            del callers[plan]
