"""What the stand-in for Supabase holds: people with their passwords and sessions, and the rows of `user_profiles`."""

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
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

Object = dict[str, Any]
HOUR = timedelta(hours=1)
AUDIENCE = "authenticated"
ALGORITHM = "ES256"
SHORTEST_PASSWORD = 6
ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
ROLES = ("free", "premium", "admin")
COLUMNS = ("id", "email", "full_name", "avatar_url", "role", "created_at", "updated_at")


class SupabaseError(Exception):
    """What Supabase refuses: an HTTP status, its own error code, and a message."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


class SupabaseProject:
    """One project.

    Attributes:
        has_table: whether somebody has made the table `user_profiles`.
        issuer: what stands in the tokens as `iss`: the project's address and `/auth/v1`.
        users: people by id, in the shape of the Auth API.
        profiles: rows of `user_profiles` by id.

    Args:
        now: the clock.
        file: where the project is kept; None for nowhere.
    """

    def __init__(self, now: Callable[[], datetime], file: Path | None = None) -> None:
        self._now, self._file = now, file
        self.has_table, self.issuer = True, ""
        stored: Object = json.loads(file.read_text()) if file and file.exists() else {}
        self.users: dict[str, Object] = stored.get("users", {})
        self.profiles: dict[str, Object] = stored.get("profiles", {})
        self._passwords: dict[str, str] = stored.get("passwords", {})
        self._sessions: dict[str, str] = stored.get("sessions", {})  # the person of each session
        self._refresh: dict[str, str] = stored.get("refresh", {})  # the session of each refresh token
        pem: str | None = stored.get("key")
        self._key = _load_key(pem) if pem else ec.generate_private_key(ec.SECP256R1())

    def save(self) -> None:
        """Write the project to its file."""
        if self._file is None:
            return
        pem = self._key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        stored = {
            "users": self.users,
            "profiles": self.profiles,
            "passwords": self._passwords,
            "sessions": self._sessions,
            "refresh": self._refresh,
            "key": pem.decode(),
        }
        self._file.touch(mode=0o600)
        self._file.write_text(json.dumps(stored))

    def keys(self) -> Object:
        """The JSON Web Key Set."""
        public = jwt.get_algorithm_by_name(ALGORITHM).to_jwk(self._key.public_key(), as_dict=True)
        return {"keys": [{**public, "kid": self._key_id(), "alg": ALGORITHM, "use": "sig", "key_ops": ["verify"]}]}

    def create(self, params: Mapping[str, Any]) -> Object:
        """A new person, with their row in `user_profiles`, as the table's trigger writes it.

        Raises:
            Refusal: no address, one that is taken, or a password that is too short.
        """
        email = str(params.get("email") or "").lower()
        password = str(params.get("password") or "")
        if not ADDRESS.fullmatch(email):
            raise SupabaseError(400, "validation_failed", "Unable to validate email address: invalid format")
        if len(password) < SHORTEST_PASSWORD:
            raise SupabaseError(422, "weak_password", f"Password should be at least {SHORTEST_PASSWORD} characters.")
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
        self._passwords[user_id] = _hash_password(password, secrets.token_hex(16))
        self.add_profile({"id": user_id, "email": email, "full_name": user["user_metadata"].get("full_name") or ""})
        return user

    def get(self, user_id: str) -> Object:
        """A person.

        Raises:
            Refusal: there is none.
        """
        if user_id not in self.users:
            raise SupabaseError(404, "user_not_found", "User not found")
        return self.users[user_id]

    def update(self, user_id: str, params: Mapping[str, Any]) -> Object:
        """Change a person. Metadata are merged, and a value of null takes a field away, as Supabase Auth does it.

        Raises:
            Refusal: there is none, or the new password is too short.
        """
        user = self.get(user_id)
        if "password" in params:
            if len(str(params["password"])) < SHORTEST_PASSWORD:
                raise SupabaseError(422, "weak_password", f"Password should be at least {SHORTEST_PASSWORD} characters.")
            self._passwords[user_id] = _hash_password(str(params["password"]), secrets.token_hex(16))
        for kind in ("app_metadata", "user_metadata"):
            merged = {**user[kind], **(params.get(kind) or {})}
            user[kind] = {name: value for name, value in merged.items() if value is not None}
        user["updated_at"] = self._timestamp()
        return user

    def delete(self, user_id: str) -> None:
        """Delete a person with their row and sessions.

        Raises:
            Refusal: there is none.
        """
        self.get(user_id)
        for session in [each for each, person in self._sessions.items() if person == user_id]:
            self._end_session(session)
        for table in (self.users, self.profiles, self._passwords):
            table.pop(user_id, None)

    def sign_in(self, email: str, password: str) -> Object:
        """A new session of whoever has this address and password.

        Raises:
            Refusal: nobody has.
        """
        for user in self.users.values():
            salt, _, _ = self._passwords[user["id"]].partition(":")
            if user["email"] == email.lower() and _hash_password(password, salt) == self._passwords[user["id"]]:
                return self.start_session(user)
        raise SupabaseError(400, "invalid_credentials", "Invalid login credentials")

    def start_session(self, user: Object) -> Object:
        """A new session of a person."""
        session = str(uuid4())
        self._sessions[session] = user["id"]
        user["last_sign_in_at"] = self._timestamp()
        return self._issue_tokens(session)

    def refresh(self, token: str) -> Object:
        """A session's next tokens; a refresh token counts once.

        Raises:
            Refusal: it is not known, or was used.
        """
        session = self._refresh.pop(token, None)
        if session is None:
            raise SupabaseError(400, "refresh_token_not_found", "Invalid Refresh Token: Refresh Token Not Found")
        return self._issue_tokens(session)

    def session_id(self, token: str) -> str:
        """The session of an access token.

        Raises:
            Refusal: the token is not this project's, is expired, or its session has ended.
        """
        try:
            options: Any = {"verify_exp": False, "verify_iat": False, "require": ["exp", "session_id"]}
            claims = jwt.decode(token, self._key.public_key(), [ALGORITHM], options, audience=AUDIENCE)
        except jwt.PyJWTError as error:
            raise SupabaseError(403, "bad_jwt", f"invalid JWT: unable to parse or verify signature, {error}") from None
        if claims["exp"] <= self._now().timestamp():
            raise SupabaseError(403, "bad_jwt", "invalid JWT: token is expired")
        if claims["session_id"] not in self._sessions:
            raise SupabaseError(403, "session_not_found", "Session from session_id claim in JWT does not exist")
        return claims["session_id"]

    def user_id(self, token: str) -> str:
        """The id of an access token's person.

        Raises:
            Refusal: as `session_of`.
        """
        return self._sessions[self.session_id(token)]

    def sign_out(self, token: str, scope: str) -> None:
        """End the session of an access token (`local`), the person's others (`others`) or all of them (`global`).

        Raises:
            Refusal: as `session_of`.
        """
        own = self.session_id(token)
        person = self._sessions[own]
        for session in [each for each, owner in self._sessions.items() if owner == person]:
            if scope == "global" or (session == own) == (scope == "local"):
                self._end_session(session)

    def add_profile(self, params: Mapping[str, Any]) -> Object:
        """A new row of `user_profiles`.

        Raises:
            Refusal: there is one, its person is unknown or has no address, or as `write_profile`.
        """
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
        """Change a row of `user_profiles`.

        Raises:
            Refusal: a column that is not there, or a role that the table's CHECK forbids.
        """
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
            "access_token": jwt.encode(claims, self._key, ALGORITHM, {"kid": self._key_id()}),
            "token_type": "bearer",
            "expires_in": int(HOUR.total_seconds()),
            "expires_at": int((now + HOUR).timestamp()),
            "refresh_token": refresh,
            "user": user,
        }

    def _end_session(self, session: str) -> None:
        del self._sessions[session]
        self._refresh = {token: owner for token, owner in self._refresh.items() if owner != session}

    def _key_id(self) -> str:
        point = self._key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.CompressedPoint
        )
        return hashlib.sha256(point).hexdigest()[:16]

    def _timestamp(self) -> str:
        return self._now().isoformat()


def _load_key(pem: str) -> ec.EllipticCurvePrivateKey:
    key = serialization.load_pem_private_key(pem.encode(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)  # noqa: S101 it was written by `save`
    return key


def _hash_password(password: str, salt: str) -> str:
    derived = hashlib.scrypt(password.encode(), salt=salt.encode(), n=2**12, r=8, p=1)
    return f"{salt}:{base64.b64encode(derived).decode()}"
