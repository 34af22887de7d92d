"""AWS Lambda: starting one of our functions, or asking it. The gateway of `make run` speaks the same API."""

import json
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from shared.clients.errors import Unavailable

READ_TIMEOUT = 10
"""Seconds that an answer is waited for."""


class LambdaInvoke:
    """The functions of one stage.

    boto3 comes with Lambda's own Python, so that no bundle carries it. It is imported by the first call: that takes a
    third of a second, which a process that calls nobody does not pay (docs/decisions/starting-jobs.md).

    Args:
        prefix: what stands before our name of a function in Lambda's.
        url: where the API answers, without signatures; empty for AWS, where the function's role signs.
    """

    def __init__(self, prefix: str, url: str) -> None:
        self._prefix, self._url = prefix, url

    def start(self, function: str, event: Mapping[str, object]) -> None:
        """Have a function run with an event, and do not wait for its end.

        Raises:
            Unavailable: the event was not taken.
        """
        self._invoke(function, event, "Event")

    def invoke(self, function: str, event: Mapping[str, object]) -> Any:
        """What a function answers to an event.

        Raises:
            Unavailable: it was not reached, or it failed.
        """
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
