"""Fixtures of the tests of the record."""

from importlib.util import module_from_spec, spec_from_file_location
from types import ModuleType

import pytest

from deploy.service import ROOT


@pytest.fixture(scope="module")
def program() -> ModuleType:
    """verify.py, in this process."""
    spec = spec_from_file_location("verify", ROOT / "public" / "verify.py")
    assert spec and spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
