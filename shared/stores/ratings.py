"""Strengths of clubs day by day, and the results that they were learned from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from psycopg.rows import class_row

from shared.football.competition import COMPETITIONS
from shared.forecasting.ratings import Level, Rating, Result, Strengths
from shared.stores.database import Connection, copy_into

FIRST_UNLEARNED_DAY = """
    WITH results AS (
        SELECT m.match_id, (m.kick_off AT TIME ZONE 'Europe/Paris')::date AS day, m.home_goals, m.away_goals
        FROM matches m
        JOIN teams h ON h.team_id = m.home_team_id
        JOIN teams a ON a.team_id = m.away_team_id
        WHERE m.status = 'finished' AND m.home_goals IS NOT NULL AND h.matched AND a.matched
            AND m.competition = ANY(%(competitions)s)
    )
    SELECT min(least(results.day, rated.day))
    FROM results
    FULL JOIN rated_results rated USING (match_id)
    WHERE (results.day, results.home_goals, results.away_goals)
        IS DISTINCT FROM (rated.day, rated.home_goals, rated.away_goals)
"""
RESULTS_FROM = """
    SELECT m.match_id, (m.kick_off AT TIME ZONE 'Europe/Paris')::date AS day, m.competition,
        m.home_team_id, m.away_team_id, m.home_goals, m.away_goals
    FROM matches m
    JOIN teams h ON h.team_id = m.home_team_id
    JOIN teams a ON a.team_id = m.away_team_id
    WHERE m.status = 'finished' AND m.home_goals IS NOT NULL AND h.matched AND a.matched
        AND m.competition = ANY(%(competitions)s)
        AND (m.kick_off AT TIME ZONE 'Europe/Paris')::date >= %(day)s
    ORDER BY day, m.match_id
"""
FORGET_CLUBS = "DELETE FROM club_ratings WHERE day >= %(day)s"
FORGET_LEVELS = "DELETE FROM level_ratings WHERE day >= %(day)s"
FORGET_RESULTS = "DELETE FROM rated_results WHERE day >= %(day)s"
CLUBS_BEFORE = """
    SELECT DISTINCT ON (team_id) team_id, attack, defence, elo, matches
    FROM club_ratings
    WHERE day < %(day)s
    ORDER BY team_id, day DESC
"""
LEVELS_BEFORE = """
    SELECT DISTINCT ON (nation) nation, away, home_advantage
    FROM level_ratings
    WHERE day < %(day)s
    ORDER BY nation, day DESC
"""
COPY_CLUBS = "COPY club_ratings (team_id, day, attack, defence, elo, matches) FROM STDIN"
COPY_LEVELS = "COPY level_ratings (nation, day, away, home_advantage) FROM STDIN"
COPY_RESULTS = "COPY rated_results (match_id, day, home_goals, away_goals) FROM STDIN"
LATEST_DAY = "SELECT max(day) FROM club_ratings WHERE day < %(day)s"
ELO = """
    SELECT DISTINCT ON (team_id) team_id, elo
    FROM club_ratings
    WHERE team_id = ANY(%(team_ids)s)
    ORDER BY team_id, day DESC
"""

RATED = [c.code for c in COMPETITIONS.values() if c.division is not None]
"""Competitions whose results teach the ratings: the leagues, each on its nation's scale."""


@dataclass(frozen=True, slots=True)
class ResultRow:
    """A finished match to learn from."""

    match_id: int
    day: date
    competition: str
    home_team_id: int
    away_team_id: int
    home_goals: int
    away_goals: int

    @property
    def result(self) -> Result:
        """The match as the ratings read it."""
        competition = COMPETITIONS[self.competition]
        return Result(
            self.day,
            competition.nation,
            competition.tier,
            self.home_team_id,
            self.away_team_id,
            self.home_goals,
            self.away_goals,
        )


def first_unlearned_day(db: Connection) -> date | None:
    """The earliest day with a result that came, changed or went since the ratings were learned; None if all is well."""
    row = db.execute(FIRST_UNLEARNED_DAY, {"competitions": RATED}).fetchone()
    return row[0] if row else None


def results_from(db: Connection, day: date) -> list[ResultRow]:
    """Finished matches of a day in Paris and later, in order of day."""
    with db.cursor(row_factory=class_row(ResultRow)) as cursor:
        return cursor.execute(RESULTS_FROM, {"day": day, "competitions": RATED}).fetchall()


def before(db: Connection, day: date) -> Strengths:
    """The strengths as they were before a day's matches."""
    clubs = db.execute(CLUBS_BEFORE, {"day": day}).fetchall()
    levels = db.execute(LEVELS_BEFORE, {"day": day}).fetchall()
    return Strengths(
        {team_id: Rating(attack, defence, elo, matches) for team_id, attack, defence, elo, matches in clubs},
        {nation: Level(away, home_advantage) for nation, away, home_advantage in levels},
    )


def forget_from(db: Connection, day: date) -> None:
    """Remove what was learned on a day and later, so that it can be learned anew."""
    for statement in (FORGET_CLUBS, FORGET_LEVELS, FORGET_RESULTS):
        db.execute(statement, {"day": day})


def put(
    db: Connection,
    clubs: Sequence[tuple[int, date, Rating]],
    levels: Sequence[tuple[str, date, Level]],
    results: Sequence[ResultRow],
) -> None:
    """Keep strengths after days, and the results they come from; nothing of those days may be kept already."""
    copy_into(db, COPY_CLUBS, ((t, day, r.attack, r.defence, r.elo, r.matches) for t, day, r in clubs))
    copy_into(db, COPY_LEVELS, ((nation, day, lv.away, lv.home_advantage) for nation, day, lv in levels))
    copy_into(db, COPY_RESULTS, ((r.match_id, r.day, r.home_goals, r.away_goals) for r in results))


def latest_day(db: Connection, before_day: date) -> date | None:
    """The last day before a given one that taught the ratings something."""
    row = db.execute(LATEST_DAY, {"day": before_day}).fetchone()
    return row[0] if row else None


def elo(db: Connection, team_ids: Sequence[int]) -> dict[int, float]:
    """The newest Elo of the given clubs that have one."""
    return dict(db.execute(ELO, {"team_ids": list(team_ids)}).fetchall())
