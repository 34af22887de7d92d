"""What was changed by hand is found, against a CloudFormation that answers as AWS's documentation says."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from deploy import drift

STACK = "paris-sportif-staging"
ID = {"StackDriftDetectionId": "b78ac9b0-dec1-11e7-451503a3example"}
CHANGED = {"StackName": STACK, "StackResourceDriftStatusFilters": ["MODIFIED", "DELETED"]}
NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
    monkeypatch.setattr(drift, "time", SimpleNamespace(sleep=lambda seconds: None))
    return boto3.client("cloudformation", region_name="eu-west-3")


def says(stub: Stubber, *states: str, **more: str) -> None:
    """It is asked to compare, and how far it is."""
    stub.add_response("detect_stack_drift", ID, {"StackName": STACK})
    for state in states:
        told = {"StackId": STACK, **ID, "DetectionStatus": state, "Timestamp": NOW, **more}
        stub.add_response("describe_stack_drift_detection_status", told, ID)


def differs(name: str, status: str, *paths: str) -> dict[str, Any]:
    told = {"StackId": STACK, "LogicalResourceId": name, "ResourceType": "AWS::X::Y", "Timestamp": NOW}
    values = {"ExpectedValue": "s3cr3t", "ActualValue": "s3cr3t", "DifferenceType": "NOT_EQUAL"}
    return told | {
        "StackResourceDriftStatus": status,
        "PropertyDifferences": [{"PropertyPath": path, **values} for path in paths],
    }


@pytest.mark.case("Q5")
def test_a_stack_that_is_as_its_template_says_has_nothing_to_tell(api: Any) -> None:
    with Stubber(api) as stub:
        says(stub, "DETECTION_IN_PROGRESS", "DETECTION_COMPLETE")
        stub.add_response("describe_stack_resource_drifts", {"StackResourceDrifts": []}, CHANGED)
        assert drift.drifted(api, STACK) == []
        stub.assert_no_pending_responses()


@pytest.mark.case("Q5")
def test_what_was_changed_is_told_on_every_page_and_without_its_values(api: Any) -> None:
    with Stubber(api) as stub:
        says(stub, "DETECTION_COMPLETE")
        pages = [differs("Backups", "MODIFIED", "/A", "/B/0")], [differs("Front", "DELETED")]
        for token, page, following in ((None, pages[0], "2"), ("2", pages[1], None)):
            told = {"StackResourceDrifts": page} | ({"NextToken": following} if following else {})
            stub.add_response("describe_stack_resource_drifts", told, CHANGED | ({"NextToken": token} if token else {}))
        assert drift.drifted(api, STACK) == ["Backups: MODIFIED /A, /B/0", "Front: DELETED"]


@pytest.mark.case("Q5")
def test_that_it_was_not_compared_is_no_good_news(api: Any) -> None:
    with Stubber(api) as stub, pytest.raises(drift.NotCompared, match="no rights"):
        says(stub, "DETECTION_FAILED", DetectionStatusReason="no rights to read Front")
        drift.drifted(api, STACK)
    with Stubber(api) as stub, pytest.raises(drift.NotCompared, match="within 900 s"):
        says(stub, *["DETECTION_IN_PROGRESS"] * 90)
        drift.drifted(api, STACK)
