"""Fills a migrated database with people who bet, in realistic shares: one INSERT … SELECT per table."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import LiteralString

from psycopg import sql

from shared.stores.database import Connection

MATCHES_ENDED, MATCHES_COMING = 400, 100
"""Matches of the past month, and of the coming hour."""
P256DH, AUTH = (
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    "BTBZMqHH6r4Tts7J_aSIgg",
)
"""Keys of a browser (the example of RFC 8291, section 5)."""
SECRET = "whsec_" + "A" * 43 + "="


@dataclass(frozen=True)
class Population:
    """Numbers of rows."""

    people: int  # users with an account
    followers: int = 0  # people with one device and a reminder of a match that kicks off within the hour
    open_bets: int = 0  # bets without a settlement on matches that ended
    settled_bets: int = 0  # bets settled in the past, with their closing-line value
    customers: int = 0  # people with a Stripe subscription
    webhooks: int = 0  # webhooks of Elite users
    deletions: int = 0  # people whose deletion is pending


def realistic(people: int) -> Population:
    """Shares of a population: assumptions, as in docs/operate/scale.md.

    >>> realistic(1000).webhooks
    10
    """
    return Population(
        people=people,
        followers=people * 3 // 10,
        open_bets=people,
        settled_bets=3 * people,
        customers=people // 20,
        webhooks=people // 100,
        deletions=people // 1000,
    )


def _person(number: LiteralString) -> LiteralString:
    """SQL for the id of a person by number."""
    return f"('00000000-0000-4000-8000-' || lpad(to_hex({number}), 12, '0'))::uuid"


FILL: tuple[LiteralString, ...] = (
    """
    INSERT INTO teams (team_id, name, short_name, tla, country, matched)
    SELECT n, 'Club ' || n, 'Club ' || n, 'C' || n, 'England', true FROM generate_series(1, 40) n
    """,
    """
    INSERT INTO matches (
        match_id, competition, season, stage, home_team_id, away_team_id, kick_off, status, home_goals, away_goals,
        source, source_updated_at, hour
    )
    SELECT n, 'PL', 2023, 'REGULAR_SEASON', 1 + n %% 20, 21 + n %% 20,
        CASE WHEN n <= %(ended)s THEN %(now)s - interval '3 hours' - n * interval '1 hour'
            ELSE %(now)s + interval '55 minutes' END,
        CASE WHEN n <= %(ended)s THEN 'finished' ELSE 'scheduled' END,
        CASE WHEN n <= %(ended)s THEN n %% 4 END, CASE WHEN n <= %(ended)s THEN n %% 3 END,
        'football_data_uk', %(now)s, 'known'
    FROM generate_series(1, %(ended)s::bigint + %(coming)s) n
    """,
    """
    INSERT INTO offers (match_id, source, bookmaker, market, line, closing, taken_at, prices)
    SELECT match_id, 'football_data_uk', 'Pinnacle', 'h2h', 0, true, kick_off - interval '1 minute',
        ARRAY[2.1, 3.4, 3.9]
    FROM matches WHERE status = 'finished'
    """,
    """
    INSERT INTO accounts (user_id, plan, updated_at)
    SELECT {person}, CASE WHEN n <= %(webhooks)s THEN 'elite' WHEN n %% 20 = 0 THEN 'premium' ELSE 'free' END, %(now)s
    FROM generate_series(1, %(people)s) n
    """,
    """
    INSERT INTO users (user_id, created_at) SELECT user_id, %(before)s FROM accounts
    """,
    """
    INSERT INTO preferences (
        user_id, language, timezone, odds_format, dark_mode, email_daily_picks, email_match_results, push_daily_picks,
        push_match_start, push_bet_results, default_stake, risk_level, favorite_competitions, updated_at
    )
    SELECT {person}, 'fr', 'Europe/Paris', 'decimal', false, false, false, true, true, true, 10, 'low', '{{}}', %(now)s
    FROM generate_series(1, %(people)s) n WHERE n <= %(followers)s OR n %% 3 = 1
    """,
    """
    INSERT INTO favourites (user_id, match_id, notify_before_match, created_at)
    SELECT {person}, %(ended)s + 1 + n %% %(coming)s, true, %(before)s FROM generate_series(1, %(followers)s) n
    """,
    """
    INSERT INTO push_subscriptions (user_id, endpoint, p256dh, auth, quiet_from, quiet_until, created_at, updated_at)
    SELECT {person}, 'https://fcm.googleapis.com/fcm/send/' || n, %(p256dh)s, %(auth)s, 0, 0, %(before)s, %(before)s
    FROM generate_series(1, %(followers)s) n
    """,
    """
    INSERT INTO bankrolls (user_id) SELECT user_id FROM accounts
    """,
    """
    INSERT INTO bets (
        user_id, match_id, kick_off, hour_known, market, outcome, line, price, amount, followed, placed_at, day
    )
    SELECT {bettor}, m.match_id, m.kick_off, true, 'h2h', (ARRAY['home', 'draw', 'away'])[1 + n %% 3], 0, 2.5, 10,
        false, m.kick_off - interval '1 day', (m.kick_off - interval '1 day')::date
    FROM generate_series(1, %(settled_bets)s::bigint + %(open_bets)s) n
    JOIN matches m ON m.match_id = 1 + n %% %(ended)s
    """,
    """
    INSERT INTO bankroll_entries (user_id, bet_id, status, amount, source, created_at)
    SELECT user_id, bet_id, 'pending', -10, 'person', placed_at FROM bets
    """,
    """
    INSERT INTO bankroll_entries (user_id, bet_id, status, amount, score, source, created_at)
    SELECT user_id, bet_id, 'lost', 0, '1-2', 'person', %(before)s FROM bets WHERE bet_id <= %(settled_bets)s
    """,
    """
    INSERT INTO bet_closings (bet_id, user_id, fair_probability, closing_line_value, source, bookmaker)
    SELECT bet_id, user_id, 0.45, 0.125, 'football_data_uk', 'Pinnacle' FROM bets WHERE bet_id <= %(settled_bets)s
    """,
    # Triggers are off while this runs.
    """
    INSERT INTO bets_due (bet_id, match_id, due_at)
    SELECT bet_id, match_id, kick_off FROM bets WHERE bet_id > %(settled_bets)s
    """,
    """
    INSERT INTO customers (user_id, customer_id, plan, synced_at)
    SELECT {person}, 'cus_' || n, 'premium', %(before)s FROM generate_series(1, %(customers)s) n
    """,
    """
    INSERT INTO webhooks (webhook_id, user_id, url, events, secret, created_at, test_requested_at)
    SELECT {person}, {person}, 'https://receiver-' || n || '.example/', ARRAY['picks.committed'], %(secret)s,
        %(before)s, %(now)s
    FROM generate_series(1, %(webhooks)s) n
    """,
    """
    INSERT INTO deletions (user_id, requested_at)
    SELECT {person}, %(before)s FROM generate_series(%(people)s::bigint - %(deletions)s + 1, %(people)s) n
    """,
    """
    UPDATE accounts SET deleted_at = %(before)s WHERE user_id IN (SELECT user_id FROM deletions)
    """,
)


def fill(db: Connection, population: Population, now: datetime) -> None:
    """Fill an empty migrated database, which should be analysed afterwards; superusers only.

    Triggers and foreign keys are not checked meanwhile: the rows satisfy them.
    """
    params = {
        **vars(population),
        "now": now,
        "before": now - timedelta(days=40),
        "ended": MATCHES_ENDED,
        "coming": MATCHES_COMING,
        "p256dh": P256DH,
        "auth": AUTH,
        "secret": SECRET,
    }
    with db.transaction():
        db.execute("SET LOCAL session_replication_role = replica")
        db.execute("SET LOCAL statement_timeout = 0")
        for statement in FILL:
            query = statement.format(person=_person("n"), bettor=_person("1 + n %% %(people)s"))
            db.execute(sql.SQL(query), params)
    db.execute("SET statement_timeout = 0")
    db.execute("VACUUM ANALYZE")
