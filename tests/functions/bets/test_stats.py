"""Statistics of bets with their confidence intervals, and exports as files."""

import csv
from datetime import timedelta
from io import StringIO

import pytest

from shared.explanations.legal_notice import LEGAL_NOTICE
from shared.football.calendar import last_minute
from shared.football.match import Hour
from shared.runtime import wiring
from tests.factories import KICK_OFF, insert_matches, match_update
from tests.functions.bets.api import BETS, DASHBOARD, NOW, call, create_bet, create_settled_bet, get, set_bankroll


def test_stats_have_counts_and_confidence_intervals(match: int) -> None:
    for status in ("won", "won", "lost", "void"):
        create_settled_bet(match, status, odds=3)
    create_bet(match)
    body = get(f"{BETS}/stats?days=7")
    assert (body["total_bets"], body["settled_bets"], body["pending_bets"]) == (5, 4, 1)
    assert (body["staked"], body["profit_loss"], body["roi_pct"]) == (30, 30, 100)
    # Two of three with Wilson's interval: 20.8 % to 93.9 %.
    assert body["win_rate"] == {"value": 66.7, "n": 3, "low": 20.8, "high": 93.9}
    # Returns of 2, 2, -1: mean 1, standard deviation 1.732, so that 1.96 standard errors are 1.96.
    assert body["mean_return_pct"] == {"value": 100, "n": 3, "low": -96, "high": 296}
    assert body["closing_line_value"] == {"value": None, "n": 0, "low": None, "high": None}
    assert body["legal_notice"] == LEGAL_NOTICE
    nothing = get(f"{BETS}/stats?days=7", at=NOW + timedelta(days=8))
    assert (nothing["total_bets"], nothing["roi_pct"], nothing["win_rate"]["value"]) == (0, None, None)


def test_stats_of_one_bet_claim_nothing(match: int) -> None:
    create_settled_bet(match, "won")
    body = get(f"{BETS}/stats")
    assert body["mean_return_pct"] == {"value": 110, "n": 1, "low": None, "high": None}
    assert body["win_rate"] == {"value": 100, "n": 1, "low": 20.7, "high": 100}


def test_the_dashboard_counts_real_streaks(match: int) -> None:
    set_bankroll(100)
    for status in ("won", "won", "void", "won", "lost", "won"):
        create_settled_bet(match, status, odds=2, amount=1, prediction="draw" if status == "lost" else "home_win")
    body = get(f"{DASHBOARD}/stats?days=30")
    assert (body["current_streak"], body["best_streak"]) == (1, 3)
    assert (body["total_bets"], body["won_bets"], body["lost_bets"], body["pending_bets"]) == (6, 4, 1, 0)
    assert (body["followed_predictions"], body["followed_wins"], body["followed_win_rate"]) == (5, 4, 100)
    assert (body["total_staked"], body["total_returns"], body["profit_loss"]) == (5, 8, 3)
    assert (body["roi_percentage"], body["initial_bankroll"], body["current_bankroll"]) == (60, 100, 103)


def export_rows(path: str) -> list[dict[str, str]]:
    response = call("GET", path)
    assert response.status == 200
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert response.headers["content-disposition"] == 'attachment; filename="bets-2024-04-27.csv"'
    assert response.body[0] == "\ufeff"
    return list(csv.DictReader(StringIO(response.body[1:])))


@pytest.mark.parametrize("path", [f"{BETS}/export", f"{DASHBOARD}/export", f"{DASHBOARD}/export?format=csv"])
def test_bets_are_exported_for_a_spreadsheet(match: int, path: str) -> None:
    create_settled_bet(match, "lost", amount=12.34, market="handicap", line=-0.5)
    assert export_rows(path) == [
        {
            "id": "1",
            "created_at": "2024-04-27T10:00:00Z",
            "match_id": str(match),
            "kick_off": "2024-04-27T14:00:00Z",
            "hour_known": "True",
            "competition": "Premier League",
            "home_team": "Arsenal",
            "away_team": "Chelsea",
            "market": "handicap",
            "prediction": "home_win",
            "line": "-0.5",
            "odds": "2.1",
            "amount": "12.34",
            "status": "lost",
            "score": "",
            "settled_at": "2024-04-27T17:00:00Z",
            "actual_return": "0.0",
            "profit": "-12.34",
            "closing_line_value": "",
        }
    ]


@pytest.mark.case("H10")
@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", '=HYPERLINK("https://x","a,b")'])
def test_names_are_escaped_against_csv_injection(match: int, name: str) -> None:
    """It is marked as text; numbers below 0 stay numbers."""
    wiring.database().execute("UPDATE teams SET name = %s WHERE name = 'Arsenal'", [name])
    create_settled_bet(match, "lost")
    [row] = export_rows(f"{BETS}/export")
    assert (row["home_team"], row["profit"]) == ("'" + name, "-10.0")


def test_bets_are_exported_as_json(match: int) -> None:
    create_bet(match)
    body = get(f"{BETS}/export?format=json")
    assert (body["total"], body["exported_at"], body["legal_notice"]) == (1, "2024-04-27T10:00:00Z", LEGAL_NOTICE)
    assert (body["bets"][0]["home_team"], body["bets"][0]["profit"]) == ("Arsenal", None)
    assert call("GET", f"{BETS}/export?format=xml").status == 422


def test_a_bet_on_a_match_without_an_hour_is_exported_with_its_day(match: int) -> None:
    last = last_minute(KICK_OFF.date())
    insert_matches(
        wiring.database(),
        match_update(kick_off=last, hour=Hour.UNKNOWN, source_updated_at=KICK_OFF - timedelta(hours=12)),
    )
    create_bet(match)
    [row] = export_rows(f"{BETS}/export")
    assert (row["kick_off"], row["hour_known"]) == ("2024-04-27T00:00:00Z", "False")
