"""The entries of the log, as canonical JSON.

Each entry has a `type` and `at`, the instant at which it was written; times are UTC, decimals are strings. `of` is the
index of the entry that another one is about.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from shared.ledger.canonical_json import canonical_json


class EntryType(StrEnum):
    """What an entry states."""

    UNIVERSE = "universe"  # the matches of a day, before any of them begins
    FORECAST = "forecast"  # a version of a forecast; its goal rates and markets are a commitment
    ABSTENTION = "abstention"  # a match that is not forecast, and why
    PICKS = "picks"  # a day's picks as commitments, or why there are none
    OPENING = "opening"  # the salt and the content of a commitment
    RESULT = "result"  # the score of a match, or that it was not played
    CLOSING = "closing"  # the closing line of a pick
    SETTLEMENT = "settlement"  # what a pick won or lost
    CORRECTION = "correction"  # an earlier entry was wrong


@dataclass(frozen=True, slots=True)
class Fixture:
    """A match of the universe."""

    match_id: int
    competition: str
    home: str
    away: str
    kick_off: datetime
    hour_known: bool


def instant(time: datetime) -> str:
    """A time in UTC to the microsecond, so that times are in the order of their texts.

    Raises:
        ValueError: the time is naive or not in UTC.

    >>> from datetime import UTC
    >>> instant(datetime(2026, 11, 30, 19, 45, tzinfo=UTC))
    '2026-11-30T19:45:00.000000Z'
    """
    if (offset := time.utcoffset()) is None or offset:
        raise ValueError(f"{time} is not in UTC")
    return time.isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def decimal_text(value: Decimal | float, places: int = 6) -> str:
    """A number with a fixed count of decimals.

    >>> decimal_text(0.1), decimal_text(Decimal("2.5"), 3)
    ('0.100000', '2.500')
    """
    return f"{value:.{places}f}"


def universe(at: datetime, day: date, source: str, fixtures: Sequence[Fixture]) -> bytes:
    """The matches of a day in Paris, in order of their ids."""
    return _entry(
        EntryType.UNIVERSE,
        at,
        day=day.isoformat(),
        source=source,
        matches=[
            {
                "match": each.match_id,
                "competition": each.competition,
                "home": each.home,
                "away": each.away,
                "kick_off": instant(each.kick_off),
                "hour_known": each.hour_known,
            }
            for each in sorted(fixtures, key=lambda each: each.match_id)
        ],
    )


def forecast(
    at: datetime,
    match_id: int,
    kick_off: datetime,
    *,
    basis: str,
    model: str,
    model_sha256: str,
    results_until: date | None,
    prices_taken_at: datetime | None,
    probabilities: tuple[float, float, float],
    committed: str,
) -> bytes:
    """A version of a forecast.

    Args:
        at: time of publication.
        match_id: the match.
        kick_off: as known then.
        basis: what it is based on.
        model: its name.
        model_sha256: hash of its files.
        results_until: the last day whose results it used.
        prices_taken_at: when the newest price that it used was read.
        probabilities: of home win, draw and away win.
        committed: commitment of its goal rates and markets.
    """
    home, draw, away = probabilities
    return _entry(
        EntryType.FORECAST,
        at,
        match=match_id,
        kick_off=instant(kick_off),
        basis=basis,
        model=model,
        model_sha256=model_sha256,
        results_until=results_until.isoformat() if results_until else None,
        prices_taken_at=instant(prices_taken_at) if prices_taken_at else None,
        home=decimal_text(home),
        draw=decimal_text(draw),
        away=decimal_text(away),
        commitment=committed,
    )


def abstention(at: datetime, match_id: int, kick_off: datetime, reason: str) -> bytes:
    """A match that is not forecast."""
    return _entry(EntryType.ABSTENTION, at, match=match_id, kick_off=instant(kick_off), reason=reason)


def picks(at: datetime, day: date, committed: Sequence[str], passed: Mapping[int, str], reason: str | None) -> bytes:
    """A day's picks.

    Args:
        at: time of publication.
        day: in Paris.
        committed: a commitment for each pick, best first.
        passed: the considered matches without a pick, with the reason.
        reason: why there are fewer picks than the maximum.
    """
    return _entry(
        EntryType.PICKS,
        at,
        day=day.isoformat(),
        commitments=list(committed),
        passed=[{"match": match_id, "reason": passed[match_id]} for match_id in sorted(passed)],
        reason=reason,
    )


def opening(at: datetime, of: int, committed: str, salt: bytes, content: object) -> bytes:
    """The content of a commitment that entry `of` published."""
    return _entry(EntryType.OPENING, at, of=of, commitment=committed, salt=salt.hex(), content=content)


def result(at: datetime, match_id: int, kick_off: datetime, status: str, goals: tuple[int, int] | None) -> bytes:
    """How a match ended, after 90 minutes, and when it had begun; without goals it was not played to its end."""
    score = None if goals is None else list(goals)
    return _entry(EntryType.RESULT, at, match=match_id, kick_off=instant(kick_off), status=status, goals=score)


def closing(
    at: datetime, of: int, rank: int, *, fair_probability: Decimal, at_risk: Decimal, bookmaker: str, value: Decimal
) -> bytes:
    """The closing line of a pick of entry `of`, and the value of the price taken against it.

    Args:
        at: time of publication.
        of, rank: the pick.
        fair_probability: the inverse of the fair closing price.
        at_risk: the expected share of the stake that is not refunded; 1 on h2h and half lines.
        bookmaker: whose prices these are.
        value: `(price * fair_probability - 1) * at_risk`, with the price of the pick.
    """
    return _entry(
        EntryType.CLOSING,
        at,
        of=of,
        rank=rank,
        fair_probability=decimal_text(fair_probability),
        at_risk=decimal_text(at_risk),
        bookmaker=bookmaker,
        closing_line_value=decimal_text(value),
    )


def settlement(at: datetime, of: int, rank: int, result: str, score: str | None, profit: Decimal) -> bytes:
    """What a pick of entry `of` won or lost, in units of its stake; of several the last one counts."""
    return _entry(
        EntryType.SETTLEMENT, at, of=of, rank=rank, result=result, score=score, profit=decimal_text(profit, 4)
    )


def correction(at: datetime, of: int, reason: str) -> bytes:
    """Entry `of` was wrong; what is right follows in entries of its own."""
    return _entry(EntryType.CORRECTION, at, of=of, reason=reason)


def _entry(entry_type: EntryType, at: datetime, **members: object) -> bytes:
    return canonical_json({"type": entry_type.value, "at": instant(at), **members})
