"""Rows as answers, field by field: lopsided rows, in which no two fields hold the same."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from math import log

import pytest

from functions.enrichment import present as enrichment
from shared.betting.prices import Market, Offer
from shared.football.match import Status
from shared.forecasting.attack_defence import AttackDefence, Level
from shared.forecasting.strengths import RATINGS, Club, Strengths
from shared.stores.football.matches import MatchRow
from shared.web.matches import present as matches
from shared.web.schemas import DataSourceInfo

KICK_OFF = datetime(2024, 4, 27, 14, tzinfo=UTC)
ROW = MatchRow(
    match_id=41,
    competition="FL1",
    season=2023,
    stage="regular",
    matchday=31,
    kick_off=KICK_OFF,
    status=Status.IN_PLAY,
    home_goals=2,
    away_goals=1,
    review=None,
    source_updated_at=KICK_OFF + timedelta(hours=1),
    home_team_id=7,
    home_name="Racing Club de Lens",
    home_short_name="Lens",
    home_crest_url="https://crests.test/7.svg",
    away_team_id=9,
    away_name="Olympique Lyonnais",
    away_short_name="Lyon",
    away_crest_url="https://crests.test/9.svg",
    matched=True,
)
LENS = {
    "id": 7,
    "name": "Racing Club de Lens",
    "short_name": "Lens",
    "logo_url": "https://crests.test/7.svg",
    "elo_rating": 1612.3,
    "form": None,
}
LYON = {
    "id": 9,
    "name": "Olympique Lyonnais",
    "short_name": "Lyon",
    "logo_url": "https://crests.test/9.svg",
    "elo_rating": None,
    "form": None,
}
ELO = {7: 1612.34, 8: 1500.0}


def offer(bookmaker: str, *prices: str | None, market: Market = Market.H2H) -> Offer:
    decimals = tuple(None if price is None else Decimal(price) for price in prices)
    return Offer(41, "somewhere", bookmaker, market, Decimal(0), decimals, KICK_OFF)


def test_a_match_is_shown_with_its_clubs_its_score_and_where_it_stands() -> None:
    match = matches.match(ROW, {41: "436777", 42: "436778"}, ELO, [], KICK_OFF + timedelta(hours=1))
    assert match.model_dump() == {
        "id": 41,
        "external_id": "FL1_436777",
        "home_team": LENS,
        "away_team": LYON,
        "competition": "Ligue 1",
        "competition_code": "FL1",
        "match_date": datetime(2024, 4, 27, 14, tzinfo=UTC),
        "hour_known": True,
        "status": "live",
        "home_score": 2,
        "away_score": 1,
        "matchday": 31,
        "odds_home": None,
        "odds_draw": None,
        "odds_away": None,
        "is_stale": False,
    }
    assert matches.match(ROW, {}, ELO, [], KICK_OFF + timedelta(days=1)).is_stale
    assert matches.match(ROW, {42: "436778"}, ELO, [], KICK_OFF).external_id == "FL1_41"


@pytest.mark.parametrize(
    ("offers", "odds"),
    [
        ([offer("winamax", "1.95", "3.5", "4.1"), offer("market_average", "2.02", "3.4", "3.9")], (2.02, 3.4, 3.9)),
        ([offer("winamax", "1.95", "3.5", "4.1"), offer("betclic", "2.0", "3.3", "4")], (1.95, 3.5, 4.1)),
        ([offer("market_average", "2.02", None, "3.9"), offer("betclic", "2.0", "3.3", "4")], (2.0, 3.3, 4.0)),
        ([offer("market_average", "1.8", "2.1", market=Market.TOTALS)], (None, None, None)),
        ([offer("winamax", None, "3.5", "4.1")], (None, None, None)),
    ],
)
def test_odds_are_the_market_s_average_else_the_first_bookmaker_s(
    offers: list[Offer], odds: tuple[float | None, ...]
) -> None:
    match = matches.match(ROW, {}, {}, offers, KICK_OFF)
    assert (match.odds_home, match.odds_draw, match.odds_away) == odds


def test_a_match_in_play_is_shown_with_its_score() -> None:
    assert matches.live(ROW, {41: "436777"}, ELO).model_dump() == {
        "id": 41,
        "external_id": "FL1_436777",
        "home_team": LENS,
        "away_team": LYON,
        "home_score": 2,
        "away_score": 1,
        "minute": None,
        "status": "LIVE",
        "competition": "Ligue 1",
        "competition_code": "FL1",
        "events": [],
    }


def meeting(home_goals: int, away_goals: int, *, away: bool = False) -> MatchRow:
    """Lens against Lyon, at Lens or away."""
    row = replace(ROW, status=Status.FINISHED, home_goals=home_goals, away_goals=away_goals)
    if not away:
        return row
    return replace(row, home_team_id=9, home_name="Olympique Lyonnais", away_team_id=7, away_name="Racing Club de Lens")


MEETINGS = [meeting(3, 0), meeting(1, 1), meeting(4, 1, away=True), meeting(0, 2), meeting(2, 2), meeting(0, 1)]
"""Lens won one, drew two and lost three of them: 7 goals to 10."""


def test_meetings_are_counted_for_the_club_that_is_at_home_now() -> None:
    source = DataSourceInfo(source="database")
    head_to_head = matches.head_to_head(ROW, MEETINGS, source)
    assert (head_to_head.home_wins, head_to_head.draws, head_to_head.away_wins, head_to_head.total_matches) == (
        1,
        2,
        3,
        6,
    )
    assert (head_to_head.avg_goals, head_to_head.data_source) == (2.83, source)
    assert [(meeting.home_team, meeting.home_score, meeting.away_score) for meeting in head_to_head.matches[:3]] == [
        ("Racing Club de Lens", 3, 0),
        ("Racing Club de Lens", 1, 1),
        ("Olympique Lyonnais", 4, 1),
    ]
    brief = enrichment.head_to_head(7, MEETINGS)
    assert brief.model_dump(exclude={"recent_results"}) == {
        "total_matches": 6,
        "home_wins": 1,
        "draws": 2,
        "away_wins": 3,
        "home_goals": 7,
        "away_goals": 10,
    }
    assert brief.recent_results[2] == "2024-04-27 Olympique Lyonnais 4-1 Racing Club de Lens"


def test_a_form_counts_wins_draws_and_losses_apart() -> None:
    form = enrichment.form(7, MEETINGS[:5])
    assert (form.last_5, form.wins, form.draws, form.losses) == (["W", "D", "L", "L", "D"], 1, 2, 2)
    assert enrichment.form(9, MEETINGS).losses == 1
    assert (form.points, form.goals_scored, form.goals_conceded, form.clean_sheets) == (5, 7, 9, 1)


def test_expected_goals_are_those_of_the_chances_rating() -> None:
    """1.2 goals are usual among four clubs; Lens makes 1.2 x 1.5, the others 1.2 / 1.25 against it."""
    strengths = Strengths(
        clubs={
            7: with_chances(log(1.5), log(1.25)),
            8: with_chances(log(1.6), log(1.2)),
            9: with_chances(log(1.4), log(1.1)),
            10: with_chances(log(1.7), log(1.3)),
        },
        levels={
            "FRA": [Level(log(1.2) - 0.1, home_advantage=0.2) if kind == "chances" else Level(2.0) for kind in RATINGS]
        },
    )
    expected_goals = enrichment.expected_goals(strengths, "FL1", 7)
    assert expected_goals is not None
    assert expected_goals.model_dump() == {
        "estimated_xg": 1.8,
        "estimated_xga": 0.96,
        "offensive_rating": 33.3,
        "defensive_rating": 66.7,
        "basis": "chances_rating",
    }
    assert enrichment.expected_goals(strengths, "FL1", 11) is None
    assert enrichment.expected_goals(strengths, "PL", 7) is None


def with_chances(attack: float, defence: float) -> Club:
    """A club whose other ratings are those of no club."""
    kinds = [
        AttackDefence(attack, defence, 0.01) if kind == "chances" else AttackDefence(9.0, -9.0, 0.01)
        for kind in RATINGS
    ]
    return Club(kinds, 1500.0, competition="FL1", season=2023, tier=1)
