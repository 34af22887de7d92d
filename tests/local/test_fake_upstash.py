"""The real clients of Upstash against the stand-in."""

from collections.abc import Iterator

import httpx
import pytest
from upstash_ratelimit import FixedWindow, Ratelimit, SlidingWindow, TokenBucket
from upstash_redis import Redis
from upstash_redis.errors import UpstashError

from local import fake_upstash


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[str, str]]:
    with fake_upstash.serve() as (url, token):
        yield url, token


@pytest.fixture
def redis(server: tuple[str, str]) -> Iterator[Redis]:
    with Redis(*server, allow_telemetry=False) as client:
        client.flushdb()
        yield client


@pytest.fixture
def http(server: tuple[str, str]) -> Iterator[httpx.Client]:
    url, token = server
    with httpx.Client(base_url=url, headers={"authorization": f"Bearer {token}"}) as client:
        yield client


def test_commands_of_each_type(redis: Redis) -> None:
    assert redis.set("club", "Genêt", ex=60, nx=True) is True
    assert redis.set("club", "other", nx=True) is False
    assert redis.get("club") == "Genêt"
    assert 0 < redis.ttl("club") <= 60
    assert redis.get("missing") is None
    assert redis.hset("h", values={"a": 1, "b": "OK"}) == 2
    assert redis.hgetall("h") == {"a": "1", "b": "OK"}
    assert redis.zadd("z", {"one": 1, "two": 2.5}) == 2
    assert redis.zrange("z", 0, -1, withscores=True) == [("one", 1.0), ("two", 2.5)]
    assert redis.rpush("l", "x", "y") == 2
    assert redis.lrange("l", 0, -1) == ["x", "y"]
    assert redis.type("l") == "list"
    assert sorted(redis.scan(0)[1]) == ["club", "h", "l", "z"]


def test_pipelines_go_on_after_an_error_and_transactions_do_not_begin(redis: Redis, http: httpx.Client) -> None:
    pipeline = redis.pipeline()
    pipeline.set("a", "1").incr("a").get("a")
    assert pipeline.exec() == [True, 2, "2"]
    transaction = redis.multi()
    transaction.set("b", "x").get("b")
    assert transaction.exec() == [True, "x"]
    response = http.post("/pipeline", json=[["SET", "c", "1"], ["INCR", "b"], ["GET", "c"]])
    assert response.status_code == 200
    assert [list(item) for item in response.json()] == [["result"], ["error"], ["result"]]
    response = http.post("/multi-exec", json=[["SET", "d", "1"], ["NOSUCH"]])
    assert response.status_code == 400
    assert "NOSUCH" in response.json()["error"]
    assert redis.get("d") is None


def test_scripts_run_by_source_and_by_hash(redis: Redis) -> None:
    script = "return {KEYS[1], ARGV[1], redis.call('INCR', KEYS[1])}"
    assert redis.eval(script, keys=["k"], args=["v"]) == ["k", "v", 1]
    assert redis.evalsha(redis.script_load(script), keys=["k"], args=["v"]) == ["k", "v", 2]
    with pytest.raises(UpstashError, match="NOSCRIPT"):
        redis.evalsha("0" * 40)


def test_errors_are_those_of_redis(redis: Redis, http: httpx.Client) -> None:
    redis.set("text", "x")
    with pytest.raises(UpstashError, match="ERR value is not an integer"):
        redis.incr("text")
    with pytest.raises(UpstashError, match="WRONGTYPE"):
        redis.lpush("text", "x")
    for nonsense in (b"{", b"{}", b"[]", b"3"):
        response = http.post("/", content=nonsense)
        assert (response.status_code, list(response.json())) == (400, ["error"])


def test_values_may_travel_as_base64_or_not(server: tuple[str, str], http: httpx.Client) -> None:
    with Redis(*server, rest_encoding=None, allow_telemetry=False) as plain:
        plain.set("k", "Églantine")
        assert plain.get("k") == "Églantine"
    encoded = http.post("/", json=["GET", "k"], headers={"upstash-encoding": "base64"}).json()
    assert encoded == {"result": "w4lnbGFudGluZQ=="}
    response = http.post("/", json=["SET", "k", "OK"], headers={"upstash-encoding": "base64"})
    assert response.json() == {"result": "OK"}


def test_a_command_may_be_a_path(http: httpx.Client) -> None:
    assert http.get("/set/caf%C3%A9/au%20lait?EX=10").json() == {"result": "OK"}
    assert http.post("/get/caf%C3%A9").json() == {"result": "au lait"}
    assert 0 < http.get("/ttl/caf%C3%A9").json()["result"] <= 10
    http.post("/set/body", content=b"in the body")
    assert http.get("/get/body").json() == {"result": "in the body"}


def test_a_token_is_needed(server: tuple[str, str]) -> None:
    url, token = server
    for refused in (httpx.post(url, json=["PING"]), httpx.get(f"{url}/ping", params={"_token": "other"})):
        assert (refused.status_code, "WRONGPASS" in refused.json()["error"]) == (401, True)
    assert httpx.get(f"{url}/ping", params={"_token": token}).json() == {"result": "PONG"}


@pytest.mark.parametrize(
    "limiter",
    [FixedWindow(3, 10), SlidingWindow(3, 10), TokenBucket(max_tokens=3, refill_rate=1, interval=10)],
    ids=lambda limiter: type(limiter).__name__,
)
def test_rate_limits(redis: Redis, limiter: FixedWindow | SlidingWindow | TokenBucket) -> None:
    ratelimit = Ratelimit(redis, limiter)
    assert [ratelimit.limit("reader").allowed for _ in range(4)] == [True, True, True, False]
    assert ratelimit.limit("other").allowed
