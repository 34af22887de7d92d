"""Raw payloads of external sources, stored before processing."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from shared.stores.database import Connection, by_column

RESULTS = "football_data_uk/results"
"""Source key of played matches, one CSV row each."""
PAGE = """
    SELECT DISTINCT ON (external_id) external_id, content
    FROM payloads
    WHERE source = %(source)s AND external_id > %(after)s
    ORDER BY external_id, known_at DESC
    LIMIT %(most)s
"""


def page(db: Connection, source: str, after: str, limit: int) -> list[tuple[str, str]]:
    """A page of external ids after a given one, with their latest payloads."""
    return db.execute(PAGE, {"source": source, "after": after, "most": limit}).fetchall()


LATEST_DIGESTS = """
    SELECT DISTINCT ON (external_id) external_id, digest
    FROM payloads
    WHERE source = %(source)s AND external_id = ANY(%(external_ids)s)
    ORDER BY external_id, known_at DESC
"""
ADD = """
    INSERT INTO payloads (source, external_id, known_at, digest, content)
    SELECT source, external_id, known_at, digest, content
    FROM unnest(
        %(source)s::text[], %(external_id)s::text[], %(known_at)s::timestamptz[], %(digest)s::bytea[],
        %(content)s::text[]
    ) AS given (source, external_id, known_at, digest, content)
    ON CONFLICT (source, external_id, known_at)
    DO UPDATE SET digest = EXCLUDED.digest, content = EXCLUDED.content
"""


def store_changed(db: Connection, source: str, contents: Mapping[str, str], known_at: datetime) -> set[str]:
    """Store payloads that differ from the latest stored ones; returns their external ids."""
    rows = db.execute(LATEST_DIGESTS, {"source": source, "external_ids": list(contents)}).fetchall()
    last = dict(rows)
    digests = {external_id: sha256(content.encode()).digest() for external_id, content in contents.items()}
    changed = {external_id for external_id, digest in digests.items() if last.get(external_id) != digest}
    if changed:
        rows = [
            {"source": source, "external_id": o, "known_at": known_at, "digest": digests[o], "content": contents[o]}
            for o in sorted(changed)
        ]
        db.execute(ADD, by_column(rows))
    return changed
