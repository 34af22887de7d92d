"""Data quality checks: freshness, completeness, valid ranges, consistency. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from functions.admin.schemas import DataQualityCheckResponse, DataQualityResponse, Status
from shared.explanations.translations import Language, format_percent, translate
from shared.runtime.schedule import max_age
from shared.stores.operations.data_quality import Completeness, DataFault, ReportSummary
from shared.stores.operations.jobs import JobState
from shared.stores.operations.row_counts import RowCounts

HOUR = timedelta(hours=1)
GRACE = HOUR
"""How late a job may be: runs take minutes, and a failed run is retried."""
WARNING_BELOW, CRITICAL_BELOW = 0.9, 0.8
"""Shares of the expected rows: below the first a warning, below the second critical."""
MAX_OUT_OF_RANGE, MAX_INCONSISTENT = 10, 5
"""Faults: one is a warning, more than these are critical."""
_ORDER: tuple[Status, ...] = ("ok", "warning", "critical")


@dataclass(frozen=True, slots=True)
class QualityInputs:
    """The inputs of the checks."""

    jobs: Sequence[JobState]
    filled: Completeness
    out_of_range: Sequence[DataFault]
    inconsistent: Sequence[DataFault]
    reported: Sequence[ReportSummary]
    counts: RowCounts


def assess(inputs: QualityInputs, now: datetime, language: Language) -> DataQualityResponse:
    """Run every check; returns their results, the worst status and the anomalies that jobs reported."""
    freshness, completeness = _freshness(inputs.jobs, now, language), _completeness(inputs.filled, language)
    in_range = _faults("range_validation", inputs.out_of_range, MAX_OUT_OF_RANGE, language)
    consistency = _faults("consistency", inputs.inconsistent, MAX_INCONSISTENT, language)
    return DataQualityResponse(
        timestamp=now,
        overall_status=_worst([check.status for check in (freshness, completeness, in_range, consistency)]),
        freshness=freshness,
        completeness=completeness,
        range_validation=in_range,
        consistency=consistency,
        anomalies=[
            {"type": report.kind, "count": report.n, "newest_at": report.newest_at, "examples": report.examples}
            for report in inputs.reported
        ],
        metrics={name: getattr(inputs.counts, name) for name in inputs.counts.__slots__},
    )


def _freshness(jobs: Sequence[JobState], now: datetime, language: Language) -> DataQualityCheckResponse:
    details: dict[str, object] = {}
    statuses: dict[str, Status] = {}
    for job in jobs:
        pause, age = max_age(job.job), now - job.last_run_at if job.last_run_at else None
        statuses[job.job] = _lateness(age, pause)
        details[job.job] = {
            "status": statuses[job.job],
            "age_hours": None if age is None else round(age / HOUR, 1),
            "threshold_hours": (pause + GRACE) / HOUR,
        }
    late = sorted(name for name, status in statuses.items() if status != "ok")
    return DataQualityCheckResponse(
        name="freshness",
        status=_worst(list(statuses.values())),
        message=translate("data_late", language, jobs=", ".join(late)) if late else translate("data_fresh", language),
        value=len(late),
        threshold=1,
        details=details,
    )


def _lateness(age: timedelta | None, pause: timedelta) -> Status:
    """Status by the age of a job's last success: one missed run is a warning; two, or no success ever, are critical."""
    if age is None or age > 2 * pause + GRACE:
        return "critical"
    return "warning" if age > pause + GRACE else "ok"


def _completeness(filled: Completeness, language: Language) -> DataQualityCheckResponse:
    shares = {"scores": _share(filled.scored, filled.finished), "forecasts": _share(filled.forecast, filled.coming)}
    least = min(shares.values())
    texts = {name: format_percent(share, language) for name, share in shares.items()}
    return DataQualityCheckResponse(
        name="completeness",
        status="critical" if least < CRITICAL_BELOW else "warning" if least < WARNING_BELOW else "ok",
        message=translate("data_whole", language, **texts),
        value=round(least, 4),
        threshold=WARNING_BELOW,
        details={
            "scores": {"present": filled.scored, "expected": filled.finished},
            "forecasts": {"present": filled.forecast, "expected": filled.coming},
        },
    )


def _faults(name: str, faults: Sequence[DataFault], maximum: int, language: Language) -> DataQualityCheckResponse:
    by_kind: dict[str, list[str]] = {}
    for fault in faults:
        by_kind.setdefault(fault.what, []).append(fault.about)
    return DataQualityCheckResponse(
        name=name,
        status="critical" if len(faults) > maximum else "warning" if faults else "ok",
        message=translate("data_faults" if faults else "data_faultless", language, count=len(faults)),
        value=len(faults),
        threshold=1,
        details=dict(by_kind),
    )


def _share(present: int, expected: int) -> float:
    return present / expected if expected else 1.0


def _worst(statuses: Sequence[Status]) -> Status:
    return max(statuses, key=_ORDER.index)
