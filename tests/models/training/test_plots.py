from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from models.training import plots
from tests.models.training.test_report import sample

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("reliability", "Anchored on opening prices"),
        ("gap_to_closing", "No odds"),
        ("gap_to_closing", "opening prices"),
        ("closing_line_value", "bets at the best price"),
    ],
)
def test_the_plots_show_lines_and_are_the_same_each_time(tmp_path: Path, name: str, title: str):
    for folder in (tmp_path / "once", tmp_path / "again"):
        plots.draw(folder, sample())
    first = tmp_path / "once" / f"{name}.svg"
    assert first.read_bytes() == (tmp_path / "again" / f"{name}.svg").read_bytes()
    picture = ET.parse(first)  # noqa: S314  # our own
    assert len(picture.findall(f".//{SVG}path")) > 20
    assert any(title in (text.text or "") for text in picture.iter(f"{SVG}text"))
