"""A table adds up, and is the published one."""

from hypothesis import given
from hypothesis import strategies as st

from shared.football.match import Score
from shared.football.standings import TableRow, standings
from tests.season import read_season

# The Premier League of 2022-23 as the league published it: won, drawn, lost, goals for and against, points.
PREMIER_LEAGUE_2022 = """
    Man City 28 5 5 94 33 89, Arsenal 26 6 6 88 43 84, Man United 23 6 9 58 43 75, Newcastle 19 14 5 68 33 71,
    Liverpool 19 10 9 75 47 67, Brighton 18 8 12 72 53 62, Aston Villa 18 7 13 51 46 61, Tottenham 18 6 14 70 63 60,
    Brentford 15 14 9 58 46 59, Fulham 15 7 16 55 53 52, Crystal Palace 11 12 15 40 49 45, Chelsea 11 11 16 38 47 44,
    Wolves 11 8 19 31 58 41, West Ham 11 7 20 42 55 40, Bournemouth 11 6 21 37 71 39, Nott'm Forest 9 11 18 38 68 38,
    Everton 8 12 18 34 57 36, Leicester 9 7 22 51 68 34, Leeds 7 10 21 48 78 31, Southampton 6 7 25 36 73 25
"""

TEAMS = st.integers(1, 8)
RESULTS = st.lists(
    st.tuples(TEAMS, TEAMS, st.builds(Score, st.integers(0, 6), st.integers(0, 6))).filter(lambda r: r[0] != r[1]),
    max_size=40,
)


def test_the_premier_league_of_2022_23():
    rows = read_season("E0", "2223")
    names = sorted({row["HomeTeam"] for row in rows})
    table = standings(
        (names.index(row["HomeTeam"]), names.index(row["AwayTeam"]), Score(int(row["FTHG"]), int(row["FTAG"])))
        for row in rows
    )
    shown = [f"{names[s.team_id]} {s.won} {s.drawn} {s.lost} {s.goals_for} {s.goals_against} {s.points}" for s in table]
    assert shown == [line.strip() for line in PREMIER_LEAGUE_2022.split(",")]
    assert [s.position for s in table] == list(range(1, 21))
    assert {s.played for s in table} == {38}


def test_points_then_goal_difference_then_goals_then_the_same_order_every_time():
    table = standings(
        [
            (1, 9, Score(4, 3)),
            (2, 9, Score(2, 0)),
            (3, 9, Score(3, 1)),
            (5, 8, Score(0, 0)),
            (4, 8, Score(0, 0)),
        ]
    )
    assert [s.team_id for s in table] == [3, 2, 1, 8, 4, 5, 9]
    assert table[0] == TableRow(1, 3, 1, 1, 0, 0, 3, 1, 3)
    assert table[-1] == TableRow(7, 9, 3, 0, 0, 3, 4, 9, 0)


def test_no_results_make_no_table():
    assert standings([]) == ()


@given(RESULTS)
def test_a_table_adds_up(results: list[tuple[int, int, Score]]):
    table = standings(results)
    drawn = sum(score.home == score.away for _, _, score in results)
    assert sum(s.goals_for for s in table) == sum(s.goals_against for s in table)
    assert sum(s.goals_for for s in table) == sum(score.home + score.away for _, _, score in results)
    assert sum(s.points for s in table) == 3 * len(results) - drawn
    assert sum(s.won for s in table) == sum(s.lost for s in table) == len(results) - drawn
    assert all(s.played == s.won + s.drawn + s.lost and s.points == 3 * s.won + s.drawn for s in table)
    assert [s.position for s in table] == list(range(1, len(table) + 1))
    assert [s.points for s in table] == sorted((s.points for s in table), reverse=True)


@given(RESULTS.flatmap(lambda results: st.tuples(st.just(results), st.permutations(results))))
def test_the_order_of_results_does_not_matter(
    orders: tuple[list[tuple[int, int, Score]], list[tuple[int, int, Score]]],
):
    assert standings(orders[0]) == standings(orders[1])
