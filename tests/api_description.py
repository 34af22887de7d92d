"""The description of the API, as `deploy.openapi` builds it, for the tests that read it."""

import json
from functools import cache
from typing import Any

from deploy import openapi


def description() -> dict[str, Any]:
    """A copy of the description of all functions."""
    return json.loads(_description())


@cache
def _description() -> str:
    """Built once in a process, as that takes seconds."""
    return json.dumps(openapi.build())
