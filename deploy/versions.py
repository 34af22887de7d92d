"""The way back, and old versions: `python -m deploy.versions back|prune --stage production`.

`back` lets the alias of every function that answers HTTP aim at the version before, all at once: seconds, no building,
no CloudFormation. `prune` deletes versions that are too old to go back to. Why so: docs/decisions/gradual-releases.md.
"""

import argparse
import sys
from collections.abc import Iterator
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from deploy import service
from deploy.promises import LIVE

KEPT = 10
"""Versions of each function that can be gone back to, the one that is reached included."""


class NoWayBack(RuntimeError):
    """There is no version before the one that is reached; the message says of which function."""


def back(api: Any, functions: list[str]) -> Iterator[tuple[str, int, int]]:
    """Let each alias aim at the version before.

    Args:
        api: Lambda, as boto3 speaks to it.
        functions: Lambda's names of functions that have the alias.

    Yields:
        A function with the version that was reached and the one that is reached now.

    Raises:
        NoWayBack: one of them has no version before; nothing was changed then.
    """
    steps = []
    for name in functions:
        now = int(api.get_alias(FunctionName=name, Name=LIVE)["FunctionVersion"])
        before = [version for version in _versions(api, name) if version < now]
        if not before:
            raise NoWayBack(f"{name} has no version before {now}: deploy an earlier release again")
        steps.append((name, now, max(before)))
    for name, now, before in steps:
        # Without the second part a shift that is under way would go on sending some readers to the new one.
        api.update_alias(
            FunctionName=name, Name=LIVE, FunctionVersion=str(before), RoutingConfig={"AdditionalVersionWeights": {}}
        )
        yield name, now, before


def prune(api: Any, functions: list[str], kept: int = KEPT) -> Iterator[tuple[str, int]]:
    """Delete versions older than the newest `kept` and than the one that is reached.

    Yields:
        A function and its version that is gone.
    """
    for name in functions:
        alias = api.get_alias(FunctionName=name, Name=LIVE)
        shifting = alias.get("RoutingConfig", {}).get("AdditionalVersionWeights", {})
        reached = {int(alias["FunctionVersion"]), *map(int, shifting)}
        versions = sorted(_versions(api, name), reverse=True)
        for version in versions[kept:]:
            if version < min(reached):
                api.delete_function(FunctionName=name, Qualifier=str(version))
                yield name, version


def named(stage: str) -> list[str]:
    """Lambda's names of the functions that answer HTTP."""
    return [f"paris-sportif-{stage}-{name}" for name, function in service.read().items() if function.paths]


def _versions(api: Any, name: str) -> list[int]:
    pages = api.get_paginator("list_versions_by_function").paginate(FunctionName=name)
    return [int(v["Version"]) for page in pages for v in page["Versions"] if v["Version"] != "$LATEST"]


def main() -> None:
    """Go back, or prune, and say what was done."""
    parser = argparse.ArgumentParser(prog="python -m deploy.versions", description="Go back to the version before.")
    parser.add_argument("what", choices=["back", "prune"])
    parser.add_argument("--stage", required=True, choices=["staging", "production"])
    parser.add_argument("--region", default="eu-west-3")
    asked = parser.parse_args()
    try:
        api = boto3.client("lambda", region_name=asked.region)
        if asked.what == "back":
            for name, now, before in back(api, named(asked.stage)):
                print(f"{name}: {now} → {before}")
        else:
            for name, version in prune(api, named(asked.stage)):
                print(f"{name}: {version} is gone")
    except (NoWayBack, BotoCoreError, ClientError) as error:
        sys.exit(f"versions: {error}")


if __name__ == "__main__":
    main()
