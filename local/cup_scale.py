"""Whether one scale across nations would be near enough to the market: `make cup-scale`, on DATABASE_URL.

The stored matches of cups are replayed in order of day. Each is forecast from the market ratings of its clubs in their
own nations and from an offset for each nation, learned from the closing prices of the cup's matches before that day.
The forecast is compared with those closing prices. Until it beats the figures in `TO_BEAT` with an interval, matches
between nations show the bookmakers' consensus (docs/decisions/leagues-without-picks.md).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from math import exp
from statistics import fmean

import numpy as np

from shared.betting.consensus import Consensus, consensus
from shared.football.calendar import paris_day
from shared.football.competition import COMPETITIONS
from shared.football.match import Status
from shared.football.outcome import outcome_of
from shared.forecasting.attack_defence import AttackDefence, Level, log_rates
from shared.forecasting.grid import RHO, outcome_probabilities, score_grid
from shared.forecasting.implied_goals import implied_log_goals
from shared.forecasting.intervals import Interval, mean_interval
from shared.forecasting.scoring_rules import ranked_probability_score
from shared.forecasting.strengths import RATINGS, Strengths
from shared.runtime import clock, wiring
from shared.stores.betting import offers
from shared.stores.database import Connection
from shared.stores.football import matches
from shared.stores.football.matches import MatchRow
from shared.stores.forecasting import strengths

TO_BEAT = {"five leagues": (259, 0.0026), "all rated": (983, 0.0106)}
"""Matches, and mean difference in RPS to the market, of the best ratings on one scale that were tried on the Champions
League of 2022-26: clubs of the five leagues by goals, and all clubs, qualifying rounds included, by past prices."""
STEP = 0.15
"""Share of an error of the log lead by which the two nations' offsets are corrected together."""
_MARKET = list(RATINGS).index("market")
_FIVE = {c.nation for c in COMPETITIONS.values() if c.trains}


@dataclass(frozen=True, slots=True)
class CupMatch:
    """A finished match of clubs of two nations, with its market ratings before its day."""

    nations: tuple[str, str]  # of the home side and of the away side
    ratings: tuple[AttackDefence, AttackDefence]
    level: Level  # the mean of the two nations' levels
    closing: tuple[float, float, float]  # fair probabilities of home win, draw, away win
    closing_lead: float  # log goal rate of the home side minus the away side's, implied by closing prices
    outcome: int


@dataclass(frozen=True, slots=True)
class Figure:
    """The measured gap to the market beside the one to beat."""

    name: str
    n: int
    gap: Interval | None
    n_to_beat: int
    gap_to_beat: float

    @property
    def is_beaten(self) -> bool:
        """Whether as many matches were measured, and the whole interval of their gap is below the one to beat."""
        return self.gap is not None and self.n >= self.n_to_beat and self.gap.high < self.gap_to_beat


def figures(days: Iterable[Iterable[CupMatch]]) -> list[Figure]:
    """The gaps of forecasts from ratings and nations' offsets, each learned on the days before."""
    offsets: defaultdict[str, float] = defaultdict(float)
    gaps: dict[str, list[float]] = {name: [] for name in TO_BEAT}
    for day in days:
        played = list(day)
        errors = list[tuple[tuple[str, str], float]]()
        for match in played:
            home, away = log_rates(match.level, *match.ratings)
            shift = (offsets[match.nations[0]] - offsets[match.nations[1]]) / 2
            home, away = home + shift, away - shift
            errors.append((match.nations, match.closing_lead - (home - away)))
            forecast = outcome_probabilities(score_grid(exp(home), exp(away), RHO))
            gap = ranked_probability_score(tuple(forecast.tolist()), match.outcome) - ranked_probability_score(
                match.closing, match.outcome
            )
            gaps["all rated"].append(gap)
            if _FIVE.issuperset(match.nations):
                gaps["five leagues"].append(gap)
        for (home_nation, away_nation), error in errors:
            offsets[home_nation] += STEP * error / 2
            offsets[away_nation] -= STEP * error / 2
    return [Figure(name, len(gaps[name]), mean_interval(gaps[name]), n, gap) for name, (n, gap) in TO_BEAT.items()]


def stored_days(db: Connection, until: datetime) -> Iterator[list[CupMatch]]:
    """The stored matches of cups between clubs of two rated nations that have closing prices, day by day."""
    cups = [c.code for c in COMPETITIONS.values() if c.division is None]
    rows = matches.page(db, datetime(2000, 1, 1, tzinfo=UTC), until, cups, [Status.FINISHED])
    closing = offers.closing(db, [row.match_id for row in rows])
    for day, day_rows in groupby(rows, key=lambda row: paris_day(row.kick_off)):
        known = strengths.before(db, day)
        found = [_cup_match(row, known, consensus(closing.get(row.match_id, ()))) for row in day_rows]
        yield [match for match in found if match is not None]


def _cup_match(row: MatchRow, known: Strengths, line: Consensus | None) -> CupMatch | None:
    home, away = known.clubs.get(row.home_team_id), known.clubs.get(row.away_team_id)
    if home is None or away is None or line is None or row.score is None:
        return None
    nations = COMPETITIONS[home.competition].nation, COMPETITIONS[away.competition].nation
    if nations[0] == nations[1]:
        return None
    goals = implied_log_goals([line.outcome], [np.nan if line.over_25 is None else line.over_25])[0]
    levels = [known.level(nation)[_MARKET] for nation in nations]
    return CupMatch(
        nations=nations,
        ratings=(home.ratings[_MARKET], away.ratings[_MARKET]),
        level=Level(fmean(level.away for level in levels), fmean(level.home_advantage for level in levels)),
        closing=line.outcome,
        closing_lead=float(goals[0] - goals[1]),
        outcome=outcome_of(row.score.home, row.score.away),
    )


def render(measured: Iterable[Figure]) -> list[str]:
    """The figures as lines of text."""
    lines = [f"{'':<14}{'n':>6}  {'RPS above the market (95 %)':<34}{'to beat':>8}"]
    for figure in measured:
        gap = "too few" if figure.gap is None else "{:+.4f} [{:+.4f}, {:+.4f}]".format(*figure.gap)
        verdict = "beaten" if figure.is_beaten else "not beaten"
        lines.append(f"{figure.name:<14}{figure.n:>6}  {gap:<34}{figure.gap_to_beat:>+8.4f}  {verdict}")
    return lines


def main() -> None:
    """Print the figures."""
    print("\n".join(render(figures(stored_days(wiring.database(), clock.now())))))


if __name__ == "__main__":
    main()
