"""Both verifiers in a test: what they say of a record."""

import json
import re
import subprocess
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from dataclasses import asdict
from io import StringIO

from deploy.service import ROOT
from tests.ledger.damages import Reading

NODE = [str(ROOT / ".venv/bin/node"), "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON"]
Outcome = dict[str, list[str] | str]


def by_python(main: Callable[[list[str]], None], known: Reading) -> Outcome:
    state = known.folder / "state"
    for note in known.past:
        state.write_text(note)
    witnesses = [text for key in known.witnesses for text in ("--witness", key)]
    printed = StringIO()
    try:
        with redirect_stdout(printed):
            main([str(known.folder), known.key, *witnesses, "--state", str(state)])
    except SystemExit as end:
        # The cause in Python's words comes after what is wrong.
        return {"wrong": re.sub("(is malformed|cannot be read): .*", r"\1", str(end.code).removeprefix("WRONG: "))}
    return {"lines": printed.getvalue().splitlines()}


def by_javascript(known: Sequence[Reading]) -> list[Outcome]:
    logs = [asdict(each) | {"folder": str(each.folder)} for each in known]
    command = [*NODE, ROOT / "tests" / "ledger" / "verify_many.mjs"]
    ended = subprocess.run(command, input=json.dumps(logs), capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)
