"""What of a source is no longer as its fact sheet says. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from shared.clients.fact_sheets import CSV_COLUMNS, MODEL_PRICES, FactSheet
from shared.clients.sources.football_data_uk import CsvRow
from shared.football.competition import BY_DIVISION
from shared.football.outlets import Outlet
from shared.football.team import Source
from shared.football.teams import find

MAX_AGE = timedelta(days=120)
"""How old a fact sheet may be before its source is to be read again."""


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """Something about a source that is not as we take it to be.

    Attributes:
        source: its name.
        what: in words that are the same tomorrow if it still is so.
        decides: whether forecasts, picks or settlement depend on it.
    """

    source: str
    what: str
    decides: bool

    def __str__(self) -> str:
        return f"{self.source}: {self.what}"


def columns(source: str, file: str, lines: Collection[CsvRow], needed: Iterable[str]) -> list[Finding]:
    """Columns of a CSV file that are needed and filled in no row, and those that we do not know."""
    if not lines:
        return []
    filled = {name for line in lines for name in line.fields}
    missing = [Finding(source, f"{file} has no column {name}", decides=True) for name in sorted(set(needed) - filled)]
    new = [Finding(source, f"{file} has a new column {name}", decides=False) for name in sorted(filled - CSV_COLUMNS)]
    return missing + new


def clubs(source: str, lines: Iterable[CsvRow]) -> list[Finding]:
    """Clubs of our divisions whose names we do not know."""
    unknown = {
        (line.fields["Div"], name)
        for line in lines
        for name in (line.fields.get("HomeTeam"), line.fields.get("AwayTeam"))
        if name and line.fields["Div"] in BY_DIVISION and find(Source.FOOTBALL_DATA_UK, name) is None
    }
    return [
        Finding(source, f"{name} of {division} is no club we know", decides=True) for division, name in sorted(unknown)
    ]


def shrunk(source: str, file: str, rows: int, before: object) -> list[Finding]:
    """Whether a file of results has fewer rows than it had; results do not go away."""
    if not isinstance(before, int) or rows >= before:
        return []
    return [Finding(source, f"{file} has {rows} rows and had {before}", decides=True)]


def model(source: str, name: str, listed: Collection[str]) -> list[Finding]:
    """Whether a writer's model is gone, or its price unknown."""
    findings = [] if name in listed else [Finding(source, f"it has no model {name}", decides=False)]
    if name not in MODEL_PRICES:
        findings.append(Finding(source, f"the price of the model {name} is not known", decides=False))
    return findings


def ages(sheets: Iterable[FactSheet], outlets: Iterable[Outlet], day: date) -> list[Finding]:
    """Sheets and publishers' terms that were last read long ago: prices, lists and terms change without a word."""
    read = [(sheet.source, sheet.checked_on, sheet.reference) for sheet in sheets]
    read += [(outlet.name, outlet.reviewed_on, outlet.terms) for outlet in outlets]
    return [
        Finding(source, f"its facts are of {read_on.isoformat()}: read {where} again", decides=False)
        for source, read_on, where in read
        if day - read_on > MAX_AGE
    ]
