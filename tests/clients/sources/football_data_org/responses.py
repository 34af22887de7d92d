"""Responses of football-data.org, and a client that reads them."""

import json
from collections.abc import Callable
from copy import deepcopy
from datetime import date
from typing import Any

import httpx

from shared.clients.sources.football_data_org import FootballDataOrg

TOKEN = "0123456789abcdef-secret"
DAY = date(2026, 11, 22)
Respond = Callable[[httpx.Request], httpx.Response]
Build = Callable[[Respond], FootballDataOrg]


def a_team(team_id: int, name: str, short_name: str, tla: str) -> dict[str, Any]:
    crest = f"https://crests.football-data.org/{team_id}.png"
    return {"id": team_id, "name": name, "shortName": short_name, "tla": tla, "crest": crest}


ARSENAL = a_team(57, "Arsenal FC", "Arsenal", "ARS")
TOTTENHAM = a_team(73, "Tottenham Hotspur FC", "Tottenham", "TOT")


def a_match(match_id: int = 1, **changes: Any) -> dict[str, Any]:
    match = {
        "area": {"id": 2072, "name": "England", "code": "ENG", "flag": "https://crests.football-data.org/770.svg"},
        "competition": {"id": 2021, "name": "Premier League", "code": "PL", "type": "LEAGUE", "emblem": "…"},
        "season": {
            "id": 2500,
            "startDate": "2026-08-14",
            "endDate": "2027-05-23",
            "currentMatchday": 12,
            "winner": None,
        },
        "id": match_id,
        "utcDate": "2026-11-22T16:30:00Z",
        "status": "TIMED",
        "matchday": 12,
        "stage": "REGULAR_SEASON",
        "group": None,
        "lastUpdated": "2026-11-21T00:20:00Z",
        "homeTeam": ARSENAL,
        "awayTeam": TOTTENHAM,
        "score": {
            "winner": None,
            "duration": "REGULAR",
            "fullTime": {"home": None, "away": None},
            "halfTime": {"home": None, "away": None},
        },
        "odds": {"msg": "Activate Odds-Package in User-Panel to retrieve odds."},
        "referees": [{"id": 11580, "name": "Anthony Taylor", "type": "REFEREE", "nationality": "England"}],
    }
    return deepcopy(match | changes)


def a_list(*matches: Any, competitions: str = "PL") -> httpx.Response:
    result = {"count": len(matches), "competitions": competitions, "first": "2026-11-22", "last": "2026-11-22"}
    body = {"filters": {"permission": "TIER_ONE"}, "resultSet": result, "matches": matches}
    return httpx.Response(200, content=json.dumps(body))
