"""Publish the record. Cron: 06:10 and 18:10 UTC, and in each round. Safe to run twice or late."""

import logging
from collections.abc import Iterable
from itertools import chain

from shared.football.competition import available_competitions
from shared.runtime import logs, record_wiring
from shared.runtime.paged_jobs import PagedRun, Pages, paged_job
from shared.runtime.settings import settings
from shared.services import record_publication
from shared.services.cache_policies import CacheKind, invalidate
from shared.services.record_anchors import anchor
from shared.services.record_completeness import check_complete, unannounced
from shared.services.record_publication import Storage
from shared.services.record_witnesses import cosign
from shared.services.signing_keys import SigningKey, signing_keys
from shared.services.source_reports import report_new
from shared.stores.record import checkpoints, commitments, log

WORKERS = 1


def publish(run: PagedRun) -> Pages:
    """Open commitments, check that the record is complete, and publish what is new.

    An opening is committed before it is published, so that the published log never has what the database has not.
    """
    opened = 1
    while opened:
        with run.transaction() as db:
            opened = record_publication.open_commitments(db, run.now)
        run.count(opened=opened)
        yield opened
    with run.item():
        codes = [c.code for c in available_competitions(demo=settings().demo)]
        report_new(run, "record", unannounced(run.db, codes, run.now))
        check_complete(run.db, run.now)
    storage = record_wiring.storage()
    if storage is None:
        run.report(skipped="RECORD_BUCKET is not set")
        return
    with run.item():
        _publish(run, storage, signing_keys())
    yield 1


def _publish(run: PagedRun, storage: Storage, keys: tuple[SigningKey, ...]) -> None:
    with run.transaction() as db:
        newest = record_publication.sign_checkpoint(db, keys, run.now)
    if newest is None:
        return
    run.count(files=record_publication.upload_files(run.db, storage, newest.size))
    witness_faults = list(cosign(run.db, record_wiring.witnesses(), newest, run.deadline))
    record_publication.upload_checkpoint(run.db, storage, keys, newest.size)
    calendar_faults = list(anchor(run.db, storage, record_wiring.calendars(), newest, run.now, run.deadline))
    invalidate(CacheKind.STATISTICS, CacheKind.PREDICTIONS, CacheKind.DAILY_PICKS)
    _report_faults(run, chain(witness_faults, calendar_faults))
    run.report(size=newest.size)


def _report_faults(run: PagedRun, faults: Iterable[tuple[str, str]]) -> None:
    found = list(faults)
    if found:
        logs.write(logging.WARNING, "witnesses or calendars failed", faults=[f"{name}: {what}" for name, what in found])
    report_new(run, "record", found)
    run.report(faults=len(found))


def left(run: PagedRun) -> int:
    """Commitments to open, and entries to publish where there is a bucket."""
    unpublished = 0 if record_wiring.storage() is None else log.size(run.db) - checkpoints.published_size(run.db)
    return commitments.count_due(run.db, run.now) + unpublished


handler = paged_job("publish_record", publish, left, workers=WORKERS)
