"""Monthly credits of The Odds API, and the calls that used them."""

from dataclasses import asdict, dataclass
from datetime import date, datetime

from shared.stores.database import Connection, fetch_one, fetch_values


@dataclass(frozen=True, slots=True)
class MonthlyCredits:
    """Credits of a month."""

    month: date  # first day of the month
    used: int
    remaining: int | None  # credits left as reported by the API; None until reported
    refused_until: datetime | None  # when to retry after the API reported that no credits are left

    def left(self, a_month: int, now: datetime) -> int:
        """Credits left of a monthly allowance; 0 until `refused_until`."""
        if self.refused_until is not None and now < self.refused_until:
            return 0
        allowed = max(a_month - self.used, 0)
        return allowed if self.remaining is None else min(allowed, self.remaining)


LOCK = "SELECT month, used, remaining, refused_until FROM odds_credits WHERE month = %(month)s FOR UPDATE"


def lock(db: Connection, month: date) -> MonthlyCredits:
    """Lock a month's credits until the end of the transaction, so that concurrent runs do not spend them twice."""
    db.execute("INSERT INTO odds_credits (month) VALUES (%(month)s) ON CONFLICT (month) DO NOTHING", {"month": month})
    row = fetch_one(db, MonthlyCredits, LOCK, {"month": month})
    assert row is not None  # noqa: S101  # inserted above if missing
    return row


PUT = """
    UPDATE odds_credits
    SET used = %(used)s, remaining = %(remaining)s, refused_until = %(refused_until)s
    WHERE month = %(month)s
"""


def put(db: Connection, account: MonthlyCredits) -> None:
    """Store a month's credits."""
    db.execute(PUT, asdict(account))


ADD_CALL = """
    INSERT INTO odds_calls (requested_at, competition, purpose, credits)
    VALUES (%(requested_at)s, %(competition)s, %(purpose)s, %(credits)s)
    ON CONFLICT (requested_at, competition, purpose) DO UPDATE SET credits = EXCLUDED.credits
"""


def add_call(db: Connection, competition: str, purpose: str, credits: int, now: datetime) -> None:
    """Record a call and its credits."""
    db.execute(ADD_CALL, {"requested_at": now, "competition": competition, "purpose": purpose, "credits": credits})


REQUESTED_SINCE = "SELECT DISTINCT competition FROM odds_calls WHERE purpose = %(purpose)s AND requested_at > %(since)s"


def competitions_requested_since(db: Connection, purpose: str, since: datetime) -> set[str]:
    """The competitions whose prices were requested for a purpose after an instant."""
    return set(fetch_values(db, REQUESTED_SINCE, {"purpose": purpose, "since": since}))
