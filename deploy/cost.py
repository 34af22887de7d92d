"""Monthly cost for 100 to 1,000,000 daily users: `python -m deploy.cost` writes the tables of docs/operate/cost.md.

Prices are list prices of November 2026 in US dollars without tax; docs/operate/cost.md says which were read at the
provider and which are from memory. What a request takes is measured on this bundle (deploy/measured.json). How often
people come is an assumption, written out here.
"""

import json
from dataclasses import dataclass, fields
from pathlib import Path

from deploy import database_cost, service
from deploy.document_tables import insert_table

DOCUMENT, MEASURED = "docs/operate/cost.md", "deploy/measured.json"
SIZES = (100, 1_000, 10_000, 100_000, 1_000_000)
DAYS = 30.4

# Assumptions about people.
PUBLIC_CALLS, PERSONAL_CALLS = 14, 6
"""Of one person on one day."""
FORECAST_CALLS = 3
"""Of the personal ones those for picks and forecasts, which are cached; the others read what is the person's own."""
SIGNED_IN = 0.9
"""People a month who have an account, by people a day."""
PAGE_READERS, PAGE_VIEWS = 1.0, 3
"""Readers of the public pages on one day, by people a day, and the pages that each reads; they make no other calls."""
PAGE_ASSETS = 5
"""Files that each of them loads once a day: stylesheet, two scripts, icon and manifest. The CDN answers all of them."""

# Lambda on arm64, eu-west-3 at the rates of us-east-1; always free each month: 1 M requests, 400,000 GB-s.
LAMBDA_REQUEST, FREE_REQUESTS = 0.20e-6, 1e6
LAMBDA_GB_S, FREE_GB_S = 0.0000133334, 400_000
# CloudFront, pay as you go; always free each month: 10 M requests, 1 TB.
CDN_REQUEST, FREE_CDN_REQUESTS = 0.012 / 10_000, 10e6
CDN_GB, FREE_CDN_GB = 0.085, 1_000
# CloudFront Functions; always free each month: 2 M invocations, one for each call of a route that is cached.
EDGE_INVOCATION, FREE_EDGE_INVOCATIONS = 0.10e-6, 2e6
# Upstash: free to 500,000 commands a month; beyond that by the command (fixed plans from $10: docs/operate/cost.md).
REDIS_COMMAND, FREE_COMMANDS = 0.20 / 100_000, 500_000
IDLE_COMMANDS = 400
"""A day, of jobs and of checks from outside; a test counts fewer on an idle day."""
# CloudWatch logs, free to 5 GB a month. Of an invocation our own line, and Lambda's of its start and report.
LOG_GB, FREE_LOG_GB, LOG_BYTES = 0.50, 5, 500 + 700
# S3, for the artifacts of the releases that are kept; Lambda's own copies are free up to 75 GB.
STORED_GB, RELEASES, FREE_CODE_GB = 0.023, 10, 75
# CloudWatch alarms, the first ten of an account free, and composite ones; a secret of Secrets Manager. Of one stage.
ALARM, FREE_ALARMS, COMPOSITE, SECRET = 0.10, 10, 0.50, 0.40
ALARMS = 38
"""Of one stage, beside the composite one; a test counts them in the template."""
METRIC, FREE_METRICS, METRICS = 0.30, 10, 12
"""Our own metrics (shared/runtime/metrics.py), the first ten of an account free; a test counts them."""
# Supabase signs people in: free to 50,000 a month, then the Pro plan with 100,000, then by the head.
FREE_PEOPLE, PRO, PRO_PEOPLE, PERSON = 50_000, 25.0, 100_000, 0.00325
# Groq's gpt-oss-120b: explanations are written by the match, not by the person; free below its daily limits.
WORDS, WORDS_FROM = 0.72, 10_000


@dataclass(frozen=True, slots=True)
class Measured:
    """What one call that reaches us takes."""

    origin_ms: float  # a warm function's time
    cold_ms: float  # a cold one's
    cold_share: float  # of calls
    memory_mb: float  # what a function is given
    answer_bytes: float  # of an answer, as the CDN compresses it
    header_bytes: float  # of its headers
    redis_commands: float  # for the count of calls and what is kept, on average
    cdn_hits: float  # share of the public calls that the CDN answers
    redis_hits: float  # share of the cacheable calls beyond the CDN that need no Postgres
    release_gb: float  # the zips of one release
    page_bytes: float  # of a page, as the CDN compresses it
    asset_bytes: float  # of all files that a first visit loads beside it


@dataclass(frozen=True, slots=True)
class Cost:
    """Dollars a month, without the database (`deploy.database_cost`)."""

    functions: float
    cdn: float
    edge: float
    redis: float
    logs: float
    releases: float
    watching: float
    accounts: float
    words: float

    @property
    def total(self) -> float:
        """Together."""
        return sum(getattr(self, field.name) for field in fields(self))


@dataclass(frozen=True, slots=True)
class Traffic:
    """Requests on one day, and how far they come."""

    requests: float  # to the CDN
    edge: float  # of them those of routes that are cached
    calls: float  # that reach our functions
    reads: float  # that reach Postgres
    egress: float  # bytes of the CDN

    def __add__(self, other: "Traffic") -> "Traffic":
        return Traffic(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(self)))


def api_traffic(people: int, measured: Measured) -> Traffic:
    """What people do who use the API: Postgres answers what is their own, and what no cache answers of the rest."""
    requests, public = PUBLIC_CALLS + PERSONAL_CALLS, PUBLIC_CALLS * (1 - measured.cdn_hits)
    own = PERSONAL_CALLS - FORECAST_CALLS
    return Traffic(
        requests=people * requests,
        edge=people * (PUBLIC_CALLS + FORECAST_CALLS),
        calls=people * (public + PERSONAL_CALLS),
        reads=people * (own + (public + FORECAST_CALLS) * (1 - measured.redis_hits)),
        egress=people * requests * (measured.answer_bytes + measured.header_bytes),
    )


def page_traffic(readers: float, measured: Measured) -> Traffic:
    """What readers of the pages do."""
    requests, calls = PAGE_VIEWS + PAGE_ASSETS, PAGE_VIEWS * (1 - measured.cdn_hits)
    loaded = PAGE_VIEWS * measured.page_bytes + measured.asset_bytes
    return Traffic(
        requests=readers * requests,
        edge=readers * requests,
        calls=readers * calls,
        reads=readers * calls * (1 - measured.redis_hits),
        egress=readers * (loaded + requests * measured.header_bytes),
    )


def traffic(people: int, measured: Measured) -> Traffic:
    """What so many people and the readers beside them do on one day."""
    return api_traffic(people, measured) + page_traffic(people * PAGE_READERS, measured)


def calls(people: int, measured: Measured) -> float:
    """Calls a month that reach our functions."""
    return DAYS * traffic(people, measured).calls


def database_calls(people: int, measured: Measured) -> float:
    """Calls a day that reach Postgres."""
    return traffic(people, measured).reads


def commands(people: int, measured: Measured) -> float:
    """Commands of Redis a month."""
    return IDLE_COMMANDS * DAYS + calls(people, measured) * measured.redis_commands


def monthly(people: int, measured: Measured) -> Cost:
    """What so many people a day cost, without the database."""
    day = traffic(people, measured)
    origin, requests, edge, egress = (DAYS * each for each in (day.calls, day.requests, day.edge, day.egress / 1e9))
    gb_s = origin * seconds(measured) * measured.memory_mb / 1024
    return Cost(
        functions=LAMBDA_REQUEST * max(0, origin - FREE_REQUESTS) + LAMBDA_GB_S * max(0, gb_s - FREE_GB_S),
        cdn=CDN_REQUEST * max(0, requests - FREE_CDN_REQUESTS) + CDN_GB * max(0, egress - FREE_CDN_GB),
        edge=EDGE_INVOCATION * max(0, edge - FREE_EDGE_INVOCATIONS),
        redis=_redis(commands(people, measured)),
        logs=LOG_GB * max(0, origin * LOG_BYTES / 1e9 - FREE_LOG_GB),
        releases=STORED_GB * RELEASES * measured.release_gb,
        watching=ALARM * max(0, ALARMS - FREE_ALARMS) + METRIC * max(0, METRICS - FREE_METRICS) + COMPOSITE + SECRET,
        accounts=_accounts(people * SIGNED_IN),
        words=WORDS if people >= WORDS_FROM else 0,
    )


def seconds(measured: Measured) -> float:
    """What a call takes of a function, cold ones included."""
    return (measured.origin_ms * (1 - measured.cold_share) + measured.cold_ms * measured.cold_share) / 1000


def _redis(count: float) -> float:
    return 0 if count <= FREE_COMMANDS else REDIS_COMMAND * count


def _accounts(people: float) -> float:
    return 0 if people <= FREE_PEOPLE else PRO + PERSON * max(0, people - PRO_PEOPLE)


def table(measured: Measured) -> str:
    """The table in Markdown without the database, one row a size."""
    names = [field.name for field in fields(Cost)]
    rows = [f"| people a day | calls a month | {' | '.join(names)} | **a month** |", "|---" * (3 + len(names)) + "|"]
    for people in SIZES:
        cost = monthly(people, measured)
        cells = [f"{getattr(cost, name):,.2f}" for name in names]
        rows.append(f"| {people:,} | {calls(people, measured):,.0f} | {' | '.join(cells)} | **${cost.total:,.2f}** |")
    return "\n".join(rows)


def page_table(measured: Measured) -> str:
    """The table of the pages in Markdown: what their readers alone do, a month."""
    rows = [
        "| readers of pages a day | pages | requests to the CDN | its GB | calls of functions | GB-s | Redis commands"
        " | reads of Postgres |",
        "|---" * 8 + "|",
    ]
    for readers in SIZES:
        day = page_traffic(readers, measured)
        gb_s = day.calls * seconds(measured) * measured.memory_mb / 1024
        amounts = (readers * PAGE_VIEWS, day.requests, day.egress / 1e9, day.calls, gb_s)
        amounts += (day.calls * measured.redis_commands, day.reads)
        cells = [f"{DAYS * amount:,.1f}" if amount < 1 else f"{DAYS * amount:,.0f}" for amount in amounts]
        rows.append(f"| {readers:,} | {' | '.join(cells)} |")
    return "\n".join(rows)


def database_table(measured: Measured) -> str:
    """The table of the database in Markdown: time awake, and the year of everything with each of three providers."""
    rows = [
        "| people a day | reads of Postgres a day | awake, h a day | Neon, CU-h a month | Neon | Supabase | server"
        " | **year with Neon** | **with Supabase** | **with a server** |",
        "|---" * 10 + "|",
    ]
    for people in SIZES:
        reads = database_calls(people, measured)
        database, others = database_cost.monthly(people, reads), monthly(people, measured)
        prices = (database.neon, database.supabase, database.server)
        shared = (0.0, min(others.accounts, PRO) if database.supabase else 0.0, 0.0)  # one Pro plan is enough
        cells = [f"{price:,.2f}" for price in prices]
        years = [f"**${12 * (others.total + price - both):,.0f}**" for price, both in zip(prices, shared, strict=True)]
        rows.append(
            f"| {people:,} | {reads:,.0f} | {database.awake:.1f} | {database.compute_hours:,.0f} |"
            f" {' | '.join([*cells, *years])} |"
        )
    return "\n".join(rows)


def read(root: Path = service.ROOT) -> Measured:
    """The last measurement."""
    measured = json.loads((root / MEASURED).read_text())
    return Measured(**{field.name: measured[field.name] for field in fields(Measured)})


def render(document: str) -> str:
    """The document with the tables of the last measurement."""
    measured = read()
    tables = {"cost": table(measured), "pages": page_table(measured), "database": database_table(measured)}
    for name, made in tables.items():
        document = insert_table(document, name, made)
    return document


def main() -> None:
    """Write the table."""
    path = service.ROOT / DOCUMENT
    path.write_text(render(path.read_text()))


if __name__ == "__main__":
    main()
