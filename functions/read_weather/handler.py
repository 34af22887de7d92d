"""Fetch weather forecasts for upcoming kick-offs. Cron: 05:20 and 17:20 UTC. Safe to run twice or late."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from functools import partial

from shared.clients.errors import InvalidResponse, UpstreamError
from shared.clients.sources.met_norway import Forecast, MetNorway
from shared.football.competition import available_competitions
from shared.football.grounds import Ground, ground_of
from shared.football.match import Status
from shared.football.weather import FORECAST_HORIZON, at_kick_off, covers
from shared.runtime import wiring
from shared.runtime.jobs import Run, job
from shared.runtime.settings import settings
from shared.services.cache_policies import CacheKind, invalidate
from shared.stores.football import matches, weather
from shared.stores.football.matches import MatchRow
from shared.stores.football.weather import WeatherRow
from shared.stores.operations import payloads

STEPS = "met_norway/steps"


def read(run: Run) -> None:
    """Fetch the forecast for each ground of the coming days, and store the steps at its kick-offs.

    A ground whose response cannot be parsed is skipped. Other failures would repeat at the next ground and end the run;
    what was fetched is stored, and the next run continues from there.
    """
    met = wiring.met_norway()
    if met is None:
        run.report(skipped="MET_NORWAY_URL is not set")
        return
    codes = [c.code for c in available_competitions(demo=settings().demo)]
    scheduled = matches.page(run.db, run.now, run.now + FORECAST_HORIZON, codes, [Status.SCHEDULED])
    upcoming = [row for row in scheduled if row.hour_known]
    stored = weather.of_matches(run.db, [row.match_id for row in upcoming])
    by_ground: dict[Ground, list[MatchRow]] = defaultdict(list)
    for row in upcoming:
        if (ground := ground_of(row.home_team_id, row.stage)) is not None:
            by_ground[ground].append(row)
    counts = Counter[str]()
    with run.part(UpstreamError):
        for ground in sorted(by_ground):
            with run.part(InvalidResponse):
                counts[_read_ground(run, met, ground, by_ground[ground], stored)] += 1
    run.report(matches=len(upcoming), grounds=len(by_ground), **counts)


def _read_ground(
    run: Run, met: MetNorway, ground: Ground, rows: Sequence[MatchRow], stored: Mapping[int, WeatherRow]
) -> str:
    """Fetch one ground's forecast unless the stored one has not expired; returns the outcome as a report key."""
    earlier = [stored[row.match_id] for row in rows if row.match_id in stored]
    if any(old.expires_at > run.now for old in earlier):
        return "too_soon"
    complete = len(earlier) == len(rows) and all(covers(stored[row.match_id].at, row.kick_off) for row in rows)
    response = met.fetch_forecast(
        ground.latitude, ground.longitude, earlier[0].last_modified if complete else None, deadline=run.deadline
    )
    if response.forecast is None:
        weather.renew(run.db, [row.match_id for row in rows], response.expires_at)
        return "unchanged"
    _store(run, rows, response.forecast, response.expires_at)
    return "read"


def _store(run: Run, rows: Sequence[MatchRow], forecast: Forecast, expires_at: datetime) -> None:
    """Store the forecasts at the kick-offs: the original payloads and the parsed rows."""
    steps = {row.match_id: step for row in rows if (step := at_kick_off(forecast.steps, row.kick_off)) is not None}
    payloads.store_changed(run.db, STEPS, {str(match_id): step.payload for match_id, step in steps.items()}, run.now)
    weather.put(
        run.db,
        [
            WeatherRow(
                match_id=match_id,
                issued_at=forecast.issued_at,
                last_modified=forecast.last_modified,
                expires_at=expires_at,
                **{name: value for name, value in asdict(step).items() if name != "payload"},
            )
            for match_id, step in steps.items()
        ],
    )
    weather.renew(run.db, [row.match_id for row in rows], expires_at)  # also if the stored forecast was newer


handler = job("read_weather", read, after_commit=partial(invalidate, CacheKind.PREDICTIONS, CacheKind.ENRICHMENT))
