"""Ask what was deployed: `python -m deploy.smoke_urls https://front [--release abc1234] [--locked https://… …]`.

Each route of custom.routes is asked through the front, without a token: its function must answer, be it that there is
nothing, and `/health` must tell the release. So each function's URL, its alias and its settings are tried. A function's
own URL (`--locked`) must refuse.
"""

import argparse
import json
import sys
import time

import httpx

from deploy import service

PATIENCE = 300
"""Seconds until the front must have what was deployed."""


class SmokeError(RuntimeError):
    """What was deployed does not answer as it should; the message says which path and what it said."""


def addresses() -> list[str]:
    """A path of every route; `*` stands for what nobody has."""
    paths = [path for function in service.read().values() for path in function.paths]
    return [path.replace("/*", "*").replace("*", "/no-such-path") for path in paths]


def check(http: httpx.Client, path: str) -> None:
    """Hold one path to what every function does for whoever shows nothing.

    Raises:
        SmokeError: it does something else.
    """
    answer = http.get(path)
    if answer.status_code == 429:  # these are more calls than somebody who has not signed in may make in a minute
        time.sleep(int(answer.headers["retry-after"]))
        answer = http.get(path)
    if answer.status_code in {403, 429} or answer.status_code >= 500:
        raise SmokeError(f"GET {path} answered {answer.status_code}: {answer.text[:200]}")
    if "strict-transport-security" not in answer.headers:
        raise SmokeError(f"GET {path} answered {answer.status_code} without the headers of every answer of ours")


def check_release(http: httpx.Client, release: str) -> None:
    """See that the release which was deployed is the one that answers.

    Raises:
        SmokeError: another one answers.
    """
    answer = http.get("/health")
    told = answer.json().get("version") if answer.status_code == 200 else answer.text[:200]
    if told != release:
        raise SmokeError(f"GET /health tells {told!r}, and {release!r} was deployed")


def check_ready(http: httpx.Client) -> None:
    """See that the database and Redis are reached; what else is wanting need not stop a release.

    Raises:
        SmokeError: one of them is not.
    """
    answer = http.get("/health/ready")
    told = answer.json()
    if not (told.get("database") and told.get("redis", {}).get("connected")):
        raise SmokeError(f"GET /health/ready tells {json.dumps(told)}")


def check_locked(http: httpx.Client, url: str) -> None:
    """See that a function's own URL refuses whoever goes past the front.

    Raises:
        SmokeError: it answers.
    """
    status = http.get(url).status_code
    if status != 403:
        raise SmokeError(f"{url} answered {status} past the front; it should refuse with 403")


def _until(patience: float, http: httpx.Client, release: str) -> None:
    end = time.monotonic() + patience
    while True:
        try:
            return check_release(http, release)
        except (SmokeError, httpx.HTTPError):
            if time.monotonic() > end:
                raise
            time.sleep(10)


def main() -> None:
    """Ask everything; stop at the first that is wrong."""
    parser = argparse.ArgumentParser(prog="python -m deploy.smoke_urls", description="Ask what was deployed.")
    parser.add_argument("front", help="https://….cloudfront.net, or a domain of one's own")
    parser.add_argument("--release", help="what /health must tell")
    parser.add_argument("--locked", nargs="*", default=[], help="URLs of functions, which must refuse")
    asked = parser.parse_args()
    with httpx.Client(base_url=asked.front, timeout=20) as http:
        try:
            if asked.release:
                _until(PATIENCE, http, asked.release)
            check_ready(http)
            for path in addresses():
                check(http, path)
                print(f"{path}: answers")
            for url in asked.locked:
                check_locked(http, url)
        except (SmokeError, httpx.HTTPError) as error:
            sys.exit(f"smoke: {error}")


if __name__ == "__main__":
    main()
