"""Alarms and dashboard of a stage.

docs/operate/runbook.md explains each alarm; docs/decisions/alarms.md their cost, and why two count the whole account.
"""

import json
from datetime import timedelta
from typing import Any

from deploy.logical_names import logical_name, parameter_name
from deploy.service import Service
from shared.runtime.metrics import NAMESPACE as OURS
from shared.runtime.schedule import MAX_INTERVALS

LAMBDA = "AWS/Lambda"
NOTIFY = {"AlarmActions": [{"Ref": "Alarms"}], "OKActions": [{"Ref": "Alarms"}]}

ALARMS = (
    (*("http-errors", OURS, "Errors", 300, 5), "Five requests in five minutes ended with a status of 500 or more."),
    (
        *("webhook-failures", OURS, "WebhookFailures", 900, 3),
        "Three events that Stripe had signed were not taken in a quarter of an hour.",
    ),
    (
        *("events-missed", OURS, "EventsMissed", 86400, 1),
        "The night found a subscription that had changed without an event from Stripe.",
    ),
    (
        *("redis-commands", OURS, "RedisCommands", 3600, 5000),
        "Requests sent 5,000 commands to Redis in an hour: at this rate 500,000 are gone in four days.",
    ),
    (
        *("source-faults", OURS, "SourceFaults", 86400, 1),
        "A source brought something for the first time that could not be taken as it was.",
    ),
    (
        *("function-errors", LAMBDA, "Errors", 300, 5),
        "Five runs in five minutes died, of any function in this account: a crash, no memory, no time.",
    ),
    (
        *("throttles", LAMBDA, "Throttles", 300, 20),
        "Twenty runs in five minutes were refused for want of concurrency, of any function in this account.",
    ),
)
"""On sums: end of the name, namespace, metric, seconds, threshold, description. Lambda's are of the whole account."""

UNAVAILABLE = 0.005
"""R5: 99.5 % of the month."""
BURN_RATES = ((14.4, {"1h": 3600, "5m": 300}), (6, {"6h": 21600, "30m": 1800}))
"""How many times too fast the month's error budget is spent, and the two windows that must both show it.

14.4 times for an hour spend 2 % of the budget, 6 times for six hours 5 %; the shorter window shows that it continues.
Source: Google, The Site Reliability Workbook, chapter 5, "Multiwindow, Multi-Burn-Rate Alerts", for 30 days.
"""
FEWEST_ERRORS = 5
"""In the longest window: among few readers one error is a large share."""


def fragment(service: Service) -> dict[str, Any]:
    """Alarms on metrics of ours and of Lambda, and the dashboard."""
    stage = [{"Name": "stage", "Value": service.stage}]
    resources = _error_budget(service.name, stage) | {"Dashboard": _dashboard(service.name, service.stage)}
    for name, namespace, metric, period, threshold, description in ALARMS:
        measured = _sum(metric, period, stage if namespace == OURS else None, namespace)
        resources |= _alarm(service.name, name, description, measured, threshold)
    p95 = _sum("Milliseconds", 300, stage) | {"ExtendedStatistic": "p95", "EvaluationPeriods": 3}
    del p95["Statistic"]
    behind = _sum("Left", 900, stage) | {"Statistic": "Maximum", "EvaluationPeriods": 8}
    late = "For two hours runs of jobs in pages ended with work left."
    resources |= _alarm(service.name, "work-left", late, behind, 1)
    slow = "For a quarter of an hour one answer in twenty took longer than a second."
    resources |= _alarm(service.name, "slow-answers", slow, p95, 1000)
    for name, function in service.functions.items():
        if function.schedules:
            resources[f"{logical_name(name)}UnseenAlarm"] = _missed_runs(service.name, name)
    return {"Resources": resources}


def _sum(
    metric: str, period: int, dimensions: list[dict[str, str]] | None = None, namespace: str = OURS
) -> dict[str, Any]:
    summed = {"Namespace": namespace, "MetricName": metric, "Period": period, "Statistic": "Sum"}
    return summed | ({"Dimensions": dimensions} if dimensions else {})


def _alarm(
    service: str, name: str, description: str, metric: dict[str, Any], threshold: float, *, notify: bool = True
) -> dict[str, Any]:
    """An alarm by its logical name: `http-errors` is HttpErrorsAlarm. `metric` may override other properties."""
    properties = {
        "AlarmName": f"{service}-{name}",
        "AlarmDescription": description,
        "EvaluationPeriods": 1,
        "Threshold": threshold,
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        "TreatMissingData": "notBreaching",
    }
    properties |= metric | (NOTIFY if notify else {})
    logical = parameter_name(name.replace("-", "_"))
    return {f"{logical}Alarm": {"Type": "AWS::CloudWatch::Alarm", "Properties": properties}}


def _missed_runs(service: str, job: str) -> dict[str, Any]:
    """Fires an hour after a missed start; two of a daily job, as the clocks of Paris may go back in between."""
    hours = 13 if MAX_INTERVALS[job] <= timedelta(hours=13) else 26
    invocations = _sum("Invocations", 3600, [{"Name": "FunctionName", "Value": f"{service}-{job}"}], LAMBDA)
    missing = {"ComparisonOperator": "LessThanThreshold", "TreatMissingData": "breaching", "EvaluationPeriods": hours}
    [alarm] = _alarm(
        service, f"{job}-unseen", f"{job} was not started for {hours} hours.", invocations | missing, 1
    ).values()
    return alarm


def _error_budget(service: str, stage: list[dict[str, str]]) -> dict[str, Any]:
    """One alarm for each window, which send no notification, and the composite one, which does.

    `Errors` of a request is 1 or 0, so that its average is the share which failed.
    """
    name = f"{service}-error-budget"
    description = f"{FEWEST_ERRORS} errors in six hours."
    parts = _alarm(
        service, "error-budget-fewest", description, _sum("Errors", 21600, stage), FEWEST_ERRORS, notify=False
    )
    burning: list[str] = []
    for rate, windows in BURN_RATES:
        for window, seconds in windows.items():
            description = f"Errors over {window} use the month's up {rate} times as fast as they may."
            share = _sum("Errors", seconds, stage) | {"Statistic": "Average"}
            threshold = round(rate * UNAVAILABLE, 4)  # without the error of binary fractions
            parts |= _alarm(service, f"error-budget-{window}", description, share, threshold, notify=False)
        burning.append("(" + " AND ".join(f'ALARM("{name}-{window}")' for window in windows) + ")")
    properties = {
        "AlarmName": name,
        "AlarmDescription": "So many answers fail that 99.5 % of the month will not be reached.",
        "AlarmRule": f'ALARM("{name}-fewest") AND ({" OR ".join(burning)})',
        **NOTIFY,
    }
    composite = {"Type": "AWS::CloudWatch::CompositeAlarm", "DependsOn": [*parts], "Properties": properties}
    return parts | {"ErrorBudgetAlarm": composite}


def _dashboard(name: str, stage: str) -> dict[str, Any]:
    def ours(stat: str, *metrics: str) -> list[Any]:
        return [[OURS, metric, "stage", stage, {"stat": stat}] for metric in metrics]

    def by_function(stat: str, metric: str) -> list[Any]:
        search = f"SEARCH('{{AWS/Lambda,FunctionName}} MetricName=\"{metric}\" \"{name}-\"', '{stat}', 300)"
        return [[{"expression": search, "id": "e1"}]]

    def cdn(stat: str, metric: str) -> list[Any]:
        return [["AWS/CloudFront", metric, "Region", "Global", "DistributionId", "${Front}", {"stat": stat}]]

    hidden = [
        [OURS, metric, "stage", stage, {"stat": "Sum", "id": key, "visible": False}]
        for metric, key in (("Requests", "all"), ("Errors", "failed"))
    ]
    share = {"expression": "100 * (1 - FILL(failed, 0) / all)", "label": "answered", "id": "answered"}
    bill = ["AWS/Billing", "EstimatedCharges", "Currency", "USD", {"stat": "Maximum"}]
    credits_left = "Credits of The Odds API left; what sources brought that did not fit"
    stripe = "Stripe: events that failed, were not signed, never came"
    hourly, us = {"period": 3600}, {"region": "us-east-1"}  # the CDN's and the bill's metrics exist there alone
    charts: list[tuple[str, list[Any], dict[str, Any]]] = [
        ("Answers: p50 and p95 in ms (goals: 100, 300)", ours("p50", "Milliseconds") + ours("p95", "Milliseconds"), {}),
        ("Availability in % (goal: 99.5)", [*hidden, [share]], {}),
        ("Requests, errors, commands of Redis", ours("Sum", "Requests", "Errors", "RedisCommands"), {}),
        (
            "Jobs: runs, failures, and what runs in pages left",
            [*ours("Sum", "JobRuns", "JobFailures"), *ours("Maximum", "Left")],
            hourly,
        ),
        (stripe, ours("Sum", "WebhookFailures", "WebhookRefusals", "EventsMissed"), {}),
        (credits_left, ours("Minimum", "CreditsLeft") + ours("Sum", "SourceFaults"), hourly),
        ("Runs that died, by function", by_function("Sum", "Errors"), {}),
        ("Runs refused, by function", by_function("Sum", "Throttles"), {}),
        ("Runs at the same time, by function", by_function("Maximum", "ConcurrentExecutions"), {}),
        ("The front: requests", cdn("Sum", "Requests"), us),
        ("The front: 5xx in %", cdn("Average", "5xxErrorRate"), us),
        ("The bill of the month in $", [bill], us | {"period": 21600}),
    ]
    widgets: list[dict[str, Any]] = []
    for number, (title, metrics, options) in enumerate(charts):
        defaults = {"region": "${AWS::Region}", "view": "timeSeries", "period": 300}
        properties = {"title": title, "metrics": metrics, **defaults, **options}
        place = {"x": number % 3 * 8, "y": number // 3 * 6, "width": 8, "height": 6}
        widgets.append({"type": "metric", **place, "properties": properties})
    body = json.dumps({"widgets": widgets}, separators=(",", ":"))
    return {
        "Type": "AWS::CloudWatch::Dashboard",
        "Properties": {"DashboardName": name, "DashboardBody": {"Fn::Sub": body}},
    }
