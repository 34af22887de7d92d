"""One Postgres for each worker of the suite, one database for each test that commits, copied from a template."""

import os
import platform
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, Phase, settings
from psycopg import sql

from local import demo, postgres, process_lifetime
from local.migrate import migrate
from shared.runtime import clock
from shared.stores.database import Connection, connect
from tests import season
from tests.running import environment, run_all
from tests.season import MIRROR, Service, real_seasons
from tests.tokens import SUPABASE

MEMORY = Path("/dev/shm")  # noqa: S108  # a file system, not a file
EVERYWHERE = settings(
    settings.get_profile("default"), deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
"""Random examples everywhere, in CI too, and none that fails because the machine has other things to do."""
SATURDAY = datetime.fromisoformat("2024-04-27T05:00:00Z")
"""A morning with twenty matches ahead."""

LONGEST = (
    "tests/local/test_attack.py",
    "tests/models/training/test_backtest.py",
    "tests/local/test_run.py",
    "tests/functions/test_responsible_play.py",
    "tests/functions/test_chain.py",
    "tests/architecture/test_time.py",
    "tests/local/test_replay.py",
    "tests/local/test_journey.py",
    "tests/contract/test_schemathesis.py",
    "tests/local/test_mutate.py",
    "tests/local/test_process_lifetime.py",
    "tests/functions/test_back_up_database.py",
    "tests/forecasting/test_markets.py",
    "tests/retrieval/test_quality.py",
    "tests/functions/test_billing_histories.py",
    "tests/functions/bets/test_histories.py",
    "tests/functions/test_hidden_picks.py",
    "tests/local/test_started_jobs.py",
)
"""Modules that take the longest, which begin first: otherwise one worker ends up alone with the last of them."""

# `make mutate` runs the tests a thousand times: few examples, the same each time, and of one that fails no simpler one
# is looked for.
settings.register_profile(
    "mutate",
    EVERYWHERE,
    max_examples=10,
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),
)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Have Hypothesis ask for no speed, and temporary files lie in a folder that is gone when the run ends.

    pytest's own place for those belongs to all runs, and each that starts closes it to the user that Postgres runs as.
    """
    settings.register_profile("any machine", EVERYWHERE)
    settings.load_profile("any machine")
    if config.option.basetemp is None:
        stack = ExitStack()
        config.option.basetemp = str(stack.enter_context(process_lifetime.folder("pytest-")) / "files")
        config.add_cleanup(stack.close)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest modules, and leave the others in their random order."""
    places = {module: place for place, module in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.nodeid.partition("::")[0], len(LONGEST)))


def pytest_sessionstart(session: pytest.Session) -> None:
    """Name the order of this run, which pytest-randomly does not with -q."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    seed = session.config.getoption("randomly_seed", None)
    if reporter is not None and seed is not None:
        reporter.write_line(f"random order, repeated by --randomly-seed={seed}")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Name a failure at once, so that a run that is ended from outside has named those before."""
    if report.failed and "PYTEST_XDIST_WORKER" not in os.environ:
        sys.stderr.write(f"\nfailed: {report.nodeid}\n")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """End with what the run was about: which Python, and whether real seasons were read."""
    real = f"real seasons of {MIRROR}" if season.has_real_seasons() else season.NO_SEASONS
    terminalreporter.write_line(f"Python {platform.python_version()}; {real}.")


class Databases:
    """The databases of one server."""

    def __init__(self, url: str) -> None:
        self._url, self._numbers = url, count(1)
        with self._admin() as admin:  # nothing here must outlive the machine
            admin.execute("ALTER SYSTEM SET fsync = off")
            admin.execute("ALTER SYSTEM SET synchronous_commit = off")
            admin.execute("SELECT pg_reload_conf()")

    def make(self, template: str = "template1") -> str:
        """The address of a new database, a copy of another one."""
        name = f"test_{next(self._numbers)}"
        with self._admin() as admin:
            copied = sql.Identifier(template.rpartition("/")[2].partition("?")[0])
            admin.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(sql.Identifier(name), copied)
            )
            # A migration sets this, and a copy of a database does not take it over.
            admin.execute(sql.SQL("ALTER DATABASE {} SET timezone TO 'UTC'").format(sql.Identifier(name)))
        return self._url.replace("/postgres?", f"/{name}?")

    @contextmanager
    def copy(self, template: str) -> Iterator[str]:
        """A copy of a database that is gone afterwards."""
        url = self.make(template)
        yield url
        with self._admin() as admin:
            name = sql.Identifier(url.rpartition("/")[2].partition("?")[0])
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))

    def _admin(self) -> psycopg.Connection:
        return psycopg.connect(self._url, autocommit=True)


@pytest.fixture(scope="session")
def databases() -> Iterator[Databases]:
    # In memory where there is such a place: hundreds of databases come and go.
    memory = MEMORY if MEMORY.is_dir() else None
    with process_lifetime.folder("postgres-", memory) as folder, postgres.serve(folder / "data") as url:
        yield Databases(url)


@pytest.fixture(scope="session")
def empty(databases: Databases) -> str:
    """The template with our tables and nothing in them. Nobody may be connected to it."""
    url = databases.make()
    migrate(url)
    return url


@pytest.fixture(scope="session")
def saturday(databases: Databases, empty: str) -> str:
    """The template as the chain leaves it on a real Saturday morning, the season's results and prices known."""
    return _morning(databases, empty, real_seasons())


@pytest.fixture(scope="session")
def sunday(databases: Databases, saturday: str) -> str:
    """The template a day later: Saturday's results and closing prices are known, its picks settled."""
    url = databases.make(saturday)
    with environment(DATABASE_URL=url, FOOTBALL_DATA_UK_URL=str(real_seasons()), LOG_LEVEL="ERROR"):
        run_all(SATURDAY + timedelta(days=1), "sync_fixtures", "sync_history", "update_ratings", "settle_picks")
    return url


@pytest.fixture(scope="session")
def any_saturday(databases: Databases, empty: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Such a template for tests that no name or number of which matters to: an invented league's."""
    return _morning(databases, empty, season.invented(tmp_path_factory.mktemp("invented"), SATURDAY.date()))


def _morning(databases: Databases, empty: str, source: Path) -> str:
    url = databases.make(empty)
    with environment(DATABASE_URL=url, FOOTBALL_DATA_UK_URL=str(source), LOG_LEVEL="ERROR"):
        run_all(SATURDAY, "sync_fixtures", "sync_history", "update_ratings", "publish_predictions", "choose_picks")
    return url


@pytest.fixture(scope="session")
def league(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration league, as a directory laid out like football-data.co.uk."""
    directory = tmp_path_factory.mktemp("league")
    demo.write(directory, SATURDAY.date())
    return directory


@pytest.fixture
def url(databases: Databases, empty: str) -> Iterator[str]:
    """A database of the test's own, with our tables."""
    with databases.copy(empty) as url:
        yield url


@pytest.fixture(scope="session")
def stores(databases: Databases, empty: str) -> str:
    """The database of the tests that leave nothing behind."""
    return databases.make(empty)


@pytest.fixture
def db(stores: str) -> Iterator[Connection]:
    """A connection whose writes are undone when the test ends."""
    with connect(stores, "test") as db, db.transaction(force_rollback=True):
        yield db


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    """football-data.co.uk, without a file yet."""
    (tmp_path / "service").mkdir()
    with season.serve(tmp_path / "service") as service:
        yield service


@pytest.fixture
def bundle(url: str, service: Service) -> Iterator[Service]:
    """The functions on a database of their own, reading the service that is given back."""
    with environment(DATABASE_URL=url, FOOTBALL_DATA_UK_URL=service.url, **SUPABASE):
        yield service


def at(instant: str) -> AbstractContextManager[None]:
    """Live at an instant."""
    return clock.at(datetime.fromisoformat(instant))
