"""Matches as a file of the iCalendar format (RFC 5545). Pure."""

from collections.abc import Iterable
from datetime import UTC, timedelta

from icalendar import Calendar, Event, vText
from icalendar.enums import STATUS, TRANSP

from shared.explanations.translations import Language, translate
from shared.football.calendar import paris_day
from shared.football.competition import COMPETITIONS
from shared.football.match import Status
from shared.football.plain_text import to_plain_text
from shared.stores.football.matches import MatchRow

DURATION = timedelta(hours=2)
"""From kick-off on: two halves, the break, and what is added."""
DOMAIN = "paris-sportif"
"""Ends every UID and is no setting: with another one, every subscriber would have each match twice."""
MAX_NAME_LENGTH = 100
_CALENDAR_STATUS = {
    Status.POSTPONED: STATUS.TENTATIVE,
    Status.SUSPENDED: STATUS.TENTATIVE,
    Status.UNKNOWN: STATUS.TENTATIVE,
    Status.CANCELLED: STATUS.CANCELLED,
}
"""Where a match is not sure to be played, or to have been, as it says."""
_ANNOTATED = {Status.AWARDED, Status.POSTPONED, Status.SUSPENDED, Status.CANCELLED}
_OVER = {Status.FINISHED, Status.AWARDED}


def feed(key: str, name: str, rows: Iterable[MatchRow], language: Language) -> bytes:
    """A calendar of matches.

    The same rows give the same bytes, so that whoever has them need not be sent them again.

    Args:
        key: tells it from our other calendars.
        name: whose matches they are.
        rows: the matches.
        language: of the words in it.
    """
    calendar = Calendar.new(
        prodid=f"-//Paris Sportif//Calendar//{language.upper()}",
        uid=f"{key}@{DOMAIN}",
        name=vText(_name(name)),  # as a bare string it would be written as it is
        subcomponents=[_event(row, language) for row in rows],
    )
    return calendar.to_ical()


def _event(row: MatchRow, language: Language) -> Event:
    """A match. It takes nobody's time (TRANSP), whoever follows it.

    One without an hour lasts its whole day. So does one that was put off: the old kick-off is wrong, and the next is
    not known; yet whoever looks for it on its day reads why it is not played.
    """
    status, kick_off = Status(row.status), row.kick_off.astimezone(UTC)
    whole_day = status is Status.POSTPONED or not row.hour_known
    return Event.new(
        uid=f"{row.match_id}@{DOMAIN}",
        stamp=row.source_updated_at.astimezone(UTC),
        last_modified=row.source_updated_at.astimezone(UTC),
        start=paris_day(kick_off) if whole_day else kick_off,
        end=None if whole_day else kick_off + DURATION,
        summary=_summary(row, status, language),
        description=_description(row, status, language),
        status=_CALENDAR_STATUS.get(status, STATUS.CONFIRMED),
        transparency=TRANSP.TRANSPARENT,
    )


def _summary(row: MatchRow, status: Status, language: Language) -> str:
    score = [str(row.score)] if row.score and status in _OVER else []
    remarks = [*score, *([translate(f"calendar_{status}", language)] if status in _ANNOTATED else [])]
    clubs = f"{_name(row.home_name)} - {_name(row.away_name)}"
    return f"{clubs} ({', '.join(remarks)})" if remarks else clubs


def _description(row: MatchRow, status: Status, language: Language) -> str:
    competition = COMPETITIONS[row.competition].name
    if row.matchday is not None:
        competition = translate("calendar_round", language, competition=competition, matchday=row.matchday)
    has_score = row.score is not None and status is Status.FINISHED
    return f"{competition}\n{translate('calendar_score', language)}" if has_score else competition


def _name(name: str) -> str:
    """A club's name without what no calendar may hold: a source may call an unknown club whatever it likes."""
    return to_plain_text(name, MAX_NAME_LENGTH)
