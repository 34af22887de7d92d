"""HTTP of a Lambda function URL: request to event (payload format 2.0), result to response."""

import base64
import json
import re
import time
import uuid
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl

from starlette.responses import Response
from starlette.types import Scope

TEXT = re.compile(r"text/|application/(json|javascript|xml|x-www-form-urlencoded)|[^;]+\+(json|xml)")


def build_event(scope: Scope, body: bytes) -> dict[str, Any]:
    """The event of a request."""
    headers, cookies = _headers(scope["headers"])
    host = headers.get("host", "localhost").partition(":")[0]
    port = server[1] if (server := scope.get("server")) else 80
    client = scope["client"][0] if scope["client"] else "127.0.0.1"
    headers |= {"x-forwarded-for": client, "x-forwarded-proto": "http", "x-forwarded-port": str(port)}
    path, query = scope["raw_path"].decode("latin-1"), scope["query_string"].decode("latin-1")
    text = _text(body, headers.get("content-type", "application/octet-stream"))
    now = time.time()
    payload: dict[str, Any] = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": query,
        "headers": headers,
        "requestContext": {
            "accountId": "anonymous",
            "apiId": "local",
            "domainName": host,
            "domainPrefix": host.split(".")[0],
            "http": {
                "method": scope["method"],
                "path": path,
                "protocol": f"HTTP/{scope['http_version']}",
                "sourceIp": client,
                "userAgent": headers.get("user-agent", ""),
            },
            "requestId": str(uuid.uuid4()),
            "routeKey": "$default",
            "stage": "$default",
            "time": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now)),
            "timeEpoch": int(now * 1000),
        },
        "isBase64Encoded": text is None,
    }
    if parameters := _joined(parse_qsl(query, keep_blank_values=True)):
        payload["queryStringParameters"] = parameters
    if cookies:
        payload["cookies"] = cookies
    if body:
        payload["body"] = base64.b64encode(body).decode() if text is None else text
    return payload


def parse_response(payload: bytes) -> Response:
    """Convert a handler's result to a response; a result without status code is the body of a 200."""
    result: Any = json.loads(payload)
    if not isinstance(result, dict) or "statusCode" not in result:
        return Response(payload, media_type="application/json")
    body, headers = result.get("body") or "", {n.lower(): str(v) for n, v in (result.get("headers") or {}).items()}
    headers.pop("content-length", None)
    content = base64.b64decode(body) if result.get("isBase64Encoded") else body
    response = Response(content, int(result["statusCode"]), {"content-type": "application/json"} | headers)
    for cookie in result.get("cookies") or []:
        response.headers.append("set-cookie", cookie)
    return response


def _headers(raw_headers: Iterable[tuple[bytes, bytes]]) -> tuple[dict[str, str], list[str]]:
    """Headers with several values joined by commas, and the cookies apart."""
    pairs = [(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in raw_headers]
    cookies = [cookie.strip() for name, value in pairs if name == "cookie" for cookie in value.split(";")]
    return _joined((name, value) for name, value in pairs if name != "cookie"), cookies


def _joined(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in pairs:
        joined[name] = f"{joined[name]},{value}" if name in joined else value
    return joined


def _text(body: bytes, content_type: str) -> str | None:
    """The body as text; None if it must be base64-encoded."""
    if body and not TEXT.match(content_type.lower()):
        return None
    try:
        return body.decode()
    except UnicodeDecodeError:
        return None
