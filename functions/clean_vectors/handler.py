"""Delete news older than 90 days. Cron: 05:10 UTC. Safe to run twice or late."""

from functools import partial

from shared.clients.errors import UpstreamError
from shared.football.articles import RETENTION
from shared.runtime import wiring
from shared.runtime.jobs import Run, job
from shared.services.cache_policies import CacheKind, invalidate
from shared.stores.news import articles


class UndatedPoints(Exception):
    """Points of the vector store have no date and so never expire: index their articles again."""


def clean(run: Run) -> None:
    """Delete old articles from the database and the vector store; points without a date fail the run."""
    before = run.now - RETENTION
    run.report(articles=articles.delete_older(run.db, before))
    vectors = wiring.qdrant()
    if vectors is None:
        run.report(vectors="QDRANT_URL is not set")
        return
    with run.part(UpstreamError), run.part(UndatedPoints):
        stock = vectors.stats()
        if stock.status == "missing":
            run.report(vectors="there is no collection yet")
            return
        run.report(points=vectors.delete_older(before), undated=stock.undated)
        if stock.undated:
            raise UndatedPoints(f"{stock.undated} points of the vector store have no date")


handler = job("clean_vectors", clean, after_commit=partial(invalidate, CacheKind.NEWS))
