"""The pages' templates, compiled to modules of their bundle."""

from pathlib import Path

from jinja2 import FileSystemLoader

from functions.pages.rendering import COMPILED_TEMPLATES, TEMPLATES, environment


def compile_templates(folder: Path) -> None:
    """Compile the templates in a bundle's folder, if it has pages: a cold start would compile each that it renders.

    Raises:
        jinja2.TemplateSyntaxError: a template does not compile.
    """
    pages = folder / "functions" / "pages"
    if pages.is_dir():
        sources = FileSystemLoader(pages / TEMPLATES.name)
        environment(sources).compile_templates(pages / COMPILED_TEMPLATES.name, zip=None, ignore_errors=False)
