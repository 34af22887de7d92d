"""After a deployment a test error is triggered, and its event looked up at Sentry."""

from collections.abc import Iterator
from types import SimpleNamespace

import httpx
import pytest

from deploy import sentry_check
from local import fake_upstash
from local.fake_supabase import PUBLISHABLE_KEY, SECRET_KEY
from tests.running import environment, invoke
from tests.supabase_service import SupabaseService, supabase_service
from tests.tokens import NOW

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
def supabase() -> Iterator[SupabaseService]:
    with supabase_service() as service:
        yield service


@pytest.fixture
def staging(url: str, supabase: SupabaseService) -> Iterator[httpx.Client]:
    """The stage, with a Redis, without which it refuses administration, and no legacy secret; a client of Supabase."""
    with fake_upstash.serve() as (address, token):
        redis = {"UPSTASH_REDIS_REST_URL": address, "UPSTASH_REDIS_REST_TOKEN": token}
        with (
            environment(DATABASE_URL=url, APP_ENV="staging", SUPABASE_URL=supabase.url, **redis),
            httpx.Client(base_url=supabase.url, headers={"apikey": SECRET_KEY}, trust_env=False) as client,
        ):
            yield client


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    slept: list[float] = []
    monkeypatch.setattr(sentry_check, "time", SimpleNamespace(sleep=slept.append, monotonic=lambda: sum(slept)))
    return slept


@pytest.mark.case("Q3")
def test_an_account_made_for_it_opens_administration_and_that_nothing_is_reported_is_found(
    staging: httpx.Client, supabase: SupabaseService
) -> None:
    """Of a project that signs with keys: there is no legacy secret."""
    with (
        front() as client,
        pytest.raises(sentry_check.SentryCheckError, match="SENTRY_DSN is not set"),
        sentry_check.administrator(staging) as token,
    ):
        assert [user["app_metadata"]["role"] for user in supabase.project.users.values()] == ["admin"]
        sentry_check.trigger(client, token)
    assert supabase.project.users == {}, "it is deleted, whatever comes of it"


@pytest.mark.case("Q3")
def test_a_key_that_is_not_the_secret_one_makes_no_administrator(staging: httpx.Client) -> None:
    staging.headers["apikey"] = PUBLISHABLE_KEY
    with (
        pytest.raises(sentry_check.SentryCheckError, match="403 to POST /auth/v1/admin/users"),
        sentry_check.administrator(staging),
    ):
        pass


@pytest.mark.case("Q3")
def test_a_token_of_a_non_administrator_is_rejected_with_403(staging: httpx.Client, supabase: SupabaseService) -> None:
    visitor = supabase.page().sign_up()
    with front() as client, pytest.raises(sentry_check.SentryCheckError, match="answered 403"):
        sentry_check.trigger(client, visitor.session["access_token"])


@pytest.mark.case("Q3")
@pytest.mark.parametrize("missing", sentry_check.REQUIRED)
def test_a_missing_variable_is_reported_and_no_legacy_secret_is_required(
    missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "SUPABASE_JWT_SECRET" not in sentry_check.REQUIRED
    for name in sentry_check.REQUIRED:
        monkeypatch.setenv(name, "" if name == missing else "x")
    arguments = ["sentry_check", "https://x", "--project", "a/b", "--stage", "staging", "--release", "r"]
    monkeypatch.setattr("sys.argv", arguments)
    with pytest.raises(SystemExit, match=f"{missing} must be set"):
        sentry_check.main()


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
def test_a_missing_report_and_a_rejecting_api_fail_the_check(slept: list[float]) -> None:
    with pytest.raises(sentry_check.SentryCheckError, match=f"no event {ID} in us/ours after 120 s"):
        Sentry(404).check()
    with pytest.raises(sentry_check.SentryCheckError, match="Sentry answered 401"):
        Sentry(401).check()
