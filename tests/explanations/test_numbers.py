"""Numbers in French and English text, each in one form."""

import pytest

from shared.explanations.numbers import extract_numbers, unsupported_numbers


@pytest.mark.case("N4")
@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("57 % contre 2 - 1, trois buts", {"57%", "2-1", "3"}),
        ("1 000 fans, 1’000 fans, 1'000 fans", {"1000"}),
        ("1 000,5", {"1000.5"}),
        ("+6 points, −1 point, –2", {"+6", "-1", "-2"}),
        ("on 27/04/2024 and 28/04", {"27/04/2024", "28/04"}),
        ("1,70 or 1.7", {"1.7"}),
        ("ninety; 90 per cent, 25 pour cents, 3percent", {"90", "90%", "25%", "3%"}),
        ("2:1 and 0–0", {"2-1", "0-0"}),
        ("½ x²", {"?", "1", "2"}),
        ("the G20", {"?"}),
        ("one and deux", set()),
        ("TWELVE Mille", {"12", "1000"}),
    ],
)
def test_a_number_has_one_form_however_it_is_written(text: str, numbers: set[str]) -> None:
    assert extract_numbers(text) == numbers


def test_a_sign_or_percent_sign_of_an_allowed_number_may_be_left_out_but_not_added() -> None:
    allowed = {"57%", "+6", "-1", "3"}
    assert unsupported_numbers("57% or 57, +6 or 6, -1 or 1, 3", allowed) == []
    assert unsupported_numbers("+57%, -6, +1, 3%, 8", allowed) == ["+1", "+57%", "-6", "3%", "8"]
