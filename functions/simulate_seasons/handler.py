"""Simulate the rest of each league's season. Cron: 05:30 UTC. Safe to run twice, late or for another day."""

from dataclasses import asdict
from functools import partial
from math import log

import numpy as np

from functions.simulate_seasons.league import League, deductions, league
from shared.football.competition import Competition, available_competitions
from shared.football.league_rules import rules_of
from shared.football.points_deductions import deducted
from shared.forecasting.season_outcomes import Leverage, club_seasons, leverage
from shared.forecasting.season_ratings import season_input
from shared.forecasting.season_simulation import SeasonInput, simulate
from shared.runtime.jobs import Run, job
from shared.runtime.settings import settings
from shared.services.cache_policies import CacheKind, invalidate
from shared.stores.football import matches, standings
from shared.stores.forecasting import predictions, season_forecasts, strengths
from shared.stores.forecasting.season_forecasts import SeasonForecastRow


def simulate_seasons(run: Run) -> None:
    """Store a forecast of the newest season of each league, unless it is finished and its end is stored."""
    leagues = available_competitions(demo=settings().demo)
    stored = [competition.code for competition in leagues if _simulate_league(run, competition)]
    run.report(leagues=len(leagues), simulated=len(stored))


def _simulate_league(run: Run, competition: Competition) -> bool:
    season = matches.newest_season(run.db, competition.code)
    rules = None if season is None else rules_of(competition.code, season)
    if season is None or rules is None:
        return False
    rows = matches.of_season(run.db, competition.code, season)
    known = league(rows, season, competition.clubs_in(season), run.day)
    if known is None:
        return False
    last = season_forecasts.latest(run.db, competition.code)
    if last is not None and (last.season, last.matches_left, known.matches_left) == (season, 0, 0):
        return False
    rng = np.random.default_rng([competition.number, season, run.day.toordinal()])
    simulated = simulate(_input(run, competition, season, known), rules, rng)
    position = {team_id: place for place, team_id in enumerate(known.clubs)}
    pairs = [(position[row.home_team_id], position[row.away_team_id]) for row in known.next_matches]
    seasons = club_seasons(simulated)
    row = SeasonForecastRow(
        competition=competition.code,
        season=season,
        day=run.day,
        simulated_at=run.now,
        matches_left=known.matches_left,
        team_ids=known.clubs,
        places=[list(each.places) for each in seasons],
        points=[[round(each.points, 2), float(each.points_low), float(each.points_high)] for each in seasons],
        matches=_changes(known, leverage(simulated, rules, pairs)),
    )
    season_forecasts.put(run.db, row)
    return True


def _input(run: Run, competition: Competition, season: int, known: League) -> SeasonInput:
    table = standings.of_season(run.db, competition.code, season)
    published = predictions.latest(run.db, [row.match_id for row in known.next_matches], run.now)
    before = strengths.league_before(run.db, competition.code, season, run.day)
    joint = strengths.joint_before(run.db, competition.nation, run.day)
    if joint is not None:
        before.joint[competition.nation] = joint
    return season_input(
        before,
        competition.code,
        season,
        run.day,
        known.clubs,
        known.played,
        known.goals,
        known.days,
        deductions(table.rows) if table else deducted(competition.code, season, run.day),
        {
            (row.home_team_id, row.away_team_id): (log(of.home_rate), log(of.away_rate))
            for row in known.next_matches
            if (of := published.get(row.match_id)) is not None
        },
    )


def _changes(known: League, changes: list[Leverage]) -> list[dict[str, object]]:
    """What each match changes, with ids."""
    return [
        {
            "match_id": row.match_id,
            "outcomes": change.outcomes,
            "stakes": [asdict(each) | {"club": known.clubs[each.club]} for each in change.stakes],
        }
        for row, change in zip(known.next_matches, changes, strict=True)
    ]


handler = job("simulate_seasons", simulate_seasons, after_commit=partial(invalidate, CacheKind.MATCHES))
