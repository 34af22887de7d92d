"""Signing in on this machine."""

import re
import stat
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from local import http_server, token
from local.errors import LocalError
from shared.accounts.plans import Plan, plan_from_metadata
from shared.runtime import wiring
from tests.running import environment


@pytest.mark.parametrize("clock", ["", "2024-04-27T08:00:00Z"])
@pytest.mark.parametrize("plan", token.PLANS)
def test_the_functions_believe_a_token_of_this_machine(tmp_path: Path, plan: str, clock: str) -> None:
    project = token.project(tmp_path)
    with environment(SUPABASE_URL=project.url, SUPABASE_JWT_SECRET=project.secret, CLOCK=clock):
        claims = wiring.supabase().verify(token.create_token(plan, project))
        assert wiring.supabase().verify(token.create_token(plan, token.project(tmp_path / "other"))) is None
    assert claims is not None
    assert plan_from_metadata(claims.app_metadata) is Plan(plan)
    assert claims.second_factor


def test_the_secret_file_is_readable_by_its_owner_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    port = http_server.free_port()
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("PORT", str(port))
    assert token.main(["--plan", "elite"]) == 0
    printed = capsys.readouterr()
    assert re.fullmatch(r"[\w-]+\.[\w-]+\.[\w-]+\n", printed.out)
    assert f"Nothing checked this token at http://127.0.0.1:{port}" in printed.err
    file = tmp_path / "token_secret"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    secret = file.read_text()
    assert len(secret) >= 32
    assert token.project(tmp_path).secret == secret


def test_the_port_is_stored_and_differs_from_the_default_where_that_is_taken(tmp_path: Path) -> None:
    with ExitStack() as stack:
        with suppress(LocalError):  # another program of this machine may have it already
            stack.enter_context(http_server.listen(token.PORT))
        port = token.project(tmp_path).port
    assert port != token.PORT
    assert token.project(tmp_path).port == port


def test_an_unknown_plan_is_rejected(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        token.main(["--plan", "anonymous"])
    assert "choose from" in capsys.readouterr().err
