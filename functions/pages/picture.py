"""The picture of a match for those who share its page, 1200 × 630 pixels, drawn from SVG (docs/decisions/pages.md)."""

from pathlib import Path
from textwrap import wrap

from functions.pages.charts import segments
from functions.pages.lines import MatchLine, match_lines
from functions.pages.rendering import render
from shared.explanations.legal_notice import LEGAL_NOTICE
from shared.explanations.translations import Language
from shared.football.calendar import paris_day
from shared.runtime import clock
from shared.stores.database import Connection
from shared.web.params import require_match

WIDTH, HEIGHT = 1200, 630
MARGIN = 72
LARGEST = 76
"""Size of the letters of a club's name in pixels; long names are smaller."""
FAMILY = "Inter"
_UPPER, _LOWER = 0.76, 0.6
"""About the width of a bold letter, as a share of its size."""


def match_picture(db: Connection, language: Language, match_id: int) -> bytes:
    """The match with its forecast or its score, as the lists of matches show it, in PNG.

    Raises:
        NotFound: there is no such match.
    """
    [line] = match_lines(db, [require_match(db, match_id)], clock.now())
    return draw(svg(line, language))


def svg(line: MatchLine, language: Language) -> str:
    """The picture in SVG."""
    names = tuple(printable(name) for name in (line.home, line.away))
    width = WIDTH - 2 * MARGIN
    return render(
        "picture.svg",
        language,
        "",
        {
            "line": line,
            "names": names,
            "size": min(fitting_size(name, width - (130 if line.score else 0), LARGEST) for name in names),
            "label_sizes": [fitting_size(name, width / 2 - 140, 30) for name in names],
            "bar": segments(line.shares, width) if line.shares else [],
            "day_of": paris_day(line.kick_off),
            "notice": wrap(LEGAL_NOTICE, len(LEGAL_NOTICE) // 2 + 6),
            "family": FAMILY,
        },
    )


def printable(text: str) -> str:
    """A text without what no XML document may hold; names come from outside."""
    return "".join(each for each in text if each.isprintable())


def fitting_size(text: str, width: float, largest: int) -> int:
    """The size in pixels at which a bold text is about as wide as it may be.

    >>> fitting_size("Arsenal", 1056, 76), fitting_size("Borussia Mönchengladbach and Hove Albion", 1056, 76)
    (76, 42)
    """
    ems = sum(_UPPER if each.isupper() else _LOWER for each in text)
    return min(largest, int(width / max(ems, 1)))


def draw(picture: str) -> bytes:
    """SVG as PNG, with the letters of one font that the bundle carries.

    Raises:
        ValueError: it is no valid SVG.
    """
    import fontpkg_inter  # noqa: PLC0415  # no page needs them
    import resvg_py  # noqa: PLC0415

    fonts = sorted(str(path) for path in Path(fontpkg_inter.ROOT, "files").glob("Inter?opsz,wght?.ttf"))
    return resvg_py.svg_to_bytes(svg_string=picture, skip_system_fonts=True, font_files=fonts, font_family=FAMILY)
