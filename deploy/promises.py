"""What the template must keep to whatever serverless.yml grows into, beyond what CloudFormation's schema knows."""

from collections.abc import Iterator
from typing import Any

from deploy import reach
from deploy.service import Function

PUBLIC = {
    "APP_ENV",
    "APP_VERSION",
    "LOG_LEVEL",
    "ADMIN_SECOND_FACTOR",
    "CORS_ORIGINS",
    "ODDS_CREDITS_A_MONTH",
    "MET_NORWAY_URL",
    "BACKUP_BUCKET",
    "NEWS_FEEDS_URL",
}
LIVE = "live"
RESERVED = 900
"""Runs at one time that the functions of a stage may claim together: 100 of its account's 1,000 must stay free."""
PLACES = {"send_webhooks": 3}
"""Of a job that people start: its lock ends a second run, where a refusal would count as a throttle."""


def faults(template: dict[str, Any], functions: dict[str, Function]) -> list[str]:
    """Where a template breaks a promise, in words; empty when it keeps all of them."""
    resources: dict[str, Any] = template["Resources"]
    deployed = {r["Properties"]["Handler"].split("/")[1]: k for k, r in _of_type(resources, "AWS::Lambda::Function")}
    found = [f"{name}: not deployed" for name in functions.keys() - deployed.keys()]
    for name in functions.keys() & deployed.keys():
        found += [f"{name}: {fault}" for fault in _settings(template, deployed[name])]
        found += [f"{name}: {fault}" for fault in _triggers(resources, deployed[name], functions[name])]
    roles = [str(r["Properties"]["Role"]) for _, r in _of_type(resources, "AWS::Lambda::Function")]
    found += [f"functions share the role {role}" for role in set(roles) if roles.count(role) > 1]
    return sorted([*found, *reach.faults(template, functions)])


def claimed(template: dict[str, Any]) -> int:
    """How many runs at the same time the functions of a stage claim together."""
    functions = _of_type(template["Resources"], "AWS::Lambda::Function")
    return sum(function["Properties"].get("ReservedConcurrentExecutions", 0) for _, function in functions)


def _settings(template: dict[str, Any], key: str) -> Iterator[str]:
    resources: dict[str, Any] = template["Resources"]
    properties = resources[key]["Properties"]
    if properties["Runtime"] != "python3.13" or properties["Architectures"] != ["arm64"]:
        yield "must run on python3.13 and arm64, as its bundle was built for"
    if "RetentionInDays" not in _named(resources, "AWS::Logs::LogGroup", "LogGroupName", properties["FunctionName"]):
        yield "its logs are kept for ever"
    if "ReservedConcurrentExecutions" not in properties:
        yield "no limit to its concurrency"
    for variable, value in properties["Environment"]["Variables"].items():
        if variable not in PUBLIC and not reach.is_secret(value, template["Parameters"]):
            yield f"{variable} stands in the template in the clear"


def _triggers(resources: dict[str, Any], key: str, function: Function) -> Iterator[str]:
    urls = [r["Properties"] for _, r in _of_type(resources, "AWS::Lambda::Url") if _aims_at(r, key)]
    if len(urls) != bool(function.paths):
        yield "HTTP functions have one URL, jobs none"
    if any(url.get("Qualifier") != LIVE for url in urls):
        yield "its URL does not aim at the alias that releases move"
    if any("Cors" in url for url in urls):
        yield "CORS is answered by the application; a second answer at the URL doubles its headers"

    schedules = [r["Properties"] for _, r in _of_type(resources, "AWS::Scheduler::Schedule") if _aims_at(r, key)]
    said = {(s["ScheduleExpression"], s["ScheduleExpressionTimezone"]) for s in schedules}
    if said != {(s.expression, s.timezone) for s in function.schedules}:
        yield f"is scheduled at {sorted(said)}"
    if any("DeadLetterConfig" not in s["Target"] or "RetryPolicy" not in s["Target"] for s in schedules):
        yield "a schedule has no retries or no dead letters"
    if function.schedules:
        on_failure = [r for _, r in _of_type(resources, "AWS::Lambda::EventInvokeConfig") if _aims_at(r, key)]
        if not any("OnFailure" in r["Properties"].get("DestinationConfig", {}) for r in on_failure):
            yield "a failed run is lost: no destination on failure"
        if resources[key]["Properties"].get("ReservedConcurrentExecutions") != PLACES.get(function.name, 1):
            yield "a job must not run beside itself"
        alarms = [r["Properties"] for _, r in _of_type(resources, "AWS::CloudWatch::Alarm")]
        own = {"Name": "FunctionName", "Value": resources[key]["Properties"]["FunctionName"]}
        if not any(a["MetricName"] == "Invocations" and own in a["Dimensions"] and a["AlarmActions"] for a in alarms):
            yield "nobody is told when it does not run"
    elif not function.paths:
        yield "has neither a path nor a schedule"


def _of_type(resources: dict[str, Any], kind: str) -> list[tuple[str, dict[str, Any]]]:
    return [(key, resource) for key, resource in resources.items() if resource["Type"] == kind]


def _aims_at(resource: dict[str, Any], key: str) -> bool:
    """Whether a URL, a schedule or an invocation rule belongs to the function with this logical name."""
    properties = resource["Properties"]
    aims = [
        properties.get("TargetFunctionArn"),
        properties.get("FunctionName"),
        properties.get("Target", {}).get("Arn"),
    ]
    return {"Fn::GetAtt": [key, "Arn"]} in aims or {"Ref": key} in aims


def _named(resources: dict[str, Any], kind: str, attribute: str, name: str) -> dict[str, Any]:
    found = [r["Properties"] for _, r in _of_type(resources, kind) if r["Properties"][attribute].endswith(f"/{name}")]
    return found[0] if found else {}
