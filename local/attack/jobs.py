"""The jobs that read users' data: none of it makes a job fail, which would trigger the alarm `jobs-dead-letters`."""

import time

from local.attack.world import Caller, World
from local.gateway import INVOKE

JOBS = (
    *("send_webhooks", "send_notifications", "settle_bets", "refresh_cache", "reconcile_subscriptions"),
    *("finish_deletions", "write_explanations", "clean_vectors"),
)
BUSY = 429
MAX_POLLS = 240
"""Retries while a job is already running, a quarter of a second apart."""


def run(world: World) -> None:
    """Run each job once, after all writes."""
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
