"""League tables computed from results: points, then goal difference, then goals scored.

Point deductions and the head-to-head rules of Spain and Italy are not applied; football-data.org's table, if stored,
takes precedence.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from shared.football.match import Score
from shared.football.outcome import outcome_of


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row of a league table."""

    position: int
    team_id: int
    played: int
    won: int
    drawn: int
    lost: int
    goals_for: int
    goals_against: int
    points: int


def standings(results: Iterable[tuple[int, int, Score]]) -> tuple[TableRow, ...]:
    """The table after the given results (home team, away team, score).

    >>> [(row.team_id, row.points) for row in standings([(1, 2, Score(1, 0))])]
    [(1, 3), (2, 0)]
    """
    tallies: dict[int, list[int]] = {}
    for home, away, score in results:
        for team, scored, conceded in ((home, score.home, score.away), (away, score.away, score.home)):
            tally = tallies.setdefault(team, [0, 0, 0, 0, 0])
            tally[outcome_of(scored, conceded)] += 1
            tally[3] += scored
            tally[4] += conceded
    rows = [
        (3 * won + drawn, scored - conceded, scored, team, won, drawn, lost, conceded)
        for team, (won, drawn, lost, scored, conceded) in tallies.items()
    ]
    rows.sort(key=lambda row: (-row[0], -row[1], -row[2], row[3]))
    return tuple(
        TableRow(position, team, won + drawn + lost, won, drawn, lost, scored, conceded, points)
        for position, (points, _, scored, team, won, drawn, lost, conceded) in enumerate(rows, 1)
    )
