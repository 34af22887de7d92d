"""Package a stage and check its CloudFormation template offline: `python -m deploy.package [--stage production]`."""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from deploy import service, stack, template_checks

TEMPLATE = ".serverless/cloudformation-template-update-stack.json"
# osls itself states the dependencies on roles that CloudFormation would derive.
IGNORED = "W3005"


class PackageError(RuntimeError):
    """The template cannot be made or is invalid; the message is the tool's output."""


def template(stage: str, root: Path = service.ROOT) -> dict[str, Any]:
    """The template that `osls deploy` would send for a stage.

    Raises:
        PackageError: Node's packages or a bundle are missing, or osls fails.
        ServiceError: serverless.yml is invalid, or does not list the stage.
    """
    osls = root / "node_modules/.bin/osls"
    if not osls.exists():
        raise PackageError(f"{osls} is missing: run `npm ci` (Node 20.19 or later)")
    missing = [name for name, f in service.read(root, stage).functions.items() if not (root / f.artifact).exists()]
    if missing:
        raise PackageError(f"no bundle for {', '.join(missing)}: run `make bundle`")
    stack.write(stage, os.environ, root)
    _run([str(osls), "package", "--stage", stage], root)
    return json.loads((root / TEMPLATE).read_text())


def lint(root: Path = service.ROOT) -> None:
    """Check the template against CloudFormation's schema."""
    _run([str(Path(sys.executable).with_name("cfn-lint")), "--ignore-checks", IGNORED, "--", TEMPLATE], root)


def _run(command: list[str], cwd: Path) -> None:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        raise PackageError(f"{' '.join(command)}\n{done.stdout}{done.stderr}")


def main() -> None:
    """Package one stage and check its template."""
    parser = argparse.ArgumentParser(prog="python -m deploy.package", description="Make and check the template.")
    parser.add_argument("--stage", default="production", help="staging or production")
    args = parser.parse_args()
    try:
        made = template(args.stage)
        lint()
        faults = template_checks.faults(made, service.read(stage=args.stage).functions)
    except (PackageError, service.ServiceError) as error:
        sys.exit(f"package: {error}")
    if faults:
        sys.exit("package: " + "\npackage: ".join(faults))
    print(f"{args.stage}: {len(made['Resources'])} resources, valid")
    if missing := template_checks.missing_publisher(made):
        print(f"{args.stage}: before it is public, fill in {', '.join(missing)} in serverless.yml")


if __name__ == "__main__":
    main()
