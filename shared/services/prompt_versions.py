"""The prompt versions: files of shared/explanations/prompts, immutable once used."""

from functools import cache
from pathlib import Path

from shared.explanations.prompt import CANARY, Prompt

FOLDER = Path(__file__).resolve().parents[1] / "explanations" / "prompts"


@cache
def prompts() -> dict[str, Prompt]:
    """All prompts by version, ordered by kind and number.

    Raises:
        ValueError: a file is not named `<kind>_v<n>.txt`, or does not contain the canary placeholder once.
    """
    found: list[tuple[str, int, Prompt]] = []
    for file in FOLDER.glob("*.txt"):
        kind, parted, number = file.stem.rpartition("_v")
        text = file.read_text(encoding="utf-8")
        if not parted or not number.isdecimal() or text.count(CANARY) != 1:
            raise ValueError(f"{file.name} must be named <kind>_v<n>.txt and hold {CANARY} once")
        found.append((kind, int(number), Prompt(kind, file.stem, text)))
    return {prompt.version: prompt for _, _, prompt in sorted(found, key=lambda each: each[:2])}


def newest(kind: str) -> Prompt:
    """The latest version of a kind."""
    of_kind = [prompt for prompt in prompts().values() if prompt.kind == kind]
    if not of_kind:
        raise KeyError(kind)
    return of_kind[-1]
