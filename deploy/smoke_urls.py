"""Check what was deployed: `python -m deploy.smoke_urls https://front [--release abc1234] [--locked https://… …]`.

Each route of custom.routes is requested through the CDN, without a token: its function must answer, be it 404, and
`/health` must show the release. So each function's URL, its alias and its settings are tried. A function's own URL
(`--locked`) must refuse.
"""

import argparse
import json
import sys
import time

import httpx

from deploy import service

RELEASE_TIMEOUT = 300
"""Seconds until the deployed release must answer."""


class SmokeError(RuntimeError):
    """What was deployed does not answer as it should; the message names the path and the response."""


def addresses() -> list[str]:
    """A path of every route, with a segment that does not exist for `*`."""
    paths = [path for function in service.read().functions.values() for path in function.paths]
    return [path.replace("/*", "*").replace("*", "/no-such-path") for path in paths]


def check(http: httpx.Client, path: str) -> None:
    """Check that one path is answered by the application, without credentials."""
    response = http.get(path)
    if response.status_code == 429:  # there are more routes than the limit of anonymous calls in a minute
        time.sleep(int(response.headers["retry-after"]))
        response = http.get(path)
    if response.status_code in {403, 429} or response.status_code >= 500:
        raise SmokeError(f"GET {path} answered {response.status_code}: {response.text[:200]}")
    if "strict-transport-security" not in response.headers:
        raise SmokeError(f"GET {path} answered {response.status_code} without the headers of the application")


def check_release(http: httpx.Client, release: str) -> None:
    """Check that the deployed release is the one that answers."""
    response = http.get("/health")
    version = response.json().get("version") if response.status_code == 200 else response.text[:200]
    if version != release:
        raise SmokeError(f"GET /health shows {version!r}, and {release!r} was deployed")


def check_ready(http: httpx.Client) -> None:
    """Check that the database and Redis are reachable; other services need not stop a release."""
    ready = http.get("/health/ready").json()
    if not (ready.get("database") and ready.get("redis", {}).get("connected")):
        raise SmokeError(f"GET /health/ready shows {json.dumps(ready)}")


def check_locked(http: httpx.Client, url: str) -> None:
    """Check that a function's own URL refuses requests that bypass the CDN."""
    status = http.get(url).status_code
    if status != 403:
        raise SmokeError(f"{url} answered {status} without the CDN; it should refuse with 403")


def _wait_for_release(timeout: float, http: httpx.Client, release: str) -> None:
    end = time.monotonic() + timeout
    while True:
        try:
            return check_release(http, release)
        except (SmokeError, httpx.HTTPError):
            if time.monotonic() > end:
                raise
            time.sleep(10)


def main() -> None:
    """Check everything; stop at the first failure."""
    parser = argparse.ArgumentParser(prog="python -m deploy.smoke_urls", description="Check what was deployed.")
    parser.add_argument("front", help="https://….cloudfront.net, or a custom domain")
    parser.add_argument("--release", help="what /health must show")
    parser.add_argument("--locked", nargs="*", default=[], help="URLs of functions, which must refuse")
    args = parser.parse_args()
    with httpx.Client(base_url=args.front, timeout=20) as http:
        try:
            if args.release:
                _wait_for_release(RELEASE_TIMEOUT, http, args.release)
            check_ready(http)
            for path in addresses():
                check(http, path)
                print(f"{path}: answers")
            for url in args.locked:
                check_locked(http, url)
        except (SmokeError, httpx.HTTPError) as error:
            sys.exit(f"smoke: {error}")


if __name__ == "__main__":
    main()
