"""Two users: on every route, data of one is neither visible to the other nor changed by them."""

from random import Random
from typing import Any

from local.attack.description import Operation
from local.attack.world import Caller, World

EXPORT = "/api/v1/users/me/export"
WRITTEN_BY_JOBS = {"webhook_deliveries"}
"""A job delivers to a new webhook some seconds after its creation."""


def cross(world: World, random: Random, operations: list[Operation]) -> None:
    """A user has objects of every kind; others, with token, key or no credentials, call every route with their ids."""
    owner = world.person(random)
    ids = create_objects(world, owner)
    before = _export(world, owner)
    other = world.person(random)
    key = world.request_json(other, "POST", "/api/v1/keys", {"name": other.mark, "scopes": ["read", "write"]})["key"]
    callers = {
        "token": other,
        "key": Caller(other.address, {"x-api-key": key}, other.person, other.mark),
        "nothing": world.visitor(random),
    }
    for operation in operations:
        credential = random.choice(list(callers))
        headers = {"idempotency-key": f"{random.getrandbits(64):x}"} if operation.takes_idempotency_key else {}
        target = operation.target(ids.get(operation.path, {}))
        response = world.attempt("people", callers[credential], operation.method, target, operation.body, headers)
        if response.succeeded and (credential not in operation.credentials or operation.for_administrators):
            world.fault("people", f"{operation.name} returns {response.status} for {credential}")
        if operation.method == "DELETE" and not operation.parameters and response.succeeded:
            break  # the account is deleted
    if (after := _export(world, owner)) != before:
        changed = {name: (before.get(name), after.get(name)) for name in before if before[name] != after.get(name)}
        world.fault("people", f"what is one person's was changed by another: {changed}")


def create_objects(world: World, owner: Caller) -> dict[str, dict[str, str]]:
    """Create an object of every kind; returns path parameters by path."""
    ids: dict[str, dict[str, str]] = {}
    for operation in world.operations:
        if names := [each.name for each in operation.parameters if each.in_path]:
            creation = creating_operation(world, operation.collection)
            if creation and not creation.for_administrators and operation.path not in ids:
                body = with_mark(creation.body, owner.mark)
                response = world.request(owner, "POST", creation.path, body, {"idempotency-key": operation.path})
                if not response.succeeded:
                    raise RuntimeError(f"POST {creation.path} answers {response.status}: {response.body[:200]!r}")
                ids[operation.path] = {names[0]: id_in(response.json, names[0])}
    return ids


def creating_operation(world: World, collection: str) -> Operation | None:
    """The operation that creates an object of a collection."""
    return next((each for each in world.operations if each.name == f"POST {collection}" and 201 in each.statuses), None)


def id_in(body: Any, name: str) -> str:
    """The id in the response to a creation: the field named as in paths, or `id`."""
    return str(body.get(name, body.get("id", ""))) if isinstance(body, dict) else ""


def with_mark(example: Any, mark: str) -> Any:
    """An example with the user's mark in its free texts."""
    return {
        key: f"{value}{'/' if key in {'url', 'endpoint'} else ' '}{mark}" if key in {"name", "note", "url"} else value
        for key, value in example.items()
    }


def _export(world: World, owner: Caller) -> dict[str, Any]:
    tables = world.request_json(owner, "GET", EXPORT)["tables"]
    return {name: rows for name, rows in tables.items() if name not in WRITTEN_BY_JOBS}
