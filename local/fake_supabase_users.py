"""State of the fake of Supabase: users with passwords and sessions, and the rows of `user_profiles`."""

import base64
import hashlib
import json
import re
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import jwt

from local.fake_supabase_key import AUDIENCE, SigningKey

Object = dict[str, Any]
HOUR = timedelta(hours=1)
MIN_PASSWORD = 6
ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
ROLES = ("free", "premium", "admin")
COLUMNS = ("id", "email", "full_name", "avatar_url", "role", "created_at", "updated_at")


class SupabaseError(Exception):
    """An error response: HTTP status, Supabase's error code and message."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


class SupabaseProject:
    """One project. Its methods raise `SupabaseError` where Supabase refuses.

    Args:
        file: where the project is stored; None for in memory.
    """

    def __init__(self, now: Callable[[], datetime], file: Path | None = None) -> None:
        self._now, self._file = now, file
        self.has_table = True  # whether the table `user_profiles` exists
        self.issuer = ""  # the `iss` claim of tokens: the project's address and `/auth/v1`
        stored: Object = json.loads(file.read_text()) if file and file.exists() else {}
        self.users: dict[str, Object] = stored.get("users", {})  # by id, in the format of the Auth API
        self.profiles: dict[str, Object] = stored.get("profiles", {})  # rows of `user_profiles` by id
        self._passwords: dict[str, str] = stored.get("passwords", {})
        self._sessions: dict[str, str] = stored.get("sessions", {})  # user id by session id
        self._refresh: dict[str, str] = stored.get("refresh", {})  # session id by refresh token
        self.key = SigningKey(stored.get("key"))

    def save(self) -> None:
        """Write the project to its file."""
        if self._file is None:
            return
        stored = {
            "users": self.users,
            "profiles": self.profiles,
            "passwords": self._passwords,
            "sessions": self._sessions,
            "refresh": self._refresh,
            "key": self.key.pem(),
        }
        self._file.touch(mode=0o600)
        self._file.write_text(json.dumps(stored))

    def create(self, params: Mapping[str, Any]) -> Object:
        """Create a user, with their row in `user_profiles`, as the table's trigger writes it."""
        email = str(params.get("email") or "").lower()
        if not ADDRESS.fullmatch(email):
            raise SupabaseError(400, "validation_failed", "Unable to validate email address: invalid format")
        password = _hash_new_password(str(params.get("password") or ""))
        if any(user["email"] == email for user in self.users.values()):
            raise SupabaseError(422, "user_already_exists", "User already registered")
        user_id, now = str(params.get("id") or uuid4()), self._timestamp()
        metadata = {"email": email, "email_verified": True, "phone_verified": False, "sub": user_id}
        user: Object = {
            "id": user_id,
            "aud": AUDIENCE,
            "role": AUDIENCE,
            "email": email,
            "email_confirmed_at": now,
            "phone": "",
            "confirmed_at": now,
            "last_sign_in_at": now,
            "app_metadata": {"provider": "email", "providers": ["email"], **(params.get("app_metadata") or {})},
            "user_metadata": {**(params.get("user_metadata") or params.get("data") or {}), **metadata},
            "identities": [],
            "created_at": now,
            "updated_at": now,
            "is_anonymous": False,
        }
        self.users[user_id] = user
        self._passwords[user_id] = password
        self.add_profile({"id": user_id, "email": email, "full_name": user["user_metadata"].get("full_name") or ""})
        return user

    def get(self, user_id: str) -> Object:
        """A user by id."""
        if user_id not in self.users:
            raise SupabaseError(404, "user_not_found", "User not found")
        return self.users[user_id]

    def update(self, user_id: str, params: Mapping[str, Any]) -> Object:
        """Update a user. Metadata are merged; a null value removes a field, as in Supabase Auth."""
        user = self.get(user_id)
        if "password" in params:
            self._passwords[user_id] = _hash_new_password(str(params["password"]))
        for kind in ("app_metadata", "user_metadata"):
            merged = {**user[kind], **(params.get(kind) or {})}
            user[kind] = {name: value for name, value in merged.items() if value is not None}
        user["updated_at"] = self._timestamp()
        return user

    def delete(self, user_id: str) -> None:
        """Delete a user with their row and sessions."""
        self.get(user_id)
        for session in [each for each, owner in self._sessions.items() if owner == user_id]:
            self._end_session(session)
        for table in (self.users, self.profiles, self._passwords):
            table.pop(user_id, None)

    def sign_in(self, email: str, password: str) -> Object:
        """Start a session with address and password."""
        for user in self.users.values():
            salt, _, _ = self._passwords[user["id"]].partition(":")
            if user["email"] == email.lower() and _hash_password(password, salt) == self._passwords[user["id"]]:
                return self.start_session(user)
        raise SupabaseError(400, "invalid_credentials", "Invalid login credentials")

    def start_session(self, user: Object) -> Object:
        """Start a session of a user; returns its tokens."""
        session = str(uuid4())
        self._sessions[session] = user["id"]
        user["last_sign_in_at"] = self._timestamp()
        return self._issue_tokens(session)

    def refresh(self, token: str) -> Object:
        """Issue a session's next tokens; a refresh token is valid once."""
        session = self._refresh.pop(token, None)
        if session is None:
            raise SupabaseError(400, "refresh_token_not_found", "Invalid Refresh Token: Refresh Token Not Found")
        return self._issue_tokens(session)

    def session_id(self, token: str) -> str:
        """The session of an access token."""
        try:
            claims = self.key.decode(token)
        except jwt.PyJWTError as error:
            raise SupabaseError(403, "bad_jwt", f"invalid JWT: unable to parse or verify signature, {error}") from None
        if claims["exp"] <= self._now().timestamp():
            raise SupabaseError(403, "bad_jwt", "invalid JWT: token is expired")
        if claims["session_id"] not in self._sessions:
            raise SupabaseError(403, "session_not_found", "Session from session_id claim in JWT does not exist")
        return claims["session_id"]

    def user_id(self, token: str) -> str:
        """The user id of an access token."""
        return self._sessions[self.session_id(token)]

    def sign_out(self, token: str, scope: str) -> None:
        """End the session of an access token (`local`), the user's others (`others`) or all of them (`global`)."""
        own = self.session_id(token)
        for session in [each for each, owner in self._sessions.items() if owner == self._sessions[own]]:
            if scope == "global" or (session == own) == (scope == "local"):
                self._end_session(session)

    def add_profile(self, params: Mapping[str, Any]) -> Object:
        """Insert a row into `user_profiles`."""
        user_id, now = str(params.get("id")), self._timestamp()
        if user_id in self.profiles:
            raise SupabaseError(409, "23505", 'duplicate key value violates unique constraint "user_profiles_pkey"')
        if user_id not in self.users:
            message = (
                'insert or update on table "user_profiles" violates foreign key constraint "user_profiles_id_fkey"'
            )
            raise SupabaseError(409, "23503", message)
        if params.get("email") is None:
            message = 'null value in column "email" of relation "user_profiles" violates not-null constraint'
            raise SupabaseError(400, "23502", message)
        row: Object = {**dict.fromkeys(COLUMNS), "role": "free", "created_at": now}
        self.update_profile(row, params)
        self.profiles[user_id] = row
        return row

    def update_profile(self, row: Object, changes: Mapping[str, Any]) -> None:
        """Update a row of `user_profiles`, whose CHECK accepts some roles only."""
        for column in changes:
            if column not in COLUMNS:
                message = f"Could not find the '{column}' column of 'user_profiles' in the schema cache"
                raise SupabaseError(400, "PGRST204", message)
        if changes.get("role", "free") not in ROLES:
            message = 'new row for relation "user_profiles" violates check constraint "user_profiles_role_check"'
            raise SupabaseError(400, "23514", message)
        row.update(changes, updated_at=self._timestamp())

    def _issue_tokens(self, session: str) -> Object:
        user, now = self.users[self._sessions[session]], self._now()
        claims = {
            "iss": self.issuer,
            "aud": AUDIENCE,
            "sub": user["id"],
            "role": AUDIENCE,
            "iat": now,
            "exp": now + HOUR,
            "aal": "aal1",
            "amr": [{"method": "password", "timestamp": int(now.timestamp())}],
            "session_id": session,
            "email": user["email"],
            "phone": "",
            "is_anonymous": False,
            "app_metadata": user["app_metadata"],
            "user_metadata": user["user_metadata"],
        }
        refresh = secrets.token_urlsafe(12)
        self._refresh[refresh] = session
        return {
            "access_token": self.key.encode(claims),
            "token_type": "bearer",
            "expires_in": int(HOUR.total_seconds()),
            "expires_at": int((now + HOUR).timestamp()),
            "refresh_token": refresh,
            "user": user,
        }

    def _end_session(self, session: str) -> None:
        del self._sessions[session]
        self._refresh = {token: owner for token, owner in self._refresh.items() if owner != session}

    def _timestamp(self) -> str:
        return self._now().isoformat()


def _hash_new_password(password: str) -> str:
    if len(password) < MIN_PASSWORD:
        raise SupabaseError(422, "weak_password", f"Password should be at least {MIN_PASSWORD} characters.")
    return _hash_password(password, secrets.token_hex(16))


def _hash_password(password: str, salt: str) -> str:
    derived = hashlib.scrypt(password.encode(), salt=salt.encode(), n=2**12, r=8, p=1)
    return f"{salt}:{base64.b64encode(derived).decode()}"
