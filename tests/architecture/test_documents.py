"""The documents: links resolve, each names its readers, and the glossary names what exists."""

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("docs", "functions", "shared", "local", "deploy", "models", "migrations", "tests", ".github", ".ci")
LINK = re.compile(r"\]\((?!\w+:)([^)#\s]*)(?:#([^)\s]+))?\)")
DOCUMENT = re.compile(r"(?<![\w/.<-])docs/[\w/-]+\.md\b")
MODULE = re.compile(r"`((?:shared|deploy|local|models|functions)/[\w/]+\.py)`(?: `(\w+)`)?")
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


def texts(root: Path) -> Iterator[tuple[Path, str]]:
    """Our files that hold text, documents among them."""
    nested = (path for folder in FOLDERS for path in (root / folder).rglob("*"))
    for path in (*root.iterdir(), *nested):
        if path.is_file() and path.suffix in {".md", ".py", ".sql", ".yml", ".cjs", ".toml", ".example", ".sh", ""}:
            yield path, path.read_text(errors="replace")


def anchors(text: str) -> set[str]:
    """The anchors that GitHub gives a document's headings."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken_links(root: Path) -> list[str]:
    """Relative links of documents, and `docs/….md` anywhere, that lead nowhere."""
    found = list[str]()
    for path, text in texts(root):
        place = str(path.relative_to(root))
        found += [f"{place}: {name}" for name in DOCUMENT.findall(text) if not (root / name).exists()]
        if path.suffix != ".md":
            continue
        for name, anchor in LINK.findall(FENCE.sub("", text)):
            target = path.parent / name if name else path
            if not target.exists() or (anchor and anchor not in anchors(target.read_text())):
                found.append(f"{place}: {name}{'#' + anchor if anchor else ''}")
    return found


def test_every_link_leads_somewhere() -> None:
    assert broken_links(ROOT) == []


def test_links_that_lead_nowhere_are_found(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "a.md").write_text("# One thing\n[b](b.md) [one](#one-thing) [two](#two) [web](https://x.test)\n")
    (tmp_path / "Makefile").write_text(f"# {docs.name}/a.md and {docs.name}/c.md\n")
    found = [f"Makefile: {docs.name}/c.md", f"{docs.name}/a.md: #two", f"{docs.name}/a.md: b.md"]
    assert sorted(broken_links(tmp_path)) == found


def documents_without_reader(root: Path) -> list[str]:
    """Documents whose first line does not name their readers."""
    texts_by_path = {path: path.read_text() for path in (root / "docs").rglob("*.md")}
    return [path.name for path, text in texts_by_path.items() if not re.match(r"For .+\.\n\n# ", text)]


def test_every_document_names_its_readers_in_its_first_line() -> None:
    assert documents_without_reader(ROOT) == []


def test_a_document_without_a_reader_is_found(tmp_path: Path) -> None:
    decisions = tmp_path / "docs/decisions"
    decisions.mkdir(parents=True)
    (decisions / "a.md").write_text("For engineers.\n\n# A\n")
    (decisions / "b.md").write_text("# B\n\nFor engineers.\n")
    assert documents_without_reader(tmp_path) == ["b.md"]


def missing_definitions(root: Path, glossary: str) -> Iterable[str]:
    """Modules of the glossary that do not exist, and names that they do not define."""
    for module, name in MODULE.findall(glossary):
        if not (root / module).is_file():
            yield module
        elif name and name not in defined(ast.parse((root / module).read_text())):
            yield f"{module} {name}"


def defined(tree: ast.Module) -> set[str]:
    targets = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return targets | {n.name for n in tree.body if isinstance(n, ast.FunctionDef | ast.ClassDef)}


def test_every_definition_in_the_glossary_exists_in_the_code() -> None:
    assert list(missing_definitions(ROOT, (ROOT / "docs/glossary.md").read_text())) == []


def test_the_glossary_defines_each_term_once_with_its_location() -> None:
    rows = re.findall(r"^\| (.+?) \| .+ \| (.+) \|$", (ROOT / "docs/glossary.md").read_text(), re.MULTILINE)
    terms = Counter(term for cell, where in rows if where != "where" for term in cell.split(", "))
    assert [term for term, count in terms.items() if count > 1] == []
    assert [cell for cell, where in rows if where != "where" and not re.search(r"`\w+/", where)] == []


def test_a_name_that_is_gone_is_found() -> None:
    glossary = "`shared/betting/value.py` `kelly`, `shared/betting/value.py` `gone`, `shared/betting/gone.py`"
    assert list(missing_definitions(ROOT, glossary)) == ["shared/betting/value.py gone", "shared/betting/gone.py"]
