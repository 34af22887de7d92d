"""Supabase's Admin API as far as we use it: the people of one project."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from tests import http_service
from tests.http_service import Said


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

    def answer(method: str, target: str, headers: dict[str, str], body: bytes) -> Said:
        counted = {"X-Total-Count": str(len(service.people))}
        if "?" in target:
            listed = [{"created_at": "2026-11-20T10:00:00Z", **person} for person in service.people]
            return service.status, counted, json.dumps({"users": listed}).encode()
        user_id = UUID(target.rpartition("/")[2])
        if service.status == 200 and method == "PUT":
            service.names[user_id] = json.loads(body)["user_metadata"]["full_name"]
        if service.status == 200 and method == "DELETE":
            service.deleted.append(user_id)
        said = {"id": str(user_id), "email": "alice@example.com", "identities": []}
        return service.status, counted, json.dumps(said).encode()

    with http_service.serve(answer) as service.url:
        yield service
