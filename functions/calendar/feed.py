"""Matches as an iCalendar file (RFC 5545). Pure."""

from collections.abc import Iterable
from datetime import timedelta

from icalendar import Calendar, Event, vText
from icalendar.enums import STATUS, TRANSP

from shared.explanations.translations import Language, translate
from shared.football.calendar import paris_day
from shared.football.competition import COMPETITIONS
from shared.football.match import Status
from shared.football.plain_text import to_plain_text
from shared.stores.football.matches import MatchRow

DURATION = timedelta(hours=2)
"""From kick-off: two halves, half-time and added time."""
DOMAIN = "paris-sportif"
"""Suffix of every UID. Changing it would duplicate every match for subscribers, so it is no setting."""
MAX_NAME_LENGTH = 100
_CALENDAR_STATUS = {
    Status.POSTPONED: STATUS.TENTATIVE,
    Status.SUSPENDED: STATUS.TENTATIVE,
    Status.UNKNOWN: STATUS.TENTATIVE,
    Status.CANCELLED: STATUS.CANCELLED,
}
"""Statuses that are not CONFIRMED."""
_ANNOTATED = {Status.AWARDED, Status.POSTPONED, Status.SUSPENDED, Status.CANCELLED}
_OVER = {Status.FINISHED, Status.AWARDED}


def feed(key: str, name: str, rows: Iterable[MatchRow], language: Language) -> bytes:
    """A calendar of matches.

    The same rows give the same bytes, so that clients can revalidate their copy.
    """
    calendar = Calendar.new(
        prodid=f"-//Paris Sportif//Calendar//{language.upper()}",
        uid=f"{key}@{DOMAIN}",
        name=vText(_name(name)),  # a bare string would not be escaped
        subcomponents=[_event(row, language) for row in rows],
    )
    return calendar.to_ical()


def _event(row: MatchRow, language: Language) -> Event:
    """A match as an event that does not block time (TRANSP).

    Without a known hour it is an all-day event. So is a postponed match: its old kick-off is wrong and its next one
    unknown, but a reader who looks for it on its day sees why it is not played.
    """
    status, kick_off = row.status, row.kick_off
    whole_day = status is Status.POSTPONED or not row.hour_known
    return Event.new(
        uid=f"{row.match_id}@{DOMAIN}",
        stamp=row.source_updated_at,
        last_modified=row.source_updated_at,
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
    """A name without characters that iCalendar forbids; names of unknown clubs come unchecked from sources."""
    return to_plain_text(name, MAX_NAME_LENGTH)
