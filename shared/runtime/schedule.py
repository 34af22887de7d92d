"""The longest interval between two runs of each job; a test compares it with the schedules in serverless.yml."""

from datetime import timedelta

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
    "watch_quality": timedelta(hours=24),
    "watch_sources": timedelta(hours=24),
    "finish_deletions": timedelta(hours=24),
    "reconcile_subscriptions": timedelta(hours=24),
    "read_weather": timedelta(hours=12),
    "ingest_news": timedelta(hours=6),
    "clean_vectors": timedelta(hours=24),
    "choose_picks": timedelta(hours=25),  # in Paris time: once a year the clocks go back
    "refresh_cache": timedelta(hours=24),
    "send_notifications": timedelta(minutes=15),
    "send_webhooks": timedelta(minutes=15),
    "snapshot_closing": timedelta(hours=12, minutes=15),
}
