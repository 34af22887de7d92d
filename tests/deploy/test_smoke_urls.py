"""What a deployment is asked before the next stage follows it."""

from collections.abc import Callable
from types import SimpleNamespace

import httpx
import pytest

from deploy import service, smoke_urls

OURS = {"strict-transport-security": "max-age=63072000"}
READY: dict[str, object] = {"database": True, "redis": {"connected": True}}
Answer = Callable[[httpx.Request], httpx.Response]


def front(answer: Answer) -> httpx.Client:
    return httpx.Client(base_url="https://front.test", transport=httpx.MockTransport(answer))


def says(status: int, headers: dict[str, str] | None = None, **body: object) -> httpx.Client:
    return front(lambda request: httpx.Response(status, headers=OURS if headers is None else headers, json=body))


def test_every_function_that_answers_http_is_asked_by_a_path_that_leads_to_it() -> None:
    asked = smoke_urls.addresses()
    assert len(asked) == sum(len(function.paths) for function in service.read().values())
    assert "/api/v1/matches/no-such-path" in asked
    assert "/api/v1/stripe/no-such-path" in asked
    assert "/api/v1/stripe/webhook" in asked
    assert not [path for path in asked if "*" in path]


@pytest.mark.parametrize("status", [200, 401, 404, 405])
def test_an_answer_of_ours_will_do_whatever_it_says(status: int) -> None:
    smoke_urls.check(says(status), "/x")


@pytest.mark.parametrize(("status", "headers"), [(500, None), (502, None), (403, None), (200, {})])
def test_an_error_a_refusal_and_an_answer_of_others_will_not(status: int, headers: dict[str, str] | None) -> None:
    with pytest.raises(smoke_urls.SmokeError, match=f"GET /x answered {status}"):
        smoke_urls.check(says(status, headers), "/x")


def test_who_is_told_to_wait_waits_and_asks_again(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([httpx.Response(429, headers={**OURS, "retry-after": "7"}), httpx.Response(404, headers=OURS)])
    slept: list[int] = []
    monkeypatch.setattr(smoke_urls, "time", SimpleNamespace(sleep=slept.append))
    smoke_urls.check(front(lambda request: next(answers)), "/x")
    assert slept == [7]


def test_another_release_is_found() -> None:
    smoke_urls.check_release(says(200, version="abc"), "abc")
    with pytest.raises(smoke_urls.SmokeError, match="tells 'old', and 'abc' was deployed"):
        smoke_urls.check_release(says(200, version="old"), "abc")


def test_a_database_or_redis_out_of_reach_is_found() -> None:
    smoke_urls.check_ready(says(200, None, **READY))
    lacks: list[dict[str, object]] = [{"database": False}, {"redis": {"connected": False}}]
    for lacking in lacks:
        with pytest.raises(smoke_urls.SmokeError, match="/health/ready tells"):
            smoke_urls.check_ready(says(503, None, **{**READY, **lacking}))


def test_a_url_that_answers_past_the_front_is_found() -> None:
    smoke_urls.check_locked(says(403), "https://one.lambda-url.test/")
    with pytest.raises(smoke_urls.SmokeError, match="should refuse"):
        smoke_urls.check_locked(says(200), "https://one.lambda-url.test/")
