"""Monthly cost for 100 to 1,000,000 daily users: `python -m deploy.cost` writes the table of docs/operate/cost.md.

Prices are list prices of November 2026 in US dollars without tax; docs/operate/cost.md says which were read at the
provider and which are from memory. What a request takes is measured on this bundle (deploy/measured.json). How often
people come is an assumption, written out here.
"""

import json
from dataclasses import dataclass, fields
from datetime import timedelta
from pathlib import Path

from deploy import service
from deploy.document_tables import insert_table

DOCUMENT, MEASURED = "docs/operate/cost.md", "deploy/measured.json"
SIZES = (100, 1_000, 10_000, 100_000, 1_000_000)
DAYS = 30.4

# Assumptions about people.
PUBLIC_CALLS, PERSONAL_CALLS = 14, 6
"""Of one person on one day."""
CDN_HITS = 0.95
"""Share of public calls that the CDN answers."""
SIGNED_IN = 0.9
"""People a month who have an account, by people a day."""

# Lambda on arm64, eu-west-3 at the rates of us-east-1; always free each month: 1 M requests, 400,000 GB-s.
LAMBDA_REQUEST, FREE_REQUESTS = 0.20e-6, 1e6
LAMBDA_GB_S, FREE_GB_S = 0.0000133334, 400_000
# CloudFront, pay as you go; always free each month: 10 M requests, 1 TB.
CDN_REQUEST, FREE_CDN_REQUESTS = 0.012 / 10_000, 10e6
CDN_GB, FREE_CDN_GB = 0.085, 1_000
# Upstash: free to 500,000 commands a month; beyond that by the command (fixed plans from $10: docs/operate/cost.md).
REDIS_COMMAND, FREE_COMMANDS = 0.20 / 100_000, 500_000
# CloudWatch logs; always free each month: 5 GB.
LOG_GB, FREE_LOG_GB, LOG_BYTES = 0.50, 5, 500
# CloudWatch alarms, the first ten of an account free, and composite ones; a secret of Secrets Manager. Of one stage.
ALARM, FREE_ALARMS, COMPOSITE, SECRET = 0.10, 10, 0.50, 0.40
ALARMS = 35
"""Of one stage, beside the composite one; a test counts them in the template."""
METRIC, FREE_METRICS, METRICS = 0.30, 10, 11
"""Our own metrics (shared/runtime/metrics.py), the first ten of an account free; a test counts them."""
# Supabase signs people in: free to 50,000 a month, then the Pro plan with 100,000, then by the head.
FREE_PEOPLE, PRO, PRO_PEOPLE, PERSON = 50_000, 25.0, 100_000, 0.00325
# Neon: free to 100 compute hours and 0.5 GB, where it sleeps between calls; awake the whole month beyond that.
COMPUTE_HOUR, DATABASE_GB, HOURS = 0.106, 0.35, 730
SUSPEND_TIME = timedelta(minutes=5)
IDLE_WAKES = 9
COMPUTE = {100: (0.0, 0), 1_000: (0.0, 0), 10_000: (0.25, 1), 100_000: (1, 10), 1_000_000: (6, 100)}
"""Compute units that are awake, and GB, by people a day."""
# Groq's gpt-oss-120b: explanations are written by the match, not by the person; free below its daily limits.
WORDS, WORDS_FROM = 0.72, 10_000


@dataclass(frozen=True, slots=True)
class Measured:
    """What one call that reaches us takes.

    Attributes:
        origin_ms: a warm function's time.
        cold_ms: a cold one's.
        cold_share: of calls.
        memory_mb: what a function is given.
        answer_bytes: of an answer, as the CDN compresses it.
        redis_commands: for the count of calls and what is kept, on average.
    """

    origin_ms: float
    cold_ms: float
    cold_share: float
    memory_mb: float
    answer_bytes: float
    redis_commands: float


@dataclass(frozen=True, slots=True)
class Cost:
    """Dollars a month."""

    functions: float
    cdn: float
    redis: float
    logs: float
    watching: float
    accounts: float
    database: float
    words: float

    @property
    def total(self) -> float:
        """Together."""
        return sum(getattr(self, field.name) for field in fields(self))


def calls(people: int) -> float:
    """Calls a month that reach our functions."""
    return people * DAYS * (PUBLIC_CALLS * (1 - CDN_HITS) + PERSONAL_CALLS)


def commands(people: int, measured: Measured) -> float:
    """Commands of Redis a month."""
    return calls(people) * measured.redis_commands


def monthly(people: int, measured: Measured) -> Cost:
    """What so many people a day cost; one of `SIZES`."""
    origin, all_calls = calls(people), people * DAYS * (PUBLIC_CALLS + PERSONAL_CALLS)
    seconds = (measured.origin_ms * (1 - measured.cold_share) + measured.cold_ms * measured.cold_share) / 1000
    gb_s = origin * seconds * measured.memory_mb / 1024
    compute, gigabytes = COMPUTE[people]
    return Cost(
        functions=LAMBDA_REQUEST * max(0, origin - FREE_REQUESTS) + LAMBDA_GB_S * max(0, gb_s - FREE_GB_S),
        cdn=CDN_REQUEST * max(0, all_calls - FREE_CDN_REQUESTS)
        + CDN_GB * max(0, all_calls * measured.answer_bytes / 1e9 - FREE_CDN_GB),
        redis=_redis(commands(people, measured)),
        logs=LOG_GB * max(0, origin * LOG_BYTES / 1e9 - FREE_LOG_GB),
        watching=ALARM * max(0, ALARMS - FREE_ALARMS) + METRIC * max(0, METRICS - FREE_METRICS) + COMPOSITE + SECRET,
        accounts=_accounts(people * SIGNED_IN),
        database=compute * HOURS * COMPUTE_HOUR + gigabytes * DATABASE_GB,
        words=WORDS if people >= WORDS_FROM else 0,
    )


def _redis(count: float) -> float:
    return 0 if count <= FREE_COMMANDS else REDIS_COMMAND * count


def _accounts(people: float) -> float:
    return 0 if people <= FREE_PEOPLE else PRO + PERSON * max(0, people - PRO_PEOPLE)


def table(measured: Measured) -> str:
    """The table in Markdown, one row a size."""
    names = [field.name for field in fields(Cost)]
    rows = [
        f"| people a day | calls a month | {' | '.join(names)} | **a month** | a year |",
        "|---" * (4 + len(names)) + "|",
    ]
    for people in SIZES:
        cost = monthly(people, measured)
        cells = [f"{getattr(cost, name):,.2f}" for name in names]
        rows.append(
            f"| {people:,} | {calls(people):,.0f} | {' | '.join(cells)} | **${cost.total:,.0f}** |"
            f" ${12 * cost.total:,.0f} |"
        )
    return "\n".join(rows)


def read(root: Path = service.ROOT) -> Measured:
    """The last measurement."""
    measured = json.loads((root / MEASURED).read_text())
    return Measured(**{field.name: measured[field.name] for field in fields(Measured)})


def render(document: str) -> str:
    """The document with the table of the last measurement.

    Raises:
        TableError: it lacks the markers.
    """
    return insert_table(document, "cost", table(read()))


def main() -> None:
    """Write the table."""
    path = service.ROOT / DOCUMENT
    path.write_text(render(path.read_text()))


if __name__ == "__main__":
    main()
