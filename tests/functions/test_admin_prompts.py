"""Prompts: their versions and their trials, for administrators alone."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from threading import Event, Thread
from typing import Any

import pytest

from shared.services.prompt_versions import FOLDER
from shared.stores.database import connect
from shared.stores.news import explanations, prompt_replays
from shared.stores.news.explanations import CallRow
from shared.stores.news.prompt_replays import ReplayRow
from tests.factories import explanation, insert_matches, insert_predictions, match_update
from tests.lambda_api import lambda_api
from tests.running import HttpResponse, environment, invoke, select
from tests.tokens import SUPABASE, bearer
from tests.waiting import HANG, wait_until

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
V1 = "explanation_v1"
WAITING = """
    SELECT FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'paris-sportif' AND wait_event_type = 'Lock'
"""
PATHS = (
    ("GET", "/versions"),
    ("GET", f"/versions/{V1}"),
    ("GET", "/compare/explanation"),
    ("GET", "/ab-tests"),
    ("GET", "/cases"),
    ("POST", "/replays"),
    ("POST", "/ab-tests"),
    ("DELETE", "/ab-tests/explanation"),
)


@pytest.fixture
def bundle(url: str) -> Iterator[str]:
    with environment(DATABASE_URL=url, LOG_LEVEL="ERROR", **SUPABASE):
        yield url


def send(method: str, path: str, body: Any = None, role: str = "admin") -> HttpResponse:
    authorization = bearer(NOW, app_metadata={"role": role})
    return invoke("admin", f"/api/v1/prompts{path}", method=method, body=body, at=NOW, authorization=authorization)


def llm_call(match_id: int, outcome: str, *, repair: bool = False, **changes: Any) -> CallRow:
    tokens = {"tokens_in": 1500, "tokens_out": 500} if outcome != "failed" else {"tokens_in": 0, "tokens_out": 0}
    defaults = {
        "called_at": NOW,
        "match_id": match_id,
        "provider": "groq",
        "model": "m",
        "prompt": V1,
        "prompt_hash": "a" * 64,
    }
    rest = {"cost": Decimal("0.001"), "milliseconds": 900, "reason": None}
    return CallRow(**{**defaults, **tokens, **rest, "repair": repair, "outcome": outcome, **changes})


@pytest.mark.parametrize(("method", "path"), PATHS)
def test_only_administrators_may_read_or_change_prompts(bundle: str, method: str, path: str) -> None:
    assert invoke("admin", f"/api/v1/prompts{path}", method=method, at=NOW).status == 401
    for role in ("free", "premium", "elite"):
        assert send(method, path, role=role).status == 403


def test_versions_are_files_with_their_hashes(bundle: str) -> None:
    (one,) = [
        version for version in send("GET", "/versions?prompt_type=explanation").json if version["version_id"] == V1
    ]
    text = (FOLDER / f"{V1}.txt").read_text()
    assert (one["is_active"], one["is_baseline"], one["weight"]) == (True, True, None)
    assert one["template_hash"] == sha256(text.encode()).hexdigest()
    assert send("GET", f"/versions/{V1}").json == {**one, "template": text}
    assert send("GET", "/versions").json == [one]


@pytest.mark.parametrize("path", ["/versions/explanation_v99", "/versions?prompt_type=tennis", "/compare/tennis"])
def test_an_unknown_version_or_type_is_not_found(bundle: str, path: str) -> None:
    response = send("GET", path)
    assert response.status == 404
    assert "inconnue" in response.json["detail"]


def test_an_ab_test_is_stored_until_it_is_ended(bundle: str) -> None:
    body = {"prompt_type": "explanation", "version_weights": {V1: 2.5}}
    assert send("POST", "/ab-tests", body).json == body
    assert send("POST", "/ab-tests", body).status == 200, "twice is once"
    assert select(bundle, "SELECT kind, version, weight, set_at FROM prompt_weights") == [("explanation", V1, 2.5, NOW)]
    assert send("GET", "/ab-tests").json == [body]
    assert send("DELETE", "/ab-tests/explanation").json == {"prompt_type": "explanation", "version_id": V1}
    assert send("GET", "/ab-tests").json == []
    actions = select(bundle, "SELECT 1 FROM admin_actions")
    assert len(actions) == 3, "administrators' actions are recorded"


def test_a_retried_request_is_recorded_once(bundle: str) -> None:
    """Another transaction adds the same row first, so that the request fails and is run once more."""
    body = {"prompt_type": "explanation", "version_weights": {V1: 2}}
    with connect(bundle, "first") as db:

        def first() -> None:
            with db.transaction():
                db.execute("INSERT INTO prompt_weights VALUES ('explanation', %s, 1, %s)", [V1, NOW])
                has_added.set()
                wait_until(lambda: bool(select(bundle, WAITING)))

        has_added, other = Event(), Thread(target=first)
        other.start()
        assert has_added.wait(HANG)
        assert send("POST", "/ab-tests", body).status == 200
        other.join(HANG)
    assert send("GET", "/ab-tests").json == [body]
    assert len(select(bundle, "SELECT FROM admin_actions")) == 1


@pytest.mark.parametrize(
    ("weights", "status"),
    [({V1: 0}, 400), ({V1: -1}, 400), ({V1: 1001}, 400), ({"explanation_v99": 1}, 404), ({}, 422)],
)
def test_an_invalid_ab_test_is_rejected(bundle: str, weights: dict[str, float], status: int) -> None:
    assert send("POST", "/ab-tests", {"prompt_type": "explanation", "version_weights": weights}).status == status
    assert select(bundle, "SELECT 1 FROM prompt_weights") == []


def test_prompt_versions_are_compared_by_their_recorded_calls(bundle: str) -> None:
    with connect(bundle, "test") as db:
        (match_id,) = insert_matches(db, match_update())
        old = llm_call(match_id, "accepted", called_at=NOW - timedelta(days=40))
        explanations.add_calls(
            db,
            [
                old,
                llm_call(match_id, "accepted"),
                llm_call(match_id, "rejected", reason="a number"),
                llm_call(match_id, "accepted", repair=True),
                llm_call(match_id, "failed", reason="Groq answered 503"),
            ],
        )
    (row,) = send("GET", "/compare/explanation").json
    assert row["since"] == f"{NOW - timedelta(days=30):%Y-%m-%dT%H:%M:%SZ}"
    assert (
        row["requests"],
        row["accepted_first"],
        row["accepted_after_repair"],
        row["rejected_calls"],
        row["failed_calls"],
    ) == (*(3, 1, 1, 1, 1),)
    assert (row["acceptance_rate"], row["tokens_per_call"], row["median_ms"]) == (0.6667, 2000.0, 900.0)
    assert row["cost_usd"] == pytest.approx(0.004)


def test_a_case_is_read_as_each_version_explains_it(bundle: str) -> None:
    with connect(bundle, "test") as db:
        (match_id,) = insert_predictions(db, match_update())
        explanation_row = explanation(match_id)
        explanations.add(db, explanation_row)
        tried = {
            "match_id": match_id,
            "published_at": explanation_row.published_at,
            "prompt": "explanation_v2",
            "created_at": NOW,
        }
        took = {"tokens_in": 1, "tokens_out": 2, "cost": Decimal("0.001")}
        row = ReplayRow(
            **tried, **took, prompt_hash="b" * 64, provider="template", model="", content=None, reason="a number"
        )
        prompt_replays.put(db, row)
    (case,) = send("GET", "/cases").json
    assert (case["match_id"], case["home_team"], case["away_team"]) == (match_id, "Arsenal", "Chelsea")
    one, other = case["texts"]
    assert (one["version_id"], one["text"], one["reason"], one["tokens"]) == (V1, explanation_row.content, None, 2000)
    assert (other["version_id"], other["text"], other["reason"], other["cost_usd"]) == (
        *("explanation_v2", None, "a number", 0.001),
    )


def test_a_version_is_replayed_by_the_job_that_writes(bundle: str) -> None:
    with lambda_api() as jobs, environment(DATABASE_URL=bundle, LOG_LEVEL="ERROR", JOBS_URL=jobs.address, **SUPABASE):
        assert send("POST", "/replays", {"version_id": "explanation_v99"}).status == 404
        assert send("POST", "/replays", {"version_id": V1, "cases": 21}).status == 422
        response = send("POST", "/replays", {"version_id": V1, "cases": 3})
    assert (response.status, response.json["job"], response.json["state"]) == (200, "write_explanations", "started")
    assert jobs.async_calls == [("write_explanations", {"replay": V1, "cases": 3})]
