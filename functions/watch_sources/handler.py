"""Check each outside source against its fact sheet and report changes. Cron: 07:00 UTC. Safe to run twice or late.

Only free requests are made: no credit of The Odds API is spent, and football-data.org's rate limit is respected.
"""

import json
import logging
from collections.abc import Callable, Iterable
from datetime import timedelta

from functions.watch_sources import checks
from functions.watch_sources.checks import Finding
from shared.clients.errors import InvalidResponse, RateLimited, Redirected, Unavailable, UpstreamError
from shared.clients.fact_sheets import (
    ANTHROPIC,
    CSV_REQUIRED,
    CSV_RESULTS_REQUIRED,
    FOOTBALL_DATA_ORG,
    FOOTBALL_DATA_UK,
    GROQ,
    MET_NORWAY,
    ODDS_BOOKMAKERS,
    ODDS_SPORTS,
    SHEETS,
    THE_ODDS_API,
    FactSheet,
)
from shared.clients.http import fetch
from shared.clients.sources.the_odds_api import OutOfCredits
from shared.football.calendar import season_label, season_of
from shared.football.competition import Competition, available_competitions
from shared.football.outlets import OUTLETS, Outlet
from shared.runtime import clock, error_reports, invocation_metrics, logs, wiring
from shared.runtime.jobs import Run, job
from shared.runtime.settings import settings
from shared.stores.betting import offers
from shared.stores.operations import jobs, reports

PARIS = 48.8414, 2.2530
"""Latitude and longitude of a ground, for the weather request."""
RECENT = timedelta(days=7)
"""A bookmaker without prices for so long, while others have some, was renamed or removed by The Odds API."""


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
            FOOTBALL_DATA_UK, lambda: _check_redirect(run, f"{config.football_data_uk_url.rstrip('/')}/fixtures.csv")
        )
    for competition in available_competitions(demo=config.demo):
        if competition.division is not None and competition.forecast:
            check_source(
                FOOTBALL_DATA_UK, _results_check(run, competition, competition.division, before.get("rows"), rows)
            )
    check_source(FOOTBALL_DATA_UK, _fixtures)
    if config.football_data_api_key:
        check_source(FOOTBALL_DATA_ORG, lambda: _football_data_org(run))
    if config.the_odds_api_key:
        check_source(THE_ODDS_API, lambda: _the_odds_api(run))
    if config.met_norway_url:
        check_source(MET_NORWAY, lambda: _met_norway(run))
    if config.groq_api_key:
        bearer = {"Authorization": f"Bearer {config.groq_api_key}"}
        check_source(GROQ, lambda: _models(run, GROQ, f"{config.groq_url}/models", bearer, config.groq_model))
    if config.anthropic_api_key:
        headers = {"x-api-key": config.anthropic_api_key, "anthropic-version": "2023-06-01"}
        address = f"{config.anthropic_url}/v1/models?limit=1000"
        check_source(ANTHROPIC, lambda: _models(run, ANTHROPIC, address, headers, config.anthropic_model))
    if config.news_feeds_url:
        for outlet in OUTLETS.values():
            check_source(
                FactSheet(outlet.name, outlet.feed, outlet.reviewed_on, outlet.terms, is_critical=False),
                _feed_check(run, outlet),
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


def _check_redirect(run: Run, address: str) -> list[Finding]:
    """Check that a URL does not redirect, which its client might follow."""
    fetch(wiring.http(), address, now=clock.now, deadline=run.deadline)
    return []


def _results_check(
    run: Run, competition: Competition, division: str, before: object, rows: dict[str, int]
) -> Callable[[], list[Finding]]:
    """The check of a league's file of this season; adds its row count to `rows`, `before` has those of the last run."""

    def check() -> list[Finding]:
        source, season = FOOTBALL_DATA_UK.source, season_of(run.day)
        sheet = wiring.football_data_uk().fetch_season(competition, season)
        if sheet is None:  # before the season starts
            return []
        file = f"{season_label(season)}/{division}.csv"
        rows[file] = len(sheet.rows)
        earlier = before.get(file) if isinstance(before, dict) else None
        return [
            *checks.lost_rows(source, file, len(sheet.rows), earlier),
            *checks.changed_columns(source, f"{division}.csv", sheet.rows, CSV_RESULTS_REQUIRED),
            *checks.unknown_clubs(source, sheet.rows),
        ]

    return check


def _fixtures() -> list[Finding]:
    """Check the file of upcoming matches."""
    source, sheet = FOOTBALL_DATA_UK.source, wiring.football_data_uk().fetch_fixtures()
    if sheet is None:
        return [Finding(source, "there is no fixtures.csv", is_critical=True)]
    return checks.changed_columns(source, "fixtures.csv", sheet.rows, CSV_REQUIRED) + checks.unknown_clubs(
        source, sheet.rows
    )


def _football_data_org(run: Run) -> list[Finding]:
    """Check with one request that our plan covers the competitions and that their matches parse."""
    service = wiring.football_data_org()
    assert service is not None  # noqa: S101  its key is set
    codes = [competition.code for competition in available_competitions(demo=settings().demo) if competition.forecast]
    feed = service.matches(codes, run.day, run.day + timedelta(days=7), deadline=run.deadline)
    refused = [f"{code} may not be read with our plan" for code in feed.refused]
    broken = sorted({f"a match was set aside: {item.reason}" for item in feed.quarantined})
    return [Finding(FOOTBALL_DATA_ORG.source, what, is_critical=True) for what in (*refused, *broken)]


def _the_odds_api(run: Run) -> list[Finding]:
    """Check the free list of sports, and the bookmakers of recent prices."""
    service, source = wiring.the_odds_api(), THE_ODDS_API.source
    assert service is not None  # noqa: S101  its key is set
    try:
        sports, credits = service.fetch_sports(deadline=run.deadline)
    except OutOfCredits:
        return [Finding(source, "the month's credits are spent", is_critical=True)]
    findings = [
        Finding(source, f"it knows no sport {key}", is_critical=True)
        for key in sorted(set(ODDS_SPORTS.values()) - sports)
    ]
    if credits is not None and credits.last > 0:
        findings.append(Finding(source, "its list of sports is no longer free", is_critical=True))
    priced = offers.bookmakers(run.db, "the_odds_api", run.now - RECENT)
    missing = sorted(set(ODDS_BOOKMAKERS) - priced) if priced else []
    return findings + [Finding(source, f"it tells no price of {key}", is_critical=False) for key in missing]


def _met_norway(run: Run) -> list[Finding]:
    service = wiring.met_norway()
    assert service is not None  # noqa: S101  its address is set
    if service.fetch_forecast(*PARIS, None, deadline=run.deadline).deprecated:
        return [Finding(MET_NORWAY.source, "this version of its forecasts will end", is_critical=False)]
    return []


def _models(run: Run, sheet: FactSheet, address: str, headers: dict[str, str], name: str) -> list[Finding]:
    """Check that a provider still lists our model; the list is free."""
    response = fetch(wiring.http(), address, now=clock.now, deadline=run.deadline, headers=headers)
    if response.status != 200:
        return [Finding(sheet.source, f"its list of models answered {response.status}", is_critical=False)]
    try:
        listed = {str(item["id"]) for item in json.loads(response.body)["data"]}
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidResponse("its list of models is none") from error
    return checks.model_availability(sheet.source, name, listed)


def _feed_check(run: Run, outlet: Outlet) -> Callable[[], list[Finding]]:
    def check() -> list[Finding]:
        service = wiring.news_feeds()
        assert service is not None  # noqa: S101  its address is set
        feed, problems = service.fetch(outlet, "", "", deadline=run.deadline), list[str]()
        if feed.moved_to:
            problems.append(f"its address redirects to {feed.moved_to[:100]}")
        if feed.unreadable:
            problems.append("some of its entries cannot be read")
        if not feed.entries:
            problems.append("its feed is empty")
        return [Finding(outlet.name, what, is_critical=False) for what in problems]

    return check


handler = job("watch_sources", watch)
