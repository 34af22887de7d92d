"""The longest interval between two scheduled starts of each job, and when the rounds of jobs begin.

Tests compare both with the schedules in serverless.yml.
"""

from datetime import datetime, time, timedelta

NIGHT, AFTERNOON = time(2, 40), time(14, 40)
"""The beginnings of the two rounds of data jobs, UTC."""
MAX_IDLE = timedelta(hours=6)
"""The longest that a job that sends goes without a look at Postgres: the delay if a mark in Redis was lost."""
SENDERS = frozenset({"send_notifications", "send_webhooks"})
ROUNDS = {
    **dict.fromkeys(
        (
            "sync_fixtures",
            "sync_history",
            "update_ratings",
            "publish_predictions",
            "settle_picks",
            "settle_bets",
            "ingest_news",
            "write_explanations",
            "read_weather",
            "publish_record",
        ),
        (NIGHT, AFTERNOON),
    ),
    **dict.fromkeys(
        (
            "simulate_seasons",
            "watch_quality",
            "finish_deletions",
            "reconcile_subscriptions",
            "clean_vectors",
            "watch_sources",
            "refresh_cache",
        ),
        (NIGHT,),
    ),
}
"""The rounds in which a job follows another one. Its own schedule is for rounds that broke off before it."""
MAX_INTERVALS = {
    "back_up_database": timedelta(hours=24),
    "sync_odds": timedelta(hours=12),
    "sync_fixtures": timedelta(hours=12),
    "sync_history": timedelta(hours=12),
    "update_ratings": timedelta(hours=12),
    "publish_predictions": timedelta(hours=12),
    "write_explanations": timedelta(hours=12),
    "settle_picks": timedelta(hours=12),
    "settle_bets": timedelta(hours=12),
    "simulate_seasons": timedelta(hours=24),
    "watch_quality": timedelta(hours=24),
    "watch_sources": timedelta(hours=24),
    "finish_deletions": timedelta(hours=24),
    "reconcile_subscriptions": timedelta(hours=24),
    "read_weather": timedelta(hours=12),
    "ingest_news": timedelta(hours=7, minutes=20),
    "clean_vectors": timedelta(hours=24),
    "choose_picks": timedelta(hours=25),  # in Paris time: once a year the clocks go back
    "refresh_cache": timedelta(hours=24),
    "publish_record": timedelta(hours=12),
    "send_notifications": timedelta(minutes=15),
    "send_webhooks": timedelta(minutes=15),
    "snapshot_closing": timedelta(hours=12, minutes=15),
}


def max_age(job: str) -> timedelta:
    """The longest interval between two runs of a job that read Postgres."""
    return MAX_INTERVALS[job] + (MAX_IDLE if job in SENDERS else timedelta(0))


def next_round(now: datetime, *beginnings: time) -> datetime:
    """The next beginning of one of the given rounds.

    >>> from datetime import UTC
    >>> next_round(datetime(2026, 11, 22, 3, tzinfo=UTC), NIGHT, AFTERNOON).isoformat()
    '2026-11-22T14:40:00+00:00'
    """
    days = (now.date(), now.date() + timedelta(days=1))
    instants = (datetime.combine(day, beginning, now.tzinfo) for day in days for beginning in beginnings)
    return min(instant for instant in instants if instant > now)
