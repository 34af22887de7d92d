"""Redis over one persistent connection."""

import logging
import socket
import ssl
from collections.abc import Iterator
from datetime import timedelta
from threading import Thread

import pytest
from upstash_redis.errors import UpstashError

from shared.clients.redis.upstash import COOLDOWN, REDIS_FAILURES, RecentlyUnavailable, Upstash
from tests import tls_service
from tests.clients.conftest import SimulatedTime
from tests.waiting import HANG

ANSWER = b'HTTP/1.1 200 OK\r\nContent-Length: 17\r\n\r\n{"result":"PONG"}'


@pytest.fixture
def redis(redis_address: tuple[str, str], time: SimulatedTime) -> Iterator[Upstash]:
    client = Upstash(*redis_address, timeout=HANG, now=time.now)
    with client:
        client.flushall()
        yield client


class Server:
    """A server that answers each connection with the next of some bytes, and closes it."""

    def __init__(self, *bodies: bytes, times: int = 1) -> None:
        self.request_count = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._bodies, self._times = bodies, times
        Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        for body in self._bodies:
            connection, _ = self._listener.accept()
            with connection:
                for _ in range(self._times):
                    while not connection.recv(65536).endswith(b"]"):  # the end of a command
                        pass
                    self.request_count += 1
                    connection.sendall(body)
        self._listener.close()


def a_client(url: str, time: SimulatedTime, patience: float = HANG) -> Upstash:
    return Upstash(url, "token", timeout=patience, now=time.now)


def test_values_of_every_type_come_back(redis: Upstash) -> None:
    assert redis.set("club", "Genêt ⚽", nx=True, ex=60) is True
    assert redis.get("club") == "Genêt ⚽"
    assert redis.get("missing") is None
    assert redis.incr("count") == 1
    assert redis.hgetall("missing") == {}
    assert redis.eval("return {KEYS[1], ARGV[1], false, 7}", ["k"], ["v"]) == ["k", "v", None, 7]


def test_a_rejected_command_raises_and_starts_no_cooldown(redis: Upstash) -> None:
    redis.set("text", "x")
    with pytest.raises(UpstashError, match="not an integer"):
        redis.incr("text")
    assert redis.ping() == "PONG"


def test_a_wrong_token_is_rejected(redis_address: tuple[str, str], time: SimulatedTime) -> None:
    with (
        Upstash(redis_address[0], "other", timeout=HANG, now=time.now) as client,
        pytest.raises(UpstashError, match="WRONGPASS"),
    ):
        client.ping()


def test_one_connection_serves_all_commands(time: SimulatedTime) -> None:
    server = Server(ANSWER, times=3)
    with a_client(server.url, time) as client:
        assert [client.ping() for _ in range(3)] == ["PONG"] * 3
    assert server.request_count == 3


def test_a_connection_that_the_other_end_closed_is_renewed_unnoticed(time: SimulatedTime) -> None:
    server = Server(ANSWER, ANSWER)
    with a_client(server.url, time) as client:
        assert [client.ping() for _ in range(2)] == ["PONG"] * 2
    assert server.request_count == 2


def test_after_a_failure_calls_fail_at_once_for_five_seconds(time: SimulatedTime) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        client = a_client(f"http://127.0.0.1:{silent.getsockname()[1]}", time, patience=0.3)
        with pytest.raises(TimeoutError):
            client.ping()
        for _ in range(20):
            with pytest.raises(RecentlyUnavailable):
                client.ping()
        silent.setblocking(False)
        silent.accept()[0].close()
        with pytest.raises(BlockingIOError):  # no other connection was made
            silent.accept()
        time.sleep(COOLDOWN.total_seconds())
        with pytest.raises(TimeoutError):
            client.ping()
        time.sleep(-timedelta(days=1).total_seconds())
        with pytest.raises(TimeoutError):  # a clock set back does not extend the cooldown to a day
            client.ping()
        client.close()


@pytest.mark.parametrize(
    "body",
    [
        b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 4\r\n\r\n<ht>",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n7",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{",
        b"nonsense\r\n\r\n",
        b"",
    ],
)
def test_an_invalid_response_raises_one_of_redis_failures(body: bytes, time: SimulatedTime) -> None:
    with a_client(Server(body).url, time) as client, pytest.raises(REDIS_FAILURES):
        client.ping()


@pytest.mark.case("E21")
def test_an_untrusted_certificate_is_rejected(time: SimulatedTime) -> None:
    with (
        tls_service.serve() as impostor,
        Upstash(impostor.url, "token", timeout=HANG, now=time.now) as client,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        client.ping()
    assert (impostor.connections, impostor.received) == (1, [])


def test_the_token_is_in_no_error_repr_or_log(time: SimulatedTime, caplog: pytest.LogCaptureFixture) -> None:
    client = Upstash("http://127.0.0.1:9", "s3cr3t", timeout=0.3, now=time.now)
    with caplog.at_level(logging.DEBUG), pytest.raises(ConnectionRefusedError) as caught:
        client.ping()
    assert "s3cr3t" not in f"{caught.value!r} {client!r} {caplog.text}"
