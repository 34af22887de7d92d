"""Examples are what is answered, shortened, and hold no key."""

import json
from typing import Any

import httpx

from local.examples import call_operations

MATCH = {
    "id": 7,
    "competition_code": "DEMO",
    "home_team": {"id": 1, "name": "Démo Dahlia"},
    "away_team": {"id": 2, "name": "Démo Camélia"},
}
ID = {"name": "match_id", "in": "path", "required": True}
DAYS = {"name": "days", "in": "query"}
OPERATIONS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "getMatch": ("get", "/api/v1/matches/{match_id}", {"parameters": [ID, DAYS]}),
    "revoke": ("delete", "/keys/{key_id}", {"parameters": [{"name": "key_id", "in": "path", "required": True}]}),
    "createApiKey": ("post", "/keys", {"requestBody": {}}),
    "strange": ("get", "/strange/{colour}", {"parameters": [{"name": "colour", "in": "path", "required": True}]}),
    "refused": ("get", "/refused", {}),
    "deleteMe": ("delete", "/me", {}),
}


def respond(request: httpx.Request) -> httpx.Response:
    responses: dict[str, tuple[int, Any]] = {
        "/api/v1/matches/upcoming": (200, {"matches": [MATCH]}),
        "/api/v1/matches/7": (200, {"lists": [1, [2, 3, 4], 5]}),
        "/keys": (201, {"id": "k1", "key": "ps_live_" + "secret" * 7, "sent": json.loads(request.content or b"null")}),
        "/refused": (400, {"detail": "no"}),
    }
    if request.method == "DELETE":
        assert request.url.path == "/keys/k1", "no account is deleted"
        return httpx.Response(204)
    status, body = responses[request.url.path]
    return httpx.Response(status, json=body)


def test_created_ids_are_passed_to_later_operations_and_keys_are_masked() -> None:
    with httpx.Client(transport=httpx.MockTransport(respond), base_url="http://demo.test") as client:
        faults = call_operations(client, OPERATIONS)
    body = {"name": "my tool", "scopes": ["read"]}
    assert faults == {
        "getMatch": {"parameters": {"match_id": 7}, "answer": {"lists": [1, [2, 3]]}},
        "createApiKey": {"body": body, "answer": {"id": "k1", "key": "ps_live_" + "A" * 42, "sent": body}},
        "revoke": {"parameters": {"key_id": "k1"}},
    }
