"""How a stage's secrets come into its functions, and into nothing else."""

import json
import os
import re
import shutil
import subprocess
from typing import Any

import pytest

from deploy import service
from deploy.secrets import SecretsError, parameter_values

TEMPLATE: dict[str, Any] = {"Parameters": {"DatabaseUrl": {}, "CdnSecret1": {}}}
PLUGIN = """
    const Plugin = require('./deploy/stack/parameters.cjs');
    const serverless = { service: { provider: {} }, classes: { Error } };
    const { hooks } = new Plugin(serverless);
    hooks[process.argv[1]]();
    console.log(JSON.stringify(serverless.service.provider.stackParameters));
"""


def plugin(hook: str, **options: str) -> subprocess.CompletedProcess[str]:
    node = shutil.which("node") or "node"
    environment = {"PATH": os.environ["PATH"], **options}
    return subprocess.run(
        [node, "-e", PLUGIN, hook], cwd=service.ROOT, env=environment, capture_output=True, text=True, check=False
    )


def test_each_parameter_has_the_setting_of_its_name_and_there_is_no_other() -> None:
    secret = {"DATABASE_URL": "postgresql://…", "CDN_SECRET_1": "", "LEFT_OVER": "x"}
    assert parameter_values(json.dumps(secret), TEMPLATE) == {"DatabaseUrl": "postgresql://…", "CdnSecret1": ""}


@pytest.mark.parametrize(
    ("secret", "fault"),
    [
        ('{"DATABASE_URL": "hidden"', "not JSON: line 1"),
        ('["hidden"]', "must be a JSON object"),
        ('{"DATABASE_URL": "hidden"}', r'lacks the settings of CdnSecret1; empty ones are ""'),
        ('{"DATABASE_URL": null, "CDN_SECRET_1": "hidden"}', "must be strings; DatabaseUrl is none"),
        (json.dumps({"DATABASE_URL": "é" * 2049, "CDN_SECRET_1": "hidden"}), "4096 bytes of a parameter: DatabaseUrl"),
    ],
)
def test_an_invalid_secret_is_rejected_without_showing_a_value(secret: str, fault: str) -> None:
    with pytest.raises(SecretsError, match=fault) as raised:
        parameter_values(secret, TEMPLATE)
    assert "hidden" not in str(raised.value)


@pytest.mark.parametrize("hook", ["before:aws:deploy:deploy:updateStack", "before:rollback:rollback"])
def test_osls_gets_the_values_right_before_the_stack_changes(hook: str) -> None:
    done = plugin(hook, SECRETS='{"DatabaseUrl": "x"}')
    assert json.loads(done.stdout) == [{"ParameterKey": "DatabaseUrl", "ParameterValue": "x"}]
    without = plugin(hook)
    assert without.returncode
    assert "SECRETS is not set" in without.stderr


def test_osls_has_the_lifecycle_events_that_the_deployment_uses() -> None:
    """And reads the parameters there: later than the file that it uploads, and than the stack's first template."""
    osls = service.ROOT / "node_modules/osls/lib/plugins/aws"
    deploy = (osls / "deploy/index.js").read_text()
    assert deploy.index("'createStack',") < deploy.index("'uploadArtifacts',") < deploy.index("'updateStack',")
    assert "'rollback:rollback'" in (osls / "rollback.js").read_text()
    assert "provider.stackParameters" in (osls / "lib/get-shared-stack-action-params.js").read_text()


def test_a_deployment_passes_them_to_osls_alone() -> None:
    """Nothing writes them down: not make, not the workflow."""
    makefile = (service.ROOT / "Makefile").read_text()
    assert "SECRETS=$$secrets" in makefile
    assert not re.search(r"(echo|tee|>)[^\n]*\$\$?secrets", makefile, re.IGNORECASE)


def test_a_deployment_renders_the_release_that_it_deploys() -> None:
    done = subprocess.run(
        ["make", "--dry-run", "deploy", "STAGE=staging", "RELEASE=abc1234"],
        cwd=service.ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    steps = [line.strip() for line in done.stdout.replace("\\\n", "").splitlines()]
    package, deploy = (next(step for step in steps if command in step) for command in ("deploy.package", "osls deploy"))
    assert re.search(r"RELEASE=abc1234\s+\S+python -m deploy\.package --stage staging", package)
    assert steps.index(package) < steps.index(deploy)
