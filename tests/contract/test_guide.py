"""The guide to the API: every request in it is sent, in order, and gets the response shown below it."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from standardwebhooks import WebhookVerificationError

from deploy.service import ROOT
from local import demo, fake_upstash, record_key
from shared.clients.messaging.webhooks import WebhookMessage, Webhooks
from shared.runtime import clock
from tests.contract.front import SERVICE
from tests.lambda_api import lambda_api
from tests.running import HttpResponse, environment, invoke, run_all
from tests.tokens import BOB, SUPABASE, bearer
from tests.webhook_receiver import Receivers

GUIDE = ROOT / "docs/use/api.md"
WEBHOOKS = ROOT / "docs/use/webhooks.md"
NOW = datetime.fromisoformat("2026-03-07T08:00:00Z")
BLOCK = re.compile(r"^```http(?: repeat=(\d+))?\n(.+?)\n```$", re.MULTILINE | re.DOTALL)
NAME = re.compile(r"\{(\w+)\}")
Values = dict[str, Any]


@dataclass(frozen=True)
class Part:
    """A block of the guide: a request or a response."""

    first_line: str
    headers: dict[str, str]
    body: str
    repeat: int

    @classmethod
    def parse(cls, text: str, repeat: str) -> "Part":
        head, _, body = text.partition("\n\n")
        first_line, *headers = head.splitlines()
        return cls(first_line, dict(header.split(": ", 1) for header in headers), body, int(repeat or 1))


def exchanges() -> Iterator[tuple[Part, Part]]:
    """Requests and their responses."""
    parts = [Part.parse(text, repeat) for repeat, text in BLOCK.findall(GUIDE.read_text())]
    return zip(parts[::2], parts[1::2], strict=True)


def send(request: Part, values: Values) -> HttpResponse:
    method, target = filled(request.first_line, values).split(" ", 1)
    function = SERVICE.function_for(target.partition("?")[0])
    assert function is not None, target
    headers: dict[str, Any] = {
        name.lower().replace("-", "_"): filled(value, values) for name, value in request.headers.items()
    }
    body = filled_json(json.loads(request.body), values) if request.body else None
    for _ in range(request.repeat - 1):
        invoke(function.name, target, method=method, body=body, **headers)
    return invoke(function.name, target, method=method, body=body, **headers)


def filled(text: str, values: Values) -> str:
    return NAME.sub(lambda name: str(values[name[1]]), text)


def filled_json(value: Any, values: Values) -> Any:
    """A request's body with `{name}` replaced; where it is a whole string, by the value in its own type."""
    if isinstance(value, dict):
        return {name: filled_json(each, values) for name, each in value.items()}
    if isinstance(value, str):
        return values[value[1:-1]] if NAME.fullmatch(value) else filled(value, values)
    return value


def differences(shown: Any, actual: Any, values: Values, place: str = "") -> Iterator[str]:
    """Where a JSON value differs from the one shown. `…` is any value, `{name}` the value stored, or one to store."""
    if isinstance(shown, dict) and isinstance(actual, dict):
        for name, value in shown.items():
            if name in actual:
                yield from differences(value, actual[name], values, f"{place}.{name}")
            else:
                yield f"{place}.{name} is missing"
    elif isinstance(shown, list) and isinstance(actual, list):
        more = shown[-1:] == ["…"]
        if len(actual) < len(shown) - more or (not more and len(actual) > len(shown)):
            yield f"{place}: {len(actual)} elements"
        for number, (value, other) in enumerate(zip(shown[: len(shown) - more], actual, strict=False)):
            yield from differences(value, other, values, f"{place}[{number}]")
    elif isinstance(shown, str) and (name := NAME.fullmatch(shown)) and name[1] not in values:
        values[name[1]] = actual
    elif isinstance(shown, str) and ("…" in shown or NAME.search(shown)):
        if actual is None or not matches(shown, str(actual), values):
            yield f"{place}: {actual!r} instead of {shown!r}"
    elif shown != actual:
        yield f"{place}: {actual!r} instead of {shown!r}"


def matches(shown: str, actual: str, values: Values) -> bool:
    """Whether a text is the one shown, in which `…` stands for any text and `{name}` for a text that is stored."""
    known = NAME.sub(lambda name: str(values.get(name[1], name[0])), shown)
    pattern = NAME.sub(lambda name: f"(?P<{name[1]}>.+)", re.escape(known).replace(r"\{", "{").replace(r"\}", "}"))
    match = re.fullmatch(pattern.replace("…", ".*"), actual, re.DOTALL)
    values |= match.groupdict() if match else {}
    return match is not None


def faults(response: Part, answer: HttpResponse, values: Values) -> Iterator[str]:
    """What differs between a response and the one shown: status, headers and fields that are shown."""
    if response.first_line.split()[1] != str(answer.status):
        yield f"status {answer.status}: {answer.body}"
        return
    for name, shown in response.headers.items():
        actual = answer.headers.get(name.lower(), "")
        if not matches(shown, actual, values):
            yield f"{name}: {actual!r} instead of {shown!r}"
    if response.body.startswith(("{", "[")):
        yield from differences(json.loads(response.body), answer.json, values)
    elif not response.body:
        if answer.body:
            yield f"a body: {answer.body[:200]}"
    elif not matches(response.body, answer.body.replace("\r\n", "\n").strip(), values):
        yield answer.body[:1000]


@pytest.fixture
def values(url: str, tmp_path: Path) -> Iterator[Values]:
    """The functions on the demonstration league, with a Redis, when picks are chosen; what the guide may insert."""
    demo.write(tmp_path, NOW.date())
    with fake_upstash.serve() as (redis_url, redis_token), lambda_api() as jobs:
        data = {"DATABASE_URL": url, "FOOTBALL_DATA_UK_URL": str(tmp_path), "DEMO": "true"}
        redis = {"UPSTASH_REDIS_REST_URL": redis_url, "UPSTASH_REDIS_REST_TOKEN": redis_token}
        published = record_key.settings(tmp_path, tmp_path / "public")
        with environment(**data, **redis, **SUPABASE, **published, JOBS_URL=jobs.address), clock.at(NOW):
            run_all(NOW, "sync_fixtures", "sync_history", "update_ratings", "publish_predictions", "choose_picks")
            run_all(NOW, "simulate_seasons", "publish_record")
            elite = bearer(NOW, sub=str(BOB), email="bob@example.com", app_metadata={"role": "elite"})
            yield {"token": bearer(NOW).removeprefix("Bearer "), "elite_token": elite.removeprefix("Bearer ")}


def test_every_request_of_the_guide_gets_the_response_shown(values: Values) -> None:
    for request, response in exchanges():
        assert [request.first_line, *faults(response, send(request, values), values)] == [request.first_line]


def test_each_section_of_the_guide_has_examples() -> None:
    text = GUIDE.read_text()
    assert set(re.findall(r"^## (.+)$", text, re.MULTILINE)) == {
        *("Signing in", "API keys", "Errors", "Paging", "A forecast", "Idempotency", "Caching", "Limits"),
        *("Webhooks", "Calendars", "How the season may end", "The record"),
    }
    assert all(len(BLOCK.findall(section)) >= 2 for section in text.split("\n## ")[1:])


def receive(secret: str) -> Values:
    """What a receiver knows when a webhook message arrives."""
    receivers = Receivers()
    client = Webhooks(lambda: httpx.MockTransport(receivers), "Paris Sportif", clock.now, receivers.resolve)
    client.send([WebhookMessage("msg_1", "https://hooks.example.org/", secret, '{"type": "webhook.test"}')])
    [request] = receivers.requests
    return {"secret": secret, "headers": dict(request.headers), "body": request.content.decode()}


@pytest.mark.parametrize("forged", [{}, {"body": "{}"}, {"secret": "whsec_b3RoZXI="}])
def test_the_example_of_a_receiver_accepts_only_our_signature(forged: Values) -> None:
    """The Python example of docs/use/webhooks.md."""
    [code] = re.findall(r"^```python\n(.+?)\n```$", WEBHOOKS.read_text(), re.MULTILINE | re.DOTALL)
    variables = receive("whsec_c2VjcmV0") | forged
    if forged:
        with pytest.raises(WebhookVerificationError):
            exec(code, variables)  # noqa: S102  # our own document's
    else:
        exec(code, variables)  # noqa: S102
        assert variables["payload"] == {"type": "webhook.test"}
