"""The stand-in for publishers' feeds, read by the client that reads theirs."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from local import fake_news_feeds
from shared.clients.sources.news_feeds import NewsFeeds
from shared.football.outlets import OUTLETS
from shared.football.team_mentions import mentioned_teams

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize("demo", [True, False])
def test_every_fake_feed_mentions_known_clubs_and_answers_304_until_it_changes(demo: bool) -> None:
    with fake_news_feeds.serve(lambda: NOW, demo=demo) as address, httpx.Client() as http:
        reader, deadline = NewsFeeds(http, lambda: NOW, address), NOW + timedelta(minutes=1)
        for outlet in OUTLETS.values():
            feed = reader.fetch(outlet, "", "", deadline=deadline)
            assert feed.entries
            assert all(entry.published_at and entry.published_at <= NOW for entry in feed.entries)
            tagged = [entry for entry in feed.entries if mentioned_teams(entry.title, outlet.language)]
            assert len(tagged) >= 0.9 * len(feed.entries)
            assert reader.fetch(outlet, feed.etag, "", deadline=deadline).entries is None
        assert httpx.get(f"{address}/missing").status_code == 404
