"""Whether a model is worth taking another's place: `python -m models.training.promotion --old FILE --new FILE`.

Both are judged by what they said of seasons that they had not seen: how far behind closing prices it was, in RPS. Each
has been through the gate already (gate.py). It ends with 0 if the new one is better, else with 1, and says why.
"""

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from models.training.gate import BASES

MARGIN = 0.0002
"""RPS that the new model must be nearer to closing prices in one of its forecasts, and may not be farther in any: two
thirds of the standard error of such a figure over 5,500 matches, and a fifth of what is left to gain."""


def rejection_reasons(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Why a new model does not take the old one's place; empty if it does.

    Args:
        old: metadata of the served model.
        new: metadata of the other.

    Raises:
        ValueError: one of them does not tell how far behind closing prices it was.
    """
    gains = {basis: _gap(old, basis) - _gap(new, basis) for basis in BASES}
    reasons = [f"{basis}: {-gain:.6f} farther from closing prices" for basis, gain in gains.items() if gain < -MARGIN]
    if not any(gain >= MARGIN for gain in gains.values()):
        summary = ", ".join(f"{basis} {gain:+.6f}" for basis, gain in gains.items())
        reasons.append(f"nearer to closing prices by less than {MARGIN} everywhere: {summary}")
    return reasons


def _gap(metadata: Mapping[str, Any], basis: str) -> float:
    for figure in metadata["held_out"]:
        if (figure["basis"], figure["figure"]) == (basis, "gap"):
            return figure["value_low_high"][0]
    raise ValueError(f"{metadata['name']} does not tell its gap to closing prices, from {basis}")


def main(arguments: list[str] | None = None) -> None:
    """Compare, and say."""
    parser = argparse.ArgumentParser(prog="python -m models.training.promotion", description="Compare two models.")
    parser.add_argument("--old", type=Path, required=True, help="metadata.json of the served model")
    parser.add_argument("--new", type=Path, required=True, help="metadata.json of the other")
    args = parser.parse_args(arguments)
    old, new = (json.loads(path.read_text()) for path in (args.old, args.new))
    if found := rejection_reasons(old, new):
        sys.exit(f"{new['name']} does not take the place of {old['name']}: {'; '.join(found)}")
    sys.stdout.write(f"{new['name']} is better than {old['name']}\n")


if __name__ == "__main__":
    main()
