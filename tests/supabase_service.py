"""Supabase at the wire: the stand-in of `make run`, which lives at the tests' instant."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import httpx

from local.fake_supabase import ONE_OBJECT, PUBLISHABLE_KEY, SECRET_KEY, FakeSupabase, serve
from local.fake_supabase_users import Object, SupabaseProject
from shared.clients import tls
from tests.tokens import NOW, SUPABASE

PASSWORD = "a password"


class Page:
    """A page in a browser: the project's publishable key, and the session of whoever has signed in."""

    def __init__(self, url: str) -> None:
        self.url, self.session = url, dict[str, Any]()

    @property
    def user_id(self) -> UUID:
        """Who has signed in."""
        return UUID(self.session["user"]["id"])

    @property
    def bearer(self) -> str:
        """What the page sends to our API."""
        return f"Bearer {self.session['access_token']}"

    def request(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        """What supabase-js sends, and is answered."""
        token = self.session.get("access_token", PUBLISHABLE_KEY)
        default_headers = {"apikey": PUBLISHABLE_KEY, "Authorization": f"Bearer {token}", "Origin": "http://localhost:3000"}
        with httpx.Client(base_url=self.url, verify=tls.context(), trust_env=False) as client:
            return client.request(method, path, json=body, headers={**default_headers, **headers})

    def sign_up(self, email: str = "zoe@example.com", **data: Any) -> "Page":
        """A new account, signed in."""
        body = {"email": email, "password": PASSWORD, "data": data}
        self.session = self.request("POST", "/auth/v1/signup", body).raise_for_status().json()
        return self

    def refresh(self) -> None:
        """The session's next tokens, in which everything stands as it is now."""
        body = {"refresh_token": self.session["refresh_token"]}
        path = "/auth/v1/token?grant_type=refresh_token"
        self.session = self.request("POST", path, body).raise_for_status().json()

    def profile(self, columns: str = "*", person: UUID | None = None) -> httpx.Response:
        """One row of `user_profiles`, as supabase-js reads it with `single()`."""
        query = f"select={columns}&id=eq.{person or self.user_id}"
        return self.request("GET", f"/rest/v1/user_profiles?{query}", Accept=ONE_OBJECT)

    def shown_roles(self) -> tuple[str, str]:
        """The role that the live frontend shows: that of the row, and until it is there that of the session."""
        row, user = self.profile(), self.request("GET", "/auth/v1/user").json()
        stated = user["app_metadata"].get("role") or "free"
        return (row.json()["role"] if row.is_success else "none", stated)


class SupabaseService(FakeSupabase):
    """The project.

    Attributes:
        url: its address.
        now: the instant that it lives at.
    """

    def __init__(self) -> None:
        self.url, self.now = "", NOW
        super().__init__(SupabaseProject(lambda: self.now))

    @property
    def settings(self) -> dict[str, str]:
        """What our functions are told of it."""
        return SUPABASE | {"SUPABASE_URL": self.url, "SUPABASE_SERVICE_KEY": SECRET_KEY}

    @property
    def issuer(self) -> str:
        """What stands in tokens as `iss`."""
        return self.project.issuer

    def add(self, user_id: UUID, email: str, **given: Any) -> Object:
        """A person who has this id."""
        return self.project.create({"id": str(user_id), "email": email, "password": PASSWORD, **given})

    def name_of(self, user_id: UUID) -> tuple[str | None, str | None]:
        """What a person is called in `user_metadata` and in their row."""
        user, row = self.project.users[str(user_id)], self.project.profiles[str(user_id)]
        return user["user_metadata"].get("full_name"), row["full_name"]

    def role_of(self, user_id: UUID) -> tuple[str | None, str | None]:
        """A person's role in `app_metadata` and in their row."""
        user, row = self.project.users[str(user_id)], self.project.profiles[str(user_id)]
        return user["app_metadata"].get("role"), row["role"]

    def page(self) -> Page:
        """A page where nobody has signed in."""
        return Page(self.url)


@contextmanager
def supabase_service() -> Iterator[SupabaseService]:
    """Serve it at an address of this machine."""
    service = SupabaseService()
    with serve(service) as service.url:
        yield service
