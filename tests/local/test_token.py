"""Signing in on this machine."""

import re
import stat
from pathlib import Path

import pytest

from local import token
from shared.accounts.plans import Plan, plan_told_by
from shared.runtime import wiring
from tests.running import environment


@pytest.mark.parametrize("clock", ["", "2024-04-27T08:00:00Z"])
@pytest.mark.parametrize("plan", token.PLANS)
def test_the_functions_believe_a_token_of_this_machine(tmp_path: Path, plan: str, clock: str) -> None:
    with environment(SUPABASE_URL=token.PROJECT, SUPABASE_JWT_SECRET=token.secret(tmp_path), CLOCK=clock):
        claims = wiring.supabase().claims_of(token.made(plan, token.secret(tmp_path)))
        assert wiring.supabase().claims_of(token.made(plan, token.secret(tmp_path / "other"))) is None
    assert claims is not None
    assert plan_told_by(claims.app_metadata) is Plan(plan)
    assert claims.second_factor


def test_the_secret_is_kept_for_its_owner_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    assert token.main(["--plan", "elite"]) == 0
    assert re.fullmatch(r"[\w-]+\.[\w-]+\.[\w-]+\n", capsys.readouterr().out)
    (file,) = tmp_path.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    kept = file.read_text()
    assert len(kept) >= 32
    assert token.secret(tmp_path) == kept


def test_a_plan_that_is_none_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        token.main(["--plan", "anonymous"])
    assert "choose from" in capsys.readouterr().err
