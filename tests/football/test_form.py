from hypothesis import given
from hypothesis import strategies as st

from shared.football.form import form

GOALS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=10)


def test_the_form_of_five_matches() -> None:
    own = form([(2, 0), (1, 1), (0, 3), (4, 2), (0, 0)])
    assert own.results == ("W", "D", "L", "W", "D")
    assert (own.scored, own.conceded, own.clean_sheets, own.points, own.rating) == (7, 6, 2, 8, 53.3)


def test_no_match_is_no_form() -> None:
    assert (form([]).results, form([]).points, form([]).rating) == ((), 0, 0.0)


@given(GOALS)
def test_one_sides_wins_are_the_others_defeats(goals: list[tuple[int, int]]) -> None:
    own, other = form(goals), form([(b, a) for a, b in goals])
    assert own.results.count("W") == other.results.count("L")
    assert own.results.count("D") == other.results.count("D")
    assert (own.scored, own.conceded) == (other.conceded, other.scored)
    assert 0 <= own.rating <= 100
    assert own.points + other.points == 3 * len(goals) - own.results.count("D")
