"""The record as tables: matches, forecasts by version and outcome, and picks; from the entries of a log."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from shared.football.calendar import paris_day, season_of
from shared.ledger.entries import EntryType

Row = dict[str, Any]
OUTCOMES = ("home", "draw", "away")


@dataclass(frozen=True, slots=True)
class Tables:
    """Rows of each table; every row has its season."""

    matches: list[Row]
    forecasts: list[Row]
    picks: list[Row]


@dataclass(slots=True)
class _Match:
    """What the log states of a match."""

    listing: Row = field(default_factory=dict[str, Any])
    kick_off: datetime | None = None
    announced_at: datetime | None = None
    statements: list[tuple[int, Row]] = field(default_factory=list[tuple[int, Row]])
    result: Row = field(default_factory=dict[str, Any])


def tables(bodies: Iterable[bytes]) -> Tables:
    """The tables of a verified log.

    Args:
        bodies: all entries, in order.
    """
    entries: list[Row] = [json.loads(body) for body in bodies]
    matches = _matches(entries)
    return Tables(
        [_match_row(match_id, match) for match_id, match in sorted(matches.items())],
        [row for match_id, match in sorted(matches.items()) for row in _forecast_rows(match_id, match)],
        list(_pick_rows(entries, matches)),
    )


def _matches(entries: list[Row]) -> Mapping[int, _Match]:
    """The matches; a kick-off is that of the latest entry from before it that names one, as for completeness."""
    matches: dict[int, _Match] = defaultdict(_Match)
    for index, entry in enumerate(entries):
        at = _time(entry["at"])
        if entry["type"] == EntryType.UNIVERSE:
            for listing in entry["matches"]:
                match = matches[listing["match"]]
                if match.kick_off is None or at < match.kick_off:
                    match.listing = {**listing, "day": entry["day"], "source": entry["source"]}
                    match.kick_off = _time(listing["kick_off"])
                    match.announced_at = match.announced_at or at
        elif entry["type"] in {EntryType.FORECAST, EntryType.ABSTENTION}:
            match = matches[entry["match"]]
            match.statements.append((index, entry))
            if match.kick_off is None or at < match.kick_off:
                match.kick_off = _time(entry["kick_off"])
        elif entry["type"] == EntryType.RESULT:
            match = matches[entry["match"]]
            match.result = entry
            match.kick_off = match.kick_off or _time(entry["kick_off"])
    return matches


def _match_row(match_id: int, match: _Match) -> Row:
    home, away = match.result.get("goals") or (None, None)
    before = [entry for _, entry in match.statements if match.kick_off and _time(entry["at"]) < match.kick_off]
    abstentions = [entry["reason"] for entry in before if entry["type"] == EntryType.ABSTENTION]
    return {
        **_identity(match_id, match),
        "day": _day(match.listing.get("day")),
        "hour_known": match.listing.get("hour_known"),
        "home": match.listing.get("home"),
        "away": match.listing.get("away"),
        "source": match.listing.get("source"),
        "announced_at": match.announced_at,
        "versions": sum(entry["type"] == EntryType.FORECAST for entry in before),
        "abstention": abstentions[-1] if abstentions else None,
        "status": match.result.get("status"),
        "goals_home": home,
        "goals_away": away,
    }


def _forecast_rows(match_id: int, match: _Match) -> Iterator[Row]:
    """A row for each version and outcome. The last version from before the kick-off is the one that is scored."""
    versions = [(index, entry) for index, entry in match.statements if entry["type"] == EntryType.FORECAST]
    scored = [index for index, entry in versions if match.kick_off and _time(entry["at"]) < match.kick_off]
    goals = match.result.get("goals")
    won = None if goals is None else OUTCOMES[(goals[0] <= goals[1]) + (goals[0] < goals[1])]
    for version, (index, entry) in enumerate(versions, 1):
        for outcome in OUTCOMES:
            # Those of the consensus are the bookmakers', not ours (see the data card).
            ours = entry["basis"] != "consensus"
            yield {
                **_identity(match_id, match),
                "entry": index,
                "version": version,
                "published_at": _time(entry["at"]),
                "scored": index in scored[-1:],
                "basis": entry["basis"],
                "model": entry["model"],
                "model_sha256": entry["model_sha256"],
                "results_until": _day(entry["results_until"]),
                "prices_taken_at": _time_if(entry["prices_taken_at"]),
                "outcome": outcome,
                "probability": Decimal(entry[outcome]) if ours else None,
                "occurred": None if won is None else won == outcome,
            }


def _pick_rows(entries: list[Row], matches: Mapping[int, _Match]) -> Iterator[Row]:
    """A row for each pick. Unopened, it has no match yet; its last settlement and its first closing line count."""
    about: dict[tuple[str, int, int], Row] = {}
    opened: dict[tuple[int, str], Row] = {}
    for entry in entries:
        if entry["type"] == EntryType.CLOSING:
            about.setdefault((entry["type"], entry["of"], entry["rank"]), entry)
        elif entry["type"] == EntryType.SETTLEMENT:
            about[entry["type"], entry["of"], entry["rank"]] = entry
        elif entry["type"] == EntryType.OPENING:
            opened[entry["of"], entry["commitment"]] = entry
    for index, entry in enumerate(entries):
        if entry["type"] != EntryType.PICKS:
            continue
        for rank, committed in enumerate(entry["commitments"], 1):
            opening = opened.get((index, committed), {})
            content: Row = opening.get("content", {})
            closing = about.get((EntryType.CLOSING, index, rank), {})
            settled = about.get((EntryType.SETTLEMENT, index, rank), {})
            match_id = content.get("match")
            yield {
                **_identity(match_id, matches.get(match_id, _Match()) if match_id is not None else _Match()),
                "season": season_of(date.fromisoformat(entry["day"])),
                "day": _day(entry["day"]),
                "rank": rank,
                "entry": index,
                "committed_at": _time(entry["at"]),
                "opened_at": _time_if(opening.get("at")),
                "market": content.get("market"),
                "outcome": content.get("outcome"),
                "line": _decimal(content.get("line")),
                "probability": _decimal(content.get("probability")),
                "price": _decimal(content.get("price")),
                "bookmaker": content.get("bookmaker"),
                "price_taken_at": _time_if(content.get("price_taken_at")),
                "value": _decimal(content.get("value")),
                "stake": _decimal(content.get("stake")),
                "closing_probability": _decimal(closing.get("fair_probability")),
                "closing_at_risk": _decimal(closing.get("at_risk")),
                "closing_line_value": _decimal(closing.get("closing_line_value")),
                "result": settled.get("result"),
                "score": settled.get("score"),
                "profit": _decimal(settled.get("profit")),
            }


def _identity(match_id: int | None, match: _Match) -> Row:
    return {
        "season": None if match.kick_off is None else season_of(paris_day(match.kick_off)),
        "competition": match.listing.get("competition"),
        "match": match_id,
        "kick_off": match.kick_off,
    }


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _time_if(text: str | None) -> datetime | None:
    return None if text is None else _time(text)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
