"""Errors: each response has a stable code and a text in two languages, and docs/use/errors.md lists all of them."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from shared.accounts.plans import Plan
from shared.explanations.translations import Language, catalogue
from shared.web import errors
from shared.web.errors import INVALID_REQUEST, ApiError
from tests.api_description import description
from tests.architecture.source import parse

ROOT = Path(__file__).resolve().parents[2]
CLASSES = {name: kind for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, ApiError)}
NOT_LITERAL = {
    "f'needs_{self.minimum_plan}'": {f"needs_{plan}" for plan in (Plan.PREMIUM, Plan.ELITE, Plan.ADMIN)},
    # What a person may not do with a bet (shared/betting/bets.py).
    "illegal.key": {"bet_cannot_end_so", "bet_locked", "bet_stays_void", "match_not_begun"},
}
"""Codes that an expression makes, by that expression."""


def raised() -> Iterator[tuple[int, str]]:
    """Status and code of every error that the code raises."""
    for path in [*ROOT.glob("shared/**/*.py"), *ROOT.glob("functions/**/*.py")]:
        for node in parse(path):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args and node.func.id in CLASSES:
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    yield CLASSES[node.func.id].status, first.value
                elif not isinstance(first, ast.Attribute) or first.attr != "wait":
                    yield from ((CLASSES[node.func.id].status, code) for code in NOT_LITERAL[ast.unparse(first)])
    for error in (
        errors.PayloadTooLarge(),
        errors.UnsupportedMediaType(),
        errors.TooManyRequests(1),
        errors.UnexpectedError(),
        errors.ServiceUnavailable(),
    ):
        yield error.status, error.code


CODES = sorted({(int(status), code) for status, code in raised()})


def test_the_documentation_lists_every_code_with_its_text() -> None:
    table = re.findall(r"^\| (\d{3}) \| `(\w+)` \| (.+) \|$", (ROOT / "docs/use/errors.md").read_text(), re.MULTILINE)
    assert sorted((int(status), code) for status, code, _ in table) == sorted([*CODES, (422, INVALID_REQUEST)])
    texts = {code: text for _, code, text in table if code != INVALID_REQUEST}
    assert texts == {code: catalogue(Language.EN)[code] for code in texts}


def test_the_description_requires_code_and_detail_of_every_refusal() -> None:
    schemas = description()["components"]["schemas"]
    for name in ("ErrorResponse", "HTTPValidationError"):
        assert {"code", "detail"} <= set(schemas[name]["required"]), name
        assert schemas[name]["properties"]["code"]["type"] == "string"
    for response in description()["components"]["responses"].values():
        example = response["content"]["application/json"]["example"]
        assert example.keys() == {"code", "detail"}
        assert example["code"] in {code for _, code in CODES}


def test_routes_that_require_an_age_declaration_document_428() -> None:
    paths = description()["paths"]
    with_428 = {
        (path, method) for path, methods in paths.items() for method, op in methods.items() if "428" in op["responses"]
    }
    assert with_428 == {("/api/v1/bets", "post"), ("/api/v1/bets/kelly", "get")}
