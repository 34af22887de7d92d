"""Published predictions, append-only versions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from psycopg.types.json import Jsonb

from shared.football.outcome import outcome_of
from shared.forecasting.basis import Basis
from shared.stores.database import Connection, execute_many, fetch_all, fetch_value

COLUMNS = """
    SELECT DISTINCT ON (match_id) match_id, published_at, kick_off, model, basis, home, draw, away,
        home_rate, away_rate, rho, markets, ratings_home, ratings_draw, ratings_away, ratings_bounds, factors,
        newcomers, prices_taken_at, ratings_day
    FROM predictions
"""
BY_VERSION = f"""{COLUMNS}
    JOIN unnest(%(match_ids)s::bigint[], %(published)s::timestamptz[]) AS version (of_match, instant)
        ON match_id = of_match AND published_at = instant
"""


@dataclass(frozen=True, slots=True)
class PredictionRow:
    """A published prediction."""

    match_id: int
    published_at: datetime  # time of publication, always before kick-off
    kick_off: datetime  # kick-off as known at publication
    model: str
    basis: Basis
    # home, draw, away: probabilities that sum to 1.
    home: float
    draw: float
    away: float
    # home_rate, away_rate, rho: parameters of the score grid, from which every market is computed.
    home_rate: float
    away_rate: float
    rho: float
    markets: dict[str, Any]  # further markets, by the names of `forecasting.markets.Markets`
    # ratings_home, ratings_draw, ratings_away: probabilities from the ratings alone; None if they lack a club.
    ratings_home: float | None
    ratings_draw: float | None
    ratings_away: float | None
    ratings_bounds: list[list[float]] | None  # lower and upper bounds of these three; 95 % of closing lines are within
    # Probabilities of two average clubs (`start`) and the contribution of each factor, by the names of
    # `forecasting.forecast.Forecast`; they sum to the probabilities. None if not available.
    factors: dict[str, list[float]] | None
    newcomers: list[int]  # ids of clubs with too few matches
    prices_taken_at: datetime | None  # when the newest price used was recorded
    ratings_day: date | None  # last day whose results were used

    @property
    def probabilities(self) -> tuple[float, float, float]:
        """Of home win, draw and away win."""
        return self.home, self.draw, self.away

    def is_opened(self, kick_off: datetime, now: datetime) -> bool:
        """Whether the record opens its goal rates and markets: the match has begun, at its present kick-off too."""
        return max(self.kick_off, kick_off) <= now

    def is_unchanged_from(self, other: "PredictionRow") -> bool:
        """Whether another version has the same probabilities, prices and kick-off."""
        return all(getattr(self, name) == getattr(other, name) for name in _COMPARED_FIELDS)


_COMPARED_FIELDS = ("kick_off", "model", "basis", "home_rate", "away_rate", "rho", "prices_taken_at")


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A published version: its outcome probabilities, and the parameters of its score grid."""

    published_at: datetime
    home: float
    draw: float
    away: float
    home_rate: float
    away_rate: float
    rho: float


@dataclass(frozen=True, slots=True)
class SettledRow:
    """The last prediction before kick-off of a finished match, and its score."""

    match_id: int
    competition: str
    kick_off: datetime
    home: float
    draw: float
    away: float
    home_goals: int
    away_goals: int

    @property
    def outcome(self) -> int:
        """0 home win, 1 draw, 2 away win."""
        return outcome_of(self.home_goals, self.away_goals)

    @property
    def probabilities(self) -> tuple[float, float, float]:
        """Of home win, draw and away win."""
        return self.home, self.draw, self.away


ADD = """
    INSERT INTO predictions (
        match_id, published_at, kick_off, model, basis, home, draw, away, home_rate, away_rate, rho,
        markets, ratings_home, ratings_draw, ratings_away, ratings_bounds, factors, newcomers,
        prices_taken_at, ratings_day
    )
    VALUES (
        %(match_id)s, %(published_at)s, %(kick_off)s, %(model)s, %(basis)s, %(home)s, %(draw)s, %(away)s,
        %(home_rate)s, %(away_rate)s, %(rho)s, %(markets)s, %(ratings_home)s, %(ratings_draw)s, %(ratings_away)s,
        %(ratings_bounds)s, %(factors)s, %(newcomers)s, %(prices_taken_at)s, %(ratings_day)s
    )
"""


def add(db: Connection, rows: Sequence[PredictionRow]) -> None:
    """Publish predictions.

    Raises:
        psycopg.errors.CheckViolation: the publication is not before kick-off.
    """
    execute_many(db, ADD, [_values(row) for row in rows])


LATEST = f"""{COLUMNS}
    WHERE match_id = ANY(%(match_ids)s) AND published_at <= %(now)s
    ORDER BY match_id, published_at DESC
"""


def latest(db: Connection, match_ids: Iterable[int], now: datetime) -> dict[int, PredictionRow]:
    """The latest prediction of each match up to an instant."""
    rows = fetch_all(db, PredictionRow, LATEST, {"match_ids": list(match_ids), "now": now})
    return {row.match_id: row for row in rows}


LATEST_PROBABILITIES = """
    SELECT DISTINCT ON (match_id) match_id, home, draw, away
    FROM predictions
    WHERE match_id = ANY(%(match_ids)s) AND published_at <= %(now)s
    ORDER BY match_id, published_at DESC
"""


def latest_probabilities(
    db: Connection, match_ids: Iterable[int], now: datetime
) -> dict[int, tuple[float, float, float]]:
    """The probabilities alone of the latest prediction of each match: of home win, draw and away win."""
    rows = db.execute(LATEST_PROBABILITIES, {"match_ids": list(match_ids), "now": now}).fetchall()
    return {int(match_id): (float(home), float(draw), float(away)) for match_id, home, draw, away in rows}


def by_version(db: Connection, versions: Sequence[tuple[int, datetime]]) -> dict[int, PredictionRow]:
    """Predictions by version (match, time of publication), by match."""
    params = {"match_ids": [match for match, _ in versions], "published": [instant for _, instant in versions]}
    rows = fetch_all(db, PredictionRow, BY_VERSION, params)
    return {row.match_id: row for row in rows}


VERSIONS = """
    SELECT published_at, home, draw, away, home_rate, away_rate, rho
    FROM predictions
    WHERE match_id = %(match_id)s AND published_at <= %(now)s
    ORDER BY published_at DESC
    LIMIT %(limit)s
"""


def versions(db: Connection, match_id: int, now: datetime, limit: int) -> list[VersionRow]:
    """The newest versions of a match's prediction up to an instant, oldest first."""
    return fetch_all(db, VersionRow, VERSIONS, {"match_id": match_id, "now": now, "limit": limit})[::-1]


SETTLED = """
    SELECT DISTINCT ON (p.match_id) p.match_id, m.competition, m.kick_off, p.home, p.draw, p.away,
        m.home_goals, m.away_goals
    FROM predictions p
    JOIN matches m ON m.match_id = p.match_id
    WHERE m.status = 'finished' AND m.home_goals IS NOT NULL AND m.review IS NULL
        AND m.kick_off >= %(start)s AND m.kick_off < %(end)s AND p.published_at < m.kick_off
    ORDER BY p.match_id, p.published_at DESC
"""


def settled(db: Connection, start: datetime, end: datetime) -> list[SettledRow]:
    """The last predictions before kick-off of matches with a result in a time range."""
    return fetch_all(db, SettledRow, SETTLED, {"start": start, "end": end})


@dataclass(frozen=True, slots=True)
class PricedRow:
    """The first prediction that was made from the prices of a moment, of a finished match."""

    match_id: int
    competition: str
    kick_off: datetime
    published_at: datetime
    prices_taken_at: datetime
    home: float
    draw: float
    away: float


PRICED = """
    SELECT DISTINCT ON (p.match_id, p.prices_taken_at) p.match_id, m.competition, m.kick_off, p.published_at,
        p.prices_taken_at, p.home, p.draw, p.away
    FROM predictions p
    JOIN matches m ON m.match_id = p.match_id
    WHERE p.basis = 'prices' AND p.published_at < m.kick_off
        AND m.status = 'finished' AND m.home_goals IS NOT NULL AND m.review IS NULL AND m.kick_off < %(until)s
        -- Older prices are those of a match that was put off.
        AND p.prices_taken_at > m.kick_off - interval '14 days'
    ORDER BY p.match_id, p.prices_taken_at, p.published_at
"""


def priced(db: Connection, until: datetime) -> list[PricedRow]:
    """Predictions moved from prices, one for each moment of prices, of the finished matches up to an instant."""
    return fetch_all(db, PricedRow, PRICED, {"until": until})


COUNT = """
    SELECT count(DISTINCT p.match_id)
    FROM predictions p
    JOIN matches m ON m.match_id = p.match_id
    WHERE m.kick_off >= %(start)s AND m.kick_off < %(end)s
"""


def count(db: Connection, start: datetime, end: datetime) -> int:
    """The number of matches in a time range that have a prediction."""
    return fetch_value(db, COUNT, {"start": start, "end": end})


def _values(row: PredictionRow) -> dict[str, Any]:
    as_json = {"markets": Jsonb(row.markets), "factors": Jsonb(row.factors) if row.factors is not None else None}
    return {name: getattr(row, name) for name in row.__slots__} | as_json
