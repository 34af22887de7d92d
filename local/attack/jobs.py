"""The jobs that read what people wrote: nothing in it makes one fail, which would ring `jobs-dead-letters`."""

import time

from local.attack.world import Caller, World
from local.gateway import INVOKE

JOBS = (
    *("send_webhooks", "send_notifications", "settle_bets", "refresh_cache", "reconcile_subscriptions"),
    *("finish_deletions", "write_explanations", "clean_vectors"),
)
BUSY = 429
MAX_POLLS = 240
"""Quarters of a second for which a job that runs already is waited for."""


def run(world: World) -> None:
    """Run each job once, after all that was written."""
    caller = Caller("127.0.0.1")
    for job in JOBS:
        response = world.send(caller, "POST", INVOKE + job, {})
        for _ in range(MAX_POLLS):
            if response.status != BUSY and (response.json or {}).get("status") != "locked":
                break
            time.sleep(0.25)
            response = world.send(caller, "POST", INVOKE + job, {})
        world.count("jobs", response.status)
        if response.status != 200:
            world.fault("jobs", f"{job} fails after what was written: {response.status} {response.body[:300]!r}")
