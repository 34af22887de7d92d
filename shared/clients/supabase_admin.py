"""Supabase Auth's Admin API: what the project's owner may do to the people who sign in."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx

from shared.clients.errors import Refused, Unavailable, Unintelligible
from shared.clients.http import Answer, fetch

PATIENCE = timedelta(seconds=5)
"""For one call."""


@dataclass(frozen=True, slots=True)
class SupabasePerson:
    """A person of the project; `app_metadata` is what only its owner can write about them."""

    user_id: UUID
    email: str | None
    created_at: datetime
    app_metadata: Mapping[str, object]


class SupabaseAdmin:
    """The people of one project.

    Args:
        http: whose connections are used.
        url: the project's address.
        key: its secret key, or the legacy one of its role `service_role`.
        now: the clock.
    """

    def __init__(self, http: httpx.Client, url: str, key: str, now: Callable[[], datetime]) -> None:
        self._http, self._now = http, now
        self._people = f"{url.rstrip('/')}/auth/v1/admin/users"
        self._headers = {"apikey": key}
        if not key.startswith("sb_"):  # a new key is no JWT: as a bearer token it would be refused as a bad one
            self._headers["Authorization"] = f"Bearer {key}"

    def held_about(self, user_id: UUID) -> dict[str, Any] | None:
        """What the project holds about a person, in its own words; None where it does not know them.

        Raises:
            Unavailable, Unintelligible, Refused: as for every call.
        """
        answer = self._ask("GET", user_id)
        if answer.status == httpx.codes.NOT_FOUND:
            return None
        try:
            told = json.loads(answer.body)
        except (ValueError, RecursionError) as error:
            raise Unintelligible("Supabase told no JSON of a person") from error
        if not isinstance(told, dict):
            raise Unintelligible("Supabase told no object of a person")
        return told

    def page(self, page: int, per_page: int) -> tuple[list[SupabasePerson], int]:
        """Some of the project's people, and how many there are in all; pages begin with 1.

        Raises:
            Unavailable, Unintelligible, Refused: as for every call.
        """
        answer = self._ask("GET", params={"page": str(page), "per_page": str(per_page)})
        try:
            people = [_person(told) for told in json.loads(answer.body)["users"]]
            return people, int(answer.headers["x-total-count"])
        except (ValueError, RecursionError, KeyError, TypeError, AttributeError) as error:
            raise Unintelligible("Supabase told no list of people") from error

    def name(self, user_id: UUID, full_name: str | None) -> None:
        """Write what a person is called into their `user_metadata`, whose other fields stay; None for nothing.

        Raises:
            Unavailable, Unintelligible, Refused: as for every call.
        """
        self._ask("PUT", user_id, {"user_metadata": {"full_name": full_name}})

    def delete(self, user_id: UUID) -> None:
        """Delete a person for good; one who is not there any more is deleted.

        Raises:
            Unavailable, Unintelligible, Refused: as for every call.
        """
        self._ask("DELETE", user_id)

    def _ask(
        self, method: str, user_id: UUID | None = None, body: object = None, params: Mapping[str, str] | None = None
    ) -> Answer:
        """Ask about one person, or about all.

        Raises:
            Unavailable: the project cannot be reached, is too slow, broken or asked too often.
            Unintelligible: it answers with something else than an answer.
            Refused: it says no: the key is not its own, or it does not understand us.
        """
        answer = fetch(
            self._http,
            self._people if user_id is None else f"{self._people}/{user_id}",
            now=self._now,
            deadline=self._now() + PATIENCE,
            headers=self._headers,
            method=method,
            json=body,
            params=params,
        )
        if answer.status == httpx.codes.TOO_MANY_REQUESTS:
            raise Unavailable("Supabase is asked too often")
        if answer.status >= 400 and answer.status != httpx.codes.NOT_FOUND:
            raise Refused(f"Supabase answered {answer.status} to {method} of a person", answer.status)
        return answer


def _person(told: Mapping[str, Any]) -> SupabasePerson:
    return SupabasePerson(
        user_id=UUID(told["id"]),
        email=told.get("email") or None,
        created_at=datetime.fromisoformat(told["created_at"]),
        app_metadata=told.get("app_metadata") or {},
    )
