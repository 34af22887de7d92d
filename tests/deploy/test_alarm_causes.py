"""What rings each alarm, and who can cause it: nothing sent from outside, but a flood.

A new alarm is added here, with the test that no request from outside rings it.
"""

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Literal

import pytest

from deploy import service

Origin = Literal["us", "a service that we use", "Stripe", "a flood"]
"""`us`: a release, a setting, a job. `a flood`: more calls than one caller is answered, from many places or at once."""


@dataclass(frozen=True)
class Cause:
    """Why an alarm rings.

    Attributes:
        alarm: the end of its name, as a pattern.
        metric: what it counts; empty of one that joins others.
        rung_by: all who can cause it.
        why: how; and what prevents others from ringing it.
        shown_by: the tests that no request from outside rings it; of a flood, the test that it must be one.
    """

    alarm: str
    metric: str
    rung_by: frozenset[Origin]
    why: str
    shown_by: tuple[str, ...]


PLACES = "tests/functions/test_webhooks.py::test_all_users_together_start_the_job_at_most_twice_a_minute"
CAMPAIGN = "tests/local/test_journey.py::test_a_short_campaign_of_attacks_finds_no_fault"
CAUSES = (
    Cause(
        "http-errors",
        "ParisSportif Errors",
        frozenset({"us", "a service that we use"}),
        "answers of 500 and more; whatever is odd is refused with 400 to 431",
        (CAMPAIGN,),
    ),
    Cause("error-budget", "", frozenset({"us", "a service that we use"}), "as http-errors, for longer", (CAMPAIGN,)),
    Cause(
        "error-budget-*",
        "ParisSportif Errors",
        frozenset({"us", "a service that we use"}),
        "parts of error-budget, which send no mail",
        (CAMPAIGN,),
    ),
    Cause(
        "slow-answers",
        "ParisSportif Milliseconds",
        frozenset({"us", "a service that we use", "a flood"}),
        "slow statements, a slow service, many cold starts at once; no body takes over twenty times a plain one",
        ("tests/web/test_strict_json.py::*",),
    ),
    Cause(
        "webhook-failures",
        "ParisSportif WebhookFailures",
        frozenset({"us", "a service that we use", "Stripe"}),
        "what Stripe signed and we did not take; what it did not sign counts as a refusal",
        ("tests/runtime/test_metrics.py::test_unsigned_stripe_requests_are_not_counted_as_failures",),
    ),
    Cause(
        "events-missed",
        "ParisSportif EventsMissed",
        frozenset({"us", "Stripe"}),
        "counted by a job, from what Stripe itself answers",
        ("tests/runtime/test_metrics.py::test_reconciliation_counts_changes_without_an_event_as_missed",),
    ),
    Cause(
        "redis-commands",
        "ParisSportif RedisCommands",
        frozenset({"us", "a flood"}),
        "many readers, or a flood from many addresses, which the operator must know of; one address costs little",
        ("tests/web/rate_limits/test_limits.py::test_a_flood_of_rejected_calls_costs_one_command",),
    ),
    Cause(
        "source-faults",
        "ParisSportif SourceFaults",
        frozenset({"a service that we use"}),
        "counted by jobs that read sources; no request reaches it",
        ("tests/runtime/test_metrics.py::test_a_job_that_reads_files_counts_each_source_fault_once",),
    ),
    Cause(
        "work-left",
        "ParisSportif Left",
        frozenset({"us", "a service that we use"}),
        "jobs in pages that do not reach the end of their work; a slow receiver delays its own page for 30 s and "
        "is then served last, and a push service that fails is left alone",
        (
            "tests/functions/test_send_webhooks.py::test_a_failing_webhook_does_not_block_the_others",
            "tests/functions/test_send_notifications.py::test_a_failing_push_host_is_paused_and_others_are_not",
        ),
    ),
    Cause(
        "function-errors",
        "AWS/Lambda Errors",
        frozenset({"us", "a service that we use"}),
        "runs that died: no time, no memory, a crash; a request is answered within the function's time",
        (CAMPAIGN,),
    ),
    Cause(
        "throttles",
        "AWS/Lambda Throttles",
        frozenset({"us", "a flood"}),
        "more at once than a function has places, also from one address: Lambda refuses before we can count; the job "
        "that people start, send_webhooks, has a place for each start of a minute beside a run, however slow it is",
        ("tests/web/rate_limits/test_limits.py::test_every_call_counts_regardless_of_its_status", PLACES),
    ),
    Cause(
        "jobs-dead-letters",
        "AWS/SQS ApproximateNumberOfMessagesVisible",
        frozenset({"us", "a service that we use"}),
        "a job failed twice; what people wrote makes none fail, and one bad receiver stops no other: it has ten "
        "seconds, a run ends before its time, and no start waits in Lambda's queue until it is too old",
        (CAMPAIGN, PLACES),
    ),
    Cause(
        "*-unseen",
        "AWS/Lambda Invocations",
        frozenset({"us"}),
        "a schedule that no longer starts a job; no request prevents one from starting",
        ("tests/deploy/test_monitoring.py::test_every_jobs_missing_run_rings_an_alarm_within_an_hour_of_its_due_time",),
    ),
)


@pytest.fixture
def alarms(templates: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Every alarm of production, by the end of its name."""
    prefix = "paris-sportif-production-"
    kinds = {"AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"}
    resources = [r for r in templates["production"]["Resources"].values() if r["Type"] in kinds]
    return {r["Properties"]["AlarmName"].removeprefix(prefix): r["Properties"] for r in resources}


def causes_of(name: str) -> list[Cause]:
    return [cause for cause in CAUSES if fnmatchcase(name, cause.alarm)]


def test_every_alarm_is_in_the_table_once_with_its_metric(alarms: dict[str, dict[str, Any]]) -> None:
    assert [cause.alarm for cause in CAUSES if not any(fnmatchcase(name, cause.alarm) for name in alarms)] == []
    for name, alarm in alarms.items():
        [cause] = causes_of(name)
        counted = f"{alarm['Namespace']} {alarm['MetricName']}" if "MetricName" in alarm else ""
        assert cause.metric == counted, name


def test_requests_ring_an_alarm_only_by_a_flood() -> None:
    """Nor can requests roll back a release: no flood rings the alarms that do."""
    by_a_flood = {cause.alarm for cause in CAUSES if "a flood" in cause.rung_by}
    assert by_a_flood == {"redis-commands", "throttles", "slow-answers"}


def test_no_flood_rings_an_alarm_that_rolls_back_a_release(templates: dict[str, Any]) -> None:
    resources = templates["production"]["Resources"]
    watched = {
        resources[alarm["Name"]["Ref"]]["Properties"]["AlarmName"].removeprefix("paris-sportif-production-")
        for resource in resources.values()
        if resource["Type"] == "AWS::CodeDeploy::DeploymentGroup"
        for alarm in resource["Properties"]["AlarmConfiguration"]["Alarms"]
    }
    assert watched
    for name in watched:
        [cause] = causes_of(name)
        assert cause.rung_by <= {"us", "a service that we use"}, name


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.alarm)
def test_the_tests_named_by_the_table_exist(cause: Cause) -> None:
    for test in cause.shown_by:
        path, _, name = test.partition("::")
        there = re.findall(r"^def (test_\w+)", (service.ROOT / path).read_text(), re.MULTILINE)
        assert any(fnmatchcase(each, name) for each in there), test
