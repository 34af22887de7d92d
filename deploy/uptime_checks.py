"""Uptime checks at UptimeRobot: `UPTIMEROBOT_API_KEY=… python -m deploy.uptime_checks --front https://…`.

The checks are declared here; a second run updates what differs and creates nothing twice. The service's API:
https://uptimerobot.com/api (v2).
"""

import argparse
import os
import sys
from dataclasses import dataclass
from typing import Any

import httpx

API = "https://api.uptimerobot.com/v2"
SHORT_INTERVAL, LONG_INTERVAL = 300, 86_400
"""Seconds: the shortest of the free plan, and a day, because this check wakes a database that sleeps between calls."""
KEYWORD, MISSING = 2, 2
"""A monitor that reads the response, and alerts when a text is not in it."""


class UptimeError(RuntimeError):
    """The service refuses; the message is its own."""


@dataclass(frozen=True)
class Check:
    """A check that fails when the response of a path is no success, or lacks a text; `interval` is in seconds."""

    name: str
    path: str
    text: str
    interval: int


CHECKS = (
    Check("up", "/health", '"status":"healthy"', SHORT_INTERVAL),
    Check("database", "/health/ready", '"database":true', LONG_INTERVAL),
    Check("redis", "/health/ready", '"connected":true', LONG_INTERVAL),
)


def apply(client: httpx.Client, key: str, front: str) -> list[str]:
    """Create or update the checks; returns a line for each."""

    def call(method: str, **params: object) -> Any:
        response = client.post(f"{API}/{method}", data={"api_key": key, "format": "json", **params})
        result = response.json() if response.is_success else {}
        if result.get("stat") != "ok":
            raise UptimeError(f"{method}: {result.get('error', f'status {response.status_code}')}")
        return result

    existing = {monitor["friendly_name"]: monitor["id"] for monitor in call("getMonitors")["monitors"]}
    lines: list[str] = []
    for check in CHECKS:
        name = f"{front.removeprefix('https://')} {check.name}"
        params = {"friendly_name": name, "url": front + check.path, "interval": check.interval} | {
            "keyword_type": MISSING,
            "keyword_value": check.text,
        }
        if name in existing:
            call("editMonitor", id=existing[name], **params)
        else:
            call("newMonitor", type=KEYWORD, **params)
        lines.append(f"{name}: {'updated' if name in existing else 'created'}")
    return lines


def main() -> None:
    """Apply the checks to one stage."""
    parser = argparse.ArgumentParser(prog="python -m deploy.uptime_checks", description="Set up the uptime checks.")
    parser.add_argument("--front", required=True, help="its address, such as https://api.example.com")
    front = parser.parse_args().front.rstrip("/")
    key = os.environ.get("UPTIMEROBOT_API_KEY", "")
    if not key or not front.startswith("https://"):
        sys.exit("uptime_checks: UPTIMEROBOT_API_KEY must be set, and --front must begin with https://")
    try:
        with httpx.Client(timeout=30) as client:
            print("\n".join(apply(client, key, front)))
    except (UptimeError, httpx.TransportError) as error:
        sys.exit(f"uptime_checks: {error}")


if __name__ == "__main__":
    main()
