"""The checks of a deployment before the next stage follows."""

from collections.abc import Callable
from types import SimpleNamespace

import httpx
import pytest

from deploy import service, smoke_urls

OURS = {"strict-transport-security": "max-age=63072000"}
READY: dict[str, object] = {"database": True, "redis": {"connected": True}}
Respond = Callable[[httpx.Request], httpx.Response]


def front(respond: Respond) -> httpx.Client:
    return httpx.Client(base_url="https://front.test", transport=httpx.MockTransport(respond))


def responding(status: int, headers: dict[str, str] | None = None, **body: object) -> httpx.Client:
    return front(lambda request: httpx.Response(status, headers=OURS if headers is None else headers, json=body))


def test_every_http_function_is_checked_by_a_path_that_leads_to_it() -> None:
    paths = smoke_urls.addresses()
    assert len(paths) == sum(len(function.paths) for function in service.read().functions.values())
    assert "/api/v1/matches/no-such-path" in paths
    assert "/api/v1/stripe/no-such-path" in paths
    assert "/api/v1/stripe/webhook" in paths
    assert not [path for path in paths if "*" in path]


@pytest.mark.parametrize("status", [200, 401, 404, 405])
def test_any_response_of_the_application_passes(status: int) -> None:
    smoke_urls.check(responding(status), "/x")


@pytest.mark.parametrize(("status", "headers"), [(500, None), (502, None), (403, None), (200, {})])
def test_an_error_a_refusal_and_a_response_of_others_fail(status: int, headers: dict[str, str] | None) -> None:
    with pytest.raises(smoke_urls.SmokeError, match=f"GET /x answered {status}"):
        smoke_urls.check(responding(status, headers), "/x")


def test_a_rate_limited_request_is_retried_after_the_stated_time(monkeypatch: pytest.MonkeyPatch) -> None:
    responses = iter([httpx.Response(429, headers={**OURS, "retry-after": "7"}), httpx.Response(404, headers=OURS)])
    slept: list[int] = []
    monkeypatch.setattr(smoke_urls, "time", SimpleNamespace(sleep=slept.append))
    smoke_urls.check(front(lambda request: next(responses)), "/x")
    assert slept == [7]


def test_another_release_is_found() -> None:
    smoke_urls.check_release(responding(200, version="abc"), "abc")
    with pytest.raises(smoke_urls.SmokeError, match="shows 'old', and 'abc' was deployed"):
        smoke_urls.check_release(responding(200, version="old"), "abc")


def test_a_database_or_redis_out_of_reach_is_found() -> None:
    smoke_urls.check_ready(responding(200, None, **READY))
    lacks: list[dict[str, object]] = [{"database": False}, {"redis": {"connected": False}}]
    for lacking in lacks:
        with pytest.raises(smoke_urls.SmokeError, match="/health/ready shows"):
            smoke_urls.check_ready(responding(503, None, **{**READY, **lacking}))


def test_a_url_that_answers_without_the_cdn_is_found() -> None:
    smoke_urls.check_locked(responding(403), "https://one.lambda-url.test/")
    with pytest.raises(smoke_urls.SmokeError, match="should refuse"):
        smoke_urls.check_locked(responding(200), "https://one.lambda-url.test/")
