"""Fill deploy/examples.json with what the demonstration league answers: `python -m local.examples`.

Every operation of .build/openapi.json that can be called with what stands below is called once, on a morning with a
pick, as an administrator, who sees everything; lists are cut to their first two.
"""

import json
import sys
from contextlib import redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory
from time import sleep
from typing import Any

import httpx

from local import http_server, token
from local.run import ROOT, running
from shared.accounts.api_keys import PREFIX

DESCRIPTION, OUT = ROOT / ".build/openapi.json", ROOT / "deploy/examples.json"
BODIES: dict[str, Any] = {
    "createApiKey": {"name": "my tool", "scopes": ["read"]},
    "create_checkout_session_api_v1_stripe_create_checkout_session_post": {
        "plan": "premium",
        "success_url": "http://localhost:3000/welcome",
        "cancel_url": "http://localhost:3000/plans",
    },
    "create_portal_session_api_v1_stripe_create_portal_session_post": {"return_url": "http://localhost:3000/plans"},
    "cancel_subscription_api_v1_stripe_cancel_subscription_post": {"immediate": False},
    "update_profile_api_v1_users_me_patch": {"full_name": "Alex Martin"},
    "update_preferences_api_v1_users_me_preferences_put": {"language": "en", "favorite_team_id": None},
    "update_preferences_api_v1_user_preferences_put": {"risk_level": "low", "default_stake": 5},
}
UNASKED = {"deleteMe"}
"""What leaves nobody to ask on."""
MORNING = "2026-03-07T08:00:00Z"
LONGEST = 2


def main() -> int:
    """Ask everything and write the file."""
    described = json.loads(DESCRIPTION.read_text())
    with TemporaryDirectory() as folder, http_server.listen() as free:
        port = free.getsockname()[1]
        free.close()
        world = {"DEMO": "true", "CLOCK": MORNING, "PORT": str(port), "DATA_DIR": folder}
        with redirect_stdout(sys.stderr), running(ROOT, world):
            key = token.secret(Path(folder))
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=120) as client:
                client.headers["Authorization"] = f"Bearer {token.made('admin', key)}"
                client.headers["Accept-Language"] = "en"
                found = asked(client, described)
    OUT.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n")
    return 0


def asked(client: httpx.Client, described: dict[str, Any]) -> dict[str, Any]:
    """What each operation was asked and answered, by its id."""
    known, found = _known(client), {}
    bodies = BODIES | {"add_favorite_api_v1_user_favorites_post": {"match_id": known["match_id"]}}
    operations = [
        (method, path, operation) for path, each in described["paths"].items() for method, operation in each.items()
    ]
    # What is made is there to be read, and what is read is not in the midst of being made again.
    for method, path, operation in sorted(
        operations, key=lambda each: ("requestBody" not in each[2], each[0] != "get")
    ):
        name, taken = operation["operationId"], operation.get("parameters", [])
        parameters = {given["name"]: known[given["name"]] for given in taken if given["name"] in known}
        if name in UNASKED:
            continue
        if [given for given in taken if given.get("required") and given["name"] not in known]:
            print(f"{name}: left out, {path} needs what {__file__} does not know", file=sys.stderr)
            continue
        query = {
            given["name"]: known[given["name"]]
            for given in taken
            if (given["in"], given["name"] in known) == ("query", True)
        }
        answer = _answer(client, method, path.format(**parameters), query, bodies.get(name))
        if not answer.is_success:
            print(f"{name}: left out, {answer.status_code} {answer.text}", file=sys.stderr)
            continue
        if "/pay/" in answer.text:
            _pay(client, answer.json()["checkout_url"])
        body = {"body": bodies[name]} if name in bodies else {}
        said = {"answer": _shortened(answer.json())} if answer.content else {}
        found[name] = ({"parameters": parameters} if parameters else {}) | body | said
    return {
        operation["operationId"]: found[operation["operationId"]]
        for _, _, operation in operations
        if operation["operationId"] in found
    }


def _known(client: httpx.Client) -> dict[str, Any]:
    """Values of parameters, from a coming match."""
    match = client.get("/api/v1/matches/upcoming?days=7").raise_for_status().json()["matches"][0]
    home, away = match["home_team"], match["away_team"]
    return {
        "match_id": match["id"],
        "team_id": home["id"],
        "team_name": home["name"],
        "home_team": home["name"],
        "away_team": away["name"],
        "competition_code": match["competition_code"],
        "competition": match["competition_code"],
        "q": home["name"].split()[0],
    }


def _pay(client: httpx.Client, page: str) -> None:
    """Pay on a page of the stand-in for Stripe, and wait until its events have come."""
    httpx.post(page)
    while _answer(client, "get", "/api/v1/stripe/subscription", {}, None).json() is None:
        sleep(0.2)


def _answer(client: httpx.Client, method: str, path: str, query: dict[str, Any], body: Any) -> httpx.Response:
    while True:
        answer = client.request(method, path, params=query, json=body)
        if answer.status_code != httpx.codes.TOO_MANY_REQUESTS:
            return answer
        sleep(int(answer.headers["retry-after"]))


def _shortened(said: Any) -> Any:
    if isinstance(said, list):
        return [_shortened(each) for each in said[:LONGEST]]
    if isinstance(said, dict):
        return {name: _shortened(value) for name, value in said.items()}
    if isinstance(said, str) and said.startswith(PREFIX):
        return PREFIX + "A" * (len(said) - len(PREFIX))  # nobody shall take it for a key that was lost
    return said


if __name__ == "__main__":
    sys.exit(main())
