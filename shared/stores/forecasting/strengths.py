"""Daily strengths of clubs, and the results that they were fitted to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import TYPE_CHECKING

from shared.betting.prices import SHARPEST_BOOKMAKERS
from shared.football.competition import COMPETITIONS, by_division
from shared.football.match import MatchStatistics
from shared.forecasting.attack_defence import Level
from shared.forecasting.strengths import Club, Strengths, club_from_numbers
from shared.stores.database import Connection, array_literal, copy_into, fetch_all, fetch_value

if TYPE_CHECKING:
    from shared.forecasting.joint_filter import JointState


@dataclass(frozen=True, slots=True)
class ResultRow(MatchStatistics):
    """A finished match to fit strengths to."""

    day: date
    competition: str
    season: int
    home_team_id: int
    away_team_id: int
    home_goals: int
    away_goals: int

    @property
    def statistics(self) -> tuple[float | None, ...]:
        """Match statistics in the order of `learned_results`."""
        return tuple(getattr(self, field.name) for field in fields(MatchStatistics) if field.name != "match_id")


def _leagues() -> list[str]:
    """The competitions whose results update the strengths: each league on its nation's scale, no cup."""
    return [league.code for league in by_division().values()]


FIRST_UNLEARNED_DAY = """
    WITH results AS (
        SELECT m.match_id, (m.kick_off AT TIME ZONE 'Europe/Paris')::date AS day, m.home_goals, m.away_goals,
            ARRAY[
                s.home_shots, s.away_shots, s.home_shots_on_target, s.away_shots_on_target,
                s.home_expected_goals, s.away_expected_goals, s.home_corners, s.away_corners
            ] AS statistics,
            coalesce(l.with_closing, false) OR (
                -- Closing prices come within days of a result, if at all: older matches are not checked again.
                (l.match_id IS NULL OR l.day > (SELECT max(day) - 60 FROM learned_results))
                AND EXISTS (
                    SELECT FROM offers o
                    WHERE o.match_id = m.match_id AND o.closing AND o.market = 'h2h' AND o.source = 'football_data_uk'
                        AND o.bookmaker = ANY(%(bookmakers)s) AND array_position(o.prices, NULL) IS NULL
                )
            ) AS with_closing
        FROM matches m
        JOIN teams h ON h.team_id = m.home_team_id
        JOIN teams a ON a.team_id = m.away_team_id
        LEFT JOIN match_statistics s ON s.match_id = m.match_id
        LEFT JOIN learned_results l ON l.match_id = m.match_id
        WHERE m.status = 'finished' AND m.home_goals IS NOT NULL AND m.review IS NULL AND h.matched AND a.matched
            AND m.competition = ANY(%(competitions)s)
    )
    SELECT min(least(results.day, learned.day))
    FROM results
    FULL JOIN learned_results learned USING (match_id)
    WHERE (results.day, results.home_goals, results.away_goals, results.statistics, results.with_closing)
        IS DISTINCT FROM
        (learned.day, learned.home_goals, learned.away_goals, learned.statistics, learned.with_closing)
"""


def first_unlearned_day(db: Connection) -> date | None:
    """The earliest day with a result that was added, changed, removed or gained prices since the last fit, or None."""
    return fetch_value(db, FIRST_UNLEARNED_DAY, {"competitions": _leagues(), "bookmakers": list(SHARPEST_BOOKMAKERS)})


RESULTS_FROM = """
    SELECT m.match_id, (m.kick_off AT TIME ZONE 'Europe/Paris')::date AS day, m.competition, m.season,
        m.home_team_id, m.away_team_id, m.home_goals, m.away_goals,
        s.home_shots, s.away_shots, s.home_shots_on_target, s.away_shots_on_target,
        s.home_expected_goals, s.away_expected_goals, s.home_corners, s.away_corners
    FROM matches m
    JOIN teams h ON h.team_id = m.home_team_id
    JOIN teams a ON a.team_id = m.away_team_id
    LEFT JOIN match_statistics s ON s.match_id = m.match_id
    WHERE m.status = 'finished' AND m.home_goals IS NOT NULL AND m.review IS NULL AND h.matched AND a.matched
        AND m.competition = ANY(%(competitions)s)
        AND (m.kick_off AT TIME ZONE 'Europe/Paris')::date >= %(day)s
    ORDER BY day, m.match_id
"""


def results_from(db: Connection, day: date) -> list[ResultRow]:
    """Finished matches from a day in Paris on, in order of day and id."""
    return fetch_all(db, ResultRow, RESULTS_FROM, {"day": day, "competitions": _leagues()})


CLUBS_BEFORE = """
    SELECT t.team_id, c.competition, c.season, c.state
    FROM (SELECT DISTINCT team_id FROM club_strengths) t
    JOIN LATERAL (
        SELECT competition, season, state
        FROM club_strengths
        WHERE team_id = t.team_id AND day < %(day)s
        ORDER BY day DESC
        LIMIT 1
    ) c ON true
    ORDER BY t.team_id
"""
LEVELS_BEFORE = """
    SELECT DISTINCT ON (nation) nation, state, joint, joint_covariance
    FROM level_strengths
    WHERE day < %(day)s
    ORDER BY nation, day DESC
"""


def before(db: Connection, day: date) -> Strengths:
    """Strengths before a day's matches."""
    from shared.forecasting.joint_filter import unpack  # noqa: PLC0415  # loads numpy

    strengths = Strengths()
    for team_id, competition, season, state in db.execute(CLUBS_BEFORE, {"day": day}).fetchall():
        strengths.clubs[team_id] = club_from_numbers(competition, season, state)
        strengths.divisions.setdefault((competition, season), set()).add(team_id)
    for nation, state, joint, covariance in db.execute(LEVELS_BEFORE, {"day": day}).fetchall():
        strengths.levels[nation] = _levels(state)
        strengths.joint[nation] = unpack(joint, covariance)
    return strengths


LEAGUE_BEFORE = """
    SELECT c.team_id, c.competition, c.season, c.state
    FROM (
        SELECT DISTINCT home_team_id AS team_id
        FROM matches
        WHERE competition = %(competition)s AND season = %(season)s
    ) t
    JOIN LATERAL (
        SELECT team_id, competition, season, state
        FROM club_strengths
        WHERE team_id = t.team_id AND day < %(day)s
        ORDER BY day DESC
        LIMIT 1
    ) c ON true
"""
LEVEL_BEFORE = """
    SELECT state
    FROM level_strengths
    WHERE nation = %(nation)s AND day < %(day)s
    ORDER BY day DESC
    LIMIT 1
"""


def league_before(db: Connection, competition: str, season: int, day: date) -> Strengths:
    """Strengths of one league's clubs before a day's matches."""
    strengths, nation = Strengths(), COMPETITIONS[competition].nation
    params = {"competition": competition, "season": season, "day": day}
    for team_id, code, year, state in db.execute(LEAGUE_BEFORE, params).fetchall():
        strengths.clubs[team_id] = club_from_numbers(code, year, state)
    level = fetch_value(db, LEVEL_BEFORE, {"nation": nation, "day": day})
    if level is not None:
        strengths.levels[nation] = _levels(level)
    return strengths


JOINT_BEFORE = """
    SELECT joint, joint_covariance
    FROM level_strengths
    WHERE nation = %(nation)s AND day < %(day)s
    ORDER BY day DESC
    LIMIT 1
"""


def joint_before(db: Connection, nation: str, day: date) -> JointState | None:
    """The joint state of a nation before a day's matches; None where none or no covariance of it is stored."""
    from shared.forecasting.joint_filter import unpack  # noqa: PLC0415  # loads numpy

    row = db.execute(JOINT_BEFORE, {"nation": nation, "day": day}).fetchone()
    return None if row is None or row[1] is None else unpack(row[0], row[1])


def _levels(state: Sequence[float]) -> list[Level]:
    return [Level(*state[place : place + 2]) for place in range(0, len(state), 2)]


def covariances_since(newest: date) -> date:
    """The first day of which every covariance is kept, while the newest results are those of a day."""
    return (newest.replace(day=1) - timedelta(days=1)).replace(day=1)


def season_start(day: date) -> date:
    """The July that begins the season of a day. The last covariances before it are kept."""
    return date(day.year - (day.month < 7), 7, 1)


DELETE_OLD_COVARIANCES = """
    UPDATE level_strengths old
    SET joint_covariance = NULL
    WHERE old.joint_covariance IS NOT NULL AND old.day < %(since)s AND EXISTS (
        SELECT FROM level_strengths later
        WHERE later.nation = old.nation AND later.day > old.day
            AND extract(year FROM later.day + interval '6 months') = extract(year FROM old.day + interval '6 months')
    )
"""


def delete_old_covariances(db: Connection, newest: date) -> None:
    """Delete the covariances that are not kept, while the newest results are those of a day."""
    db.execute(DELETE_OLD_COVARIANCES, {"since": covariances_since(newest)})


DELETE_LEVELS = "DELETE FROM level_strengths WHERE day >= %(day)s"
DELETE_RESULTS = "DELETE FROM learned_results WHERE day >= %(day)s"


def delete_from(db: Connection, day: date) -> None:
    """Delete the strengths from a day on, so that they can be fitted again."""
    for statement in ("DELETE FROM club_strengths WHERE day >= %(day)s", DELETE_LEVELS, DELETE_RESULTS):
        db.execute(statement, {"day": day})


def clubs_of(strengths: Strengths, day: date, team_ids: Iterable[int]) -> list[tuple[object, ...]]:
    """Rows of clubs after a day."""
    clubs: list[tuple[int, Club]] = [(team_id, strengths.clubs[team_id]) for team_id in sorted(team_ids)]
    return [
        (team_id, day, club.competition, club.season, club.elo, array_literal(club.numbers()))
        for team_id, club in clubs
    ]


def levels_of(strengths: Strengths, day: date, nations: Iterable[str], *, covariance: bool) -> list[tuple[object, ...]]:
    """Rows of nations after a day, with or without the covariance of their joint filters."""
    from shared.forecasting.joint_filter import pack  # noqa: PLC0415  # loads numpy

    rows: list[tuple[object, ...]] = []
    for nation in sorted(nations):
        state = array_literal(v for level in strengths.levels[nation] for v in (level.away, level.home_advantage))
        joint, matrices = pack(strengths.joint_state(nation))
        rows.append((nation, day, state, joint, matrices if covariance else None))
    return rows


COPY_RESULTS = """
    COPY learned_results (match_id, day, home_goals, away_goals, statistics, with_closing) FROM STDIN
"""


def put(
    db: Connection,
    clubs: Sequence[tuple[object, ...]],
    levels: Sequence[tuple[object, ...]],
    results: Sequence[tuple[ResultRow, bool]],
) -> None:
    """Store rows of clubs and levels with the results they were fitted to (and whether closing prices were known).

    There must be no rows of those days yet.
    """
    copy_into(db, "COPY club_strengths (team_id, day, competition, season, elo, state) FROM STDIN", clubs)
    copy_into(db, "COPY level_strengths (nation, day, state, joint, joint_covariance) FROM STDIN", levels)
    copy_into(
        db,
        COPY_RESULTS,
        (
            (r.match_id, r.day, r.home_goals, r.away_goals, array_literal(r.statistics), closing)
            for r, closing in results
        ),
    )


def latest_day(db: Connection, before_day: date) -> date | None:
    """The latest day with strengths before a given one."""
    return fetch_value(db, "SELECT max(day) FROM club_strengths WHERE day < %(day)s", {"day": before_day})
