import shutil
from collections.abc import Iterator
from pathlib import Path

import jinja2
import pytest

from deploy.templates import compile_templates
from functions.pages import rendering
from shared.explanations.translations import Language
from tests.conftest import at


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """The folder of the pages in a bundle."""
    folder = tmp_path / "functions" / "pages"
    shutil.copytree(rendering.TEMPLATES, folder / "templates")
    return folder


@pytest.fixture
def new_environment() -> Iterator[None]:
    rendering.bundled_environment.cache_clear()
    yield
    rendering.bundled_environment.cache_clear()


@pytest.mark.usefixtures("new_environment")
def test_a_bundle_renders_its_compiled_templates_as_their_sources(
    pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = {"status": 404, "message": "<b>", "match": ""}
    with at("2026-11-30T12:00:00+00:00"):
        from_source = rendering.render("error.html", Language.FR, "", values)
        compile_templates(tmp_path)
        rendering.bundled_environment.cache_clear()
        monkeypatch.setattr(rendering, "COMPILED_TEMPLATES", pages / "compiled_templates")
        monkeypatch.setattr(rendering, "TEMPLATES", pages / "removed")
        compiled = rendering.render("error.html", Language.FR, "", values)
    assert compiled == from_source
    assert "&lt;b&gt;" in compiled


def test_every_template_is_compiled_and_gives_the_same_bytes_again(pages: Path, tmp_path: Path) -> None:
    compile_templates(tmp_path)
    compiled = {path.name: path.read_bytes() for path in (pages / "compiled_templates").iterdir()}
    assert len(compiled) == len(list((pages / "templates").iterdir()))
    assert all(path.suffix == ".py" for path in (pages / "compiled_templates").iterdir())
    compile_templates(tmp_path)
    assert {path.name: path.read_bytes() for path in (pages / "compiled_templates").iterdir()} == compiled


def test_a_template_that_does_not_compile_builds_no_bundle(pages: Path, tmp_path: Path) -> None:
    (pages / "templates" / "match.html").write_text("{% if %}")
    with pytest.raises(jinja2.TemplateSyntaxError):
        compile_templates(tmp_path)


def test_a_function_without_pages_has_no_compiled_templates(tmp_path: Path) -> None:
    compile_templates(tmp_path)
    assert not list(tmp_path.iterdir())
