"""Photographs the pages and checks them in a browser: `python -m local.pictures [ADDRESS]` (`make pictures`).

Each page is photographed in both languages and themes at the width of a phone and of a desktop, and held against what
every page must keep: no message in the console, nothing wider than 320 px, nothing that axe finds, a weight below
`page_bench.MOST_KB`. Without an address the demonstration league is started, and again after a kick-off, when a match
shows more. A Chromium of the machine is used (CHROMIUM).
"""

import argparse
import itertools
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, sync_playwright  # pyright: ignore[reportMissingImports]  # see Makefile

from local import page_bench, process_lifetime
from local.run import ROOT, running_demo_in

Theme = Literal["light", "dark"]
DEMO_EVENING = "2026-03-07T18:30:00+00:00"
"""The day's match has begun."""
OUT = ROOT / ".build" / "pictures"
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
WIDTHS = {"phone": 390, "desktop": 1280}
NARROWEST = 320
THEMES: tuple[Theme, ...] = ("light", "dark")
PREFIXES = {"fr": "", "en": "/en"}


@dataclass
class Report:
    """What was found."""

    faults: list[str] = field(default_factory=list)
    kilobytes: dict[str, float] = field(default_factory=dict)


def photograph(address: str, out: Path, report: Report, *, begun_only: bool = False) -> None:
    """Photograph and check every page of a site; or those only that a match has once it has begun."""
    out.mkdir(parents=True, exist_ok=True)
    paths = {f"begun-{name}": path for name, path in begun(address)} if begun_only else all_pages(address)
    for name, path in paths.items():
        report.kilobytes[name] = page_bench.weigh(address, path).total
        if report.kilobytes[name] > page_bench.MOST_KB:
            report.faults.append(f"{name}: {report.kilobytes[name]:.0f} kB compressed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=page_bench.chromium(), args=["--no-sandbox"])
        for (name, path), language in itertools.product(paths.items(), PREFIXES):
            url = f"{address}{PREFIXES[language]}{path}"
            check_narrow(browser, url, f"{name}-{language}", report)
            for (size, width), theme in itertools.product(WIDTHS.items(), THEMES):
                picture = f"{name}-{language}-{size}-{theme}"
                with_page(browser, url, width, theme, picture, out, report)
        browser.close()


def all_pages(address: str) -> dict[str, str]:
    """Names and paths of the pages, and of one that is missing."""
    return {**dict(page_bench.paths(address)), "missing": "/match/1"}


def begun(address: str) -> Iterator[tuple[str, str]]:
    """Names and paths of the pages of a match that has begun."""
    match = dict(page_bench.paths(address))["match"]
    yield "match", match
    yield "what-if", f"{match}/what-if?minute=60&home=1&away=0"


def visit(page: Page, url: str, messages: list[str] | None = None) -> None:
    """Open a page, after a wait where that many pages a minute are too many; forget what was noted before that."""
    while (response := page.goto(url, wait_until="networkidle")) and response.status == HTTPStatus.TOO_MANY_REQUESTS:
        page.wait_for_timeout(1000 * int(response.headers["retry-after"]))
        (messages or []).clear()


def check_narrow(browser: Browser, url: str, name: str, report: Report) -> None:
    """Check that nothing is wider than the narrowest phone, and what axe finds."""
    page = browser.new_page(viewport={"width": NARROWEST, "height": 640})
    visit(page, url)
    width = page.evaluate("document.documentElement.scrollWidth")
    if width > NARROWEST:
        report.faults.append(f"{name}: {width} px wide at {NARROWEST} px")
    page.close()


def with_page(browser: Browser, url: str, width: int, theme: Theme, name: str, out: Path, report: Report) -> None:
    """Photograph a page, and check its console and what axe finds."""
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=theme)
    messages: list[str] = []
    page.on("console", lambda message: messages.append(message.text))
    page.on("pageerror", lambda error: messages.append(str(error)))
    visit(page, url, messages)
    # The browser itself notes that a page which is to be missing is missing.
    report.faults += [f"{name}: {text}" for text in messages if not (name.startswith("missing") and "404" in text)]
    page.screenshot(path=out / f"{name}.png", full_page=True)
    if AXE.exists():
        report.faults += [f"{name}: {fault}" for fault in axe(page)]
    page.close()


def axe(page: Page) -> list[str]:
    """What axe finds; it is evaluated by the debugger, which the page's policy does not concern."""
    page.evaluate(AXE.read_text())
    result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{each['id']}: {each['nodes'][0]['target']} {each['nodes'][0].get('failureSummary', '')}"
        for each in result["violations"]
    ]


def main() -> None:
    """Photograph, print what was found, and fail if that is anything."""
    parser = argparse.ArgumentParser(prog="python -m local.pictures", description="Photograph and check the pages.")
    parser.add_argument("address", nargs="?", help="of a running site; without one the demonstration league is started")
    parser.add_argument("--out", type=Path, default=OUT)
    arguments = parser.parse_args()
    report = Report()
    if arguments.address:
        photograph(arguments.address.rstrip("/"), arguments.out, report)
    else:
        with process_lifetime.folder("pictures-") as folder:
            with running_demo_in(folder) as address:
                photograph(address, arguments.out, report)
            for saved in folder.glob("*/clock"):
                saved.write_text(DEMO_EVENING)
            with running_demo_in(folder) as address:
                photograph(address, arguments.out, report, begun_only=True)
    for name, kilobytes in report.kilobytes.items():
        print(f"{name:12} {kilobytes:5.1f} kB compressed, with all that it loads")
    print(f"Pictures: {arguments.out}")
    if report.faults:
        sys.exit("\n".join(dict.fromkeys(report.faults)))


if __name__ == "__main__":
    main()
