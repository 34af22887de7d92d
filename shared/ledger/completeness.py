"""Whether each match of a day's universe was forecast before it began, or its omission was stated."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from shared.ledger.entries import EntryType


@dataclass(frozen=True, slots=True)
class Omission:
    """A match without a forecast or an abstention from before its kick-off."""

    day: str
    match_id: int
    kick_off: str


def omissions(entries: Iterable[bytes], until: str) -> list[Omission]:
    """The omitted matches of all days, in order of kick-off.

    A match that moved counts at the kick-off of the latest entry that names one and was written before it.

    Args:
        entries: of the log, in order.
        until: matches that begin later are not due; a time as in the entries.
    """
    kick_offs: dict[int, tuple[str, str]] = {}  # day and kick-off by match
    stated: dict[int, str] = {}  # time of the first statement by match
    for text in entries:
        entry: Mapping[str, Any] = json.loads(text)
        at = entry["at"]
        if entry["type"] == EntryType.UNIVERSE:
            for each in entry["matches"]:
                known = kick_offs.get(each["match"])
                if known is None or at < known[1]:
                    kick_offs[each["match"]] = entry["day"], each["kick_off"]
        elif entry["type"] in {EntryType.FORECAST, EntryType.ABSTENTION}:
            match, kick_off = entry["match"], entry["kick_off"]
            if at < kick_off:
                stated.setdefault(match, at)
            if match in kick_offs and at < kick_offs[match][1]:
                kick_offs[match] = kick_offs[match][0], kick_off
    found = [
        Omission(day, match, kick_off)
        for match, (day, kick_off) in kick_offs.items()
        if kick_off <= until and not stated.get(match, "~") < kick_off
    ]
    return sorted(found, key=lambda each: (each.kick_off, each.match_id))
