"""A person's bets as a file."""

import csv
from collections.abc import Sequence
from datetime import date
from io import StringIO

from fastapi import Response

from functions.bets.answers import ExportedBet

BYTE_ORDER_MARK = "\ufeff"
"""Without it, spreadsheets take UTF-8 for something else."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A text that begins so is reckoned by a spreadsheet, not shown (owasp.org, CSV Injection)."""


def as_csv(bets: Sequence[ExportedBet], today: date) -> Response:
    """Bets as a CSV download that is safe to open in a spreadsheet."""
    text = StringIO()
    text.write(BYTE_ORDER_MARK)
    rows = csv.writer(text)
    rows.writerow(ExportedBet.model_fields)
    rows.writerows([_cell(value) for value in bet.model_dump(mode="json").values()] for bet in bets)
    headers = {"Content-Disposition": f'attachment; filename="bets-{today.isoformat()}.csv"'}
    return Response(text.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def _cell(value: object) -> object:
    """Numbers stay numbers, below 0 too; a text that would be reckoned is marked as one."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
