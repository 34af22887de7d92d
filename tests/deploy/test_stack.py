"""The part of the template that is rendered from serverless.yml, as a pure function."""

import copy
from typing import Any

import pytest

from deploy import service, stack
from deploy.logical_names import logical_name, parameter_name, role_name

SERVICE = service.read()


def rendered(**environ: str) -> dict[str, Any]:
    return stack.render(SERVICE, environ)["template"]["Resources"]


def test_two_files_stay_javascript() -> None:
    """docs/decisions/stack-in-python.md: one runs at CloudFront's edge, one in osls."""
    files = {
        path.name for path in (service.ROOT / "deploy").rglob("*") if path.suffix in {".js", ".cjs", ".mjs", ".ts"}
    }
    assert files == {"accept_language.js", "parameters.cjs"}


def test_the_same_inputs_give_the_same_template_and_change_nothing() -> None:
    before = copy.deepcopy(SERVICE)
    assert rendered(RELEASE="abc1234") == rendered(RELEASE="abc1234")
    assert before == SERVICE


@pytest.mark.parametrize(
    ("environ", "release"), [({"RELEASE": "abc1234"}, "abc1234"), ({}, "unreleased"), ({"RELEASE": ""}, "unreleased")]
)
def test_versions_and_functions_have_the_same_release(environ: dict[str, str], release: str) -> None:
    made = stack.render(SERVICE, environ)
    versions = [r for r in made["template"]["Resources"].values() if r["Type"] == "AWS::Lambda::Version"]
    assert made["release"] == release
    assert {version["Properties"]["Description"] for version in versions} == {release}


def test_a_custom_domain_comes_with_its_certificate() -> None:
    certificate = "arn:aws:acm:us-east-1:000000000000:certificate/one"
    made = rendered(FRONT_DOMAIN="api.example.com", FRONT_CERTIFICATE=certificate)
    distribution = made["Front"]["Properties"]["DistributionConfig"]
    assert distribution["Aliases"] == ["api.example.com"]
    assert distribution["ViewerCertificate"] == {
        "AcmCertificateArn": certificate,
        "MinimumProtocolVersion": "TLSv1.2_2021",
        "SslSupportMethod": "sni-only",
    }
    assert "Aliases" not in rendered(FRONT_DOMAIN="")["Front"]["Properties"]["DistributionConfig"]


def test_parameters_are_the_references_of_settings_but_those_to_resources() -> None:
    names = stack.secret_parameters(SERVICE)
    assert {"DatabaseUrl", "CdnSecret1", "CdnSecret2", "SentryDsn"} <= names
    assert "Backups" not in names


@pytest.mark.parametrize(
    ("derived", "expected"),
    [
        (logical_name("sync_fixtures"), "SyncUnderscorefixtures"),
        (role_name("sync_fixtures"), "SyncFixturesRole"),
        (parameter_name("CDN_SECRET_1"), "CdnSecret1"),
    ],
)
def test_names_in_the_template_follow_osls_and_cloudformation(derived: str, expected: str) -> None:
    assert derived == expected
