"""The documentation: files as they were built, quick to give and to give again."""

import base64
import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy import openapi, service, site
from functions.site import files
from tests.api_description import description
from tests.running import HttpResponse, environment, invoke

LOADED = ["/docs/swagger-ui.css", "/docs/swagger-ui-bundle.js", "/docs/start.js", "/docs/favicon.svg"]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder like the project's, with the documentation built in it."""
    root = tmp_path_factory.mktemp("project")
    for folder in ("functions", "public"):
        (root / folder).symlink_to(service.ROOT / folder)
    openapi.write(description(), root)
    site.write(root)
    return root / openapi.SITE


@pytest.fixture(autouse=True)
def served(built: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(files, "FOLDER", built)
    files.all_files.cache_clear()
    with environment(APP_VERSION="1.2.3"):
        yield
    files.all_files.cache_clear()


def body_of(response: HttpResponse) -> bytes:
    """The body, unpacked where it was packed."""
    raw = response.body.encode() if "content-encoding" not in response.headers else base64.b64decode(response.body)
    return gzip.decompress(raw) if response.headers.get("content-encoding") == "gzip" else raw


def test_the_built_openapi_description_is_served_plain_or_gzipped(built: Path) -> None:
    plain, packed = invoke("site", "/openapi.json"), invoke("site", "/openapi.json", accept_encoding="br, gzip")
    assert plain.body.encode() == body_of(packed) == gzip.decompress((built / "openapi.json.gz").read_bytes())
    for response in (plain, packed):
        assert response.headers["content-type"] == "application/json"
        assert response.headers["cache-control"] == "public, max-age=300"
        assert "Accept-Encoding" in response.headers["vary"]
    assert "content-encoding" not in plain.headers


@pytest.mark.case("D7")
@pytest.mark.parametrize("path", ["/openapi.json", "/docs", *LOADED])
def test_a_matching_etag_of_the_site_is_a_304(path: str) -> None:
    first = invoke("site", path)
    again = invoke("site", path, if_none_match=first.headers["etag"])
    assert (first.status, again.status, again.body) == (200, 304, "")
    assert again.headers["etag"] == first.headers["etag"]
    assert invoke("site", path, if_none_match='"another"').status == 200


def test_the_docs_page_loads_only_our_own_files() -> None:
    page = invoke("site", "/docs")
    assert page.headers["content-type"].startswith("text/html")
    policy = page.headers["content-security-policy"]
    assert {"script-src 'self'", "connect-src 'self'", "default-src 'none'", "frame-ancestors 'none'"} <= set(
        policy.split("; ")
    )
    assert "unsafe" not in policy
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page.body)
    assert sorted(loaded) == sorted([*LOADED, "/openapi.json"])
    assert re.findall(r"<script[^>]*>(.)", page.body) == ["<", "<"], "no script stands in the page itself"
    kinds = [invoke("site", path, accept_encoding="gzip").headers["content-type"].partition(";")[0] for path in LOADED]
    assert kinds[0] == "text/css"
    assert kinds[1] == kinds[2]
    assert kinds[2].endswith("/javascript")
    assert kinds[3] == "image/svg+xml"


def test_the_verifier_is_served_with_all_that_it_loads_under_its_own_policy() -> None:
    page = invoke("site", "/verify.html")
    own = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page.body)
    assert own
    assert set(own[1].split("; ")) | {"frame-ancestors 'none'"} == set(
        page.headers["content-security-policy"].split("; ")
    )
    for name in ("verify-page.js", "verify.js", "verify.css", "verify.fr.arb", "verify.en.arb", "verify.py"):
        assert invoke("site", f"/{name}").status == 200, name
    assert invoke("site", "/verify.exe").status == 404


@pytest.mark.case("H9")
@pytest.mark.parametrize(
    "name",
    ["nothing", "index.html", "openapi.json", "..%2Fopenapi.json", "%2Fetc%2Fpasswd", "swagger-ui.css.gz", "%00", "."],
)
def test_any_other_file_is_404(name: str) -> None:
    assert invoke("site", f"/docs/{name}").status == 404


def test_before_anything_is_built_there_is_no_documentation(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(files, "FOLDER", tmp_path)
    files.all_files.cache_clear()
    assert invoke("site", "/openapi.json").status == 404
