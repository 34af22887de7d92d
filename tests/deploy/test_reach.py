"""Who can reach what, by the template."""

import copy
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import APIRoute

from deploy import openapi, package, promises, reach, service
from shared.accounts.plans import Plan
from shared.explanations.translations import negotiate_language
from shared.services.cache_policies import CACHE_POLICIES
from shared.web.cached_route import cache_kind
from tests.deploy.project import staged

Template = dict[str, Any]
FUNCTIONS = service.read()
LANGUAGE = service.ROOT / "deploy/front/language.js"


@pytest.fixture
def template(templates: dict[str, Template]) -> Template:
    """A template of one's own to spoil."""
    return copy.deepcopy(templates["production"])


@pytest.mark.parametrize("stage", ["staging", "production"])
def test_nobody_reaches_what_they_should_not(templates: dict[str, Template], stage: str) -> None:
    """No wildcards, nothing public beyond the functions' URLs, all of them behind the front."""
    assert list(reach.faults(templates[stage], FUNCTIONS)) == []


@pytest.mark.parametrize("stage", ["staging", "production"])
def test_a_stage_fits_into_its_account(templates: dict[str, Template], stage: str) -> None:
    assert 0 < promises.claimed(templates[stage]) <= promises.RESERVED


def test_the_front_speaks_new_protocols_and_keeps_no_log_of_its_own(templates: dict[str, Template]) -> None:
    front = templates["production"]["Resources"]["Front"]["Properties"]["DistributionConfig"]
    assert (front["HttpVersion"], front["PriceClass"]) == ("http2and3", "PriceClass_100")
    assert "Logging" not in front
    assert "Aliases" not in front


def test_a_domain_of_ones_own_comes_with_its_certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRONT_DOMAIN", "api.example.com")
    monkeypatch.setenv("FRONT_CERTIFICATE", "arn:aws:acm:us-east-1:000000000000:certificate/one")
    made = package.template("production", staged(tmp_path))["Resources"]["Front"]["Properties"]["DistributionConfig"]
    assert made["Aliases"] == ["api.example.com"]
    assert made["ViewerCertificate"]["MinimumProtocolVersion"] == "TLSv1.2_2021"
    assert made["ViewerCertificate"]["AcmCertificateArn"].endswith("certificate/one")


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
    told = after["MatchesLambdaFunction"]["Properties"]["Environment"]["Variables"]
    assert told["APP_VERSION"] == "abc1234"


def test_a_release_goes_back_by_itself_when_an_alarm_rings(templates: dict[str, Template]) -> None:
    resources = templates["production"]["Resources"]
    for name in (name for name, function in FUNCTIONS.items() if function.paths):
        logical = (name[0].upper() + name[1:]).replace("_", "Underscore")
        group = resources[f"{logical}Releases"]["Properties"]
        assert group["DeploymentConfigName"] == "CodeDeployDefault.LambdaCanary10Percent5Minutes"
        assert "DEPLOYMENT_STOP_ON_ALARM" in group["AutoRollbackConfiguration"]["Events"]
        assert {alarm["Name"]["Ref"] for alarm in group["AlarmConfiguration"]["Alarms"]} <= resources.keys()
        update = resources[f"{logical}Live"]["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"]
        assert update["DeploymentGroupName"] == {"Ref": f"{logical}Releases"}


def routes(name: str) -> list[APIRoute]:
    return [route for route in openapi.app_of(name).routes if isinstance(route, APIRoute)]


@pytest.mark.case("D6")
def test_only_answers_for_all_are_kept_for_all() -> None:
    """Below a path that the front keeps for all nobody is told more than another."""
    for name, function in FUNCTIONS.items():
        for pattern, keeps in function.keeps.items():
            for route in routes(name):
                if keeps == "public" and re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), route.path):
                    assert set(route.methods or ()) <= {"GET", "HEAD"}, route.path
                    assert {rule.least for rule in openapi.access_rules(route.dependant)} == {Plan.ANONYMOUS}, (
                        route.path
                    )
                    kind = cache_kind(route.endpoint)
                    assert kind is None or not CACHE_POLICIES[kind].per_plan, route.path


@pytest.mark.case("D6")
def test_what_each_plan_sees_by_itself_is_kept_for_readers_alone() -> None:
    for name, function in FUNCTIONS.items():
        for route in routes(name) if function.paths else ():
            kind = cache_kind(route.endpoint)
            if kind is not None and CACHE_POLICIES[kind].per_plan:
                assert set(function.keeps.values()) == {"readers"}, route.path


def test_every_header_that_is_read_is_sent_on(templates: dict[str, Template]) -> None:
    policy = templates["production"]["Resources"]["SentOn"]["Properties"]["OriginRequestPolicyConfig"]["HeadersConfig"]
    sent = {name.lower() for name in {*policy["Headers"], *reach.KEYS["nothing"]}}
    read = {
        name
        for path in [*service.ROOT.glob("shared/runtime/*.py"), *service.ROOT.glob("functions/*/*.py")]
        for name in re.findall(r'request\.headers\.get\("([a-z-]+)"', path.read_text())
    }
    # The front's own, and those that CloudFront always sends, or answers by itself.
    assert read - sent <= {"x-cdn-secret", "host", "content-length", "if-none-match", "accept-encoding"}
    assert len(policy["Headers"]) <= 10  # CloudFront's quota
    assert "host" not in sent


@pytest.mark.parametrize(
    "told",
    [
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
    ],
)
def test_the_front_hears_the_language_that_the_functions_hear(told: str | None) -> None:
    headers = {} if told is None else {"accept-language": {"value": told}}
    event = json.dumps({"request": {"headers": headers}})
    ask = f"{LANGUAGE.read_text()}; console.log(JSON.stringify(handler({event})))"
    done = subprocess.run(["node", "-e", ask], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["headers"]["accept-language"]["value"] == negotiate_language(told)


def spoil_origin(resources: Template) -> None:
    resources["Front"]["Properties"]["DistributionConfig"]["Origins"][0]["OriginCustomHeaders"] = []


def spoil_path(resources: Template) -> None:
    behaviours = resources["Front"]["Properties"]["DistributionConfig"]["CacheBehaviors"]
    behaviours[:] = [behaviour for behaviour in behaviours if behaviour["PathPattern"] != "/api/v1/bets*"]


def spoil_key(resources: Template) -> None:
    behaviours = resources["Front"]["Properties"]["DistributionConfig"]["CacheBehaviors"]
    next(b for b in behaviours if b["PathPattern"] == "/api/v1/bets*")["CachePolicyId"]["Ref"] = "KeptForReaders"


def spoil_public_key(resources: Template) -> None:
    config = resources["KeptForReaders"]["Properties"]["CachePolicyConfig"]
    config["ParametersInCacheKeyAndForwardedToOrigin"]["HeadersConfig"]["Headers"] = ["Origin", "Accept-Language"]


def spoil_tls(resources: Template) -> None:
    resources["Front"]["Properties"]["DistributionConfig"]["DefaultCacheBehavior"]["ViewerProtocolPolicy"] = "allow-all"


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
        (spoil_origin, ["front: health: the front does not show who it is"]),
        (spoil_path, ["front: bets: other paths than in custom.routes"]),
        (spoil_key, ["front: /api/v1/bets*: kept, though it is for its reader alone"]),
        (
            spoil_public_key,
            [
                f"front: /api/v1/{path}*: told apart by other headers than "
                "Accept-Language, Authorization, Origin, X-API-Key"
                for path in ("predictions", "enrichment")
            ],
        ),
        (spoil_tls, ["front: every other path: answered without TLS"]),
        (spoil_bucket, ["Backups: a bucket that could be made public"]),
        (spoil_topic, ["AlarmsPolicy: sns:Publish by everybody"]),
        (spoil_permission, ["MatchesLambdaPermissionFnUrl: open to everybody past its URL"]),
        (spoil_managed, ["HealthRole: a managed policy, whose rights are not ours to see"]),
        (spoil_secret, ["a secret stands in the template: sk_live_…"]),
        (spoil_time, ["front: health: the front does not wait until its time is out"]),
    ],
)
def test_what_would_open_a_door_is_found_and_nothing_else(template: Template, spoil: Any, faults: list[str]) -> None:
    spoil(template["Resources"])
    assert list(reach.faults(template, FUNCTIONS)) == faults
