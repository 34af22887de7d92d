"""Metrics in an invocation's log line, in CloudWatch's embedded metric format.

The only dimension is the stage: CloudWatch charges $0.30 a month for each metric and dimension value beyond the first
ten, and Lambda's own metrics by function are free (docs/operate/watching.md).

Format: AWS, CloudWatch User Guide, "Specification: Embedded metric format".
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
    "Left": "Count",
}
WEBHOOK = "stripe_webhook"


def request_metrics(function: str, status: int, ms: float, counters: Counters) -> dict[str, object]:
    """The metrics of a request."""
    values = {"Requests": 1, "Errors": int(status >= 500), "Milliseconds": ms, "RedisCommands": counters.commands}
    if function == WEBHOOK:
        # Anybody can send an unsigned event. A signed one with status 400 could not be parsed.
        values["WebhookFailures"] = int(status >= 500 or (status == 400 and not counters.refused))
        values["WebhookRefusals"] = int(counters.refused)
    return _embed(values)


def run_metrics(counters: Counters, *, failed: bool) -> dict[str, object]:
    """The metrics of a job run."""
    values: dict[str, float] = {"JobRuns": 1, "JobFailures": int(failed)}
    optional = {
        "CreditsLeft": counters.credits_left,
        "EventsMissed": counters.events_missed,
        "SourceFaults": counters.source_faults,
        "Left": counters.left,
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
