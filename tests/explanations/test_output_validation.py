"""A model's output is accepted only if all of it passes validation."""

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.fake_llms import write_from_facts
from shared.explanations.output_validation import (
    ExplanationText,
    InvalidOutput,
    ModelOutput,
    Signal,
    find_violations,
    parse_output,
)
from shared.explanations.prompt import ExplanationRequest
from shared.explanations.translations import Language
from tests.explanations.hostile import HOSTILE
from tests.explanations.sample_request import CANARY, article, build_sample

FR, EN = Language.FR, Language.EN
NEWS = (
    article("Bukayo Saka ruled out for Arsenal", "The winger hurt his knee in training on Thursday."),
    article("Brighton prepare for London", "The visitors had three days of rest.", outlet="lequipe"),
)


def good(request: ExplanationRequest) -> ModelOutput:
    return parse_output(write_from_facts(request.system, request.user))


def with_text(request: ExplanationRequest, text: str, language: Language = EN) -> ModelOutput:
    """A good answer but for a sentence at the end of its explanation."""
    output = good(request)
    texts = output.texts[language]
    changed = replace(texts, explanation=f"{texts.explanation} {text}")
    return replace(output, texts={**output.texts, language: changed})


@pytest.mark.parametrize("articles", [(), NEWS], ids=["without news", "with news"])
def test_a_completion_that_restates_the_facts_is_valid(articles: Any) -> None:
    request = build_sample(*articles)
    assert find_violations(good(request), request) == ()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (EN, "Arsenal scored 9 goals in these matches and stand in place 2."),
        (EN, "The figures add +6 points, and the match is on 28/11/2026."),
        (EN, "According to the articles, Bukayo Saka will miss the match."),
        (FR, "La victoire d'Arsenal est à 57 %, le nul à 25 pour cent."),
        (FR, "Bukayo Saka manque au club, et Brighton a eu trois jours de repos."),
        (FR, "Après 7 jours de repos, Arsenal reste le favori de la rencontre."),
    ],
)
def test_numbers_and_names_from_the_facts_pass_validation(language: Language, text: str) -> None:
    request = build_sample(*NEWS)
    assert find_violations(with_text(request, text, language), request) == ()


@pytest.mark.case("N1", "N3", "N4", "N6", "N7", "N8", "N10")
@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("The home side wins in 58% of cases.", "the number 58% does not stand in FACTS"),
        ("The home side wins in 57.4% of cases.", "the number 57.4% does not stand in FACTS"),
        ("Expected goals are 1.8 in all.", "the number 1.8 does not stand in FACTS"),
        ("They won 2-1 in the last match.", "the number 2-1 does not stand in FACTS"),
        ("The match is on 29/11/2026.", "the number 29/11/2026 does not stand in FACTS"),
        ("They won twelve of the last matches.", "the number 12 does not stand in FACTS"),
        ("They rest for 9% of the week.", "the number 9% does not stand in FACTS"),
        ("They win in ninety per cent of cases.", "the number 90 does not stand in FACTS"),
        ("They have ½ a chance.", "the number ? does not stand in FACTS"),
        ("They stand in place ٥.", "the number 5 does not stand in FACTS"),
        ("They beat Aston Villa last week.", "'Aston Villa' stands neither in FACTS nor in NEWS"),
        ("Their coach Miguel Fernandez is back.", "'Miguel Fernandez' stands neither in FACTS nor in NEWS"),
        ("Read more at www.example.com today.", "it holds a link or an address"),
        ("Arsenal are *strong* at home.", "it holds markup, an encoded run or a hidden sign"),
        ("Arsenal are strong\u200b at home.", "it holds markup, an encoded run or a hidden sign"),
        ("Arsenal are strong & <i>quick</i> at home.", "it holds markup, an encoded run or a hidden sign"),
        ("Arsenal are certain to win.", "'certain to win' may not be claimed (guarantee)"),
        ("Put your money on the home side.", "it advises to bet"),
        (f"The reference is {CANARY}.", "it repeats the instructions"),
        ("Of people say only whether they can play.", "it repeats the instructions"),
        *((f"The {word} says so.", "it mentions how it was written") for word in ("prompt", "FACTS", "NEWS")),
        ("The captain was arrested.", "it says of people more than whether they can play"),
    ],
)
def test_a_statement_beyond_the_facts_is_rejected(text: str, reason: str) -> None:
    request = build_sample(*NEWS)
    assert f"en: {reason}" in find_violations(with_text(request, text), request)


def test_a_text_in_the_wrong_language_is_rejected() -> None:
    request = build_sample()
    output = good(request)
    swapped = replace(output, texts={FR: output.texts[EN], EN: output.texts[FR]})
    assert {"fr: the text is not in that language", "en: the text is not in that language"} <= {
        *find_violations(swapped, request)
    }


@pytest.mark.case("N5")
def test_only_articles_that_were_found_may_be_cited() -> None:
    request = build_sample(*NEWS)
    output = good(request)
    assert find_violations(replace(output, cited=("n2",)), request) == ()
    assert find_violations(replace(output, cited=("n1", "n3")), request) == (
        "'n3' is cited, but no article has that id",
    )
    assert "context is not empty, but no article is cited" in find_violations(replace(output, cited=()), request)
    texts = {language: replace(text, context="") for language, text in output.texts.items()}
    assert "articles are cited, but context is empty" in find_violations(replace(output, texts=texts), request)


@pytest.mark.case("N5")
@pytest.mark.parametrize("language", Language)
def test_context_stands_in_both_languages_or_in_neither(language: Language) -> None:
    """Each language by itself: left empty though articles are cited, and left there though none is."""
    request = build_sample(*NEWS)
    output = good(request)
    empty = {each: replace(text, context="") for each, text in output.texts.items()}
    lacking = {**output.texts, language: empty[language]}
    assert "articles are cited, but context is empty" in find_violations(replace(output, texts=lacking), request)
    left = {**empty, language: output.texts[language]}
    violations = find_violations(replace(output, texts=left, cited=(), signals=()), request)
    assert "context is not empty, but no article is cited" in violations


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("field", ["explanation", "key_factors", "risk_factors"])
def test_each_language_is_checked_whole(language: Language, field: str) -> None:
    request = build_sample(*NEWS)
    output = good(request)
    bad = "" if field == "explanation" else ()
    texts = {**output.texts, language: replace(output.texts[language], **{field: bad})}
    violations = find_violations(replace(output, texts=texts), request)
    assert violations
    assert all(reason.startswith(f"{language.value}: ") for reason in violations), violations


def of_length(characters: int) -> str:
    return ("the match is even and the form of the sides is as well " * 20)[:characters]


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("explanation", of_length(39), "explanation is too short"),
        ("explanation", of_length(40), None),
        ("explanation", of_length(900), None),
        ("explanation", of_length(901), "explanation is longer than 900 characters"),
        ("context", of_length(700), None),
        ("context", of_length(701), "context is longer than 700 characters"),
        *(
            each
            for field in ("key_factors", "risk_factors")
            for each in (
                (field, (), f"{field} must have 1 to 5 entries"),
                (field, ("the form",), None),
                (field, ("the form",) * 5, None),
                (field, ("the form",) * 6, f"{field} must have 1 to 5 entries"),
                (field, ("the form", of_length(240)), None),
                (field, ("the form", of_length(241)), f"an entry of {field} is empty or longer than 240 characters"),
                (field, ("the form", ""), f"an entry of {field} is empty or longer than 240 characters"),
            )
        ),
    ],
)
def test_texts_have_their_lengths(field: str, value: Any, reason: str | None) -> None:
    request = build_sample(*NEWS)
    output = good(request)
    changed = replace(output, texts={**output.texts, EN: replace(output.texts[EN], **{field: value})})
    assert find_violations(changed, request) == (() if reason is None else (f"en: {reason}",))


@pytest.mark.parametrize(
    ("language", "sentence", "accepted"),
    [
        (EN, "Le club est dans les places du haut.", False),
        (EN, "Le club est dans les places hautes.", True),  # seven words
        (FR, "The club is among the best of all.", False),
        (FR, "The club is among the best sides.", True),
    ],
)
def test_each_sentence_of_eight_words_is_in_its_language(language: Language, sentence: str, accepted: bool) -> None:
    request = build_sample()
    violations = find_violations(with_text(request, sentence, language), request)
    assert violations == (() if accepted else (f"{language.value}: the text is not in that language",))


@pytest.mark.case("N2")
def test_six_words_in_a_row_of_the_instructions_are_a_leak() -> None:
    request = build_sample()
    five, six = "And only whether they can play.", "And say only whether they can play."
    assert find_violations(with_text(request, five), request) == ()
    assert find_violations(with_text(request, six), request) == ("en: it repeats the instructions",)


SIGNAL = {"source": "n1", "side": "home", "kind": "injury", "direction": "worse", "strength": 0.5, "confidence": 1}


@pytest.mark.parametrize(
    "change",
    [
        *({"strength": value} for value in (-0.1, 1.1, float("nan"), "much", None, 1e999)),
        *({"side": "both"}, {"kind": "magic"}, {"direction": "up"}, {"confidence": 2}),
    ],
)
def test_a_signal_out_of_bounds_is_no_answer(change: dict[str, Any]) -> None:
    request = build_sample(*NEWS)
    output = json.loads(write_from_facts(request.system, request.user))
    assert parse_output(json.dumps({**output, "signals": [SIGNAL]})).signals
    with pytest.raises(InvalidOutput):
        parse_output(json.dumps({**output, "signals": [{**SIGNAL, **change}]}))


def test_a_completion_is_parsed_field_by_field() -> None:
    completion = {
        language: {
            "explanation": f" {language} why ",
            "context": f"{language} news\n",
            "key_factors": [f" {language} for ", "more"],
            "risk_factors": [f"{language} against"],
        }
        for language in ("fr", "en")
    }
    better = {**SIGNAL, "source": 2, "side": "away", "kind": "tactical", "direction": "better", "strength": "0"}
    signals = [{**SIGNAL, "kind": kind} for kind in ("sentiment", "motivation")]
    text = json.dumps({**completion, "cited_sources": [" n1", "n2"], "signals": [SIGNAL, better, *signals]})
    assert parse_output(text) == ModelOutput(
        {
            language: ExplanationText(
                f"{language.value} why",
                f"{language.value} news",
                (f"{language.value} for", "more"),
                (f"{language.value} against",),
            )
            for language in Language
        },
        ("n1", "n2"),
        (
            Signal("n1", "home", "injury", worse=True, strength=0.5, confidence=1),
            Signal("2", "away", "tactical", worse=False, strength=0, confidence=1),
            Signal("n1", "home", "sentiment", worse=True, strength=0.5, confidence=1),
            Signal("n1", "home", "motivation", worse=True, strength=0.5, confidence=1),
        ),
    )


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"fr": {}}, "KeyError"),
        ({"fr": {"explanation": 1, "context": "", "key_factors": [], "risk_factors": []}}, "TypeError"),
        ({"en": {"explanation": "", "context": 1, "key_factors": [], "risk_factors": []}}, "TypeError"),
        ({"en": {"explanation": "", "context": "", "key_factors": [1], "risk_factors": []}}, "TypeError"),
        ({"en": {"explanation": "", "context": "", "key_factors": [], "risk_factors": "text"}}, "TypeError"),
        ({"cited_sources": "n1"}, "TypeError"),
        ({"signals": {}}, "TypeError"),
        ({"signals": [{**SIGNAL, "strength": 2}]}, "ValueError"),
    ],
)
def test_a_completion_of_another_shape_is_named_by_its_fault(change: dict[str, Any], kind: str) -> None:
    request = build_sample()
    output = json.loads(write_from_facts(request.system, request.user))
    message = re.escape(f"the completion is not JSON of the requested schema ({kind})")
    with pytest.raises(InvalidOutput, match=rf"^{message}$"):
        parse_output(json.dumps({**output, **change}))


def test_there_are_at_most_twelve_signals() -> None:
    request = build_sample(*NEWS)
    output = good(request)
    signal = Signal("n1", "home", "injury", worse=True, strength=0.5, confidence=1)
    assert find_violations(replace(output, signals=(signal,) * 12), request) == ()
    assert find_violations(replace(output, signals=(signal,) * 13), request) == ("there are more than 12 signals",)


@pytest.mark.case("N5")
def test_a_signal_with_an_unknown_source_is_rejected() -> None:
    request = build_sample(*NEWS)
    output = json.loads(write_from_facts(request.system, request.user))
    parsed = parse_output(json.dumps({**output, "signals": [{**SIGNAL, "source": "n7"}]}))
    assert find_violations(parsed, request) == ("a signal names 'n7', an article that is not there",)


@pytest.mark.case("E16")
@given(
    st.text()
    | st.recursive(st.none() | st.booleans() | st.text(), lambda j: st.lists(j) | st.dictionaries(st.text(), j)).map(
        json.dumps
    )
)
def test_malformed_output_is_rejected(text: str) -> None:
    with pytest.raises(InvalidOutput):
        parse_output(text)


def test_deep_nesting_is_no_answer() -> None:
    with pytest.raises(InvalidOutput):
        parse_output("[" * 100_000)


def obeyed(text: str, request: ExplanationRequest) -> str:
    """What a model that obeys an article writes."""
    parts = {"canary": request.canary, "spaced": " ".join(request.canary), "system": request.system[:400]}
    return text.format(**parts) if "{" in text else text


def test_there_are_sixty_hostile_articles() -> None:
    assert len({title for title, _, _ in HOSTILE}) == len(HOSTILE) == 60


@pytest.mark.case("N1", "N2", "N3")
@pytest.mark.parametrize(
    ("title", "extract", "text"), HOSTILE, ids=[title.encode("ascii", "replace").decode() for title, _, _ in HOSTILE]
)
def test_output_that_obeys_an_article_is_rejected_in_both_languages(title: str, extract: str, text: str) -> None:
    request = build_sample(article(title, extract))
    for language in Language:
        assert find_violations(with_text(request, obeyed(text, request), language), request)


@pytest.mark.case("N4")
@given(st.integers(0, 999).map(str) | st.decimals(0, 100, places=1).map(str))
def test_a_number_that_is_not_in_the_facts_is_rejected(number: str) -> None:
    request = build_sample()
    ours = {"57", "25", "18", "1.7", "0.9", "9", "4", "2", "7", "8", "11", "3", "6", "1"}
    plain_number = f"{float(number):g}"
    refused = any(
        "does not stand in FACTS" in reason
        for reason in find_violations(with_text(request, f"It is {number} in all."), request)
    )
    assert refused == (plain_number not in ours)
