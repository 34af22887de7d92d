"""A day on which everything fails once: `make gameday`.

The demonstration league runs as with `make run`, under load. What it depends on is cut off in turn, and what readers
and jobs then meet is held against a table. In the end every bet that was taken must be there, once.
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

from local import http_server, process_lifetime, token
from local.fault_proxy import Wire, wires
from local.gateway import INVOKE
from local.run import ROOT, running

MORNING = "2026-03-07T08:00:00Z"
PEOPLE = 8
"""How many ask at the same time, each their own account."""
SECONDS = 8.0
"""How long an outage lasts."""
MENDED_WITHIN = 30.0
"""Seconds until everything must work again."""
PAUSE = 0.2
"""Seconds between two things that a person does, so that nobody reaches a limit."""
BANKROLL = 100_000
API = "/api/v1"

WELL = {"matches": 200, "picks": 200, "forecast": 200, "own bets": 200, "bet": 201} | {
    "news": 200,
    "subscribe": 200,
    "ready": 200,
}
"""What each operation answers while nothing is wrong."""


@dataclass(frozen=True)
class Outage:
    """What is cut off, and what must come of it.

    Attributes:
        what: its name.
        cut: settings whose addresses cannot be reached.
        answers: statuses that differ from those of a good day.
        job: what is run meanwhile.
        says: what the job must say of it.
    """

    what: str
    cut: tuple[str, ...]
    answers: Mapping[str, int] = field(default_factory=dict[str, int])
    job: str = ""
    says: Mapping[str, object] = field(default_factory=dict[str, object])


OUTAGES = (
    # Readers go on reading; whatever could be done too often is not done at all.
    Outage("Redis", ("UPSTASH_REDIS_REST_URL",), {"bet": 503, "subscribe": 503}),
    # What is kept is given; what is a person's own waits.
    Outage(
        "Postgres",
        ("DATABASE_URL",),
        {"own bets": 503, "bet": 503, "news": 503, "subscribe": 503, "ready": 503},
    ),
    Outage("Qdrant", ("QDRANT_URL",), job="write_explanations", says={"status": "done"}),
    Outage("Stripe", ("STRIPE_API_URL",), {"subscribe": 503}),
    Outage("Groq", ("GROQ_URL",), job="write_explanations", says={"status": "done", "groq": None}),
    Outage(
        "both writers",
        ("GROQ_URL", "ANTHROPIC_URL"),
        job="write_explanations",
        says={"status": "done", "groq": None, "anthropic": None},
    ),
    Outage("feeds", ("NEWS_FEEDS_URL",), job="ingest_news", says={"status": "done", "feeds_read": None}),
)


@dataclass
class Met:
    """What was met: statuses by operation, the longest wait in seconds, what a job did not say as it must."""

    statuses: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter[int]))
    slowest: float = 0.0
    faults: list[str] = field(default_factory=list[str])


class Person:
    """Somebody with an account of their own, who asks one thing after the other."""

    def __init__(self, address: str, project: token.Project, match_id: int) -> None:
        bearer = token.made("elite", project, uuid4().hex)
        self.client = httpx.Client(base_url=address, headers={"Authorization": f"Bearer {bearer}"}, timeout=30)
        self.taken: dict[str, int] = {}
        """The bets that they tried to note: by key, the last status."""
        self._match_id = match_id

    def settle_in(self) -> None:
        """Declare to be of age and set up a bankroll."""
        self.client.patch(f"{API}/users/me", json={"birth_date": "1990-05-17"}).raise_for_status()
        self.client.put(f"{API}/bets/bankroll", json={"initial_bankroll": BANKROLL}).raise_for_status()

    def ask(self, what: str) -> int:
        """Do one thing; the status of the answer."""
        pages = {"success_url": "http://localhost:3000/", "cancel_url": "http://localhost:3000/"}
        match what:
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
        """Note a bet, or note it again."""
        wish = {"match_id": self._match_id, "prediction": "home_win", "odds": 2.1, "amount": 1}
        self.taken[key] = self._post("/bets", wish, key)
        return self.taken[key]

    def lost(self) -> list[str]:
        """What is not as it must be, once every bet that was not taken has been noted again."""
        for key, status in self.taken.items():
            if status != 201:
                self.bet(key)
        said = self.client.get(f"{API}/bets?limit=200").raise_for_status().json()
        left = self.client.get(f"{API}/bets/bankroll").raise_for_status().json()["current_bankroll"]
        found = []
        if len(said) != len(self.taken):
            found.append(f"{len(self.taken)} bets were noted and {len(said)} are there")
        if left != BANKROLL - len(self.taken):
            found.append(f"the bankroll holds {left} instead of {BANKROLL - len(self.taken)}")
        return found

    def _get(self, path: str) -> int:
        return self.client.get(f"{API}{path}").status_code

    def _post(self, path: str, body: Any, key: str = "") -> int:
        return self.client.post(f"{API}{path}", json=body, headers={"Idempotency-Key": key or uuid4().hex}).status_code


def main() -> int:
    """Live through the day; 1 where something was not as the table says."""
    with process_lifetime.folder("gameday-") as folder, wires() as make, http_server.listen() as free:
        port = free.getsockname()[1]
        free.close()
        laid: dict[str, Wire] = {}
        world = {"DEMO": "true", "CLOCK": MORNING, "PORT": str(port), "DATA_DIR": str(folder)}
        cut = {name for outage in OUTAGES for name in outage.cut}

        def through(name: str, url: str) -> str:
            if name in cut:
                laid[name] = make(url, folder / f"wire-{name.lower()}")
                return laid[name].url
            return url

        with running(ROOT, world, through):
            return _live(f"http://127.0.0.1:{port}", token.project(folder), laid)


def _live(address: str, project: token.Project, laid: Mapping[str, Wire]) -> int:
    with httpx.Client(base_url=address, timeout=300) as client:
        match_id = client.get(f"{API}/matches/upcoming?days=7").raise_for_status().json()["matches"][0]["id"]
        people = [Person(address, project, match_id) for _ in range(PEOPLE)]
        for person in people:
            person.settle_in()
        _under_load(people, SECONDS)  # until a process of each function is warm for everybody
        faults = _compare("nothing", WELL, _under_load(people, SECONDS))
        for outage in OUTAGES:
            if outage.job == "write_explanations":
                _forget_texts(laid["DATABASE_URL"].url)
            for name in outage.cut:
                laid[name].cut()
            job = partial(_job, client, outage) if outage.job else list
            faults += _compare(outage.what, {**WELL, **outage.answers}, _under_load(people, SECONDS, job))
            for name in outage.cut:
                laid[name].mend()
            faults += _mended(outage.what, people[0])
        lost = [f"bets: {fault}" for person in people for fault in person.lost()]
        print(f"bets: {sum(len(person.taken) for person in people)} noted, {lost or 'none lost'}")
    for fault in faults + lost:
        print(f"gameday: {fault}", file=sys.stderr)
    return 1 if faults or lost else 0


def _job(client: httpx.Client, outage: Outage) -> list[str]:
    """Run the job of an outage; where it does not say what it must."""
    said = client.post(f"{INVOKE}{outage.job}", json={}).json()
    return [f"{outage.job} says {said}" for key, value in outage.says.items() if (said.get(key) or None) != value][:1]


def _mended(what: str, person: Person) -> list[str]:
    """Wait until all is well again."""
    until = time.monotonic() + MENDED_WITHIN
    while (met := {of: person.ask(of) for of in WELL}) != WELL:
        if time.monotonic() > until:
            return [f"{what} is back, and after {MENDED_WITHIN:.0f} s there is still {met}"]
        time.sleep(1)
    return []


def _forget_texts(database_url: str) -> None:
    """Have every coming match want an explanation again."""
    with psycopg.connect(database_url) as db:
        db.execute("DELETE FROM texts")


def _under_load(people: list[Person], seconds: float, job: Callable[[], list[str]] = list) -> Met:
    """What people and a job meet for some seconds."""
    met = Met()
    until = time.monotonic() + seconds

    def live(person: Person) -> None:
        for what in _in_turn():
            if time.monotonic() >= until:
                return
            start = time.monotonic()
            met.statuses[what][person.ask(what)] += 1
            met.slowest = max(met.slowest, time.monotonic() - start)
            time.sleep(PAUSE)

    with ThreadPoolExecutor(len(people) + 1) as threads:
        running_job = threads.submit(job)
        for each in [threads.submit(live, person) for person in people]:
            each.result()
        met.faults = running_job.result()
    return met


def _in_turn() -> Iterator[str]:
    while True:
        yield from WELL


def _compare(what: str, expected: Mapping[str, int], met: Met) -> list[str]:
    """What differs from the table; a line is printed of everything."""
    told = " ".join(f"{of}:{'/'.join(map(str, sorted(met.statuses[of])))}" for of in WELL)
    print(
        f"without {what:<13} {sum(map(Counter.total, met.statuses.values())):>4} answers, "
        f"slowest {met.slowest:.1f} s  {told}"
    )
    return [
        f"without {what}, {of} answers {dict(met.statuses[of])} instead of {status}"
        for of, status in expected.items()
        if set(met.statuses[of]) != {status}
    ] + [f"without {what}, {fault}" for fault in met.faults]


if __name__ == "__main__":
    sys.exit(main())
