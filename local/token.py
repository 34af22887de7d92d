"""Sign in to the bundle on this machine: `python -m local.token --plan premium` prints a token for a year.

`make run` keeps a random secret in DATA_DIR and lets the functions believe tokens signed with it, unless SUPABASE_URL
names a project, whose own tokens count then.
"""

import argparse
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_urlsafe
from uuid import NAMESPACE_URL, uuid5

import jwt

from shared.accounts.plans import Plan

PROJECT = "http://supabase.invalid"
"""The project that stands in the tokens; it is never asked for anything."""
DATA_DIR = Path(__file__).resolve().parent.parent / ".local"
PLANS = [plan.value for plan in Plan if plan is not Plan.ANONYMOUS]


def main(arguments: list[str] | None = None) -> int:
    """Print a token."""
    parser = argparse.ArgumentParser(prog="python -m local.token", description="A token for `make run`.")
    parser.add_argument("--plan", choices=PLANS, default=Plan.FREE.value, help="what its person pays for (free)")
    parser.add_argument("--person", default="", help="whose it is (without a name, each plan has its own person)")
    asked = parser.parse_args(arguments)
    told = secret(Path(os.environ.get("DATA_DIR") or DATA_DIR).resolve())
    print(made(asked.plan, told, asked.person))
    return 0


def secret(data_dir: Path) -> str:
    """The secret of this machine: made when it is first asked for, and readable by its owner alone."""
    file = data_dir / "token_secret"
    if not file.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as new:
            new.write(token_urlsafe(32))
    return file.read_text()


def made(plan: str, key: str, person: str = "") -> str:
    """A token of a person who pays for a plan; without a name, each plan has its own person."""
    now = datetime.now(UTC)
    claims = {
        "iss": f"{PROJECT}/auth/v1",
        "aud": "authenticated",
        "sub": id_of(plan, person),
        "role": "authenticated",
        "iat": now,
        "exp": now + timedelta(days=365),
        "aal": "aal2",
        "email": f"{plan}@example.com",
        "app_metadata": {"role": plan},
    }
    return jwt.encode(claims, key, "HS256")


def id_of(plan: str, person: str = "") -> str:
    """The id of the person whose token `made` makes."""
    return str(uuid5(NAMESPACE_URL, f"{PROJECT}/{plan}/{person}"))


if __name__ == "__main__":
    sys.exit(main())
