"""Daily picks and their settlements, append-only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from shared.betting.prices import Market
from shared.betting.settlement import BetResult
from shared.stores.database import Connection, execute_many, fetch_all, fetch_one

if TYPE_CHECKING:  # they import numpy, which most readers of picks do not need
    from shared.betting.consensus import FairProbability
    from shared.betting.picks import Choice

COLUMNS = """
    SELECT p.day, p.rank, p.match_id, p.published_at, p.kick_off, p.competition, p.market, p.outcome, p.line,
        p.probability, p.result_probabilities, p.price, p.bookmaker, p.price_taken_at, p.value, p.share, p.stake,
        e.entry, e.result, e.score, e.profit, c.fair_probability AS closing_probability, c.closing_line_value
    FROM picks p
    LEFT JOIN LATERAL (
        SELECT entry, result, score, profit
        FROM pick_settlements
        WHERE day = p.day AND rank = p.rank
        ORDER BY entry DESC
        LIMIT 1
    ) e ON true
    LEFT JOIN pick_closings c ON c.day = p.day AND c.rank = p.rank
"""
REVERSED = "reversed"
"""Result of an entry that reverses an earlier one."""


@dataclass(frozen=True, slots=True)
class PickDay:
    """A day with committed picks, possibly none."""

    day: date
    committed_at: datetime
    matches: int
    reason: str | None


@dataclass(frozen=True, slots=True)
class PickRow:
    """A committed pick with its latest settlement and closing line, if any; old picks have no stake."""

    day: date
    rank: int
    match_id: int
    published_at: datetime
    kick_off: datetime
    competition: str
    market: Market
    outcome: str
    line: Decimal
    probability: Decimal
    result_probabilities: list[Decimal]  # in the order of `betting.result_probabilities.ResultProbabilities`
    price: Decimal
    bookmaker: str
    price_taken_at: datetime
    value: Decimal
    share: Decimal
    stake: Decimal | None
    entry: int | None
    result: str | None
    score: str | None
    profit: Decimal | None
    closing_probability: Decimal | None  # the inverse of the fair closing price on its line
    closing_line_value: Decimal | None


COMMIT_DAY = """
    INSERT INTO pick_days (day, committed_at, matches, reason)
    VALUES (%(day)s, %(committed_at)s, %(matches)s, %(reason)s)
    ON CONFLICT (day) DO NOTHING
"""
COMMIT = """
    INSERT INTO picks (
        day, rank, match_id, published_at, kick_off, competition, market, outcome, line, probability,
        result_probabilities, price, bookmaker, price_taken_at, value, share, stake
    )
    VALUES (
        %(day)s, %(rank)s, %(match_id)s, %(published_at)s, %(kick_off)s, %(competition)s, %(market)s, %(outcome)s,
        %(line)s, %(probability)s, %(result_probabilities)s, %(price)s, %(bookmaker)s, %(price_taken_at)s, %(value)s,
        %(share)s, %(stake)s
    )
"""


def commit(db: Connection, day: date, now: datetime, matches: int, choice: "Choice") -> bool:
    """Commit a day's picks once; returns False without effect if the day is already committed."""
    params = {"day": day, "committed_at": now, "matches": matches, "reason": choice.reason}
    if db.execute(COMMIT_DAY, params).rowcount == 0:
        return False
    execute_many(
        db,
        COMMIT,
        [
            {"day": day, "rank": rank}
            | {name: getattr(pick, name) for name in pick.__slots__}
            | {"result_probabilities": list(pick.result_probabilities)}
            for rank, pick in enumerate(choice.picks, 1)
        ],
    )
    return True


DAY = "SELECT day, committed_at, matches, reason FROM pick_days WHERE day = %(day)s"


def day(db: Connection, date_: date) -> PickDay | None:
    """A committed day, or None."""
    return fetch_one(db, PickDay, DAY, {"day": date_})


BETWEEN = f"""{COLUMNS}
    WHERE p.day >= %(first)s AND p.day <= %(last)s
    ORDER BY p.day, p.rank
"""


def between(db: Connection, first: date, last: date) -> list[PickRow]:
    """Picks of a range of days, both inclusive."""
    return fetch_all(db, PickRow, BETWEEN, {"first": first, "last": last})


SETTLED_DAYS = """
    SELECT DISTINCT day
    FROM pick_settlements
    WHERE day < %(before)s
    ORDER BY day DESC
    LIMIT %(days)s
"""
SETTLED_BEFORE = f"""{COLUMNS}
    WHERE p.day IN ({SETTLED_DAYS}) AND e.profit IS NOT NULL
    ORDER BY p.day DESC, p.rank
"""


def settled_before(db: Connection, before: date, days: int) -> list[PickRow]:
    """The settled picks of the last days with any before a day: the newest day first, in it the best pick first.

    Args:
        db: the connection.
        before: a day in Paris, which is excluded.
        days: how many days with settled picks.
    """
    return fetch_all(db, PickRow, SETTLED_BEFORE, {"before": before, "days": days})


OF_MATCH = f"""{COLUMNS}
    WHERE p.match_id = %(match_id)s
    ORDER BY p.day DESC
    LIMIT 1
"""


def of_match(db: Connection, match_id: int) -> PickRow | None:
    """The latest pick on a match."""
    return fetch_one(db, PickRow, OF_MATCH, {"match_id": match_id})


ADD_SETTLEMENT = """
    INSERT INTO pick_settlements (day, rank, entry, reverses, result, score, profit, settled_at)
    VALUES (%(day)s, %(rank)s, %(entry)s, %(reverses)s, %(result)s, %(score)s, %(profit)s, %(settled_at)s)
"""


def add_settlement(
    db: Connection, pick: PickRow, result: BetResult, score: str | None, profit: Decimal, now: datetime
) -> None:
    """Settle a pick; an earlier settlement is reversed first."""
    entries: Sequence[tuple[str, str | None, Decimal, int | None]]
    if pick.entry is None or pick.result == REVERSED:
        entries = [(result, score, profit, None)]
    else:
        entries = [(REVERSED, pick.score, -(pick.profit or Decimal(0)), pick.entry), (result, score, profit, None)]
    execute_many(
        db,
        ADD_SETTLEMENT,
        [
            {
                "day": pick.day,
                "rank": pick.rank,
                "entry": (pick.entry or 0) + number,
                "reverses": reverses,
                "result": entry_result,
                "score": entry_score,
                "profit": units,
                "settled_at": now,
            }
            for number, (entry_result, entry_score, units, reverses) in enumerate(entries, 1)
        ],
    )


ADD_CLOSING_VALUE = """
    INSERT INTO pick_closings (day, rank, fair_probability, at_risk, closing_line_value, source, bookmaker)
    VALUES (%(day)s, %(rank)s, %(fair_probability)s, %(at_risk)s, %(closing_line_value)s, %(source)s, %(bookmaker)s)
    ON CONFLICT (day, rank) DO NOTHING
"""


def add_closing_value(db: Connection, pick: PickRow, fair: "FairProbability", value: Decimal) -> None:
    """Add the closing-line value of a pick once."""
    db.execute(
        ADD_CLOSING_VALUE,
        {
            "day": pick.day,
            "rank": pick.rank,
            "fair_probability": fair.probability,
            "at_risk": fair.at_risk,
            "closing_line_value": value,
            "source": fair.source,
            "bookmaker": fair.bookmaker,
        },
    )
