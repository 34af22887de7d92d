"""What runs on GitHub, and in what order."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy import service

FOLDER = service.ROOT / ".github/workflows"
FILES = sorted(FOLDER.glob("*.yml"))
MAKE = set(re.findall(r"^([a-z-]+):", (service.ROOT / "Makefile").read_text(), re.MULTILINE))


def workflow(name: str) -> dict[str, Any]:
    # YAML 1.1 reads the key `on` as true.
    return yaml.load((FOLDER / f"{name}.yml").read_text(), yaml.BaseLoader)  # noqa: S506


def steps(parsed: dict[str, Any]) -> list[dict[str, Any]]:
    return [step for job in parsed["jobs"].values() for step in job.get("steps", [])]


def commands(parsed: dict[str, Any]) -> str:
    return "\n".join(step.get("run", "") for step in steps(parsed))


@pytest.mark.case("Q6")
def test_nothing_is_deployed_before_checks_and_tests_have_passed_and_production_last() -> None:
    jobs = workflow("deploy")["jobs"]
    assert jobs["ci"]["uses"] == "./.github/workflows/ci.yml"
    assert jobs["staging"]["needs"] == "ci"
    assert jobs["production"]["needs"] == "staging"
    assert (jobs["staging"]["with"]["stage"], jobs["production"]["with"]["stage"]) == ("staging", "production")
    # Without conditions and without leave to go on, a job that needs a red one is not run.
    assert not [job for job in jobs.values() if "if" in job or "continue-on-error" in job]


@pytest.mark.case("Q6")
def test_only_a_checked_commit_is_bundled_and_that_bundle_is_deployed() -> None:
    bundle = workflow("ci")["jobs"]["bundle"]
    assert bundle["needs"] == ["check", "test"]
    stage = commands(workflow("stage"))
    assert "make bundle" not in stage
    [download] = [step for step in steps(workflow("stage")) if "download-artifact" in step.get("uses", "")]
    [upload] = [step for step in bundle["steps"] if "upload-artifact" in step.get("uses", "")]
    assert download["with"]["name"] == upload["with"]["name"]


def test_the_database_comes_before_the_code_and_questions_after_it() -> None:
    names = [step.get("name") for step in steps(workflow("stage"))]
    named = [name for name in names if name]
    assert named == ["migrate", "deploy", "smoke", "back to the release before", "reports"]
    smoke, back = steps(workflow("stage"))[-3:-1]
    assert "make verify" in smoke["run"]
    assert back["run"].startswith("make rollback")
    assert smoke["id"] in back["if"]


@pytest.mark.case("Q3")
def test_after_a_deployment_to_staging_an_error_is_reported_and_looked_for() -> None:
    """Where a project at Sentry is named; a report that does not come stops production, and takes nothing back."""
    reports = steps(workflow("stage"))[-1]
    assert reports["if"] == "inputs.stage == 'staging' && vars.SENTRY_PROJECT != ''"
    assert "make reports" in reports["run"]
    assert "::add-mask::" in reports["run"]
    assert 'echo "front=https://$front" >> "$GITHUB_OUTPUT"' in commands(workflow("stage"))


@pytest.mark.case("Q5")
def test_drift_is_detected_each_week() -> None:
    drift_workflow = workflow("drift")
    assert "schedule" in drift_workflow["on"]
    assert drift_workflow["jobs"]["compare"]["strategy"]["matrix"]["stage"] == ["staging", "production"]
    [drift] = [step for step in steps(drift_workflow) if "make drift" in step.get("run", "")]
    assert (drift["run"], drift["env"]["STAGE"]) == ('make drift STAGE="$STAGE"', "${{ matrix.stage }}")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_checkout_persists_no_credentials_and_inputs_reach_shells_through_the_environment(file: Path) -> None:
    all_steps = steps(workflow(file.stem))
    checkouts = [step for step in all_steps if "actions/checkout" in step.get("uses", "")]
    assert [step for step in checkouts if step.get("with", {}).get("persist-credentials") != "false"] == []
    assert [step["run"] for step in all_steps if "${{" in step.get("run", "")] == []


def test_the_ci_workflow_runs_every_target_of_ci_run() -> None:
    lines = re.findall(r"^make ([^#\n]+)", (service.ROOT / ".ci/run").read_text(), re.MULTILINE)
    here = {word for line in lines for word in line.split() if not word.startswith("--")}
    there = set(re.findall(r"make ([a-z -]+)", commands(workflow("ci"))))
    assert here <= {name for line in there for name in line.split()}


def test_no_aws_key_is_stored_and_the_role_is_assumed_in_the_stages_environment() -> None:
    text = (FOLDER / "stage.yml").read_text()
    assert "secrets." not in text
    assert "AWS_ACCESS_KEY" not in text
    job = workflow("stage")["jobs"]["deploy"]
    assert job["environment"] == "${{ inputs.stage }}"
    [role] = [step for step in job["steps"] if "configure-aws-credentials" in step.get("uses", "")]
    assert role["with"]["role-to-assume"] == "${{ vars.DEPLOY_ROLE }}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_workflow_declares_its_permissions_and_timeouts(path: Path) -> None:
    parsed = workflow(path.stem)
    assert parsed["permissions"]["contents"] == "read"
    for name, job in parsed["jobs"].items():
        assert "uses" in job or int(job["timeout-minutes"]) <= 120, name
    for step in steps(parsed):
        assert re.fullmatch(r"(actions|aws-actions)/[a-z-]+@[0-9a-f]{40}", step.get("uses", f"actions/x@{'0' * 40}"))
        for command in re.findall(r"\bmake ([a-z-]+)", step.get("run", "")):
            assert command in MAKE, command


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_untrusted_event_fields_never_reach_a_shell(path: Path) -> None:
    """Titles, branches and texts of a change would be commands if they stood in one."""
    for step in steps(workflow(path.stem)):
        assert not re.search(r"\$\{\{\s*github\.(event|head_ref)", step.get("run", ""))


def test_each_action_is_pinned_to_one_commit_with_its_release_in_a_comment() -> None:
    """A tag can be moved; the same action is the same commit everywhere."""
    text = "\n".join(path.read_text() for path in FILES)
    pins = re.findall(r"uses: ((?:actions|aws-actions)/[a-z-]+)(@[0-9a-f]{40} # v\d+\.\d+\.\d+)", text)
    assert len(pins) == len(re.findall(r"uses: (?!\./)", text))
    assert len(set(pins)) == len({action for action, _ in pins})


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_pull_requests_from_forks_get_no_secrets_or_privileged_workflows(path: Path) -> None:
    """No workflow runs their code with our rights, and none is handed a secret stored at GitHub."""
    text = path.read_text()
    assert "pull_request_target" not in text
    assert "workflow_run" not in text
    assert "secrets" not in {key for job in workflow(path.stem)["jobs"].values() for key in job}


def test_a_pending_production_approval_does_not_block_staging_deployments() -> None:
    deploy = workflow("deploy")
    assert "concurrency" not in deploy
    for stage in ("staging", "production"):
        assert deploy["jobs"][stage]["concurrency"] == {"group": stage, "cancel-in-progress": "false"}


@pytest.mark.case("Q6")
def test_ci_runs_on_retraining_pull_requests() -> None:
    """What GitHub's own token pushes starts no workflow, unless one is dispatched."""
    assert "workflow_dispatch" in workflow("ci")["on"]
    assert "gh workflow run ci.yml --ref" in commands(workflow("retrain"))
    assert workflow("retrain")["jobs"]["retrain"]["permissions"]["actions"] == "write"


def test_the_model_is_changed_only_where_it_is_better_and_by_a_person() -> None:
    names = [step.get("name") for step in steps(workflow("retrain"))]
    assert names[-3:] == ["train", "compare", "propose"]
    propose = steps(workflow("retrain"))[-1]
    assert propose["if"] == "steps.compare.outputs.better == 'true'"
    assert "gh pr create" in propose["run"]
    assert "merge" not in propose["run"]


@pytest.mark.case("Q9")
def test_the_security_workflow_audits_dependencies_and_lists_them_in_an_sbom() -> None:
    run = commands(workflow("security"))
    assert {"make sbom licences", "make audit"} <= set(run.splitlines())
    assert "schedule" in workflow("security")["on"]
