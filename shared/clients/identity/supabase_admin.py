"""Supabase's Auth Admin API, and the table `user_profiles` through its Data API (PostgREST).

The frontend reads a person's role and name there. The table is optional: if it or a column is missing, that is logged
once a process.
"""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

import httpx

from shared.clients.errors import InvalidResponse, Rejected, Unavailable
from shared.clients.http import HttpResponse, fetch

log = logging.getLogger(__name__)

TIMEOUT = timedelta(seconds=5)
"""For all requests of one method call."""
MISSING_TABLE_CODES = {"PGRST205", "42P01", "PGRST204", "42703"}
"""PostgREST's error codes for a missing table or column."""


@dataclass(frozen=True, slots=True)
class SupabasePerson:
    """A person of the project; `app_metadata` is writable by its owner only."""

    user_id: UUID
    email: str | None
    created_at: datetime
    app_metadata: Mapping[str, object]


class SupabaseAdmin:
    """The people of one project.

    Every method raises `Unavailable`, `InvalidResponse` or `Rejected` if Supabase fails.

    Args:
        key: its secret key, or the legacy `service_role` key.
    """

    def __init__(self, http: httpx.Client, url: str, key: str, now: Callable[[], datetime]) -> None:
        self._http, self._now = http, now
        self._users_url = f"{url.rstrip('/')}/auth/v1/admin/users"
        self._profiles_url = f"{url.rstrip('/')}/rest/v1/user_profiles"
        self._lacks_profiles = False
        self._headers = {"apikey": key}
        if not key.startswith("sb_"):  # a new key is not a JWT and would be rejected as a bearer token
            self._headers["Authorization"] = f"Bearer {key}"

    def export(self, user_id: UUID) -> dict[str, Any] | None:
        """A person's data at Supabase as returned by its API, with their `user_profiles` rows; None if unknown."""
        deadline = self._now() + TIMEOUT
        response = self._request_auth("GET", deadline, user_id)
        if response.status == httpx.codes.NOT_FOUND:
            return None
        return {**_parse_object(response), "user_profiles": self._profile_rows("GET", deadline, user_id)}

    def list_people(self, page: int, per_page: int) -> tuple[list[SupabasePerson], int]:
        """A page of people, and the total number of people; pages begin with 1."""
        response = self._request_auth(
            "GET", self._now() + TIMEOUT, params={"page": str(page), "per_page": str(per_page)}
        )
        try:
            people = [_parse_person(item) for item in json.loads(response.body)["users"]]
            return people, int(response.headers["x-total-count"])
        except (ValueError, RecursionError, KeyError, TypeError, AttributeError) as error:
            raise InvalidResponse("Supabase returned no list of people") from error

    def set_name(self, user_id: UUID, full_name: str | None) -> None:
        """Set a person's name in their `user_metadata` and row; unknown people are ignored."""
        self._update(user_id, {"user_metadata": {"full_name": full_name}}, {"full_name": full_name})

    def set_role(self, user_id: UUID, role: str, profile_role: str) -> None:
        """Set a person's role in their `app_metadata` and row; unknown people are ignored."""
        self._update(user_id, {"app_metadata": {"role": role}}, {"role": profile_role})

    def delete(self, user_id: UUID) -> None:
        """Delete a person and their row; idempotent."""
        deadline = self._now() + TIMEOUT
        self._profile_rows("DELETE", deadline, user_id)
        self._request_auth("DELETE", deadline, user_id)

    def _update(self, user_id: UUID, metadata: object, columns: Mapping[str, object]) -> None:
        """Update metadata and profile row; a missing row is added for people with an e-mail address."""
        deadline = self._now() + TIMEOUT
        response = self._request_auth("PUT", deadline, user_id, metadata)
        if response.status == httpx.codes.NOT_FOUND:
            return
        email = _parse_object(response).get("email")
        if self._profile_rows("PATCH", deadline, user_id, columns) == [] and email:
            self._profile_rows("POST", deadline, user_id, {"id": str(user_id), "email": email, **columns})

    def _profile_rows(
        self, method: str, deadline: datetime, user_id: UUID, body: Mapping[str, object] | None = None
    ) -> list[dict[str, Any]] | None:
        """Select, update, insert or delete a person's profile rows and return them; None without the table."""
        response = self._request(
            method,
            self._profiles_url,
            deadline,
            body,
            {} if method == "POST" else {"id": f"eq.{user_id}"},
            {"Prefer": "return=representation"},
        )
        try:
            payload: Any = json.loads(response.body)
        except (ValueError, RecursionError) as error:
            raise InvalidResponse("Supabase returned invalid JSON for user_profiles") from error
        if response.status < 400:
            if not isinstance(payload, list):
                raise InvalidResponse("Supabase returned no rows of user_profiles")
            return cast("list[dict[str, Any]]", payload)
        code = cast("dict[str, Any]", payload).get("code") if isinstance(payload, dict) else None
        if code not in MISSING_TABLE_CODES:
            raise Rejected(f"Supabase answered {response.status} to {method} of user_profiles", response.status)
        if not self._lacks_profiles:
            self._lacks_profiles = True
            log.warning("the Supabase project has no table user_profiles as pages read it (%s): it is left out", code)
        return None

    def _request_auth(
        self,
        method: str,
        deadline: datetime,
        user_id: UUID | None = None,
        body: object = None,
        params: Mapping[str, str] | None = None,
    ) -> HttpResponse:
        """Send a request to the Auth Admin API, for one person or for all.

        Raises:
            Unavailable: unreachable, too slow, 5xx or 429.
            InvalidResponse: an unreadable response.
            Rejected: other 4xx except 404.
        """
        url = self._users_url if user_id is None else f"{self._users_url}/{user_id}"
        response = self._request(method, url, deadline, body, params)
        if response.status >= 400 and response.status != httpx.codes.NOT_FOUND:
            raise Rejected(f"Supabase answered {response.status} to {method} of a person", response.status)
        return response

    def _request(
        self,
        method: str,
        url: str,
        deadline: datetime,
        body: object,
        params: Mapping[str, str] | None,
        headers: Mapping[str, str] | None = None,
    ) -> HttpResponse:
        response = fetch(
            self._http,
            url,
            now=self._now,
            deadline=deadline,
            headers={**self._headers, **(headers or {})},
            method=method,
            json=body,
            params=params,
        )
        if response.status == httpx.codes.TOO_MANY_REQUESTS:
            raise Unavailable("Supabase is asked too often")
        return response


def _parse_object(response: HttpResponse) -> dict[str, Any]:
    try:
        payload = json.loads(response.body)
    except (ValueError, RecursionError) as error:
        raise InvalidResponse("Supabase returned invalid JSON for a person") from error
    if not isinstance(payload, dict):
        raise InvalidResponse("Supabase returned no object for a person")
    return cast("dict[str, Any]", payload)


def _parse_person(item: Mapping[str, Any]) -> SupabasePerson:
    return SupabasePerson(
        user_id=UUID(item["id"]),
        email=item.get("email") or None,
        created_at=datetime.fromisoformat(item["created_at"]),
        app_metadata=item.get("app_metadata") or {},
    )
