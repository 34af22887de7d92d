"""The request that checks each outside source, and what it finds."""

import json
from collections.abc import Callable
from datetime import timedelta

from functions.watch_sources import checks
from functions.watch_sources.checks import Finding
from shared.clients.errors import InvalidResponse
from shared.clients.fact_sheets import (
    CSV_REQUIRED,
    CSV_RESULTS_REQUIRED,
    FOOTBALL_DATA_ORG,
    FOOTBALL_DATA_UK,
    MET_NORWAY,
    ODDS_BOOKMAKERS,
    ODDS_SPORTS,
    THE_ODDS_API,
    FactSheet,
)
from shared.clients.http import fetch
from shared.clients.sources.the_odds_api import OutOfCredits
from shared.football.calendar import season_label, season_of
from shared.football.competition import Competition, available_competitions
from shared.football.outlets import Outlet
from shared.runtime import clock, wiring
from shared.runtime.jobs import Run
from shared.runtime.settings import settings
from shared.stores.betting import offers

PARIS = 48.8414, 2.2530
"""Latitude and longitude of a ground, for the weather request."""
RECENT = timedelta(days=7)
"""A bookmaker without prices for so long, while others have some, was renamed or removed by The Odds API."""


def check_redirect(run: Run, address: str) -> list[Finding]:
    """Check that a URL does not redirect, which its client might follow."""
    fetch(wiring.http(), address, now=clock.now, deadline=run.deadline)
    return []


def results_check(
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


def fixtures() -> list[Finding]:
    """Check the file of upcoming matches."""
    source, sheet = FOOTBALL_DATA_UK.source, wiring.football_data_uk().fetch_fixtures()
    if sheet is None:
        return [Finding(source, "there is no fixtures.csv", is_critical=True)]
    return checks.changed_columns(source, "fixtures.csv", sheet.rows, CSV_REQUIRED) + checks.unknown_clubs(
        source, sheet.rows
    )


def football_data_org(run: Run) -> list[Finding]:
    """Check with one request that our plan covers the competitions and that their matches parse."""
    service = wiring.football_data_org()
    assert service is not None  # noqa: S101  its key is set
    codes = [c.code for c in available_competitions(demo=settings().demo) if c.fixtures_api]
    feed = service.matches(codes, run.day, run.day + timedelta(days=7), deadline=run.deadline)
    refused = [f"{code} may not be read with our plan" for code in feed.refused]
    broken = sorted({f"a match was set aside: {item.reason}" for item in feed.quarantined})
    return [Finding(FOOTBALL_DATA_ORG.source, what, is_critical=True) for what in (*refused, *broken)]


def the_odds_api(run: Run) -> list[Finding]:
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


def met_norway(run: Run) -> list[Finding]:
    """Check that this version of the forecasts is not to end."""
    service = wiring.met_norway()
    assert service is not None  # noqa: S101  its address is set
    if service.fetch_forecast(*PARIS, None, deadline=run.deadline).deprecated:
        return [Finding(MET_NORWAY.source, "this version of its forecasts will end", is_critical=False)]
    return []


def models(run: Run, sheet: FactSheet, address: str, headers: dict[str, str], name: str) -> list[Finding]:
    """Check that a provider still lists our model; the list is free."""
    response = fetch(wiring.http(), address, now=clock.now, deadline=run.deadline, headers=headers)
    if response.status != 200:
        return [Finding(sheet.source, f"its list of models answered {response.status}", is_critical=False)]
    try:
        listed = {str(item["id"]) for item in json.loads(response.body)["data"]}
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidResponse("its list of models is none") from error
    return checks.model_availability(sheet.source, name, listed)


def feed_check(run: Run, outlet: Outlet) -> Callable[[], list[Finding]]:
    """The check that a publisher's feed stands where it did, and can be read."""

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
