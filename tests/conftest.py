"""Fixtures of all tests: one Postgres for all workers, one database per test that commits, copied from a template."""

import gc
import os
import platform
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from datetime import datetime, timedelta
from functools import cache, partial
from pathlib import Path

import psycopg
import pytest
from botocore.loaders import JSONFileLoader
from hypothesis import HealthCheck, Phase, settings
from xdist.workermanage import WorkerController

from deploy import memory
from local import demo, process_lifetime
from local.migrate import migrate
from shared.runtime import clock
from shared.stores.database import Connection, connect
from tests import season
from tests.databases import Databases, serve
from tests.running import environment, run_all
from tests.season import MIRROR, Service
from tests.tokens import SUPABASE

FILES_BYTES = 6 << 30
"""More than the files of all tests take at any time."""
IN_CI = "CI" in os.environ
EVERYWHERE = settings(
    settings.get_profile("default"), deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
"""Without deadlines: a busy machine must not fail a test."""
# New examples in each run, but in CI: there a failure must be of the change that is tested.
settings.register_profile("any machine", EVERYWHERE, **({"derandomize": True, "database": None} if IN_CI else {}))
SERVER = pytest.StashKey[str]()
"""The URL of the Postgres that all workers share."""
SATURDAY = datetime.fromisoformat("2024-04-27T05:00:00Z")
"""A morning before twenty matches."""

LONGEST = (
    "tests/local/test_journey.py",
    "tests/models/training/test_backtest.py",
    "tests/local/test_run.py",
    "tests/functions/test_responsible_play.py",
    "tests/functions/test_chain.py",
    "tests/architecture/test_time.py",
    "tests/local/test_replay.py",
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
"""The slowest modules. They start first, so that no worker is left alone with one at the end."""

# `make mutate` runs the tests a thousand times: few examples, always the same, and no shrinking.
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
    """Load the Hypothesis profile without deadlines, and put temporary files into a folder deleted after the run.

    pytest's default folder is shared by all runs, and each new run makes it inaccessible to the user of Postgres. Files
    are in memory where there is room for them: on disk, creating one can take a millisecond of CPU.
    """
    gc.set_threshold(50_000, 20)  # Python's own thresholds are for small programs, and took 2 % of the run
    settings.load_profile("any machine")
    for name in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL"):
        os.environ.pop(name, None)  # the make that a test starts is not part of the `make -C … test` that started us
    if folder := memory.directory(FILES_BYTES):
        os.environ["TMPDIR"] = tempfile.tempdir = str(folder)
    if config.option.basetemp is None:
        stack = ExitStack()
        config.option.basetemp = str(stack.enter_context(process_lifetime.folder("pytest-")) / "files")
        config.add_cleanup(stack.close)


def pytest_configure_node(node: WorkerController) -> None:
    """Start Postgres with the first worker, and give its URL to all."""
    if SERVER not in node.config.stash:
        stack = ExitStack()
        node.config.stash[SERVER] = stack.enter_context(serve())
        node.config.add_cleanup(stack.close)
    node.workerinput["postgres"] = node.config.stash[SERVER]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start with the slowest modules; the others stay in random order."""
    places = {module: place for place, module in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.nodeid.partition("::")[0], len(LONGEST)))


def pytest_collection_finish() -> None:
    """Exempt collected tests and imported modules from garbage collection, which would visit them again and again."""
    gc.freeze()


def pytest_sessionstart(session: pytest.Session) -> None:
    """Print the random seed, which pytest-randomly omits with -q."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    seed = session.config.getoption("randomly_seed", None)
    if reporter is not None and seed is not None:
        reporter.write_line(f"random order, repeated by --randomly-seed={seed}")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Print a failure at once, so that an aborted run has printed its earlier failures."""
    if report.failed and "PYTEST_XDIST_WORKER" not in os.environ:
        sys.stderr.write(f"\nfailed: {report.nodeid}\n")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the Python version and whether real seasons were read."""
    real = f"real seasons of {MIRROR}" if season.has_real_seasons() else season.NO_SEASONS
    terminalreporter.write_line(f"Python {platform.python_version()}; {real}.")


@pytest.fixture(scope="module", params=["Pacific/Auckland", "America/Los_Angeles"])
def machine_zone(request: pytest.FixtureRequest) -> Iterator[str]:
    """The time zone of this process and of those it starts: half a day before and behind Paris."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", request.param)
        time.tzset()
        yield request.param
    time.tzset()


@pytest.fixture(scope="session", autouse=True)
def aws_models() -> Iterator[None]:
    """Parse the descriptions of AWS's services once: boto3 does so for each client, which takes a tenth of a second."""
    load = cache(partial(JSONFileLoader.load_file, JSONFileLoader()))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(JSONFileLoader, "load_file", lambda _, path: load(path))
        yield


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest) -> Iterator[Databases]:
    worker: dict[str, str] = getattr(request.config, "workerinput", {})
    with ExitStack() as stack:
        url = worker["postgres"] if worker else stack.enter_context(serve())
        admin = stack.enter_context(psycopg.connect(url, autocommit=True))
        yield Databases(url, admin, worker.get("workerid", "test"))


@pytest.fixture(scope="session")
def empty(databases: Databases) -> str:
    """The template with our empty tables. It must have no open connections."""
    return databases.template("empty", migrate)


@pytest.fixture(scope="session")
def saturday_mirror(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two real seasons of some leagues, in the layout of football-data.co.uk."""
    directory = tmp_path_factory.mktemp("saturday")
    for each in ("2223", "2324"):
        season.copy_mirror(directory, *season.SATURDAY_DIVISIONS, season=each)
    return directory


@pytest.fixture(scope="session")
def saturday(databases: Databases, empty: str, saturday_mirror: Path) -> str:
    """The template after the jobs of a real Saturday morning, with two seasons' results and prices."""
    return databases.template("saturday", partial(_run_morning, saturday_mirror), empty)


@pytest.fixture(scope="session")
def sunday(databases: Databases, saturday: str, saturday_mirror: Path) -> str:
    """The template a day later: Saturday's results and closing prices are stored, its picks settled."""

    def run(url: str) -> None:
        with environment(DATABASE_URL=url, FOOTBALL_DATA_UK_URL=str(saturday_mirror), LOG_LEVEL="ERROR"):
            run_all(SATURDAY + timedelta(days=1), "sync_fixtures", "sync_history", "update_ratings", "settle_picks")

    return databases.template("sunday", run, saturday)


@pytest.fixture(scope="session")
def any_saturday(databases: Databases, empty: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The same template of an invented league, for tests that need no real names or numbers."""
    source = season.write_invented_season(tmp_path_factory.mktemp("invented"), SATURDAY.date())
    return databases.template("any_saturday", partial(_run_morning, source), empty)


def _run_morning(source: Path, url: str) -> None:
    with environment(DATABASE_URL=url, FOOTBALL_DATA_UK_URL=str(source), LOG_LEVEL="ERROR"):
        run_all(SATURDAY, "sync_fixtures", "sync_history", "update_ratings", "publish_predictions", "choose_picks")


@pytest.fixture(scope="session")
def league(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration league, as a directory in the layout of football-data.co.uk."""
    directory = tmp_path_factory.mktemp("league")
    demo.write(directory, SATURDAY.date())
    return directory


@pytest.fixture
def url(databases: Databases, empty: str) -> Iterator[str]:
    """A separate database with our empty tables."""
    with databases.copy(empty) as url:
        yield url


@pytest.fixture(scope="session")
def stores(databases: Databases, empty: str) -> str:
    """The shared database of tests that roll back."""
    return databases.make(empty)


@pytest.fixture
def db(stores: str) -> Iterator[Connection]:
    """A connection whose writes are rolled back when the test ends."""
    with connect(stores, "test") as db, db.transaction(force_rollback=True):
        yield db


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    """football-data.co.uk, still without files."""
    (tmp_path / "service").mkdir()
    with season.serve(tmp_path / "service") as service:
        yield service


@pytest.fixture
def bundle(url: str, service: Service) -> Iterator[Service]:
    """The environment of the functions: a separate database and the service that is returned."""
    with environment(DATABASE_URL=url, FOOTBALL_DATA_UK_URL=service.url, **SUPABASE):
        yield service


def at(instant: str) -> AbstractContextManager[None]:
    """Set the clock to an instant."""
    return clock.at(datetime.fromisoformat(instant))
