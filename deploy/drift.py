"""What was changed by hand on AWS, past the template: `python -m deploy.drift --stage production`.

CloudFormation compares what it made with what is there; kinds of resources that it does not support are left out.
After `make rollback` aliases differ until the next deployment: no mistake.
"""

import argparse
import sys
import time
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

PAUSE, PATIENCE = 10, 900
"""Seconds between two looks, and until the comparison must be done: some 300 resources."""


class NotCompared(RuntimeError):
    """CloudFormation did not compare; the message says why."""


def drifted(api: Any, stack: str) -> list[str]:
    """What differs from the template: the resource, what became of it, and which of its properties.

    Args:
        api: CloudFormation, as boto3 speaks to it.
        stack: the stack's name.

    Raises:
        NotCompared: it could not be told, or not in time.
    """
    asked = api.detect_stack_drift(StackName=stack)["StackDriftDetectionId"]
    for _ in range(PATIENCE // PAUSE):
        said = api.describe_stack_drift_detection_status(StackDriftDetectionId=asked)
        if said["DetectionStatus"] == "DETECTION_FAILED":
            raise NotCompared(f"{stack}: {said.get('DetectionStatusReason', 'no reason was given')}")
        if said["DetectionStatus"] == "DETECTION_COMPLETE":
            return _differences(api, stack)
        time.sleep(PAUSE)
    raise NotCompared(f"{stack} was not compared within {PATIENCE} s")


def _differences(api: Any, stack: str) -> list[str]:
    found: list[str] = []
    wanted: dict[str, Any] = {"StackName": stack, "StackResourceDriftStatusFilters": ["MODIFIED", "DELETED"]}
    while True:
        page = api.describe_stack_resource_drifts(**wanted)
        for each in page["StackResourceDrifts"]:
            # Without the values: a setting may be among them.
            paths = ", ".join(difference["PropertyPath"] for difference in each.get("PropertyDifferences", []))
            found.append(f"{each['LogicalResourceId']}: {each['StackResourceDriftStatus']} {paths}".strip())
        if "NextToken" not in page:
            return found
        wanted["NextToken"] = page["NextToken"]


def main() -> None:
    """Compare one stage, and fail where something differs."""
    parser = argparse.ArgumentParser(prog="python -m deploy.drift", description="Find what was changed by hand.")
    parser.add_argument("--stage", required=True, choices=["staging", "production"])
    parser.add_argument("--region", default="eu-west-3")
    asked = parser.parse_args()
    try:
        found = drifted(boto3.client("cloudformation", region_name=asked.region), f"paris-sportif-{asked.stage}")
    except (NotCompared, BotoCoreError, ClientError) as error:
        sys.exit(f"drift: {error}")
    if found:
        sys.exit("drift: " + "\ndrift: ".join(found))
    print(f"{asked.stage}: as the template says")


if __name__ == "__main__":
    main()
