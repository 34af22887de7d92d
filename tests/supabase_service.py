"""Supabase's Admin API as far as we use it: the people of one project."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any
from uuid import UUID


@dataclass
class SupabaseService:
    """What it says and what it was told.

    Attributes:
        url: the project's address.
        status: of its answers.
        names: what people are called.
        deleted: who was deleted.
        people: who is listed, all on one page.
    """

    url: str = ""
    status: int = 200
    names: dict[UUID, Any] = field(default_factory=dict)
    deleted: list[UUID] = field(default_factory=list)
    people: list[dict[str, Any]] = field(default_factory=list)


@contextmanager
def supabase_service() -> Iterator[SupabaseService]:
    """Serve it at an address of this machine."""
    service = SupabaseService()

    class Intake(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            if "?" in self.path:
                listed = [{"created_at": "2026-11-20T10:00:00Z", **person} for person in service.people]
                self._say(json.dumps({"users": listed}).encode())
                return
            body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"null")
            user_id = UUID(self.path.rpartition("/")[2])
            if service.status == 200 and self.command == "PUT":
                service.names[user_id] = body["user_metadata"]["full_name"]
            if service.status == 200 and self.command == "DELETE":
                service.deleted.append(user_id)
            said = json.dumps({"id": str(user_id), "email": "alice@example.com", "identities": []}).encode()
            self._say(said)

        def _say(self, said: bytes) -> None:
            self.send_response(service.status)
            self.send_header("X-Total-Count", str(len(service.people)))
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        do_GET = do_PUT = do_DELETE = _answer  # noqa: N815  # names of the library

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Intake) as server:
        service.url = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield service
        finally:
            server.shutdown()
            thread.join()
