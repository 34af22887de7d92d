"""Jobs that an administrator starts, in processes of their own, as the deployed functions run."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from deploy.service import ROOT, read
from local import fake_upstash, http_server
from local.gateway import Gateway
from tests.conftest import SATURDAY
from tests.running import select
from tests.season import mirror_of
from tests.tokens import SUPABASE, bearer
from tests.waiting import HANG, wait_until


@pytest.fixture
def gateway(url: str, tmp_path: Path) -> Iterator[httpx.Client]:
    listener = http_server.listen()
    with fake_upstash.serve() as (address, token):
        told = {
            "APP_ENV": "development",
            "CLOCK": SATURDAY.isoformat(),
            "DATABASE_URL": url,
            "UPSTASH_REDIS_REST_URL": address,
            "UPSTASH_REDIS_REST_TOKEN": token,
            "FOOTBALL_DATA_UK_URL": str(mirror_of(tmp_path / "mirror", "E0")),
            "FOOTBALL_DATA_API_KEY": "",
            "JOBS_URL": f"http://127.0.0.1:{listener.getsockname()[1]}",
            **SUPABASE,
        }
        with (
            http_server.serve(Gateway(read(ROOT), ROOT, told, tmp_path / "logs"), listener) as at,
            httpx.Client(
                base_url=at,
                timeout=HANG,
                headers={"Authorization": bearer(SATURDAY, app_metadata={"role": "admin"}, aal="aal2")},
            ) as client,
        ):
            yield client


def ended(url: str) -> dict[str, object]:
    """What the jobs that ended well said."""
    return dict(select(url, "SELECT job, report FROM jobs"))


def test_a_weekly_sync_is_answered_at_once_and_its_jobs_follow_each_other(gateway: httpx.Client, url: str) -> None:
    answer = gateway.post("/api/v1/sync/weekly")
    assert answer.json()["status"] == "started"
    assert "settle_picks" not in ended(url), "the answer waits for no job"
    wait_until(lambda: "settle_picks" in ended(url))
    assert ended(url).keys() == {run["job"] for run in answer.json()["runs"]}
    assert select(url, "SELECT count(*) > 300 FROM matches") == [(True,)]
    told = gateway.get("/api/v1/sync/status").json()
    assert {job["state"] for job in told["jobs"]} == {"done", "never"}
    assert told["total_matches"] > 300


def test_a_refresh_fills_the_cache(gateway: httpx.Client, url: str) -> None:
    assert gateway.post("/api/v1/admin/cache/refresh").json()["status"] == "started"
    wait_until(lambda: "refresh_cache" in ended(url))
    assert ended(url) == {"refresh_cache": {"requested": 18, "refreshed": 18}}
    assert gateway.get("/api/v1/admin/cache/status").json()["total_cached"] == 18
    nobody = {"Authorization": ""}
    for language in ("fr", "en"):
        answer = gateway.get("/api/v1/matches/upcoming", headers={**nobody, "Accept-Language": language})
        assert answer.headers["cache-status"].startswith("paris-sportif; hit")
