from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from models.training import plots
from tests.models.training.test_report import sample

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The same plots, drawn twice."""
    folders = tmp_path_factory.mktemp("once"), tmp_path_factory.mktemp("again")
    for folder in folders:
        plots.draw(folder, sample())
    return folders


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("reliability", "Anchored on opening prices"),
        ("gap_to_closing", "No odds"),
        ("gap_to_closing", "opening prices"),
        ("closing_line_value", "bets at the best price"),
    ],
)
def test_the_plots_show_lines_and_are_the_same_each_time(drawn: tuple[Path, Path], name: str, title: str):
    first, again = (folder / f"{name}.svg" for folder in drawn)
    assert first.read_bytes() == again.read_bytes()
    picture = ET.parse(first)  # noqa: S314  # our own
    assert len(picture.findall(f".//{SVG}path")) > 20
    assert any(title in (text.text or "") for text in picture.iter(f"{SVG}text"))
