"""Every key that the code translates is in the catalogues with its values, and every key of the catalogues is used."""

import ast
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from inspect import signature
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest
from jinja2 import Environment, nodes
from pydantic_core.core_schema import ErrorType

from deploy.service import ROOT
from functions.enrichment.handler import SOURCE_JOBS
from shared.accounts.entitlements import features_of, locked_features, plan_for_pick
from shared.accounts.plans import Plan
from shared.betting.bets import BetStatus
from shared.betting.picks import NoPickReason
from shared.betting.prices import OUTCOMES as OUTCOMES_OF
from shared.betting.prices import Market
from shared.explanations.translations import DEFAULT_LANGUAGE, catalogue
from shared.football.league_rules import Prize
from shared.football.match import Status
from shared.football.outcome import OUTCOMES
from shared.forecasting.basis import Basis
from shared.forecasting.factors import GROUPS
from shared.web import errors
from shared.web.errors import ApiError
from tests.architecture.source import parse
from tests.explanations.test_translations import SYMBOLS

TRANSLATORS = {"translate", "IllegalTransition"} | {
    name
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, ApiError) and "code" in signature(kind).parameters
}
"""What takes a key as its first argument: an error's code is the key of its text."""
MOVERS = {f"why_{key}" for key in (*GROUPS, "prices", "move")}
STARTED = {"job_started", "job_running"}
BASES = {f"by_{basis}" for basis in get_args(Basis)}
COMPUTED = {
    "functions/admin/maintenance.py: f'job_{status}'": STARTED,
    "functions/bets/corrections.py: illegal.key": set(),  # those that IllegalTransition is raised with
    "functions/calendar/feed.py: f'calendar_{status}'": {
        f"calendar_{status}" for status in (Status.AWARDED, Status.POSTPONED, Status.SUSPENDED, Status.CANCELLED)
    },
    "functions/enrichment/handler.py: f'source_{source}'": {f"source_{source}" for source in SOURCE_JOBS},
    "shared/web/matches/season_forecasts.py: f'prize_{prize}'": {f"prize_{prize}" for prize in Prize},
    "shared/web/predictions/responses.py: committed.reason": set(NoPickReason),
    "shared/web/predictions/present.py: f'why_{factor.key}'": MOVERS,
    "shared/web/predictions/pick_info.py: f'{plan}_picks'": {f"{plan_for_pick(rank)}_picks" for rank in range(1, 9)},
    "shared/web/predictions/present.py: part.text_key": {
        part.text_key for plan in Plan for part in locked_features(features_of(plan))
    },
    "functions/pages/dates.py: f'weekday_{of.isoweekday()}'": {f"weekday_{day}" for day in range(1, 8)},
    "functions/pages/dates.py: f'month_{of.month}'": {f"month_{month}" for month in range(1, 13)},
    "functions/pages/handler.py: shown.code": set(),  # those that errors are raised with
    "functions/pages/picks.py: f'standing_{pick.result}'": {
        f"standing_{standing}" for standing in BetStatus if standing.ended
    },
    "functions/send_notifications/selection.py: f'standing_{row.status}'": {
        f"standing_{standing}" for standing in BetStatus if standing.ended
    },
    "functions/admin/sync.py: f'job_{status}'": STARTED,
    "shared/web/errors.py: error.code": set(),  # those that errors are raised with
    "shared/web/authentication.py: f'needs_{self.minimum_plan}'": {"needs_premium", "needs_elite", "needs_admin"},
    "shared/explanations/prompt.py: f'by_{match.basis}'": BASES,
    "shared/explanations/template.py: f'by_{facts.basis}'": BASES,
    "shared/explanations/template.py: facts.outcome": set(OUTCOMES),
    "shared/explanations/template.py: f'why_{factor.key}'": MOVERS,
    "shared/explanations/selections.py: f'selection_{pick.outcome}'": {
        f"selection_{outcome}" for outcome in OUTCOMES_OF[Market.TOTALS]
    },
    "shared/explanations/selections.py: f'refund_{result}'": {"refund_push", "refund_half_won", "refund_half_lost"},
    "shared/explanations/translations.py: f'invalid_{name}'": set(),  # see the tests of error types
    "shared/explanations/translations.py: f'points_{_plural(abs(count), language)}'": {"points_one", "points_other"},
    "shared/explanations/translations.py: f'weather_{weather}'": {
        f"weather_{symbol.removesuffix('andthunder').replace('lightss', 'lights')}" for symbol in SYMBOLS
    },
}
"""The keys that an expression of a module can make, where it is no literal."""
TEXTS = catalogue(DEFAULT_LANGUAGE)
INVALID = {key.removeprefix("invalid_") for key in TEXTS if key.startswith("invalid_")}


@dataclass(frozen=True)
class Use:
    """A place that translates a key.

    Attributes:
        place: file and line.
        key: of the text.
        values: names of the values that are passed; None where a mapping is passed.
    """

    place: str
    key: str
    values: frozenset[str] | None


def uses(root: Path, computed: Mapping[str, Set[str]]) -> Iterator[Use]:
    """Every use of a key in the code below a folder.

    Raises:
        KeyError: a key is an expression that `computed` does not name.
    """
    for path in sorted(file for room in ("functions", "shared", "deploy") for file in root.glob(f"{room}/**/*.py")):
        name = path.relative_to(root).as_posix()
        for call, scope in _calls(ast.parse(path.read_text())):
            if call.args and _takes_key(call, name):
                named = [keyword.arg for keyword in call.keywords]
                values = None if None in named else frozenset(filter(None, named))
                for key in _keys(call.args[0], scope, name, computed):
                    yield Use(f"{name}:{call.lineno}", key, values)
    for path in sorted(root.glob("functions/*/templates/*.html")):
        for call in Environment(autoescape=True).parse(path.read_text()).find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name == "t":
                values = frozenset(keyword.key for keyword in call.kwargs)
                for key in _template_keys(call.args[0]):
                    yield Use(f"{path.relative_to(root).as_posix()}:{call.lineno}", key, values)


def _template_keys(node: nodes.Expr) -> Iterator[str]:
    """The keys that an expression of a template can be: templates name them, and compute none."""
    if isinstance(node, nodes.CondExpr):
        assert node.expr2 is not None
        yield from _template_keys(node.expr1)
        yield from _template_keys(node.expr2)
    else:
        yield node.as_const()


def _calls(node: ast.AST, scope: ast.AST | None = None) -> Iterator[tuple[ast.Call, ast.AST | None]]:
    """Every call with the function that it is in."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Call):
            yield child, scope
        yield from _calls(child, child if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) else scope)


def _takes_key(call: ast.Call, path: str) -> bool:
    function = ast.unparse(call.func)
    return function in TRANSLATORS or (function == "super().__init__" and path == "shared/web/errors.py")


def _keys(node: ast.expr, scope: ast.AST | None, path: str, computed: Mapping[str, Set[str]]) -> Iterator[str]:
    """The keys that an expression can be: a name is what its function assigns to it, a parameter is its callers'."""
    match node:
        case ast.Constant(value=None):
            pass
        case ast.Constant(value=str(key)):
            yield key
        case ast.IfExp(body=body, orelse=orelse):
            yield from _keys(body, scope, path, computed)
            yield from _keys(orelse, scope, path, computed)
        case ast.Name(id=name) if isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef):
            if name not in {argument.arg for argument in ast.walk(scope.args) if isinstance(argument, ast.arg)}:
                for value in _assigned(name, scope):
                    yield from _keys(value, scope, path, computed)
        case _:
            yield from computed[f"{path}: {ast.unparse(node)}"]


def _assigned(name: str, scope: ast.AST) -> list[ast.expr]:
    values: list[ast.expr] = []
    for node in ast.walk(scope):
        match node:
            case ast.Assign(targets=[ast.Name(id=target)], value=value) if target == name:
                values.append(value)
            case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=parts)):
                values += [part for target, part in zip(targets, parts, strict=True) if ast.unparse(target) == name]
            case ast.For(target=ast.Name(id=target), iter=ast.Tuple(elts=parts)) if target == name:
                values += parts
            case _:
                pass
    assert values, f"where does {name} come from?"
    return values


def faults(used: Iterable[Use], texts: Mapping[str, str]) -> list[str]:
    """The uses that have no text, or lack a value of it."""
    problems: list[str] = []
    for use in used:
        names = {name for _, name, _, _ in Formatter().parse(texts.get(use.key, "")) if name is not None}
        if use.key not in texts:
            problems.append(f"{use.place}: no catalogue has the key {use.key}")
        elif use.values is not None and (lacking := names - use.values):
            problems.append(f"{use.place}: {use.key} lacks {', '.join(sorted(lacking))}")
    return problems


def own_error_types(root: Path) -> set[str]:
    """The types of faults that our own validators raise."""
    types = [
        node.args[0]
        for path in root.rglob("*.py")
        for node in parse(path)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "PydanticCustomError"
    ]
    return {ast.literal_eval(type_) for type_ in types}


def test_every_key_that_is_used_has_a_text_and_its_values():
    assert faults(uses(ROOT, COMPUTED), TEXTS) == []


def test_every_text_is_used():
    assert TEXTS.keys() - {use.key for use in uses(ROOT, COMPUTED)} - {f"invalid_{name}" for name in INVALID} == set()


@pytest.fixture(scope="module")
def error_types() -> set[str]:
    """The types of validation errors of our own."""
    return own_error_types(ROOT / "functions") | own_error_types(ROOT / "shared")


def test_every_text_of_a_fault_is_for_a_type_of_error(error_types: set[str]):
    types = {*get_args(ErrorType), *error_types}
    assert INVALID - types - {error_type.partition("_")[0] for error_type in types} == set()


def test_every_fault_of_our_own_has_a_text(error_types: set[str]):
    assert error_types
    assert {name for name in error_types if not {name, name.partition("_")[0]} & INVALID} == set()


def test_every_computed_key_is_computed_somewhere():
    used: set[str] = set()

    class Seen(dict[str, Set[str]]):
        def __getitem__(self, expression: str) -> Set[str]:
            used.add(expression)
            return super().__getitem__(expression)

    assert list(uses(ROOT, Seen(COMPUTED)))
    assert used == COMPUTED.keys()


def written(folder: Path, code: str) -> Path:
    (folder / "functions/f").mkdir(parents=True)
    (folder / "functions/f/handler.py").write_text(code)
    return folder


def test_unknown_keys_and_missing_values_are_named_with_their_place(tmp_path: Path):
    code = """
def f(late, reader):
    key, plan = "late" if late else "on_time", reader.plan
    if plan is None:
        raise BadRequest("unknown_plan")
    return translate(key, "fr", hours=late), translate(f"plan_{plan}", "fr", **reader.values)
"""
    result = list(uses(written(tmp_path, code), {"functions/f/handler.py: f'plan_{plan}'": {"plan_free"}}))
    assert [use.key for use in result] == ["unknown_plan", "late", "on_time", "plan_free"]
    assert faults(result, {"late": "{hours} h {minutes} min", "plan_free": "{price}"}) == [
        "functions/f/handler.py:5: no catalogue has the key unknown_plan",
        "functions/f/handler.py:6: late lacks minutes",
        "functions/f/handler.py:6: no catalogue has the key on_time",
    ]


def test_keys_and_values_of_templates_are_named_with_their_place(tmp_path: Path):
    folder = tmp_path / "functions/f/templates"
    folder.mkdir(parents=True)
    (folder / "page.html").write_text("{# t('no') #}\n{{ t('late' if hours else 'on_time', hours=hours) }}{{ u('x') }}")
    result = list(uses(tmp_path, {}))
    assert [(use.place, use.key, use.values) for use in result] == [
        ("functions/f/templates/page.html:2", "late", {"hours"}),
        ("functions/f/templates/page.html:2", "on_time", {"hours"}),
    ]


def test_a_key_that_cannot_be_followed_is_to_be_explained(tmp_path: Path):
    with pytest.raises(KeyError, match=r"row\.why"):
        list(uses(written(tmp_path, "def f(row): translate(row.why, row.language)"), {}))
