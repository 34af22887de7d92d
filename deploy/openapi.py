"""The description of the whole API, from the functions' own routes: `python -m deploy.site` writes it to .build/.

It is built before the bundles and served as a file, so that no function builds it while a reader waits. FastAPI derives
parameters and schemas; added here are what the middleware does for every route (access rules, errors) and
examples.
"""

import gzip
import json
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from deploy import functions_table, service
from shared.accounts.plans import Plan
from shared.explanations.translations import Language, translate
from shared.football.competition import COMPETITIONS
from shared.runtime.settings import settings
from shared.web.authentication import access_rules
from shared.web.cached_route import cache_kind
from shared.web.idempotency import is_idempotent
from shared.web.rate_limits import group_for

OUT, SITE = ".build/openapi.json", ".build/site"
EXAMPLES = "deploy/examples.json"
Operation = dict[str, Any]

DESCRIPTION = """\
Honest probabilities for football matches, the day's few bets that are worth their price, and their record. Nothing here
raises anyone's chance of winning.

Without a token or a key you are a visitor; responses name what a plan hides. Dates are ISO 8601 in UTC; a
day is a day in Paris; probabilities are shares from 0 to 1. Texts are in French, or in English by `Accept-Language`.
"""
WHO = {
    Plan.ANONYMOUS: "Open to anyone.",
    Plan.FREE: "For signed-in users.",
    Plan.PREMIUM: "For Premium subscribers.",
    Plan.ELITE: "For Elite subscribers.",
    Plan.ADMIN: "For administrators.",
}
SCHEMES = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "The access token of a person's session with Supabase.",
    },
    "key": {
        "type": "apiKey",
        "in": "header",
        "name": "X-API-Key",
        "description": "A key that a person on the Elite plan made for their programs.",
    },
}

CODE = {
    "type": "string",
    "description": "Names the reason for programs; it never changes, unlike the text. docs/use/errors.md lists them.",
}
DETAIL = {"type": "string", "description": "What is wrong and how to mend it, in the reader's language."}
ERROR = {
    "type": "object",
    "required": ["code", "detail"],
    "properties": {"code": CODE, "detail": DETAIL},
    "description": "Why a request was not answered.",
}
FAULT = {
    "type": "object",
    "required": ["type", "loc", "msg"],
    "properties": {
        "type": {"type": "string", "description": "The kind of fault, such as `greater_than_equal`."},
        "loc": {
            "type": "array",
            "items": {"anyOf": [{"type": "string"}, {"type": "integer"}]},
            "description": "Where it is: `query`, `path`, `header` or `body`, then names and places.",
        },
        "msg": {"type": "string"},
    },
    "description": "What is wrong with one part of a request.",
}
RETRY_AFTER = {"Retry-After": {"schema": {"type": "integer", "minimum": 1}, "description": "Seconds to wait."}}


def _refusal(
    description: str, code: str, headers: Mapping[str, Any] | None = None, /, **values: object
) -> dict[str, Any]:
    example = {"code": code, "detail": translate(code, Language.EN, **values)}
    content = {"schema": {"$ref": "#/components/schemas/ErrorResponse"}, "example": example}
    response = {"description": description, "content": {"application/json": content}}
    return response | {"headers": dict(headers)} if headers else response


AUTHENTICATE = {"WWW-Authenticate": {"schema": {"type": "string", "const": "Bearer"}}}
REFUSALS: dict[str, tuple[str, dict[str, Any]]] = {
    "400": (
        "BadRequest",
        _refusal("The parameters are invalid.", "unknown_competition", code="XX", codes=", ".join(COMPETITIONS)),
    ),
    "401": ("Unauthorized", _refusal("The credential is missing or invalid.", "sign_in", AUTHENTICATE)),
    "403": ("Forbidden", _refusal("The caller may not do this.", "needs_premium")),
    "404": ("NotFound", _refusal("The resource does not exist.", "unknown_match")),
    "409": ("Conflict", _refusal("The request conflicts with the current state.", "key_in_flight")),
    "413": ("ContentTooLarge", _refusal("The body is too large.", "too_large")),
    "415": ("UnsupportedMediaType", _refusal("The body is not JSON.", "not_json")),
    "428": ("PreconditionRequired", _refusal("A declaration is required first.", "declare_adult")),
    "429": ("TooManyRequests", _refusal("Too many requests in a minute.", "too_many_calls", RETRY_AFTER, seconds=7)),
    "503": ("Unavailable", _refusal("A service that the response needs is unavailable.", "unavailable", RETRY_AFTER)),
}
"""The responses of shared/web/errors.py by status: their name in `components.responses`, and their content."""


class ExampleError(ValueError):
    """deploy/examples.json does not fit the routes; the message says where."""


def build(root: Path = service.ROOT) -> dict[str, Any]:
    """The description of all functions that answer HTTP, in the order of serverless.yml.

    Raises:
        ExampleError: an example is for no operation.
    """
    apps = {name: app_of(name) for name, function in service.read(root).functions.items() if function.routes}
    routes = [route for app in apps.values() for route in app.routes if isinstance(route, APIRoute)]
    made = get_openapi(
        title="Paris Sportif API",
        version=settings().app_version,
        description=DESCRIPTION,
        license_info={"name": "MIT", "identifier": "MIT"},
        servers=[{"url": "/", "description": "Wherever this description is served."}],
        tags=_tags(apps, root),
        routes=routes,
    )
    schemas = made["components"]["schemas"]
    schemas |= {"ErrorResponse": ERROR, "ValidationError": FAULT}
    invalid = schemas["HTTPValidationError"]
    invalid["properties"] = {"code": CODE, "detail": {"anyOf": [invalid["properties"]["detail"], DETAIL]}}
    invalid["required"] = ["code", "detail"]
    made["components"] |= {"responses": dict(REFUSALS.values()), "securitySchemes": SCHEMES}
    examples = json.loads((root / EXAMPLES).read_text())
    for route in routes:
        if route.include_in_schema:
            for method in route.methods or ():
                operation = made["paths"][route.path_format][method.lower()]
                _complete(operation, route)
                _exemplify(operation, examples.pop(operation["operationId"], {}))
    if examples:
        raise ExampleError(f"{EXAMPLES} has examples of no operation: {', '.join(examples)}")
    return made


def app_of(name: str) -> FastAPI:
    """The application of a function."""
    return import_module(f"functions.{name}.handler").app


def write(made: dict[str, Any], root: Path = service.ROOT) -> None:
    """Write the description for tools, and packed for the function that serves it."""
    text = json.dumps(made, ensure_ascii=False, indent=1).encode()
    (root / SITE).mkdir(parents=True, exist_ok=True)
    (root / OUT).write_bytes(text)
    (root / SITE / "openapi.json.gz").write_bytes(gzip.compress(text, mtime=0))


def _tags(apps: Mapping[str, FastAPI], root: Path) -> list[dict[str, str]]:
    """Each tag with what the first function that uses it does."""
    descriptions: dict[str, str] = {}
    for name, app in apps.items():
        for route in app.routes:
            for tag in route.tags if isinstance(route, APIRoute) else ():
                descriptions.setdefault(str(tag), functions_table.what(root, name))
    return [{"name": tag, "description": what} for tag, what in descriptions.items()]


def _complete(operation: Operation, route: APIRoute) -> None:
    """Add who may call an operation, and the responses that the route itself does not declare."""
    (rule,) = access_rules(route.dependant)
    operation["description"] = f"{operation['description']}\n\n{WHO[rule.minimum_plan]}"
    ways: list[dict[str, list[str]]] = [{"token": []}, *([{"key": []}] if rule.takes_keys else [])]
    operation["security"] = [{}, *ways] if rule.minimum_plan is Plan.ANONYMOUS else ways
    answers = operation["responses"]
    if "428" in answers:
        answers["428"] = {"$ref": f"#/components/responses/{REFUSALS['428'][0]}"}
    for status in _refused(operation, route):
        answers.setdefault(status, {"$ref": f"#/components/responses/{REFUSALS[status][0]}"})
    if cache_kind(route.endpoint):
        answers.setdefault("304", {"description": "What the reader has (`If-None-Match`) is still right."})
    if is_idempotent(route.endpoint):  # a key that came with another request is an error with a code
        content = answers["422"]["content"]["application/json"]
        content["schema"] = {"anyOf": [content["schema"], {"$ref": "#/components/schemas/ErrorResponse"}]}
    operation["responses"] = dict(sorted(answers.items()))


def _refused(operation: Operation, route: APIRoute) -> Iterator[str]:
    yield from ("400", "401", "403", "503")
    if group_for(route.path).rate is not None:
        yield "429"
    if "422" in operation["responses"]:
        yield "404"  # what a parameter names may not be there
    if route.methods != {"GET"}:
        yield "409"
    if "requestBody" in operation:
        yield from ("413", "415")


def _exemplify(operation: Operation, example: dict[str, Any]) -> None:
    for parameter in operation.get("parameters", []):
        if parameter["name"] in example.get("parameters", {}):
            parameter["example"] = example["parameters"][parameter["name"]]
    if "body" in example:
        operation["requestBody"]["content"]["application/json"]["example"] = example["body"]
    if "answer" in example:
        (success,) = [answer for status, answer in operation["responses"].items() if status.startswith("2")]
        success["content"]["application/json"]["example"] = example["answer"]
