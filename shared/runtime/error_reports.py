"""Error reports and jobs' signs of life: Sentry, where SENTRY_DSN is set; nothing is imported otherwise."""

import logging
from functools import cache
from typing import Any

from shared.runtime.logs import first_line, scrub_values
from shared.runtime.schedule import MAX_INTERVALS
from shared.runtime.settings import settings

FLUSH_TIMEOUT = 2.0
"""Seconds that sending may take."""
CHECK_IN_MARGIN = 60
"""Minutes that a job may be late before Sentry tells us."""
EXCLUDED_FIELDS = ("request", "user", "extra", "breadcrumbs", "params", "vars")
"""Parts of a report that are left out, whatever library would fill them: they are about people, or hold any value."""


@cache
def start() -> bool:
    """Start reporting; False where nothing is to be reported."""
    dsn = settings().sentry_dsn
    if not dsn:
        return False
    import sentry_sdk  # noqa: PLC0415  # 40 ms that a process without a DSN does not pay
    from sentry_sdk.integrations.logging import LoggingIntegration  # noqa: PLC0415  # as above

    sentry_sdk.init(
        dsn=dsn,
        environment=settings().app_env,
        release=settings().app_version,
        # What libraries log as errors, and nothing else: the default integrations put themselves around each HTTP call,
        # and tell outside systems of our traces; probing for others imports them (1.0 s instead of 0.3 s).
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
    """Report an error that nobody expected.

    Returns:
        Sentry's id of the report; None where nothing is reported.
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
    """Tell Sentry that a job ran, so that it tells us when one stays away for longer than its schedule says."""
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
    """A report without what it need not hold: of errors the first line alone, of the rest nothing private."""
    for error in report.get("exception", {}).get("values", ()):
        error["value"] = first_line(error.get("value") or "")
    log_entry = report.get("logentry", {})
    for name in log_entry.keys() & {"message", "formatted"}:
        log_entry[name] = first_line(log_entry[name] or "")
    return scrub_values(report, EXCLUDED_FIELDS)
