"""The routing in front of the functions: a request becomes an event of the function with the first matching route."""

import base64
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from starlette.types import Scope

from deploy import service
from local import function_url
from tests.running import handler_of

SERVICE = service.read()


def front(environ: dict[str, Any], start_response: Callable[[str, list[tuple[str, str]]], Any]) -> Iterable[bytes]:
    """A WSGI application that calls the handlers in this process."""
    path = environ["REQUEST_URI"].partition("?")[0]
    scope: Scope = {
        "method": environ["REQUEST_METHOD"],
        "raw_path": path.encode("latin-1"),
        "query_string": environ["QUERY_STRING"].encode("latin-1"),
        "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in _headers(environ)],
        "client": ("127.0.0.1", 0),
        "http_version": "1.1",
    }
    function = SERVICE.function_for(path)
    if function is None:
        start_response("404 Not Found", [])
        return []
    body = environ["wsgi.input"].read()
    response = handler_of(function.name)(function_url.build_event(scope, body), None)
    start_response(
        f"{response['statusCode']} {HTTPStatus(response['statusCode']).phrase}", list(response["headers"].items())
    )
    content = response.get("body") or ""
    return [base64.b64decode(content) if response.get("isBase64Encoded") else content.encode()]


def _headers(environ: dict[str, Any]) -> list[tuple[str, str]]:
    """The headers of a WSGI request."""
    headers = {name.removeprefix("HTTP_"): value for name, value in environ.items() if name.startswith("HTTP_")}
    headers |= {name: environ[name] for name in ("CONTENT_TYPE", "CONTENT_LENGTH") if environ.get(name)}
    return [(name.replace("_", "-").lower(), value) for name, value in headers.items()]
