"""The values of a stage's template parameters: `SECRETS=$(python -m deploy.secrets --stage staging) osls deploy …`.

They come from the stage's one secret in Secrets Manager, `paris-sportif/<stage>`, a JSON object of settings; the
parameters are those of the template that was packaged last. Why so: docs/decisions/secrets.md.
"""

import argparse
import json
import sys
from collections.abc import Iterable
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from deploy import package, service
from deploy.logical_names import parameter_name

PREFIX = "paris-sportif/"
"""Of the names of the stages' secrets."""
MAX_BYTES = 4096
"""Of a parameter of CloudFormation."""


class SecretsError(ValueError):
    """The secret does not fit the template; the message names keys, never a value."""


def parameter_values(secret: str, template: dict[str, Any]) -> dict[str, str]:
    """The value of each parameter of a template.

    Args:
        secret: a JSON object of strings by setting, such as `{"DATABASE_URL": "postgresql://…"}`; may have more keys.
        template: the stage's, as packaged.

    Raises:
        SecretsError: it is no such object, lacks a parameter's setting, or a value is too long.
    """
    try:
        settings = json.loads(secret)
    except ValueError as error:
        raise SecretsError(f"the secret is not JSON: line {getattr(error, 'lineno', '?')}") from None
    if not isinstance(settings, dict):
        raise SecretsError("the secret must be a JSON object of strings by setting")
    values = {parameter_name(setting): value for setting, value in settings.items()}
    required = sorted(template["Parameters"])
    if missing := [name for name in required if name not in values]:
        raise SecretsError(f'the secret lacks the settings of {", ".join(missing)}; empty ones are ""')
    if wrong := [name for name in required if not isinstance(values[name], str)]:
        raise SecretsError(f"values must be strings; {', '.join(wrong)} is none")
    if long := [name for name in required if len(values[name].encode()) > MAX_BYTES]:
        raise SecretsError(f"longer than the {MAX_BYTES} bytes of a parameter: {', '.join(long)}")
    return {name: values[name] for name in required}


def check_account(stage: str, names: Iterable[str]) -> None:
    """Check that an account belongs to no other stage (docs/decisions/one-account-a-stage.md).

    Args:
        names: of the account's secrets.
    """
    if others := sorted(name for name in names if name.startswith(PREFIX) and name != f"{PREFIX}{stage}"):
        raise SecretsError(f"this account contains {', '.join(others)}: each stage has an account of its own")


def main() -> None:
    """Print the values as JSON, for osls alone."""
    parser = argparse.ArgumentParser(prog="python -m deploy.secrets", description="Values of template parameters.")
    parser.add_argument("--stage", required=True, choices=["staging", "production"])
    parser.add_argument("--region", default="eu-west-3")
    args = parser.parse_args()
    try:
        api = boto3.client("secretsmanager", region_name=args.region)
        pages = api.get_paginator("list_secrets").paginate(Filters=[{"Key": "name", "Values": [PREFIX]}])
        check_account(args.stage, (each["Name"] for page in pages for each in page["SecretList"]))
        secret = api.get_secret_value(SecretId=f"{PREFIX}{args.stage}")["SecretString"]
        template = json.loads((service.ROOT / package.TEMPLATE).read_text())
        print(json.dumps(parameter_values(secret, template)))
    except (SecretsError, BotoCoreError, ClientError, OSError) as error:
        sys.exit(f"secrets: {error}")


if __name__ == "__main__":
    main()
