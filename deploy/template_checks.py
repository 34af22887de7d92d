"""Rules that every stage's template must satisfy, beyond CloudFormation's schema."""

import json
from collections.abc import Iterator
from typing import Any

from deploy import exposure_checks
from deploy.service import Function
from deploy.stack.canary_releases import ALIAS

PUBLISHER = (
    "PUBLISHER_NAME",
    "PUBLISHER_ADDRESS",
    "PUBLISHER_CONTACT",
    "PUBLICATION_DIRECTOR",
    "HOSTING_PROVIDER",
)
"""Variables that a site must have before it is public (law 2004-575 of 21 June 2004, article 6 III)."""
PUBLIC = {
    "APP_ENV",
    "APP_VERSION",
    "LOG_LEVEL",
    "ADMIN_SECOND_FACTOR",
    "CORS_ORIGINS",
    "FRONT_DOMAIN",
    "ODDS_CREDITS_A_MONTH",
    "MET_NORWAY_URL",
    "BACKUP_BUCKET",
    "RECORD_BUCKET",
    "RECORD_WITNESSES",
    "RECORD_CALENDARS",
    "NEWS_FEEDS_URL",
    *PUBLISHER,
}
"""Variables that are no secrets."""
SYSTEM_LOG_LEVEL = "INFO"
"""The lowest level that keeps `platform.report` (Lambda Developer Guide, "Log-level filtering")."""
RESERVED = 900
"""Concurrency that a stage's functions may reserve together: 100 of its account's 1,000 must stay unreserved."""
JOB_CONCURRENCY = {
    "finish_deletions": 4,
    "publish_record": 2,
    "reconcile_subscriptions": 3,
    "settle_bets": 3,
    "send_notifications": 6,
    "send_webhooks": 5,
}
"""Of jobs that work in pages, whose workers never take the same one (docs/decisions/work-in-pages.md). 1 of others."""


def faults(template: dict[str, Any], functions: dict[str, Function]) -> list[str]:
    """A message for each rule that a template breaks."""
    resources: dict[str, Any] = template["Resources"]
    deployed = {r["Properties"]["Handler"].split("/")[1]: k for k, r in _of_type(resources, "AWS::Lambda::Function")}
    found = [f"{name}: not deployed" for name in functions.keys() - deployed.keys()]
    for name in functions.keys() & deployed.keys():
        found += [f"{name}: {fault}" for fault in _settings(template, deployed[name])]
        found += [f"{name}: {fault}" for fault in _triggers(resources, deployed[name], functions[name])]
    roles = [str(r["Properties"]["Role"]) for _, r in _of_type(resources, "AWS::Lambda::Function")]
    found += [f"functions share the role {role}" for role in set(roles) if roles.count(role) > 1]
    return sorted([*found, *exposure_checks.faults(template, functions)])


def missing_publisher(template: dict[str, Any]) -> list[str]:
    """The variables about the publisher that are empty: no fault of a template, but of a site that is public."""
    variables = template["Resources"]["PagesLambdaFunction"]["Properties"]["Environment"]["Variables"]
    return [name for name in PUBLISHER if not variables.get(name)]


def _settings(template: dict[str, Any], key: str) -> Iterator[str]:
    resources: dict[str, Any] = template["Resources"]
    properties = resources[key]["Properties"]
    if properties["Runtime"] != "python3.13" or properties["Architectures"] != ["arm64"]:
        yield "must run on python3.13 and arm64, for which its bundle is built"
    if "RetentionInDays" not in _named(resources, "AWS::Logs::LogGroup", "LogGroupName", properties["FunctionName"]):
        yield "its logs never expire"
    if "ReservedConcurrentExecutions" not in properties:
        yield "its concurrency has no limit"
    for variable, value in properties["Environment"]["Variables"].items():
        if variable not in PUBLIC and not exposure_checks.is_secret(value, template["Parameters"]):
            yield f"{variable} is in the template in clear text"


def _triggers(resources: dict[str, Any], key: str, function: Function) -> Iterator[str]:
    urls = [r["Properties"] for _, r in _of_type(resources, "AWS::Lambda::Url") if _targets(r, key)]
    if len(urls) != bool(function.routes):
        yield "HTTP functions have one URL, jobs none"
    if any(url.get("Qualifier") != ALIAS for url in urls):
        yield "its URL does not target the alias that releases move"
    if any("Cors" in url for url in urls):
        yield "the application answers CORS; a second answer by the URL would double its headers"

    if resources[key]["Properties"].get("LoggingConfig", {}).get("SystemLogLevel") != SYSTEM_LOG_LEVEL:
        yield "its log has no reports of Lambda: cold starts and memory could not be read"

    schedules = [r["Properties"] for _, r in _of_type(resources, "AWS::Scheduler::Schedule") if _targets(r, key)]
    times = sorted(
        (s["ScheduleExpression"], s["ScheduleExpressionTimezone"], s["Target"].get("Input", "{}")) for s in schedules
    )
    if times != sorted((f"cron({s.cron})", s.timezone, json.dumps(s.event)) for s in function.schedules):
        yield f"is scheduled at {times}"
    if any("DeadLetterConfig" not in s["Target"] or "RetryPolicy" not in s["Target"] for s in schedules):
        yield "a schedule has no retries or no dead letters"
    if function.schedules:
        on_failure = [r for _, r in _of_type(resources, "AWS::Lambda::EventInvokeConfig") if _targets(r, key)]
        if not any("OnFailure" in r["Properties"].get("DestinationConfig", {}) for r in on_failure):
            yield "a failed run is lost: no destination on failure"
        if resources[key]["Properties"].get("ReservedConcurrentExecutions") != JOB_CONCURRENCY.get(function.name, 1):
            yield "a job must not run concurrently with itself"
        alarms = [r["Properties"] for _, r in _of_type(resources, "AWS::CloudWatch::Alarm")]
        own = {"Name": "FunctionName", "Value": resources[key]["Properties"]["FunctionName"]}
        if not any(a["MetricName"] == "Invocations" and own in a["Dimensions"] and a["AlarmActions"] for a in alarms):
            yield "no alarm notifies when it does not run"
    elif not function.routes:
        yield "has neither a path nor a schedule"


def _of_type(resources: dict[str, Any], kind: str) -> list[tuple[str, dict[str, Any]]]:
    return [(key, resource) for key, resource in resources.items() if resource["Type"] == kind]


def _targets(resource: dict[str, Any], key: str) -> bool:
    """Whether a URL, a schedule or an invocation config belongs to the function with this logical name."""
    properties = resource["Properties"]
    targets = [
        properties.get("TargetFunctionArn"),
        properties.get("FunctionName"),
        properties.get("Target", {}).get("Arn"),
    ]
    return {"Fn::GetAtt": [key, "Arn"]} in targets or {"Ref": key} in targets


def _named(resources: dict[str, Any], kind: str, attribute: str, name: str) -> dict[str, Any]:
    found = [r["Properties"] for _, r in _of_type(resources, kind) if r["Properties"][attribute].endswith(f"/{name}")]
    return found[0] if found else {}
