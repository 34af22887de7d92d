"""Rate limits while Redis is unavailable, and requests that are not counted."""

from typing import Any

import pytest

from shared.accounts.plans import Plan
from tests.running import Handler, environment, invoke
from tests.web.conftest import Upstash
from tests.web.rate_limits.app import PAGE, built, left, signed_in, statuses

DOWN = {"UPSTASH_REDIS_REST_URL": "http://127.0.0.1:9", "UPSTASH_REDIS_REST_TOKEN": "x"}


@pytest.mark.case("C8")
def test_while_redis_is_down_readers_are_counted_by_each_process(variables: dict[str, str]) -> None:
    """Open, with a limit of its own (docs/decisions/limits.md)."""
    with environment(**{**variables, **DOWN}):
        handler = built()
        responses = [invoke(handler, "/number", **PAGE) for _ in range(11)]
        assert [response.status for response in responses] == [200] * 10 + [429]
        assert left(responses[0]) == ("10", "9", "60")
        assert statuses(handler, 2, client="192.0.2.1", method="HEAD") == [200, 200]
        assert statuses(handler, 101, "/mine", **signed_in(Plan.FREE)) == [200] * 100 + [429]


@pytest.mark.case("C8")
@pytest.mark.parametrize(
    ("method", "target", "plan"),
    [
        ("POST", "/number", None),
        ("POST", "/number", Plan.FREE),
        ("GET", "/api/v1/admin/stats", Plan.ADMIN),
        ("GET", "/api/v1/sync/status", Plan.ADMIN),
    ],
)
def test_while_redis_is_down_nothing_is_written_or_administered(
    variables: dict[str, str], method: str, target: str, plan: Plan | None
) -> None:
    """Closed, because there the limit is what protects."""
    who: dict[str, Any] = {} if plan is None else signed_in(plan)
    with environment(**{**variables, **DOWN}):
        response = invoke(built(), target, method=method, **who)
    assert (response.status, response.headers["retry-after"]) == (503, "5")
    assert response.json["detail"] == "Le service est indisponible un instant ; réessayez bientôt."


@pytest.mark.case("C8")
def test_without_redis_production_counts_per_process_and_rejects_writes(variables: dict[str, str]) -> None:
    without = {name: value for name, value in variables.items() if not name.startswith("UPSTASH")}
    with environment(**without, APP_ENV="production"):
        handler = built()
        assert statuses(handler, 11) == [200] * 10 + [429]
        assert statuses(handler, 1, method="POST") == [503]
    with environment(**without):  # a developer's machine
        assert statuses(built(), 11) == [200] * 11


@pytest.mark.case("C11")
def test_preflight_requests_and_health_checks_are_not_counted(handler: Handler, redis: Upstash) -> None:
    headers: dict[str, Any] = {"access_control_request_method": "GET", **PAGE}
    before = redis.request_count()
    assert statuses(handler, 20, method="OPTIONS", **headers) == [200] * 20
    assert statuses(handler, 20, method="OPTIONS") == [405] * 20
    assert statuses(handler, 20, "/health") == [200] * 20
    assert statuses(handler, 20, "/health/ready") == [200] * 20
    assert redis.request_count() - before == 1
    assert "ratelimit-limit" not in invoke(handler, "/health").headers


@pytest.mark.case("C12")
def test_the_webhook_is_not_counted(handler: Handler, redis: Upstash, variables: dict[str, str]) -> None:
    before = redis.request_count()
    assert statuses(handler, 20, "/api/v1/stripe/webhook", method="POST") == [200] * 20
    assert redis.request_count() - before == 1
    with environment(**{**variables, **DOWN}):
        assert invoke(built(), "/api/v1/stripe/webhook", method="POST").status == 200
