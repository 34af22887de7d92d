"""Two people: what is one person's is neither shown to the other nor changed by them, on any route."""

from random import Random
from typing import Any

from local.attack.description import Operation
from local.attack.world import Caller, World

EXPORT = "/api/v1/users/me/export"
WRITTEN_BY_JOBS = {"webhook_deliveries"}
"""A new webhook is tried by a job, some seconds after it was made."""


def cross(world: World, random: Random, operations: list[Operation]) -> None:
    """One person has objects of every kind; others, with token, key or nothing, call every route with their ids."""
    owner = world.person(random)
    ids = settle(world, owner)
    before = _kept(world, owner)
    other = world.person(random)
    key = world.must(other, "POST", "/api/v1/keys", {"name": other.mark, "scopes": ["read", "write"]})["key"]
    ways = {
        "token": other,
        "key": Caller(other.address, {"x-api-key": key}, other.person, other.mark),
        "nothing": world.visitor(random),
    }
    for operation in operations:
        way = random.choice(list(ways))
        headers = {"idempotency-key": f"{random.getrandbits(64):x}"} if operation.takes_idempotency_key else {}
        target = operation.target(ids.get(operation.path, {}))
        answer = world.attempt("people", ways[way], operation.method, target, operation.body, headers)
        if answer.succeeded and (way not in operation.ways or operation.for_administrators):
            world.fault("people", f"{operation.name} answers {answer.status} to whoever shows {way}")
        if operation.method == "DELETE" and not operation.parameters and answer.succeeded:
            break  # they have left
    if (after := _kept(world, owner)) != before:
        changed = {name: (before.get(name), after.get(name)) for name in before if before[name] != after.get(name)}
        world.fault("people", f"what is one person's was changed by another: {changed}")


def settle(world: World, owner: Caller) -> dict[str, dict[str, str]]:
    """Make an object of every kind that a person may have; the ids of each, by the paths that name it.

    Raises:
        RuntimeError: one is refused.
    """
    found: dict[str, dict[str, str]] = {}
    for operation in world.operations:
        if names := [each.name for each in operation.parameters if each.in_path]:
            made = creates(world, operation.collection)
            if made and not made.for_administrators and operation.path not in found:
                body = marked(made.body, owner.mark)
                answer = world.insist(owner, "POST", made.path, body, {"idempotency-key": operation.path})
                if not answer.succeeded:
                    raise RuntimeError(f"POST {made.path} answers {answer.status}: {answer.body[:200]!r}")
                found[operation.path] = {names[0]: id_in(answer.json, names[0])}
    return found


def creates(world: World, collection: str) -> Operation | None:
    """What makes an object of a collection."""
    return next((each for each in world.operations if each.name == f"POST {collection}" and 201 in each.statuses), None)


def id_in(answer: Any, name: str) -> str:
    """The id in an answer to what made an object: by the name that it has in addresses, or as `id`."""
    return str(answer.get(name, answer.get("id", ""))) if isinstance(answer, dict) else ""


def marked(example: Any, mark: str) -> Any:
    """An example whose free texts hold a person's mark."""
    return {
        key: f"{value}{'/' if key in {'url', 'endpoint'} else ' '}{mark}" if key in {"name", "note", "url"} else value
        for key, value in example.items()
    }


def _kept(world: World, owner: Caller) -> dict[str, Any]:
    told = world.must(owner, "GET", EXPORT)["tables"]
    return {name: rows for name, rows in told.items() if name not in WRITTEN_BY_JOBS}
