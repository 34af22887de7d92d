import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest

from deploy import package, service, template_checks
from tests.deploy.project import staged

Template = dict[str, Any]
FUNCTIONS = service.read().functions


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return staged(tmp_path_factory.mktemp("project"))


@pytest.fixture
def production(templates: dict[str, Template]) -> Template:
    return templates["production"]


@pytest.fixture
def template(production: Template) -> Template:
    """A template of one's own to spoil."""
    return copy.deepcopy(production)


def write(project: Path, template: Template) -> None:
    file = project / package.TEMPLATE
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(template))


def test_production_is_sound_by_cloudformations_schema(project: Path, production: Template):
    write(project, production)
    package.lint(project)


def test_lint_rejects_templates_that_cloudformation_would_reject(project: Path, template: Template):
    """In a template of one function, for the whole takes long."""
    function = template["Resources"]["HealthLambdaFunction"]
    function["Properties"]["MemorySize"] = 99_999
    write(project, {"Resources": {"HealthLambdaFunction": function}})
    with pytest.raises(package.PackageError, match="99999"):
        package.lint(project)


def test_production_breaks_no_rule(production: Template):
    assert template_checks.faults(production, FUNCTIONS) == []


def test_a_stage_without_its_publisher_is_to_be_completed_before_it_is_public(template: Template):
    variables = template["Resources"]["PagesLambdaFunction"]["Properties"]["Environment"]["Variables"]
    variables |= dict.fromkeys(template_checks.PUBLISHER, "")
    assert template_checks.missing_publisher(template) == list(template_checks.PUBLISHER)
    variables |= {"PUBLISHER_NAME": "Pari SAS, RCS Paris 900 000 000"}
    assert template_checks.missing_publisher(template) == list(template_checks.PUBLISHER[1:])


def test_the_template_is_within_cloudformations_quotas(production: Template):
    """500 resources, 200 parameters, 200 outputs, 60 dynamic references, 1 MB (CloudFormation User Guide, "quotas")."""
    assert len(production["Resources"]) <= 500
    assert len(production["Parameters"]) <= 200
    assert len(production["Outputs"]) <= 200
    assert json.dumps(production).count("{{resolve:") <= 60
    assert len(json.dumps(production).encode()) <= 1_000_000


def test_secrets_are_string_parameters_with_no_echo(production: Template):
    assert {(parameter["Type"], parameter["NoEcho"]) for parameter in production["Parameters"].values()} == {
        ("String", True)
    }


def test_every_role_bears_the_name_by_which_it_may_be_made(production: Template):
    """deploy/account.yml lets production be deployed with roles of its own names alone; 64 characters are the most."""
    roles = [r["Properties"] for r in production["Resources"].values() if r["Type"] == "AWS::IAM::Role"]
    names = [role["RoleName"] for role in roles]
    assert len(set(names)) == len(names)
    assert all(name.startswith("paris-sportif-production-") and len(name) <= 64 for name in names)
    assert "role/paris-sportif-${Stage}-*" in (service.ROOT / "deploy/account.yml").read_text()


def test_a_role_may_invoke_exactly_the_functions_of_serverless_yml(production: Template):
    invokes = service.read().config["custom"]["invokes"]
    for name in FUNCTIONS:
        role = "".join(part.capitalize() for part in name.split("_")) + "Role"
        [policy] = production["Resources"][role]["Properties"]["Policies"]
        allowed = [s for s in policy["PolicyDocument"]["Statement"] if s["Action"] == "lambda:InvokeFunction"]
        others = [arn["Fn::Sub"].rpartition(":function:")[2] for s in allowed for arn in s["Resource"]]
        assert others == [f"paris-sportif-production-{other}" for other in invokes.get(name, [])]
    assert invokes.keys() <= FUNCTIONS.keys()


def test_staging_is_production_under_another_name(templates: dict[str, Template], production: Template):
    staging = templates["staging"]
    assert template_checks.faults(staging, FUNCTIONS) == []
    assert {k: r["Type"] for k, r in staging["Resources"].items()} == {
        k: r["Type"] for k, r in production["Resources"].items()
    }
    assert "production" not in json.dumps(staging)


def test_a_stage_that_is_not_listed_cannot_be_packaged(project: Path):
    with pytest.raises(service.ServiceError, match="no stage 'prodution', only staging, production"):
        package.template("prodution", project)


def test_missing_node_packages_are_named_with_the_remedy(tmp_path: Path):
    with pytest.raises(package.PackageError, match="npm ci"):
        package.template("production", tmp_path)


def test_missing_bundles_are_named_with_the_remedy(tmp_path: Path):
    project = staged(tmp_path)
    (project / ".build/arm64/matches.zip").unlink()
    with pytest.raises(package.PackageError, match="no bundle for matches: run `make bundle`"):
        package.template("production", project)


def spoil_url(resources: Template) -> None:
    resources["MatchesLambdaFunctionUrl"]["Properties"]["Cors"] = {"AllowOrigins": ["*"]}


def spoil_no_url(resources: Template) -> None:
    del resources["MatchesLambdaFunctionUrl"]


def spoil_action(resources: Template) -> None:
    resources["HealthRole"]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"][0]["Action"] = "logs:*"


def spoil_resource(resources: Template) -> None:
    resources["HealthRole"]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"][0]["Resource"] = "*"


def spoil_arch(resources: Template) -> None:
    resources["HealthLambdaFunction"]["Properties"]["Architectures"] = ["x86_64"]


def spoil_runtime(resources: Template) -> None:
    resources["HealthLambdaFunction"]["Properties"]["Runtime"] = "python3.11"


def spoil_role(resources: Template) -> None:
    resources["HealthLambdaFunction"]["Properties"]["Role"] = {"Fn::GetAtt": ["MatchesRole", "Arn"]}


def spoil_secret(resources: Template) -> None:
    resources["HealthLambdaFunction"]["Properties"]["Environment"]["Variables"]["DATABASE_URL"] = "clear text"


def spoil_parameter(resources: Template) -> None:
    resources["HealthLambdaFunction"]["Properties"]["Environment"]["Variables"]["DATABASE_URL"] = {"Ref": "Alarms"}


def spoil_retention(resources: Template) -> None:
    del resources["HealthLogGroup"]["Properties"]["RetentionInDays"]


def spoil_concurrency(resources: Template) -> None:
    resources["SettleUnderscorepicksLambdaFunction"]["Properties"]["ReservedConcurrentExecutions"] = 2


def spoil_schedule(resources: Template) -> None:
    resources["ChooseUnderscorepicksSchedulerSchedule1"]["Properties"]["ScheduleExpressionTimezone"] = "UTC"


def spoil_event(resources: Template) -> None:
    del resources["ChooseUnderscorepicksSchedulerSchedule1"]["Properties"]["Target"]["Input"]


def spoil_reports(resources: Template) -> None:
    resources["HealthLambdaFunction"]["Properties"]["LoggingConfig"]["SystemLogLevel"] = "WARN"


def spoil_dead_letters(resources: Template) -> None:
    del resources["ChooseUnderscorepicksSchedulerSchedule1"]["Properties"]["Target"]["DeadLetterConfig"]


def spoil_on_failure(resources: Template) -> None:
    del resources["ChooseUnderscorepicksLambdaEvConf"]


def spoil_alias(resources: Template) -> None:
    del resources["MatchesLambdaFunctionUrl"]["Properties"]["Qualifier"]


def spoil_unseen(resources: Template) -> None:
    del resources["ChooseUnderscorepicksUnseenAlarm"]


def spoil_function(resources: Template) -> None:
    del resources["ChooseUnderscorepicksLambdaFunction"]


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (spoil_url, "matches: the application answers CORS"),
        (spoil_no_url, "matches: HTTP functions have one URL"),
        (spoil_action, "HealthRole: wildcard in the actions"),
        (spoil_resource, "HealthRole: .* on every resource"),
        (spoil_arch, "health: must run on python3.13 and arm64"),
        (spoil_runtime, "health: must run on python3.13 and arm64"),
        (spoil_role, "functions share the role"),
        (spoil_secret, "health: DATABASE_URL is in the template in clear text"),
        (spoil_parameter, "health: DATABASE_URL is in the template in clear text"),
        (spoil_retention, "health: its logs never expire"),
        (spoil_concurrency, "settle_picks: a job must not run concurrently with itself"),
        (spoil_schedule, "choose_picks: is scheduled at"),
        (spoil_event, "choose_picks: is scheduled at"),
        (spoil_reports, "health: its log has no reports of Lambda"),
        (spoil_dead_letters, "choose_picks: a schedule has no retries or no dead letters"),
        (spoil_on_failure, "choose_picks: a failed run is lost"),
        (spoil_alias, "matches: its URL does not target the alias that releases move"),
        (spoil_unseen, "choose_picks: no alarm notifies when it does not run"),
        (spoil_function, "choose_picks: not deployed"),
    ],
)
def test_a_broken_rule_is_found_and_nothing_else(template: Template, spoil: Any, fault: str):
    spoil(template["Resources"])
    (granted,) = template_checks.faults(template, FUNCTIONS)
    assert re.match(fault, granted)
