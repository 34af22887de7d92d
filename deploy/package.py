"""A stage's CloudFormation template, checked offline: `python -m deploy.package [--stage production]`."""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from deploy import promises, service

TEMPLATE = ".serverless/cloudformation-template-update-stack.json"
# osls itself states the dependencies on roles that CloudFormation would find alone.
IGNORED = "W3005"


class PackageError(RuntimeError):
    """The template cannot be made or is not sound; the message is what the tool said."""


def template(stage: str, root: Path = service.ROOT) -> dict[str, Any]:
    """The template that `osls deploy` would send for a stage.

    Raises:
        PackageError: Node's packages or a bundle are missing, or osls refuses serverless.yml.
    """
    osls = root / "node_modules/.bin/osls"
    if not osls.exists():
        raise PackageError(f"{osls} is missing: run `npm ci` (Node 20.19 or later)")
    absent = [name for name, function in service.read(root).items() if not (root / function.artifact).exists()]
    if absent:
        raise PackageError(f"no bundle for {', '.join(absent)}: run `make bundle`")
    _run([str(osls), "package", "--stage", stage], root)
    return json.loads((root / TEMPLATE).read_text())


def lint(root: Path = service.ROOT) -> None:
    """Hold the template to CloudFormation's own schema.

    Raises:
        PackageError: cfn-lint found an error or a warning.
    """
    _run([str(Path(sys.executable).with_name("cfn-lint")), "--ignore-checks", IGNORED, "--", TEMPLATE], root)


def _run(command: list[str], cwd: Path) -> None:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        raise PackageError(f"{' '.join(command)}\n{done.stdout}{done.stderr}")


def main() -> None:
    """Package one stage and lint its template."""
    parser = argparse.ArgumentParser(prog="python -m deploy.package", description="Make and check the template.")
    parser.add_argument("--stage", default="production", help="staging or production")
    asked = parser.parse_args()
    try:
        made = template(asked.stage)
        lint()
        broken = promises.faults(made, service.read())
    except (PackageError, service.ServiceError) as error:
        sys.exit(f"package: {error}")
    if broken:
        sys.exit("package: " + "\npackage: ".join(broken))
    print(f"{asked.stage}: {len(made['Resources'])} resources, sound")


if __name__ == "__main__":
    main()
