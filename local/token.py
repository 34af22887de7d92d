"""Sign in to the bundle on this machine: `python -m local.token --plan premium` prints a token for a year.

`make run` keeps a random secret in DATA_DIR, the legacy secret of its stand-in for Supabase, and lets the functions
believe tokens signed with it, unless SUPABASE_URL names a project, whose own tokens count then.
"""

import argparse
import os
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_urlsafe
from uuid import NAMESPACE_URL, uuid5

import jwt

from local import http_server
from local.problem import Problem
from shared.accounts.plans import Plan

PORT = 54321
"""Where Supabase's own tools put a project on one machine."""
DATA_DIR = Path(__file__).resolve().parent.parent / ".local"
PLANS = [plan.value for plan in Plan if plan is not Plan.ANONYMOUS]


@dataclass(frozen=True, slots=True)
class Project:
    """The stand-in for Supabase of one DATA_DIR: its port, and the legacy secret that its tokens may be signed with."""

    port: int
    secret: str

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"


def main(arguments: list[str] | None = None) -> int:
    """Print a token."""
    parser = argparse.ArgumentParser(prog="python -m local.token", description="A token for `make run`.")
    parser.add_argument("--plan", choices=PLANS, default=Plan.FREE.value, help="what its person pays for (free)")
    parser.add_argument("--person", default="", help="whose it is (without a name, each plan has its own person)")
    asked = parser.parse_args(arguments)
    print(made(asked.plan, project(Path(os.environ.get("DATA_DIR") or DATA_DIR).resolve()), asked.person))
    return 0


def project(data_dir: Path) -> Project:
    """The project of this machine, made when it is first asked for; its secret is readable by its owner alone."""
    secret, port = data_dir / "token_secret", data_dir / "supabase_port"
    if not secret.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(secret, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as new:
            new.write(token_urlsafe(32))
    if not port.exists():
        return moved(data_dir)
    return Project(int(port.read_text()), secret.read_text())


def moved(data_dir: Path) -> Project:
    """The project at a port that is free now; tokens that name the old one are refused."""
    (data_dir / "supabase_port").write_text(str(_free_port()))
    return project(data_dir)


def made(plan: str, project: Project, person: str = "") -> str:
    """A token of a person who pays for a plan; without a name, each plan has its own person."""
    now = datetime.now(UTC)
    claims = {
        "iss": f"{project.url}/auth/v1",
        "aud": "authenticated",
        "sub": id_of(plan, person),
        "role": "authenticated",
        "iat": now,
        "exp": now + timedelta(days=365),
        "aal": "aal2",
        "email": f"{plan}@example.com",
        "app_metadata": {"role": plan},
    }
    return jwt.encode(claims, project.secret, "HS256")


def id_of(plan: str, person: str = "") -> str:
    """The id of the person whose token `made` makes."""
    return str(uuid5(NAMESPACE_URL, f"http://supabase.invalid/{plan}/{person}"))


def _free_port() -> int:
    """Supabase's usual port, or any other where a program has that."""
    try:
        listener = http_server.listen(PORT)
    except Problem:
        listener = http_server.listen()
    with listener:
        return listener.getsockname()[1]


if __name__ == "__main__":
    sys.exit(main())
