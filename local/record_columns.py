"""The columns of the record as data: type, unit and meaning of each, for the files and for their data card."""

from dataclasses import dataclass

import pyarrow as pa

TIME = pa.timestamp("us", tz="UTC")
TEXT = pa.string()
WHOLE = pa.int64()
SHARE = pa.decimal128(7, 6)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table."""

    name: str
    type: pa.DataType
    unit: str
    meaning: str


IDENTITY = (
    Column("season", pa.int16(), "year", "in which the season began"),
    Column("competition", TEXT, "", "code; null for a match that no universe lists"),
    Column("match", WHOLE, "", "id of the match; null for a pick that is not opened yet"),
    Column("kick_off", TIME, "UTC", "as last known before it"),
)
MATCHES = (
    *IDENTITY,
    Column("day", pa.date32(), "", "in Paris, as announced"),
    Column("hour_known", pa.bool_(), "", "false: kick_off is the last minute of the day in Paris"),
    Column("home", TEXT, "", "club"),
    Column("away", TEXT, "", "club"),
    Column("source", TEXT, "", "of the fixture"),
    Column("announced_at", TIME, "UTC", "when the universe first listed it"),
    Column("versions", pa.int16(), "", "forecasts from before kick-off"),
    Column("abstention", TEXT, "", "why it was not forecast, as stated last before kick-off"),
    Column("status", TEXT, "", "how it ended"),
    Column("goals_home", pa.int16(), "goals", "after 90 minutes; null if not played to its end"),
    Column("goals_away", pa.int16(), "goals", "the same"),
)
FORECASTS = (
    *IDENTITY,
    Column("entry", WHOLE, "", "index in the log, where it can be proven"),
    Column("version", pa.int16(), "", "of the match's forecasts, from 1"),
    Column("published_at", TIME, "UTC", ""),
    Column("scored", pa.bool_(), "", "the last version from before kick-off, which the scores are of"),
    Column("basis", TEXT, "", "prices, ratings or consensus (docs/understand/data.md)"),
    Column("model", TEXT, "", ""),
    Column("model_sha256", TEXT, "", "hash of the model's files"),
    Column("results_until", pa.date32(), "", "last day whose results it used"),
    Column("prices_taken_at", TIME, "UTC", "when the newest price that it used was read"),
    Column("outcome", TEXT, "", "home, draw or away, after 90 minutes"),
    Column("probability", SHARE, "share", "as published; null where the basis is consensus (see the terms)"),
    Column("occurred", pa.bool_(), "", "null until the match is played"),
)
PICKS = (
    *IDENTITY,
    Column("day", pa.date32(), "", "in Paris"),
    Column("rank", pa.int16(), "", "among the day's picks, from 1"),
    Column("entry", WHOLE, "", "index in the log of the day's commitments"),
    Column("committed_at", TIME, "UTC", ""),
    Column("opened_at", TIME, "UTC", "when the commitment was opened; all columns below are null before"),
    Column("market", TEXT, "", "h2h (result), totals or handicap"),
    Column("outcome", TEXT, "", "the side of the market"),
    Column("line", pa.decimal128(5, 2), "goals", "of totals and handicaps; 0 for results"),
    Column("probability", SHARE, "share", "ours, of winning"),
    Column("price", pa.decimal128(8, 3), "decimal odds", "taken"),
    Column("bookmaker", TEXT, "", "null where it may not be named"),
    Column("price_taken_at", TIME, "UTC", "when the price was read"),
    Column("value", pa.decimal128(9, 6), "share of the stake", "expected profit by our probability"),
    Column("stake", SHARE, "share of a bankroll", "by the policy"),
    Column("closing_probability", SHARE, "share", "by the closing line of the same bet without its margin"),
    Column("closing_at_risk", SHARE, "share", "of the stake, expected not to be refunded; 1 on lines without refunds"),
    Column("closing_line_value", pa.decimal128(9, 6), "share of the stake", "expected profit by the closing line"),
    Column("result", TEXT, "", "won, half_won, push, half_lost, lost or void"),
    Column("score", TEXT, "", "that settled it"),
    Column("profit", pa.decimal128(9, 4), "stakes", ""),
)
COLUMNS = {"matches": MATCHES, "forecasts": FORECASTS, "picks": PICKS}


def schema(table: str) -> pa.Schema:
    """The schema of a table; its fields carry their units and meanings, which Parquet stores."""
    return pa.schema(
        pa.field(each.name, each.type, metadata={"unit": each.unit, "meaning": each.meaning}) for each in COLUMNS[table]
    )
