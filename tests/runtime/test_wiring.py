"""What a warm process reuses, and what it renews."""

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from psycopg import sql

from deploy.service import read
from local import fake_upstash
from shared.betting.odds_budget import Call
from shared.clients import tls
from shared.clients.errors import Unavailable
from shared.runtime import clock, record_wiring, wiring
from shared.runtime.settings import SettingsError
from shared.services import redis_backed
from shared.stores.database import connect
from shared.stores.errors import DatabaseUnavailable
from tests import tls_service
from tests.ledger.keys import WITNESS
from tests.running import environment
from tests.season import Service, row
from tests.waiting import HANG

NOW = datetime(2024, 4, 27, 5, tzinfo=UTC)


@pytest.fixture
def silence() -> Iterator[str]:
    """A server that accepts connections and never sends anything."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


def test_a_connection_is_reused_while_it_works(url: str) -> None:
    with environment(DATABASE_URL=url):
        first = wiring.database()
        assert wiring.database() is first
        assert first.execute("SELECT 1").fetchone() == (1,)


def test_a_connection_is_renewed_after_an_hour(url: str) -> None:
    with environment(DATABASE_URL=url):
        with clock.at(NOW):
            first = wiring.database()
        with clock.at(NOW + timedelta(minutes=59)):
            assert wiring.database() is first
        with clock.at(NOW + timedelta(minutes=60)):
            second = wiring.database()
        assert second is not first
        assert first.closed
        with clock.at(NOW - timedelta(days=300)):
            assert wiring.database() is not second, "a clock set back does not extend a connection's lifetime"


@pytest.mark.case("F6")
def test_a_connection_that_the_server_cut_is_renewed(url: str) -> None:
    with environment(DATABASE_URL=url):
        first = wiring.database()
        with connect(url, "other") as other:
            other.execute("SELECT pg_terminate_backend(%s)", (first.info.backend_pid,))
        second = wiring.database()
        assert second is not first
        assert second.execute("SELECT 1").fetchone() == (1,)
        second.close()
        assert wiring.database().execute("SELECT 1").fetchone() == (1,)


@contextmanager
def away(url: str) -> Iterator[None]:
    """A database that refuses connections and closes open ones, as during a restart."""
    name = url.rpartition("/")[2].partition("?")[0]
    with connect(url.replace(f"/{name}?", "/postgres?"), "test") as admin:
        allow = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
        admin.execute(allow.format(sql.Identifier(name), sql.SQL("false")))
        admin.execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s", [name])
        try:
            yield
        finally:
            admin.execute(allow.format(sql.Identifier(name), sql.SQL("true")))


@pytest.mark.parametrize("warm", [True, False])
def test_a_database_that_comes_back_is_found_again(url: str, warm: bool) -> None:
    """By the same process, whether it had a connection before or not; and as often as it goes away."""
    with environment(DATABASE_URL=url):
        for _ in range(2):
            if warm:
                assert wiring.database().execute("SELECT 1").fetchone() == (1,)
            with away(url):
                for _ in range(2):
                    with pytest.raises(DatabaseUnavailable):
                        wiring.database()
            assert wiring.database().execute("SELECT 1").fetchone() == (1,)


def test_an_unreachable_database_and_a_missing_url_raise_different_errors() -> None:
    with environment(DATABASE_URL="postgresql://u@127.0.0.1:9/x"), pytest.raises(DatabaseUnavailable):
        wiring.database()
    with environment(), pytest.raises(SettingsError, match="DATABASE_URL"):
        wiring.database()


def test_redis_answers() -> None:
    with (
        fake_upstash.serve() as (address, token),
        environment(UPSTASH_REDIS_REST_URL=address, UPSTASH_REDIS_REST_TOKEN=token),
    ):
        assert wiring.redis().ping() == "PONG"
        assert wiring.redis() is wiring.redis()


def test_a_redis_that_hangs_is_given_up_in_time(silence: str) -> None:
    with environment(UPSTASH_REDIS_REST_URL=silence, UPSTASH_REDIS_REST_TOKEN="x"), pytest.raises(TimeoutError):
        wiring.redis().ping()


def test_redis_needs_its_address_and_its_token() -> None:
    for variables in ({}, {"UPSTASH_REDIS_REST_URL": "http://127.0.0.1:9"}):
        with environment(**variables), pytest.raises(SettingsError, match="UPSTASH_REDIS_REST_"):
            wiring.redis()


def test_the_csv_service_is_an_address_or_a_directory(service: Service, tmp_path: Path) -> None:
    service.fixtures(NOW, row("Arsenal", "Chelsea", "27/04/2024 15:00"))
    with environment(FOOTBALL_DATA_UK_URL=service.url), clock.at(NOW):
        sheet = wiring.football_data_uk().fetch_fixtures()
        assert sheet is not None
        assert len(sheet.rows) == 1
    (tmp_path / "mmz4281").mkdir()
    with environment(FOOTBALL_DATA_UK_URL=str(tmp_path)), clock.at(NOW):
        sheet = wiring.football_data_uk().fetch_fixtures()
        assert sheet is not None
        assert sheet.rows == ()


def test_there_is_a_football_data_org_client_only_with_its_key() -> None:
    with environment():
        assert wiring.football_data_org() is None
    variables = {"UPSTASH_REDIS_REST_URL": "http://127.0.0.1:9", "UPSTASH_REDIS_REST_TOKEN": "x"}
    with environment(FOOTBALL_DATA_API_KEY="key", **variables):
        assert wiring.football_data_org() is wiring.football_data_org() is not None


def test_tokens_are_checked_against_the_project_that_is_named() -> None:
    with environment(), pytest.raises(SettingsError, match="SUPABASE_URL"):
        wiring.supabase()
    with environment(SUPABASE_URL="https://project.supabase.test"):
        assert wiring.supabase() is wiring.supabase()


def test_plans_are_remembered_only_where_there_is_redis() -> None:
    with environment():
        assert redis_backed.plan_cache() is None
    with environment(UPSTASH_REDIS_REST_URL="http://127.0.0.1:9", UPSTASH_REDIS_REST_TOKEN="x"):
        assert redis_backed.plan_cache() is redis_backed.plan_cache() is not None


def test_there_is_an_odds_api_client_only_with_its_key() -> None:
    with environment():
        assert wiring.the_odds_api() is None
    with environment(THE_ODDS_API_KEY="0123"):
        assert wiring.the_odds_api() is wiring.the_odds_api() is not None


def test_the_shared_http_client_ignores_proxies_and_sends_our_user_agent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with environment():
        assert isinstance(wiring.http(), httpx.Client)
        assert wiring.http().headers["User-Agent"].startswith("paris-sportif/")
        assert not wiring.http().trust_env


@pytest.mark.parametrize(
    ("variables", "prefix"),
    [({"APP_ENV": "staging"}, "paris-sportif-staging-"), ({"JOBS_URL": "http://127.0.0.1:8000"}, "")],
)
def test_functions_are_called_by_the_names_that_they_are_deployed_under(variables: dict[str, str], prefix: str) -> None:
    assert read(stage="staging").name == "paris-sportif-staging"
    with environment(**variables):
        assert wiring.lambda_functions()._prefix == prefix


def soon() -> datetime:
    return clock.now() + timedelta(seconds=HANG)


CALLS: dict[str, Callable[[Any], Any]] = {
    "football_data_uk": lambda uk: uk.fetch_fixtures(),
    "the_odds_api": lambda odds: odds.fetch_odds(Call("PL"), NOW, NOW, deadline=soon()),
    "met_norway": lambda met: met.fetch_forecast(51.5, -0.1, None, deadline=soon()),
    "llm_clients": lambda clients: [client.complete("system", "user", {}, deadline=soon()) for client in clients],
    "qdrant": lambda qdrant: qdrant.stats(),
    "stripe_payments": lambda stripe: stripe.customer_of_charge("ch_1"),
    "lambda_functions": lambda functions: functions.start("sync_odds", {}),
    "backup_storage": lambda storage: storage.put("key", b"body"),
    "storage": lambda storage: storage.put("key", b"body"),
    "witnesses": lambda witnesses: witnesses[0].add_checkpoint("", deadline=soon()),
    "calendars": lambda calendars: calendars[0].stamp(bytes(32), deadline=soon()),
}
"""A call to each outside system, by the name of its client."""
OWN_CERTIFICATES = {"lambda_functions", "backup_storage", "storage", "stripe_payments"}
"""Clients whose library, boto3's and Stripe's, reads certificates of its own."""
KEYS = ("THE_ODDS_API_KEY", "QDRANT_API_KEY", "STRIPE_SECRET_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
ADDRESSES = ("FOOTBALL_DATA_UK", "THE_ODDS_API", "MET_NORWAY", "GROQ", "ANTHROPIC", "QDRANT", "STRIPE_API", "JOBS")


@pytest.mark.case("E21")
@pytest.mark.parametrize(
    ("name", "key"),
    [
        *((name, "") for name in CALLS if name != "llm_clients"),
        ("llm_clients", "GROQ_API_KEY"),
        ("llm_clients", "ANTHROPIC_API_KEY"),
    ],
)
def test_no_client_sends_anything_to_a_server_with_an_untrusted_certificate(name: str, key: str) -> None:
    """Every client verifies certificates."""
    with tls_service.serve() as impostor, environment(**outside(impostor.url, key)), pytest.raises(Unavailable):
        CALLS[name](client(name))
    assert impostor.connections
    assert impostor.received == []


@pytest.mark.parametrize("name", sorted(CALLS.keys() - OWN_CERTIFICATES))
def test_clients_share_the_certificates_of_the_process(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """To read them takes 27 ms of a start."""
    tls.context()
    loads: list[Any] = []
    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", lambda *arguments, **_: loads.append(arguments))
    with (
        tls_service.serve() as impostor,
        environment(**outside(impostor.url, "GROQ_API_KEY")),
        pytest.raises(Unavailable),
    ):
        CALLS[name](client(name))
    assert (len(loads), impostor.connections > 0) == (0, True)


def outside(url: str, key: str = "") -> dict[str, str]:
    """The settings with which every outside system is at one address."""
    return {
        **dict.fromkeys([*KEYS, *filter(None, [key])], "sk_test_x"),
        **{f"{address}_URL": url for address in (*ADDRESSES, "BACKUP", "RECORD")},
        "BACKUP_BUCKET": "backups",
        "RECORD_BUCKET": "record",
        "RECORD_WITNESSES": f"{WITNESS} {url}",
        "RECORD_CALENDARS": url,
    }


def client(name: str) -> Any:
    return getattr(record_wiring if hasattr(record_wiring, name) else wiring, name)()
