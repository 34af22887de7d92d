"""Whether our data are fresh, whole, possible and consistent. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from functions.admin.schemas import DataQualityCheckResponse, DataQualityResponse, Status
from shared.explanations.translations import Language, format_percent, translate
from shared.runtime.schedule import LONGEST_PAUSE
from shared.stores.operations.data_quality import Fault, Filled, Reported
from shared.stores.operations.jobs import JobState
from shared.stores.operations.row_counts import Held

HOUR = timedelta(hours=1)
GRACE = HOUR
"""How late a job may be: runs take minutes, and one that failed is tried again."""
WHOLE, HALF_WHOLE = 0.9, 0.8
"""Shares of what there should be; below the first a warning, below the second critical."""
MOST_OUT_OF_RANGE, MOST_INCONSISTENT = 10, 5
"""Faults; from one on a warning, above these critical."""
_ORDER: tuple[Status, ...] = ("ok", "warning", "critical")


@dataclass(frozen=True, slots=True)
class Found:
    """What is judged."""

    jobs: Sequence[JobState]
    filled: Filled
    out_of_range: Sequence[Fault]
    inconsistent: Sequence[Fault]
    reported: Sequence[Reported]
    held: Held


def judge(found: Found, now: datetime, language: Language) -> DataQualityResponse:
    """Every check, the worst of them, and what jobs reported."""
    fresh, whole = _fresh(found.jobs, now, language), _whole(found.filled, language)
    possible = _faults("range_validation", found.out_of_range, MOST_OUT_OF_RANGE, language)
    consistent = _faults("consistency", found.inconsistent, MOST_INCONSISTENT, language)
    return DataQualityResponse(
        timestamp=now,
        overall_status=_worst([check.status for check in (fresh, whole, possible, consistent)]),
        freshness=fresh,
        completeness=whole,
        range_validation=possible,
        consistency=consistent,
        anomalies=[
            {"type": told.kind, "count": told.n, "newest_at": told.newest_at, "examples": told.examples}
            for told in found.reported
        ],
        metrics={name: getattr(found.held, name) for name in found.held.__slots__},
    )


def _fresh(jobs: Sequence[JobState], now: datetime, language: Language) -> DataQualityCheckResponse:
    details: dict[str, object] = {}
    statuses: dict[str, Status] = {}
    for job in jobs:
        pause, age = LONGEST_PAUSE[job.job], now - job.last_run_at if job.last_run_at else None
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
    """Of a job whose last success is so old: one missed run is a warning; two, or no success ever, are critical."""
    if age is None or age > 2 * pause + GRACE:
        return "critical"
    return "warning" if age > pause + GRACE else "ok"


def _whole(filled: Filled, language: Language) -> DataQualityCheckResponse:
    shares = {"scores": _share(filled.scored, filled.finished), "forecasts": _share(filled.forecast, filled.coming)}
    least = min(shares.values())
    texts = {name: format_percent(share, language) for name, share in shares.items()}
    return DataQualityCheckResponse(
        name="completeness",
        status="critical" if least < HALF_WHOLE else "warning" if least < WHOLE else "ok",
        message=translate("data_whole", language, **texts),
        value=round(least, 4),
        threshold=WHOLE,
        details={
            "scores": {"present": filled.scored, "expected": filled.finished},
            "forecasts": {"present": filled.forecast, "expected": filled.coming},
        },
    )


def _faults(name: str, faults: Sequence[Fault], most: int, language: Language) -> DataQualityCheckResponse:
    by_kind: dict[str, list[str]] = {}
    for fault in faults:
        by_kind.setdefault(fault.what, []).append(fault.about)
    return DataQualityCheckResponse(
        name=name,
        status="critical" if len(faults) > most else "warning" if faults else "ok",
        message=translate("data_faults" if faults else "data_faultless", language, count=len(faults)),
        value=len(faults),
        threshold=1,
        details=dict(by_kind),
    )


def _share(present: int, expected: int) -> float:
    return present / expected if expected else 1.0


def _worst(statuses: Sequence[Status]) -> Status:
    return max(statuses, key=_ORDER.index)
