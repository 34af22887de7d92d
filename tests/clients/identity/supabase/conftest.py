"""Fixtures of the tests of supabase."""

import pytest

from tests.clients.conftest import SimulatedTime
from tests.clients.identity.supabase.project import Project


@pytest.fixture
def project(time: SimulatedTime) -> Project:
    return Project(time)
