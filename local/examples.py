"""Generate deploy/examples.json from responses of the demonstration league: `python -m local.examples`.

Every operation of .build/openapi.json with known parameters is called once, on a morning with a pick, by an
administrator. Lists are cut to two items.
"""

import json
import sys
from contextlib import redirect_stdout
from time import sleep
from typing import Any

import httpx

from local import token
from local.run import DEMO_MORNING, ROOT, running_demo
from shared.accounts import api_keys, webhooks

DESCRIPTION, OUT = ROOT / ".build/openapi.json", ROOT / "deploy/examples.json"
MAX_ITEMS = 2
LAST = ("removeWebhook", "unsubscribe_push_api_v1_notifications_unsubscribe_post", "coolOff")
"""Operations that delete what others need."""
NEVER = {"deleteMe"}
IDS = {"createApiKey": "key_id", "createWebhook": "webhook_id", "create_bet_api_v1_bets_post": "bet_id"}
"""Operations that create objects, and the parameter that takes their id."""
SECRET = (api_keys.PREFIX, webhooks.PREFIX)
"""Prefixes of secrets, which are masked."""
Values = dict[str, Any]


def bodies(values: Values) -> Values:
    """Request bodies by operation, in the order of sending."""
    match_id = values["match_id"]
    return {
        "update_profile_api_v1_users_me_patch": {"full_name": "Camille Martin", "birth_date": "1990-05-17"},
        "update_preferences_api_v1_users_me_preferences_put": {"favorite_team_id": values["team_id"]},
        "update_preferences_api_v1_user_preferences_put": {"language": "en", "default_stake": 5},
        "add_favorite_api_v1_user_favorites_post": {"match_id": match_id, "note": "the derby"},
        "update_bankroll_api_v1_bets_bankroll_put": {"initial_bankroll": 200, "alert_threshold": 50},
        "setPlayLimits": {"stake": {"day": 20}, "loss": {"week": 40}},
        "create_bet_api_v1_bets_post": {"match_id": match_id, "prediction": "home_win", "odds": 3.36, "amount": 4},
        "createApiKey": {"name": "my tool", "scopes": ["read"]},
        "createWebhook": {"url": "https://hooks.example.org/paris-sportif"},
        "create_checkout_session_api_v1_stripe_create_checkout_session_post": {
            "plan": "premium",
            "success_url": "https://paris-sportif.vercel.app/plans/success",
            "cancel_url": "https://paris-sportif.vercel.app/plans",
        },
        "create_portal_session_api_v1_stripe_create_portal_session_post": {
            "return_url": "https://paris-sportif.vercel.app/profile"
        },
        "update_bet_api_v1_bets__bet_id__patch": {"status": "void"},
        "correctBet": {"status": "void"},
        "cancel_subscription_api_v1_stripe_cancel_subscription_post": {"immediate": False},
        "subscribe_push_api_v1_notifications_subscribe_post": {
            "endpoint": values["endpoint"],
            "keys": {  # those of RFC 8291, section 5
                "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
                "auth": "BTBZMqHH6r4Tts7J_aSIgg",
            },
        },
        "update_preferences_api_v1_notifications_preferences_put": {
            "daily_picks": True,
            "quiet_from": 22,
            "quiet_until": 8,
        },
        "broadcast_notification_api_v1_admin_notifications_broadcast_post": {
            "title": "Maintenance tonight",
            "body": "The site rests from 2 to 3 in the morning.",
        },
        "index_custom_article_api_v1_vector_index_article_post": {
            "url": "https://news.example/derby",
            "title": f"{values['team_name']} without their goalkeeper",
            "content": "He is injured and will miss the derby.",
            "language": "en",
        },
        "setPromptTrial": {"prompt_type": values["prompt_type"], "version_weights": {values["version_id"]: 1}},
        "replayPrompt": {"version_id": values["version_id"], "cases": 2},
        "coolOff": {"days": 7},
        "unsubscribe_push_api_v1_notifications_unsubscribe_post": {"endpoint": values["endpoint"]},
    }


def main() -> int:
    """Call all operations and write the file; skipped ones keep their examples."""
    document = json.loads(DESCRIPTION.read_text())
    operations = {
        spec["operationId"]: (method, path, spec)
        for path, each in document["paths"].items()
        for method, spec in each.items()
    }
    with (
        redirect_stdout(sys.stderr),
        running_demo() as (address, project),
        httpx.Client(base_url=address, timeout=120) as client,
    ):
        other = {"Authorization": f"Bearer {token.create_token('free', project)}"}
        client.get("/api/v1/users/me", headers=other).raise_for_status()  # a user to give a role to
        client.headers["Authorization"] = f"Bearer {token.create_token('admin', project)}"
        client.headers["Accept-Language"] = "en"
        examples = json.loads(OUT.read_text()) | call_operations(client, operations)
    ordered = {name: examples[name] for name in operations if name in examples}
    OUT.write_text(json.dumps(ordered, ensure_ascii=False, indent=1) + "\n")
    return 0


def call_operations(client: httpx.Client, operations: dict[str, tuple[str, str, Values]]) -> Values:
    """Request and response of each operation, by its id."""
    values, examples = _parameter_values(client), {}
    sent = bodies(values)
    # Creations first, then reads, then other writes.
    priority = {name: 100 if method == "get" else 500 for name, (method, _, _) in operations.items()}
    priority |= {name: place for place, name in enumerate(sent)} | dict.fromkeys(LAST, 1000)
    for name in sorted(operations.keys() - NEVER, key=lambda name: priority[name]):
        method, path, spec = operations[name]
        accepted = {parameter_spec["name"]: parameter_spec for parameter_spec in spec.get("parameters", [])}
        parameters = {parameter: values[parameter] for parameter in accepted if parameter in values}
        if [
            parameter
            for parameter, parameter_spec in accepted.items()
            if parameter_spec.get("required") and parameter not in values
        ]:
            print(f"{name}: left out, {path} needs what {__file__} does not know", file=sys.stderr)
            continue
        query = {parameter: value for parameter, value in parameters.items() if accepted[parameter]["in"] == "query"}
        response = _send(client, method, path.format(**parameters), query, sent.get(name))
        if not response.is_success:
            print(f"{name}: left out, {response.status_code} {response.text}", file=sys.stderr)
            continue
        examples[name] = {"parameters": parameters} if parameters else {}
        if name in sent:
            examples[name]["body"] = sent[name]
        if response.content and response.headers["content-type"] == "application/json":
            examples[name]["answer"] = _shorten(response.json())
        if name in IDS:
            values[IDS[name]] = response.json()["id"]
    return examples


def _parameter_values(client: httpx.Client) -> Values:
    """Values of parameters, from an upcoming match."""
    match = client.get("/api/v1/matches/upcoming?days=7").raise_for_status().json()["matches"][0]
    home, away = match["home_team"], match["away_team"]
    return {
        "match_id": match["id"],
        "day": DEMO_MORNING[:10],
        "team_id": home["id"],
        "team_name": home["name"],
        "home_team": home["name"],
        "away_team": away["name"],
        "competition_code": match["competition_code"],
        "competition": match["competition_code"],
        "q": home["name"].split()[0],
        "odds": 3.36,
        "confidence": 32,
        "minute": 60,
        "home": 1,
        "away": 0,
        "format": "json",
        "query": "injury",
        "team": home["name"],
        "endpoint": "https://fcm.googleapis.com/fcm/send/example",
        "user_id": token.user_id_of("free"),
        "role": "premium",
        "prompt_type": "explanation",
        "version_id": "explanation_v1",
    }


def _send(client: httpx.Client, method: str, path: str, query: Values, body: Any) -> httpx.Response:
    while True:
        response = client.request(method, path, params=query, json=body)
        if response.status_code != httpx.codes.TOO_MANY_REQUESTS:
            return response
        sleep(int(response.headers["retry-after"]))


def _shorten(value: Any) -> Any:
    if isinstance(value, list):
        return [_shorten(item) for item in value[:MAX_ITEMS]]
    if isinstance(value, dict):
        return {name: _shorten(field) for name, field in value.items()}
    for prefix in SECRET:
        if isinstance(value, str) and value.startswith(prefix):
            return prefix + "A" * (len(value) - len(prefix))  # so that secret scanners do not report it
    return value


if __name__ == "__main__":
    sys.exit(main())
