"""Fuzz the bundle on this machine: `make attack TRIES=2000 [SEED=7]`.

The demonstration league runs as with `make run`. Checks authorization, error codes for invalid input, isolation of
users' data, and idempotency of writes. Needs Linux, where each client can have its own address in 127.0.0.0/8.
"""

import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import cycle, islice
from random import Random, SystemRandom

from local.attack import description, flood, fuzz, jobs, people, races
from local.attack.description import Operation
from local.attack.world import World
from local.run import ROOT, running_demo

DESCRIPTION = ROOT / ".build/openapi.json"
CONCURRENT_BLOCKS = 2
"""Blocks of tries that run concurrently: with the width of a race, no more calls than a function may have runs."""
MAX_REFUSED_SHARE = 0.5
"""Maximum share of 401 and 429: with more, little behind authentication was tested. The flood is excluded."""
MAX_PRINTED = 10
"""Printed faults per kind."""


@dataclass(frozen=True)
class AttackKind:
    """A kind of attack."""

    attack: Callable[[World, Random, list[Operation]], None]  # runs the attack on some operations
    share: float  # of all tries
    accepts: Callable[[Operation], bool]  # whether it applies to an operation; the operations are used in turn
    # Operations per block. Each block has its own users, so that none reaches a rate limit.
    block: int = 5  # administrators may call a route five times a minute
    requests: int = 1  # per operation
    exclusive: bool = False  # whether its blocks run last and one at a time, because they change shared state


ATTACKS = {
    "tokens": AttackKind(fuzz.tokens, 0.13, lambda operation: "token" in operation.credentials),
    "bodies": AttackKind(fuzz.bodies, 0.22, lambda operation: operation.body is not None),
    "addresses": AttackKind(fuzz.addresses, 0.18, lambda operation: bool(operation.parameters)),
    "headers": AttackKind(fuzz.headers, 0.1, lambda operation: True),
    "events": AttackKind(fuzz.events, 0.08, lambda operation: True),
    "people": AttackKind(people.cross, 0.15, lambda operation: True, block=8),
    "races": AttackKind(races.race, 0.1, races.is_user_write, block=1, requests=races.WIDTH),
    "administrators": AttackKind(
        races.administer, 0.04, races.is_admin_write, block=1, requests=races.WIDTH, exclusive=True
    ),
}
"""Afterwards each job runs once. The flood runs last and alone, because it counts the commands of Redis."""


def main(arguments: list[str] | None = None) -> int:
    """Run a campaign; returns 1 if there are faults."""
    parser = ArgumentParser(prog="python -m local.attack", description="Attack the bundle on this machine.")
    parser.add_argument("--tries", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=SystemRandom().randrange(10**6))
    args = parser.parse_args(arguments)
    function_settings: dict[str, str] = {}

    def record_setting(name: str, value: str) -> str:
        function_settings[name] = value
        return value

    with running_demo(record_setting) as (address, project):
        world = World(address, project, function_settings)
        campaign(world, args.seed, args.tries)
    return report(world, args.seed)


def campaign(world: World, seed: int, tries: int) -> None:
    """Run all attacks. The same seed gives the same requests, in no fixed order."""
    random = Random(seed)
    match = world.request_json(world.visitor(random), "GET", "/api/v1/matches/upcoming?days=7")["matches"][0]
    values = {"match_id": str(match["id"]), "team_id": str(match["home_team"]["id"])}
    world.operations = description.parse(DESCRIPTION, values)
    blocks = [block for kind in ATTACKS for block in _blocks(world, random, kind, tries)]
    random.shuffle(blocks)
    with ThreadPoolExecutor(CONCURRENT_BLOCKS) as threads:
        for each in [
            threads.submit(_block, world, seed, *block) for block in blocks if not ATTACKS[block[0]].exclusive
        ]:
            each.result()
    for block in blocks:
        if ATTACKS[block[0]].exclusive:
            _block(world, seed, *block)
    jobs.run(world)
    flood.flood(world, Random(f"{seed} flood"))


def report(world: World, seed: int) -> int:
    """Print tries, responses and faults by kind; returns 1 on faults, or if most responses were 401 or 429."""
    for kind, statuses in sorted(world.statuses.items()):
        summary = " ".join(f"{status}:{count}" for status, count in sorted(statuses.items()))
        print(f"{kind:<10}{world.tries[kind]:>6} tries{len(world.faults[kind]):>5} faults   {summary}")
    for kind, faults in world.faults.items():
        for fault in faults[:MAX_PRINTED]:
            print(f"attack: {kind}: {fault}", file=sys.stderr)
    total = sum(map(len, world.faults.values()))
    share = refused_share(world)
    print(f"{world.tries.total()} tries, {total} faults, seed {seed}; 401 and 429: {share:.0%} besides the flood")
    if share > MAX_REFUSED_SHARE:
        print("attack: most answers were 401 or 429: nothing was attacked", file=sys.stderr)
    return 1 if total or share > MAX_REFUSED_SHARE else 0


def refused_share(world: World) -> float:
    """The share of 401 and 429 in the responses, without the flood."""
    attacked = [statuses for kind, statuses in world.statuses.items() if kind != "flood"]
    responses = sum(statuses.total() for statuses in attacked)
    return sum(statuses[401] + statuses[429] for statuses in attacked) / max(1, responses)


def _blocks(world: World, random: Random, kind: str, tries: int) -> Iterator[tuple[str, int, list[Operation]]]:
    """Blocks of tries of a kind: its name, a number, the operations."""
    attack = ATTACKS[kind]
    accepted = [operation for operation in world.operations if attack.accepts(operation)]
    random.shuffle(accepted)
    dealt = list(islice(cycle(accepted), round(tries * attack.share / attack.requests)))
    for start in range(0, len(dealt), attack.block):
        yield kind, start, dealt[start : start + attack.block]


def _block(world: World, seed: int, kind: str, number: int, operations: list[Operation]) -> None:
    try:
        ATTACKS[kind].attack(world, Random(f"{seed} {kind} {number}"), operations)
    except RuntimeError as error:
        world.fault(kind, f"an ordinary request is refused: {error}")


if __name__ == "__main__":
    sys.exit(main())
