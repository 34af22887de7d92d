"""Checks from outside, at UptimeRobot: `UPTIMEROBOT_API_KEY=… python -m deploy.uptime --front https://…`.

What is asked, and when it rings, stands here; run again, it changes what differs and makes nothing twice. The service's
API: https://uptimerobot.com/api (v2).
"""

import argparse
import os
import sys
from dataclasses import dataclass
from typing import Any

import httpx

API = "https://api.uptimerobot.com/v2"
OFTEN, SELDOM = 300, 3600
"""Seconds: the shortest of the free plan; and so that a database that sleeps between calls may do so."""
KEYWORD, MISSING = 2, 2
"""A monitor of the kind that reads the answer, which rings where a word is not in it."""


class UptimeError(RuntimeError):
    """The service refuses; the message is its own."""


@dataclass(frozen=True)
class Check:
    """A check: it rings where the answer at a path is no success, or a text is missing in it."""

    name: str
    path: str
    text: str
    every: int


CHECKS = (
    Check("up", "/health", '"status":"healthy"', OFTEN),
    Check("database", "/health/ready", '"database":true', SELDOM),
    Check("redis", "/health/ready", '"connected":true', SELDOM),
)


def apply(client: httpx.Client, key: str, front: str) -> list[str]:
    """Make the checks what they are to be; what was done to each.

    Raises:
        UptimeError: the service does not do it.
    """

    def call(method: str, **asked: object) -> Any:
        answer = client.post(f"{API}/{method}", data={"api_key": key, "format": "json", **asked})
        said = answer.json() if answer.is_success else {}
        if said.get("stat") != "ok":
            raise UptimeError(f"{method}: {said.get('error', f'status {answer.status_code}')}")
        return said

    there = {monitor["friendly_name"]: monitor["id"] for monitor in call("getMonitors")["monitors"]}
    done: list[str] = []
    for check in CHECKS:
        name = f"{front.removeprefix('https://')} {check.name}"
        wanted = {"friendly_name": name, "url": front + check.path, "interval": check.every} | {
            "keyword_type": MISSING,
            "keyword_value": check.text,
        }
        if name in there:
            call("editMonitor", id=there[name], **wanted)
        else:
            call("newMonitor", type=KEYWORD, **wanted)
        done.append(f"{name}: {'set' if name in there else 'made'}")
    return done


def main() -> None:
    """Apply the checks to one stage."""
    parser = argparse.ArgumentParser(prog="python -m deploy.uptime", description="Watch a stage from outside.")
    parser.add_argument("--front", required=True, help="its address, such as https://api.example.com")
    front = parser.parse_args().front.rstrip("/")
    key = os.environ.get("UPTIMEROBOT_API_KEY", "")
    if not key or not front.startswith("https://"):
        sys.exit("uptime: UPTIMEROBOT_API_KEY must be set, and --front must begin with https://")
    try:
        with httpx.Client(timeout=30) as client:
            print("\n".join(apply(client, key, front)))
    except (UptimeError, httpx.TransportError) as error:
        sys.exit(f"uptime: {error}")


if __name__ == "__main__":
    main()
