"""How bets did, told with how sure that is, and as files."""

import csv
from datetime import timedelta
from io import StringIO

import pytest

from shared.explanations.legal_notice import LEGAL_NOTICE
from shared.football.calendar import last_minute
from shared.football.match import Hour
from shared.runtime import wiring
from tests.functions.bets.asking import BETS, DASHBOARD, NOW, call, fund, get, note, settled
from tests.making import KICK_OFF, hold, news


def test_stats_tell_how_many_and_how_sure(match: int) -> None:
    for status in ("won", "won", "lost", "void"):
        settled(match, status, odds=3)
    note(match)
    told = get(f"{BETS}/stats?days=7")
    assert (told["total_bets"], told["settled_bets"], told["pending_bets"]) == (5, 4, 1)
    assert (told["staked"], told["profit_loss"], told["roi_pct"]) == (30, 30, 100)
    # Two of three with Wilson's interval: 20.8 % to 93.9 %.
    assert told["win_rate"] == {"value": 66.7, "n": 3, "low": 20.8, "high": 93.9}
    # Returns of 2, 2, -1: mean 1, standard deviation 1.732, so that 1.96 standard errors are 1.96.
    assert told["mean_return_pct"] == {"value": 100, "n": 3, "low": -96, "high": 296}
    assert told["closing_line_value"] == {"value": None, "n": 0, "low": None, "high": None}
    assert told["legal_notice"] == LEGAL_NOTICE
    nothing = get(f"{BETS}/stats?days=7", at=NOW + timedelta(days=8))
    assert (nothing["total_bets"], nothing["roi_pct"], nothing["win_rate"]["value"]) == (0, None, None)


def test_stats_of_one_bet_claim_nothing(match: int) -> None:
    settled(match, "won")
    told = get(f"{BETS}/stats")
    assert told["mean_return_pct"] == {"value": 110, "n": 1, "low": None, "high": None}
    assert told["win_rate"] == {"value": 100, "n": 1, "low": 20.7, "high": 100}


def test_the_dashboard_counts_real_streaks(match: int) -> None:
    fund(100)
    for status in ("won", "won", "void", "won", "lost", "won"):
        settled(match, status, odds=2, amount=1, prediction="draw" if status == "lost" else "home_win")
    told = get(f"{DASHBOARD}/stats?days=30")
    assert (told["current_streak"], told["best_streak"]) == (1, 3)
    assert (told["total_bets"], told["won_bets"], told["lost_bets"], told["pending_bets"]) == (6, 4, 1, 0)
    assert (told["followed_predictions"], told["followed_wins"], told["followed_win_rate"]) == (5, 4, 100)
    assert (told["total_staked"], told["total_returns"], told["profit_loss"]) == (5, 8, 3)
    assert (told["roi_percentage"], told["initial_bankroll"], told["current_bankroll"]) == (60, 100, 103)


def exported(path: str) -> list[dict[str, str]]:
    answer = call("GET", path)
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="bets-2024-04-27.csv"'
    assert answer.body[0] == "\ufeff"
    return list(csv.DictReader(StringIO(answer.body[1:])))


@pytest.mark.parametrize("path", [f"{BETS}/export", f"{DASHBOARD}/export", f"{DASHBOARD}/export?format=csv"])
def test_bets_are_exported_for_a_spreadsheet(match: int, path: str) -> None:
    settled(match, "lost", amount=12.34, market="handicap", line=-0.5)
    assert exported(path) == [
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
def test_no_name_is_reckoned_by_a_spreadsheet(match: int, name: str) -> None:
    """It is marked as text; numbers below 0 stay numbers."""
    wiring.database().execute("UPDATE teams SET name = %s WHERE name = 'Arsenal'", [name])
    settled(match, "lost")
    [row] = exported(f"{BETS}/export")
    assert (row["home_team"], row["profit"]) == ("'" + name, "-10.0")


def test_bets_are_exported_as_json(match: int) -> None:
    note(match)
    told = get(f"{BETS}/export?format=json")
    assert (told["total"], told["exported_at"], told["legal_notice"]) == (1, "2024-04-27T10:00:00Z", LEGAL_NOTICE)
    assert (told["bets"][0]["home_team"], told["bets"][0]["profit"]) == ("Arsenal", None)
    assert call("GET", f"{BETS}/export?format=xml").status == 422


def test_a_bet_on_a_match_without_an_hour_is_exported_with_its_day(match: int) -> None:
    last = last_minute(KICK_OFF.date())
    hold(wiring.database(), news(kick_off=last, hour=Hour.UNKNOWN, source_updated_at=KICK_OFF - timedelta(hours=12)))
    note(match)
    [row] = exported(f"{BETS}/export")
    assert (row["kick_off"], row["hour_known"]) == ("2024-04-27T00:00:00Z", "False")
