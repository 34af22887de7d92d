"""What is said, in which language; what may be said nowhere stands in test_claims."""

from string import Formatter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.betting.picks import NoPickReason
from shared.explanations.translations import (
    _TEXTS,
    LEGAL_NOTICE,
    Language,
    number,
    percent,
    points,
    say,
    say_invalid,
    say_weather,
    spoken_in,
)
from shared.forecasting.factors import GROUPS

FR, EN = Language.FR, Language.EN


def placeholders(text: str) -> list[str]:
    return sorted({name for _, name, _, _ in Formatter().parse(text) if name is not None})


@pytest.mark.case("P8")
def test_the_legal_notice_is_that_of_the_arrete_word_for_word():
    assert LEGAL_NOTICE == (
        "Les jeux d'argent et de hasard peuvent être dangereux : pertes d'argent, conflits familiaux, addiction… "
        "Retrouvez nos conseils sur joueurs-info-service.fr (09 74 75 13 13 - appel non surtaxé)"
    )


@pytest.mark.parametrize("key", _TEXTS)
def test_every_text_says_the_same_things_in_both_languages(key: str):
    french, english = _TEXTS[key]
    assert french.strip() == french != "" != english == english.strip()
    assert placeholders(french) == placeholders(english)
    assert french != english


@pytest.mark.parametrize("key", _TEXTS)
@pytest.mark.parametrize("language", Language)
def test_a_text_shows_every_value_that_it_is_given(key: str, language: Language):
    names = placeholders(_TEXTS[key][language is EN])
    said = say(key, language, **{name: f"«{name}»" for name in names})
    assert all(f"«{name}»" in said for name in names)
    assert "{" not in said


@pytest.mark.parametrize("reason", NoPickReason)
@pytest.mark.parametrize("language", Language)
def test_every_reason_for_no_pick_has_words(reason: NoPickReason, language: Language):
    assert say(reason, language)


@pytest.mark.parametrize("key", [*GROUPS, "prices", "move"])
@pytest.mark.parametrize("language", Language)
def test_everything_that_moves_a_forecast_has_words(key: str, language: Language):
    assert say(f"why_{key}", language)


def test_a_field_is_told_in_the_readers_words():
    values = {"expected": "'decimal', 'fractional' or 'american'", "more": 1}
    assert say_invalid("literal_error", FR, values) == "Valeurs possibles : 'decimal', 'fractional', 'american'."
    assert say_invalid("int_parsing", FR, {}) == "Il faut un nombre entier."
    assert say_invalid("less_than_equal", EN, {"le": 10}) == "This must be at most 10."
    assert say_invalid("url_scheme", FR, {}) is None, "nothing that we ask for is one"


def test_a_missing_text_or_value_is_an_error():
    with pytest.raises(KeyError, match="no such text"):
        say("no such text", FR)
    with pytest.raises(KeyError, match="code"):
        say("no_standings", FR)


def test_a_value_is_never_read_as_a_text_of_ours():
    assert say("draw", FR) not in say("no_standings", FR, code="{draw} {0}")
    assert "{draw} {0}" in say("no_standings", FR, code="{draw} {0}")


@pytest.mark.parametrize(
    ("share", "digits", "french", "english"),
    [(0.42, 0, "42 %", "42%"), (0.0512, 1, "5,1 %", "5.1%"), (1.0, 0, "100 %", "100%"), (0.005, 1, "0,5 %", "0.5%")],
)
def test_shares_are_written_as_each_language_does(share: float, digits: int, french: str, english: str):
    assert percent(share, FR, digits) == french
    assert percent(share, EN, digits) == english


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
    assert (points(share, FR), points(share, EN)) == (french, english)


def test_numbers_are_written_as_each_language_does():
    assert (number(1.62, FR), number(1.62, EN)) == ("1,62", "1.62")
    assert (number(2.0, FR, 1), number(2.0, EN, 1)) == ("2,0", "2.0")


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
        assert len({say_weather(symbol, language) for symbol in SYMBOLS} - {None}) == 41
    assert say_weather("lightssleetshowersandthunder", FR) == "Averses faibles de neige fondue, orage"
    assert say_weather("heavyrainandthunder", EN) == "Heavy rain, thunder"


@pytest.mark.parametrize("symbol", ["", "andthunder", "hail", "with_thunder", "rain_day"])
def test_a_symbol_that_is_new_has_no_words(symbol: str):
    assert say_weather(symbol, FR) is None


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
def test_the_language_that_is_asked_for(header: str | None, language: Language):
    assert spoken_in(header) is language


@given(st.text() | st.from_regex(r"((en|fr|de|\*)(-[A-Z]{2})?( ?; ?q=[0-9.a-z]{0,5})?,? ?)*"))
@example("en;q=1e999")
@example("en;q=١")
def test_any_header_gets_one_of_our_languages(header: str):
    assert spoken_in(header) in Language


@given(st.floats(0, 1), st.integers(0, 3))
def test_a_share_reads_back_in_both_languages(share: float, digits: int):
    french, english = percent(share, FR, digits), percent(share, EN, digits)
    assert float(english.removesuffix("%")) == pytest.approx(100 * share, abs=0.5 * 10**-digits + 1e-9)
    assert french == english.replace(".", ",").replace("%", " %")
