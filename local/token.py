"""Sign in to the bundle on this machine: `python -m local.token --plan premium` prints a token for a year.

`make run` stores a random secret in DATA_DIR, the legacy JWT secret of its fake of Supabase. The functions accept
tokens signed with it, unless SUPABASE_URL is set. DATA_DIR and PORT select the `make run` that a token is for. If the
server at PORT rejects the token, the command fails.
"""

import argparse
import os
import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from secrets import token_urlsafe
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import httpx
import jwt

from local import http_server
from local.errors import LocalError
from shared.accounts.plans import Plan

PORT = 54321
"""Default port of Supabase's local development tools."""
GATEWAY_PORT = 8000
"""Default port of `make run`."""
CHECK_SECONDS = 30
"""Timeout, long enough for a cold start."""
DATA_DIR = Path(__file__).resolve().parent.parent / ".local"
PLANS = [plan.value for plan in Plan if plan is not Plan.ANONYMOUS]


@dataclass(frozen=True, slots=True)
class Project:
    """The fake of Supabase of one DATA_DIR: its port and its legacy JWT secret."""

    port: int
    secret: str

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"


def main(arguments: list[str] | None = None) -> int:
    """Print a token, unless the server at PORT rejects it; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m local.token", description="A token for `make run`.")
    parser.add_argument("--plan", choices=PLANS, default=Plan.FREE.value, help="what its person pays for (free)")
    parser.add_argument("--person", default="", help="whose it is (without a name, each plan has its own person)")
    args = parser.parse_args(arguments)
    data_dir = Path(os.environ.get("DATA_DIR") or DATA_DIR).resolve()
    token = create_token(args.plan, project(data_dir), args.person)
    address = f"http://127.0.0.1:{os.environ.get('PORT') or GATEWAY_PORT}"
    accepted = _is_accepted(token, address)
    if accepted is None:
        print(
            f"Nothing checked this token at {address}; it is for `make run` with DATA_DIR={data_dir}.", file=sys.stderr
        )
    elif not accepted:
        print(
            f"{address} refuses tokens of DATA_DIR={data_dir}: it was started with another DATA_DIR or with "
            "SUPABASE_URL. The last lines that `make run` printed at its start name the command for its tokens.",
            file=sys.stderr,
        )
        return 1
    print(token)
    return 0


def command(environment: Mapping[str, str], data_dir: Path) -> str:
    """The command that creates tokens for the `make run` of this environment and DATA_DIR."""
    settings = [f"PORT={environment['PORT']}"] if environment.get("PORT") else []
    if data_dir != DATA_DIR:
        settings.append(f"DATA_DIR={shlex.quote(str(data_dir))}")
    return " ".join([*settings, shlex.quote(os.path.relpath(sys.executable)), "-m", "local.token", "--plan", "premium"])


def project(data_dir: Path) -> Project:
    """The project of a DATA_DIR, created on first use; only its owner can read the secret."""
    secret, port = data_dir / "token_secret", data_dir / "supabase_port"
    if not secret.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(secret, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as new:
            new.write(token_urlsafe(32))
    if not port.exists():
        return move_to_free_port(data_dir)
    return Project(int(port.read_text()), secret.read_text())


def move_to_free_port(data_dir: Path) -> Project:
    """Move the project to a free port; tokens with the old one as issuer become invalid."""
    (data_dir / "supabase_port").write_text(str(_free_port()))
    return project(data_dir)


def create_token(plan: str, project: Project, person: str = "") -> str:
    """A token of a user with a plan; without a name, each plan has its own user."""
    return jwt.encode(claims(plan, project, user_id_of(plan, person)), project.secret, "HS256")


def claims(plan: str, project: Project, user_id: str) -> dict[str, Any]:
    """The claims of a valid token."""
    now = int(datetime.now(UTC).timestamp())
    return {
        "iss": f"{project.url}/auth/v1",
        "aud": "authenticated",
        "sub": user_id,
        "role": "authenticated",
        "iat": now,
        "exp": now + 365 * 24 * 3600,
        "aal": "aal2",
        "email": f"{plan}@example.com",
        "app_metadata": {"role": plan},
    }


def user_id_of(plan: str, person: str = "") -> str:
    """The id of the user of `create_token`."""
    return str(uuid5(NAMESPACE_URL, f"http://supabase.invalid/{plan}/{person}"))


def _is_accepted(token: str, address: str) -> bool | None:
    """Whether the functions at an address accept a token; None without a valid response."""
    url = f"{address}/api/v1/users/me/preferences"
    try:
        response = httpx.get(url, headers={"Authorization": f"Bearer {token}"}, timeout=CHECK_SECONDS)
        return response.status_code != HTTPStatus.UNAUTHORIZED or response.json()["code"] != "token_refused"
    except (httpx.TransportError, ValueError, LookupError, TypeError):
        return None


def _free_port() -> int:
    """Supabase's default port, or any free one if it is in use."""
    try:
        with http_server.listen(PORT):
            return PORT
    except LocalError:
        return http_server.free_port()


if __name__ == "__main__":
    sys.exit(main())
