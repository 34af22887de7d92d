from pathlib import Path
from urllib.parse import parse_qsl

import httpx
import pytest

from deploy import uptime
from local import fake_upstash
from tests.running import ask, environment

FRONT = "https://api.test"


class Service:
    """UptimeRobot as its documentation tells it."""

    def __init__(self) -> None:
        self.monitors: list[dict[str, str]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        told = dict(parse_qsl(request.content.decode()))
        if told.pop("api_key") != "right":
            return httpx.Response(200, json={"stat": "fail", "error": {"message": "api_key is invalid."}})
        assert told.pop("format") == "json"
        match request.url.path:
            case "/v2/newMonitor":
                self.monitors.append({"id": str(len(self.monitors) + 1), **told})
            case "/v2/editMonitor":
                next(of for of in self.monitors if of["id"] == told["id"]).update(told)
            case path:
                assert path == "/v2/getMonitors"
        return httpx.Response(200, json={"stat": "ok", "monitors": self.monitors})


def test_each_check_is_made_once_and_set_right_when_run_again() -> None:
    service = Service()
    with httpx.Client(transport=httpx.MockTransport(service)) as client:
        assert uptime.apply(client, "right", FRONT) == [f"api.test {c.name}: made" for c in uptime.CHECKS]
        service.monitors[0]["keyword_value"] = "nonsense"
        assert uptime.apply(client, "right", FRONT) == [f"api.test {c.name}: set" for c in uptime.CHECKS]
    assert [(of["url"], of["keyword_value"], of["interval"]) for of in service.monitors] == [
        (FRONT + c.path, c.text, str(c.every)) for c in uptime.CHECKS
    ]
    assert {(of["type"], of["keyword_type"]) for of in service.monitors} == {("2", "2")}


def test_a_refusal_is_told_without_the_key() -> None:
    with httpx.Client(transport=httpx.MockTransport(Service())) as client, pytest.raises(uptime.UptimeError) as told:
        uptime.apply(client, "wrong", FRONT)
    assert str(told.value) == "getMonitors: {'message': 'api_key is invalid.'}"


def test_what_is_looked_for_is_what_a_good_day_answers(stores: str, league: Path) -> None:
    with fake_upstash.serve() as (address, token):
        redis = {"UPSTASH_REDIS_REST_URL": address, "UPSTASH_REDIS_REST_TOKEN": token}
        with environment(DATABASE_URL=stores, FOOTBALL_DATA_UK_URL=str(league), **redis):
            assert all(check.text in ask("health", check.path).body for check in uptime.CHECKS)
