"""Price history of bookmakers' offers."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import LiteralString

from shared.betting.prices import SHARPEST_BOOKMAKERS, Market, Offer
from shared.stores.database import Connection, array_literal, copy_into, fetch_dicts, fetch_values

MOVE = """
    INSERT INTO offers (match_id, source, bookmaker, market, line, closing, taken_at, prices)
    SELECT match_id, source, bookmaker, market, line, closing, taken_at, prices FROM staged_offers
    ON CONFLICT (match_id, source, bookmaker, market, line, closing, taken_at) DO NOTHING
"""


def put(db: Connection, offers: Sequence[Offer]) -> None:
    """Store offers; existing ones are unchanged."""
    if not offers:
        return
    db.execute("CREATE TEMPORARY TABLE staged_offers (LIKE offers) ON COMMIT DROP")
    copy_into(
        db,
        "COPY staged_offers (match_id, source, bookmaker, market, line, closing, taken_at, prices) FROM STDIN",
        (
            (o.match_id, o.source, o.bookmaker, o.market, o.line, o.closing, o.taken_at, array_literal(o.prices))
            for o in offers
        ),
    )
    db.execute(MOVE)
    db.execute("DROP TABLE staged_offers")


LATEST = """
    SELECT DISTINCT ON (match_id, source, bookmaker, market, line)
        match_id, source, bookmaker, market, line, closing, taken_at, prices
    FROM offers
    WHERE match_id = ANY(%(match_ids)s) AND NOT closing AND taken_at <= %(now)s
    ORDER BY match_id, source, bookmaker, market, line, taken_at DESC
"""


def latest(db: Connection, match_ids: Iterable[int], now: datetime) -> dict[int, list[Offer]]:
    """The latest offer of each bookmaker on each line up to an instant, by match."""
    return _by_match(db, LATEST, {"match_ids": list(match_ids), "now": now})


CLOSING = """
    SELECT o.match_id, o.source, o.bookmaker, o.market, o.line, o.closing, o.taken_at, o.prices
    FROM offers o
    JOIN matches m ON m.match_id = o.match_id
    WHERE o.match_id = ANY(%(match_ids)s) AND o.closing
        -- Our snapshot is no closing price if the match was postponed after it or had started before it.
        AND (
            o.source <> 'the_odds_api'
            OR (o.taken_at > m.kick_off - interval '45 minutes' AND o.taken_at < m.kick_off)
        )
    ORDER BY o.match_id, o.source, o.bookmaker, o.market, o.line
"""


def closing(db: Connection, match_ids: Iterable[int]) -> dict[int, list[Offer]]:
    """Closing offers by match."""
    return _by_match(db, CLOSING, {"match_ids": list(match_ids)})


BOOKMAKERS = """
    SELECT DISTINCT o.bookmaker
    FROM matches m
    JOIN offers o USING (match_id)
    WHERE m.kick_off >= %(since)s AND o.source = %(source)s AND o.taken_at >= %(since)s
"""


def bookmakers(db: Connection, source: str, since: datetime) -> set[str]:
    """The bookmakers with prices from a source since an instant."""
    return set(fetch_values(db, BOOKMAKERS, {"source": source, "since": since}))


AVERAGES = """
    SELECT match_id, source, bookmaker, market, line, closing, taken_at, prices
    FROM offers
    WHERE match_id = %(match_id)s AND market = 'h2h' AND bookmaker = 'market_average' AND NOT closing
        AND taken_at <= %(until)s AND array_position(prices, NULL) IS NULL
    ORDER BY taken_at DESC, source
    LIMIT %(limit)s
"""


def averages(db: Connection, match_id: int, until: datetime, limit: int) -> list[Offer]:
    """The newest averages of bookmakers' prices of the result up to an instant, oldest first."""
    params = {"match_id": match_id, "until": until, "limit": limit}
    return _by_match(db, AVERAGES, params).get(match_id, [])[::-1]


HISTORY = """
    SELECT match_id, source, bookmaker, market, line, closing, taken_at, prices
    FROM offers
    WHERE match_id = %(match_id)s AND taken_at <= %(now)s
    ORDER BY market, line, bookmaker, taken_at, source, closing
"""


def history(db: Connection, match_id: int, now: datetime) -> list[Offer]:
    """All offers on a match up to an instant, by line and bookmaker, oldest first."""
    return _by_match(db, HISTORY, {"match_id": match_id, "now": now}).get(match_id, [])


SERIES = """
    COPY (
        SELECT o.match_id, m.competition, m.kick_off, o.source, o.bookmaker, o.market, o.line, o.closing, o.taken_at,
            round(extract(epoch FROM m.kick_off - o.taken_at) / 3600, 2) AS hours_to_kick_off,
            o.prices[1] AS price_1, o.prices[2] AS price_2, o.prices[3] AS price_3
        FROM offers o
        JOIN matches m ON m.match_id = o.match_id
        WHERE o.taken_at <= m.kick_off
        ORDER BY m.kick_off, o.match_id, o.market, o.line, o.source, o.bookmaker, o.taken_at, o.closing
    ) TO STDOUT (FORMAT csv, HEADER)
"""


def series(db: Connection) -> Iterator[bytes]:
    """All offers up to kick-off as CSV, match by match, each bookmaker's in order of time, in chunks.

    `price_1` to `price_3` are in the order of `shared.betting.prices.OUTCOMES`; `hours_to_kick_off` is the age of the
    price at kick-off.
    """
    with db.cursor() as cursor, cursor.copy(SERIES) as chunks:
        yield from (bytes(chunk) for chunk in chunks)


LINES = """
    SELECT DISTINCT ON (match_id, closing, market) match_id, closing, market, prices::double precision[]
    FROM offers
    WHERE match_id = ANY(%(match_ids)s) AND bookmaker = ANY(%(bookmakers)s) AND source = 'football_data_uk'
        AND (market = 'h2h' OR (market = 'totals' AND line = 2.5))
        AND array_position(prices, NULL) IS NULL
    ORDER BY match_id, closing, market, array_position(%(bookmakers)s::text[], bookmaker), taken_at DESC
"""


def lines(db: Connection, match_ids: Iterable[int]) -> dict[tuple[int, bool, str], list[float]]:
    """The latest prices of the sharpest bookmaker by match, closing flag, and market (h2h, or totals at 2.5).

    Only football-data.co.uk, the source of the training data.
    """
    rows = db.execute(LINES, {"match_ids": list(match_ids), "bookmakers": list(SHARPEST_BOOKMAKERS)}).fetchall()
    return {(match_id, is_closing, market): prices for match_id, is_closing, market, prices in rows}


def _by_match(db: Connection, statement: LiteralString, params: Mapping[str, object]) -> dict[int, list[Offer]]:
    offers_by_match: dict[int, list[Offer]] = {}
    for row in fetch_dicts(db, statement, params):
        row |= {"market": Market(row["market"]), "prices": tuple(row["prices"])}
        offers_by_match.setdefault(row["match_id"], []).append(Offer(**row))
    return offers_by_match
