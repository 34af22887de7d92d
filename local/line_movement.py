"""What the stored prices say of the line's movement: `make line-movement [OUT=offers.csv]`, on DATABASE_URL.

Every published forecast that was made from prices is compared with the closing line of its match: the prices as they
were, the forecast, and the forecast's movement scaled by the age of the prices. The jobs store prices from now on and
nothing removes them, so that the report gains matches with each round.
"""

import argparse
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import numpy as np

from models.training import price_age
from models.training.price_age import PriceSnapshots
from shared.betting.closing_reference import closing_reference
from shared.betting.consensus import consensus
from shared.betting.contemporaneous import recent_offers
from shared.betting.policy import POLICY
from shared.betting.prices import Market, Offer, filter_offers
from shared.runtime import clock, wiring
from shared.stores.betting import offers
from shared.stores.database import Connection
from shared.stores.forecasting import predictions
from shared.stores.forecasting.predictions import PricedRow

Probabilities = tuple[float, float, float]
_PAGE = 500
"""Matches whose closing offers are read at once."""


def stored_snapshots(db: Connection, until: datetime) -> PriceSnapshots:
    """The prices that forecasts were made from, of the finished matches up to an instant that have a closing line."""
    rows = sorted(predictions.priced(db, until), key=lambda row: (row.kick_off, row.match_id, row.prices_taken_at))
    closing = _closing(db, rows, until)
    prices = _prices(db, [row for row in rows if row.match_id in closing])
    used = [row for row in rows if (row.match_id, row.published_at) in prices]
    return PriceSnapshots(
        match_id=np.array([row.match_id for row in used], dtype=np.int64),
        kick_off=np.array([row.kick_off.timestamp() / 3600 for row in used]),
        age=np.array([(row.kick_off - row.prices_taken_at).total_seconds() / 3600 for row in used]),
        price=np.array([prices[row.match_id, row.published_at] for row in used]).reshape(-1, 3),
        served=np.array([(row.home, row.draw, row.away) for row in used]).reshape(-1, 3),
        closing=np.array([closing[row.match_id] for row in used]).reshape(-1, 3),
    )


def _closing(db: Connection, rows: Sequence[PricedRow], now: datetime) -> dict[int, Probabilities]:
    by_match = {row.match_id: row for row in rows}
    ids = list(by_match)
    lines: dict[int, Probabilities] = {}
    for start in range(0, len(ids), _PAGE):
        for match_id, closing in offers.closing(db, ids[start : start + _PAGE]).items():
            match = by_match[match_id]
            line = consensus(closing_reference(closing, match.competition, match.kick_off, now))
            if line is not None:
                lines[match_id] = line.outcome
    return lines


def _prices(db: Connection, rows: Sequence[PricedRow]) -> dict[tuple[int, datetime], Probabilities]:
    """The consensus that each forecast started from, by match and publication."""
    published: defaultdict[datetime, list[PricedRow]] = defaultdict(list)
    for row in rows:
        published[row.published_at].append(row)
    prices: dict[tuple[int, datetime], Probabilities] = {}
    for at, together in published.items():
        latest = offers.latest(db, [row.match_id for row in together], at)
        for row in together:
            line = consensus(_usable(latest.get(row.match_id, ()), row))
            if line is not None:
                prices[row.match_id, at] = line.outcome
    return prices


def _usable(offered: Sequence[Offer], row: PricedRow) -> tuple[Offer, ...]:
    """As `publish_predictions` chooses them."""
    results = [offer for offer in offered if offer.market is Market.H2H]
    return recent_offers(filter_offers(results, row.kick_off, row.published_at, POLICY)[0])


def report(db: Connection, until: datetime) -> list[str]:
    """The figures as lines of text."""
    snapshots = stored_snapshots(db, until)
    return price_age.render(snapshots, price_age.distances(snapshots))


def main(arguments: list[str] | None = None) -> None:
    """Print the report, and write the series of all prices if a file is given."""
    parser = argparse.ArgumentParser(description="Report what the age of a price tells of its movement.")
    parser.add_argument("--out", type=Path, help="a CSV file for every stored price up to kick-off")
    args = parser.parse_args(arguments)
    db = wiring.database()
    print("\n".join(report(db, clock.now())))
    if args.out is not None:
        with args.out.open("wb") as file:
            file.writelines(offers.series(db))
        print(f"prices up to kick-off: {args.out}")


if __name__ == "__main__":
    main()
