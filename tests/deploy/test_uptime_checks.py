from pathlib import Path
from urllib.parse import parse_qsl

import httpx
import pytest

from deploy import uptime_checks
from local import fake_upstash
from tests.running import environment, invoke

FRONT = "https://api.test"


class Service:
    """UptimeRobot as its documentation describes it."""

    def __init__(self) -> None:
        self.monitors: list[dict[str, str]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        params = dict(parse_qsl(request.content.decode()))
        if params.pop("api_key") != "right":
            return httpx.Response(200, json={"stat": "fail", "error": {"message": "api_key is invalid."}})
        assert params.pop("format") == "json"
        match request.url.path:
            case "/v2/newMonitor":
                self.monitors.append({"id": str(len(self.monitors) + 1), **params})
            case "/v2/editMonitor":
                next(monitor for monitor in self.monitors if monitor["id"] == params["id"]).update(params)
            case path:
                assert path == "/v2/getMonitors"
        return httpx.Response(200, json={"stat": "ok", "monitors": self.monitors})


def test_each_check_is_created_once_and_corrected_by_a_second_run() -> None:
    service = Service()
    with httpx.Client(transport=httpx.MockTransport(service)) as client:
        assert uptime_checks.apply(client, "right", FRONT) == [
            f"api.test {c.name}: created" for c in uptime_checks.CHECKS
        ]
        service.monitors[0]["keyword_value"] = "nonsense"
        assert uptime_checks.apply(client, "right", FRONT) == [
            f"api.test {c.name}: updated" for c in uptime_checks.CHECKS
        ]
    assert [(monitor["url"], monitor["keyword_value"], monitor["interval"]) for monitor in service.monitors] == [
        (FRONT + c.path, c.text, str(c.interval)) for c in uptime_checks.CHECKS
    ]
    assert {(monitor["type"], monitor["keyword_type"]) for monitor in service.monitors} == {("2", "2")}


def test_a_refusal_does_not_show_the_key() -> None:
    with (
        httpx.Client(transport=httpx.MockTransport(Service())) as client,
        pytest.raises(uptime_checks.UptimeError) as raised,
    ):
        uptime_checks.apply(client, "wrong", FRONT)
    assert str(raised.value) == "getMonitors: {'message': 'api_key is invalid.'}"


def test_healthy_responses_contain_the_texts(stores: str, league: Path) -> None:
    with fake_upstash.serve() as (address, token):
        redis = {"UPSTASH_REDIS_REST_URL": address, "UPSTASH_REDIS_REST_TOKEN": token}
        with environment(DATABASE_URL=stores, FOOTBALL_DATA_UK_URL=str(league), **redis):
            assert all(check.text in invoke("health", check.path).body for check in uptime_checks.CHECKS)
