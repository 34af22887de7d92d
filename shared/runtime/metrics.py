"""Metrics, as members of an invocation's line that CloudWatch reads out of it (its embedded metric format).

Each is told by stage alone: CloudWatch asks $0.30 a month for each name with each value of its dimensions beyond the
first ten, and by function Lambda counts for nothing (docs/watching.md).

Source of the form: AWS, CloudWatch User Guide, "Specification: Embedded metric format".
"""

from shared.runtime import clock
from shared.runtime.invocation_metrics import Counters
from shared.runtime.settings import settings

NAMESPACE = "ParisSportif"
DIMENSION = "stage"
UNITS = {
    "Requests": "Count",
    "Errors": "Count",
    "Milliseconds": "Milliseconds",
    "RedisCommands": "Count",
    "JobRuns": "Count",
    "JobFailures": "Count",
    "WebhookFailures": "Count",
    "WebhookRefusals": "Count",
    "EventsMissed": "Count",
    "CreditsLeft": "Count",
    "SourceFaults": "Count",
}
WEBHOOK = "stripe_webhook"


def request_metrics(function: str, status: int, ms: float, counters: Counters) -> dict[str, object]:
    """What the line of a request says besides, for CloudWatch.

    Args:
        function: who answered.
        status: status of the answer.
        ms: how long it took.
        tally: what it asked of others.
    """
    values = {"Requests": 1, "Errors": int(status >= 500), "Milliseconds": ms, "RedisCommands": counters.commands}
    if function == WEBHOOK:
        # Whatever is not signed anybody may have sent. What is signed and answered with 400 was not understood.
        values["WebhookFailures"] = int(status >= 500 or (status == 400 and not counters.refused))
        values["WebhookRefusals"] = int(counters.refused)
    return _embed(values)


def run_metrics(counters: Counters, *, failed: bool) -> dict[str, object]:
    """What the line of a job's run says besides, for CloudWatch."""
    values: dict[str, float] = {"JobRuns": 1, "JobFailures": int(failed)}
    optional = {
        "CreditsLeft": counters.credits_left,
        "EventsMissed": counters.events_missed,
        "SourceFaults": counters.source_faults,
    }
    values |= {name: value for name, value in optional.items() if value is not None}
    return _embed(values)


def _embed(values: dict[str, float]) -> dict[str, object]:
    stage = settings().app_env
    if stage == "development":
        return {}
    directive = {
        "Namespace": NAMESPACE,
        "Dimensions": [[DIMENSION]],
        "Metrics": [{"Name": name, "Unit": UNITS[name]} for name in values],
    }
    metadata = {"Timestamp": int(clock.now().timestamp() * 1000), "CloudWatchMetrics": [directive]}
    return {"_aws": metadata, DIMENSION: stage, **values}
