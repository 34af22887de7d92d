"""Users' bets and their current status."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from shared.accounts.responsible_gambling import DailyActivity
from shared.betting.bets import Bet, BetStatus
from shared.betting.prices import Market
from shared.stores.betting.bankrolls import EntrySource
from shared.stores.database import Connection, by_column, fetch_all, fetch_one, fetch_value

COLUMNS = """
    SELECT b.bet_id, b.user_id, b.match_id, b.kick_off, b.hour_known, b.market, b.outcome, b.line, b.price, b.amount,
        b.confidence, b.followed, b.placed_at, b.day, e.status, e.first_entry, e.last_entry, e.last_amount,
        e.score, e.source, e.status_changed_at, c.closing_line_value
    FROM bets b
    JOIN LATERAL (
        SELECT status, min(entry_id) OVER () AS first_entry, entry_id AS last_entry, amount AS last_amount, score,
            source, created_at AS status_changed_at
        FROM bankroll_entries
        WHERE bet_id = b.bet_id
        ORDER BY entry_id DESC
        LIMIT 1
    ) e ON true
    LEFT JOIN bet_closings c ON c.bet_id = b.bet_id
"""
"""Common part of all queries for `BetRow`."""


@dataclass(frozen=True, slots=True)
class NewBet:
    """A new bet; attributes as in `BetRow`."""

    user_id: UUID
    match_id: int
    kick_off: datetime
    hour_known: bool
    market: Market
    outcome: str
    line: Decimal
    price: Decimal
    amount: Decimal
    confidence: Decimal | None
    followed: bool
    placed_at: datetime
    day: date


@dataclass(frozen=True, slots=True)
class BetRow:
    """A bet and its current status."""

    bet_id: int
    user_id: UUID
    # match_id, kick_off: the match and its kick-off when the bet was placed.
    match_id: int
    kick_off: datetime
    hour_known: bool  # whether the time of `kick_off` was known; otherwise it is the last minute of the day
    # market, outcome, line: the selection; a handicap line is that of the selected side.
    market: Market
    outcome: str
    line: Decimal
    price: Decimal
    amount: Decimal  # stake in euros
    confidence: Decimal | None  # the user's own probability in percent, if given
    followed: bool
    # placed_at, day: when, and on which day in Paris.
    placed_at: datetime
    day: date
    status: BetStatus
    first_entry: int
    last_entry: int
    last_amount: Decimal  # amount of the latest entry in euros
    score: str | None  # score at settlement; None if no score decided
    source: EntrySource
    status_changed_at: datetime  # time of the latest entry
    closing_line_value: Decimal | None  # closing-line value; None while unknown

    @property
    def bet(self) -> Bet:
        """The bet for status transitions."""
        return Bet(
            market=self.market,
            outcome=self.outcome,
            line=self.line,
            price=self.price,
            amount=self.amount,
            status=self.status,
            first_entry=self.first_entry,
            last_entry=self.last_entry,
            last_amount=self.last_amount,
        )

    @property
    def returned(self) -> Decimal | None:
        """Payout in euros; None while the bet is open."""
        return self.last_amount if self.status.ended else None


@dataclass(frozen=True, slots=True)
class StatusTotal:
    """A user's bets of one status: number, total stake and total of the latest entries, in euros."""

    status: BetStatus
    count: int
    staked: Decimal
    returned: Decimal


ADD = """
    INSERT INTO bets (
        user_id, match_id, kick_off, hour_known, market, outcome, line, price, amount, confidence, followed,
        placed_at, day
    )
    VALUES (
        %(user_id)s, %(match_id)s, %(kick_off)s, %(hour_known)s, %(market)s, %(outcome)s, %(line)s, %(price)s,
        %(amount)s, %(confidence)s, %(followed)s, %(placed_at)s, %(day)s
    )
    RETURNING bet_id
"""


def add(db: Connection, bet: NewBet) -> int:
    """Add a bet of a user with a bankroll and return its id. The caller adds the entry of its stake."""
    return fetch_value(db, ADD, asdict(bet))


GET = f"""{COLUMNS}
    WHERE b.bet_id = %(bet_id)s AND b.user_id = %(user_id)s AND e.status <> 'deleted'
"""


def get(db: Connection, user_id: UUID, bet_id: int) -> BetRow | None:
    """A bet of a user; None if deleted or owned by another user."""
    return fetch_one(db, BetRow, GET, {"user_id": user_id, "bet_id": bet_id})


BY_IDS = f"""{COLUMNS}
    WHERE b.bet_id = ANY(%(bet_ids)s)
    ORDER BY b.bet_id
"""


def by_ids(db: Connection, bet_ids: Iterable[int]) -> list[BetRow]:
    """Bets by id, including deleted ones."""
    return fetch_all(db, BetRow, BY_IDS, {"bet_ids": list(bet_ids)})


OF_PERSON = f"""{COLUMNS}
    WHERE b.user_id = %(user_id)s AND e.status <> 'deleted'
        AND (%(status)s::text IS NULL OR e.status = %(status)s)
        AND (%(since)s::timestamptz IS NULL OR b.placed_at >= %(since)s)
    ORDER BY b.placed_at DESC, b.bet_id DESC
    LIMIT %(limit)s OFFSET %(offset)s
"""


def of_person(
    db: Connection,
    user_id: UUID,
    limit: int,
    offset: int = 0,
    status: BetStatus | None = None,
    since: datetime | None = None,
) -> list[BetRow]:
    """A user's bets, newest first, optionally filtered by status and time of placement."""
    params = {"user_id": user_id, "limit": limit, "offset": offset, "status": status, "since": since}
    return fetch_all(db, BetRow, OF_PERSON, params)


TOTALS = """
    SELECT e.status, count(*) AS count, sum(b.amount) AS staked, sum(e.amount) AS returned
    FROM bets b
    JOIN LATERAL (
        SELECT status, amount FROM bankroll_entries WHERE bet_id = b.bet_id ORDER BY entry_id DESC LIMIT 1
    ) e ON true
    WHERE b.user_id = %(user_id)s AND e.status <> 'deleted'
    GROUP BY e.status
"""


def totals(db: Connection, user_id: UUID) -> list[StatusTotal]:
    """Totals of a user's bets by status."""
    return fetch_all(db, StatusTotal, TOTALS, {"user_id": user_id})


DAILY_ACTIVITY = """
    SELECT b.day,
        coalesce(sum(b.amount) FILTER (WHERE e.status <> 'void'), 0) AS staked,
        sum(CASE e.status WHEN 'pending' THEN b.amount ELSE b.amount - e.amount END) AS at_risk
    FROM bets b
    JOIN LATERAL (
        SELECT status, amount FROM bankroll_entries WHERE bet_id = b.bet_id ORDER BY entry_id DESC LIMIT 1
    ) e ON true
    WHERE b.user_id = %(user_id)s AND b.day >= %(first_day)s AND e.status <> 'deleted'
    GROUP BY b.day
    ORDER BY b.day
"""


def daily_activity(db: Connection, user_id: UUID, first_day: date) -> list[DailyActivity]:
    """A user's stakes and possible losses by day, from a day on."""
    return fetch_all(db, DailyActivity, DAILY_ACTIVITY, {"user_id": user_id, "first_day": first_day})


@dataclass(frozen=True, slots=True)
class ClosingValue:
    """The closing-line value of a bet, with the fair probability and the source and bookmaker of the closing prices."""

    bet_id: int
    fair_probability: Decimal
    closing_line_value: Decimal
    source: str
    bookmaker: str


ADD_CLOSING_VALUES = """
    INSERT INTO bet_closings (bet_id, user_id, fair_probability, closing_line_value, source, bookmaker)
    SELECT b.bet_id, b.user_id, given.fair_probability, given.closing_line_value, given.source, given.bookmaker
    FROM unnest(
        %(bet_id)s::bigint[], %(fair_probability)s::numeric[], %(closing_line_value)s::numeric[], %(source)s::text[],
        %(bookmaker)s::text[]
    ) AS given (bet_id, fair_probability, closing_line_value, source, bookmaker)
    JOIN bets b ON b.bet_id = given.bet_id
    FOR KEY SHARE OF b
    ON CONFLICT (bet_id) DO NOTHING
"""


def add_closing_values(db: Connection, values: Sequence[ClosingValue]) -> None:
    """Add closing-line values, once for each bet; no effect for bets of users deleted meanwhile."""
    if values:
        db.execute(ADD_CLOSING_VALUES, by_column([asdict(value) for value in values]))
