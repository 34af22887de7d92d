"""The lines that functions print, read as CloudWatch reads them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from shared.runtime import clock, metrics, wiring
from shared.runtime.jobs import Run, job
from shared.stores.database import connect
from shared.stores.operations import jobs
from shared.stores.people import deletions
from tests import emf, odds_service, stripe_service
from tests.factories import insert_matches, match_update
from tests.odds_service import OddsService
from tests.running import environment, invoke, run, with_seconds_left
from tests.season import Service, row
from tests.stripe_service import Stripe
from tests.tokens import ALICE
from tests.web.conftest import Upstash

NOW = datetime(2024, 4, 27, 2, 40, tzinfo=UTC)
DAY = timedelta(days=1)
STAGE = {"APP_ENV": "staging"}


@pytest.fixture
def stripe(url: str, redis: Upstash) -> Iterator[Stripe]:
    with stripe_service.serve() as stripe, environment(DATABASE_URL=url, **STAGE, **stripe.settings, **redis.settings):
        yield stripe


@pytest.fixture
def odds(service: Service, url: str) -> Iterator[OddsService]:
    with connect(url, "test") as db:
        insert_matches(db, match_update(), now=NOW)
    with odds_service.bundle(url, service.url, **STAGE) as odds:
        yield odds


def printed(capsys: pytest.CaptureFixture[str]) -> list[dict[str, float]]:
    """The values of each metric line, all of them in our namespace, of this stage, and in the declared unit."""
    lines = [points for line in capsys.readouterr().out.splitlines() if (points := emf.points(line))]
    for point in (point for line in lines for point in line):
        assert (point.namespace, point.dimensions) == (metrics.NAMESPACE, ((metrics.DIMENSION, "staging"),))
        assert point.unit == metrics.UNITS[point.name]
    return [{point.name: point.value for point in line} for line in lines]


def test_a_request_is_counted(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    with environment(DATABASE_URL=url, **STAGE):
        invoke("health", "/health")
    [line] = printed(capsys)
    assert line.keys() == {"Requests", "Errors", "Milliseconds", "RedisCommands"}
    assert (line["Requests"], line["Errors"]) == (1, 0)
    assert line["Milliseconds"] >= 0


def test_a_5xx_response_counts_as_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    """Also a 503 for an unreachable database; a 4xx is none."""
    with environment(DATABASE_URL="postgresql://nobody@127.0.0.1:9/none", **STAGE):
        assert invoke("health", "/health/ready").status == 503
        assert invoke("health", "/nowhere").status == 404
    assert [(line["Requests"], line["Errors"]) for line in printed(capsys)] == [(1, 1), (1, 0)]


def test_each_run_of_a_job_is_counted_and_each_that_failed(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    def fail(run: Run) -> None:
        raise LookupError("no such thing")

    with environment(DATABASE_URL=url, **STAGE):
        run("settle_picks", NOW)
        with pytest.raises(LookupError):
            job("settle_picks", fail)({}, None)
    assert printed(capsys) == [{"JobRuns": 1, "JobFailures": 0}, {"JobRuns": 1, "JobFailures": 1}]


def test_a_run_in_pages_reports_the_rest_as_a_metric(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    with environment(DATABASE_URL=url, **STAGE), clock.at(NOW):
        deletions.request(wiring.database(), ALICE, NOW - DAY)
        assert with_seconds_left("finish_deletions", 1)({}, None)["left"] == 1
        run("settle_bets", NOW)
    assert printed(capsys) == [
        {"JobRuns": 1, "JobFailures": 0, "Left": 1},
        {"JobRuns": 1, "JobFailures": 0, "Left": 0},
    ]


def test_a_run_that_finds_its_job_locked_is_not_counted(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    with environment(DATABASE_URL=url, **STAGE), connect(url, "another") as other, other.transaction():
        assert jobs.lock(other, "settle_picks")
        assert run("settle_picks", NOW)["status"] == "locked"
    assert printed(capsys) == []


def test_a_job_that_spends_credits_reports_the_rest_as_a_metric(
    odds: OddsService, capsys: pytest.CaptureFixture[str]
) -> None:
    odds.used = 30
    run("sync_odds", NOW)
    assert printed(capsys) == [{"JobRuns": 1, "JobFailures": 0, "CreditsLeft": 470}]


def test_a_job_that_reads_files_counts_each_source_fault_once(
    bundle: Service, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with environment(DATABASE_URL=url, FOOTBALL_DATA_UK_URL=bundle.url, **STAGE):
        bundle.results(NOW, row("Arsenal", "", "20/04/2024 15:00", "1-0"))
        run("sync_history", NOW, {"seasons": 1})
        run("sync_history", NOW, {"seasons": 1})
    assert [line["SourceFaults"] for line in printed(capsys)] == [1, 0]


def webhook_metrics(capsys: pytest.CaptureFixture[str]) -> list[tuple[float, float]]:
    """Of each event whether it failed, and whether it was refused."""
    lines = [line for line in printed(capsys) if "WebhookFailures" in line]
    return [(line["WebhookFailures"], line["WebhookRefusals"]) for line in lines]


@pytest.mark.case("B8", "B13", "B20")
def test_signed_stripe_events_that_are_not_applied_count_as_failures(
    stripe: Stripe, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Taken, of another version, of real money, while Stripe is away, while the database is."""
    stripe.subscribe()
    event, later = stripe.events[-2:]
    capsys.readouterr()
    assert stripe.deliver(event).status == 200
    assert stripe.deliver({**later, "api_version": "2024-06-20"}).status == 400
    assert stripe.deliver({**later, "livemode": True}).status == 400
    with environment(DATABASE_URL=url, **STAGE, **{**stripe.settings, "STRIPE_API_URL": "http://127.0.0.1:9"}):
        assert stripe.deliver(later).status == 503
    with psycopg.connect(url, autocommit=True) as db:
        db.execute("ALTER TABLE stripe_events RENAME TO gone")
    assert stripe.deliver(later).status == 500
    assert webhook_metrics(capsys) == [(0, 0), (1, 0), (1, 0), (1, 0), (1, 0)]


@pytest.mark.case("B1", "B2", "B19")
def test_unsigned_stripe_requests_are_not_counted_as_failures(
    stripe: Stripe, capsys: pytest.CaptureFixture[str]
) -> None:
    """They are public, at any rate; they must ring no alarm."""
    stripe.subscribe()
    event = stripe.events[-1]
    capsys.readouterr()
    for status, our_values in (
        (400, stripe.deliver(event, secret="whsec_another")),
        (400, stripe.deliver(event, at=stripe.now - DAY)),
        (400, stripe.send(b"{}", {})),
        (400, stripe.send(b"\xff", {"Stripe-Signature": "t=999999999999,v1=00"})),
        (413, stripe.send(b"x" * 257 * 1024, {})),
        (405, invoke("stripe_webhook", stripe_service.WEBHOOK)),
    ):
        assert our_values.status == status
    assert webhook_metrics(capsys) == [(0, 1)] * 4 + [(0, 0)] * 2


@pytest.mark.case("B18")
def test_reconciliation_counts_changes_without_an_event_as_missed(
    stripe: Stripe, capsys: pytest.CaptureFixture[str]
) -> None:
    """So a wrong webhook secret, with which all of Stripe's events are rejected, is found within a day."""
    subscription = stripe.subscribe()
    assert stripe.deliver(stripe.events[-1], secret="whsec_the new one").status == 400
    stripe.now += DAY
    run("reconcile_subscriptions", stripe.now)
    run("reconcile_subscriptions", stripe.now + DAY)
    stripe.now += 2 * DAY
    stripe.objects.update(subscription["id"], {"cancel_at_period_end": "true"})
    stripe.deliver_all()
    run("reconcile_subscriptions", stripe.now + DAY)
    assert [line["EventsMissed"] for line in printed(capsys) if "EventsMissed" in line] == [1, 0, 0]


@pytest.mark.case("B14")
def test_an_expired_grace_period_is_repaired_and_not_counted_as_missed(
    stripe: Stripe, capsys: pytest.CaptureFixture[str]
) -> None:
    """Only time has passed."""
    subscription = stripe.subscribe()
    stripe.objects.set_card(subscription["customer"], good=False)
    stripe.now += 7 * DAY
    stripe.objects.advance()
    stripe.deliver_all()
    report = run("reconcile_subscriptions", stripe.now + 8 * DAY)
    assert (report["repaired"], report["missed"]) == (1, 0)
    assert [line["EventsMissed"] for line in printed(capsys) if "EventsMissed" in line] == [0]


def test_every_metric_that_is_declared_is_one_of_these() -> None:
    """A new one must be printed by a test above."""
    assert metrics.UNITS.keys() == {
        *("Requests", "Errors", "Milliseconds", "RedisCommands", "JobRuns", "JobFailures"),
        *("WebhookFailures", "WebhookRefusals", "EventsMissed", "CreditsLeft", "SourceFaults", "Left"),
    }
