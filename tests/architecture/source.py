"""The house's rules as checks over a folder of sources. Each returns the places that break it, as `path:line: what`."""

import ast
import io
import re
import sys
import tokenize
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from pathlib import Path

PURE = ("football", "forecasting", "betting", "explanations", "accounts", "ledger")
WORLDLY = {
    *("os", "io", "pathlib", "shutil", "tempfile", "glob", "socket", "ssl", "http", "urllib", "subprocess", "logging"),
    *("time", "random", "secrets", "uuid", "asyncio", "threading", "multiprocessing", "concurrent", "sqlite3", "sys"),
    *("importlib", "pkgutil"),
}
VALUES = {"uuid.UUID"}
"""Types of values in modules that also make them out of chance."""
ENVIRONMENT = {"os.environ", "os.environb", "os.getenv", "os.getenvb", "os.putenv", "os.unsetenv"}
CLOCK = {
    *("datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today", "datetime.date.today"),
    *("time.time", "time.time_ns", "time.localtime", "time.gmtime", "time.ctime", "time.strftime", "time.asctime"),
}
WORLDLY_CALLS = {
    "open",
    "print",
    "input",
    "now",
    "utcnow",
    "today",
    "read_text",
    "read_bytes",
    "write_text",
    "get_data",
}
READS_CATALOGUES = "shared/explanations/translations.py"
"""The one pure module that reads files, those of its own package (docs/decisions/texts.md)."""

STATEMENT = re.compile(
    r"^\s*(SELECT|INSERT INTO|UPDATE \w+\s+SET|DELETE FROM|WITH \w+ AS|TRUNCATE|CREATE|ALTER|DROP)\s"
)
ANY_STATEMENT = re.compile(r"\b(SELECT|INSERT INTO|UPDATE \w+\s+SET|DELETE FROM)\b")
STAR = re.compile(r"\b(SELECT|RETURNING)\b[^;]*?(\s|,|\b\w+\.)\*(\s*(,|FROM\b|$)|\s*\n)", re.IGNORECASE)

PRIVATE_WORDS = {
    *("told", "tell", "tells", "telling", "said", "say", "says", "saying", "asked", "ask", "asks", "asking"),
    *("heard", "hear", "hears", "spoken", "speak", "speaks", "meant", "wish", "wishes", "wished", "nobody", "somebody"),
    *("kept", "keep", "keeps", "keeping", "held", "happening", "happenings", "leaver", "leavers"),
    *("whoever", "whomever", "whom", "anothers", "everybody", "anybody", "anew"),
}
"""Words that no engineer would search for, unlike `settings`, `response`, `row` and `params`."""
ALLOWED_NAMES = {
    "keep_blank_values": "a parameter of urllib.parse",
    "_held_out": "held-out data is the term of machine learning",
    "_HELD_ELSEWHERE": "a lock is held",
}
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")

CASE = re.compile(r"(?<![\w/\"'`%=&.-])[A-Q](?:[1-9]|1\d|2[01])(?![\w/\"'`%])")
"""The id of an assurance case in running text; what is quoted or part of a path is none."""


def impure(root: Path) -> list[str]:
    """Pure rooms that import more than the standard library's pure part, numpy and pure rooms, or touch the world."""
    violations = []
    for path, nodes in _modules(root, [f"shared/{room}" for room in PURE]):
        for name, line in _imports(nodes):
            top, _, rest = name.partition(".")
            own = top == "shared" and rest.partition(".")[0] in PURE
            pure = top in sys.stdlib_module_names and top not in WORLDLY
            if not (own or pure or top == "numpy" or name in VALUES):
                violations.append(_at(root, path, line, f"imports {name}"))
        for call in (node for node in nodes if isinstance(node, ast.Call)):
            called = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
            if called in WORLDLY_CALLS and (called, path) != ("get_data", root / READS_CATALOGUES):
                violations.append(_at(root, path, call.lineno, f"calls {called}"))
    return violations


def environment_readers(root: Path) -> list[str]:
    """Places outside shared/runtime/settings.py that touch the environment."""
    return _uses(root, ENVIRONMENT, but="shared/runtime/settings.py")


def clock_readers(root: Path) -> list[str]:
    """Places outside shared/runtime/clock.py that read the time."""
    return _uses(root, CLOCK, but="shared/runtime/clock.py")


def misplaced_sql(root: Path) -> list[str]:
    """SQL literals outside shared/stores."""
    return [
        _at(root, path, node.lineno, "SQL outside shared/stores")
        for path, nodes in _modules(root, ["functions", "shared"])
        if not path.is_relative_to(root / "shared/stores")
        for node, text in _texts(nodes)
        if STATEMENT.match(text)
    ]


def assembled_sql(root: Path) -> list[str]:
    """SQL put together from pieces: f-strings, `+`, `%`, `format`, `join`; anywhere."""
    violations = []
    for path, nodes in _modules(root, ["functions", "shared"]):
        for node in nodes:
            if isinstance(node, ast.JoinedStr):
                parts = [node]
            elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod):
                parts = [node.left, node.right]
            elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") in {"format", "join"}:
                parts = [node.func, *node.args]
            else:
                continue
            texts = [text for part in parts for _, text in _texts(list(ast.walk(part)))]
            if any(ANY_STATEMENT.search(text) for text in texts):
                violations.append(_at(root, path, node.lineno, "SQL put together from pieces"))
    return violations


def starred_sql(root: Path) -> list[str]:
    """Statements that select every column."""
    return [
        _at(root, path, node.lineno, "selects every column")
        for path, nodes in _modules(root, ["functions", "shared"])
        for node, text in _texts(nodes)
        if ANY_STATEMENT.search(text.upper()) and STAR.search(text)
    ]


def lettered_cases(root: Path) -> list[str]:
    """Tests that cite a case in a name, docstring, comment or parameter's id, not by `pytest.mark.case`."""
    violations = []
    for path, nodes in _modules(root, ["tests"]):
        for line, text in _prose(path.read_text(), nodes):
            violations += [_at(root, path, line, f"cites {case} by letters") for case in CASE.findall(text)]
    return violations


def private_names(root: Path) -> list[str]:
    """Identifiers and modules named by a private word, the names of tests among them."""
    violations = []
    for path, nodes in _modules(root, ["functions", "shared", "local", "deploy", "models", "tests"]):
        for name, line in [(path.stem, 1), *_names(nodes)]:
            words = {word.lower() for word in WORD.findall(name)}
            if words & PRIVATE_WORDS and name not in ALLOWED_NAMES:
                violations.append(_at(root, path, line, f"{name} is a private word"))
    return violations


def _names(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, int]]:
    """Names that are defined or assigned, and those of keyword arguments (fields of log lines among them)."""
    for node in nodes:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, node.lineno
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id, node.lineno
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.attr, node.lineno
        elif isinstance(node, ast.arg | ast.keyword) and node.arg:
            yield node.arg, node.lineno
        elif isinstance(node, ast.alias) and node.asname:
            yield node.asname, node.lineno


def _prose(text: str, nodes: Iterable[ast.AST]) -> Iterator[tuple[int, str]]:
    """Comments, docstrings, ids of parameters, and the names of tests, word by word."""
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string
    for node in nodes:
        if isinstance(node, ast.Module):
            yield 1, ast.get_docstring(node) or ""
        elif isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.lineno, ast.get_docstring(node) or ""
            if node.name.startswith("test_"):
                yield node.lineno, node.name.upper().replace("_", " ")
        elif isinstance(node, ast.keyword) and node.arg in {"id", "ids"}:
            yield from ((each.lineno, value) for each, value in _texts(list(ast.walk(node.value))))


def bare_folders(root: Path, *tops: str) -> list[str]:
    """Folders with Python modules below the given ones that lack an __init__.py."""
    folders = {parent for top in tops for path in (root / top).rglob("*.py") for parent in path.parents}
    inside = [folder for folder in folders if any(folder.is_relative_to(root / top) for top in tops)]
    return sorted(str(f.relative_to(root)) for f in inside if not (f / "__init__.py").exists())


@cache
def parse(path: Path) -> list[ast.AST]:
    """The nodes of a module, parsed once for all checks."""
    return list(ast.walk(ast.parse(path.read_text())))


def _modules(root: Path, folders: list[str]) -> Iterator[tuple[Path, list[ast.AST]]]:
    for folder in folders:
        for path in sorted((root / folder).rglob("*.py")):
            yield path, parse(path)


def _at(root: Path, path: Path, line: int, what: str) -> str:
    return f"{path.relative_to(root)}:{line}: {what}"


def _imports(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, int]]:
    """Full names of what is imported; `from a import b` is `a.b`."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def _uses(root: Path, forbidden: set[str], but: str) -> list[str]:
    """Where functions/ and shared/ use one of some full names, under whatever name they imported it."""
    violations = []
    for path, nodes in _modules(root, ["functions", "shared"]):
        if path == root / but:
            continue
        names = _aliases(nodes)
        for node in nodes:
            if isinstance(node, ast.Attribute):
                name = _full_name(node, names)
            elif isinstance(node, ast.Name):
                name = names.get(node.id, "")
            else:
                continue
            if name in forbidden:
                violations.append(_at(root, path, node.lineno, name))
    return violations


def _aliases(nodes: Iterable[ast.AST]) -> dict[str, str]:
    names = {}
    for node in nodes:
        if isinstance(node, ast.Import):
            names |= {
                a.asname or a.name.partition(".")[0]: a.name if a.asname else a.name.partition(".")[0]
                for a in node.names
            }
        elif isinstance(node, ast.ImportFrom):
            names |= {a.asname or a.name: f"{node.module}.{a.name}" for a in node.names}
    return names


def _full_name(node: ast.expr, names: dict[str, str]) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_full_name(node.value, names)}.{node.attr}"
    return names.get(node.id, "") if isinstance(node, ast.Name) else ""


def _texts(nodes: Collection[ast.AST]) -> Iterator[tuple[ast.Constant, str]]:
    """String literals that are not docstrings."""
    documented = [n for n in nodes if isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant)]
    docstrings = {id(node.value) for node in documented}
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node, node.value
