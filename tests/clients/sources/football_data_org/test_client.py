"""football-data.org: requests, rate limits and failures."""

import logging
from datetime import date, datetime, timedelta

import httpx
import pytest
from upstash_redis import Redis

from shared.clients.errors import InvalidResponse, RateLimited, Rejected, Unavailable
from shared.clients.redis.circuit_breaker import CircuitBreaker
from shared.clients.redis.outbound_throttle import OutboundThrottle
from shared.clients.sources.football_data_org import CALLS_PER_MINUTE, FootballDataOrg
from tests.clients.conftest import SimulatedTime
from tests.clients.sources.football_data_org.responses import DAY, TOKEN, Build, a_list, a_match
from tests.clients.test_http import a_server


def an_error(status: int, message: str) -> httpx.Response:
    return httpx.Response(status, json={"message": message, "errorCode": status})


def restricted() -> httpx.Response:
    return an_error(403, "The resource you are looking for is restricted and apparently not within your permissions.")


# --- requests
def test_the_token_is_sent_as_a_header(build: Build, deadline: datetime) -> None:
    def respond(request: httpx.Request) -> httpx.Response:
        assert request.headers["X-Auth-Token"] == TOKEN
        assert TOKEN not in str(request.url)
        assert request.url.path == "/v4/matches"
        return a_list()

    build(respond).matches(["PL"], DAY, DAY, deadline=deadline)


@pytest.mark.case("I6")
def test_date_to_is_the_day_after_the_last_since_it_is_exclusive(build: Build, deadline: datetime) -> None:
    requests: list[dict[str, str]] = []

    def respond(request: httpx.Request) -> httpx.Response:
        requests.append(dict(request.url.params))
        return a_list()

    build(respond).matches(["PL", "CL"], DAY, DAY, deadline=deadline)
    assert requests == [{"competitions": "PL,CL", "dateFrom": "2026-11-22", "dateTo": "2026-11-23"}]


@pytest.mark.parametrize("days", [1, 9, 10, 11, 31])
def test_no_period_exceeds_ten_days_and_no_day_is_left_out(build: Build, deadline: datetime, days: int) -> None:
    covered: list[date] = []

    def respond(request: httpx.Request) -> httpx.Response:
        start, end = (date.fromisoformat(request.url.params[key]) for key in ("dateFrom", "dateTo"))
        assert timedelta(0) < end - start < timedelta(days=10)
        covered.extend(start + timedelta(days=n) for n in range((end - start).days))
        return a_list()

    build(respond).matches(["PL"], DAY, DAY + timedelta(days=days - 1), deadline=deadline)
    assert covered == [DAY + timedelta(days=n) for n in range(days)]


def test_a_match_in_two_responses_counts_once_by_its_last_update(build: Build, deadline: datetime) -> None:
    responses = [
        a_list(a_match(1, lastUpdated="2026-11-21T08:00:00Z", matchday=13)),
        a_list(a_match(1, lastUpdated="2026-11-21T07:00:00Z"), a_match(2, utcDate="2026-11-22T12:30:00Z")),
    ]
    feed = build(lambda request: responses.pop(0)).matches(["PL"], DAY, DAY + timedelta(days=12), deadline=deadline)
    assert [(update.external_id, update.matchday) for update in feed.updates] == [("2", 12), ("1", 13)]


@pytest.mark.parametrize(("competitions", "last_day"), [([], DAY), (["PL"], DAY - timedelta(days=1))])
def test_an_empty_request_raises_value_error_and_is_not_sent(
    build: Build, deadline: datetime, competitions: list[str], last_day: date
) -> None:
    with pytest.raises(ValueError, match="at least one competition"):
        build(lambda request: a_list()).matches(competitions, DAY, last_day, deadline=deadline)


# --- what may be read
@pytest.mark.case("E3")
def test_a_restricted_competition_is_skipped_and_the_others_go_on(build: Build, deadline: datetime) -> None:
    requests: list[str] = []

    def respond(request: httpx.Request) -> httpx.Response:
        codes = request.url.params["competitions"]
        requests.append(codes)
        if "EL" in codes.split(","):
            return restricted()
        return a_list(*([a_match(1)] if "PL" in codes else []), competitions=codes)

    feed = build(respond).matches(["PL", "EL", "CL"], DAY, DAY + timedelta(days=12), deadline=deadline)
    assert [update.external_id for update in feed.updates] == ["1"]
    assert (feed.refused, feed.missing) == (("EL",), ())
    assert feed.alarms == ("EL may not be read with our plan",)
    assert requests == ["PL,EL,CL", "PL", "EL", "CL", "PL,CL"]


@pytest.mark.case("E3")
def test_a_restricted_table_is_none(build: Build, deadline: datetime) -> None:
    assert build(lambda request: restricted()).standings("EL", deadline=deadline) is None


@pytest.mark.case("E4")
def test_competitions_missing_from_the_response_are_reported(build: Build, deadline: datetime) -> None:
    feed = build(lambda request: a_list(a_match(), competitions="PL")).matches(
        ["PL", "EL"], DAY, DAY, deadline=deadline
    )
    assert feed.missing == ("EL",)
    assert feed.alarms == ("EL was left out of the answer, or has no match in these days",)


@pytest.mark.case("E4")
def test_a_competition_mentioned_for_some_of_the_days_is_not_missing(build: Build, deadline: datetime) -> None:
    responses = [a_list(competitions="PL"), a_list(competitions="PL, CL")]
    feed = build(lambda request: responses.pop()).matches(
        ["PL", "CL"], DAY, DAY + timedelta(days=12), deadline=deadline
    )
    assert feed.missing == ()


@pytest.mark.case("E4")
def test_an_empty_response_reports_its_competitions_as_missing(build: Build, deadline: datetime) -> None:
    body = {"resultSet": {"count": 0}, "matches": []}
    feed = build(lambda request: httpx.Response(200, json=body)).matches(["PL"], DAY, DAY, deadline=deadline)
    assert feed.missing == ("PL",)


# --- what goes wrong
@pytest.mark.case("E1")
def test_a_429_is_retried_after_the_wait_it_names(build: Build, time: SimulatedTime, deadline: datetime) -> None:
    responses = [a_list(a_match()), an_error(429, "You reached your request limit. Wait 48 seconds.")]
    feed = build(lambda request: responses.pop()).matches(["PL"], DAY, DAY, deadline=deadline)
    assert len(feed.updates) == 1
    assert time.slept == [48.0]


@pytest.mark.case("E1")
def test_after_a_429_no_worker_sends_a_request_until_the_wait_is_over(
    build: Build, time: SimulatedTime, deadline: datetime
) -> None:
    calls: list[datetime] = []

    def respond(request: httpx.Request) -> httpx.Response:
        calls.append(time.instant)
        return an_error(429, "You reached your request limit. Wait 48 seconds.")

    blocked, other = build(respond), build(lambda request: a_list())
    soon = time.instant + timedelta(seconds=30)
    with pytest.raises(RateLimited) as caught:
        blocked.matches(["PL"], DAY, DAY, deadline=soon)
    assert caught.value.retry_after == 48
    with pytest.raises(RateLimited):
        other.matches(["PL"], DAY, DAY, deadline=soon)
    assert (len(calls), time.slept) == (1, [])
    other.matches(["PL"], DAY, DAY, deadline=deadline)
    assert time.slept == [48.0]


@pytest.mark.case("E1")
def test_a_second_429_is_not_retried(build: Build, time: SimulatedTime, deadline: datetime) -> None:
    with pytest.raises(RateLimited, match=r"football-data\.org returned 429: its rate limit is exceeded") as caught:
        build(lambda request: an_error(429, "Wait 20 seconds.")).matches(["PL"], DAY, DAY, deadline=deadline)
    assert (caught.value.retry_after, time.slept) == (20, [20.0])


@pytest.mark.case("E1")
@pytest.mark.parametrize(
    ("response", "seconds"),
    [
        (httpx.Response(429, headers={"X-RequestCounter-Reset": "17"}), 17),
        (httpx.Response(429, text="<html>slow down</html>"), 60),
        (httpx.Response(429, json={"error": "Wait 5 seconds"}), 5),
    ],
)
def test_the_wait_after_a_429_is_parsed_from_header_or_body(
    build: Build, time: SimulatedTime, deadline: datetime, response: httpx.Response, seconds: float
) -> None:
    responses = [a_list(), response]
    build(lambda request: responses.pop()).matches(["PL"], DAY, DAY, deadline=deadline)
    assert time.slept == [seconds]


@pytest.mark.case("E1")
def test_when_the_allowance_is_used_up_the_next_call_waits(
    build: Build, time: SimulatedTime, deadline: datetime
) -> None:
    def respond(request: httpx.Request) -> httpx.Response:
        response = a_list()
        response.headers.update({"X-Requests-Available-Minute": "0", "X-RequestCounter-Reset": "31"})
        return response

    build(respond).matches(["PL"], DAY, DAY, deadline=deadline)
    assert time.slept == []
    build(respond).matches(["PL"], DAY, DAY, deadline=deadline)
    assert time.slept == [31.0]


@pytest.mark.case("E2")
def test_twelve_calls_take_more_than_a_minute(build: Build, time: SimulatedTime, deadline: datetime) -> None:
    client = build(lambda request: a_list())
    for _ in range(12):
        client.matches(["PL"], DAY, DAY, deadline=deadline)
    assert time.slept == [61.0]


@pytest.mark.case("E5")
@pytest.mark.parametrize(
    "body",
    [
        b"<!doctype html><title>Maintenance</title>",
        b'{"matches": [{"id": 1, "utcDa',
        b"",
        b"[]",
        b"null",
        b'{"message": "hello"}',
        b'{"matches": {}}',
        b"\xff\xfe",
        b"[" * 100_000,
    ],
)
def test_a_malformed_response_body_raises_invalid_response(build: Build, deadline: datetime, body: bytes) -> None:
    responses = [httpx.Response(200, content=body), a_list(a_match())]
    with pytest.raises(InvalidResponse, match=r"football-data\.org"):
        build(lambda request: responses.pop()).matches(["PL"], DAY, DAY + timedelta(days=12), deadline=deadline)


@pytest.mark.case("E6")
def test_after_the_deadline_no_request_is_sent(build: Build, time: SimulatedTime) -> None:
    requests: list[str] = []

    def respond(request: httpx.Request) -> httpx.Response:
        requests.append(str(request.url))
        time.instant += timedelta(seconds=4)
        return a_list()

    client = build(respond)
    with pytest.raises(Unavailable, match="no time is left"):
        client.matches(["PL"], DAY, DAY + timedelta(days=40), deadline=time.instant + timedelta(seconds=8))
    assert len(requests) == 2


@pytest.mark.case("E6")
def test_a_timeout_is_unavailable(build: Build, deadline: datetime) -> None:
    def respond(request: httpx.Request) -> httpx.Response:
        timeout = request.extensions["timeout"]
        assert max(timeout.values()) <= 10
        raise httpx.ReadTimeout("too slow", request=request)

    with pytest.raises(Unavailable, match="did not answer in time"):
        build(respond).matches(["PL"], DAY, DAY, deadline=deadline)


@pytest.mark.case("E7")
def test_the_circuit_opens_for_all_workers_after_three_failures(build: Build, deadline: datetime) -> None:
    requests: list[str] = []

    def respond(request: httpx.Request) -> httpx.Response:
        requests.append(str(request.url))
        return httpx.Response(500)

    for _ in range(3):
        with pytest.raises(Unavailable, match="answered 500"):
            build(respond).matches(["PL"], DAY, DAY, deadline=deadline)
    for _ in range(2):
        with pytest.raises(Unavailable, match="left alone"):
            build(respond).matches(["PL"], DAY, DAY, deadline=deadline)
    assert len(requests) == 3


@pytest.mark.case("E20")
def test_a_redirect_is_not_followed(build: Build, deadline: datetime) -> None:
    requests: list[str] = []

    def respond(request: httpx.Request) -> httpx.Response:
        requests.append(request.url.host)
        return httpx.Response(302, headers={"Location": "http://169.254.169.254/"})

    with pytest.raises(InvalidResponse, match="redirect"):
        build(respond).matches(["PL"], DAY, DAY, deadline=deadline)
    assert requests == ["api.football-data.org"]


def test_a_rejection_carries_the_upstreams_status_and_message(build: Build, deadline: datetime) -> None:
    with pytest.raises(Rejected, match=r"answered 400 to /matches: Your API token is invalid\.") as caught:
        build(lambda request: an_error(400, "Your API token is invalid.")).matches(["PL"], DAY, DAY, deadline=deadline)
    assert caught.value.status == 400


@pytest.mark.parametrize("token", ["", "two words", "line\nbreak", "clé"])
def test_x5_a_malformed_token_is_rejected_without_being_shown(redis: Redis, time: SimulatedTime, token: str) -> None:
    limit = OutboundThrottle(redis, "football_data_org", CALLS_PER_MINUTE, time.now, time.sleep)
    with httpx.Client() as http, pytest.raises(ValueError, match="FOOTBALL_DATA_API_KEY") as caught:
        FootballDataOrg(http, "https://api.football-data.org/v4", token, limit, CircuitBreaker(redis, "x"), time.now)
    assert not token or token not in str(caught.value)


@pytest.mark.parametrize(
    "response",
    [
        httpx.Response(400, json={"message": f"{TOKEN} is invalid"}),
        httpx.Response(404, json={"error": f"X-Auth-Token: {TOKEN}"}),
        httpx.Response(429, json={"message": f"{TOKEN}: wait 1 seconds"}),
        httpx.Response(500, text=TOKEN),
        httpx.Response(200, text=TOKEN),
        httpx.Response(302, headers={"Location": f"https://elsewhere.test/?{TOKEN}"}),
    ],
)
def test_x5_the_token_is_in_no_error_and_no_log(
    build: Build, deadline: datetime, caplog: pytest.LogCaptureFixture, response: httpx.Response
) -> None:
    client = build(lambda request: response)
    with caplog.at_level(logging.DEBUG), pytest.raises(Exception, match=r"football-data\.org") as caught:
        client.matches(["PL"], DAY, DAY, deadline=deadline)
    assert TOKEN not in f"{caught.value!r} {caught.value} {caught.value.__cause__!r} {caplog.text} {client!r}"


def test_x5_the_token_is_in_no_log_of_the_http_library(
    redis: Redis, time: SimulatedTime, deadline: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    limit = OutboundThrottle(redis, "football_data_org", CALLS_PER_MINUTE, time.now, time.sleep)
    payload = b"HTTP/1.1 200 OK\r\nContent-Length: 30\r\n\r\n" + b'{"resultSet":{},"matches":[]} '
    with caplog.at_level(logging.DEBUG), a_server(lambda: iter([payload])) as url, httpx.Client() as http:
        client = FootballDataOrg(http, url, TOKEN, limit, CircuitBreaker(redis, "football_data_org"), time.now)
        assert client.matches(["PL"], DAY, DAY, deadline=deadline).missing == ("PL",)
    assert "send_request_headers" in caplog.text
    assert TOKEN not in caplog.text
