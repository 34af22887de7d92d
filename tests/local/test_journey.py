"""A new user's first minutes on `make run`: what it lists at its start, and the commands of docs/use/walkthrough.md."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import httpx
import pytest

from local import http_server, token
from local.attack.__main__ import campaign, report
from local.attack.world import World
from local.run import DEMO_MORNING, ROOT, running
from tests.running import environment
from tests.waiting import HANG

TRIES, SEED = 160, 15
BEGIN = "```bash\nAPI=http://127.0.0.1:8000"


def commands() -> str:
    """The block of the walkthrough."""
    text = (ROOT / "docs/use/walkthrough.md").read_text()
    return text[text.index(BEGIN) :].removeprefix("```bash\n").partition("```")[0]


@dataclass(frozen=True)
class Run:
    """A `make run`: what it was given, the settings of its functions, and the lines that it printed at its start."""

    port: str
    data_dir: Path
    settings: Mapping[str, str]
    lines: str

    def shell(self, script: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run commands in the project's folder, with no settings but those given."""
        inherited = {name: value for name, value in os.environ.items() if name not in {"PORT", "DATA_DIR"}}
        return subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            cwd=ROOT,
            env={**inherited, **environment},
            capture_output=True,
            text=True,
            timeout=5 * HANG,
            check=False,
        )


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """A `make run` of the demonstration league, at a port and in a DATA_DIR of its own."""
    port = str(http_server.free_port())
    data_dir = tmp_path_factory.mktemp("kept here")
    printed, settings = StringIO(), dict[str, str]()

    def record(name: str, value: str) -> str:
        settings[name] = value
        return value

    given = {"DEMO": "true", "CLOCK": DEMO_MORNING, "PORT": port, "DATA_DIR": str(data_dir)}
    with ExitStack() as stack:
        with redirect_stdout(printed):
            stack.enter_context(running(ROOT, given, record))
        yield Run(port, data_dir, settings, printed.getvalue())


def test_every_address_that_is_listed_at_the_start_answers_a_visitor(run: Run) -> None:
    gateway = f"http://127.0.0.1:{run.port}"
    listed = re.findall(rf"^  \w+ +({gateway}/\S*)$", run.lines, re.MULTILINE)
    assert f"{gateway}/docs" in listed
    assert {address: httpx.get(address, timeout=HANG).status_code for address in listed} == dict.fromkeys(listed, 200)
    (sign_in,) = re.findall(r"People sign in at (\S+) ", run.lines)
    assert set(re.findall(r"http://\S+", run.lines)) <= {*listed, gateway, sign_in, f"{gateway}/_invoke/<name>"}
    assert httpx.get(f"{sign_in}/auth/v1/.well-known/jwks.json", timeout=HANG).status_code == 200


def test_the_command_that_is_listed_makes_a_token_that_is_accepted(run: Run) -> None:
    (command,) = re.findall(r"^  a token for it +(.+)$", run.lines, re.MULTILINE)
    ended = run.shell(command)
    assert (ended.returncode, ended.stderr) == (0, "")
    url, headers = f"http://127.0.0.1:{run.port}/api/v1/users/me", {"Authorization": f"Bearer {ended.stdout.strip()}"}
    assert httpx.get(url, headers=headers, timeout=HANG).json()["role"] == "premium"


def test_a_token_of_another_data_dir_is_rejected_with_a_remedy(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with environment(PORT=run.port, DATA_DIR=str(tmp_path)):
        assert token.main([]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert f"http://127.0.0.1:{run.port} refuses tokens of DATA_DIR={tmp_path}" in printed.err
    assert "name the command" in printed.err


@pytest.mark.case("A13", "H1", "H2", "H8")
def test_a_short_campaign_of_attacks_finds_no_fault(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """As `make attack`, on the same bundle: starting one takes half a minute."""
    world = World(f"http://127.0.0.1:{run.port}", token.project(run.data_dir), run.settings)
    campaign(world, SEED, TRIES)
    assert report(world, SEED) == 0, capsys.readouterr()


@pytest.mark.case("P1", "P2", "B16")
@pytest.mark.skipif(shutil.which("curl") is None, reason="the commands need curl")
def test_a_person_comes_plays_pays_reads_takes_everything_along_and_leaves(run: Run) -> None:
    """Sign-in, favourite, bankroll, bet, checkout, webhook, what Premium sees, export, deletion."""
    ended = run.shell(commands().replace(":8000", f":{run.port}"), PORT=run.port, DATA_DIR=str(run.data_dir))
    assert ended.returncode == 0, ended.stdout + ended.stderr
    steps: list[Any] = [json.loads(line) for line in ended.stdout.splitlines() if line]
    profile, favourite, bankroll, bet, subscription, forecast, export, refused = steps
    assert (profile["full_name"], favourite["note"]) == ("Camille", "the derby")
    assert (bankroll["initial_bankroll"], bet["amount"], bet["status"]) == (200, 4, "pending")
    assert (subscription["plan"], subscription["status"]) == ("premium", "trialing")
    assert forecast["match_id"] == bet["match_id"] == favourite["match_id"]
    assert (forecast["multi_markets"] is not None, forecast["hidden"]) == (True, [])
    tables = {table: rows for table, rows in export["tables"].items() if rows}
    assert {"favourites", "bets", "bankrolls", "accounts", "customers"} <= tables.keys()
    assert refused == {"code": "account_deleted", "detail": "Ce compte n'existe plus."}
