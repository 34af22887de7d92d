"""A parser of CloudWatch metrics in log lines.

Source: AWS, CloudWatch User Guide, "Specification: Embedded metric format" (structure, JSON schema, limits).
"""

import json
from dataclasses import dataclass

UNITS = {
    *("Seconds", "Microseconds", "Milliseconds", "Percent", "Count", "None"),
    *(f"{size}{what}" for size in ("", "Kilo", "Mega", "Giga", "Tera") for what in ("bytes", "bits")),
}
"""Without the units per second."""
LARGEST = 256 * 1024
"""Bytes of a line; 1 MB since 2025."""
DIMENSIONS, METRICS, LONGEST, LONGEST_VALUE = 30, 100, 250, 1024


@dataclass(frozen=True)
class Point:
    """One value of a metric under one set of dimensions (names and values)."""

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...]
    unit: str
    value: float


def points(line: str) -> list[Point]:
    """Parse the metric values of a line; none if it is not in the format.

    Raises:
        AssertionError: CloudWatch would reject the line or misread it.
    """
    root = json.loads(line)
    if "_aws" not in root:
        return []
    assert len(line.encode()) <= LARGEST
    assert root["_aws"].keys() == {"Timestamp", "CloudWatchMetrics"}
    assert type(root["_aws"]["Timestamp"]) is int
    assert len(str(root["_aws"]["Timestamp"])) == 13, "milliseconds"
    result: list[Point] = []
    for directive in root["_aws"]["CloudWatchMetrics"]:
        assert directive.keys() == {"Namespace", "Dimensions", "Metrics"}
        assert 1 <= len(directive["Namespace"]) <= LONGEST
        assert 1 <= len(directive["Metrics"]) <= METRICS
        assert directive["Dimensions"]
        for names in directive["Dimensions"]:
            assert len(names) <= DIMENSIONS
            assert all(isinstance(root[name], str) and 0 < len(root[name]) <= LONGEST_VALUE for name in names)
            for metric in directive["Metrics"]:
                assert metric.keys() <= {"Name", "Unit", "StorageResolution"}
                assert metric["Unit"] in UNITS
                value = root[metric["Name"]]
                assert type(value) in {int, float}, f"{metric['Name']} must be at the root, as a number"
                dimensions = tuple((name, root[name]) for name in names)
                result.append(Point(directive["Namespace"], metric["Name"], dimensions, metric["Unit"], value))
    return result
