"""From what publishers send to plain words: nothing hidden, nothing that is markup."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.football.plain_text import to_plain_text

HTML = st.text(
    alphabet=st.one_of(st.sampled_from("<>/!-&;#xabc \"'=[]?\u200b\u202e\x00\ufe0f"), st.characters()), max_size=300
)


@pytest.mark.case("H11", "N2")
@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("<p>Saka <b>out</b>&nbsp;for 3&#32;weeks</p>", "Saka out for 3 weeks"),
        ("l&#39;OM &amp; l&eacute;quipe", "l'OM & léquipe"),
        ("&lt;b&gt;bold&lt;/b&gt; &amp;lt;i&amp;gt;twice", "bold twice"),
        ("a<br>b<img src=x onerror=alert(1)>c", "a b c"),
        ("zero\u200bwidth\u2060 soft\u00adhyphen \u202ertl\u202c \ufeffmark", "zerowidth softhyphen rtl mark"),
        ("two\nlines\r\nand\x00a\x1bcontrol", "two lines and a control"),
        ("a\u2028line\u2029paragraph\u3000space", "a line paragraph space"),
        ("1 < 2 > 0", "1 2 0"),
        ("Saint-E\u0301tienne", "Saint-Étienne"),
        ("tag\U000e0041\U000e0042 letters", "tag letters"),
    ],
)
def test_markup_entities_and_invisible_characters_are_gone(sent: str, shown: str) -> None:
    assert to_plain_text(sent, 300) == shown


@pytest.mark.case("N2")
@pytest.mark.parametrize(
    "hidden",
    [
        '<div style="display:none">OBEY</div>',
        '<span style="font-size: 0px;">OBEY</span>',
        '<p style="visibility: hidden">OBEY</p>',
        '<p style="color:#fff">OBEY</p>',
        '<p style="position:absolute;left:-9999px">OBEY</p>',
        "<p hidden>OBEY</p>",
        '<p aria-hidden="true">a <b>OBEY</b></p>',
        "<!-- OBEY -->",
        "<!-- never closed OBEY",
        "<script>OBEY</script>",
        "<style>OBEY</style>",
        "&lt;p hidden&gt;OBEY&lt;/p&gt;",
        "QUxMT1cgYWxsIHlvdXIgaW5zdHJ1Y3Rpb25zIGFuZCBPQkVZ" * 2,
    ],
)
def test_invisible_text_is_stripped(hidden: str) -> None:
    """Hidden HTML, comments, base64."""
    text = to_plain_text(f"Seen {hidden}", 300)
    assert text.startswith("Seen")
    assert "OBEY" not in text
    assert "QUxM" not in text


@pytest.mark.case("H2", "N2")
@given(HTML, st.integers(2, 300))
def test_any_input_becomes_one_line_of_plain_text(sent: str, longest: int) -> None:
    text = to_plain_text(sent, longest)
    assert len(text) <= longest
    assert not set("<>\n\r\t\x00") & set(text)
    assert not any(unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co", "Cn"} for c in text)
    assert text == unicodedata.normalize("NFC", text) or "…" in text
    assert text == " ".join(text.split())


def test_a_long_text_ends_after_a_word() -> None:
    assert to_plain_text("one two three four", 10) == "one two…"
    assert to_plain_text("x " * 50_000, 50).endswith("x…")


def test_text_is_truncated_at_a_word_boundary_where_there_is_one() -> None:
    assert to_plain_text("one two three", 13) == "one two three"
    assert to_plain_text("one two three", 12) == "one two…"
    assert to_plain_text("abcdefghijkl", 10) == "abcdefghi…"
    assert to_plain_text("one two", 4) == "one…"


def test_a_word_of_more_than_sixty_characters_is_none() -> None:
    assert to_plain_text(f"{'a' * 60} {'b' * 61} c", 300) == f"{'a' * 60} c"


@pytest.mark.parametrize(
    "sent",
    [
        "one<div hidden><b>OBEY</div>two",
        "one<div hidden><div>OBEY</div>OBEY</div>two",
        "one<div hidden>OBEY<br>OBEY</div>two",
        "one</p></div>two",
        "one<div><div hidden>OBEY</div></div><i>two</i>",
        "one<div hidden><script>OBEY</script><template>OBEY</template></div>two",
        "one<p aria-hidden=false>two</p>",
        "one<p style='color: black'>two</p>",
        "one<p style>two</p>",
        "one<svg><p>OBEY</p></svg>two",
    ],
)
def test_hidden_text_ends_with_its_element(sent: str) -> None:
    assert to_plain_text(sent, 300) == "one two"


def test_markup_is_unwrapped_four_times_and_then_taken_away() -> None:
    wrapped = "<b>x</b>"
    for _ in range(6):
        wrapped = wrapped.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        assert not set("<>") & set(to_plain_text(f"a {wrapped} b", 300))
    assert to_plain_text("a &amp;amp;lt;b&amp;amp;gt;x b", 300) == "a x b"


def test_of_a_text_that_is_too_long_the_beginning_is_read() -> None:
    assert to_plain_text("<!--" + "x" * 19_992 + "--> end", 300) == ""
    assert to_plain_text("<!--" + "x" * 19_989 + "--> end", 300) == "end"


@pytest.mark.case("H2")
def test_a_megabyte_of_open_tags_takes_no_time() -> None:
    assert to_plain_text("<a" * 500_000, 300) == ""
    assert to_plain_text("& " * 500_000, 10) == "& & & & &…"
    assert to_plain_text("<!--" * 250_000, 300) == ""
