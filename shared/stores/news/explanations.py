"""What language models wrote of forecasts, what each call to one came to, and which versions of a prompt are tried."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from psycopg.types.json import Jsonb

from shared.stores.database import Connection, execute_many, fetch_all


@dataclass(frozen=True, slots=True)
class ExplanationRow:
    """A forecast in words, as a model wrote it and our checks let it pass.

    Attributes:
        match_id, published_at: the version of a forecast that it is about.
        writer, model: who wrote it: `groq` or `anthropic`, and which model.
        prompt, prompt_hash: version of the instructions, and SHA-256 of their text.
        words: by language: `explanation`, `context`, `key_factors`, `risk_factors`.
        sources: the articles that it cites: `article_id`, `source`, `title`, `url`.
        adjustment: what the news would change, by the names of `writing.adjustments.Adjustment`; None without any.
        tokens_in, tokens_out, cost: of all calls that led to it; the cost in US dollars.
        created_at: when it was written.
    """

    match_id: int
    published_at: datetime
    provider: str
    model: str
    prompt: str
    prompt_hash: str
    content: dict[str, Any]
    sources: list[dict[str, str]]
    adjustment: dict[str, Any] | None
    tokens_in: int
    tokens_out: int
    cost: Decimal
    created_at: datetime


@dataclass(frozen=True, slots=True)
class CallRow:
    """A call to a model.

    Attributes:
        called_at: when.
        match_id: what it was about.
        writer, model, prompt, prompt_hash: who was asked, and how.
        repair: whether an answer had been refused before.
        tokens_in, tokens_out, cost: what it took; 0 where no answer came.
        milliseconds: how long it took.
        outcome: `kept`, `refused` or `failed`.
        reason: why not kept.
    """

    called_at: datetime
    match_id: int
    provider: str
    model: str
    prompt: str
    prompt_hash: str
    repair: bool
    tokens_in: int
    tokens_out: int
    cost: Decimal
    milliseconds: int
    outcome: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class PromptStats:
    """How a version of a prompt did.

    Attributes:
        version: which.
        asked: how many texts were asked for.
        kept_at_once, kept_repaired: how many were kept, at once or when asked again.
        refused, failed: how many calls ended so.
        tokens: of a call that was answered, on average; None without any.
        cost: US dollars in all.
        milliseconds: median of the calls that were answered; None without any.
    """

    version: str
    requests: int
    accepted_first: int
    accepted_repaired: int
    rejected: int
    failed: int
    tokens: float | None
    cost: Decimal
    milliseconds: float | None


ADD = """
    INSERT INTO explanations (
        match_id, published_at, provider, model, prompt, prompt_hash, content, sources, adjustment, tokens_in,
        tokens_out, cost, created_at
    )
    VALUES (
        %(match_id)s, %(published_at)s, %(provider)s, %(model)s, %(prompt)s, %(prompt_hash)s, %(content)s, %(sources)s,
        %(adjustment)s, %(tokens_in)s, %(tokens_out)s, %(cost)s, %(created_at)s
    )
    ON CONFLICT (match_id, published_at) DO NOTHING
"""


def add(db: Connection, row: ExplanationRow) -> None:
    """Keep a text; one that is there already stays."""
    as_json = {
        "content": Jsonb(row.content),
        "sources": Jsonb(row.sources),
        "adjustment": None if row.adjustment is None else Jsonb(row.adjustment),
    }
    db.execute(ADD, {name: getattr(row, name) for name in row.__slots__} | as_json)


BY_VERSION = """
    SELECT match_id, published_at, provider, model, prompt, prompt_hash, content, sources, adjustment, tokens_in,
        tokens_out, cost, created_at
    FROM explanations
    JOIN unnest(%(match_ids)s::bigint[], %(published)s::timestamptz[]) AS version (of_match, instant)
        ON match_id = of_match AND published_at = instant
"""


def by_version(db: Connection, versions: Sequence[tuple[int, datetime]]) -> dict[int, ExplanationRow]:
    """The texts of versions of forecasts (match, when published), by match."""
    params = {"match_ids": [match for match, _ in versions], "published": [instant for _, instant in versions]}
    rows = fetch_all(db, ExplanationRow, BY_VERSION, params)
    return {row.match_id: row for row in rows}


LATEST = """
    SELECT match_id, published_at, provider, model, prompt, prompt_hash, content, sources, adjustment, tokens_in,
        tokens_out, cost, created_at
    FROM explanations
    ORDER BY created_at DESC, match_id
    LIMIT %(limit)s
"""


def latest(db: Connection, limit: int) -> list[ExplanationRow]:
    """The newest texts."""
    return fetch_all(db, ExplanationRow, LATEST, {"limit": limit})


ADD_CALL = """
    INSERT INTO llm_calls (
        called_at, match_id, provider, model, prompt, prompt_hash, repair, tokens_in, tokens_out, cost, milliseconds,
        outcome, reason
    )
    VALUES (
        %(called_at)s, %(match_id)s, %(provider)s, %(model)s, %(prompt)s, %(prompt_hash)s, %(repair)s, %(tokens_in)s,
        %(tokens_out)s, %(cost)s, %(milliseconds)s, %(outcome)s, %(reason)s
    )
"""


def add_calls(db: Connection, rows: Sequence[CallRow]) -> None:
    """Write down what was asked and what it took."""
    execute_many(db, ADD_CALL, [{name: getattr(row, name) for name in row.__slots__} for row in rows])


TOKENS = "SELECT coalesce(sum(tokens_in + tokens_out), 0) FROM llm_calls WHERE called_at >= %(start)s"


def tokens_since(db: Connection, start: datetime) -> int:
    """How many tokens were used from an instant on."""
    row = db.execute(TOKENS, {"start": start}).fetchone()
    return int(row[0]) if row else 0


PROMPT_STATS = """
    SELECT prompt AS version, count(*) FILTER (WHERE NOT repair) AS requests,
        count(*) FILTER (WHERE outcome = 'accepted' AND NOT repair) AS accepted_first,
        count(*) FILTER (WHERE outcome = 'accepted' AND repair) AS accepted_repaired,
        count(*) FILTER (WHERE outcome = 'rejected') AS rejected,
        count(*) FILTER (WHERE outcome = 'failed') AS failed,
        avg(tokens_in + tokens_out) FILTER (WHERE outcome <> 'failed')::double precision AS tokens,
        sum(cost) AS cost,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY milliseconds) FILTER (WHERE outcome <> 'failed') AS milliseconds
    FROM llm_calls
    WHERE prompt = ANY(%(versions)s) AND called_at >= %(start)s
    GROUP BY prompt
    ORDER BY prompt
"""


def prompt_stats(db: Connection, versions: Sequence[str], start: datetime) -> list[PromptStats]:
    """How versions of a prompt did from an instant on; those that were never used are left out."""
    return fetch_all(db, PromptStats, PROMPT_STATS, {"versions": list(versions), "start": start})


WEIGHTS = "SELECT version, weight FROM prompt_weights WHERE kind = %(kind)s ORDER BY version"


def weights(db: Connection, kind: str) -> dict[str, float]:
    """The versions of a kind that are tried beside each other, with their weights; empty where none is."""
    return {str(version): float(weight) for version, weight in db.execute(WEIGHTS, {"kind": kind}).fetchall()}


LOCK_WEIGHTS = "SELECT pg_advisory_xact_lock(hashtextextended('prompt weights ' || %(kind)s, 0))"
DELETE_WEIGHTS = "DELETE FROM prompt_weights WHERE kind = %(kind)s"
SET_WEIGHT = """
    INSERT INTO prompt_weights (kind, version, weight, set_at)
    VALUES (%(kind)s, %(version)s, %(weight)s, %(set_at)s)
"""


def set_weights(db: Connection, kind: str, new_weights: Mapping[str, float], now: datetime) -> None:
    """Try these versions beside each other from now on, and no others; with none given, no trial goes on.

    In a transaction: of two at once the second waits for the end of the first, or both trials would go on.
    """
    db.execute(LOCK_WEIGHTS, {"kind": kind})
    db.execute(DELETE_WEIGHTS, {"kind": kind})
    with db.cursor() as cursor:
        rows = [
            {"kind": kind, "version": version, "weight": weight, "set_at": now}
            for version, weight in new_weights.items()
        ]
        cursor.executemany(SET_WEIGHT, rows)
