"""Routes on the state of the data: its quality, and how many rows of each kind there are."""

import logging
from datetime import timedelta

from functions.admin import schemas
from functions.admin.app import app
from functions.admin.quality import QualityInputs, assess
from shared.explanations.translations import Language
from shared.football.competition import available_competitions
from shared.runtime import clock, error_reports, logs
from shared.runtime.schedule import MAX_INTERVALS
from shared.runtime.settings import settings
from shared.stores.operations import data_quality, jobs, row_counts
from shared.web.admin_actions import AuditedAdmin
from shared.web.app import Connection, RequestLanguage
from shared.web.authentication import Admin

PREFIX = "/api/v1/admin"
MONTH = timedelta(days=30)
PREDICTION_WINDOW = timedelta(days=3)
"""Several runs have seen a match that kicks off within it, so it must have a forecast."""
MAX_PLAY = timedelta(hours=8)
MAX_WAIT = timedelta(days=5)
"""The CSV service publishes results twice a week."""


class DataQualityAlarm(Exception):
    """The data quality checks failed; the message lists the findings."""


@app.get(f"{PREFIX}/data-quality", tags=["Admin"])
async def get_data_quality_status(
    reader: Admin, db: Connection, language: RequestLanguage
) -> schemas.DataQualityResponse:
    """Check the data for freshness, completeness, valid ranges and consistency."""
    return _data_quality(db, language)


@app.post(f"{PREFIX}/data-quality/alert", tags=["Admin"])
async def trigger_data_quality_alert(
    reader: AuditedAdmin, db: Connection, language: RequestLanguage, force: bool = False
) -> schemas.DataQualityAlertResponse:
    """Send one error report on data quality if it is critical, or if `force` is set."""
    quality = _data_quality(db, language)
    checks = [quality.freshness, quality.completeness, quality.range_validation, quality.consistency]
    needed = force or quality.overall_status == "critical"
    if needed:
        message = "; ".join(f"{check.name}: {check.status}, {check.message}" for check in checks)
        logs.write(
            logging.ERROR, "data quality alarm", function="admin", status=quality.overall_status, findings=message
        )
        error_reports.capture(DataQualityAlarm(message), function="admin")
    return schemas.DataQualityAlertResponse(
        status="sent" if needed else "not_needed",
        overall_status=quality.overall_status,
        alert_sent=needed,
        checks={check.name: check.status for check in checks},
        anomaly_count=len(quality.anomalies),
    )


@app.get(f"{PREFIX}/data-status", tags=["Admin"])
async def get_data_status(reader: Admin, db: Connection) -> schemas.DataStatusResponse:
    """Row counts by kind of data."""
    counts = row_counts.count_rows(db)
    return schemas.DataStatusResponse(
        data={
            "teams": {"total": counts.teams, "unmatched": counts.unmatched_teams},
            "matches": {
                "total": counts.matches,
                "finished": counts.finished,
                "scheduled": counts.scheduled,
                "newest_at": counts.newest_match,
            },
            "predictions": {
                "total": counts.predictions,
                "matches": counts.predicted_matches,
                "newest_at": counts.newest_prediction,
            },
            "picks": {"total": counts.picks, "settled": counts.settled_picks},
            "odds": {"total": counts.offers, "newest_at": counts.newest_offer},
            "standings": {
                "total": counts.standings,
                "competitions": counts.competitions_with_standings,
                "newest_at": counts.newest_table,
            },
            "reports": {"total": counts.reports},
        },
        timestamp=clock.now(),
    )


def _data_quality(db: Connection, language: Language) -> schemas.DataQualityResponse:
    now = clock.now()
    in_leagues = [c.code for c in available_competitions(demo=settings().demo) if c.division]
    inputs = QualityInputs(
        jobs=jobs.states(db, MAX_INTERVALS, now),
        filled=data_quality.completeness(db, in_leagues, now, now + PREDICTION_WINDOW),
        out_of_range=data_quality.out_of_range(db, now),
        inconsistent=data_quality.inconsistent(db, now - MAX_PLAY, now - MAX_WAIT, now - MONTH),
        reported=data_quality.report_summaries(db, now - MONTH),
        counts=row_counts.count_rows(db),
    )
    return assess(inputs, now, language)
