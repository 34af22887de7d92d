"""Dependency wiring of the public record: storage, witnesses and calendars, as in `shared.runtime.wiring`."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from shared.runtime import clock, wiring
from shared.runtime.settings import SettingsError, settings

if TYPE_CHECKING:
    from shared.clients.aws.object_storage import ObjectStorage
    from shared.clients.folder_storage import FolderStorage
    from shared.clients.transparency.calendar import Calendar
    from shared.clients.transparency.witness import Witness


@cache
def storage() -> ObjectStorage | FolderStorage | None:
    """The public storage of the record, or a folder in its place; None in development without one."""
    bucket = settings().record_bucket
    if not bucket and settings().app_env == "development":
        return None
    if bucket.startswith("/"):
        from shared.clients.folder_storage import FolderStorage

        return FolderStorage(Path(bucket))
    from shared.clients.aws.object_storage import ObjectStorage

    return ObjectStorage(settings().require("record_bucket"), settings().record_url)


@cache
def witnesses() -> tuple[Witness, ...]:
    """The witnesses to which checkpoints of the record are offered."""
    texts = [text.split() for text in settings().record_witnesses.split(",") if text.strip()]
    if not texts:
        return ()
    from shared.clients.transparency.witness import Witness
    from shared.ledger.signed_note import InvalidNote, parse_verifier_key

    try:
        return tuple(Witness(parse_verifier_key(key), url, wiring.http(), clock.now) for key, url in texts)
    except (InvalidNote, ValueError) as error:
        raise SettingsError(f"RECORD_WITNESSES must be pairs of a verifier key and an address: {error}") from error


@cache
def calendars() -> tuple[Calendar, ...]:
    """The OpenTimestamps calendars that anchor checkpoints of the record."""
    urls = [url.strip() for url in settings().record_calendars.split(",") if url.strip()]
    if not urls:
        return ()
    from shared.clients.transparency.calendar import Calendar

    return tuple(Calendar(url, wiring.http(), clock.now) for url in urls)
