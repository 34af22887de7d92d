"""What may be claimed nowhere: a hundred phrases that may not, a hundred that may."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.explanations.legal_notice import LEGAL_NOTICE
from shared.explanations.prohibited_claims import find_claims, fold
from shared.explanations.translations import Language, catalogue
from tests.explanations.phrases import ALLOWED_EN, ALLOWED_FR, BANNED_EN, BANNED_FR

SEEDS = (
    *("gagner à coup sûr", "pari sûr", "sans risque", "augmente vos chances", "augmentez vos chances", "garanti"),
    *("argent facile", "revenu", "se refaire", "battre les bookmakers", "guaranteed", "sure bet", "risk-free"),
    *("can't lose", "increase your chances", "lock"),
)


def test_at_least_a_hundred_banned_and_allowed_phrases_are_tested() -> None:
    assert len({*BANNED_FR, *BANNED_EN}) >= 100
    assert len({*ALLOWED_FR, *ALLOWED_EN}) >= 100
    assert min(len(BANNED_FR), len(BANNED_EN)) >= 50 <= min(len(ALLOWED_FR), len(ALLOWED_EN))


@pytest.mark.case("N6")
@pytest.mark.parametrize("phrase", [*SEEDS, *BANNED_FR, *BANNED_EN])
def test_a_banned_claim_is_found(phrase: str) -> None:
    assert find_claims(phrase)
    assert find_claims(phrase.upper())


@pytest.mark.parametrize("phrase", [*ALLOWED_FR, *ALLOWED_EN])
def test_an_allowed_phrase_is_not_reported(phrase: str) -> None:
    assert find_claims(phrase) == ()


@pytest.mark.case("N6")
def test_no_text_of_the_catalogues_makes_a_banned_claim() -> None:
    """In no language, whatever is added."""
    texts = {text for language in Language for text in catalogue(language).values()}
    assert {text: claims for text in texts if (claims := find_claims(text))} == {}


def test_a_claim_holds_its_rule_its_text_and_its_position() -> None:
    text = "Le PSG joue. Un pari vraiment SÛR, dit-on."
    (claim,) = find_claims(text)
    assert (claim.rule, claim.text) == ("safe bet", "pari vraiment SÛR")
    assert text[claim.start :].startswith("pari vraiment SÛR")


def test_a_claims_text_includes_its_invisible_characters() -> None:
    (claim,) = find_claims("C'est ga\u200bran\u00adti !")
    assert claim.text == "ga\u200bran\u00adti"


def test_a_denial_is_for_legal_notices_alone() -> None:
    for denied in ("Aucun gain n'est garanti.", "No win is guaranteed.", "Nous ne garantissons aucun gain."):
        assert find_claims(denied)
        assert find_claims(denied, legal=True) == ()
    for not_denied in ("Not only guaranteed.", "Garanti, aucun doute.", "Un gain garanti."):
        assert find_claims(not_denied, legal=True)


def test_the_warning_of_the_arrete_is_exempt_word_for_word() -> None:
    assert find_claims(LEGAL_NOTICE) == ()
    assert [claim.text for claim in find_claims(f"{LEGAL_NOTICE} Gains garantis !")] == ["garantis"]


@given(st.text(), st.text())
def test_no_text_hides_a_claim_that_stands_between_spaces(before: str, after: str) -> None:
    assert any("guaranteed" in claim.text for claim in find_claims(f"{before} {'guaranteed'} {after}")) or find_claims(
        f"{before} guaranteed {after}"
    )


@given(st.text())
def test_find_claims_accepts_any_text(text: str) -> None:
    for claim in find_claims(text):
        assert text[claim.start :].startswith(claim.text)
    assert "  " not in fold(text)
