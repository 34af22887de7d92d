"""`python -m local.page_bench` weighs what a first visit loads, and goes on where Lighthouse cannot run."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest

from local import page_bench
from tests import http_service

FILES = {
    "/": b'<link href="/assets/style.css?v=1"><script src="/assets/page.js"></script><a href="/match/7">x</a>',
    "/match/7": b'<link href="/assets/style.css?v=1"><p>' + "Saint-Étienne".encode(),
    "/assets/style.css?v=1": b"body { margin: 0 }",
    "/assets/page.js": b'register("/assets/worker.js"); load("/assets/style.css?v=1")',
    "/assets/worker.js": b"addEventListener()",
}


@pytest.fixture
def site() -> Iterator[str]:
    with http_service.serve(lambda method, target, headers, body: (200, {}, FILES.get(target, b""))) as address:
        yield address


def kilobytes(*targets: str) -> float:
    return sum(len(gzip.compress(FILES[target])) for target in targets) / 1000


def test_a_weight_is_the_page_and_each_file_once_that_it_or_its_files_load(site: str) -> None:
    weight = page_bench.weigh(site, "/")
    assert weight.page == kilobytes("/")
    assets = [target for target in FILES if target.startswith("/assets/")]
    assert weight.total == pytest.approx(kilobytes("/", *assets))
    assert page_bench.weigh(site, "/match/7").total == pytest.approx(kilobytes("/match/7", "/assets/style.css?v=1"))


def test_without_chromium_there_are_weights_alone(site: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    *weights, last = page_bench.measure(site)
    assert [line.split()[0] for line in weights[1:]] == [*page_bench.FIXED, "match", "embed"]
    assert last == "Lighthouse was not run: this machine has no Chromium (CHROMIUM names one)"


def test_without_npm_there_are_weights_alone(site: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    offline = {"npm_config_offline": "true", "npm_config_cache": str(tmp_path), "CHROMIUM": "chromium"}
    for name, value in offline.items():
        monkeypatch.setenv(name, value)
    assert list(page_bench.measure(site))[-1].startswith("Lighthouse was not run: npm error")
