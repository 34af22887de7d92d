"""A flood of rejected requests must cost less than one Redis command per request."""

from random import Random

import httpx

from local.attack.world import Caller, World

CALLS = 20
"""More than the rate limit per minute of anonymous callers and of invalid keys."""


def flood(world: World, random: Random) -> None:
    """Requests over the limit, health probes, and invalid API keys of the right format, from one address each."""
    visitor = world.visitor(random)
    _measure(world, "calls over the limit", visitor, "/api/v1/matches")
    _measure(world, "probes", world.visitor(random), "/health/ready")
    false_key = {"x-api-key": "ps_live_" + "k" * 43}
    _measure(world, "false keys", Caller(world.visitor(random).address, false_key), "/api/v1/matches")


def _measure(world: World, what: str, caller: Caller, target: str) -> None:
    for _ in range(CALLS):  # until the limit is reached and a process is warm
        world.attempt("flood", caller, "GET", target)
    before = _command_count(world)
    for _ in range(CALLS):
        world.attempt("flood", caller, "GET", target)
    if (spent := _command_count(world) - before) >= CALLS:
        world.fault("flood", f"{CALLS} {what} cost {spent} commands of Redis")


def _command_count(world: World) -> int:
    """Total number of commands that Redis has run."""
    url, token = world.settings["UPSTASH_REDIS_REST_URL"], world.settings["UPSTASH_REDIS_REST_TOKEN"]
    response = httpx.post(url, json=["INFO", "stats"], headers={"Authorization": f"Bearer {token}"}, timeout=30)
    lines = dict(line.split(":", 1) for line in response.json()["result"].split("\r\n") if ":" in line)
    return int(lines["total_commands_processed"])
