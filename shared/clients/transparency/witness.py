"""Witnesses, which sign checkpoints of a log that only grows: C2SP tlog-witness (https://c2sp.org/tlog-witness).

Errors (see `shared.clients.errors`): `Rejected` for 4xx, `Unavailable` for 5xx and timeouts, `InvalidResponse` for
undocumented responses.
"""

from collections.abc import Callable
from datetime import datetime

import httpx

from shared.clients.errors import InvalidResponse, Rejected
from shared.clients.http import fetch
from shared.ledger.signed_note import InvalidNote, Signature, VerifierKey, parse_signature

MAX_BYTES = 10_000


class OtherSize(Rejected):
    """The witness has seen a checkpoint of another size than the request states."""

    def __init__(self, name: str, size: int) -> None:
        super().__init__(f"{name} has seen a checkpoint of {size} entries", 409)
        self.size = size


class Witness:
    """A client of one witness.

    Args:
        key: the witness's.
        url: its submission prefix.
        http: the HTTP client.
        now: the clock.
    """

    def __init__(self, key: VerifierKey, url: str, http: httpx.Client, now: Callable[[], datetime]) -> None:
        self.key, self._url, self._http, self._now = key, url.rstrip("/"), http, now

    def add_checkpoint(self, body: str, *, deadline: datetime) -> list[Signature]:
        """Submit a checkpoint; returns the signatures of the response, which are not verified.

        Args:
            body: of `ledger.checkpoint.witness_request`.
            deadline: when to give up.

        Raises:
            OtherSize: the witness has seen another size than the request states.
        """
        response = fetch(
            self._http,
            f"{self._url}/add-checkpoint",
            method="POST",
            content=body.encode(),
            headers={"Content-Type": "text/plain; charset=utf-8"},
            max_bytes=MAX_BYTES,
            now=self._now,
            deadline=deadline,
        )
        try:
            text = response.body.decode()
        except UnicodeDecodeError as error:
            raise InvalidResponse(f"{self.key.name} sent no text") from error
        if response.status == 409:
            if not text.strip().isdecimal() or len(text) > 20:
                raise InvalidResponse(f"{self.key.name} answered 409 without a size")
            raise OtherSize(self.key.name, int(text))
        if response.status != 200:
            raise Rejected(f"{self.key.name} answered {response.status}", response.status)
        try:
            return [parse_signature(line) for line in text.splitlines()]
        except InvalidNote as error:
            raise InvalidResponse(f"{self.key.name} sent no signatures") from error
