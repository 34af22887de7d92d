"""Read the publishers' feeds of news. Cron: 02:20, 08:20, 14:20 and 20:20 UTC. Safe to run twice or late."""

import logging
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial

from shared.clients.errors import UpstreamError
from shared.clients.sources.news_feeds import Entry, NewsFeeds
from shared.clients.sources.url_canonicalization import article_id_of, canonical
from shared.football.article_parsing import article_from
from shared.football.articles import KEPT, Article
from shared.football.outlets import OUTLETS, Outlet
from shared.football.story_clustering import WITHIN, told
from shared.runtime import clock, logs, wiring
from shared.runtime.jobs import Run, job
from shared.services.article_embedding import embed, reconcile
from shared.services.cache_policies import CacheKind, invalidate
from shared.stores.news import articles, feeds
from shared.stores.news.feeds import FeedRow

SILENT = timedelta(days=3)
"""How long a feed may fail before somebody must look at it."""
AHEAD = timedelta(minutes=10)
"""How far a publisher's clock may be ahead of ours."""


class FeedSilent(Exception):
    """A feed has not been readable for days: look at its address and terms in shared/football/outlets.py."""


def ingest(run: Run) -> None:
    """Take in what is new in each feed, then fill the vector store with it and with what it has lost.

    A feed that fails stops no other and is asked again next time; once it has failed for three days the run fails, so
    that somebody hears of it. Without a vector store the articles wait for one.
    """
    reader = wiring.news_feeds()
    if reader is None:
        run.report(skipped="NEWS_FEEDS_URL is not set")
    else:
        _take_in(run, reader)
    vectors = wiring.qdrant()
    if vectors is None:
        run.report(vectors="QDRANT_URL is not set")
        return
    with run.part(UpstreamError):
        lost, orphans = reconcile(run.db, vectors, run.deadline)
        run.report(vectors_lost=lost, vectors_without_article=orphans)
        run.report(vectors=embed(run.db, vectors, wiring.sentence_encoder(), run.now, run.deadline))


def _take_in(run: Run, reader: NewsFeeds) -> None:
    kept, counts = feeds.by_outlet(run.db), Counter[str]()
    found: dict[str, Article] = {}
    for outlet in OUTLETS.values():
        if clock.now() >= run.deadline:
            counts["feeds_left"] += 1
            continue
        with run.part(FeedSilent):
            entries = _read(run, reader, outlet, kept.get(outlet.key), counts)
            for article in _articles(entries, outlet, run.now, counts):
                found.setdefault(str(article.article_id), article)
    run.report(new=_keep(run, found.values()), **counts)


def _read(run: Run, reader: NewsFeeds, outlet: Outlet, kept: FeedRow | None, counts: Counter[str]) -> tuple[Entry, ...]:
    """The entries of a feed; none where nothing has changed or it cannot be read.

    Raises:
        FeedSilent: it has not been readable for long.
    """
    etag, last_modified = (kept.etag, kept.last_modified) if kept else ("", "")
    try:
        answer = reader.read(outlet, etag, last_modified, deadline=run.deadline)
    except UpstreamError as error:
        counts["feeds_failed"] += 1
        logs.write(logging.WARNING, "a feed cannot be read", outlet=outlet.key, error=str(error))
        since = feeds.failed(run.db, outlet.key, str(error), run.now)
        if run.now - since >= SILENT:
            raise FeedSilent(f"{outlet.name} has not been readable since {since:%Y-%m-%d}: {error}") from error
        return ()
    feeds.read(run.db, outlet.key, answer.etag, answer.last_modified, run.now)
    counts["feeds_read" if answer.entries is not None else "feeds_unchanged"] += 1
    if answer.lost:
        counts["entries_lost"] += answer.lost
        logs.write(logging.INFO, "entries of a feed cannot be read", outlet=outlet.key, lost=answer.lost)
    return answer.entries or ()


def _articles(entries: Iterable[Entry], outlet: Outlet, now: datetime, counts: Counter[str]) -> list[Article]:
    """What is kept of entries: those with an address, a title and a date of the last ninety days."""
    found: list[Article] = []
    for entry in entries:
        if entry.published_at is None:
            counts["undated"] += 1
            continue
        if not now - KEPT < entry.published_at <= now + AHEAD:
            counts["out_of_time"] += 1
            continue
        try:
            url = canonical(entry.url)
            published_at = min(entry.published_at, now)
            found.append(
                article_from(
                    article_id_of(url), url, entry.title, entry.summary, outlet.key, outlet.language, published_at
                )
            )
        except ValueError:
            counts["unfit"] += 1
    return found


def _keep(run: Run, found: Iterable[Article]) -> int:
    """Keep articles, with their stories; how many are new or have changed."""
    given = sorted(found, key=lambda article: article.published_at)
    if not given:
        return 0
    known = articles.by_ids(run.db, [article.article_id for article in given])
    fresh = [article for article in given if article.article_id not in known]
    changed = [article for article in given if article.article_id in known]
    around = articles.between(run.db, given[0].published_at - WITHIN, given[-1].published_at + WITHIN)
    return len(articles.add(run.db, [*told(fresh, around), *changed], run.now))


handler = job("ingest_news", ingest, after_commit=partial(invalidate, CacheKind.NEWS))
