"""After a deployment a test error is triggered, and its event looked up at Sentry."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from types import SimpleNamespace

import httpx
import pytest

from deploy import sentry_check
from local import fake_upstash
from tests.running import environment, invoke
from tests.tokens import NOW, SECRET, SUPABASE, URL

ID = "9999aaaaca8b46d797c23c6077c6ff01"
EXPECTED = {"environment": "staging", "release": "abc-1"}


def ours(request: httpx.Request) -> httpx.Response:
    """The front, before our own function."""
    shown, key = request.headers["authorization"], request.headers["idempotency-key"]
    response = invoke(
        "admin", request.url.path, method=request.method, at=NOW, authorization=shown, idempotency_key=key
    )
    return httpx.Response(response.status, text=response.body)


def front(response: httpx.Response | None = None) -> httpx.Client:
    transport = httpx.MockTransport(ours if response is None else lambda request: response)
    return httpx.Client(base_url="https://front.test", transport=transport)


class Sentry:
    """Its API: it takes a while until a report can be read."""

    def __init__(self, *statuses: int, tags: dict[str, str] = EXPECTED) -> None:
        self.answers, self.tags = [*statuses], tags

    def __call__(self, request: httpx.Request) -> httpx.Response:
        assert request.url.path == f"/api/0/projects/us/ours/events/{ID}/"
        status = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        event = {"eventID": ID, "tags": [{"key": name, "value": value} for name, value in self.tags.items()]}
        return httpx.Response(status, json=event if status == 200 else {"detail": "no"})

    def check(self) -> None:
        with httpx.Client(base_url="https://sentry.test", transport=httpx.MockTransport(self)) as client:
            sentry_check.wait_for_event(client, "us/ours", ID, EXPECTED)


@pytest.fixture
def staging(url: str) -> Iterator[None]:
    """The stage, with a Redis, without which it refuses administration."""
    with fake_upstash.serve() as (address, token):
        redis = {"UPSTASH_REDIS_REST_URL": address, "UPSTASH_REDIS_REST_TOKEN": token}
        with environment(DATABASE_URL=url, APP_ENV="staging", **SUPABASE, **redis):
            yield


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    slept: list[float] = []
    monkeypatch.setattr(sentry_check, "time", SimpleNamespace(sleep=slept.append, monotonic=lambda: sum(slept)))
    return slept


@pytest.mark.case("Q3")
def test_the_token_opens_administration_and_that_nothing_is_reported_is_found(staging: None) -> None:
    with front() as client, pytest.raises(sentry_check.SentryCheckError, match="SENTRY_DSN is not set"):
        sentry_check.trigger(client, sentry_check.admin_token(URL, SECRET, NOW))


@pytest.mark.case("Q3")
@pytest.mark.parametrize(
    ("secret", "at"), [("another secret of more than 32 characters", NOW), (SECRET, NOW - timedelta(minutes=2))]
)
def test_a_token_of_another_secret_or_time_opens_nothing(staging: None, secret: str, at: datetime) -> None:
    with front() as client, pytest.raises(sentry_check.SentryCheckError, match="answered 401"):
        sentry_check.trigger(client, sentry_check.admin_token(URL, secret, at))


@pytest.mark.case("Q3")
def test_the_id_of_the_report_is_taken_from_the_answer() -> None:
    with front(httpx.Response(200, json={"event_id": ID})) as client:
        assert sentry_check.trigger(client, "t") == ID


@pytest.mark.case("Q3")
def test_a_report_is_waited_for_and_must_be_of_this_stage_and_release(slept: list[float]) -> None:
    Sentry(404, 404, 200).check()
    assert slept == [sentry_check.POLL_INTERVAL] * 2
    with pytest.raises(sentry_check.SentryCheckError, match="'release': 'old'"):
        Sentry(200, tags={"environment": "staging", "release": "old"}).check()


@pytest.mark.case("Q3")
def test_a_report_that_does_not_come_and_an_api_that_refuses_are_found(slept: list[float]) -> None:
    with pytest.raises(sentry_check.SentryCheckError, match=f"no event {ID} in us/ours after 120 s"):
        Sentry(404).check()
    with pytest.raises(sentry_check.SentryCheckError, match="Sentry answered 401"):
        Sentry(401).check()
