"""How a stage's secrets come into its functions, and into nothing else."""

import json
import os
import re
import shutil
import subprocess
from typing import Any

import pytest

from deploy import secrets, service
from deploy.secrets import SecretsError, told

TEMPLATE: dict[str, Any] = {"Parameters": {"DatabaseUrl": {}, "CdnSecret1": {}}}
PLUGIN = """
    const Plugin = require('./deploy/told.cjs');
    const serverless = { service: { provider: {} }, classes: { Error } };
    const { hooks } = new Plugin(serverless);
    hooks[process.argv[1]]();
    console.log(JSON.stringify(serverless.service.provider.stackParameters));
"""


def plugin(hook: str, **given: str) -> subprocess.CompletedProcess[str]:
    node = shutil.which("node") or "node"
    environment = {"PATH": os.environ["PATH"], **given}
    asked = [node, "-e", PLUGIN, hook]
    return subprocess.run(asked, cwd=service.ROOT, env=environment, capture_output=True, text=True, check=False)


def test_each_parameter_is_told_the_setting_of_its_name_and_no_other() -> None:
    secret = {"DATABASE_URL": "postgresql://…", "CDN_SECRET_1": "", "LEFT_OVER": "x"}
    assert told(json.dumps(secret), TEMPLATE) == {"DatabaseUrl": "postgresql://…", "CdnSecret1": ""}


@pytest.mark.parametrize(
    ("secret", "fault"),
    [
        ('{"DATABASE_URL": "hidden"', "no JSON: line 1"),
        ('["hidden"]', "must be a JSON object"),
        ('{"DATABASE_URL": "hidden"}', r'lacks the settings of CdnSecret1; empty ones are ""'),
        ('{"DATABASE_URL": null, "CDN_SECRET_1": "hidden"}', "must hold texts; DatabaseUrl is none"),
        (json.dumps({"DATABASE_URL": "é" * 2049, "CDN_SECRET_1": "hidden"}), "4096 bytes of a parameter: DatabaseUrl"),
    ],
)
def test_a_secret_that_does_not_fit_is_refused_without_telling_a_value(secret: str, fault: str) -> None:
    with pytest.raises(SecretsError, match=fault) as raised:
        told(secret, TEMPLATE)
    assert "hidden" not in str(raised.value)


@pytest.mark.parametrize("hook", ["before:aws:deploy:deploy:updateStack", "before:rollback:rollback"])
def test_osls_is_told_the_values_when_the_stack_is_about_to_change(hook: str) -> None:
    done = plugin(hook, SECRETS='{"DatabaseUrl": "x"}')
    assert json.loads(done.stdout) == [{"ParameterKey": "DatabaseUrl", "ParameterValue": "x"}]
    without = plugin(hook)
    assert without.returncode
    assert "SECRETS is not set" in without.stderr


def test_osls_has_those_moments() -> None:
    """And reads the parameters there: later than the file that it uploads, and than the stack's first template."""
    osls = service.ROOT / "node_modules/osls/lib/plugins/aws"
    deploy = (osls / "deploy/index.js").read_text()
    assert deploy.index("'createStack',") < deploy.index("'uploadArtifacts',") < deploy.index("'updateStack',")
    assert "'rollback:rollback'" in (osls / "rollback.js").read_text()
    assert "provider.stackParameters" in (osls / "lib/get-shared-stack-action-params.js").read_text()


def test_the_rule_for_names_is_the_same_on_both_sides() -> None:
    keys = re.findall(r"^([A-Z_0-9]+)=", (service.ROOT / ".env.example").read_text(), re.MULTILINE)
    ask = f"console.log(JSON.stringify({json.dumps(keys)}.map(require('./deploy/names.cjs').parameterName)))"
    node = shutil.which("node") or "node"
    done = subprocess.run([node, "-e", ask], cwd=service.ROOT, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [secrets.parameter(key) for key in keys]


def test_a_deployment_tells_them_to_osls_alone() -> None:
    """Nothing writes them down: not make, not the workflow."""
    makefile = (service.ROOT / "Makefile").read_text()
    assert "SECRETS=$$secrets" in makefile
    assert not re.search(r"(echo|tee|>)[^\n]*\$\$?secrets", makefile, re.IGNORECASE)
