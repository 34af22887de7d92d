from matplotlib.image import imread

from models.training import plots
from tests.models.training.test_report import sample


def test_both_pictures_are_drawn(tmp_path):
    plots.draw(tmp_path, sample())
    for name in ("reliability", "gap_to_closing"):
        picture = imread(tmp_path / f"{name}.png")
        assert picture.shape[1] > 1200
        assert picture[:, :, :3].std() > 0.05
