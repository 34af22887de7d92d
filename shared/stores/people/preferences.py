"""User preferences."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, LiteralString
from uuid import UUID

from shared.stores.database import Connection, fetch_one

GET = """
    SELECT language, timezone, odds_format, dark_mode, email_daily_picks, email_match_results, push_daily_picks,
        push_match_start, push_bet_results, default_stake, risk_level, favorite_competitions, favorite_team_id
    FROM preferences
    WHERE user_id = %(user_id)s
"""


@dataclass(frozen=True, slots=True)
class PreferencesRow:
    """Preferences of a user, with defaults."""

    language: str = "fr"  # `fr`, `en` or `nl`; French is used for `nl`
    timezone: str = "Europe/Paris"  # IANA name
    odds_format: str = "decimal"
    dark_mode: bool = True
    email_daily_picks: bool = True
    email_match_results: bool = False
    push_daily_picks: bool = True
    push_match_start: bool = False
    push_bet_results: bool = True
    default_stake: Decimal = Decimal("10.00")  # euros
    risk_level: str = "medium"
    favorite_competitions: list[str] = field(default_factory=list[str])  # codes in order of preference
    favorite_team_id: int | None = None


def of_person(db: Connection, user_id: UUID) -> PreferencesRow:
    """A user's preferences."""
    return fetch_one(db, PreferencesRow, GET, {"user_id": user_id}) or PreferencesRow()


ADD = """
    INSERT INTO preferences (
        user_id, language, timezone, odds_format, dark_mode, email_daily_picks, email_match_results, push_daily_picks,
        push_match_start, push_bet_results, default_stake, risk_level, favorite_competitions, favorite_team_id,
        updated_at
    )
    VALUES (
        %(user_id)s, %(language)s, %(timezone)s, %(odds_format)s, %(dark_mode)s, %(email_daily_picks)s,
        %(email_match_results)s, %(push_daily_picks)s, %(push_match_start)s, %(push_bet_results)s, %(default_stake)s,
        %(risk_level)s, %(favorite_competitions)s, %(favorite_team_id)s, %(now)s
    )
    ON CONFLICT (user_id) DO NOTHING
"""
LOCK = GET + " FOR UPDATE"
CHANGE = """
    UPDATE preferences SET
        language = %(language)s,
        timezone = %(timezone)s,
        odds_format = %(odds_format)s,
        dark_mode = %(dark_mode)s,
        email_daily_picks = %(email_daily_picks)s,
        email_match_results = %(email_match_results)s,
        push_daily_picks = %(push_daily_picks)s,
        push_match_start = %(push_match_start)s,
        push_bet_results = %(push_bet_results)s,
        default_stake = %(default_stake)s,
        risk_level = %(risk_level)s,
        favorite_competitions = %(favorite_competitions)s,
        favorite_team_id = %(favorite_team_id)s,
        updated_at = %(now)s
    WHERE user_id = %(user_id)s
"""


def change(db: Connection, user_id: UUID, changes: Mapping[str, Any], now: datetime) -> PreferencesRow:
    """Update some preferences, safely under concurrency, and return all of them."""
    db.execute(ADD, {**asdict(PreferencesRow()), "user_id": user_id, "now": now})
    before = fetch_one(db, PreferencesRow, LOCK, {"user_id": user_id})
    assert before is not None  # noqa: S101  # inserted above if missing
    after = replace(before, **changes)
    db.execute(CHANGE, {**asdict(after), "user_id": user_id, "now": now})
    return after


EXPORT: dict[str, LiteralString] = {
    "preferences": GET,
}
ERASE: tuple[LiteralString, ...] = ("DELETE FROM preferences WHERE user_id = %(user_id)s",)
