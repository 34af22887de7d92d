"""Rolling back by the alias, against a fake Lambda that follows AWS's documentation."""

from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from deploy import rollback, service

ONE, OTHER = "paris-sportif-staging-matches", "paris-sportif-staging-site"


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
    return boto3.client("lambda", region_name="eu-west-3")


def stub_versions(
    stub: Stubber, name: str, live: int, *versions: int, shifting: dict[str, float] | None = None
) -> None:
    weights = {"RoutingConfig": {"AdditionalVersionWeights": shifting}} if shifting else {}
    stub.add_response(
        "get_alias", {"Name": "live", "FunctionVersion": str(live), **weights}, {"FunctionName": name, "Name": "live"}
    )
    listed = [{"Version": "$LATEST"}, *({"Version": str(version)} for version in versions)]
    stub.add_response("list_versions_by_function", {"Versions": listed}, {"FunctionName": name})


@pytest.mark.case("Q6")
def test_each_alias_targets_the_version_before_and_no_traffic_goes_elsewhere(api: Any) -> None:
    with Stubber(api) as stub:
        stub_versions(stub, ONE, 11, 8, 9, 10, 11, 12)
        stub_versions(stub, OTHER, 2, 1, 2, shifting={"3": 0.1})
        for name, before in ((ONE, "10"), (OTHER, "1")):
            params = {
                "FunctionName": name,
                "Name": "live",
                "FunctionVersion": before,
                "RoutingConfig": {"AdditionalVersionWeights": {}},
            }
            stub.add_response("update_alias", {}, params)
        assert list(rollback.back(api, [ONE, OTHER])) == [(ONE, 11, 10), (OTHER, 2, 1)]
        stub.assert_no_pending_responses()


@pytest.mark.case("Q6")
def test_nothing_changes_where_one_function_has_no_version_before(api: Any) -> None:
    with Stubber(api) as stub:
        stub_versions(stub, ONE, 3, 2, 3)
        stub_versions(stub, OTHER, 1, 1)
        with pytest.raises(rollback.NoPreviousVersion, match=f"{OTHER} has no version before 1"):
            list(rollback.back(api, [ONE, OTHER]))
        stub.assert_no_pending_responses()


@pytest.mark.case("Q6")
def test_live_versions_and_the_newest_ones_are_retained(api: Any) -> None:
    with Stubber(api) as stub:
        stub_versions(stub, ONE, 6, *range(1, 8), shifting={"7": 0.1})
        for version in (4, 3, 2, 1):
            stub.add_response("delete_function", {}, {"FunctionName": ONE, "Qualifier": str(version)})
        assert list(rollback.prune(api, [ONE], retained=3)) == [(ONE, version) for version in (4, 3, 2, 1)]
        stub_versions(stub, ONE, 2, 1, 2, 3, 4, 5)
        stub.add_response("delete_function", {}, {"FunctionName": ONE, "Qualifier": "1"})
        assert list(rollback.prune(api, [ONE], retained=3)) == [(ONE, 1)]


@pytest.mark.case("Q6")
def test_every_http_function_is_rolled_back_and_no_job() -> None:
    answering = {name for name, function in service.read().functions.items() if function.paths}
    assert set(rollback.http_functions("staging")) == {f"paris-sportif-staging-{name}" for name in answering}
