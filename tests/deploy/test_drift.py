"""What was changed by hand is found, against a fake CloudFormation that follows AWS's documentation."""

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


def stub_detection(stub: Stubber, *states: str, **more: str) -> None:
    """A detection that is started, and its states."""
    stub.add_response("detect_stack_drift", ID, {"StackName": STACK})
    for state in states:
        status = {"StackId": STACK, **ID, "DetectionStatus": state, "Timestamp": NOW, **more}
        stub.add_response("describe_stack_drift_detection_status", status, ID)


def differs(name: str, status: str, *paths: str) -> dict[str, Any]:
    resource = {"StackId": STACK, "LogicalResourceId": name, "ResourceType": "AWS::X::Y", "Timestamp": NOW}
    values = {"ExpectedValue": "s3cr3t", "ActualValue": "s3cr3t", "DifferenceType": "NOT_EQUAL"}
    return resource | {
        "StackResourceDriftStatus": status,
        "PropertyDifferences": [{"PropertyPath": path, **values} for path in paths],
    }


@pytest.mark.case("Q5")
def test_a_stack_equal_to_its_template_has_no_drift(api: Any) -> None:
    with Stubber(api) as stub:
        stub_detection(stub, "DETECTION_IN_PROGRESS", "DETECTION_COMPLETE")
        stub.add_response("describe_stack_resource_drifts", {"StackResourceDrifts": []}, CHANGED)
        assert drift.detect(api, STACK) == []
        stub.assert_no_pending_responses()


@pytest.mark.case("Q5")
def test_changes_on_every_page_are_listed_without_their_values(api: Any) -> None:
    with Stubber(api) as stub:
        stub_detection(stub, "DETECTION_COMPLETE")
        pages = [differs("Backups", "MODIFIED", "/A", "/B/0")], [differs("Front", "DELETED")]
        for token, page, following in ((None, pages[0], "2"), ("2", pages[1], None)):
            response = {"StackResourceDrifts": page} | ({"NextToken": following} if following else {})
            stub.add_response(
                "describe_stack_resource_drifts", response, CHANGED | ({"NextToken": token} if token else {})
            )
        assert drift.detect(api, STACK) == ["Backups: MODIFIED /A, /B/0", "Front: DELETED"]


@pytest.mark.case("Q5")
def test_a_failed_or_slow_detection_raises(api: Any) -> None:
    with Stubber(api) as stub, pytest.raises(drift.DriftDetectionFailed, match="no rights"):
        stub_detection(stub, "DETECTION_FAILED", DetectionStatusReason="no rights to read Front")
        drift.detect(api, STACK)
    with Stubber(api) as stub, pytest.raises(drift.DriftDetectionFailed, match="within 900 s"):
        stub_detection(stub, *["DETECTION_IN_PROGRESS"] * 90)
        drift.detect(api, STACK)
