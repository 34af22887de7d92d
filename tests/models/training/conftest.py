from collections.abc import Iterator
from pathlib import Path

import pytest

from models.training import outcome
from tests.models.training import mini


@pytest.fixture(scope="session")
def mirror(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two small leagues over four seasons."""
    return mini.make(tmp_path_factory.mktemp("mirror"))


@pytest.fixture(scope="package", autouse=True)
def few_trees() -> Iterator[None]:
    """A fifth of the trees: a model of two small leagues needs no more."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(outcome, "OUTCOME_ROUNDS", outcome.OUTCOME_ROUNDS // 5)
        patch.setattr(outcome, "LINE_MOVE_ROUNDS", outcome.LINE_MOVE_ROUNDS // 5)
        yield
