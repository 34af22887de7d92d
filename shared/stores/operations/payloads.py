"""What the world said, word for word, kept before anything is made of it."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from shared.stores.database import Connection, by_column

RESULTS = "football_data_uk/results"
"""The source that tells of matches that were played, one row of its files each."""
PAGE = """
    SELECT DISTINCT ON (outside_id) outside_id, content
    FROM payloads
    WHERE source = %(source)s AND outside_id > %(after)s
    ORDER BY outside_id, known_at DESC
    LIMIT %(most)s
"""


def page(db: Connection, source: str, after: str, limit: int) -> list[tuple[str, str]]:
    """Outside ids above a given one, in order, and what the source last said of each."""
    return db.execute(PAGE, {"source": source, "after": after, "most": limit}).fetchall()


LATEST_DIGESTS = """
    SELECT DISTINCT ON (outside_id) outside_id, digest
    FROM payloads
    WHERE source = %(source)s AND outside_id = ANY(%(outside_ids)s)
    ORDER BY outside_id, known_at DESC
"""
ADD = """
    INSERT INTO payloads (source, outside_id, known_at, digest, content)
    SELECT source, outside_id, known_at, digest, content
    FROM unnest(
        %(source)s::text[], %(outside_id)s::text[], %(known_at)s::timestamptz[], %(digest)s::bytea[],
        %(content)s::text[]
    ) AS given (source, outside_id, known_at, digest, content)
    ON CONFLICT (source, outside_id, known_at)
    DO UPDATE SET digest = EXCLUDED.digest, content = EXCLUDED.content
"""


def store_changed(db: Connection, source: str, contents: Mapping[str, str], known_at: datetime) -> set[str]:
    """Keep what differs from what was last kept, as what the source said at an instant; the outside ids of those."""
    rows = db.execute(LATEST_DIGESTS, {"source": source, "outside_ids": list(contents)}).fetchall()
    last = dict(rows)
    digests = {outside_id: sha256(content.encode()).digest() for outside_id, content in contents.items()}
    changed = {outside_id for outside_id, digest in digests.items() if last.get(outside_id) != digest}
    if changed:
        rows = [
            {"source": source, "outside_id": o, "known_at": known_at, "digest": digests[o], "content": contents[o]}
            for o in sorted(changed)
        ]
        db.execute(ADD, by_column(rows))
    return changed
