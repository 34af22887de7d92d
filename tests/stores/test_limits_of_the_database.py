"""What happens at the limits of Postgres, or of the pooler before it: a refusal in time, and nothing half done."""

import os
import shutil
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import timedelta
from itertools import count
from pathlib import Path
from threading import Barrier, Event, Thread
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

from local import http_server, postgres, process_lifetime
from local.migrate import migrate
from shared.runtime.jobs import Run, job
from shared.stores.database import connect, set_statement_timeout
from shared.stores.errors import DatabaseUnavailable
from shared.stores.operations import reports
from shared.web.app import Connection, http_app, lambda_handler
from tests import pooler_service
from tests.conftest import Databases
from tests.running import Handler, environment, invoke, select
from tests.waiting import HANG, wait_until

PGBOUNCER = shutil.which("pgbouncer") or "/usr/sbin/pgbouncer"


def built() -> Handler:
    app = http_app("try")

    @app.get("/slow")
    async def slow(db: Connection) -> None:
        reports.add(db, "slow", [("a", "b")], db.execute("SELECT now()").fetchone()[0])  # pyright: ignore[reportOptionalSubscript]
        db.execute("SELECT pg_sleep(30)")

    @app.get("/quick")
    async def quick(db: Connection) -> str:
        return str(db.execute("SELECT 7").fetchone())

    return lambda_handler(app)


@contextmanager
def on_the_way(url: str, delay: float | None) -> Iterator[str]:
    """A TCP address before Postgres that answers so many seconds late, once, as a server that had been suspended.

    With no delay given it does not answer at all.
    """
    over = Event()
    target = f"{parse_qs(urlsplit(url).query)['host'][0]}/.s.PGSQL.5432"
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def pump(source: socket.socket, sink: socket.socket) -> None:
            with source, sink, suppress(OSError):
                while data := source.recv(65536):
                    sink.sendall(data)

        def serve() -> None:
            with suppress(OSError):  # the test is over before a client connected
                outside, _ = listener.accept()
                over.wait(delay)
                if over.is_set():
                    outside.close()
                    return
                inside = socket.socket(socket.AF_UNIX)
                inside.connect(target)
                Thread(target=pump, args=(outside, inside), daemon=True).start()
                Thread(target=pump, args=(inside, outside), daemon=True).start()

        server = Thread(target=serve)
        server.start()
        port = listener.getsockname()[1]
        try:
            yield f"postgresql://postgres@127.0.0.1:{port}/{urlsplit(url).path[1:]}?sslmode=disable&gssencmode=disable"
        finally:
            over.set()
            listener.shutdown(socket.SHUT_RDWR)
            server.join()


@pytest.mark.case("F5")
def test_a_statement_time_out_is_a_503_and_rolls_back(databases: Databases) -> None:
    with databases.copy("template1") as url:
        migrate(url)
        assert select(url, "SHOW statement_timeout") == [("10s",)]
        with psycopg.connect(url, autocommit=True) as db:
            db.execute(f"ALTER DATABASE {db.info.dbname} SET statement_timeout TO '2s'".encode())
        with environment(DATABASE_URL=url):
            handler = built()
            response = invoke(handler, "/slow")
            assert (response.status, response.headers["retry-after"]) == (503, "5")
            assert invoke(handler, "/quick").status == 200, "the connection goes on"
        assert select(url, "SELECT about FROM reports") == []


@pytest.mark.case("F5")
def test_a_jobs_statement_timeout_is_its_remaining_time(url: str) -> None:
    """As much as the run has left."""
    rows: list[tuple[str]] = []

    def work(run: Run) -> None:
        rows.extend(run.db.execute("SHOW statement_timeout").fetchall())

    class Context:
        def get_remaining_time_in_millis(self) -> int:
            return 75_000

    with environment(DATABASE_URL=url, LOG_LEVEL="ERROR"):
        job("try", work)({}, Context())
    assert rows == [("1min",)]
    with connect(url, "test") as db:
        with db.transaction(), pytest.raises(psycopg.errors.QueryCanceled):
            set_statement_timeout(db, timedelta(milliseconds=50))
            db.execute("SELECT pg_sleep(5)")
        assert db.execute("SHOW statement_timeout").fetchone() == ("0",), "for the transaction alone"


def only_connection(url: str) -> psycopg.Connection:
    """The one connection that a database allows. A closed one counts until its process ends, which no view shows."""
    opened: list[psycopg.Connection] = []

    def is_open() -> bool:
        with suppress(psycopg.OperationalError):
            opened.append(psycopg.connect(url))
        return bool(opened)

    wait_until(is_open)
    return opened[0]


@pytest.mark.case("F2")
def test_a_full_database_is_a_503_until_a_connection_is_free(databases: Databases, url: str) -> None:
    """The limit of connections is reached."""
    name = urlsplit(url).path[1:]
    with psycopg.connect(url, autocommit=True) as db:
        db.execute("CREATE ROLE reader LOGIN")
        db.execute(f"ALTER DATABASE {name} CONNECTION LIMIT 1".encode())
    full = url.replace("postgres@", "reader@")
    with environment(DATABASE_URL=full):
        handler = built()
        with only_connection(full):
            response = invoke(handler, "/quick")
        assert (response.status, response.headers["retry-after"]) == (503, "5")
        wait_until(lambda: invoke(handler, "/quick").status == 200)
    with psycopg.connect(url, autocommit=True) as db:
        db.execute(b"DROP ROLE reader")


@pytest.mark.case("F7")
def test_a_suspended_server_is_waited_for(url: str) -> None:
    """Suspended, Neon answers within half a second or a little more."""
    with on_the_way(url, delay=0.5) as late, environment(DATABASE_URL=late):
        assert invoke(built(), "/quick").status == 200


@pytest.mark.case("F2", "F7")
def test_an_unresponsive_server_is_a_503_within_the_time_out(url: str) -> None:
    """The connection attempt times out after three seconds, long before the function's fifteen."""
    with on_the_way(url, delay=None) as stuck, environment(DATABASE_URL=stuck):
        assert invoke(built(), "/quick").status == 503


@pytest.mark.case("F3")
def test_a_deadlock_is_retried_without_partial_effects(url: str) -> None:
    """The middleware retries the transaction that Postgres aborts, and nothing of its first run stays."""
    with connect(url, "test") as db:
        db.execute("CREATE TABLE pair (id int PRIMARY KEY, n int NOT NULL)")
        db.execute("INSERT INTO pair VALUES (1, 0), (2, 0)")
    met, finished, runs = Barrier(2, timeout=HANG), Event(), count(1)
    app = http_app("try")

    @app.post("/both/{first}/{second}")
    async def both(db: Connection, first: int, second: int) -> None:
        add = "UPDATE pair SET n = n + 1 WHERE id = %(id)s"
        if (run := next(runs)) > 1:
            finished.wait(HANG)  # however slow this machine is, the backoff was long enough
        db.execute(add, {"id": first})
        if run == 1:
            met.wait()
        db.execute(add, {"id": second})

    with environment(DATABASE_URL=url):
        handler = lambda_handler(app)
        with ThreadPoolExecutor(1) as beside:

            def other() -> int:
                with connect(url, "other") as db, db.transaction():
                    db.execute("SET LOCAL deadlock_timeout TO '60s'")  # so that it is not this one that gives way
                    db.execute("UPDATE pair SET n = n + 1 WHERE id = 2")
                    met.wait()
                    return db.execute("UPDATE pair SET n = n + 1 WHERE id = 1").rowcount

            waiting = beside.submit(other)
            waiting.add_done_callback(lambda _: finished.set())
            response = invoke(handler, "/both/1/2", method="POST")
            assert waiting.result() == 1
    assert (response.status, next(runs)) == (200, 3)
    assert select(url, "SELECT n FROM pair") == [(2,), (2,)]


@pytest.fixture
def patience() -> int:
    """Seconds."""
    return HANG


@contextmanager
def pgbouncer(url: str, places: int, query_wait_timeout: int) -> Iterator[str]:
    """The real one."""
    port = http_server.free_port()
    server, name = parse_qs(urlsplit(url).query)["host"][0], urlsplit(url).path[1:]
    user = postgres.USER_WHEN_ROOT if os.geteuid() == 0 else ""  # it does not run as root

    def listens() -> bool:
        with socket.socket() as client:
            return client.connect_ex(("127.0.0.1", port)) == 0

    with process_lifetime.folder("pgbouncer-") as folder:
        folder.chmod(0o755)
        (folder / "users.txt").write_text('"postgres" ""\n')
        (folder / "pgbouncer.ini").write_text(
            f"[databases]\n{name} = host={server} dbname={name} user=postgres\n[pgbouncer]\nlisten_addr = 127.0.0.1\n"
            f"listen_port = {port}\nunix_socket_dir =\nauth_type = trust\nauth_file = {folder}/users.txt\n"
            f"pool_mode = transaction\ndefault_pool_size = {places}\nquery_wait_timeout = {query_wait_timeout}\n"
        )
        with process_lifetime.program([PGBOUNCER, "-q", folder / "pgbouncer.ini"], user=user):
            wait_until(listens)
            yield f"postgresql://postgres@127.0.0.1:{port}/{name}?sslmode=disable"


POOLERS = [pooler_service.serve, *([pgbouncer] if Path(PGBOUNCER).exists() else [])]
"""A fake, which is compared with the real one where that is installed (Debian: apt-get install pgbouncer)."""


@pytest.fixture(params=POOLERS, ids=lambda pooler: pooler.__name__)
def pooled(request: pytest.FixtureRequest, url: str, patience: int) -> Iterator[str]:
    """A transaction pooler with two places and a bounded wait."""
    with request.param(url, 2, patience) as address:
        yield address


@pytest.mark.case("F2")
def test_many_functions_share_two_places_of_a_transaction_pooler(pooled: str) -> None:
    """Twenty connections, two places, no request lost."""
    together = Barrier(20)

    def work(_: int) -> int:
        with connect(pooled, "test") as db:
            together.wait()
            done = 0
            for _ in range(20):
                with db.transaction():
                    db.execute("SET LOCAL statement_timeout = 60000")
                    done += db.execute("SELECT %(n)s::int", {"n": 1}).fetchall()[0][0]
            return done

    with ThreadPoolExecutor(20) as functions:
        assert sum(functions.map(work, range(20))) == 400


@pytest.mark.parametrize("patience", [1])
def test_waiting_too_long_for_the_pooler_is_a_503(pooled: str) -> None:
    """Both places are taken; the third waits a second and is refused."""
    with connect(pooled, "one") as one, connect(pooled, "two") as two, one.transaction(), two.transaction():
        one.execute("SELECT 1")
        two.execute("SELECT 1")
        with environment(DATABASE_URL=pooled):
            response = invoke(built(), "/quick")
            assert (response.status, response.headers["retry-after"]) == (503, "5")
    with environment(DATABASE_URL=pooled):
        assert invoke(built(), "/quick").status == 200


def test_an_unreachable_pooler_raises_database_unavailable() -> None:
    with pytest.raises(DatabaseUnavailable):
        connect("postgresql://postgres@127.0.0.1:1/x", "test")
