"""The live frontend's calls, page by page: a user with access gets what the page reads, in the types that it reads."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote
from uuid import NAMESPACE_URL, UUID, uuid5

import pytest

from local.run import ROOT
from shared.accounts.plans import Plan
from shared.football.article_parsing import parse_article
from shared.football.match import Status
from shared.football.story_clustering import assign_stories
from shared.football.team import Source
from shared.runtime import clock
from shared.stores.database import connect
from shared.stores.news import articles
from tests import stripe_service
from tests.conftest import SATURDAY, Databases
from tests.contract.contract import OPERATIONS
from tests.contract.front import SERVICE
from tests.contract.pages import PAGES, Call, Page
from tests.contract.test_operations import fields
from tests.factories import insert_matches, match_update
from tests.lambda_api import lambda_api
from tests.running import HttpResponse, environment, invoke, run_all
from tests.tokens import bearer

DAY = timedelta(days=1)
MORNING = SATURDAY + DAY
"""Saturday's picks are settled, Sunday's stand."""
SUNDAY = datetime.fromisoformat("2024-04-28T13:30:00Z")
"""A match is being played."""
ORIGIN = "https://paris-sportif.vercel.app"
DATA = ROOT / "docs/understand/data.md"
PLACES = {"by_competition", "completeness"}
"""In whose parts a field of that table stands."""
OPENED = [(plan, page) for plan in Plan for page in PAGES if page.calls and plan.covers(page.opens)]
KINDS: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "float": (float, int),
    "share": (float, int),
    "percent": (float, int),
    "bool": (bool,),
    "object": (dict,),
    "list": (list,),
}
TIME = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2}))?")
Json = Any


@dataclass
class Reader:
    """A person with a plan who opens pages, and the responses that they got.

    Attributes:
        known: values that earlier answers gave.
        seen: fields that were there, by target and place.
    """

    plan: Plan
    parameters: dict[str, Any]
    seen_keys: set[tuple[str, str, str]] = field(default_factory=set)

    def opens(self, page: Page) -> list[str]:
        """Make a page's calls; what is wrong with the answers."""
        return [f"{page.route}: {call.target}: {fault}" for call in page.calls for fault in self._faults(call)]

    def _faults(self, call: Call) -> Iterator[str]:
        if missing := set(re.findall(r"{(\w+)}", call.target)) - self.parameters.keys():
            yield f"no answer gave {missing}"
            return
        response = self._sent(call)
        is_let_in = self.plan.covers(call.least) if call.signed else call.least is Plan.ANONYMOUS
        expected = call.status if is_let_in else 401 if self.plan is Plan.ANONYMOUS else 403
        if response.status != expected:
            yield f"{response.status} instead of {expected}: {response.body}"
        elif is_let_in:
            got = json.loads(response.body or "{}")
            for place, line in call.reads.items():
                for value in values_at(got, place):
                    yield from self._read(call, place, line, value)
            for name, steps in call.gives.items():
                self.parameters[name] = value_at(got, steps)

    def _sent(self, call: Call) -> HttpResponse:
        address = call.address.format(**{name: quote(str(value), safe="") for name, value in self.parameters.items()})
        function = SERVICE.function_for(address.partition("?")[0])
        assert function, address
        # As its `customInstance` does, which declares every request as JSON.
        headers: dict[str, Any] = {"content_type": "application/json", "accept_language": "fr", "origin": ORIGIN}
        if call.signed and self.plan is not Plan.ANONYMOUS:
            headers["authorization"] = self.token
        body = {name: self._filled(value) for name, value in call.sent.items()} if call.sent is not None else None
        return invoke(function.name, address, method=call.method, body=body, **headers)

    def _filled(self, value: object) -> object:
        """A value of a body with what is known put in, as what it is where there is nothing else."""
        if isinstance(value, str) and value.startswith("{") and value.endswith("}"):
            return self.parameters[value[1:-1]]
        return value.format(**self.parameters) if isinstance(value, str) else value

    @property
    def token(self) -> str:
        """What they show."""
        claims = {"app_metadata": {"role": self.plan.value}, "aal": "aal2"}
        return bearer(SUNDAY, sub=str(user_id(self.plan)), email=f"{self.plan.value}@example.com", **claims)

    def _read(self, call: Call, place: str, line: str, value: Json) -> Iterator[str]:
        for name, expected in fields(line).items():
            where = f"{place}.{name}" if place else name
            if name not in value:
                yield f"{where} is missing"
            elif value[name] is None:
                if not expected.nullable:
                    yield f"{where} is null"
            elif not any(fits(value[name], kind) for kind in expected.type.split("|")):
                yield f"{where} is {value[name]!r} and no {expected.type}"
            else:
                self.seen_keys.add((call.target, place, name))


def user_id(plan: Plan) -> UUID:
    """Who has a plan."""
    return uuid5(NAMESPACE_URL, plan.value)


def fits(value: Any, kind: str) -> bool:
    """Whether a page that takes a value for one of a kind shows what it should."""
    if kind == "time":
        return isinstance(value, str) and bool(TIME.fullmatch(value))
    if kind == "[str]":
        return isinstance(value, list) and all(isinstance(each, str) for each in cast("list[Any]", value))
    if kind == "share" and isinstance(value, int | float):
        return -1 <= value <= 1
    return isinstance(value, KINDS[kind]) and (kind == "bool" or not isinstance(value, bool))


def values_at(body: Json, place: str) -> list[Json]:
    """What stands at a place of an answer, be it many or nothing: an optional part may be null."""
    values = [body]
    for step in filter(None, place.replace("[]", ".[]").replace("{}", ".{}").split(".")):
        if step == "[]":
            values = [each for value in values for each in value]
        elif step == "{}":
            values = [each for value in values for each in value.values()]
        else:
            values = [value[step] for value in values if value.get(step) is not None]
    return values


def value_at(body: Json, steps: tuple[str | int, ...]) -> Json:
    """The value at the end of names and places."""
    for step in steps:
        body = body[step]
    return body


@pytest.fixture(scope="module")
def world(databases: Databases, sunday: str, saturday_mirror: Path) -> Iterator[dict[str, Any]]:
    """The real Sunday, a match of it in play, with news of a club; what a page knows of itself."""
    with (
        databases.copy(sunday) as url,
        lambda_api() as jobs,
        stripe_service.serve() as stripe,
        connect(url, "test") as db,
    ):
        stripe.now = SUNDAY
        settings = {"DATABASE_URL": url, "FOOTBALL_DATA_UK_URL": str(saturday_mirror), "JOBS_URL": jobs.address}
        with environment(LOG_LEVEL="CRITICAL", **settings, **stripe.settings):
            run_all(MORNING, "publish_predictions", "choose_picks")
            live = match_update(
                "Bournemouth",
                "Brighton",
                source=Source.FOOTBALL_DATA_ORG,
                external_id="live",
                source_updated_at=SUNDAY,
                kick_off=SUNDAY - timedelta(minutes=30),
                status=Status.IN_PLAY,
            )
            coming = match_update(
                "Arsenal", "Bournemouth", external_id="coming", source_updated_at=SUNDAY, kick_off=SUNDAY + 6 * DAY
            )
            insert_matches(db, live, coming, now=SUNDAY)
            titles = ("Saka ruled out for six weeks at Arsenal", "Arsenal win again", "Arsenal before the derby")
            new_articles = [
                parse_article(uuid5(NAMESPACE_URL, title), f"https://x.example/{hours}", title, "What is said.",
                             "bbc_sport", "en", SUNDAY - timedelta(hours=hours))
                for hours, title in enumerate(titles, 1)
            ]  # fmt: skip
            articles.add(db, assign_stories(new_articles), SUNDAY)
            with clock.at(SUNDAY):
                yield {
                    "origin": ORIGIN,
                    "club": 1,
                    "person": user_id(Plan.PREMIUM),
                    "yesterday": (SUNDAY - DAY).date(),
                    "today": SUNDAY.date(),
                    "tomorrow": (SUNDAY + DAY).date(),
                    "monday": (SUNDAY - 6 * DAY).date(),
                }


@pytest.fixture(scope="module")
def readers(world: dict[str, Any]) -> dict[Plan, Reader]:
    """One for each plan; all but the visitor declared to be of age."""
    readers = {plan: Reader(plan, dict(world)) for plan in Plan}
    for reader in readers.values():
        if reader.plan is not Plan.ANONYMOUS:
            body = {"birth_date": "1990-05-17"}
            response = invoke("users", "/api/v1/users/me", method="PATCH", body=body, authorization=reader.token)
            assert response.status == 200, response.body
    return readers


@pytest.mark.parametrize("plan", Plan)
def test_pages_opened_in_order_get_every_field_that_they_read(readers: dict[Plan, Reader], plan: Plan) -> None:
    """In their order: earlier pages give the ids that later ones request."""
    assert [fault for each, page in OPENED if each is plan for fault in readers[plan].opens(page)] == []


def test_nothing_that_pages_read_is_absent_throughout(readers: dict[Plan, Reader]) -> None:
    """A field in a list that is always empty would be no field."""
    for plan, page in OPENED:
        readers[plan].opens(page)
    read = {
        (call.target, place, name)
        for page in PAGES
        for call in page.calls
        for place, line in call.reads.items()
        for name, expected in fields(line).items()
        if not expected.nullable
    }
    assert read - set[Any]().union(*(reader.seen_keys for reader in readers.values())) == set()


def test_each_percentage_is_documented_as_the_pages_read_it() -> None:
    rows = re.findall(r"^\| `(/\S+)` \| (.+?) \| .+ \| (share|percent) \|$", DATA.read_text(), re.MULTILINE)
    documented = {(path, name, unit) for path, names, unit in rows for name in re.findall("`([^`]+)`", names)}
    read = {
        (call.address.partition("?")[0].removeprefix("/api/v1"), name, expected.type)
        for page in PAGES
        for call in page.calls
        for line in call.reads.values()
        for name, expected in fields(line).items()
        if expected.type in {"share", "percent"}
    }
    assert {(path, name, unit) for path, name, unit in documented if name not in PLACES} == read


def test_every_operation_of_the_contract_is_some_pages() -> None:
    called = {(call.method, call.address.partition("?")[0]) for page in PAGES for call in page.calls}
    patterns = {
        (operation.method, operation.path): re.sub(r"{\w+}", "[^/]+", operation.path) for operation in OPERATIONS
    }
    unused = [
        (method, path)
        for (method, path), pattern in patterns.items()
        if not any(method == m and re.fullmatch(pattern, address) for m, address in called)
    ]
    assert unused == []
