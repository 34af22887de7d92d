"""AWS Lambda: invocation of our functions. The gateway of `make run` implements the same API."""

import json
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from shared.clients.errors import Unavailable

READ_TIMEOUT = 10
"""Seconds."""


class LambdaInvoke:
    """The functions of one stage. Every method raises `Unavailable` if the invocation or the function fails.

    boto3 is part of Lambda's Python runtime, so it is not bundled. It is imported with the first call, as that takes a
    third of a second (docs/decisions/starting-jobs.md).

    Args:
        url: endpoint for unsigned requests; empty for AWS, where requests are signed with the function's role.
    """

    def __init__(self, prefix: str, url: str) -> None:
        self._prefix, self._url = prefix, url

    def start(self, function: str, event: Mapping[str, object]) -> None:
        """Invoke a function asynchronously."""
        self._invoke(function, event, "Event")

    def invoke(self, function: str, event: Mapping[str, object]) -> Any:
        """Invoke a function and return its result."""
        response = self._invoke(function, event, "RequestResponse")
        if "FunctionError" in response:
            raise Unavailable(f"{function} failed; its log says why")
        return json.load(response["Payload"])

    def _invoke(self, function: str, event: Mapping[str, object], invocation_type: str) -> Any:
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415  # with boto3, as above

        try:
            return self._api.invoke(
                FunctionName=self._prefix + function, InvocationType=invocation_type, Payload=json.dumps(event).encode()
            )
        except (BotoCoreError, ClientError) as error:
            raise Unavailable(f"Lambda did not take an event for {function}: {error}") from error

    @cached_property
    def _api(self) -> Any:
        import boto3  # noqa: PLC0415  # see the class
        from botocore import UNSIGNED  # noqa: PLC0415
        from botocore.config import Config  # noqa: PLC0415

        limits = Config(connect_timeout=2, read_timeout=READ_TIMEOUT, retries={"total_max_attempts": 1})
        if not self._url:
            return boto3.Session().client("lambda", config=limits)
        here = limits.merge(Config(signature_version=UNSIGNED))
        return boto3.Session(region_name="local").client("lambda", endpoint_url=self._url, config=here)
