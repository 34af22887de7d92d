"""The way back by the alias, against a Lambda that answers as AWS's documentation says."""

from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from deploy import service, versions

ONE, OTHER = "paris-sportif-staging-matches", "paris-sportif-staging-site"


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
    return boto3.client("lambda", region_name="eu-west-3")


def knows(stub: Stubber, name: str, live: int, *held: int, shifting: dict[str, float] | None = None) -> None:
    weights = {"RoutingConfig": {"AdditionalVersionWeights": shifting}} if shifting else {}
    stub.add_response(
        "get_alias", {"Name": "live", "FunctionVersion": str(live), **weights}, {"FunctionName": name, "Name": "live"}
    )
    told = [{"Version": "$LATEST"}, *({"Version": str(version)} for version in held)]
    stub.add_response("list_versions_by_function", {"Versions": told}, {"FunctionName": name})


@pytest.mark.case("Q6")
def test_each_alias_aims_at_the_version_before_and_sends_nobody_elsewhere(api: Any) -> None:
    with Stubber(api) as stub:
        knows(stub, ONE, 11, 8, 9, 10, 11, 12)
        knows(stub, OTHER, 2, 1, 2, shifting={"3": 0.1})
        for name, before in ((ONE, "10"), (OTHER, "1")):
            asked = {
                "FunctionName": name,
                "Name": "live",
                "FunctionVersion": before,
                "RoutingConfig": {"AdditionalVersionWeights": {}},
            }
            stub.add_response("update_alias", {}, asked)
        assert list(versions.back(api, [ONE, OTHER])) == [(ONE, 11, 10), (OTHER, 2, 1)]
        stub.assert_no_pending_responses()


@pytest.mark.case("Q6")
def test_nothing_is_changed_where_one_function_has_no_way_back(api: Any) -> None:
    with Stubber(api) as stub:
        knows(stub, ONE, 3, 2, 3)
        knows(stub, OTHER, 1, 1)
        with pytest.raises(versions.NoWayBack, match=f"{OTHER} has no version before 1"):
            list(versions.back(api, [ONE, OTHER]))
        stub.assert_no_pending_responses()


@pytest.mark.case("Q6")
def test_what_is_reached_and_what_can_be_gone_back_to_is_kept(api: Any) -> None:
    with Stubber(api) as stub:
        knows(stub, ONE, 6, *range(1, 8), shifting={"7": 0.1})
        for version in (4, 3, 2, 1):
            stub.add_response("delete_function", {}, {"FunctionName": ONE, "Qualifier": str(version)})
        assert list(versions.prune(api, [ONE], kept=3)) == [(ONE, version) for version in (4, 3, 2, 1)]
        knows(stub, ONE, 2, 1, 2, 3, 4, 5)
        stub.add_response("delete_function", {}, {"FunctionName": ONE, "Qualifier": "1"})
        assert list(versions.prune(api, [ONE], kept=3)) == [(ONE, 1)]


@pytest.mark.case("Q6")
def test_every_function_that_answers_http_goes_back_and_no_job() -> None:
    answering = {name for name, function in service.read().items() if function.paths}
    assert set(versions.named("staging")) == {f"paris-sportif-staging-{name}" for name in answering}
