"""Concurrent identical writes: idempotent ones count once, and no accepted write is lost or doubled."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from random import Random
from typing import Any

from local.attack.description import Operation
from local.attack.people import EXPORT, create_objects, creating_operation, id_in
from local.attack.world import Caller, Response, World

WIDTH = 4
"""Concurrent requests."""
BETS, BANKROLL = "/api/v1/bets?limit=200", "/api/v1/bets/bankroll"


ROLE, CORRECTION = "POST /api/v1/admin/users/{user_id}/role", "PATCH /api/v1/bets/{bet_id}/correction"
TRIAL, TRIAL_END = "POST /api/v1/prompts/ab-tests", "DELETE /api/v1/prompts/ab-tests/{prompt_type}"
KIND, VERSION = "explanation", "explanation_v1"
"""Of a prompt."""


def is_user_write(operation: Operation) -> bool:
    """Whether it is a write of users."""
    return operation.writes and not operation.for_administrators


def is_admin_write(operation: Operation) -> bool:
    """Whether it is a write of administrators, which may change shared state."""
    return operation.writes and operation.for_administrators


def race(world: World, random: Random, operations: list[Operation]) -> None:
    """Races of writes, each by a new user."""
    writes = [each for each in world.operations if is_user_write(each)]
    for operation in operations:
        caller = world.person(random)
        if operation.name == "DELETE /api/v1/users/me":
            _race_deletion(world, random, caller, writes)
        elif operation.parameters and operation.parameters[0].in_path:
            _race_one_object(world, caller, operation)
        else:
            same = operation.takes_idempotency_key and random.random() < 0.5
            _race_creation(world, random, caller, operation, same_key=same)
        _check_bankroll(world, caller, operation)


def administer(world: World, random: Random, operations: list[Operation]) -> None:
    """Races of two administrators: the final state is that of an accepted request, and the audit log has each one."""
    for operation in operations:
        user = world.person(random)
        administrators = [world.person(random, "admin") for _ in range(2)]
        ids = create_objects(world, user).get(operation.path, {}) | {"user_id": user.person, "prompt_type": KIND}
        desired = _desired_states(operation)
        requests = [
            (administrator, operation.method, operation.target(ids | values), body or operation.body, {})
            for administrator, (_, values, body) in zip(administrators, desired, strict=True)
        ] * (WIDTH // 2)
        responses = send_concurrently(world, requests)
        accepted = [desired[n % 2][0] for n, response in enumerate(responses) if response.succeeded]
        if operation.name in {ROLE, CORRECTION, TRIAL, TRIAL_END}:
            if not accepted and not any(response.status == 503 for response in responses):
                world.fault("races", f"none accepted: {operation.name} {[(a.status, a.code) for a in responses]}")
            stored = _stored(world, administrators[0], user, operation, ids.get("bet_id", ""))
            if accepted and stored not in accepted:
                world.fault("races", f"written {accepted}, and there is {stored!r}: {operation.name}")
        _check_bankroll(world, user, operation)
        for administrator in administrators:
            mine = [
                response for (caller, *_), response in zip(requests, responses, strict=True) if caller is administrator
            ]
            _check_audit_log(world, administrator, operation, mine)


def send_concurrently(
    world: World, requests: Sequence[tuple[Caller, str, str, Any, Mapping[str, str]]]
) -> list[Response]:
    """Send requests (caller, method, target, body, headers) concurrently; returns their responses."""
    with ThreadPoolExecutor(len(requests)) as threads:
        return list(threads.map(lambda each: world.attempt("races", *each), requests))


def _desired_states(operation: Operation) -> list[tuple[Any, dict[str, str], Any]]:
    """Desired state of each of two administrators: as stored, as path parameters, as a body."""
    if operation.name == ROLE:
        return [(role, {"role": role}, None) for role in ("free", "premium")]
    if operation.name == CORRECTION:  # the only status before kick-off
        return [("void", {}, {"status": "void"})] * 2
    if operation.name == TRIAL:
        trials = [{VERSION: float(weight)} for weight in (1, 2)]
        return [(trial, {}, {"prompt_type": KIND, "version_weights": trial}) for trial in trials]
    return [(None, {}, None)] * 2


def _stored(world: World, administrator: Caller, user: Caller, operation: Operation, bet_id: str) -> Any:
    """The stored state."""
    if operation.name == ROLE:
        return world.request_json(administrator, "GET", f"/api/v1/admin/users/{user.person}/subscription")["role"]
    if operation.name == CORRECTION:
        bets = world.request_json(user, "GET", BETS)
        return next((bet["status"] for bet in bets if str(bet["id"]) == bet_id), None)
    trials = world.request_json(administrator, "GET", "/api/v1/prompts/ab-tests")
    return next((trial["version_weights"] for trial in trials if trial["prompt_type"] == KIND), None)


def _check_audit_log(world: World, administrator: Caller, operation: Operation, responses: list[Response]) -> None:
    """Each successful request is in the audit log once; one with a 503 may be."""
    recorded = len(world.request_json(administrator, "GET", EXPORT)["tables"]["admin_actions"])
    admitted = [response for response in responses if response.status not in {401, 403, 429}]
    if not sum(response.succeeded for response in responses) <= recorded <= len(admitted):
        world.fault("races", f"{len(admitted)} requests, {recorded} in the record: {operation.name}")


def _race_creation(world: World, random: Random, caller: Caller, operation: Operation, *, same_key: bool) -> None:
    """A write without an object id: exactly the objects of the successful responses exist afterwards."""
    collection = next((each for each in world.operations if each.name == f"GET {operation.path}"), None)
    makes = creating_operation(world, operation.path) is not None and collection is not None
    before = _listed_ids(world, caller, operation) if makes else set[str]()
    keys = [f"{random.getrandbits(64):x}" for _ in range(WIDTH)]
    body = operation.body
    responses = send_concurrently(
        world,
        [
            (caller, operation.method, operation.target({}), body, {"idempotency-key": keys[0] if same_key else key})
            for key in keys
        ],
    )
    accepted = [response for response in responses if response.succeeded]
    if same_key and len({response.body for response in accepted}) > 1:
        world.fault(
            "races", f"one Idempotency-Key, several answers: {operation.name} {[a.body[:99] for a in accepted]}"
        )
    if same_key and accepted:
        again = world.request(caller, operation.method, operation.target({}), body, {"idempotency-key": keys[0]})
        if (again.status, again.body) != (accepted[0].status, accepted[0].body):
            world.fault("races", f"one Idempotency-Key, another answer later: {operation.name} {again.body[:99]!r}")
    if makes:
        created = {id_in(response.json, "match_id" if "favorites" in operation.path else "id") for response in accepted}
        if not same_key and len(created) < len(accepted):
            world.fault("races", f"{len(accepted)} answers tell of {len(created)} objects: {operation.name}")
        if (listed := _listed_ids(world, caller, operation) - before) != created:
            world.fault("races", f"made {created}, and there are {listed}: {operation.name}")
    elif operation.method in {"PUT", "PATCH"} and accepted and collection and isinstance(body, dict):
        now = world.request_json(caller, "GET", operation.path)
        written = [{name: response.json.get(name) for name in body} for response in accepted]
        if isinstance(now, dict) and {name: now.get(name) for name in body} not in written:
            world.fault("races", f"a write is lost: {operation.name}")


def _race_one_object(world: World, caller: Caller, operation: Operation) -> None:
    """A write on one object by its owner: it is deleted or changed once."""
    ids = create_objects(world, caller).get(operation.path, {})
    request = (caller, operation.method, operation.target(ids), operation.body, {})
    responses = send_concurrently(world, [request] * WIDTH)
    if ids and not any(response.succeeded or response.status == 503 for response in responses):
        world.fault("races", f"none accepted: {operation.name} {[(a.status, a.code) for a in responses]}")
    if ids and operation.method == "DELETE":
        again = world.request(*request)
        if again.status != 404:
            world.fault("races", f"removed, and answers {again.status}: {operation.name}")


def _race_deletion(world: World, random: Random, caller: Caller, writes: list[Operation]) -> None:
    """Account deletion during other writes: it is final."""
    others = [
        (caller, each.method, each.target({}), each.body, {"idempotency-key": f"{random.getrandbits(64):x}"})
        for each in random.sample(writes, WIDTH - 1)
    ]
    left, *_ = send_concurrently(world, [(caller, "DELETE", "/api/v1/users/me", None, {}), *others])
    if left.status == 503:
        left = world.request(caller, "DELETE", "/api/v1/users/me")
    if not left.succeeded and left.code != "account_deleted":
        world.fault("races", f"leaving answers {left.status} {left.code}")
    if (response := world.request(caller, "GET", "/api/v1/users/me")).status != 401:
        world.fault("races", f"who left is answered {response.status}")


def _listed_ids(world: World, caller: Caller, operation: Operation) -> set[str]:
    """The ids in the collection of an operation."""
    body = world.request_json(caller, "GET", operation.path + ("?limit=100" if _is_paginated(world, operation) else ""))
    items = body if isinstance(body, list) else next(value for value in body.values() if isinstance(value, list))
    return {id_in(item, "match_id" if "favorites" in operation.path else "id") for item in items}


def _is_paginated(world: World, operation: Operation) -> bool:
    listing = next(each for each in world.operations if each.name == f"GET {operation.path}")
    return any(each.name == "limit" for each in listing.parameters)


def _check_bankroll(world: World, caller: Caller, operation: Operation) -> None:
    """A user's bankroll is the initial one minus the stakes of open bets."""
    bankroll = world.request(caller, "GET", BANKROLL)
    if not bankroll.succeeded:  # the account is deleted
        return
    pending = [bet for bet in world.request_json(caller, "GET", BETS) if bet["status"] == "pending"]
    staked = sum(Decimal(str(bet["amount"])) for bet in pending)
    begun, left = (Decimal(str(bankroll.json[name])) for name in ("initial_bankroll", "current_bankroll"))
    if left != begun - staked:
        world.fault("races", f"{begun} less {staked} is not {left}: {operation.name}")
