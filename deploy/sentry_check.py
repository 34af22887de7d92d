"""Check that errors reach Sentry: `python -m deploy.sentry_check https://… --project owner/project --release abc`.

Triggers an administrator's test error through the CDN, and polls Sentry's API until the event is there, with the right
stage and release. The administrator is an account that is created for it with the project's secret key, and deleted
after it; so it does not matter how the project signs its tokens. The environment has SUPABASE_URL and
SUPABASE_SERVICE_KEY of the stage, and SENTRY_READ_TOKEN, which may read events (`project:read`). Sentry's API:
https://docs.sentry.io/api/events/retrieve-an-event-for-a-project/
"""

import argparse
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from secrets import token_urlsafe
from uuid import uuid4

import httpx

TEST_ERROR = "/api/v1/admin/test-error"
POLL_INTERVAL, POLL_TIMEOUT = 5, 120
"""Seconds."""
REQUIRED = ("SUPABASE_URL", "SUPABASE_SERVICE_KEY", "SENTRY_READ_TOKEN")


class SentryCheckError(RuntimeError):
    """An event did not arrive as expected; the message says what is wrong."""


@contextmanager
def administrator(supabase: httpx.Client) -> Iterator[str]:
    """The access token of a new administrator, who is deleted when the block ends.

    Args:
        supabase: a client of the project, which sends its secret key.
    """
    email, password = f"report-check-{uuid4().hex}@example.com", token_urlsafe(32)
    fields = {"email": email, "password": password, "email_confirm": True, "app_metadata": {"role": "admin"}}
    user_id = _supabase(supabase, "/auth/v1/admin/users", fields)["id"]
    try:
        session = _supabase(supabase, "/auth/v1/token?grant_type=password", {"email": email, "password": password})
        yield session["access_token"]
    finally:
        supabase.delete(f"/auth/v1/admin/users/{user_id}")


def _supabase(client: httpx.Client, path: str, body: dict[str, object]) -> dict[str, str]:
    response = client.post(path, json=body)
    if not response.is_success:
        raise SentryCheckError(f"Supabase answered {response.status_code} to POST {path.partition('?')[0]}")
    return response.json()


def trigger(front: httpx.Client, token: str) -> str:
    """Raise the test error in the deployed API; returns Sentry's id of the event."""
    response = front.post(TEST_ERROR, headers={"Authorization": f"Bearer {token}", "Idempotency-Key": uuid4().hex})
    if response.status_code != 200:
        raise SentryCheckError(f"POST {TEST_ERROR} answered {response.status_code}: {response.text[:200]}")
    event_id = response.json()["event_id"]
    if not event_id:
        raise SentryCheckError("no event is sent: SENTRY_DSN is not set in the stage's secret")
    return event_id


def wait_for_event(sentry: httpx.Client, project: str, event_id: str, expected: dict[str, str]) -> None:
    """Poll until an event is there, and compare its tags.

    Args:
        sentry: a client of its API.
        project: `owner/project`.
        expected: tags that it must have.
    """
    end = time.monotonic() + POLL_TIMEOUT
    while (response := sentry.get(f"/api/0/projects/{project}/events/{event_id}/")).status_code == 404:
        if time.monotonic() > end:
            raise SentryCheckError(f"Sentry has no event {event_id} in {project} after {POLL_TIMEOUT} s")
        time.sleep(POLL_INTERVAL)
    if response.status_code != 200:
        raise SentryCheckError(f"Sentry answered {response.status_code}: {response.text[:200]}")
    tags = {tag["key"]: tag["value"] for tag in response.json()["tags"]}
    if wrong := {name: tags.get(name) for name, value in expected.items() if tags.get(name) != value}:
        raise SentryCheckError(f"Sentry has the event with {wrong} instead of {expected}")


def main() -> None:
    """Trigger one error, and wait for its event."""
    parser = argparse.ArgumentParser(
        prog="python -m deploy.sentry_check", description="Check that errors reach Sentry."
    )
    parser.add_argument("front", help="https://….cloudfront.net, or a custom domain")
    parser.add_argument("--project", required=True, help="owner/project at Sentry")
    parser.add_argument("--stage", required=True, choices=["staging", "production"])
    parser.add_argument("--release", required=True, help="as /health shows it")
    parser.add_argument("--sentry", default="https://sentry.io", help="https://de.sentry.io for a project in the EU")
    args = parser.parse_args()
    if missing := [name for name in REQUIRED if not os.environ.get(name)]:
        sys.exit(f"sentry_check: {', '.join(missing)} must be set")
    key = os.environ["SUPABASE_SERVICE_KEY"]
    secret = {"apikey": key} | ({} if key.startswith("sb_") else {"Authorization": f"Bearer {key}"})
    reader = {"Authorization": f"Bearer {os.environ['SENTRY_READ_TOKEN']}"}
    try:
        with (
            httpx.Client(base_url=os.environ["SUPABASE_URL"], timeout=20, headers=secret) as supabase,
            httpx.Client(base_url=args.front, timeout=20) as front,
            administrator(supabase) as token,
        ):
            event_id = trigger(front, token)
        with httpx.Client(base_url=args.sentry, timeout=20, headers=reader) as sentry:
            wait_for_event(sentry, args.project, event_id, {"environment": args.stage, "release": args.release})
    except (SentryCheckError, httpx.HTTPError) as error:
        sys.exit(f"sentry_check: {error}")
    print(f"{args.project} has the event {event_id}")


if __name__ == "__main__":
    main()
