"""What stands before the functions in the cloud: a request is sent to the one whose route comes first, as an event."""

import base64
from typing import Any, cast
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter
from uvicorn._types import HTTPScope

from local import function_url, serverless
from local.run import ROOT
from tests.running import handler_of

SERVICE = serverless.read(ROOT / "serverless.yml")
HOST = "http://front.test"


class Front(BaseAdapter):
    """A transport of `requests` that calls the handlers in this process."""

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        """What the function answers to a request."""
        address = urlsplit(request.url or "")
        scope = {
            "method": request.method,
            "raw_path": (address.path or "/").encode(),
            "query_string": address.query.encode(),
            "headers": [(_bytes(name), _bytes(value)) for name, value in request.headers.items()],
            "client": ("127.0.0.1", 0),
            "http_version": "1.1",
        }
        function = SERVICE.route(address.path)
        sent = request.body or b""
        body = sent.encode() if isinstance(sent, str) else bytes(cast("bytes", sent))
        said = handler_of(function.name)(function_url.event(cast("HTTPScope", scope), body), None) if function else None
        return _response(request, said or {"statusCode": 404, "headers": {}, "body": '{"detail": "Not Found"}'})

    def close(self) -> None:
        """Nothing is kept open."""


def session() -> requests.Session:
    """A client of the functions in this process."""
    made = requests.Session()
    made.trust_env = False
    made.mount(HOST, Front())
    return made


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode("latin-1")


def _response(request: requests.PreparedRequest, said: dict[str, Any]) -> requests.Response:
    made = requests.Response()
    made.request, made.url = request, request.url or ""
    made.status_code = said["statusCode"]
    made.headers.update(said["headers"])
    body = said.get("body") or ""
    made._content = base64.b64decode(body) if said.get("isBase64Encoded") else body.encode()
    made.encoding = "utf-8"
    return made
