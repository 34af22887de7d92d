"""A person's way from signing in to leaving, as the README tells it: its commands, word for word, on `make run`."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from local import http_server
from local.run import ROOT, running
from tests.waiting import HANG

MORNING = "2026-03-07T08:00:00Z"
BEGIN = "```bash\nAPI=http://127.0.0.1:8000"


def commands() -> str:
    """The block of the README."""
    readme = (ROOT / "README.md").read_text()
    return readme[readme.index(BEGIN) :].removeprefix("```bash\n").partition("```")[0]


@pytest.mark.case("P1", "P2", "B16")
@pytest.mark.skipif(shutil.which("curl") is None, reason="the README's commands need curl")
def test_a_person_comes_plays_pays_reads_takes_everything_along_and_leaves(tmp_path: Path) -> None:
    """Sign-in, favourite, bankroll, bet, checkout, webhook, what Premium sees, export, deletion."""
    with http_server.listen() as free:
        port = free.getsockname()[1]
    world = {"DEMO": "true", "CLOCK": MORNING, "PORT": str(port), "DATA_DIR": str(tmp_path)}
    with running(ROOT, world):
        ended = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", commands().replace(":8000", f":{port}")],
            cwd=ROOT,
            env={**os.environ, "DATA_DIR": str(tmp_path)},
            capture_output=True,
            text=True,
            timeout=5 * HANG,
            check=False,
        )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    told: list[Any] = [json.loads(line) for line in ended.stdout.splitlines() if line]
    profile, favourite, bankroll, bet, subscription, forecast, export, refused = told
    assert (profile["full_name"], favourite["note"]) == ("Camille", "the derby")
    assert (bankroll["initial_bankroll"], bet["amount"], bet["status"]) == (200, 4, "pending")
    assert (subscription["plan"], subscription["status"]) == ("premium", "trialing")
    assert forecast["match_id"] == bet["match_id"] == favourite["match_id"]
    assert (forecast["multi_markets"] is not None, forecast["hidden"]) == (True, [])
    held = {table: rows for table, rows in export["tables"].items() if rows}
    assert {"favourites", "bets", "bankrolls", "accounts", "customers"} <= held.keys()
    assert refused == {"code": "account_deleted", "detail": "Ce compte n'existe plus."}
