"""A small record as a folder of files, as the product publishes it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

from shared.betting.prices import Market
from shared.betting.settlement import profit, settle_bet
from shared.betting.value import closing_line_value
from shared.football.match import Score
from shared.ledger import entries as entry
from shared.ledger.canonical_json import canonical_json
from shared.ledger.checkpoint import Checkpoint, cosigned_message
from shared.ledger.commitment import commitment
from shared.ledger.merkle_tree import leaf_hash
from shared.ledger.publication import new_files
from shared.ledger.signed_note import Signature, sign_note
from shared.ledger.tiles import CHECKPOINT, Tile, appended, root
from tests.ledger.keys import KEY, PRIVATE, WITNESS, WITNESS_PRIVATE

PRICE = Decimal("2.1")
BETS = [(Market.H2H, outcome, Decimal(0)) for outcome in ("home", "draw", "away")]
BETS += [(Market.TOTALS, outcome, Decimal(n) / 4) for outcome in ("over", "under") for n in range(4, 16)]
BETS += [(Market.HANDICAP, outcome, Decimal(n) / 4) for outcome in ("home", "away") for n in range(-6, 7)]
FIRST_DAY = datetime(2024, 4, 1, 3, tzinfo=UTC)
HOUR = timedelta(hours=1)


@dataclass
class LogFolder:
    """A log that writes its files after each step, with its checkpoints and those of a witness."""

    folder: Path
    entries: list[bytes] = field(default_factory=list)
    tiles: dict[tuple[int, int], Tile] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def append(self, more: Sequence[bytes], at: datetime) -> None:
        """Append entries and publish them, cosigned at a time."""
        old_size = len(self.entries)
        levels = {level for level, _ in self.tiles}
        last = {level: self.tiles[level, max(i for lv, i in self.tiles if lv == level)] for level in levels}
        changed = appended(last, [leaf_hash(each) for each in more])
        self.tiles |= {(tile.level, tile.index): tile for tile in changed}
        self.entries += more
        size = len(self.entries)
        files = new_files(old_size, size, lambda level, index: self.tiles[level, index].hashes, self._between)
        for path, data in files:
            self.write(path, data)
        text = str(Checkpoint(KEY.name, size, root(lambda level, index: self.tiles[level, index].hashes, size)))
        seconds = int(at.timestamp())
        cosigned = seconds.to_bytes(8, "big") + WITNESS_PRIVATE.sign(cosigned_message(text, seconds))
        self.notes.append(sign_note(text, KEY, PRIVATE.sign) + str(Signature(WITNESS.name, WITNESS.key_id, cosigned)))
        self.write(CHECKPOINT, self.notes[-1].encode())
        self.write("history.json", json.dumps(self.notes).encode())

    def write(self, path: str, data: bytes) -> None:
        """Write a file of the log."""
        place = self.folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)

    def _between(self, start: int, end: int) -> list[bytes]:
        return self.entries[start:end]


def record(seed: int, days: int = 3, matches: int = 4) -> list[tuple[datetime, list[bytes]]]:
    """The entries of some days with the instants at which they are published: a complete, true record."""
    chance = Random(seed)
    steps: list[tuple[datetime, list[bytes]]] = []
    count = 0
    for number in range(days):
        morning = FIRST_DAY + number * timedelta(days=1)
        day: date = morning.date()
        fixtures = [
            entry.Fixture(100 * number + i, "PL", f"Home {i}", f"Away {i}", morning + (9 + i) * HOUR, hour_known=True)
            for i in range(matches)
        ]
        first = count
        forecasts: list[bytes] = [entry.universe(morning, day, "football-data.org", fixtures)]
        secrets: dict[int, tuple[str, bytes, object]] = {}
        for place, fixture in enumerate(fixtures, 1):
            if chance.random() < 0.2:
                forecasts.append(entry.abstention(morning, fixture.match_id, fixture.kick_off, "no_prices"))
                continue
            home, draw = chance.uniform(0.2, 0.5), chance.uniform(0.2, 0.3)
            salt, content = chance.randbytes(32), {"home_rate": entry.decimal_text(home * 3)}
            secrets[first + place] = commitment(salt, content), salt, content
            forecasts.append(
                entry.forecast(
                    morning,
                    fixture.match_id,
                    fixture.kick_off,
                    basis="prices",
                    model="outcome",
                    model_sha256="00" * 32,
                    results_until=day - timedelta(days=1),
                    prices_taken_at=morning,
                    probabilities=(home, draw, 1 - home - draw),
                    committed=secrets[first + place][0],
                )
            )
        noon = morning + 3 * HOUR
        pick_salt = chance.randbytes(32)
        market, outcome, line = chance.choice(BETS)
        pick = {
            "day": day.isoformat(),
            "rank": 1,
            "match": fixtures[0].match_id,
            "kick_off": entry.instant(fixtures[0].kick_off),
            "market": market,
            "outcome": outcome,
            "line": entry.decimal_text(line, 2),
            "probability": "0.500000",
            "price": "2.100",
            "bookmaker": "Winamax",
            "price_taken_at": entry.instant(noon - HOUR),
            "value": "0.050000",
            "stake": "0.011364",
        }
        picked = commitment(pick_salt, pick)
        forecasts_at = len(forecasts)
        picks_index = first + forecasts_at
        chosen = [entry.picks(noon, day, [picked], {fixtures[-1].match_id: "no_value"}, "no_value")]
        evening = morning + 18 * HOUR
        after = [entry.opening(evening, of, *secret) for of, secret in sorted(secrets.items())]
        after.append(entry.opening(evening, picks_index, picked, pick_salt, pick))
        scores = [Score(chance.randrange(4), chance.randrange(4)) for _ in fixtures]
        for fixture, score in zip(fixtures, scores, strict=True):
            goals = score.home, score.away
            after.append(entry.result(evening, fixture.match_id, fixture.kick_off, "finished", goals))
        fair, at_risk = (
            Decimal(chance.randrange(400_000, 600_000)) / 10**6,
            Decimal(1 if market is Market.H2H else "0.9"),
        )
        value = closing_line_value(PRICE, fair, at_risk)
        close = {"fair_probability": fair, "at_risk": at_risk, "bookmaker": "pinnacle", "value": value}
        after.append(entry.closing(evening, picks_index, 1, **close))
        ended = settle_bet(market, outcome, line, scores[0])
        after.append(entry.settlement(evening, picks_index, 1, ended, str(scores[0]), profit(ended, PRICE)))
        steps += [(morning, forecasts), (noon, chosen), (evening, after)]
        count += len(forecasts) + len(chosen) + len(after)
    return steps


def publish(folder: Path, steps: Sequence[tuple[datetime, Sequence[bytes]]]) -> LogFolder:
    """A log with one checkpoint for each step."""
    log = LogFolder(folder)
    for at, step in steps:
        log.append(step, at + timedelta(minutes=1))
    return log


def parsed(body: bytes) -> dict[str, object]:
    """An entry's members."""
    return json.loads(body)


def changed(body: bytes, **members: object) -> bytes:
    """An entry with other members."""
    return canonical_json(parsed(body) | members)
