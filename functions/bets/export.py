"""Export of a user's bets as CSV or JSON."""

import csv
from collections.abc import Sequence
from datetime import date, datetime
from io import StringIO
from typing import Literal
from uuid import UUID

from fastapi import Response

from functions.bets import present
from functions.bets.schemas import BetsExport, ExportedBet
from shared.football.calendar import paris_day
from shared.stores.betting import bets
from shared.stores.football import matches
from shared.web.app import Connection

FileFormat = Literal["csv", "json"]
MAX_EXPORTED = 10_000
"""Bets: about half the platform's limit on response size."""

BYTE_ORDER_MARK = "\ufeff"
"""Without it, spreadsheets do not detect UTF-8."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""Spreadsheets evaluate text that starts with these (owasp.org, CSV Injection)."""


def export(db: Connection, user_id: UUID, file_format: FileFormat, now: datetime) -> Response | BetsExport:
    """A user's bets, newest first."""
    rows = bets.of_person(db, user_id, MAX_EXPORTED)
    played = matches.by_ids(db, {row.match_id for row in rows})
    exported = [present.exported(row, played[row.match_id]) for row in rows]
    if file_format == "csv":
        return _as_csv(exported, paris_day(now))
    return BetsExport(bets=exported, total=len(exported), exported_at=now)


def _as_csv(bets: Sequence[ExportedBet], today: date) -> Response:
    """Bets as a CSV download that is safe to open in a spreadsheet."""
    text = StringIO()
    text.write(BYTE_ORDER_MARK)
    rows = csv.writer(text)
    rows.writerow(ExportedBet.model_fields)
    rows.writerows([_cell(value) for value in bet.model_dump(mode="json").values()] for bet in bets)
    headers = {"Content-Disposition": f'attachment; filename="bets-{today.isoformat()}.csv"'}
    return Response(text.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def _cell(value: object) -> object:
    """Escapes text that a spreadsheet would evaluate; numbers stay numbers, negative ones too."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
