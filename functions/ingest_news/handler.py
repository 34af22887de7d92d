"""Ingest the publishers' news feeds. Cron: 04:00, 08:40, 16:00 and 20:40 UTC. Safe to run twice or late."""

import logging
from collections import Counter
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from functools import partial

from shared.clients.errors import UpstreamError
from shared.clients.sources.news_feeds import Entry, NewsFeeds
from shared.clients.sources.url_canonicalization import article_id, canonicalize
from shared.football.article_parsing import parse_article
from shared.football.articles import RETENTION, Article
from shared.football.outlets import OUTLETS, Outlet
from shared.football.story_clustering import MAX_GAP, assign_stories
from shared.runtime import clock, logs, wiring
from shared.runtime.jobs import Run, job
from shared.services.article_embedding import embed, reconcile
from shared.services.cache_policies import CacheKind, invalidate
from shared.stores.news import articles, feeds
from shared.stores.news.feeds import FeedRow

MAX_SILENCE = timedelta(days=3)
"""How long a feed may fail before the run fails."""
CLOCK_SKEW = timedelta(minutes=10)
"""How far a publisher's clock may be ahead of ours."""


class FeedSilent(Exception):
    """A feed has failed for days: check its URL and terms in shared/football/outlets.py."""


def ingest(run: Run) -> None:
    """Store new articles of each feed, then embed new and missing ones into the vector store.

    A failing feed does not stop the others and is retried by the next run; after three days of failures the run fails.
    Without a vector store the articles wait for one.
    """
    reader = wiring.news_feeds()
    if reader is None:
        run.report(skipped="NEWS_FEEDS_URL is not set")
    else:
        _ingest_feeds(run, reader)
    vectors = wiring.qdrant()
    if vectors is None:
        run.report(vectors="QDRANT_URL is not set")
        return
    with run.part(UpstreamError):
        lost, orphans = reconcile(run.db, vectors, run.deadline)
        run.report(vectors_lost=lost, vectors_without_article=orphans)
        run.report(vectors=embed(run.db, vectors, wiring.sentence_encoder(), run.now, run.deadline))


def _ingest_feeds(run: Run, reader: NewsFeeds) -> None:
    feed_rows, counts = feeds.by_outlet(run.db), Counter[str]()
    collected: dict[str, Article] = {}
    for outlet in OUTLETS.values():
        if clock.now() >= run.deadline:
            counts["feeds_left"] += 1
            continue
        with run.part(FeedSilent):
            entries = _read_feed(run, reader, outlet, feed_rows.get(outlet.key), counts)
            for article in _articles(entries, outlet, run.now, counts):
                collected.setdefault(str(article.article_id), article)
    run.report(new=_store(run, collected.values()), **counts)


def _read_feed(
    run: Run, reader: NewsFeeds, outlet: Outlet, feed_row: FeedRow | None, counts: Counter[str]
) -> tuple[Entry, ...]:
    """The entries of a feed; empty if it is unchanged or cannot be read.

    Raises:
        FeedSilent: it has failed for `MAX_SILENCE`.
    """
    etag, last_modified = (feed_row.etag, feed_row.last_modified) if feed_row else ("", "")
    try:
        response = reader.fetch(outlet, etag, last_modified, deadline=run.deadline)
    except UpstreamError as error:
        counts["feeds_failed"] += 1
        logs.write(logging.WARNING, "a feed cannot be read", outlet=outlet.key, error=str(error))
        since = feeds.mark_failed(run.db, outlet.key, str(error), run.now)
        if run.now - since >= MAX_SILENCE:
            raise FeedSilent(f"{outlet.name} has not been readable since {since:%Y-%m-%d}: {error}") from error
        return ()
    feeds.mark_read(run.db, outlet.key, response.etag, response.last_modified, run.now)
    counts["feeds_read" if response.entries is not None else "feeds_unchanged"] += 1
    if response.unreadable:
        counts["entries_lost"] += response.unreadable
        logs.write(logging.INFO, "entries of a feed cannot be read", outlet=outlet.key, lost=response.unreadable)
    return response.entries or ()


def _articles(entries: Iterable[Entry], outlet: Outlet, now: datetime, counts: Counter[str]) -> list[Article]:
    """Parses entries; only those with a URL, a title and a date of the last ninety days are kept."""
    parsed: list[Article] = []
    for entry in entries:
        if entry.published_at is None:
            counts["undated"] += 1
            continue
        if not now - RETENTION < entry.published_at <= now + CLOCK_SKEW:
            counts["out_of_time"] += 1
            continue
        try:
            url = canonicalize(entry.url)
            published_at = min(entry.published_at, now)
            parsed.append(
                parse_article(
                    article_id(url), url, entry.title, entry.summary, outlet.key, outlet.language, published_at
                )
            )
        except ValueError:
            counts["unfit"] += 1
    return parsed


def _store(run: Run, collected: Collection[Article]) -> int:
    """Store articles with their story ids; returns how many are new or changed."""
    if not collected:
        return 0
    stored = articles.by_ids(run.db, [article.article_id for article in collected])
    fresh = [article for article in collected if article.article_id not in stored]
    changed = [article for article in collected if article.article_id in stored]
    published = [article.published_at for article in collected]
    nearby = articles.between(run.db, min(published) - MAX_GAP, max(published) + MAX_GAP)
    return len(articles.add(run.db, [*assign_stories(fresh, nearby), *changed], run.now))


handler = job("ingest_news", ingest, after_commit=partial(invalidate, CacheKind.NEWS))
