"""Weights of the pages, their start and Lighthouse's scores: `python -m local.page_bench`, and a part of `make bench`.

A weight is what a first visit loads, compressed: the page, and every asset that it or an asset names. Lighthouse is
fetched from npm when it is run, and needs a Chromium of the machine (CHROMIUM); without one of them its scores are left
out. The demonstration league is measured.
"""

import gzip
import json
import os
import re
import shutil
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from pathlib import Path
from statistics import median

import httpx

from local import cold_starts
from local.run import running_demo

LIGHTHOUSE = "lighthouse@13.5.0"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
GOAL = 95
"""The lowest score of each category that is good enough."""
MOST_KB = 60
"""The most that a page and its assets may weigh together, compressed."""
RUNS = 3
"""Runs of Lighthouse for each page, whose median counts: a busy machine takes up to a fifth of performance."""
TIMEOUT = 180
"""Seconds of one run of Lighthouse."""
FIXED = {
    "today": "/",
    "record": "/record",
    "picks": "/picks",
    "method": "/about/method",
    "glossary": "/about/glossary",
    "legal": "/about/legal",
    "developers": "/about/developers",
}
"""Paths of pages that are always there."""
LINKED = {"match": "/", "league": "/", "club": "/league/"}
"""Pages that are found by the first link on another one: their kind, and the page that links them."""
SCORED = ("today", "match", "league", "club", "record", "picks", "legal")
"""The pages that Lighthouse reads: one of each kind."""
_ASSET = re.compile(rb'"(/assets/[^"]+)"')


@dataclass(frozen=True, slots=True)
class Weight:
    """Kilobytes, compressed."""

    page: float
    total: float  # with all that a first visit loads


def paths(address: str) -> Iterator[tuple[str, str]]:
    """Names and paths of the pages of a site."""
    yield from FIXED.items()
    found: dict[str, str] = {}
    for kind, linked_from in LINKED.items():
        source = next((path for path in found.values() if path.startswith(linked_from)), "/")
        link = re.search(rf'href="(/{kind}/[^"#]+)"', fetch(f"{address}{source}").decode())
        if link:
            found[kind] = link[1]
    yield from found.items()
    if "match" in found:
        yield "embed", f"/embed{found['match']}"


def weigh(address: str, path: str) -> Weight:
    """What a page weighs."""
    page = fetch(f"{address}{path}")
    loaded: dict[bytes, bytes] = {}
    waiting = [page]
    while waiting:
        for name in set(_ASSET.findall(waiting.pop())) - loaded.keys():
            loaded[name] = fetch(address + name.decode())
            waiting.append(loaded[name])
    own = _kilobytes(page)
    return Weight(own, own + sum(map(_kilobytes, loaded.values())))


def _kilobytes(content: bytes) -> float:
    return len(gzip.compress(content)) / 1000


def fetch(url: str) -> bytes:
    """The body of a response, whatever its status; waits where that many pages a minute are too many."""
    while (response := httpx.get(url, verify=_tls())).status_code == HTTPStatus.TOO_MANY_REQUESTS:
        time.sleep(int(response.headers["retry-after"]))
    return response.content


@cache
def _tls() -> ssl.SSLContext:
    """Made once: it takes longer than a page."""
    return httpx.create_ssl_context()


def chromium() -> str | None:
    """The program of a Chromium, if this machine has one."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium")


def scores(url: str, browser: str) -> dict[str, int]:
    """Lighthouse's scores of a page by category, from 0 to 100.

    Raises:
        RuntimeError: Lighthouse cannot be had or does not run; with the beginning of what it says.
    """
    flags = "--headless=new --no-sandbox"
    command = [
        str(Path(sys.executable).with_name("npx")),
        "--yes",
        LIGHTHOUSE,
        url,
        "--quiet",
        "--output=json",
        f"--chrome-flags={flags}",
    ]
    command.append(f"--only-categories={','.join(CATEGORIES)}")
    programs = Path(sys.executable).parent  # Node and npx among them
    environment = os.environ | {"CHROME_PATH": browser, "PATH": f"{programs}:{os.environ['PATH']}"}
    environment["npm_config_loglevel"] = "error"
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=TIMEOUT)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise RuntimeError(str(error)) from None
    if done.returncode:
        raise RuntimeError(" ".join(done.stderr.split())[:300])
    report = json.loads(done.stdout)
    return {name: round(100 * report["categories"][name]["score"]) for name in CATEGORIES}


def measure(address: str) -> Iterator[str]:
    """Weights and scores of the pages of a site, line by line."""
    found = dict(paths(address))
    yield f"pages, kB compressed: the page, and with all that a first visit loads (goal {MOST_KB})"
    for name, path in found.items():
        weight = weigh(address, path)
        yield f"  {name:<22}{weight.page:>7.1f}{weight.total:>7.1f}"
    browser = chromium()
    if browser is None:
        yield "Lighthouse was not run: this machine has no Chromium (CHROMIUM names one)"
        return
    yield f"{LIGHTHOUSE}, mobile, median of {RUNS}: {', '.join(CATEGORIES)} (goal {GOAL})"
    for name in SCORED:
        try:
            runs = [scores(f"{address}{found[name]}", browser) for _ in range(RUNS)]
        except RuntimeError as error:
            yield f"Lighthouse was not run: {error}"
            return
        yield f"  {name:<22}" + "".join(f"{median(run[each] for run in runs):>7}" for each in CATEGORIES)


def measure_demo() -> None:
    """Print weights and scores of the pages of the demonstration league."""
    with redirect_stdout(sys.stderr), running_demo() as (address, _):
        lines = list(measure(address))
    print("\n".join(lines))


def main() -> None:
    """Measure the pages of the demonstration league, and their function's start."""
    measure_demo()
    cold_starts.print_table(cold_starts.measure(["pages"]))


if __name__ == "__main__":
    main()
