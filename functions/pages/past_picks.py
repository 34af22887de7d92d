"""Past picks: each settled one with its price, its closing line, its result and where it is in the record."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from functions.pages.picks import result, selection
from shared.accounts.plans import Reader
from shared.explanations.translations import Language
from shared.football.calendar import paris_day
from shared.football.competition import COMPETITIONS
from shared.ledger.entries import EntryType
from shared.runtime import clock
from shared.stores.database import Connection
from shared.stores.football.matches import MatchRow
from shared.stores.record import checkpoints, log
from shared.web.predictions import responses
from shared.web.predictions.schemas import PickInfo

DAYS = 10
"""Days with settled picks on a page."""


@dataclass(frozen=True, slots=True)
class PastPick:
    """A settled pick."""

    match_id: int
    home: str
    away: str
    competition: str
    selection: str  # the bet in words
    result: str | None  # how it ended, in words
    pick: PickInfo  # as the routes return it


@dataclass(frozen=True, slots=True)
class DayOfPicks:
    """The settled picks of a day in Paris, the best first."""

    day: date
    picks: list[PastPick]
    entry: int | None  # index of the entry of the record that committed to them; None while it is not published


@dataclass(frozen=True, slots=True)
class PastPicksPage:
    """What the page shows."""

    days: list[DayOfPicks]
    older: date | None  # the day before which older ones are; None if there are none
    is_first: bool  # whether these are the newest
    is_paused: bool  # whether the reader pauses, so that none is shown


def past_picks_page(db: Connection, reader: Reader, language: Language, before: date | None) -> PastPicksPage:
    """The settled picks of the last days with any, as the routes show them to this reader.

    Args:
        db: the connection.
        reader: who reads them.
        language: of the texts.
        before: a day in Paris, which is excluded; None for the newest.
    """
    tomorrow = paris_day(clock.now()) + timedelta(days=1)
    shown = responses.past_picks(db, reader, before or tomorrow, DAYS + 1)
    days = [(day, list(group)) for day, group in groupby(shown, key=lambda each: date.fromisoformat(each[1].day))]
    entries = _published_entries(db, [day for day, _ in days[:DAYS]])
    return PastPicksPage(
        days=[
            DayOfPicks(day, [_past_pick(*each, language) for each in group], entries.get(day))
            for day, group in days[:DAYS]
        ],
        older=days[DAYS - 1][0] if len(days) > DAYS else None,
        is_first=before is None,
        is_paused=reader.paused,
    )


def _past_pick(match: MatchRow, pick: PickInfo, language: Language) -> PastPick:
    return PastPick(
        match_id=match.match_id,
        home=match.home_name,
        away=match.away_name,
        competition=COMPETITIONS[match.competition].name,
        selection=selection(pick, match.home_name, match.away_name, language),
        result=result(pick, language),
        pick=pick,
    )


def _published_entries(db: Connection, days: Sequence[date]) -> dict[date, int]:
    """The indices of the published entries with the picks of these days."""
    published = checkpoints.published(db) if days else None
    if published is None:
        return {}
    rows = log.of_days(db, days, EntryType.PICKS)
    return {date.fromisoformat(json.loads(row.entry)["day"]): row.index for row in rows if row.index < published.size}
