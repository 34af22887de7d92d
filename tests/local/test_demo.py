"""The demonstration league."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import httpx
import pytest

from local import demo
from local.sources import kick_offs
from shared.clients.sources.football_data_uk_mirror import MirrorTransport


def test_it_is_a_double_round_robin() -> None:
    rounds = demo.rounds()
    assert len(rounds) == 18
    for pairs in rounds:
        assert sorted(club for pair in pairs for club in pair) == sorted(demo.CLUBS)
    assert Counter(pair for pairs in rounds for pair in pairs) == {
        (home, away): 1 for home in demo.CLUBS for away in demo.CLUBS if home != away
    }
    assert all(3 <= sum(home == club for half in rounds[:9] for home, _ in half) <= 6 for club in demo.CLUBS)


@pytest.mark.parametrize("season", [2024, 2025, 2026, 2027, 2028])
def test_during_a_season_a_match_is_never_more_than_three_days_away(season: int, tmp_path: Path) -> None:
    demo.write(tmp_path, date(season, 8, 1))
    instants = [instant for instant in kick_offs(tmp_path) if instant.year == season or instant.month < 7][-90:]
    assert len(instants) == 90
    assert (instants[0].month, instants[-1].month) == (8, 3)
    assert max(b - a for a, b in pairwise(instants)) <= timedelta(days=3)
    assert {instant.weekday() for instant in instants} == {1, 4, 5}


def test_during_a_season_a_match_is_always_announced(tmp_path: Path) -> None:
    """From the first matches until the clocks have changed."""
    demo.write(tmp_path, date(2026, 8, 1))
    instant = datetime(2026, 8, 28, 13, tzinfo=UTC)
    with httpx.Client(transport=MirrorTransport(tmp_path, lambda: instant), base_url="http://x") as service:
        unannounced = timedelta()
        while instant < datetime(2026, 11, 1, tzinfo=UTC):
            if len(service.get("/fixtures.csv").text.splitlines()) < 2:
                unannounced += timedelta(minutes=30)
            else:
                unannounced = timedelta()
            assert unannounced < timedelta(hours=1), instant
            instant += timedelta(minutes=30)


def test_the_same_seasons_come_out_whenever_they_are_made(tmp_path: Path) -> None:
    demo.write(tmp_path / "a", date(2026, 7, 1))
    demo.write(tmp_path / "b", date(2027, 6, 30))
    files = sorted(path.relative_to(tmp_path / "a") for path in (tmp_path / "a").rglob("*.csv"))
    assert [str(file) for file in files] == [f"mmz4281/{label}/DEMO.csv" for label in ("2425", "2526", "2627")]
    assert all((tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes() for file in files)


def test_scores_shots_and_results_agree() -> None:
    for row in demo.matches(2026):
        home, away = int(row["FTHG"]), int(row["FTAG"])
        assert row["FTR"] == ("H" if home > away else "A" if home < away else "D")
        assert home >= int(row["HTHG"]) >= 0
        assert away >= int(row["HTAG"]) >= 0
        assert int(row["HS"]) >= int(row["HST"]) >= home
        assert int(row["AS"]) >= int(row["AST"]) >= away
        datetime.strptime(f"{row['Date']} {row['Time']}", "%d/%m/%Y %H:%M")  # noqa: DTZ007 UK time, as in the source


def test_every_demo_bookmaker_has_a_margin_and_the_best_price_is_the_highest() -> None:
    rows = [row for season in (2024, 2025, 2026) for row in demo.matches(season)]
    for row in rows:
        for outcomes in (("H", "D", "A"), (">2.5", "<2.5")):
            for who in ("B365", "B365C", "Avg", "AvgC"):
                assert 1.02 < sum(1 / float(row[f"{who}{outcome}"]) for outcome in outcomes) < 1.09
            for outcome in outcomes:
                assert float(row[f"Max{outcome}"]) >= float(row[f"Avg{outcome}"])
                assert float(row[f"MaxC{outcome}"]) >= float(row[f"B365C{outcome}"])


def test_results_follow_the_prices() -> None:
    rows = [row for season in range(2000, 2030) for row in demo.matches(season)]
    for outcome in "HDA":
        total = sum(1 / float(row[f"AvgC{o}"]) for row in rows for o in "HDA") / len(rows)
        expected = sum(1 / float(row[f"AvgC{outcome}"]) for row in rows) / total
        assert sum(row["FTR"] == outcome for row in rows) == pytest.approx(expected, rel=0.08)
