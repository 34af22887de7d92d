"""Checks of sources against their fact sheets. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from shared.clients.fact_sheets import CSV_COLUMNS, MODEL_PRICES, FactSheet
from shared.clients.sources.football_data_uk_parser import CsvRow
from shared.football.competition import by_division
from shared.football.outlets import Outlet
from shared.football.team import Source
from shared.football.teams import find

MAX_AGE = timedelta(days=120)
"""How old a fact sheet may be before it must be reviewed."""


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """A difference between a source and its fact sheet."""

    source: str
    description: str  # one that stays the same while the difference lasts
    is_critical: bool  # whether forecasts, picks or settlements depend on it

    def __str__(self) -> str:
        return f"{self.source}: {self.description}"


def changed_columns(source: str, file: str, lines: Collection[CsvRow], needed: Iterable[str]) -> list[Finding]:
    """Required columns of a CSV file that no row fills, and unknown columns."""
    if not lines:
        return []
    filled = {name for line in lines for name in line.fields}
    missing = [
        Finding(source, f"{file} has no column {name}", is_critical=True) for name in sorted(set(needed) - filled)
    ]
    new = [
        Finding(source, f"{file} has a new column {name}", is_critical=False) for name in sorted(filled - CSV_COLUMNS)
    ]
    return missing + new


def unknown_clubs(source: str, lines: Iterable[CsvRow]) -> list[Finding]:
    """Unknown club names in our divisions."""
    unknown = {
        (line.fields["Div"], name)
        for line in lines
        for name in (line.fields.get("HomeTeam"), line.fields.get("AwayTeam"))
        if name and line.fields["Div"] in by_division() and find(Source.FOOTBALL_DATA_UK, name) is None
    }
    return [
        Finding(source, f"{name} of {division} is no club we know", is_critical=True)
        for division, name in sorted(unknown)
    ]


def lost_rows(source: str, file: str, rows: int, before: object) -> list[Finding]:
    """Reports a results file that has lost rows."""
    if not isinstance(before, int) or rows >= before:
        return []
    return [Finding(source, f"{file} has {rows} rows and had {before}", is_critical=True)]


def model_availability(source: str, name: str, listed: Collection[str]) -> list[Finding]:
    """Reports a language model that is no longer listed or whose price is unknown."""
    findings = [] if name in listed else [Finding(source, f"it has no model {name}", is_critical=False)]
    if name not in MODEL_PRICES:
        findings.append(Finding(source, f"the price of the model {name} is not known", is_critical=False))
    return findings


def overdue_reviews(sheets: Iterable[FactSheet], outlets: Iterable[Outlet], day: date) -> list[Finding]:
    """Fact sheets and publishers' terms that need a review: prices, lists and terms change without notice."""
    read = [(sheet.source, sheet.checked_on, sheet.reference) for sheet in sheets]
    read += [(outlet.name, outlet.reviewed_on, outlet.terms) for outlet in outlets]
    return [
        Finding(source, f"its facts are of {read_on.isoformat()}: read {where} again", is_critical=False)
        for source, read_on, where in read
        if day - read_on > MAX_AGE
    ]
