"""Days and hours in words, as clocks in Paris show them. Pure."""

from datetime import date, datetime

from shared.explanations.translations import Language, translate
from shared.football.calendar import PARIS


def day(language: Language, of: date) -> str:
    """A day with its year: samedi 27 avril 2024.

    >>> day(Language.EN, date(2024, 4, 27))
    'Saturday 27 April 2024'
    """
    return f"{short_day(language, of)} {of.year}"


def short_day(language: Language, of: date) -> str:
    """A day without its year: samedi 27 avril; the first of a month in French is `1er`.

    >>> short_day(Language.FR, date(2024, 5, 1))
    'mercredi 1er mai'
    """
    return f"{translate(f'weekday_{of.isoweekday()}', language)} {plain_day(language, of)}"


def plain_day(language: Language, of: date) -> str:
    """A day without its weekday and year: 27 avril.

    >>> plain_day(Language.EN, date(2024, 4, 27))
    '27 April'
    """
    number = "1er" if of.day == 1 and language is Language.FR else str(of.day)
    return f"{number} {translate(f'month_{of.month}', language)}"


def moment(language: Language, instant: datetime) -> str:
    """A day and an hour in Paris; no line breaks between day and month.

    >>> moment(Language.EN, datetime.fromisoformat("2024-04-27T14:00:00Z")).split(" ")
    ['27\\xa0April,', '16:00']
    """
    of = plain_day(language, instant.astimezone(PARIS).date()).replace(" ", "\u00a0")
    return f"{of}, {hour(instant)}"


def hour(instant: datetime) -> str:
    """The hour in Paris.

    >>> hour(datetime.fromisoformat("2024-04-27T14:00:00Z"))
    '16:00'
    """
    return f"{instant.astimezone(PARIS):%H:%M}"
