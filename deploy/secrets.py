"""What a stage's template is told: `SECRETS=$(python -m deploy.secrets --stage staging) osls deploy …`.

The stage's one secret in Secrets Manager, `paris-sportif/<stage>`, is a JSON object of settings. It becomes the values
of the parameters of the template that was packaged last. Why so: docs/decisions/secrets.md.
"""

import argparse
import json
import sys
from collections.abc import Iterable
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from deploy import package, service

NAMES = "paris-sportif/"
"""How the names of the stages' secrets begin."""
LONGEST = 4096
"""Bytes of a parameter of CloudFormation."""


class SecretsError(ValueError):
    """The secret does not hold what the template wants; the message names keys, never a value."""


def parameter(setting: str) -> str:
    """The parameter of a setting: `DATABASE_URL` is told as `DatabaseUrl`."""
    return "".join(part.capitalize() for part in setting.split("_"))


def told(secret: str, template: dict[str, Any]) -> dict[str, str]:
    """The value of each parameter of a template.

    Args:
        secret: a JSON object of texts by setting, such as `{"DATABASE_URL": "postgresql://…"}`; may hold more.
        template: a stage's, as it was packaged.

    Raises:
        SecretsError: it is no such object, a parameter's setting is missing in it, or a value is too long.
    """
    try:
        given = json.loads(secret)
    except ValueError as error:
        raise SecretsError(f"the secret is no JSON: line {getattr(error, 'lineno', '?')}") from None
    if not isinstance(given, dict):
        raise SecretsError("the secret must be a JSON object of texts by setting")
    values = {parameter(setting): value for setting, value in given.items()}
    wanted = set(template["Parameters"])
    if missing := wanted - values.keys():
        raise SecretsError(f'the secret lacks the settings of {", ".join(sorted(missing))}; empty ones are ""')
    if wrong := [name for name in sorted(wanted) if not isinstance(values[name], str)]:
        raise SecretsError(f"the secret must hold texts; {', '.join(wrong)} is none")
    if long := [name for name in sorted(wanted) if len(values[name].encode()) > LONGEST]:
        raise SecretsError(f"longer than the {LONGEST} bytes of a parameter: {', '.join(long)}")
    return {name: values[name] for name in sorted(wanted)}


def check_account(stage: str, names: Iterable[str]) -> None:
    """See that an account holds no other stage (docs/decisions/one-account-a-stage.md).

    Args:
        stage: the one that is deployed.
        names: of the account's secrets.

    Raises:
        SecretsError: it holds the secret of another one.
    """
    if others := sorted(name for name in names if name.startswith(NAMES) and name != f"{NAMES}{stage}"):
        raise SecretsError(f"this account holds {', '.join(others)}: each stage has an account of its own")


def main() -> None:
    """Print the values as JSON, for osls alone."""
    parser = argparse.ArgumentParser(prog="python -m deploy.secrets", description="What a stage's template is told.")
    parser.add_argument("--stage", required=True, choices=["staging", "production"])
    parser.add_argument("--region", default="eu-west-3")
    asked = parser.parse_args()
    try:
        api = boto3.client("secretsmanager", region_name=asked.region)
        pages = api.get_paginator("list_secrets").paginate(Filters=[{"Key": "name", "Values": [NAMES]}])
        check_account(asked.stage, (each["Name"] for page in pages for each in page["SecretList"]))
        secret = api.get_secret_value(SecretId=f"{NAMES}{asked.stage}")["SecretString"]
        template = json.loads((service.ROOT / package.TEMPLATE).read_text())
        print(json.dumps(told(secret, template)))
    except (SecretsError, BotoCoreError, ClientError, OSError) as error:
        sys.exit(f"secrets: {error}")


if __name__ == "__main__":
    main()
