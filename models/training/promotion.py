"""Whether a model should replace another: `python -m models.training.promotion --old FILE --new FILE`.

Compares their distance to closing prices on held-out seasons, in RPS. Both have passed the gate (gate.py). Exits with 0
if the new one is better, else with 1 and the reasons.
"""

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from models.training.gate import BASES

MARGIN = 0.0002
"""RPS by which the new model must be nearer to closing prices in one forecast, and may not be farther in any. It is two
thirds of the standard error over 5,500 matches, and a fifth of the possible gain."""


def rejection_reasons(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Why a new model does not replace the old one; empty if it does.

    Args:
        old: metadata of the served model.
        new: metadata of the candidate.

    Raises:
        ValueError: a distance to closing prices is missing.
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
    raise ValueError(f"{metadata['name']} has no gap to closing prices, from {basis}")


def main(arguments: list[str] | None = None) -> None:
    """Compares two models and prints the result."""
    parser = argparse.ArgumentParser(prog="python -m models.training.promotion", description="Compare two models.")
    parser.add_argument("--old", type=Path, required=True, help="metadata.json of the served model")
    parser.add_argument("--new", type=Path, required=True, help="metadata.json of the other")
    args = parser.parse_args(arguments)
    old, new = (json.loads(path.read_text()) for path in (args.old, args.new))
    if reasons := rejection_reasons(old, new):
        sys.exit(f"{new['name']} does not take the place of {old['name']}: {'; '.join(reasons)}")
    sys.stdout.write(f"{new['name']} is better than {old['name']}\n")


if __name__ == "__main__":
    main()
