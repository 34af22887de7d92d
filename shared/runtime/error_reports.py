"""Error reports and cron check-ins to Sentry; without SENTRY_DSN the SDK is not even imported."""

import logging
from functools import cache
from typing import Any

from shared.runtime.logs import first_line, scrub_values
from shared.runtime.schedule import MAX_INTERVALS
from shared.runtime.settings import settings

FLUSH_TIMEOUT = 2.0
"""Seconds."""
CHECK_IN_MARGIN = 60
"""Minutes that a job may be late before Sentry alerts."""
EXCLUDED_FIELDS = ("request", "user", "extra", "breadcrumbs", "params", "vars")
"""Fields removed from reports: they may hold personal data or arbitrary values."""


@cache
def start() -> bool:
    """Initialise Sentry; False without a DSN."""
    dsn = settings().sentry_dsn
    if not dsn:
        return False
    import sentry_sdk  # noqa: PLC0415  # takes 40 ms
    from sentry_sdk.integrations.logging import LoggingIntegration  # noqa: PLC0415  # as above

    sentry_sdk.init(
        dsn=dsn,
        environment=settings().app_env,
        release=settings().app_version,
        # Only errors logged by libraries. The default integrations wrap every HTTP call and send trace headers to
        # outside systems; auto-enabling imports optional packages (1.0 s instead of 0.3 s).
        default_integrations=False,
        auto_enabling_integrations=False,
        integrations=[LoggingIntegration(level=None, event_level=logging.ERROR)],
        max_breadcrumbs=0,
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        traces_sample_rate=0.0,
        before_send=lambda event, hint: _scrub(event),
    )
    return True


def capture(error: BaseException, **tags: str) -> str | None:
    """Report an unexpected exception.

    Returns:
        Sentry's event id; None without a DSN.
    """
    if not start():
        return None
    import sentry_sdk  # noqa: PLC0415  # as above

    with sentry_sdk.new_scope() as scope:
        for name, value in tags.items():
            scope.set_tag(name, value)
        event_id = sentry_sdk.capture_exception(error)
    sentry_sdk.flush(timeout=FLUSH_TIMEOUT)
    return event_id


def check_in(job: str, ms: float, *, failed: bool) -> None:
    """Check in a job run at Sentry, which alerts when a run is missed."""
    if job not in MAX_INTERVALS or not start():
        return
    import sentry_sdk  # noqa: PLC0415  # as above
    from sentry_sdk.crons import capture_checkin  # noqa: PLC0415  # as above

    capture_checkin(
        monitor_slug=job,
        status="error" if failed else "ok",
        duration=ms / 1000,
        monitor_config={
            "schedule": {
                "type": "interval",
                "value": round(MAX_INTERVALS[job].total_seconds() / 60),
                "unit": "minute",
            },
            "checkin_margin": CHECK_IN_MARGIN,
            "timezone": "UTC",
        },
    )
    sentry_sdk.flush(timeout=FLUSH_TIMEOUT)


def _scrub(report: Any) -> Any:
    """A report with private fields removed and error messages cut to their first lines."""
    for error in report.get("exception", {}).get("values", ()):
        error["value"] = first_line(error.get("value") or "")
    log_entry = report.get("logentry", {})
    for name in log_entry.keys() & {"message", "formatted"}:
        log_entry[name] = first_line(log_entry[name] or "")
    return scrub_values(report, EXCLUDED_FIELDS)
