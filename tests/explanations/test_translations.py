"""Texts in each language, values in them, and the language of a reader; test_claims tests what no text may claim."""

import json
import re
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.betting.picks import NoPickReason
from shared.explanations import translations
from shared.explanations.legal_notice import LEGAL_NOTICE
from shared.explanations.translations import (
    DEFAULT_LANGUAGE,
    Language,
    catalogue,
    describe_weather,
    format_number,
    format_percent,
    format_points,
    negotiate_language,
    translate,
    translate_fault,
)
from shared.forecasting.factors import GROUPS

FR, EN = Language.FR, Language.EN
LOCALES = Path(translations.__file__).with_name("locales")
KEYS = list(catalogue(DEFAULT_LANGUAGE))
EQUAL = {"points_one", "points_other"}
"""Texts that are the same words in several languages."""


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def entries(language: Language) -> list[tuple[str, Any]]:
    """The entries of a catalogue as they are in its file, repeated keys included."""
    return json.loads((LOCALES / f"{language}.arb").read_text("utf-8"), object_pairs_hook=list)


@pytest.mark.case("P8")
def test_the_legal_notice_is_that_of_the_arrete_word_for_word():
    assert LEGAL_NOTICE == (
        "Les jeux d'argent et de hasard peuvent être dangereux : pertes d'argent, conflits familiaux, addiction… "
        "Retrouvez nos conseils sur joueurs-info-service.fr (09 74 75 13 13 - appel non surtaxé)"
    )


def test_each_language_has_a_file_that_names_it():
    assert {path.name for path in LOCALES.iterdir()} == {f"{language}.arb" for language in Language}
    assert all(entries(language)[0] == ("@@locale", language) for language in Language)


@pytest.mark.parametrize("language", Language)
def test_every_key_is_in_every_language_once_and_in_the_same_order(language: Language):
    assert [key for key, _ in entries(language) if not key.startswith("@")] == KEYS


@pytest.mark.parametrize("language", Language)
def test_a_note_for_translators_belongs_to_a_text_and_names_its_placeholders(language: Language):
    for key, note in entries(language):
        if key.startswith("@") and key != "@@locale":
            [(name, description)] = note
            assert name == "description"
            assert set(re.findall(r"{(\w+)}", description)) <= placeholders(catalogue(language)[key[1:]]), key


def test_a_text_has_the_same_placeholders_in_every_language_and_is_translated():
    for key in KEYS:
        texts = [catalogue(language)[key] for language in Language]
        assert len({frozenset(placeholders(text)) for text in texts}) == 1, key
        assert len(set(texts)) == (1 if key in EQUAL else len(texts)), key


@pytest.mark.parametrize("language", Language)
def test_a_text_shows_every_value_that_it_is_given(language: Language):
    for key in KEYS:
        names = placeholders(catalogue(language)[key])
        text = translate(key, language, **{name: f"«{name}»" for name in names})
        assert all(f"«{name}»" in text for name in names), key
        assert "{" not in text, key
        assert text.strip() == text != "", key


def test_no_apostrophe_stands_before_a_placeholder():
    """ICU, by whose rules translators' tools read ARB, would take it for a quotation mark."""
    for key in KEYS:
        assert all("'{" not in catalogue(language)[key] for language in Language), key


@pytest.mark.parametrize("reason", NoPickReason)
@pytest.mark.parametrize("language", Language)
def test_every_reason_for_no_pick_has_words(reason: NoPickReason, language: Language):
    assert translate(reason, language)


@pytest.mark.parametrize("key", [*GROUPS, "prices", "move"])
@pytest.mark.parametrize("language", Language)
def test_everything_that_moves_a_forecast_has_words(key: str, language: Language):
    assert translate(f"why_{key}", language)


def test_a_fault_of_a_field_is_in_the_readers_language():
    values = {"expected": "'decimal', 'fractional' or 'american'", "more": 1}
    assert translate_fault("literal_error", FR, values) == "Valeurs possibles : 'decimal', 'fractional', 'american'."
    assert translate_fault("int_parsing", FR, {}) == "Il faut un nombre entier."
    assert translate_fault("less_than_equal", EN, {"le": 10}) == "This must be at most 10."
    assert translate_fault("url_scheme", FR, {}) is None, "no field of ours is one"


def test_a_missing_text_or_value_is_an_error():
    with pytest.raises(KeyError, match="no such text"):
        translate("no such text", FR)
    with pytest.raises(KeyError, match="code"):
        translate("no_standings", FR)


def test_a_note_for_translators_is_no_text():
    with pytest.raises(KeyError, match="@draw"):
        translate("@draw", FR)


def test_a_value_is_never_read_as_a_text_of_ours():
    assert translate("draw", FR) not in translate("no_standings", FR, code="{draw} {0}")
    assert "{draw} {0}" in translate("no_standings", FR, code="{draw} {0}")


@pytest.mark.parametrize(
    ("share", "digits", "french", "english"),
    [(0.42, 0, "42 %", "42%"), (0.0512, 1, "5,1 %", "5.1%"), (1.0, 0, "100 %", "100%"), (0.005, 1, "0,5 %", "0.5%")],
)
def test_shares_are_written_as_each_language_does(share: float, digits: int, french: str, english: str):
    assert format_percent(share, FR, digits) == french
    assert format_percent(share, EN, digits) == english


@pytest.mark.parametrize(
    ("share", "french", "english"),
    [
        (0.061, "+6\u00a0points", "+6\u00a0points"),
        (-0.012, "−1\u00a0point", "−1\u00a0point"),
        (0.004, "0\u00a0point", "0\u00a0points"),
        (-0.004, "0\u00a0point", "0\u00a0points"),
        (-0.15, "−15\u00a0points", "−15\u00a0points"),
    ],
)
def test_points_of_probability_have_a_sign_and_a_number(share: float, french: str, english: str):
    assert (format_points(share, FR), format_points(share, EN)) == (french, english)


def test_numbers_are_written_as_each_language_does():
    assert (format_number(1.62, FR), format_number(1.62, EN)) == ("1,62", "1.62")
    assert (format_number(2.0, FR, 1), format_number(2.0, EN, 1)) == ("2,0", "2.0")


SYMBOLS = (
    *("clearsky", "fair", "partlycloudy", "cloudy", "fog"),
    *(
        f"{weight}{what}{thunder}"
        for what in ("rain", "sleet", "snow")
        for weight in ("light", "", "heavy")
        for thunder in ("", "andthunder")
    ),
    *(
        f"{weight}{what}showers{thunder}"
        for what in ("rain", "sleet", "snow")
        for weight in ("light", "", "heavy")
        for thunder in ("", "andthunder")
        if (weight, what, thunder) not in {("light", "sleet", "andthunder"), ("light", "snow", "andthunder")}
    ),
    *("lightssleetshowersandthunder", "lightssnowshowersandthunder"),  # as MET Norway misspells them
)


def test_every_symbol_of_the_weather_has_words_of_its_own():
    assert len(set(SYMBOLS)) == 41, "as many as the legend of github.com/metno/weathericons has"
    for language in Language:
        assert len({describe_weather(symbol, language) for symbol in SYMBOLS} - {None}) == 41
    assert describe_weather("lightssleetshowersandthunder", FR) == "Averses faibles de neige fondue, orage"
    assert describe_weather("heavyrainandthunder", EN) == "Heavy rain, thunder"


@pytest.mark.parametrize("symbol", ["", "andthunder", "hail", "with_thunder", "rain_day"])
def test_a_symbol_that_is_new_has_no_words(symbol: str):
    assert describe_weather(symbol, FR) is None


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, FR),
        ("", FR),
        ("en", EN),
        ("EN-gb", EN),
        ("en-GB,en;q=0.9,fr;q=0.8", EN),
        ("fr-FR,fr;q=0.9,en;q=0.8", FR),
        ("fr;q=0.3, en;q=0.7", EN),
        ("fr;q=0.3, en; q=0.7", EN),
        ("en ; q=0.9", EN),
        ("en;Q=0.9", EN),
        ("de, en;q=0.5", EN),
        ("de, es", FR),
        ("*", FR),
        ("en;q=0", FR),
        ("en;q=0.5,fr;q=0.5", EN),
        ("fr;q=0.5,en;q=0.5", FR),
        ("english", FR),
        ("en;q=high", FR),
        ("en;q=nan", FR),
        ("en;q=-1", FR),
        (",;,;q=,=", FR),
    ],
)
def test_the_language_that_a_header_prefers(header: str | None, language: Language):
    assert negotiate_language(header) is language


@given(st.text() | st.from_regex(r"((en|fr|de|\*)(-[A-Z]{2})?( ?; ?q=[0-9.a-z]{0,5})?,? ?)*"))
@example("en;q=1e999")
@example("en;q=١")
def test_any_header_gives_one_of_our_languages(header: str):
    assert negotiate_language(header) in Language


@given(st.floats(0, 1), st.integers(0, 3))
def test_a_share_reads_back_in_both_languages(share: float, digits: int):
    french, english = format_percent(share, FR, digits), format_percent(share, EN, digits)
    assert float(english.removesuffix("%")) == pytest.approx(100 * share, abs=0.5 * 10**-digits + 1e-9)
    assert french == english.replace(".", ",").replace("%", " %")
