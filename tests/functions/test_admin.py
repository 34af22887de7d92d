"""How the service stands, for administrators; and what they may have done."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any
from uuid import uuid4

import pytest

from deploy import service
from functions.admin.quality import GRACE
from local import fake_upstash
from shared.accounts.plans import Plan
from shared.betting.settlement import BetResult
from shared.runtime import clock, error_reports
from shared.runtime.schedule import MAX_INTERVALS, max_age
from shared.services.cache_policies import CacheKind
from shared.stores.betting import picks
from shared.stores.database import connect
from shared.stores.forecasting import predictions
from shared.stores.operations import jobs, reports
from shared.stores.people import accounts
from tests.factories import AFTER, BEFORE, choice, forecast, insert_matches, insert_predictions, match_update, pick
from tests.lambda_api import LambdaApi
from tests.running import HttpResponse, environment, invoke, select
from tests.tokens import ALICE, SUPABASE, bearer

PREFIX = "/api/v1/admin"
NOW = AFTER
DAY = date(2024, 4, 27)
ACTIONS = "SELECT user_id, action, requested_at FROM admin_actions"
ROUTES = [
    ("GET", "/stats"),
    ("GET", "/data-quality"),
    ("POST", "/data-quality/alert"),
    ("POST", "/test-error"),
    ("GET", "/data-status"),
    ("GET", "/cache/status"),
    ("POST", "/cache/refresh"),
    ("POST", "/prefill"),
    ("POST", "/verify-predictions"),
]
OF_PEOPLE = [
    ("GET", "/users"),
    ("POST", f"/users/{ALICE}/role?role=admin"),
    ("GET", f"/users/{ALICE}/subscription"),
    ("POST", "/notifications/broadcast"),
]
"""What test_admin_people is about."""
CHECKS = ("freshness", "completeness", "range_validation", "consistency")


@pytest.fixture
def database(url: str, api: LambdaApi) -> Iterator[str]:
    with environment(DATABASE_URL=url, JOBS_URL=api.address, LOG_LEVEL="ERROR", **SUPABASE), clock.at(NOW):
        yield url


@pytest.fixture
def redis(url: str, api: LambdaApi) -> Iterator[None]:
    with fake_upstash.serve() as (address, token):
        variables = {"UPSTASH_REDIS_REST_URL": address, "UPSTASH_REDIS_REST_TOKEN": token}
        with environment(DATABASE_URL=url, JOBS_URL=api.address, **variables, **SUPABASE), clock.at(NOW):
            yield


def admin(**changes: Any) -> str:
    return bearer(NOW, **{"app_metadata": {"role": "admin"}, "aal": "aal2", **changes})


def get(path: str, accept_language: str = "fr") -> HttpResponse:
    return invoke("admin", PREFIX + path, authorization=admin(), accept_language=accept_language)


def post(path: str, accept_language: str = "fr") -> HttpResponse:
    return invoke("admin", PREFIX + path, method="POST", authorization=admin(), accept_language=accept_language)


def record_successful_runs(url: str) -> None:
    """Every job has just ended well."""
    with connect(url, "test") as db:
        for name in MAX_INTERVALS:
            jobs.mark_succeeded(db, name, DAY, NOW, {})


def quality(accept_language: str = "fr") -> dict[str, Any]:
    response = get("/data-quality", accept_language)
    assert response.status == 200
    return response.json


@pytest.mark.case("A15")
@pytest.mark.parametrize(("method", "path"), ROUTES + OF_PEOPLE)
def test_only_administrators_have_access(database: str, api: LambdaApi, method: str, path: str) -> None:
    for role in ("free", "premium", "elite"):
        header = bearer(NOW, app_metadata={"role": role}, aal="aal2")
        response = invoke("admin", PREFIX + path, method=method, authorization=header)
        assert (response.status, response.json["detail"]) == (403, "Réservé aux administrateurs.")
    assert invoke("admin", PREFIX + path, method=method).status == 401
    assert (api.calls, select(database, ACTIONS)) == ([], [])


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_every_admin_action_is_recorded(database: str, method: str, path: str) -> None:
    assert invoke("admin", PREFIX + path, method=method, authorization=admin()).status == 200
    assert select(database, ACTIONS) == ([(ALICE, f"POST {PREFIX}{path}", NOW)] if method == "POST" else [])


@pytest.mark.parametrize("path", ["/cache/refresh", "/prefill", "/verify-predictions"])
def test_a_failed_start_is_audited_and_lists_no_job(database: str, api: LambdaApi, path: str) -> None:
    api.status = 500
    assert post(path).status == 503
    assert select(database, ACTIONS) == [(ALICE, f"POST {PREFIX}{path}", NOW)]
    assert select(database, "SELECT job FROM job_starts") == []


@pytest.mark.parametrize(
    ("path", "job"),
    [
        ("/prefill", "publish_predictions"),
        ("/verify-predictions", "settle_picks"),
        ("/cache/refresh", "refresh_cache"),
    ],
)
def test_a_job_is_started_and_not_awaited(database: str, api: LambdaApi, path: str, job: str) -> None:
    body = post(path).json
    assert (body["status"], [run["job"] for run in body["runs"]]) == ("started", [job])
    counts = {"team_data": {}, "elo_ratings": 0, "predictions": 0, "redis_cache": 0, "duration_seconds": 0.0}
    assert path != "/prefill" or {name: body[name] for name in counts} == counts, "nothing was awaited"
    assert (api.async_calls, select(database, "SELECT job FROM job_starts")) == ([(job, {})], [(job,)])
    with connect(database, "job") as other, other.transaction():
        jobs.lock(other, job)
        assert post(path).json["status"] == "running"
    assert len(api.async_calls) == 1


def test_serverless_yml_lets_it_start_exactly_that(database: str, api: LambdaApi) -> None:
    for path in ("/prefill", "/verify-predictions", "/cache/refresh"):
        post(path)
    message = {"title": "Bonjour", "body": "à tous"}
    invoke("admin", f"{PREFIX}/notifications/broadcast", method="POST", body=message, authorization=admin())
    for path in ("/weekly", "/matches", "/standings", "/historical"):
        invoke("admin", f"/api/v1/sync{path}", method="POST", authorization=admin())
    replay = {"version_id": "explanation_v1"}
    invoke("admin", "/api/v1/prompts/replays", method="POST", body=replay, authorization=admin())
    allowed = service.read().config["custom"]["invokes"]
    assert {job for job, _ in api.async_calls} == set(allowed["admin"])


def test_a_verification_counts_settled_and_unsettled_picks(database: str) -> None:
    with connect(database, "test") as db:
        ids = insert_predictions(db, match_update(), match_update("Everton", "Fulham"))
        picks.commit(db, DAY, BEFORE, 2, choice(*(pick(match_id) for match_id in ids)))
        picks.add_settlement(db, picks.between(db, DAY, DAY)[0], BetResult.WON, "1-0", Decimal(1), NOW)
    body = post("/verify-predictions").json
    assert (body["verified_count"], body["already_verified"], body["total_unverified"]) == (0, 1, 1)


def test_stats_count_people_forecasts_and_how_often_they_were_right(database: str) -> None:
    with connect(database, "test") as db:
        accounts.set_plan(db, uuid4(), Plan.FREE, NOW)
        accounts.set_plan(db, uuid4(), Plan.PREMIUM, NOW)
        insert_predictions(
            db,
            match_update("Arsenal", "Chelsea", "1-0"),
            match_update("Everton", "Fulham", "2-0"),
            match_update("Luton", "Wolves", "0-0"),
        )
        insert_predictions(db, match_update("Burnley", "Brentford"))
        jobs.mark_succeeded(db, "sync_fixtures", DAY, NOW, {})
    assert get("/stats").json == {
        "total_users": 2,
        "premium_users": 1,
        "total_predictions": 4,
        "success_rate": 66.7,
        "success_rate_n": 3,
        "total_matches": 4,
        "competitions_with_standings": 0,
        "last_match_sync": "2024-04-28T03:00:00+00:00",
        "last_standings_sync": None,
    }


def test_stats_of_nothing_claim_nothing(database: str) -> None:
    body = get("/stats").json
    assert (body["success_rate"], body["success_rate_n"], body["last_match_sync"]) == (0.0, 0, None)


def test_data_status_counts_rows(database: str) -> None:
    with connect(database, "test") as db:
        insert_predictions(db, match_update())
    body = get("/data-status").json
    assert body["status"] == "success"
    assert body["data"]["teams"] == {"total": 2, "unmatched": 0}
    assert body["data"]["predictions"] == {"total": 1, "matches": 1, "newest_at": "2024-04-27T05:00:00Z"}
    assert set(body["data"]) == {"teams", "matches", "predictions", "picks", "odds", "standings", "reports"}


def test_data_quality_is_ok_for_sound_data(database: str) -> None:
    record_successful_runs(database)
    body = quality(accept_language="en")
    assert body["overall_status"] == "ok"
    assert {name: (body[name]["status"], body[name]["message"]) for name in CHECKS} == {
        "freshness": ("ok", "All jobs are on time."),
        "completeness": (
            "ok",
            "Finished matches whose score is known: 100%; coming matches that have a forecast: 100%.",
        ),
        "range_validation": ("ok", "No fault."),
        "consistency": ("ok", "No fault."),
    }
    assert (body["anomalies"], body["metrics"]["matches"], body["timestamp"]) == ([], 0, "2024-04-28T03:00:00Z")


def test_before_the_first_run_nothing_is_fresh(database: str) -> None:
    body = quality()
    assert body["overall_status"] == body["freshness"]["status"] == "critical"
    assert body["freshness"]["value"] == len(MAX_INTERVALS)
    assert {name: body[name]["threshold"] for name in CHECKS} == dict.fromkeys(CHECKS, 1) | {"completeness": 0.9}


@pytest.mark.case("G12")
@pytest.mark.parametrize("job", MAX_INTERVALS)
def test_a_job_that_missed_one_run_warns_and_two_are_critical(database: str, job: str) -> None:
    """Thirteen hours for a job that runs every twelve."""
    record_successful_runs(database)
    one, two = max_age(job) + GRACE, 2 * max_age(job) + GRACE
    second = timedelta(seconds=1)
    for age, status in ((one, "ok"), (one + second, "warning"), (two, "warning"), (two + second, "critical")):
        with connect(database, "test") as db:
            db.execute("UPDATE jobs SET last_run_at = %s WHERE job = %s", [NOW - age, job])
        check = quality()["freshness"]
        assert (check["status"], check["details"][job]["status"]) == (status, status)
        assert check["message"] == (
            "Tous les travaux sont à l'heure." if status == "ok" else f"Travaux en retard : {job}."
        )
    assert check["details"][job]["age_hours"] == pytest.approx(two.total_seconds() / 3600, abs=0.1)


@pytest.mark.parametrize(("without", "status"), [(0, "ok"), (1, "ok"), (2, "warning"), (3, "critical")])
def test_coming_matches_need_a_forecast(database: str, without: int, status: str) -> None:
    record_successful_runs(database)
    clubs = [
        "Arsenal",
        "Chelsea",
        "Everton",
        "Fulham",
        "Luton",
        "Wolves",
        "Burnley",
        "Brentford",
        "Liverpool",
        "Tottenham",
    ]
    soon = NOW + timedelta(days=2)
    updates = [match_update(clubs[n], clubs[(n + 1) % 10], kick_off=soon) for n in range(10)]
    with connect(database, "test") as db:
        insert_predictions(db, *updates[without:])
        insert_matches(db, *updates[:without])
        insert_matches(db, *(match_update(b, a, kick_off=NOW + timedelta(days=3)) for a, b in pairwise(clubs)))
    check = quality()["completeness"]
    assert (check["status"], check["value"]) == (status, 1 - without / 10)
    assert check["details"]["forecasts"] == {"present": 10 - without, "expected": 10}


@pytest.mark.parametrize(("faults", "status"), [(1, "warning"), (10, "warning"), (11, "critical")])
def test_data_quality_counts_values_out_of_range(database: str, faults: int, status: str) -> None:
    record_successful_runs(database)
    with connect(database, "test") as db:
        (match_id,) = insert_matches(db, match_update())
        rows = [forecast(match_id, home=0.9, published_at=BEFORE + timedelta(minutes=n)) for n in range(faults)]
        predictions.add(db, rows)
    check = quality()["range_validation"]
    assert (check["status"], check["value"]) == (status, faults)
    assert len(check["details"]["the probabilities do not sum to 1"]) == faults


@pytest.mark.parametrize(("faults", "status"), [(1, "warning"), (5, "warning"), (6, "critical")])
def test_data_quality_counts_inconsistent_rows(database: str, faults: int, status: str) -> None:
    record_successful_runs(database)
    clubs = ["Arsenal", "Chelsea", "Everton", "Fulham", "Luton", "Wolves", "Burnley"]
    with connect(database, "test") as db:
        insert_matches(
            db, *(match_update(clubs[n], clubs[n + 1], "1-0", review="to be reviewed") for n in range(faults))
        )
    body = quality()
    assert (body["consistency"]["status"], body["consistency"]["value"]) == (status, faults)
    assert body["overall_status"] == status


@pytest.mark.case("K5", "J7")
def test_data_quality_lists_the_reports_of_jobs(database: str) -> None:
    """Unmatched clubs, rejected prices, matches under review."""
    with connect(database, "test") as db:
        for kind in ("unmatched club", "refused price", "match"):
            reports.add(db, kind, [("a", "does not fit")], NOW)
        reports.add(db, "line", [("a", "is old")], NOW - timedelta(days=31))
    assert [(each["type"], each["count"], each["examples"]) for each in quality()["anomalies"]] == [
        ("match", 1, ["a: does not fit"]),
        ("refused price", 1, ["a: does not fit"]),
        ("unmatched club", 1, ["a: does not fit"]),
    ]


@pytest.mark.parametrize(
    ("is_sound", "query", "sent"),
    [(True, "", False), (True, "?force=true", True), (False, "", True), (False, "?force=true", True)],
)
def test_data_quality_alert_is_sent_if_critical_or_forced(
    database: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    is_sound: bool,
    query: str,
    sent: bool,
) -> None:
    if is_sound:
        record_successful_runs(database)
    captured: list[BaseException] = []
    monkeypatch.setattr(error_reports, "capture", lambda error, **tags: captured.append(error))
    body = post("/data-quality/alert" + query, accept_language="en").json
    status = "ok" if is_sound else "critical"
    assert body == {
        "status": "sent" if sent else "not_needed",
        "overall_status": status,
        "alert_sent": sent,
        "checks": dict.fromkeys(CHECKS, "ok") | {"freshness": status},
        "anomaly_count": 0,
    }
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["event"] for line in lines if line["level"] == "ERROR"] == ["data quality alarm"] * sent
    assert [type(error).__name__ for error in captured] == ["DataQualityAlarm"] * sent
    assert all("freshness: " in str(error) for error in captured)


def test_a_test_error_has_no_event_id_without_sentry(database: str) -> None:
    assert post("/test-error").json == {"event_id": None}


def test_a_warning_alone_is_no_alarm(database: str) -> None:
    record_successful_runs(database)
    with connect(database, "test") as db:
        insert_matches(db, match_update("Arsenal", "Chelsea", "1-0", review="to be reviewed"))
    body = post("/data-quality/alert").json
    assert (body["overall_status"], body["alert_sent"]) == ("warning", False)


def test_without_redis_there_is_no_cache(database: str) -> None:
    body = get("/cache/status").json
    assert (body["status"], body["cached_items"], body["total_cached"]) == ("off", [], 0)


def test_a_refresh_invalidates_every_cache_kind(redis: None) -> None:
    invoke("matches", "/api/v1/matches/competitions")
    before = get("/cache/status").json
    assert (before["status"], before["total_cached"]) == ("on", 1)
    body = post("/cache/refresh").json
    assert (body["success"], body["failed"]) == (list(CacheKind), [])
    after = get("/cache/status").json
    assert {item["key"]: item["generation"] for item in after["cached_items"]} == {
        item["key"]: item["generation"] + 1 for item in before["cached_items"]
    }
    assert {item["key"] for item in after["cached_items"]} == set(CacheKind)
    [matches] = [item for item in after["cached_items"] if item["key"] == "matches"]
    assert (matches["ttl_seconds"], matches["stale_seconds"], matches["per_plan"]) == (600, 21_600, False)
