"""Redis over HTTPS, on the way of every request: asked within its time limit, left alone for a moment after it failed.

The commands are upstash-redis'; what carries them is one kept connection of the standard library. The library's own
httpx client has no time limit and takes 500 µs of CPU a command, this takes 150 (docs/caching.md).
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
"""What asking Redis raises when it is out of reach, out of commands or answers with something else."""

COOLDOWN = timedelta(seconds=5)
"""How long a Redis that cannot be reached is not asked: nobody shall wait for it at every step of a request."""


def _is_text(value: object) -> bool:
    return value is None or type(value) is str


def _is_number(value: object) -> bool:
    return type(value) is int  # neither true nor 1.0, which Redis has not


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
"""Whether a result is one that Redis gives to a command; what a script gives is for its caller to check."""


class RecentlyUnavailable(ConnectionError):
    """Redis could not be reached a moment ago, and was not asked again."""


class Upstash(Redis):
    """Redis' commands, one HTTP call each. Pipelines are not there: a script does more, for one command's price.

    Args:
        url: address of the REST interface.
        token: its token.
        timeout: seconds that connecting, and each wait for an answer, may take.
        now: the clock.
        asked: called for each command that is sent.
    """

    def __init__(
        self, url: str, token: str, timeout: float, now: Callable[[], datetime], on_command: Callable[[], None] | None = None
    ) -> None:
        # Without the library's own constructor: it would build the client that is not used, and a TLS context (25 ms).
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
        """What Redis answers to a command.

        Raises:
            OSError: it is out of reach, or too slow; `Resting` where that was so a moment ago.
            HTTPException: it does not speak HTTP.
            ValueError, KeyError: it answers with something else, or with what is no result of this command.
            UpstashError: it refuses the command.
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
            raise ValueError("Redis answered with something else")  # noqa: TRY004  # it is no fault of our types
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
            # A connection that was kept for long is closed at its other end, which shows only when it is used.
            self._connection.close()
            if not was_open:
                raise
            return self._post_once(body)

    def _post_once(self, body: bytes) -> bytes:
        self._connection.request("POST", self._path, body, self._headers)
        return self._connection.getresponse().read()
