"""Application of match updates to the stored matches."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.football.kickoff_matching import Pairing
from shared.football.lifecycle import MatchState, evaluate_update
from shared.football.match import Hour, MatchUpdate, Score, Status
from shared.football.team import Source
from shared.stores.database import Connection, by_column, fetch_all, fetch_dicts, fetch_values


@dataclass(frozen=True, slots=True)
class UpdateSummary:
    """Number of updates by verdict, alarms (subject, message) and the resulting match states."""

    verdicts: dict[str, int]
    alarms: tuple[tuple[str, str], ...]
    states: dict[int, MatchState]


STATES = """
    SELECT match_id, source, source_updated_at, kick_off, hour, status, home_goals, away_goals,
        home_goals_at_half_time, away_goals_at_half_time, matchday, review
    FROM matches
    WHERE match_id = ANY(%(match_ids)s)
"""


def match_states(db: Connection, match_ids: Iterable[int]) -> dict[int, MatchState]:
    """Stored states by match id."""
    return {
        row["match_id"]: MatchState(
            source=Source(row["source"]),
            source_updated_at=row["source_updated_at"],
            kick_off=row["kick_off"],
            status=Status(row["status"]),
            score=_score(row["home_goals"], row["away_goals"]),
            half_time=_score(row["home_goals_at_half_time"], row["away_goals_at_half_time"]),
            matchday=row["matchday"],
            review=row["review"],
            hour=Hour(row["hour"]),
        )
        for row in fetch_dicts(db, STATES, {"match_ids": list(match_ids)})
    }


PUT = """
    INSERT INTO matches (
        match_id, competition, season, stage, matchday, home_team_id, away_team_id, kick_off, hour, status,
        home_goals, away_goals, home_goals_at_half_time, away_goals_at_half_time, review, source, source_updated_at
    )
    SELECT
        match_id, competition, season, stage, matchday, home_team_id, away_team_id, kick_off, hour, status,
        home_goals, away_goals, home_half_time, away_half_time, review, source, source_updated_at
    FROM unnest(
        %(match_id)s::bigint[], %(competition)s::text[], %(season)s::integer[],
        %(stage)s::text[], %(matchday)s::integer[], %(home_team_id)s::integer[],
        %(away_team_id)s::integer[], %(kick_off)s::timestamptz[], %(hour)s::text[], %(status)s::text[],
        %(home_goals)s::smallint[], %(away_goals)s::smallint[], %(home_half_time)s::smallint[],
        %(away_half_time)s::smallint[], %(review)s::text[], %(source)s::text[],
        %(source_updated_at)s::timestamptz[]
    ) AS given (
        match_id, competition, season, stage, matchday, home_team_id, away_team_id, kick_off, hour, status,
        home_goals, away_goals, home_half_time, away_half_time, review, source, source_updated_at
    )
    ON CONFLICT (match_id) DO UPDATE SET
        matchday = coalesce(EXCLUDED.matchday, matches.matchday),
        kick_off = EXCLUDED.kick_off,
        hour = EXCLUDED.hour,
        status = EXCLUDED.status,
        home_goals = EXCLUDED.home_goals,
        away_goals = EXCLUDED.away_goals,
        home_goals_at_half_time = EXCLUDED.home_goals_at_half_time,
        away_goals_at_half_time = EXCLUDED.away_goals_at_half_time,
        review = EXCLUDED.review,
        source = EXCLUDED.source,
        source_updated_at = EXCLUDED.source_updated_at
"""
PUT_EXTERNAL_IDS = """
    INSERT INTO external_ids (source, external_id, match_id)
    SELECT source, external_id, match_id
    FROM unnest(%(source)s::text[], %(external_id)s::text[], %(match_id)s::bigint[])
        AS given (source, external_id, match_id)
    ON CONFLICT (source, external_id) DO UPDATE SET match_id = EXCLUDED.match_id
    WHERE external_ids.match_id <> EXCLUDED.match_id
"""


def apply(db: Connection, updates: Sequence[MatchUpdate], now: datetime) -> UpdateSummary:
    """Evaluate updates and store the accepted ones. The clubs must exist."""
    states = match_states(db, {update.match_id for update in updates})
    verdicts = Counter[str]()
    alarms: list[tuple[str, str]] = []
    applied: dict[int, MatchUpdate] = {}
    for item in updates:
        decision = evaluate_update(states.get(item.match_id), item, now)
        verdicts[decision.verdict] += 1
        if decision.alarm:
            alarms.append((f"{item.source}:{item.external_id}", decision.alarm))
        if decision.applied is not None:
            applied[item.match_id] = decision.applied
            states[item.match_id] = MatchState(
                **{name: getattr(decision.applied, name) for name in MatchState.__slots__}
            )
    if applied:
        db.execute(PUT, by_column([_row(item) for item in applied.values()]))
    names = {(item.source, item.external_id): item.match_id for item in updates if item.match_id in states}
    if names:
        rows = [{"source": s, "external_id": o, "match_id": match} for (s, o), match in names.items()]
        db.execute(PUT_EXTERNAL_IDS, by_column(rows))
    return UpdateSummary(dict(verdicts), tuple(alarms), states)


def seasons_with_results(db: Connection) -> set[tuple[str, int]]:
    """Competitions and seasons with results."""
    return set(db.execute("SELECT DISTINCT competition, season FROM matches WHERE status = 'finished'").fetchall())


AWAITING_RESULT = """
    SELECT o.external_id
    FROM external_ids o
    JOIN matches m ON m.match_id = o.match_id
    WHERE o.source = %(source)s AND m.competition = %(competition)s AND m.season = %(season)s
        AND m.kick_off < %(now)s AND m.status NOT IN ('finished', 'awarded', 'cancelled')
"""


def awaiting_result(db: Connection, source: Source, competition: str, season: int, now: datetime) -> set[str]:
    """A source's ids of the matches of a season that have started but have no final status."""
    params = {"source": source, "competition": competition, "season": season, "now": now}
    return set(fetch_values(db, AWAITING_RESULT, params))


EXISTING_IDS = "SELECT external_id FROM external_ids WHERE source = %(source)s AND external_id = ANY(%(external_ids)s)"


def existing_ids(db: Connection, source: Source, external_ids: Iterable[str]) -> set[str]:
    """The ids of a source that are mapped to a match."""
    return set(fetch_values(db, EXISTING_IDS, {"source": source, "external_ids": list(external_ids)}))


PAIRINGS = """
    SELECT m.season, m.home_team_id AS home_id, m.away_team_id AS away_id, m.kick_off
    FROM matches m
    JOIN teams h ON h.team_id = m.home_team_id
    JOIN teams a ON a.team_id = m.away_team_id
    WHERE m.competition = %(competition)s AND m.season IN (%(season)s - 1, %(season)s) AND h.matched AND a.matched
        AND m.status NOT IN ('postponed', 'cancelled')
"""


def pairings(db: Connection, competition: str, season: int) -> list[Pairing]:
    """Matches between known clubs in a season and the one before, without postponed and cancelled ones."""
    return fetch_all(db, Pairing, PAIRINGS, {"competition": competition, "season": season})


CANCEL_UNLISTED = """
    UPDATE matches m SET status = 'cancelled'
    FROM teams h, teams a
    WHERE h.team_id = m.home_team_id AND a.team_id = m.away_team_id AND NOT (h.matched AND a.matched)
        AND m.status = 'scheduled' AND m.source = %(source)s AND m.kick_off > %(now)s
        AND NOT EXISTS (
            SELECT FROM external_ids o
            WHERE o.match_id = m.match_id AND (o.source <> %(source)s OR o.external_id = ANY(%(listed)s))
        )
    RETURNING m.match_id
"""


def cancel_unlisted(db: Connection, source: Source, listed: Iterable[str], now: datetime) -> list[int]:
    """Cancel scheduled matches of unmatched clubs that only this source had and no longer lists; returns their ids."""
    params = {"source": source, "listed": list(listed), "now": now}
    return fetch_values(db, CANCEL_UNLISTED, params)


CLOSE_OVERDUE = """
    UPDATE matches m SET status = CASE WHEN h.matched AND a.matched THEN 'postponed' ELSE 'cancelled' END
    FROM teams h, teams a
    WHERE h.team_id = m.home_team_id AND a.team_id = m.away_team_id AND m.status = 'scheduled' AND (
        m.kick_off < %(awaited_since)s
        OR NOT EXISTS (SELECT FROM external_ids o WHERE o.match_id = m.match_id)
    )
    RETURNING m.match_id, m.status
"""


def close_overdue(db: Connection, awaited_since: datetime) -> list[tuple[int, str]]:
    """Close scheduled matches that will get no result: kick-off before an instant, or no external id any more.

    They become postponed, or cancelled for unmatched clubs. A late result is still applied.

    Returns:
        Ids and new statuses.
    """
    return db.execute(CLOSE_OVERDUE, {"awaited_since": awaited_since}).fetchall()


def _score(home: int | None, away: int | None) -> Score | None:
    return None if home is None or away is None else Score(home, away)


def _row(update: MatchUpdate) -> dict[str, object]:
    return {
        "match_id": update.match_id,
        "competition": update.competition,
        "season": update.season,
        "stage": update.stage,
        "matchday": update.matchday,
        "home_team_id": update.home.team_id,
        "away_team_id": update.away.team_id,
        "kick_off": update.kick_off,
        "hour": update.hour,
        "status": update.status,
        "home_goals": update.score.home if update.score else None,
        "away_goals": update.score.away if update.score else None,
        "home_half_time": update.half_time.home if update.half_time else None,
        "away_half_time": update.half_time.away if update.half_time else None,
        "review": update.review,
        "source": update.source,
        "source_updated_at": update.source_updated_at,
    }
