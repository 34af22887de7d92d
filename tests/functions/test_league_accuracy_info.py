"""The note on the accuracy of a league's forecasts."""

import pytest

from shared.explanations.prohibited_claims import find_claims
from shared.explanations.translations import Language
from shared.services.league_accuracy import LeagueAccuracy
from shared.web.predictions.accuracy import league_accuracy_info
from shared.web.predictions.schemas import LeagueAccuracyInfo


@pytest.mark.parametrize(
    ("language", "note"),
    [
        (
            Language.FR,
            "Pour la compétition Serie B, nos prévisions passées s'écartent des cotes de clôture plus que nous ne"
            " l'admettons (0,0021 contre 0,0015 au plus en RPS, n = 3450) : nous n'y proposons pas de paris.",
        ),
        (
            Language.EN,
            "In the Serie B our past forecasts are farther from closing prices than we allow"
            " (0.0021 against 0.0015 at most in RPS, n = 3450): we propose no bets there.",
        ),
    ],
)
def test_a_league_above_the_accuracy_bound_has_a_note_with_its_numbers(language: Language, note: str) -> None:
    accuracy = LeagueAccuracy(n=3450, gap=0.00213, max_gap=0.0015)
    expected = LeagueAccuracyInfo(sufficient=False, gap=0.00213, max_gap=0.0015, n=3450, note=note)
    assert league_accuracy_info("Serie B", accuracy, language) == expected
    assert find_claims(note) == ()


def test_within_the_bound_there_is_nothing_to_note_and_the_demonstration_has_nothing_at_all() -> None:
    accuracy = league_accuracy_info("Serie A", LeagueAccuracy(n=3450, gap=0.001, max_gap=0.0015), Language.FR)
    assert accuracy == LeagueAccuracyInfo(sufficient=True, gap=0.001, max_gap=0.0015, n=3450, note=None)
    assert league_accuracy_info("Demo", None, Language.FR) is None
