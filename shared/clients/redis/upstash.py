"""Redis over HTTPS, with a timeout and a cooldown after failures, as every request uses it.

Commands are those of upstash-redis, over one persistent connection of the standard library: the library's httpx client
has no timeout and takes 500 µs of CPU a command instead of 150 (docs/operate/caching.md).
"""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

import httpx
from upstash_redis import Redis
from upstash_redis.errors import UpstashError
from upstash_redis.format import cast_response

from shared.clients import tls

REDIS_FAILURES = (OSError, HTTPException, httpx.HTTPError, UpstashError, ValueError, KeyError)
"""Exceptions of commands while Redis is unreachable, over its quota, or returns an invalid response."""

COOLDOWN = timedelta(seconds=5)
"""How long commands fail at once after a connection failure, so that a request does not wait at every command."""


def _is_text(value: object) -> bool:
    return value is None or type(value) is str


def _is_number(value: object) -> bool:
    return type(value) is int  # excludes True and 1.0


def _is_scan_page(value: Any) -> bool:
    if type(value) is not list or len(value) != 2:
        return False
    cursor, keys = value
    return str(cursor).isdecimal() and type(keys) is list and all(type(key) is str for key in keys)


_VALID_RESULTS: dict[str, Callable[[Any], bool]] = {
    "GET": _is_text,
    "SET": lambda value: value in {None, "OK"},
    "MGET": lambda value: type(value) is list and all(map(_is_text, value)),
    "SCAN": _is_scan_page,
    "INCR": _is_number,
    "DEL": _is_number,
    "EXPIRE": _is_number,
    "PING": lambda value: value == "PONG",
}
"""Validators of command results; callers validate the results of scripts."""


class RecentlyUnavailable(ConnectionError):
    """Redis was unreachable a moment ago, so the command was not sent."""


class Upstash(Redis):
    """Redis commands, one HTTP request each. No pipelines: a script does more for the price of one command.

    Args:
        timeout: seconds to connect, and for each read.
        on_command: called for each command that is sent.
    """

    def __init__(
        self,
        url: str,
        token: str,
        timeout: float,
        now: Callable[[], datetime],
        on_command: Callable[[], None] | None = None,
    ) -> None:
        # The library's constructor is not called: it would build an unused client and TLS context (25 ms).
        address = urlsplit(url)
        self._path = address.path or "/"
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        if address.scheme == "https":
            self._connection = HTTPSConnection(address.netloc, timeout=timeout, context=tls.context())
        else:
            self._connection = HTTPConnection(address.netloc, timeout=timeout)
        self._now, self._on_command = now, on_command
        self._failed_at: datetime | None = None

    def execute(self, command: list[Any]) -> Any:
        """Execute a command and return its result.

        Raises:
            OSError: Redis is unreachable or too slow; `RecentlyUnavailable` during the cooldown.
            HTTPException: the response is not HTTP.
            ValueError, KeyError: the response is invalid.
            UpstashError: Redis rejected the command.
        """
        if self._failed_at is not None and timedelta(0) <= self._now() - self._failed_at < COOLDOWN:
            raise RecentlyUnavailable("Redis was out of reach a moment ago")
        if self._on_command is not None:
            self._on_command()
        words = [word if isinstance(word, str | int | float) else json.dumps(word) for word in command]
        try:
            response = json.loads(self._post(json.dumps(words).encode()))
        except (OSError, HTTPException):
            self._connection.close()
            self._failed_at = self._now()
            raise
        except RecursionError as error:
            raise ValueError("Redis answered with something else") from error
        if not isinstance(response, dict):
            raise ValueError("Redis answered with something else")  # noqa: TRY004  # not a programming error
        if "error" in response:
            raise UpstashError(response["error"])
        result, name = response["result"], str(command[0])
        try:
            if name in _VALID_RESULTS and not _VALID_RESULTS[name](result):
                raise ValueError(f"what Redis answered is no result of {name}")
            return cast_response(command, result, self)
        except (TypeError, LookupError, AttributeError) as error:
            raise ValueError(f"what Redis answered is no result of {name}") from error

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _post(self, body: bytes) -> bytes:
        was_open = self._connection.sock is not None
        try:
            return self._post_once(body)
        except ConnectionError:
            # The server closes idle connections, which is noticed only on use.
            self._connection.close()
            if not was_open:
                raise
            return self._post_once(body)

    def _post_once(self, body: bytes) -> bytes:
        self._connection.request("POST", self._path, body, self._headers)
        return self._connection.getresponse().read()
