"""Jobs are started and listed by administrators alone; no request waits for one."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from deploy import service
from local import fake_upstash
from shared.football.standings import TableRow
from shared.stores.database import connect
from shared.stores.football import standings
from shared.stores.operations import jobs
from tests.factories import insert_matches, match_update
from tests.lambda_api import LambdaApi
from tests.running import HttpResponse, environment, handler_of, invoke, select
from tests.season import Service
from tests.tokens import ALICE, NOW, SUPABASE, bearer

PREFIX = "/api/v1/sync"
STARTS = "SELECT run_id, job, event, started_by, started_at FROM job_starts ORDER BY run_id"
ACTIONS = "SELECT user_id, action, requested_at FROM admin_actions ORDER BY action_id"
ROUND = ["sync_history", "update_ratings", "publish_predictions", "settle_picks"]
ROUTES = [
    ("POST", "/weekly"),
    ("POST", "/matches"),
    ("POST", "/standings"),
    ("POST", "/historical"),
    ("POST", "/verify-predictions"),
    ("GET", "/status"),
    ("GET", "/last"),
]


@pytest.fixture
def redis() -> Iterator[dict[str, str]]:
    with fake_upstash.serve() as (address, token):
        yield {"UPSTASH_REDIS_REST_URL": address, "UPSTASH_REDIS_REST_TOKEN": token}


@pytest.fixture
def database(url: str, api: LambdaApi) -> Iterator[str]:
    with environment(DATABASE_URL=url, JOBS_URL=api.address, CLOCK=NOW.isoformat(), **SUPABASE):
        yield url


def admin(**changes: Any) -> str:
    return bearer(NOW, **{"app_metadata": {"role": "admin"}, "aal": "aal2", **changes})


def post(path: str, accept_language: str = "fr") -> HttpResponse:
    return invoke("admin", PREFIX + path, method="POST", authorization=admin(), accept_language=accept_language)


def get(path: str, accept_language: str = "fr") -> HttpResponse:
    return invoke("admin", PREFIX + path, authorization=admin(), accept_language=accept_language)


@pytest.mark.parametrize(
    ("path", "job", "event", "follow"),
    [
        ("/weekly", "sync_fixtures", {"days": 7, "standings": True}, ROUND),
        ("/weekly?days=14&include_standings=false", "sync_fixtures", {"days": 14, "standings": False}, ROUND),
        ("/matches?days=1", "sync_fixtures", {"days": 1, "standings": False}, ["settle_picks"]),
        ("/standings", "sync_fixtures", {"matches": False}, []),
        ("/historical", "sync_history", {"seasons": 1}, ROUND[1:]),
        ("/historical?season_start=2024-08-01", "sync_history", {"seasons": 3}, ROUND[1:]),
        ("/historical?season_start=2024-06-30", "sync_history", {"seasons": 4}, ROUND[1:]),
        ("/verify-predictions", "settle_picks", {}, []),
        ("/verify-predictions?past_days=7", "settle_picks", {}, []),
    ],
)
def test_a_job_is_started_and_not_awaited(
    database: str, api: LambdaApi, path: str, job: str, event: dict[str, object], follow: list[str]
) -> None:
    payload = {**event, "then": follow} if follow else event
    response = post(path)
    assert response.status == 200
    assert api.async_calls == [(job, payload)]
    [(run_id, *row)] = select(database, STARTS)
    assert row == [job, payload, ALICE, NOW]
    assert response.json == {
        "status": "started",
        "message": "C'est lancé ; l'état des travaux dira ce qu'il en est.",
        "matches_synced": 0,
        "standings_synced": 0,
        "errors": [],
        "runs": [
            {"job": job, "state": "started", "run_id": run_id, "started_at": "2026-11-22T15:00:00Z"},
            *({"job": name, "state": "follows", "run_id": None, "started_at": None} for name in follow),
        ],
    }
    assert select(database, ACTIONS) == [(ALICE, f"POST {PREFIX}{path}", NOW)]


def test_events_of_started_jobs_are_valid_for_the_job(url: str, api: LambdaApi, service: Service) -> None:
    """The job's own handler accepts the sent event."""
    variables = {"DATABASE_URL": url, "JOBS_URL": api.address, "FOOTBALL_DATA_UK_URL": service.url, **SUPABASE}
    with environment(**variables, CLOCK=NOW.isoformat()):
        for path in ("/weekly?days=14", "/matches", "/standings", "/historical?season_start=2025-08-01"):
            assert post(path).status == 200
        for job, event in api.async_calls[:4]:
            assert handler_of(job)(event, None)["status"] == "done"


def test_serverless_yml_lets_each_job_start_the_one_that_follows_and_nothing_else(
    database: str, api: LambdaApi
) -> None:
    for method, path in ROUTES:
        if method == "POST":
            post(path)
    needed: dict[str, set[str]] = {}
    for job, event in api.async_calls:
        for one, two in zip([job, *event.get("then", [])], event.get("then", []), strict=False):
            needed.setdefault(one, set()).add(two)
    allowed = service.read().config["custom"]["invokes"]
    assert {name: set(allowed[name]) for name in needed} == needed


def test_a_job_that_runs_is_not_started_beside_that(database: str, api: LambdaApi) -> None:
    post("/weekly")
    with connect(database, "job") as other, other.transaction():
        jobs.lock(other, "sync_fixtures")
        response = post("/matches", accept_language="en")
        assert post("/verify-predictions").json["status"] == "started"
    assert (response.status, response.json["status"]) == (200, "running")
    assert response.json["message"] == "This job is running already; it is not started beside that."
    assert response.json["runs"] == [
        {"job": "sync_fixtures", "state": "running", "run_id": None, "started_at": "2026-11-22T15:00:00Z"}
    ]
    assert [job for job, _ in api.async_calls] == ["sync_fixtures", "settle_picks"]
    assert len(select(database, STARTS)) == 2
    assert len(select(database, ACTIONS)) == 3, "failed requests are recorded too"


@pytest.mark.parametrize("status", [429, 500])
def test_a_failed_start_of_a_job_is_a_503(database: str, api: LambdaApi, status: int) -> None:
    api.status = status
    response = post("/weekly")
    assert (response.status, response.headers["retry-after"]) == (503, "5")
    assert select(database, STARTS) == [], "the table lists what was started"
    assert select(database, ACTIONS) == [(ALICE, f"POST {PREFIX}/weekly", NOW)]


@pytest.mark.case("H3")
@pytest.mark.parametrize("days", ["0", "-1", "15", "9223372036854775808", "1e9", "true", "", "7.5", "NaN"])
@pytest.mark.parametrize("path", ["/weekly", "/matches"])
def test_invalid_days_are_rejected(database: str, api: LambdaApi, path: str, days: str) -> None:
    assert post(f"{path}?days={days}").status == 422
    assert api.calls == []


@pytest.mark.case("H3", "H6")
@pytest.mark.parametrize(
    ("day", "status"),
    [
        ("2027-07-01", 400),
        ("9999-12-31", 400),
        ("0001-01-01", 400),
        ("1987-06-30", 400),
        ("1987-07-01", 200),
        ("2026-13-01", 422),
        ("yesterday", 422),
        ("-1", 422),
    ],
)
def test_a_season_out_of_reach_is_rejected(database: str, api: LambdaApi, day: str, status: int) -> None:
    response = post(f"/historical?season_start={day}", accept_language="en")
    assert response.status == status
    assert len(api.calls) == (status == 200)
    if status == 400:
        assert response.json["detail"] == "season_start must fall into a season from 1987 to 2026."


@pytest.mark.case("A15")
@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_only_administrators_have_access(database: str, api: LambdaApi, method: str, path: str) -> None:
    for role in ("free", "premium", "elite"):
        header = bearer(NOW, app_metadata={"role": role}, aal="aal2", user_metadata={"role": "admin"})
        response = invoke("admin", PREFIX + path, method=method, authorization=header)
        assert (response.status, response.json["detail"]) == (403, "Réservé aux administrateurs.")
    assert invoke("admin", PREFIX + path, method=method).status == 401
    assert api.calls == []
    assert select(database, ACTIONS) == []


@pytest.mark.case("A15")
@pytest.mark.parametrize("required", [True, False])
@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_an_administrator_needs_a_second_factor_where_that_is_set(
    url: str, api: LambdaApi, redis: dict[str, str], method: str, path: str, required: bool
) -> None:
    """Not by default: the frontend's sign-in has none."""
    variables = {"DATABASE_URL": url, "JOBS_URL": api.address, "APP_ENV": "staging", **redis, **SUPABASE}
    variables |= {"ADMIN_SECOND_FACTOR": "true"} if required else {}
    with environment(**variables, CLOCK=NOW.isoformat()):
        with_one = invoke("admin", PREFIX + path, method=method, authorization=admin(aal="aal1"))
        assert with_one.status == (403 if required else 200)
        if required:
            assert "deux facteurs" in with_one.json["detail"]
            assert invoke("admin", PREFIX + path, method=method, authorization=admin()).status == 200
    assert len(select(url, ACTIONS)) == (method == "POST")


def test_the_status_lists_every_jobs_state(database: str) -> None:
    day, earlier = date(2026, 11, 22), NOW - timedelta(hours=3)
    with connect(database, "test") as db:
        insert_matches(db, match_update(), match_update("Everton", "Fulham"))
        (team,) = db.execute("SELECT min(team_id) FROM teams").fetchone() or (0,)
        standings.put(db, "PL", 2023, [TableRow(1, team, 1, 1, 0, 0, 2, 1, 3)], earlier)
        jobs.mark_succeeded(db, "sync_fixtures", day, earlier, {"matches": 12})
        jobs.mark_failed(db, "sync_history", "Unavailable: it is down", earlier)
        with db.transaction():
            jobs.lock(db, "publish_predictions")
            body = get("/status").json
    assert {name: body[name] for name in body if name != "jobs"} == {
        "total_matches": 2,
        "competitions_with_standings": 1,
        "last_match_sync": "2026-11-22T12:00:00+00:00",
        "last_standings_sync": "2026-11-22T12:00:00+00:00",
    }
    by_name = {job["job"]: job for job in body["jobs"]}
    states = {name: job["state"] for name, job in by_name.items()}
    assert states["sync_fixtures"] == "done"
    assert states["sync_history"] == "failed"
    assert states["publish_predictions"] == "running"
    assert states["watch_quality"] == "never"
    assert by_name["sync_fixtures"]["report"] == {"matches": 12}
    assert by_name["sync_fixtures"]["last_run_at"] == "2026-11-22T12:00:00Z"
    assert by_name["sync_history"]["error"] == "Unavailable: it is down"
    assert by_name["sync_history"]["failed_at"] == "2026-11-22T12:00:00Z"
    assert by_name["sync_fixtures"]["failed_at"] is None


def test_before_the_first_sync_every_job_is_in_state_never(database: str) -> None:
    body = get("/status").json
    assert (body["last_match_sync"], body["last_standings_sync"], body["total_matches"]) == (None, None, 0)
    assert {job["state"] for job in body["jobs"]} == {"never"}
    assert get("/last").json == {"message": "Cela n'a encore jamais été fait."}


@pytest.mark.parametrize(
    ("sync_type", "job"),
    [
        ("", "sync_fixtures"),
        ("?sync_type=matches", "sync_fixtures"),
        ("?sync_type=standings", "sync_fixtures"),
        ("?sync_type=historical", "sync_history"),
        ("?sync_type=verify_predictions", "settle_picks"),
    ],
)
def test_last_sync_of_a_type_is_returned(database: str, sync_type: str, job: str) -> None:
    with connect(database, "test") as db:
        jobs.mark_succeeded(db, job, date(2026, 11, 22), NOW, {"n": 1})
    body = get("/last" + sync_type).json
    assert (body["job"], body["state"], body["report"]) == (job, "done", {"n": 1})
    assert body["sync_type"] == (sync_type.partition("=")[2] or "weekly")


def test_an_unknown_type_is_rejected(database: str) -> None:
    assert get("/last?sync_type=tennis").status == 422


def test_a_long_url_is_truncated_in_the_audit_log(database: str) -> None:
    assert post("/standings?x=" + "%00%C3%A9" * 100).status == 200
    [(_, action, _)] = select(database, ACTIONS)
    assert (len(action), action[:39]) == (500, "POST /api/v1/sync/standings?x=%00%C3%A9")
