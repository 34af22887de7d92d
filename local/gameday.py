"""Game day: every dependency fails once: `make gameday`.

The demonstration league runs as with `make run`, under load. Each dependency is cut off in turn, and the responses to
users and the reports of jobs are compared with a table. In the end every accepted bet must be stored exactly once.
"""

import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import uuid4

import httpx
import psycopg

from local import process_lifetime, token
from local.fault_proxy import FaultProxy, fault_proxies
from local.gateway import INVOKE
from local.run import running_demo

USERS = 8
"""Concurrent users, each with their own account."""
OUTAGE_SECONDS = 8.0
"""Duration of an outage."""
RECOVERY_SECONDS = 30.0
"""Time limit for recovery after an outage."""
PAUSE = 0.2
"""Seconds between two requests of a user, below the rate limits."""
BANKROLL = 100_000
API = "/api/v1"

HEALTHY = {"matches": 200, "picks": 200, "forecast": 200, "own bets": 200, "bet": 201} | {
    "news": 200,
    "subscribe": 200,
    "ready": 200,
}
"""Status of each operation without an outage."""


@dataclass(frozen=True)
class Outage:
    """An outage and its expected effects."""

    name: str
    cut: tuple[str, ...]  # settings with the addresses that are cut off
    statuses: Mapping[str, int] = field(default_factory=dict[str, int])  # expected statuses that differ from `HEALTHY`
    job: str = ""  # a job to run meanwhile
    job_report: Mapping[str, object] = field(default_factory=dict[str, object])


OUTAGES = (
    # Reads work; rate-limited writes fail closed.
    Outage("Redis", ("UPSTASH_REDIS_REST_URL",), {"bet": 503, "subscribe": 503}),
    # Cached responses are served; requests for a user's own data fail.
    Outage(
        "Postgres",
        ("DATABASE_URL",),
        {"own bets": 503, "bet": 503, "news": 503, "subscribe": 503, "ready": 503},
    ),
    Outage("Qdrant", ("QDRANT_URL",), job="write_explanations", job_report={"status": "done"}),
    Outage("Stripe", ("STRIPE_API_URL",), {"subscribe": 503}),
    Outage("Groq", ("GROQ_URL",), job="write_explanations", job_report={"status": "done", "groq": None}),
    Outage(
        "both writers",
        ("GROQ_URL", "ANTHROPIC_URL"),
        job="write_explanations",
        job_report={"status": "done", "groq": None, "anthropic": None},
    ),
    Outage("feeds", ("NEWS_FEEDS_URL",), job="ingest_news", job_report={"status": "done", "feeds_read": None}),
)


@dataclass
class LoadResult:
    """Statuses by operation, the longest response time in seconds, and faults of the job's report."""

    statuses: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter[int]))
    slowest: float = 0.0
    faults: list[str] = field(default_factory=list[str])


class User:
    """A user with their own account, who sends one request after the other."""

    def __init__(self, address: str, project: token.Project, match_id: int) -> None:
        bearer = token.create_token("elite", project, uuid4().hex)
        self.client = httpx.Client(base_url=address, headers={"Authorization": f"Bearer {bearer}"}, timeout=30)
        self.bet_statuses: dict[str, int] = {}
        """Last status of each bet, by idempotency key."""
        self._match_id = match_id

    def set_up(self) -> None:
        """Set birth date and bankroll."""
        self.client.patch(f"{API}/users/me", json={"birth_date": "1990-05-17"}).raise_for_status()
        self.client.put(f"{API}/bets/bankroll", json={"initial_bankroll": BANKROLL}).raise_for_status()

    def perform(self, operation: str) -> int:
        """Perform an operation; returns the status of the response."""
        pages = {"success_url": "http://localhost:3000/", "cancel_url": "http://localhost:3000/"}
        match operation:
            case "matches":
                return self._get("/matches/upcoming")
            case "picks":
                return self._get("/predictions/daily")
            case "forecast":
                return self._get(f"/predictions/{self._match_id}")
            case "own bets":
                return self._get("/bets")
            case "news":
                return self._get("/vector/search?query=blessure")
            case "subscribe":
                return self._post("/stripe/create-checkout-session", {"plan": "premium", **pages})
            case "bet":
                return self.bet(uuid4().hex)
            case _:
                return self.client.get("/health/ready").status_code

    def bet(self, key: str) -> int:
        """Place a bet, or retry it with its key."""
        body = {"match_id": self._match_id, "prediction": "home_win", "odds": 2.1, "amount": 1}
        self.bet_statuses[key] = self._post("/bets", body, key)
        return self.bet_statuses[key]

    def find_lost_bets(self) -> list[str]:
        """Retry every failed bet, then return the differences to the stored bets and bankroll."""
        for key, status in self.bet_statuses.items():
            if status != 201:
                self.bet(key)
        bets = self.client.get(f"{API}/bets?limit=200").raise_for_status().json()
        left = self.client.get(f"{API}/bets/bankroll").raise_for_status().json()["current_bankroll"]
        faults = []
        if len(bets) != len(self.bet_statuses):
            faults.append(f"{len(self.bet_statuses)} bets were noted and {len(bets)} are there")
        if left != BANKROLL - len(self.bet_statuses):
            faults.append(f"the bankroll holds {left} instead of {BANKROLL - len(self.bet_statuses)}")
        return faults

    def _get(self, path: str) -> int:
        return self.client.get(f"{API}{path}").status_code

    def _post(self, path: str, body: Any, key: str = "") -> int:
        return self.client.post(f"{API}{path}", json=body, headers={"Idempotency-Key": key or uuid4().hex}).status_code


def main() -> int:
    """Run the game day; returns 1 if something differs from the table."""
    with process_lifetime.folder("gameday-") as folder, fault_proxies() as make:
        proxies: dict[str, FaultProxy] = {}
        cut = {name for outage in OUTAGES for name in outage.cut}

        def route(name: str, url: str) -> str:
            if name in cut:
                proxies[name] = make(url, folder / name.lower())
                return proxies[name].url
            return url

        with running_demo(route) as (address, project):
            return _run_day(address, project, proxies)


def _run_day(address: str, project: token.Project, proxies: Mapping[str, FaultProxy]) -> int:
    with httpx.Client(base_url=address, timeout=300) as client:
        match_id = client.get(f"{API}/matches/upcoming?days=7").raise_for_status().json()["matches"][0]["id"]
        users = [User(address, project, match_id) for _ in range(USERS)]
        for user in users:
            user.set_up()
        _under_load(users, OUTAGE_SECONDS)  # until enough processes are warm
        faults = _compare("nothing", HEALTHY, _under_load(users, OUTAGE_SECONDS))
        for outage in OUTAGES:
            if outage.job == "write_explanations":
                _delete_texts(proxies["DATABASE_URL"].url)
            for name in outage.cut:
                proxies[name].cut()
            job = partial(_run_job, client, outage) if outage.job else list
            faults += _compare(outage.name, {**HEALTHY, **outage.statuses}, _under_load(users, OUTAGE_SECONDS, job))
            for name in outage.cut:
                proxies[name].restore()
            faults += _await_recovery(outage.name, users[0])
        lost = [f"bets: {fault}" for user in users for fault in user.find_lost_bets()]
        print(f"bets: {sum(len(user.bet_statuses) for user in users)} noted, {lost or 'none lost'}")
    for fault in faults + lost:
        print(f"gameday: {fault}", file=sys.stderr)
    return 1 if faults or lost else 0


def _run_job(client: httpx.Client, outage: Outage) -> list[str]:
    """Run the job of an outage; returns the first difference of its report."""
    report = client.post(f"{INVOKE}{outage.job}", json={}).json()
    return [
        f"{outage.job} says {report}" for key, value in outage.job_report.items() if (report.get(key) or None) != value
    ][:1]


def _await_recovery(name: str, user: User) -> list[str]:
    """Wait until all operations have the status of `HEALTHY`."""
    until = time.monotonic() + RECOVERY_SECONDS
    while (statuses := {operation: user.perform(operation) for operation in HEALTHY}) != HEALTHY:
        if time.monotonic() > until:
            return [f"{name} is back, and after {RECOVERY_SECONDS:.0f} s there is still {statuses}"]
        time.sleep(1)
    return []


def _delete_texts(database_url: str) -> None:
    """Delete all explanations, so that every upcoming match needs one."""
    with psycopg.connect(database_url) as db:
        db.execute("DELETE FROM explanations")


def _under_load(users: list[User], seconds: float, job: Callable[[], list[str]] = list) -> LoadResult:
    """Run users and a job for some seconds."""
    result = LoadResult()
    until = time.monotonic() + seconds

    def act(user: User) -> None:
        for operation in _cycle_operations():
            if time.monotonic() >= until:
                return
            start = time.monotonic()
            result.statuses[operation][user.perform(operation)] += 1
            result.slowest = max(result.slowest, time.monotonic() - start)
            time.sleep(PAUSE)

    with ThreadPoolExecutor(len(users) + 1) as threads:
        running_job = threads.submit(job)
        for each in [threads.submit(act, user) for user in users]:
            each.result()
        result.faults = running_job.result()
    return result


def _cycle_operations() -> Iterator[str]:
    while True:
        yield from HEALTHY


def _compare(name: str, expected: Mapping[str, int], result: LoadResult) -> list[str]:
    """Print a summary and return the differences from the table."""
    summary = " ".join(f"{operation}:{'/'.join(map(str, sorted(result.statuses[operation])))}" for operation in HEALTHY)
    print(
        f"without {name:<13} {sum(map(Counter.total, result.statuses.values())):>4} answers, "
        f"slowest {result.slowest:.1f} s  {summary}"
    )
    return [
        f"without {name}, {operation} answers {dict(result.statuses[operation])} instead of {status}"
        for operation, status in expected.items()
        if set(result.statuses[operation]) != {status}
    ] + [f"without {name}, {fault}" for fault in result.faults]


if __name__ == "__main__":
    sys.exit(main())
