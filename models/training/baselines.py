"""Baseline forecasts: uniform, league averages, Elo, penaltyblog and recalibrated prices.

Each function returns probabilities of home win, draw and away win of the given seasons' matches, (n, 3), NaN elsewhere,
from data before the day of the match.
"""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from penaltyblog.models import DixonColesGoalModel, PoissonGoalsModel
from scipy.optimize import minimize
from scipy.special import expit
from threadpoolctl import threadpool_limits

from models.training import outcome
from models.training.dataset import Floats, Ints, Matches
from models.training.walk_forward import CALIBRATION_SEASONS, FIRST_SEASON, TOP_FIVE, PreparedMatches
from shared.football.competition import COMPETITIONS
from shared.forecasting.features import COLUMNS
from shared.forecasting.temperature_scaling import Calibration, calibrate

BASE_RATE_SEASONS = 4
PENALTYBLOG = {"dixon_coles_penaltyblog": DixonColesGoalModel, "poisson_penaltyblog": PoissonGoalsModel}
WINDOW, DECAY = 1460, 0.0015
"""Days of matches that penaltyblog's models are fitted to, and decay of a match's weight per day (tuned on 2018-23)."""
REFIT = 7
"""Days between two fits."""
_MIN_MATCHES = 100
"""With fewer matches no model is fitted."""


def uniform(matches: Matches) -> Floats:
    """One third each."""
    return np.full((len(matches), 3), 1 / 3)


def base_rates(matches: Matches, seasons: Sequence[int]) -> Floats:
    """Outcome frequencies of the league's previous four seasons; one third each without any."""
    forecast = np.full((len(matches), 3), np.nan)
    for season in seasons:
        for competition in np.unique(matches.competition[matches.season == season]):
            league = matches.competition == competition
            past = league & (matches.season < season) & (matches.season >= season - BASE_RATE_SEASONS)
            forecast[league & (matches.season == season)] = _rates(matches.outcome[past])
    return forecast


def elo(prepared: PreparedMatches, seasons: Sequence[int]) -> Floats:
    """Elo ratings with an ordered logit fitted on earlier seasons."""
    matches = prepared.matches
    lead = prepared.rows[:, 0, COLUMNS.index("elo_lead")]
    forecast = np.full((len(matches), 3), np.nan)
    for season in seasons:
        past = prepared.top_five & (matches.season >= FIRST_SEASON) & (matches.season < season)
        selected = prepared.forecast & (matches.season == season)
        if past.any():
            forecast[selected] = _ordered_logit(fit_ordered_logit(lead[past], matches.outcome[past]), lead[selected])
    return forecast


def fit_ordered_logit(lead: Floats, outcome: Ints) -> Floats:
    """Maximum likelihood fit: thresholds of away win and draw, and slope per 100 rating points."""
    places = np.arange(len(outcome))

    def loss(parameters: Floats) -> float:
        return float(-np.log(np.maximum(_ordered_logit(parameters, lead)[places, outcome], 1e-12)).mean())

    return minimize(loss, np.array([-1.0, 0.2, 0.6]), method="BFGS").x


def _ordered_logit(parameters: Floats, lead: Floats) -> Floats:
    away, draw, slope = parameters
    at_most_away = expit(away - slope * lead / 100)
    at_most_draw = expit(draw - slope * lead / 100)
    return np.column_stack([1 - at_most_draw, at_most_draw - at_most_away, at_most_away])


def recalibrated(prepared: PreparedMatches, goals: Floats, seasons: Sequence[int]) -> Floats:
    """Log goal rates and rho (n, 3), calibrated on the seasons before; NaN elsewhere."""
    season = prepared.matches.season
    corrected = np.full_like(goals, np.nan)
    priced = ~np.isnan(goals[:, 0])
    for year in seasons:
        fit = prepared.top_five & priced & (season >= year - CALIBRATION_SEASONS) & (season < year)
        selected = prepared.forecast & priced & (season == year)
        calibration = (
            outcome.fit_calibration(goals[fit], np.eye(3)[prepared.matches.outcome[fit]])
            if fit.any()
            else Calibration()
        )
        corrected[selected] = calibrate(goals[selected], calibration)
    return corrected


class League(NamedTuple):
    """A season of a league, and its history.

    Attributes:
        history: indices of the matches of its country, from the longest window before the season on.
        matches: indices of its own matches, in order of day.
    """

    history: Ints
    matches: Ints


def leagues(matches: Matches, seasons: Sequence[int], competitions: Sequence[str] = TOP_FIVE) -> list[League]:
    """The seasons of the competitions."""
    leagues: list[League] = []
    for season in seasons:
        for competition in competitions:
            nation = [c.code for c in COMPETITIONS.values() if c.nation == COMPETITIONS[competition].nation]
            own = np.flatnonzero((matches.competition == competition) & (matches.season == season))
            if len(own):
                first, last = matches.day[own[0]], matches.day[own[-1]]
                in_window = (matches.day >= first - WINDOW) & (matches.day < last)
                leagues.append(League(np.flatnonzero(in_window & np.isin(matches.competition, nation)), own))
    return leagues


def penaltyblog(
    matches: Matches,
    leagues: Sequence[League],
    advance: Callable[[], None] = lambda: None,
    names: Iterable[str] = PENALTYBLOG,
) -> dict[str, Floats]:
    """Forecasts of penaltyblog's models, refitted weekly on a trailing window of a nation's two divisions.

    Args:
        matches: past matches.
        leagues: what to forecast.
        advance: called after each league and model.
        names: names of the models.
    """
    forecasts = {name: np.full((len(matches), 3), np.nan) for name in names}
    # Separate processes, because a fit holds the GIL. Forked from a server without threads, which a fork would copy; it
    # imports penaltyblog once, which takes seconds.
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__])
    with ProcessPoolExecutor(2, mp_context=context) as workers:
        running = {
            workers.submit(
                refit_weekly,
                name,
                matches.day[history],
                matches.home[history],
                matches.away[history],
                matches.numbers["goals"][history],
                matches.day[own],
                matches.home[own],
                matches.away[own],
            ): (name, history, own)
            for history, own in leagues
            for name in forecasts
        }
        for future in as_completed(running):
            name, history, own = running[future]
            forecast = future.result()
            # For clubs without a match in the window: the outcome frequencies of the country.
            before = history[matches.day[history] < matches.day[own[0]]]
            forecast[np.isnan(forecast[:, 0])] = _rates(matches.outcome[before])
            forecasts[name][own] = forecast
            advance()
    return forecasts


def refit_weekly(
    model: str, day: Ints, home: Ints, away: Ints, goals: Floats, days: Ints, homes: Ints, aways: Ints
) -> Floats:
    """Forecasts of fixtures (days, homes, aways), sorted by day, from results; NaN where a club is unknown."""
    forecast = np.full((len(days), 3), np.nan)
    for start in range(int(days[0]), int(days[-1]) + 1, REFIT):
        week = (days >= start) & (days < start + REFIT)
        past = (day < start) & (day >= start - WINDOW)
        if not week.any() or past.sum() < _MIN_MATCHES:
            continue
        clubs = np.unique([home[past], away[past]])
        predictable = np.flatnonzero(week & np.isin(homes, clubs) & np.isin(aways, clubs))
        scored, weights = goals[past].astype(np.int64), np.exp(-DECAY * (start - day[past]))
        # One thread: the matrices are small, and more threads would mostly wait for each other.
        with threadpool_limits(1):
            fitted = PENALTYBLOG[model](scored[:, 0], scored[:, 1], _names(home[past]), _names(away[past]), weights)
            fitted.fit()
        grids = fitted.predict_many(_names(homes[predictable]), _names(aways[predictable]))
        forecast[predictable] = np.reshape([grid.home_draw_away for grid in grids], (-1, 3))
    return forecast


def _names(clubs: Ints) -> NDArray[np.str_]:
    """Club ids as strings, as penaltyblog requires."""
    return clubs.astype(np.str_)


def _rates(outcome: NDArray[np.int64]) -> Floats:
    return np.bincount(outcome, minlength=3) / len(outcome) if len(outcome) else np.full(3, 1 / 3)
