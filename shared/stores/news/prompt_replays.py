"""Replays of prompt versions on predictions that have been explained already."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from psycopg.types.json import Jsonb

from shared.stores.database import Connection, fetch_all


@dataclass(frozen=True, slots=True)
class ReplayRow:
    """Output of a prompt version for a prediction."""

    match_id: int
    published_at: datetime
    # prompt, prompt_hash: version of the prompt, and SHA-256 of its text.
    prompt: str
    prompt_hash: str
    # provider, model: as in `ExplanationRow`; `template` and empty if no LLM succeeded.
    provider: str
    model: str
    content: dict[str, Any] | None  # as `ExplanationRow.content`; None if nothing was accepted
    reason: str | None  # why nothing was accepted, or None
    # tokens_in, tokens_out, cost: totals of all calls; the cost in US dollars.
    tokens_in: int
    tokens_out: int
    cost: Decimal
    created_at: datetime


PUT = """
    INSERT INTO prompt_replays (
        match_id, published_at, prompt, prompt_hash, provider, model, content, reason, tokens_in, tokens_out, cost,
        created_at
    )
    VALUES (
        %(match_id)s, %(published_at)s, %(prompt)s, %(prompt_hash)s, %(provider)s, %(model)s, %(content)s, %(reason)s,
        %(tokens_in)s, %(tokens_out)s, %(cost)s, %(created_at)s
    )
    ON CONFLICT (match_id, published_at, prompt_hash) DO UPDATE SET
        provider = excluded.provider,
        model = excluded.model,
        content = excluded.content,
        reason = excluded.reason,
        tokens_in = excluded.tokens_in,
        tokens_out = excluded.tokens_out,
        cost = excluded.cost,
        created_at = excluded.created_at
"""


def put(db: Connection, row: ReplayRow) -> None:
    """Store a replay, replacing an earlier one of the same prompt."""
    db.execute(PUT, {**asdict(row), "content": None if row.content is None else Jsonb(row.content)})


BY_VERSION = """
    SELECT match_id, published_at, prompt, prompt_hash, provider, model, content, reason, tokens_in, tokens_out, cost,
        created_at
    FROM prompt_replays
    JOIN unnest(%(match_ids)s::bigint[], %(published)s::timestamptz[]) AS version (of_match, instant)
        ON match_id = of_match AND published_at = instant
    ORDER BY prompt, created_at
"""


def by_version(db: Connection, versions: Sequence[tuple[int, datetime]]) -> list[ReplayRow]:
    """Replays of prediction versions (match, time of publication)."""
    params = {"match_ids": [match_id for match_id, _ in versions], "published": [at for _, at in versions]}
    return fetch_all(db, ReplayRow, BY_VERSION, params)
