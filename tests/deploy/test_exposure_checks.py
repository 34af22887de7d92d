"""What a template exposes, and to whom."""

import copy
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import APIRoute

from deploy import exposure_checks, openapi, package, service, template_checks
from deploy.logical_names import logical_name
from shared.accounts.plans import Plan
from shared.explanations.translations import negotiate_language
from shared.services.cache_policies import CACHE_POLICIES
from shared.web.cached_route import cache_kind
from tests.deploy.project import staged

Template = dict[str, Any]
FUNCTIONS = service.read().functions
ACCEPT_LANGUAGE = service.ROOT / "deploy/stack/accept_language.js"


@pytest.fixture
def template(templates: dict[str, Template]) -> Template:
    """A template of one's own to spoil."""
    return copy.deepcopy(templates["production"])


@pytest.mark.parametrize("stage", ["staging", "production"])
def test_the_template_exposes_nothing_that_it_should_not(templates: dict[str, Template], stage: str) -> None:
    """No wildcards, nothing public beyond the functions' URLs, all of them behind the CDN."""
    assert list(exposure_checks.faults(templates[stage], FUNCTIONS)) == []


@pytest.mark.parametrize("stage", ["staging", "production"])
def test_a_stage_fits_into_its_account(templates: dict[str, Template], stage: str) -> None:
    resources = templates[stage]["Resources"].values()
    reserved = sum(
        each["Properties"].get("ReservedConcurrentExecutions", 0) for each in resources if "Properties" in each
    )
    assert 0 < reserved <= template_checks.RESERVED


def test_the_cdn_uses_new_protocols_and_writes_no_access_log(templates: dict[str, Template]) -> None:
    cdn = templates["production"]["Resources"]["Front"]["Properties"]["DistributionConfig"]
    assert (cdn["HttpVersion"], cdn["PriceClass"]) == ("http2and3", "PriceClass_100")
    assert "Logging" not in cdn
    assert "Aliases" not in cdn


@pytest.mark.case("Q6")
def test_a_release_of_its_own_name_makes_new_versions_and_leaves_the_old(
    tmp_path: Path, templates: dict[str, Template], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RELEASE", "abc1234")
    after = package.template("production", staged(tmp_path))["Resources"]
    before = templates["production"]["Resources"]
    versions = {k for k, r in after.items() if r["Type"] == "AWS::Lambda::Version"}
    assert len(versions) == len([f for f in FUNCTIONS.values() if f.paths])
    assert not versions & before.keys()
    assert {after[k]["DeletionPolicy"] for k in versions} == {"RetainExceptOnCreate"}
    alias = after["MatchesLive"]["Properties"]
    assert alias["FunctionVersion"]["Fn::GetAtt"][0] in versions
    assert after["MatchesLambdaFunction"]["Properties"]["Environment"]["Variables"]["APP_VERSION"] == "abc1234"


def test_a_release_goes_back_by_itself_when_an_alarm_rings(templates: dict[str, Template]) -> None:
    resources = templates["production"]["Resources"]
    for name in (name for name, function in FUNCTIONS.items() if function.paths):
        logical = logical_name(name)
        group = resources[f"{logical}Releases"]["Properties"]
        assert group["DeploymentConfigName"] == "CodeDeployDefault.LambdaCanary10Percent5Minutes"
        assert "DEPLOYMENT_STOP_ON_ALARM" in group["AutoRollbackConfiguration"]["Events"]
        assert {alarm["Name"]["Ref"] for alarm in group["AlarmConfiguration"]["Alarms"]} <= resources.keys()
        update = resources[f"{logical}Live"]["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"]
        assert update["DeploymentGroupName"] == {"Ref": f"{logical}Releases"}


def routes(name: str) -> list[APIRoute]:
    return [route for route in openapi.app_of(name).routes if isinstance(route, APIRoute)]


@pytest.mark.case("D6")
def test_only_responses_for_all_readers_are_cached_for_all() -> None:
    """Below a path that the CDN caches for all, no reader sees more than another."""
    for name, function in FUNCTIONS.items():
        for served in (route for route in function.routes if route.cache == "public"):
            for route in routes(name):
                if served.matches(route.path):
                    assert set(route.methods or ()) <= {"GET", "HEAD"}, route.path
                    assert {rule.minimum_plan for rule in openapi.access_rules(route.dependant)} == {Plan.ANONYMOUS}, (
                        route.path
                    )
                    kind = cache_kind(route.endpoint)
                    assert kind is None or not CACHE_POLICIES[kind].per_plan, route.path


@pytest.mark.case("D6")
def test_responses_that_depend_on_the_plan_are_cached_per_reader() -> None:
    for name, function in FUNCTIONS.items():
        for route in routes(name) if function.paths else ():
            kind = cache_kind(route.endpoint)
            if kind is not None and CACHE_POLICIES[kind].per_plan:
                assert {served.cache for served in function.routes} == {"per_reader"}, route.path


def test_every_header_that_is_read_is_forwarded(templates: dict[str, Template]) -> None:
    policy = templates["production"]["Resources"]["ForwardedHeadersPolicy"]["Properties"]["OriginRequestPolicyConfig"][
        "HeadersConfig"
    ]
    sent = {name.lower() for name in {*policy["Headers"], *exposure_checks.CACHE_KEYS["none"]}}
    read = {
        name
        for path in [*service.ROOT.glob("shared/runtime/*.py"), *service.ROOT.glob("functions/*/*.py")]
        for name in re.findall(r'request\.headers\.get\("([a-z-]+)"', path.read_text())
    }
    # The CDN's own, and those that CloudFront always forwards, or handles itself.
    assert read - sent <= {"x-cdn-secret", "host", "content-length", "if-none-match", "accept-encoding"}
    assert len(policy["Headers"]) <= 10  # CloudFront's quota
    assert "host" not in sent


ACCEPTED = (
    None,
    "",
    "fr",
    "en",
    "EN-gb",
    "de",
    "de, en;q=0.5",
    "fr;q=0.3, en;q=0.8",
    "en;q=0.8,fr;q=0.8",
    "fr;q=0,en;q=0.1",
    "en;q=0",
    "en ; q = 0.4 , fr ; q = 0.3",
    "fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5",
    "en;q=much, fr;q=0.1",
    "english",
    ",,en",
    "en;q=,fr;q=0.9",
    "en;level=1;q=0.5",
)
"""Values of Accept-Language."""


@pytest.fixture(scope="module")
def cdn_languages() -> dict[str | None, str]:
    """The language that the CDN's function chooses for each of `ACCEPTED`."""
    requests = [{"headers": {} if each is None else {"accept-language": {"value": each}}} for each in ACCEPTED]
    events = json.dumps([{"request": request} for request in requests])
    script = f"{ACCEPT_LANGUAGE.read_text()}; console.log(JSON.stringify({events}.map(event => handler(event))))"
    done = subprocess.run(["node", "-e", script], capture_output=True, text=True, check=True)
    answered = [request["headers"]["accept-language"]["value"] for request in json.loads(done.stdout)]
    return dict(zip(ACCEPTED, answered, strict=True))


@pytest.mark.parametrize("header", ACCEPTED)
def test_the_cdn_chooses_the_language_that_the_functions_choose(
    cdn_languages: dict[str | None, str], header: str | None
) -> None:
    assert cdn_languages[header] == negotiate_language(header)


def spoil_origin(resources: Template) -> None:
    resources["Front"]["Properties"]["DistributionConfig"]["Origins"][0]["OriginCustomHeaders"] = []


def spoil_path(resources: Template) -> None:
    behaviours = resources["Front"]["Properties"]["DistributionConfig"]["CacheBehaviors"]
    behaviours[:] = [behaviour for behaviour in behaviours if behaviour["PathPattern"] != "/api/v1/bets*"]


def spoil_key(resources: Template) -> None:
    behaviours = resources["Front"]["Properties"]["DistributionConfig"]["CacheBehaviors"]
    next(b for b in behaviours if b["PathPattern"] == "/api/v1/bets*")["CachePolicyId"]["Ref"] = "ReaderCachePolicy"


def spoil_public_key(resources: Template) -> None:
    config = resources["ReaderCachePolicy"]["Properties"]["CachePolicyConfig"]
    config["ParametersInCacheKeyAndForwardedToOrigin"]["HeadersConfig"]["Headers"] = ["Origin", "Accept-Language"]


def spoil_tls(resources: Template) -> None:
    resources["Front"]["Properties"]["DistributionConfig"]["DefaultCacheBehavior"]["ViewerProtocolPolicy"] = "allow-all"


def spoil_record_access(resources: Template) -> None:
    origins = resources["Front"]["Properties"]["DistributionConfig"]["Origins"]
    del next(origin for origin in origins if origin["Id"] == "record")["OriginAccessControlId"]


def spoil_bucket(resources: Template) -> None:
    resources["Backups"]["Properties"]["PublicAccessBlockConfiguration"]["BlockPublicPolicy"] = False


def spoil_topic(resources: Template) -> None:
    resources["AlarmsPolicy"]["Properties"]["PolicyDocument"]["Statement"][0]["Principal"] = "*"


def spoil_permission(resources: Template) -> None:
    del resources["MatchesLambdaPermissionFnUrl"]["Properties"]["FunctionUrlAuthType"]


def spoil_managed(resources: Template) -> None:
    resources["HealthRole"]["Properties"]["ManagedPolicyArns"] = ["arn:aws:iam::aws:policy/AdministratorAccess"]


def spoil_secret(resources: Template) -> None:
    resources["Alarms"]["Properties"]["DisplayName"] = "sk_live_12345678"


def spoil_time(resources: Template) -> None:
    resources["Front"]["Properties"]["DistributionConfig"]["Origins"][0]["CustomOriginConfig"]["OriginReadTimeout"] = 10


@pytest.mark.parametrize(
    ("spoil", "faults"),
    [
        (spoil_origin, ["cdn: health: the CDN does not send its secret"]),
        (spoil_path, ["cdn: bets: other paths than in custom.routes"]),
        (spoil_key, ["cdn: /api/v1/bets*: cached, though it is for one reader alone"]),
        (
            spoil_public_key,
            [
                f"cdn: {route.path}: the cache key has other headers than "
                "Accept-Language, Authorization, Origin, X-API-Key"
                for route in service.read().routes
                if route.cache == "per_reader"
            ],
        ),
        (spoil_tls, ["cdn: every other path: answered without TLS"]),
        (spoil_record_access, ["cdn: record: a bucket that others could read too"]),
        (spoil_bucket, ["Backups: a bucket that could be made public"]),
        (spoil_topic, ["AlarmsPolicy: sns:Publish by any principal"]),
        (spoil_permission, ["MatchesLambdaPermissionFnUrl: it may be invoked publicly other than by its URL"]),
        (spoil_managed, ["HealthRole: a managed policy, whose rights are not in this template"]),
        (spoil_secret, ["the template contains a secret: sk_live_…"]),
        (spoil_time, ["cdn: health: the CDN's timeout is not longer than its own"]),
    ],
)
def test_each_exposure_is_reported_alone(template: Template, spoil: Any, faults: list[str]) -> None:
    spoil(template["Resources"])
    assert list(exposure_checks.faults(template, FUNCTIONS)) == faults
