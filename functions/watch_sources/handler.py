"""Check each outside source against its fact sheet and report changes. Cron: 07:00 UTC. Safe to run twice or late.

Only free requests are made: no credit of The Odds API is spent, and football-data.org's rate limit is respected.
"""

import logging
from collections.abc import Callable, Iterable

from functions.watch_sources import checks, requests
from functions.watch_sources.checks import Finding
from shared.clients.errors import RateLimited, Redirected, Unavailable, UpstreamError
from shared.clients.fact_sheets import (
    ANTHROPIC,
    FOOTBALL_DATA_ORG,
    FOOTBALL_DATA_UK,
    GROQ,
    MET_NORWAY,
    SHEETS,
    THE_ODDS_API,
    FactSheet,
)
from shared.football.competition import available_competitions
from shared.football.outlets import OUTLETS
from shared.runtime import clock, error_reports, invocation_metrics, logs
from shared.runtime.jobs import Run, job
from shared.runtime.settings import settings
from shared.stores.operations import jobs, reports


class SourceAlarm(Exception):
    """A source that forecasts, picks or settlements depend on has changed. A finding, not a failure."""


def watch(run: Run) -> None:
    """Check every source independently, and report each new finding once a day."""
    _, before = jobs.reports(run.db, ["watch_sources"]).get("watch_sources", (None, {}))
    config, rows = settings(), dict[str, int]()
    findings = checks.overdue_reviews(SHEETS, OUTLETS.values(), run.day)
    check_source = _SourceChecks(run, findings)
    if config.football_data_uk_url.startswith(("http://", "https://")):  # else it is a directory
        check_source(
            FOOTBALL_DATA_UK,
            lambda: requests.check_redirect(run, f"{config.football_data_uk_url.rstrip('/')}/fixtures.csv"),
        )
    for competition in available_competitions(demo=config.demo):
        if competition.division is not None:
            check_source(
                FOOTBALL_DATA_UK,
                requests.results_check(run, competition, competition.division, before.get("rows"), rows),
            )
    check_source(FOOTBALL_DATA_UK, requests.fixtures)
    if config.football_data_api_key:
        check_source(FOOTBALL_DATA_ORG, lambda: requests.football_data_org(run))
    if config.the_odds_api_key:
        check_source(THE_ODDS_API, lambda: requests.the_odds_api(run))
    if config.met_norway_url:
        check_source(MET_NORWAY, lambda: requests.met_norway(run))
    if config.groq_api_key:
        bearer = {"Authorization": f"Bearer {config.groq_api_key}"}
        check_source(GROQ, lambda: requests.models(run, GROQ, f"{config.groq_url}/models", bearer, config.groq_model))
    if config.anthropic_api_key:
        headers = {"x-api-key": config.anthropic_api_key, "anthropic-version": "2023-06-01"}
        address = f"{config.anthropic_url}/v1/models?limit=1000"
        check_source(ANTHROPIC, lambda: requests.models(run, ANTHROPIC, address, headers, config.anthropic_model))
    if config.news_feeds_url:
        for outlet in OUTLETS.values():
            check_source(
                FactSheet(outlet.name, outlet.feed, outlet.reviewed_on, outlet.terms, is_critical=False),
                requests.feed_check(run, outlet),
            )
    earlier = before.get("findings") if before.get("reported_on") == run.day.isoformat() else None
    _report(run, findings, earlier if isinstance(earlier, list) else [])
    run.report(checked=check_source.count, rows=rows)


class _SourceChecks:
    """Checks sources independently, so that the failure of one does not hide the others."""

    def __init__(self, run: Run, findings: list[Finding]) -> None:
        self.count = 0
        self._run, self._findings = run, findings

    def __call__(self, sheet: FactSheet, check: Callable[[], Iterable[Finding]]) -> None:
        if clock.now() >= self._run.deadline:
            return
        self.count += 1
        try:
            self._findings += check()
        except (RateLimited, Unavailable):  # transient: the jobs that need it fail themselves
            self._findings.append(Finding(sheet.source, "it could not be reached", is_critical=False))
        except Redirected as error:
            where = f"to {error.location[:100]}" if error.location else "without saying where"
            self._findings.append(Finding(sheet.source, f"its address redirects {where}", sheet.is_critical))
        except UpstreamError as error:
            self._findings.append(Finding(sheet.source, str(error), sheet.is_critical))
        except Exception as error:  # a fault of ours must not stop the other checks
            error_reports.capture(error, job="watch_sources")
            self._findings.append(
                Finding(sheet.source, f"looking at it failed: {type(error).__name__}", sheet.is_critical)
            )


def _report(run: Run, findings: list[Finding], earlier: list[object]) -> None:
    """Store the findings, and report those not yet reported on this day."""
    reports.add(run.db, "source", [(finding.source, finding.description) for finding in findings], run.now)
    new = sorted(finding for finding in set(findings) if str(finding) not in earlier)
    alarms = [str(finding) for finding in new if finding.is_critical]
    if new:
        logs.write(
            logging.ERROR if alarms else logging.WARNING,
            "sources have changed",
            job="watch_sources",
            day=run.day,
            alarms=alarms,
            others=[str(finding) for finding in new if not finding.is_critical],
        )
    if alarms:
        invocation_metrics.current().source_faults = len(
            alarms
        )  # the alarm `source-faults`, also where there is no Sentry
        error_reports.capture(SourceAlarm("; ".join(alarms)), job="watch_sources")
    reported = sorted({*map(str, earlier), *map(str, new)})
    run.report(reported_on=run.day.isoformat(), findings=reported, alarms=alarms)


handler = job("watch_sources", watch)
