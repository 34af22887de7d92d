"""A fake of AWS Lambda's Invoke API: records calls and returns what the test sets."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from local import http_server


@dataclass(frozen=True)
class Call:
    """An invocation; its type is `Event` or `RequestResponse`."""

    function: str
    invocation_type: str
    event: Any
    headers: dict[str, str]


@dataclass
class LambdaApi:
    """The service; `status`, `payload` and `error` define its responses."""

    calls: list[Call] = field(default_factory=list[Call])
    status: int | None = None
    payload: object = None
    error: str = ""
    address: str = ""

    @property
    def async_calls(self) -> list[tuple[str, Any]]:
        """Functions and events of the asynchronous invocations."""
        return [(call.function, call.event) for call in self.calls if call.invocation_type == "Event"]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            return
        assert (scope["method"], scope["path"].rpartition("/")[2]) == ("POST", "invocations")
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        invocation_type = headers["x-amz-invocation-type"]
        function = scope["path"].removeprefix("/2015-03-31/functions/").split("/")[0]
        self.calls.append(Call(function, invocation_type, json.loads(await Request(scope, receive).body()), headers))
        error_headers = {"x-amz-function-error": self.error} if self.error else {}
        status = self.status or (202 if invocation_type == "Event" else 200)
        body = b"" if invocation_type == "Event" else json.dumps(self.payload).encode()
        await Response(body, status, error_headers)(scope, receive, send)


@contextmanager
def lambda_api() -> Iterator[LambdaApi]:
    """Serve it until the block ends."""
    api = LambdaApi()
    with http_server.serve(api) as api.address:
        yield api
