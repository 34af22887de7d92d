"""How many processes a stage may have, from the clients that its database's pooler takes.

`python -m deploy.connections` writes the table of docs/operate/deployment.md, step 2.
"""

from dataclasses import dataclass

from deploy import service
from deploy.document_tables import insert_table
from deploy.service import Function
from deploy.template_checks import RESERVED

DOCUMENT = "docs/operate/deployment.md"
PARAM = "${param:http_concurrency}"


@dataclass(frozen=True, slots=True)
class Plan:
    """A database's plan: the clients that its transaction pooler takes, and where that is stated."""

    name: str
    clients: int
    source: str


PLANS = (
    Plan("Supabase, free (Nano) and Pro (Micro)", 200, "*memory:* supabase.com, compute and disk"),
    Plan("Supabase, Small", 400, "*memory:* the same"),
    Plan("Supabase, Large", 800, "*memory:* the same"),
    Plan("Neon, each plan", 10_000, "neon.com, connection pooling, 2026-11-14"),
    Plan("a server with PgBouncer", 1_000, "your `max_client_conn`"),
)


def scaled(described: service.Service) -> list[Function]:
    """The functions whose concurrency is the stage's `http_concurrency`."""
    given = described.config["functions"]
    return [f for f in described.functions.values() if given[f.name].get("reservedConcurrency") == PARAM]


def http_concurrency(clients: int, described: service.Service) -> int:
    """The most that each HTTP function may have, so that all processes together fit a pooler and an AWS account."""
    functions = scaled(described)
    others = sum(f.concurrency or 0 for f in described.functions.values() if f not in functions)
    return (min(clients, RESERVED) - others) // len(functions)


def table(described: service.Service) -> str:
    """The table in Markdown, one row a plan."""
    rows = ["| database | clients of its pooler | `http_concurrency` | source |", "|---|---|---|---|"]
    rows += [
        f"| {plan.name} | {plan.clients:,} | {http_concurrency(plan.clients, described)} | {plan.source} |"
        for plan in PLANS
    ]
    return "\n".join(rows)


def render(document: str) -> str:
    """The document with the table."""
    return insert_table(document, "pooler", table(service.read()))


def main() -> None:
    """Write the table."""
    path = service.ROOT / DOCUMENT
    path.write_text(render(path.read_text()))


if __name__ == "__main__":
    main()
