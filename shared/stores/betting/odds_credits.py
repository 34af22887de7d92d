"""The month's credits of The Odds API, and the calls they went to."""

from dataclasses import dataclass
from datetime import date, datetime

from shared.stores.database import Connection, fetch_one


@dataclass(frozen=True, slots=True)
class MonthlyCredits:
    """A month of the account.

    Attributes:
        month: its first day.
        used: credits used.
        remaining: credits left as the service says; None until it has said so.
        refused_until: when to ask again, where it said that there are no credits left.
    """

    month: date
    used: int
    remaining: int | None
    refused_until: datetime | None

    def left(self, a_month: int, now: datetime) -> int:
        """Credits that may still be spent of so many a month; none while it refuses."""
        if self.refused_until is not None and now < self.refused_until:
            return 0
        allowed = max(a_month - self.used, 0)
        return allowed if self.remaining is None else min(allowed, self.remaining)


OPEN = "INSERT INTO odds_credits (month) VALUES (%(month)s) ON CONFLICT (month) DO NOTHING"
LOCK = "SELECT month, used, remaining, refused_until FROM odds_credits WHERE month = %(month)s FOR UPDATE"


def lock(db: Connection, month: date) -> MonthlyCredits:
    """A month's account, which nobody else takes until the transaction ends: two runs never spend the same credits."""
    db.execute(OPEN, {"month": month})
    row = fetch_one(db, MonthlyCredits, LOCK, {"month": month})
    assert row is not None  # noqa: S101  # it was begun two lines above
    return row


PUT = """
    UPDATE odds_credits
    SET used = %(used)s, remaining = %(remaining)s, refused_until = %(refused_until)s
    WHERE month = %(month)s
"""


def put(db: Connection, account: MonthlyCredits) -> None:
    """Keep what the account has become."""
    db.execute(PUT, {name: getattr(account, name) for name in account.__slots__})


ADD_CALL = """
    INSERT INTO odds_calls (requested_at, competition, purpose, credits)
    VALUES (%(requested_at)s, %(competition)s, %(purpose)s, %(credits)s)
    ON CONFLICT (requested_at, competition, purpose) DO UPDATE SET credits = EXCLUDED.credits
"""


def add_call(db: Connection, competition: str, purpose: str, credits: int, now: datetime) -> None:
    """Write down what credits went to."""
    db.execute(ADD_CALL, {"requested_at": now, "competition": competition, "purpose": purpose, "credits": credits})


REQUESTED_SINCE = "SELECT DISTINCT competition FROM odds_calls WHERE purpose = %(purpose)s AND requested_at > %(since)s"


def competitions_requested_since(db: Connection, purpose: str, since: datetime) -> set[str]:
    """The competitions whose prices were asked for a purpose after an instant."""
    rows = db.execute(REQUESTED_SINCE, {"purpose": purpose, "since": since}).fetchall()
    return {competition for (competition,) in rows}
