"""See that errors reach Sentry: `python -m deploy.reports https://front --project owner/project --release abc1234`.

An administrator's test error is asked for at the front, and Sentry's API asked for its report until it is there, of the
right stage and release. The administrator is nobody: a token of a minute, signed with the project's legacy secret. The
environment tells SUPABASE_URL and SUPABASE_JWT_SECRET of the stage, and SENTRY_READ_TOKEN, which may read events
(`project:read`). Sentry's API: https://docs.sentry.io/api/events/retrieve-an-event-for-a-project/
"""

import argparse
import os
import sys
import time
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
import jwt

TEST_ERROR = "/api/v1/admin/test-error"
PAUSE, PATIENCE = 5, 120
"""Seconds between two questions, and until the report must be there."""
NEEDED = ("SUPABASE_URL", "SUPABASE_JWT_SECRET", "SENTRY_READ_TOKEN")


class ReportsError(RuntimeError):
    """A report did not arrive as it should; the message says what is wrong."""


def administrator(supabase_url: str, secret: str, now: datetime) -> str:
    """A token of an administrator who signed in with two factors, for a minute; nobody's account."""
    claims = {
        "iss": f"{supabase_url.rstrip('/')}/auth/v1",
        "aud": "authenticated",
        "sub": str(uuid4()),
        "role": "authenticated",
        "iat": now,
        "exp": now + timedelta(minutes=1),
        "aal": "aal2",
        "app_metadata": {"role": "admin"},
    }
    return jwt.encode(claims, secret, "HS256")


def send(front: httpx.Client, token: str) -> str:
    """Have the test error reported; Sentry's id of it.

    Raises:
        ReportsError: it is refused, or nothing is reported at all.
    """
    answer = front.post(TEST_ERROR, headers={"Authorization": f"Bearer {token}", "Idempotency-Key": uuid4().hex})
    if answer.status_code != 200:
        raise ReportsError(f"POST {TEST_ERROR} answered {answer.status_code}: {answer.text[:200]}")
    event_id = answer.json()["event_id"]
    if not event_id:
        raise ReportsError("nothing is reported: SENTRY_DSN is not set in the stage's secret")
    return event_id


def arrived(sentry: httpx.Client, project: str, event_id: str, expected: dict[str, str]) -> None:
    """See that a report is there, and tagged as it should be.

    Args:
        sentry: a client of its API.
        project: `owner/project`.
        event_id: its id.
        expected: tags that it must have.

    Raises:
        ReportsError: it is not there in time, the API refuses, or it is tagged otherwise.
    """
    end = time.monotonic() + PATIENCE
    while (answer := sentry.get(f"/api/0/projects/{project}/events/{event_id}/")).status_code == 404:
        if time.monotonic() > end:
            raise ReportsError(f"Sentry has no report {event_id} in {project} after {PATIENCE} s")
        time.sleep(PAUSE)
    if answer.status_code != 200:
        raise ReportsError(f"Sentry answered {answer.status_code}: {answer.text[:200]}")
    told = {tag["key"]: tag["value"] for tag in answer.json()["tags"]}
    if wrong := {name: told.get(name) for name, value in expected.items() if told.get(name) != value}:
        raise ReportsError(f"Sentry has the report with {wrong} instead of {expected}")


def main() -> None:
    """Send one, and wait for it."""
    parser = argparse.ArgumentParser(prog="python -m deploy.reports", description="See that errors reach Sentry.")
    parser.add_argument("front", help="https://….cloudfront.net, or a domain of one's own")
    parser.add_argument("--project", required=True, help="owner/project at Sentry")
    parser.add_argument("--stage", required=True, choices=["staging", "production"])
    parser.add_argument("--release", required=True, help="what /health tells")
    parser.add_argument("--sentry", default="https://sentry.io", help="https://de.sentry.io where it is kept in the EU")
    asked = parser.parse_args()
    if missing := [name for name in NEEDED if not os.environ.get(name)]:
        sys.exit(f"reports: {', '.join(missing)} must be set")
    told = {name: os.environ[name] for name in NEEDED}
    token = administrator(told["SUPABASE_URL"], told["SUPABASE_JWT_SECRET"], datetime.now(UTC))
    reader = {"Authorization": f"Bearer {told['SENTRY_READ_TOKEN']}"}
    try:
        with httpx.Client(base_url=asked.front, timeout=20) as front:
            event_id = send(front, token)
        with httpx.Client(base_url=asked.sentry, timeout=20, headers=reader) as sentry:
            arrived(sentry, asked.project, event_id, {"environment": asked.stage, "release": asked.release})
    except (ReportsError, httpx.HTTPError) as error:
        sys.exit(f"reports: {error}")
    print(f"{asked.project} has the report {event_id}")


if __name__ == "__main__":
    main()
