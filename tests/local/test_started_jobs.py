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
from tests.season import copy_mirror
from tests.tokens import SUPABASE, bearer
from tests.waiting import HANG, wait_until


@pytest.fixture
def gateway(url: str, tmp_path: Path) -> Iterator[httpx.Client]:
    mirror = copy_mirror(tmp_path / "mirror", "E0")  # ends the fixture where there is none
    with http_server.listen() as listener, fake_upstash.serve() as (address, token):
        variables = {
            "APP_ENV": "development",
            "CLOCK": SATURDAY.isoformat(),
            "DATABASE_URL": url,
            "UPSTASH_REDIS_REST_URL": address,
            "UPSTASH_REDIS_REST_TOKEN": token,
            "FOOTBALL_DATA_UK_URL": str(mirror),
            "FOOTBALL_DATA_API_KEY": "",
            "JOBS_URL": f"http://127.0.0.1:{listener.getsockname()[1]}",
            **SUPABASE,
        }
        with (
            http_server.serve(Gateway(read(ROOT), ROOT, variables, tmp_path / "logs"), listener) as at,
            httpx.Client(
                base_url=at,
                timeout=HANG,
                headers={"Authorization": bearer(SATURDAY, app_metadata={"role": "admin"}, aal="aal2")},
            ) as client,
        ):
            yield client


def ended(url: str) -> dict[str, object]:
    """The results of the jobs that succeeded."""
    return dict(select(url, "SELECT job, report FROM jobs"))


def test_a_weekly_sync_is_answered_at_once_and_its_jobs_follow_each_other(gateway: httpx.Client, url: str) -> None:
    response = gateway.post("/api/v1/sync/weekly")
    assert response.json()["status"] == "started"
    assert "settle_picks" not in ended(url), "the answer waits for no job"
    wait_until(lambda: "settle_picks" in ended(url))
    assert ended(url).keys() == {run["job"] for run in response.json()["runs"]}
    assert select(url, "SELECT count(*) > 300 FROM matches") == [(True,)]
    sync_status = gateway.get("/api/v1/sync/status").json()
    assert {job["state"] for job in sync_status["jobs"]} == {"done", "never"}
    assert sync_status["total_matches"] > 300


def test_a_refresh_fills_the_cache(gateway: httpx.Client, url: str) -> None:
    assert gateway.post("/api/v1/admin/cache/refresh").json()["status"] == "started"
    wait_until(lambda: "refresh_cache" in ended(url))
    assert ended(url) == {"refresh_cache": {"requested": 34, "refreshed": 34}}
    assert gateway.get("/api/v1/admin/cache/status").json()["total_cached"] == 34
    anonymous = {"Authorization": ""}
    for language in ("fr", "en"):
        response = gateway.get("/api/v1/matches/upcoming", headers={**anonymous, "Accept-Language": language})
        assert response.headers["cache-status"].startswith("paris-sportif; hit")
