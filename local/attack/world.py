"""The state of a campaign: the running bundle, test users, and faults found."""

import json
import re
import socket
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from random import Random
from typing import Any
from urllib.parse import urlsplit

from local import token
from local.attack.description import Operation

TIMEOUT_SECONDS = 45
"""Client timeout: the gateway times each function out, after 15 s at most."""
MAX_RETRIES = 10
"""Retries of a request while the response is 503, a second apart."""
TRACE = re.compile(rb'Traceback \(most recent|File "/|psycopg\.|pydantic_core|site-packages|SELECT .* FROM ')
PERSONAL = re.compile(rb"mark[0-9a-f]{24}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
SECRET = re.compile("SECRET|TOKEN|PRIVATE|API_KEY|SERVICE_KEY|DATABASE_URL")
MIN_SECRET_LENGTH = 5
"""Shorter secrets are not searched for in responses."""


@dataclass(frozen=True)
class Caller:
    """A client."""

    address: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str])  # with the credentials
    person: str = ""  # user id; empty for anonymous callers
    mark: str = ""  # a unique word in all texts that they write
    is_administrator: bool = False


@dataclass(frozen=True)
class Response:
    """A response; status 0 if none arrived."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The parsed body; None if it is not JSON."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    @property
    def code(self) -> str:
        """The error code; empty without one."""
        body = self.json
        return code if isinstance(body, dict) and isinstance(code := body.get("code"), str) else ""

    @property
    def succeeded(self) -> bool:
        """Whether the status is a success or a redirect."""
        return 200 <= self.status < 400


@dataclass
class World:
    """The bundle under attack, and the statistics of the campaign."""

    address: str
    project: token.Project
    settings: Mapping[str, str]
    operations: list[Operation] = field(default_factory=list[Operation])
    tries: Counter[str] = field(default_factory=Counter[str])
    statuses: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter[int]))
    faults: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list[str]))

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._owners: dict[bytes, str] = {}
        values = [value for name, value in self.settings.items() if SECRET.search(name) and name != "VAPID_PUBLIC_KEY"]
        self._secrets = [value.encode() for value in values if len(value) > MIN_SECRET_LENGTH]

    def visitor(self, random: Random) -> Caller:
        """An anonymous caller with a new address."""
        return Caller(f"127.{random.randrange(1, 255)}.{random.randrange(256)}.{random.randrange(1, 255)}")

    def person(self, random: Random, plan: str = "elite") -> Caller:
        """A new adult user with a bankroll."""
        name = f"{random.getrandbits(96):024x}"
        caller = Caller(
            self.visitor(random).address,
            {"authorization": f"Bearer {token.create_token(plan, self.project, name)}"},
            token.user_id_of(plan, name),
            f"mark{name}",
            plan == "admin",
        )
        self.register(caller)
        self.request_json(caller, "PATCH", "/api/v1/users/me", {"birth_date": "1990-05-17", "full_name": caller.mark})
        self.request_json(caller, "PUT", "/api/v1/bets/bankroll", {"initial_bankroll": 100_000})
        return caller

    def register(self, caller: Caller) -> None:
        """Search responses to others for this user's id and mark from now on."""
        with self._lock:
            self._owners |= {caller.person.encode(): caller.person, caller.mark.encode(): caller.person}

    def request_json(self, caller: Caller, method: str, target: str, body: Any = None) -> Any:
        """The JSON response to a valid request."""
        response = self.request(caller, method, target, body)
        if not response.succeeded:
            raise RuntimeError(f"{method} {target} answers {response.status}: {response.body[:200]!r}")
        return response.json

    def request(
        self, caller: Caller, method: str, target: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> Response:
        """Send a request, with retries on 503, as docs/use/errors.md recommends: a busy machine is not a fault."""
        response = self.send(caller, method, target, body, headers)
        for _ in range(MAX_RETRIES):
            if response.status != 503:
                break
            time.sleep(1)
            response = self.send(caller, method, target, body, headers)
        return response

    def send(
        self,
        caller: Caller,
        method: str,
        target: str,
        body: Any = None,
        headers: Mapping[str, str | bytes] | None = None,
    ) -> Response:
        """Send a request without normalization, and read the response.

        Args:
            target: quoted path and query.
            body: bytes, or a value to serialize as JSON; None for none.
            headers: override those of the caller.
        """
        host = urlsplit(self.address)
        content = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        sent_headers = {"host": host.netloc, "accept-language": "en", **caller.headers}
        if content is not None:
            sent_headers |= {"content-type": "application/json", "content-length": str(len(content))}
        elif method != "GET":
            sent_headers["content-length"] = "0"
        connection = HTTPConnection(host.hostname or "", host.port, TIMEOUT_SECONDS, source_address=(caller.address, 0))
        try:
            connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
            for name, value in (sent_headers | dict(headers or {})).items():
                connection.putheader(name, value)
            connection.endheaders(content)
            response = connection.getresponse()
            response_headers = {name.lower(): value for name, value in response.getheaders()}
            return Response(response.status, response_headers, response.read())
        except (OSError, socket.timeout, HTTPException) as error:  # noqa: UP041  what a caller sees of a broken server
            return Response(0, {}, repr(error).encode())
        finally:
            connection.close()

    def attempt(
        self,
        kind: str,
        caller: Caller,
        method: str,
        target: str,
        body: Any = None,
        headers: Mapping[str, str | bytes] | None = None,
    ) -> Response:
        """Send a request, check the response and count it."""
        response = self.send(caller, method, target, body, headers)
        description = f"{method} {target[:200]} {str(headers or '')[:300]} {str(body or '')[:200]}"
        self.count(kind, response.status)
        for fault in self.find_faults(caller, method, response):
            self.fault(kind, f"{fault}: {description} -> {response.status} {response.body[:200]!r}")
        return response

    def count(self, kind: str, status: int) -> None:
        """Count a try and its status."""
        with self._lock:
            self.tries[kind] += 1
            self.statuses[kind][status] += 1

    def fault(self, kind: str, what: str) -> None:
        """Record a fault."""
        with self._lock:
            self.faults[kind].append(what)

    def find_faults(self, caller: Caller, method: str, response: Response) -> list[str]:
        """Faults of a response that are wrong for every request."""
        faults = []
        if response.status == 0:
            faults.append("no answer")
        elif response.status >= 500 and not (
            response.status == 503 and response.code and "retry-after" in response.headers
        ):
            faults.append("a server error")
        elif response.status >= 400 and method != "HEAD" and not response.code:
            faults.append("an error without a code")
        whole = response.body + repr(response.headers).encode()
        if TRACE.search(whole):
            faults.append("what is inside is shown")
        if any(secret in whole for secret in self._secrets):
            faults.append("a secret is shown")
        if not caller.is_administrator:
            owners = {self._owners[match] for match in PERSONAL.findall(whole) if match in self._owners}
            faults += ["another person's data are shown"] if owners - {caller.person} else []
        return faults
