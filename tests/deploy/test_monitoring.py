"""What watches a stage, by the template that is deployed."""

import json
import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest

from deploy import cost
from shared.runtime import metrics
from shared.runtime.schedule import MAX_INTERVALS

Resources = dict[str, Any]
MONTH = 30 * 24 * 3600
"""Seconds, as the workbook counts."""


@pytest.fixture
def resources(templates: dict[str, dict[str, Any]]) -> Resources:
    return templates["production"]["Resources"]


def of_type(resources: Resources, kind: str) -> list[dict[str, Any]]:
    return [resource["Properties"] for resource in resources.values() if resource["Type"] == kind]


def alarms(resources: Resources) -> dict[str, dict[str, Any]]:
    """The alarms on metrics by the end of their names."""
    entries = of_type(resources, "AWS::CloudWatch::Alarm")
    return {alarm["AlarmName"].removeprefix("paris-sportif-production-"): alarm for alarm in entries}


def looked_at(resources: Resources) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Each metric that an alarm or a chart reads: namespace, name, dimensions."""
    for alarm in of_type(resources, "AWS::CloudWatch::Alarm"):
        dimensions = {each["Name"]: each["Value"] for each in alarm.get("Dimensions", [])}
        yield alarm["Namespace"], alarm["MetricName"], dimensions
    [dashboard] = of_type(resources, "AWS::CloudWatch::Dashboard")
    for widget in json.loads(dashboard["DashboardBody"]["Fn::Sub"])["widgets"]:
        for namespace, *more in (metric for metric in widget["properties"]["metrics"] if isinstance(metric[0], str)):
            name, *pairs = (text for text in more if isinstance(text, str))
            yield namespace, name, dict(zip(pairs[::2], pairs[1::2], strict=True))


def test_every_metric_of_ours_that_is_looked_at_is_one_that_is_printed(resources: Resources) -> None:
    """That each declared metric is printed, and under this namespace and dimension: tests/runtime/test_metrics.py."""
    ours = [
        (name, dimensions) for namespace, name, dimensions in looked_at(resources) if not namespace.startswith("AWS/")
    ]
    assert {namespace for namespace, _, _ in looked_at(resources) if not namespace.startswith("AWS/")} == {
        metrics.NAMESPACE
    }
    for name, dimensions in ours:
        assert name in metrics.UNITS, f"no function prints {name}"
        assert dimensions == {metrics.DIMENSION: "production"}, name
    assert {name for name, _ in ours} == metrics.UNITS.keys(), "an unused metric costs $0.30 a month"


def test_every_function_logs_metrics_of_its_stage(resources: Resources) -> None:
    functions = of_type(resources, "AWS::Lambda::Function")
    assert {function["Environment"]["Variables"]["APP_ENV"] for function in functions} == {"production"}
    # Lambda would swallow the lines, and so the metrics, of a level that is filtered out.
    assert {function["LoggingConfig"]["ApplicationLogLevel"] for function in functions} == {"INFO"}


@pytest.mark.case("Q2")
def test_the_error_budgets_burn_rate_alarms_follow_the_sre_workbook(resources: Resources) -> None:
    """Of 30 days at 99.5 %, 2 % in an hour or 5 % in six, and going on: of the same speed over a twelfth of it.

    Source: Google, The Site Reliability Workbook, chapter 5, table 5-8.
    """
    burn_alarms, unavailable = alarms(resources), Fraction(5, 1000)
    for long, short, spent in (("1h", "5m", Fraction(2, 100)), ("6h", "30m", Fraction(5, 100))):
        seconds = burn_alarms[f"error-budget-{long}"]["Period"]
        assert burn_alarms[f"error-budget-{short}"]["Period"] * 12 == seconds
        for window in (long, short):
            alarm = burn_alarms[f"error-budget-{window}"]
            assert (alarm["MetricName"], alarm["Statistic"]) == ("Errors", "Average")
            assert alarm["ComparisonOperator"] == "GreaterThanOrEqualToThreshold"
            assert alarm["Threshold"] == pytest.approx(float(spent * unavailable * MONTH / seconds))


@pytest.mark.case("Q2")
@pytest.mark.parametrize(
    ("ringing", "rings"),
    [
        (["fewest", "1h", "5m"], True),
        (["fewest", "6h", "30m"], True),
        (["fewest", "1h", "30m", "6h"], True),
        (["1h", "5m", "6h", "30m"], False),  # one error among few answers
        (["fewest", "1h", "6h"], False),  # it is over
        (["fewest", "5m", "30m"], False),  # a moment
        (["fewest", "5m", "6h"], False),
        ([], False),
    ],
)
def test_the_error_budget_alarm_needs_both_windows_of_a_rate(
    resources: Resources, ringing: list[str], rings: bool
) -> None:
    [budget] = of_type(resources, "AWS::CloudWatch::CompositeAlarm")
    names = re.findall(r'ALARM\("paris-sportif-production-error-budget-(\w+)"\)', budget["AlarmRule"])
    assert sorted(names) == sorted(["fewest", "1h", "5m", "6h", "30m"])
    rule = re.sub(r'ALARM\("[\w-]+-(\w+)"\)', lambda of: str(of[1] in ringing), budget["AlarmRule"])
    assert set(re.findall(r"\w+", rule)) <= {"True", "False", "AND", "OR"}
    assert eval(rule.replace("AND", "and").replace("OR", "or")) is rings  # noqa: S307  # the line above bounds it


def test_only_the_error_budgets_component_alarms_have_no_actions_and_they_are_created_first(
    resources: Resources,
) -> None:
    parts = {key for key, r in resources.items() if r["Type"] == "AWS::CloudWatch::Alarm" and "ErrorBudget" in key}
    assert set(resources["ErrorBudgetAlarm"]["DependsOn"]) == parts
    assert not [key for key in parts if "AlarmActions" in resources[key]["Properties"]]
    others = [r for r in alarms(resources).items() if not r[0].startswith("error-budget")]
    assert all(alarm["AlarmActions"] == [{"Ref": "Alarms"}] == alarm["OKActions"] for _, alarm in others)
    assert resources["ErrorBudgetAlarm"]["Properties"]["AlarmActions"] == [{"Ref": "Alarms"}]


def test_the_cost_model_counts_every_alarm_and_metric(resources: Resources) -> None:
    assert len(of_type(resources, "AWS::CloudWatch::Alarm")) == cost.ALARMS
    assert len(of_type(resources, "AWS::CloudWatch::CompositeAlarm")) == 1
    assert len(metrics.UNITS) == cost.METRICS


@pytest.mark.case("G12")
def test_every_jobs_missing_run_rings_an_alarm_within_an_hour_of_its_due_time(resources: Resources) -> None:
    """13 hours, or 26 where it runs once a day; no sign of life counts as none."""
    unseen = {name.removesuffix("-unseen"): a for name, a in alarms(resources).items() if name.endswith("-unseen")}
    assert unseen.keys() == MAX_INTERVALS.keys()
    for name, alarm in unseen.items():
        hours = MAX_INTERVALS[name].total_seconds() / 3600
        assert alarm["TreatMissingData"] == "breaching"
        assert alarm["EvaluationPeriods"] * alarm["Period"] == (13 if hours <= 13 else 26) * 3600, name
        assert alarm["EvaluationPeriods"] > hours


@pytest.mark.case("Q8")
def test_the_budget_notifies_the_operator_of_forecast_and_actual_costs_above_eight_dollars(
    resources: Resources,
) -> None:
    [budget] = of_type(resources, "AWS::Budgets::Budget")
    assert budget["Budget"]["BudgetLimit"] == {"Amount": 8, "Unit": "USD"}
    assert (budget["Budget"]["BudgetType"], budget["Budget"]["TimeUnit"]) == ("COST", "MONTHLY")
    notifications = {each["Notification"]["NotificationType"]: each for each in budget["NotificationsWithSubscribers"]}
    assert notifications.keys() == {"ACTUAL", "FORECASTED"}
    for each in notifications.values():
        assert (each["Notification"]["Threshold"], each["Notification"]["ComparisonOperator"]) == (100, "GREATER_THAN")
        assert each["Subscribers"] == [{"SubscriptionType": "SNS", "Address": {"Ref": "Alarms"}}]
    [policy] = of_type(resources, "AWS::SNS::TopicPolicy")
    [statement] = policy["PolicyDocument"]["Statement"]
    assert statement["Principal"]["Service"] == ["cloudwatch.amazonaws.com", "budgets.amazonaws.com"]
