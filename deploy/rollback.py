"""Roll back a release, and delete old versions: `python -m deploy.rollback back|prune --stage production`.

`back` points the alias of every HTTP function at the version before, all at once: seconds, no build, no CloudFormation.
`prune` deletes versions too old to roll back to. Why so: docs/decisions/gradual-releases.md.
"""

import argparse
import sys
from collections.abc import Iterator
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from deploy import service
from deploy.stack.canary_releases import ALIAS

RETAINED = 10
"""Versions of each function that prune leaves, the live one included."""


class NoPreviousVersion(RuntimeError):
    """A function has no version before the live one; the message names it."""


def back(api: Any, functions: list[str]) -> Iterator[tuple[str, int, int]]:
    """Point each alias at the version before.

    Args:
        api: boto3's client of Lambda.
        functions: Lambda's names of functions that have the alias.

    Yields:
        A function, the version that was live and the one that is now.

    Raises:
        NoPreviousVersion: one of them has none; nothing was changed then.
    """
    steps = []
    for name in functions:
        live = int(api.get_alias(FunctionName=name, Name=ALIAS)["FunctionVersion"])
        earlier = [version for version in _versions(api, name) if version < live]
        if not earlier:
            raise NoPreviousVersion(f"{name} has no version before {live}: deploy an earlier release again")
        steps.append((name, live, max(earlier)))
    for name, live, previous in steps:
        # Without RoutingConfig a traffic shift in progress would go on sending some readers to the new version.
        api.update_alias(
            FunctionName=name, Name=ALIAS, FunctionVersion=str(previous), RoutingConfig={"AdditionalVersionWeights": {}}
        )
        yield name, live, previous


def prune(api: Any, functions: list[str], retained: int = RETAINED) -> Iterator[tuple[str, int]]:
    """Delete versions older than the newest `retained` and than the live one.

    Yields:
        A function and its deleted version.
    """
    for name in functions:
        alias = api.get_alias(FunctionName=name, Name=ALIAS)
        shifting = alias.get("RoutingConfig", {}).get("AdditionalVersionWeights", {})
        live = {int(alias["FunctionVersion"]), *map(int, shifting)}
        versions = sorted(_versions(api, name), reverse=True)
        for version in versions[retained:]:
            if version < min(live):
                api.delete_function(FunctionName=name, Qualifier=str(version))
                yield name, version


def http_functions(stage: str) -> list[str]:
    """Lambda's names of those that answer HTTP."""
    described = service.read(stage=stage)
    return [f"{described.name}-{name}" for name, function in described.functions.items() if function.routes]


def _versions(api: Any, name: str) -> list[int]:
    pages = api.get_paginator("list_versions_by_function").paginate(FunctionName=name)
    return [int(v["Version"]) for page in pages for v in page["Versions"] if v["Version"] != "$LATEST"]


def main() -> None:
    """Roll back or prune one stage, and print each change."""
    parser = argparse.ArgumentParser(prog="python -m deploy.rollback", description="Roll back to the version before.")
    parser.add_argument("action", choices=["back", "prune"])
    parser.add_argument("--stage", required=True, choices=["staging", "production"])
    parser.add_argument("--region", default="eu-west-3")
    args = parser.parse_args()
    try:
        api = boto3.client("lambda", region_name=args.region)
        if args.action == "back":
            for name, live, previous in back(api, http_functions(args.stage)):
                print(f"{name}: {live} → {previous}")
        else:
            for name, version in prune(api, http_functions(args.stage)):
                print(f"{name}: {version} deleted")
    except (NoPreviousVersion, BotoCoreError, ClientError) as error:
        sys.exit(f"rollback: {error}")


if __name__ == "__main__":
    main()
