"""The data card of the record as data."""

from collections.abc import Mapping

from local.record_columns import COLUMNS

TEXT = """\
# The record as data

Forecasts and picks of {origin} with what became of them, one file for each table and season, as CSV and as Parquet.

Made from the first {size} entries of the log {origin}, after `verify.py` had found it whole. `record.checkpoint` is
the signed state that they were made from: whoever has the log can make the same rows again, and `entry` names the
entry that each row is from. The log is the original; these files are a convenience.

## What is in it

{files}

Times are UTC, decimals are exact. A match belongs to the season of its kick-off's day in Paris, a pick to that of its
own day. In CSV an empty field is null.

{tables}

## What is not in it

- The markets beside the result: they are in the openings of the log.
- The prices that forecasts were made from, and closing prices: they are others' (below). Of a pick there are the one
  price taken and the closing line's probability without its margin: else nobody could check its closing-line value.
- Probabilities of forecasts whose `basis` is `consensus`: they are the bookmakers' prices without their margin, of
  nearly all matches of a competition, and none of ours.

## Where it comes from, and terms

Ours are the forecasts and the picks with their stakes, values and results. They are under the MIT licence, as the
project: use them for anything, and keep the notice.

Fixtures and results come from football-data.org and football-data.co.uk. They are facts; name both sources when you
pass them on.

The price of a pick and its closing line come from The Odds API and football-data.co.uk. These single figures, at most
five a day, are evidence of our picks. They may be quoted as that, and not be collected into a feed of prices.

## How good it is

Results are as the sources gave them when the log was read; a corrected one replaces the earlier. Until a pick is
opened, after its kick-off, only its day and rank are known. Past results of picks say nothing about future ones, and
a few hundred picks say little about profit; their closing-line value says more.
"""


def card(origin: str, size: int, files: Mapping[str, int]) -> str:
    """The data card.

    Args:
        origin: name of the log.
        size: number of its entries.
        files: rows of each file by its name.
    """
    listing = ["| file | rows |", "|---|---|", *(f"| `{name}` | {rows:,} |" for name, rows in files.items())]
    return TEXT.format(origin=origin, size=size, files="\n".join(listing), tables="\n\n".join(map(_described, COLUMNS)))


def _described(table: str) -> str:
    lines = [f"### {table}", "", "| column | type | unit | meaning |", "|---|---|---|---|"]
    lines += [f"| `{each.name}` | {each.type} | {each.unit} | {each.meaning} |" for each in COLUMNS[table]]
    return "\n".join(lines)
