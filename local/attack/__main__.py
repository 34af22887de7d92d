"""Attack the bundle on this machine: `make attack TRIES=2000 [SEED=7]`.

The demonstration league runs as with `make run`. Whoever may not is refused, what is odd is refused with a code, what
is one person's stays theirs, and a write counts once. Needs Linux: each visitor has an address of their own in 127.0.0.0/8.
"""

import sys
from argparse import ArgumentParser
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from random import Random, SystemRandom

from local import http_server, lifeline, token
from local.attack import description, flood, fuzz, jobs, people, races
from local.attack.world import World
from local.run import ROOT, running

MORNING = "2026-03-07T08:00:00Z"
DESCRIPTION = ROOT / ".build/openapi.json"
AT_ONCE = 3
"""Blocks of tries at the same time."""
SHARES = {
    "tokens": 0.13,
    "bodies": 0.24,
    "addresses": 0.2,
    "headers": 0.1,
    "events": 0.08,
    "people": 0.15,
    "races": 0.1,
}
"""Of all tries. After them each job runs once, and the flood comes last, alone: Redis counts commands of all."""
MOST_REFUSED = 0.5
"""Of the answers, 401 and 429: of more, only the door was attacked. The flood, which is little else, is left out."""
SHOWN = 10
"""Faults of each kind that are printed."""
Attack = Callable[[World, Random, int], None]
KINDS: dict[str, tuple[Attack, int]] = {
    **{kind: (attack, fuzz.TRIES_OF_A_CALLER) for kind, attack in fuzz.KINDS.items()},
    "people": (people.cross, people.TRIES_OF_A_CALLER),
    "races": (races.race, races.WIDTH),
}
"""Each kind, and how many of its tries are one block: a block has people of its own."""


def main(arguments: list[str] | None = None) -> int:
    """Run a campaign; 1 where something was found."""
    parser = ArgumentParser(prog="python -m local.attack", description="Attack the bundle on this machine.")
    parser.add_argument("--tries", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=SystemRandom().randrange(10**6))
    options = parser.parse_args(arguments)
    told: dict[str, str] = {}

    def through(name: str, value: str) -> str:
        told[name] = value
        return value

    with lifeline.folder("attack-") as folder, http_server.listen() as free:
        port = free.getsockname()[1]
        free.close()
        settings = {"DEMO": "true", "CLOCK": MORNING, "PORT": str(port), "DATA_DIR": str(folder)}
        with running(ROOT, settings, through):
            world = World(f"http://127.0.0.1:{port}", token.project(folder), told)
            campaign(world, options.seed, options.tries)
    return report(world, options.seed)


def campaign(world: World, seed: int, tries: int) -> None:
    """Attack: the same seed makes the same requests, though not in the same order."""
    random = Random(seed)
    match = world.must(world.visitor(random), "GET", "/api/v1/matches/upcoming?days=7")["matches"][0]
    known = {"match_id": str(match["id"]), "team_id": str(match["home_team"]["id"])}
    world.operations = description.read(DESCRIPTION, known)
    blocks = list(chain.from_iterable(_blocks(kind, round(tries * share)) for kind, share in SHARES.items()))
    random.shuffle(blocks)
    with ThreadPoolExecutor(AT_ONCE) as threads:
        for each in [threads.submit(_block, world, seed, *block) for block in blocks]:
            each.result()
    jobs.run(world)
    flood.flood(world, Random(f"{seed} flood"))


def report(world: World, seed: int) -> int:
    """Print tries, answers and faults by kind; 1 where there are faults, or most answers were refusals."""
    for kind, statuses in sorted(world.statuses.items()):
        told = " ".join(f"{status}:{count}" for status, count in sorted(statuses.items()))
        print(f"{kind:<10}{world.tries[kind]:>6} tries{len(world.faults[kind]):>5} faults   {told}")
    for kind, faults in world.faults.items():
        for fault in faults[:SHOWN]:
            print(f"attack: {kind}: {fault}", file=sys.stderr)
    found = sum(map(len, world.faults.values()))
    share = refused(world)
    print(f"{world.tries.total()} tries, {found} faults, seed {seed}; 401 and 429: {share:.0%} besides the flood")
    if share > MOST_REFUSED:
        print("attack: most answers were 401 or 429: nothing was attacked", file=sys.stderr)
    return 1 if found or share > MOST_REFUSED else 0


def refused(world: World) -> float:
    """The share of 401 and 429 in the answers, the flood's apart."""
    attacked = [statuses for kind, statuses in world.statuses.items() if kind != "flood"]
    answers = sum(statuses.total() for statuses in attacked)
    return sum(statuses[401] + statuses[429] for statuses in attacked) / max(1, answers)


def _blocks(kind: str, tries: int) -> list[tuple[str, int, int]]:
    """Blocks of tries: kind, number, how many."""
    size = KINDS[kind][1]
    return [(kind, start, min(size, tries - start)) for start in range(0, tries, size)]


def _block(world: World, seed: int, kind: str, number: int, tries: int) -> None:
    try:
        KINDS[kind][0](world, Random(f"{seed} {kind} {number}"), tries)
    except RuntimeError as error:
        world.fault(kind, f"an ordinary request is refused: {error}")


if __name__ == "__main__":
    sys.exit(main())
