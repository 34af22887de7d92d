"""Changes made by hand on AWS: `python -m deploy.drift --stage production` compares a stack with its template.

CloudFormation does the comparison, without the resource types that it does not support. After `make rollback` aliases
differ until the next deployment, which is expected.
"""

import argparse
import sys
import time
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

POLL_INTERVAL, POLL_TIMEOUT = 10, 900
"""Seconds; there are some 300 resources."""


class DriftDetectionFailed(RuntimeError):
    """CloudFormation did not compare; the message says why."""


def detect(api: Any, stack: str) -> list[str]:
    """A line for each resource that differs from the template: its name, its status and the properties.

    Args:
        api: boto3's client of CloudFormation.

    Raises:
        DriftDetectionFailed: it failed, or did not end in time.
    """
    detection = api.detect_stack_drift(StackName=stack)["StackDriftDetectionId"]
    for _ in range(POLL_TIMEOUT // POLL_INTERVAL):
        status = api.describe_stack_drift_detection_status(StackDriftDetectionId=detection)
        if status["DetectionStatus"] == "DETECTION_FAILED":
            raise DriftDetectionFailed(f"{stack}: {status.get('DetectionStatusReason', 'no reason given')}")
        if status["DetectionStatus"] == "DETECTION_COMPLETE":
            return _differences(api, stack)
        time.sleep(POLL_INTERVAL)
    raise DriftDetectionFailed(f"{stack} was not compared within {POLL_TIMEOUT} s")


def _differences(api: Any, stack: str) -> list[str]:
    found: list[str] = []
    params: dict[str, Any] = {"StackName": stack, "StackResourceDriftStatusFilters": ["MODIFIED", "DELETED"]}
    while True:
        page = api.describe_stack_resource_drifts(**params)
        for each in page["StackResourceDrifts"]:
            # Without the values: a setting may be among them.
            paths = ", ".join(difference["PropertyPath"] for difference in each.get("PropertyDifferences", []))
            found.append(f"{each['LogicalResourceId']}: {each['StackResourceDriftStatus']} {paths}".strip())
        if "NextToken" not in page:
            return found
        params["NextToken"] = page["NextToken"]


def main() -> None:
    """Compare one stage, and fail where something differs."""
    parser = argparse.ArgumentParser(prog="python -m deploy.drift", description="Find what was changed by hand.")
    parser.add_argument("--stage", required=True, choices=["staging", "production"])
    parser.add_argument("--region", default="eu-west-3")
    args = parser.parse_args()
    try:
        found = detect(boto3.client("cloudformation", region_name=args.region), f"paris-sportif-{args.stage}")
    except (DriftDetectionFailed, BotoCoreError, ClientError) as error:
        sys.exit(f"drift: {error}")
    if found:
        sys.exit("drift: " + "\ndrift: ".join(found))
    print(f"{args.stage}: equal to its template")


if __name__ == "__main__":
    main()
