"""The fake Supabase of `make run`, with the clock of the test."""

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
    """A page in a browser, with the publishable key and the session of the user."""

    def __init__(self, url: str) -> None:
        self.url, self.session = url, dict[str, Any]()

    @property
    def user_id(self) -> UUID:
        """The signed-in user."""
        return UUID(self.session["user"]["id"])

    @property
    def bearer(self) -> str:
        """The Authorization header that the page sends to our API."""
        return f"Bearer {self.session['access_token']}"

    def request(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        """Send a request as supabase-js does."""
        token = self.session.get("access_token", PUBLISHABLE_KEY)
        default_headers = {
            "apikey": PUBLISHABLE_KEY,
            "Authorization": f"Bearer {token}",
            "Origin": "http://localhost:3000",
        }
        with httpx.Client(base_url=self.url, verify=tls.context(), trust_env=False) as client:
            return client.request(method, path, json=body, headers={**default_headers, **headers})

    def sign_up(self, email: str = "zoe@example.com", **data: Any) -> "Page":
        """Create an account and sign in."""
        body = {"email": email, "password": PASSWORD, "data": data}
        self.session = self.request("POST", "/auth/v1/signup", body).raise_for_status().json()
        return self

    def refresh(self) -> None:
        """Refresh the session, so that its token has the current claims."""
        body = {"refresh_token": self.session["refresh_token"]}
        path = "/auth/v1/token?grant_type=refresh_token"
        self.session = self.request("POST", path, body).raise_for_status().json()

    def profile(self, columns: str = "*", person: UUID | None = None) -> httpx.Response:
        """One row of `user_profiles`, as supabase-js reads it with `single()`."""
        query = f"select={columns}&id=eq.{person or self.user_id}"
        return self.request("GET", f"/rest/v1/user_profiles?{query}", Accept=ONE_OBJECT)

    def shown_roles(self) -> tuple[str, str]:
        """The roles that the live frontend shows: that of the row, and that of the session until the row exists."""
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
        """The environment variables of our functions."""
        return SUPABASE | {"SUPABASE_URL": self.url, "SUPABASE_SERVICE_KEY": SECRET_KEY}

    @property
    def issuer(self) -> str:
        """The `iss` claim of tokens."""
        return self.project.issuer

    def add(self, user_id: UUID, email: str, **fields: Any) -> Object:
        """Create a user with this id."""
        return self.project.create({"id": str(user_id), "email": email, "password": PASSWORD, **fields})

    def name_of(self, user_id: UUID) -> tuple[str | None, str | None]:
        """A user's name in `user_metadata` and in their row."""
        user, row = self.project.users[str(user_id)], self.project.profiles[str(user_id)]
        return user["user_metadata"].get("full_name"), row["full_name"]

    def role_of(self, user_id: UUID) -> tuple[str | None, str | None]:
        """A user's role in `app_metadata` and in their row."""
        user, row = self.project.users[str(user_id)], self.project.profiles[str(user_id)]
        return user["app_metadata"].get("role"), row["role"]

    def page(self) -> Page:
        """A page without a session."""
        return Page(self.url)


@contextmanager
def supabase_service() -> Iterator[SupabaseService]:
    """Serve until the block ends."""
    service = SupabaseService()
    with serve(service) as service.url:
        yield service
