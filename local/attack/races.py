"""The same write several times at once: it counts once where it says so, and never twice or not at all."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from random import Random
from typing import Any

from local.attack.description import Operation
from local.attack.people import EXPORT, creates, id_in, settle
from local.attack.world import Answer, Caller, World

WIDTH = 4
"""Requests at once."""
BETS, BANKROLL = "/api/v1/bets?limit=200", "/api/v1/bets/bankroll"


ROLE, CORRECTION = "POST /api/v1/admin/users/{user_id}/role", "PATCH /api/v1/bets/{bet_id}/correction"
TRIAL, TRIAL_END = "POST /api/v1/prompts/ab-tests", "DELETE /api/v1/prompts/ab-tests/{prompt_type}"
KIND, VERSION = "explanation", "explanation_v1"
"""Of a prompt."""


def is_raced(operation: Operation) -> bool:
    """Whether it is a write that people make."""
    return operation.writes and not operation.for_administrators


def is_raced_alone(operation: Operation) -> bool:
    """Whether it is a write of administrators: it may change what is everybody's."""
    return operation.writes and operation.for_administrators


def race(world: World, random: Random, operations: list[Operation]) -> None:
    """Races of writes, each by somebody new."""
    writes = [each for each in world.operations if is_raced(each)]
    for operation in operations:
        caller = world.person(random)
        if operation.name == "DELETE /api/v1/users/me":
            _leave(world, random, caller, writes)
        elif operation.parameters and operation.parameters[0].in_path:
            _on_one(world, caller, operation)
        else:
            same = operation.takes_idempotency_key and random.random() < 0.5
            _create(world, random, caller, operation, same_key=same)
        _balanced(world, caller, operation)


def administer(world: World, random: Random, operations: list[Operation]) -> None:
    """Races of two administrators: what one of them wants is there afterwards, and each request is in the record."""
    for operation in operations:
        subject = world.person(random)
        administrators = [world.person(random, "admin") for _ in range(2)]
        ids = settle(world, subject).get(operation.path, {}) | {"user_id": subject.person, "prompt_type": KIND}
        wanted = _wanted(operation)
        requests = [
            (administrator, operation.method, operation.target(ids | values), body or operation.body, {})
            for administrator, (_, values, body) in zip(administrators, wanted, strict=True)
        ] * (WIDTH // 2)
        answers = at_once(world, requests)
        good = [wanted[n % 2][0] for n, answer in enumerate(answers) if answer.succeeded]
        if operation.name in {ROLE, CORRECTION, TRIAL, TRIAL_END}:
            if not good and not any(answer.status == 503 for answer in answers):
                world.fault("races", f"nobody could: {operation.name} {[(a.status, a.code) for a in answers]}")
            there = _stored(world, administrators[0], subject, operation, ids.get("bet_id", ""))
            if good and there not in good:
                world.fault("races", f"written {good}, and there is {there!r}: {operation.name}")
        _balanced(world, subject, operation)
        for administrator in administrators:
            mine = [answer for (caller, *_), answer in zip(requests, answers, strict=True) if caller is administrator]
            _recorded(world, administrator, operation, mine)


def at_once(world: World, requests: Sequence[tuple[Caller, str, str, Any, Mapping[str, str]]]) -> list[Answer]:
    """The answers to requests that are sent at the same time: caller, method, target, body and headers of each."""
    with ThreadPoolExecutor(len(requests)) as threads:
        return list(threads.map(lambda each: world.attempt("races", *each), requests))


def _wanted(operation: Operation) -> list[tuple[Any, dict[str, str], Any]]:
    """What each of two administrators wants to be there: as it is stored, as values of the address, as a body."""
    if operation.name == ROLE:
        return [(role, {"role": role}, None) for role in ("free", "premium")]
    if operation.name == CORRECTION:  # before the match begins it can be nothing else
        return [("void", {}, {"status": "void"})] * 2
    if operation.name == TRIAL:
        trials = [{VERSION: float(weight)} for weight in (1, 2)]
        return [(trial, {}, {"prompt_type": KIND, "version_weights": trial}) for trial in trials]
    return [(None, {}, None)] * 2


def _stored(world: World, administrator: Caller, subject: Caller, operation: Operation, bet_id: str) -> Any:
    """What is there of what administrators wrote."""
    if operation.name == ROLE:
        return world.must(administrator, "GET", f"/api/v1/admin/users/{subject.person}/subscription")["role"]
    if operation.name == CORRECTION:
        bets = world.must(subject, "GET", BETS)
        return next((bet["status"] for bet in bets if str(bet["id"]) == bet_id), None)
    trials = world.must(administrator, "GET", "/api/v1/prompts/ab-tests")
    return next((trial["version_weights"] for trial in trials if trial["prompt_type"] == KIND), None)


def _recorded(world: World, administrator: Caller, operation: Operation, answers: list[Answer]) -> None:
    """Each request that was let in is in the record of what administrators did, once; one that met a 503 may be."""
    recorded = len(world.must(administrator, "GET", EXPORT)["tables"]["admin_actions"])
    let_in = [answer for answer in answers if answer.status not in {401, 403, 429}]
    if not sum(answer.succeeded for answer in answers) <= recorded <= len(let_in):
        world.fault("races", f"{len(let_in)} requests, {recorded} in the record: {operation.name}")


def _create(world: World, random: Random, caller: Caller, operation: Operation, *, same_key: bool) -> None:
    """A write without an object: what the answers say was made is there afterwards, and nothing else."""
    collection = next((each for each in world.operations if each.name == f"GET {operation.path}"), None)
    makes = creates(world, operation.path) is not None and collection is not None
    before = _listed(world, caller, operation) if makes else set[str]()
    keys = [f"{random.getrandbits(64):x}" for _ in range(WIDTH)]
    body = operation.body
    answers = at_once(
        world,
        [
            (caller, operation.method, operation.target({}), body, {"idempotency-key": keys[0] if same_key else key})
            for key in keys
        ],
    )
    good = [answer for answer in answers if answer.succeeded]
    if same_key and len({answer.body for answer in good}) > 1:
        world.fault("races", f"one Idempotency-Key, several answers: {operation.name} {[a.body[:99] for a in good]}")
    if same_key and good:
        again = world.insist(caller, operation.method, operation.target({}), body, {"idempotency-key": keys[0]})
        if (again.status, again.body) != (good[0].status, good[0].body):
            world.fault("races", f"one Idempotency-Key, another answer later: {operation.name} {again.body[:99]!r}")
    if makes:
        made = {id_in(answer.json, "match_id" if "favorites" in operation.path else "id") for answer in good}
        if not same_key and len(made) < len(good):
            world.fault("races", f"{len(good)} answers tell of {len(made)} objects: {operation.name}")
        if (there := _listed(world, caller, operation) - before) != made:
            world.fault("races", f"made {made}, and there are {there}: {operation.name}")
    elif operation.method in {"PUT", "PATCH"} and good and collection and isinstance(body, dict):
        now = world.must(caller, "GET", operation.path)
        told = [{name: answer.json.get(name) for name in body} for answer in good]
        if isinstance(now, dict) and {name: now.get(name) for name in body} not in told:
            world.fault("races", f"a write is lost: {operation.name}")


def _on_one(world: World, caller: Caller, operation: Operation) -> None:
    """A write on one object, by its owner: it is removed or changed once."""
    ids = settle(world, caller).get(operation.path, {})
    request = (caller, operation.method, operation.target(ids), operation.body, {})
    answers = at_once(world, [request] * WIDTH)
    if ids and not any(answer.succeeded or answer.status == 503 for answer in answers):
        world.fault("races", f"nobody could: {operation.name} {[(a.status, a.code) for a in answers]}")
    if ids and operation.method == "DELETE":
        again = world.insist(*request)
        if again.status != 404:
            world.fault("races", f"removed, and answers {again.status}: {operation.name}")


def _leave(world: World, random: Random, caller: Caller, writes: list[Operation]) -> None:
    """Leaving while writing: it is final, whatever else was under way."""
    others = [
        (caller, each.method, each.target({}), each.body, {"idempotency-key": f"{random.getrandbits(64):x}"})
        for each in random.sample(writes, WIDTH - 1)
    ]
    left, *_ = at_once(world, [(caller, "DELETE", "/api/v1/users/me", None, {}), *others])
    if left.status == 503:
        left = world.insist(caller, "DELETE", "/api/v1/users/me")
    if not left.succeeded and left.code != "account_deleted":
        world.fault("races", f"leaving answers {left.status} {left.code}")
    if (answer := world.insist(caller, "GET", "/api/v1/users/me")).status != 401:
        world.fault("races", f"who left is answered {answer.status}")


def _listed(world: World, caller: Caller, operation: Operation) -> set[str]:
    """The ids of what is in the collection of an operation."""
    told = world.must(caller, "GET", operation.path + ("?limit=100" if _pages(world, operation) else ""))
    items = told if isinstance(told, list) else next(value for value in told.values() if isinstance(value, list))
    return {id_in(item, "match_id" if "favorites" in operation.path else "id") for item in items}


def _pages(world: World, operation: Operation) -> bool:
    listing = next(each for each in world.operations if each.name == f"GET {operation.path}")
    return any(each.name == "limit" for each in listing.parameters)


def _balanced(world: World, caller: Caller, operation: Operation) -> None:
    """A person's money: what they began with, less what their open bets hold."""
    bankroll = world.insist(caller, "GET", BANKROLL)
    if not bankroll.succeeded:  # they have left
        return
    pending = [bet for bet in world.must(caller, "GET", BETS) if bet["status"] == "pending"]
    staked = sum(Decimal(str(bet["amount"])) for bet in pending)
    begun, left = (Decimal(str(bankroll.json[name])) for name in ("initial_bankroll", "current_bankroll"))
    if left != begun - staked:
        world.fault("races", f"{begun} less {staked} is not {left}: {operation.name}")
