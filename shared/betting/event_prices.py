"""A match with its prices as a service names it, and which match of ours it is. In doubt it is none."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal

from shared.betting.prices import Market, Offer
from shared.football.kickoff_matching import joins
from shared.football.match import Club


@dataclass(frozen=True, slots=True)
class Quote:
    """One bookmaker's prices on all outcomes of one market, in the order of `OUTCOMES`; `line` as in `Offer`."""

    bookmaker: str
    market: Market
    line: Decimal
    prices: tuple[Decimal | None, ...]
    taken_at: datetime


@dataclass(frozen=True, slots=True)
class Event:
    """A match as a service names it, with the prices it tells."""

    outside_id: str
    home: Club
    away: Club
    kick_off: datetime
    quotes: tuple[Quote, ...] = ()

    @property
    def hour_known(self) -> bool:
        """Whether the kick-off is an hour: midnight in UTC stands for a day."""
        return self.kick_off.time() != time()

    def offers(self, match_id: int, kick_off: datetime, *, closing: bool = False) -> tuple[Offer, ...]:
        """The prices as those on a match of ours, but for those asked since its kick-off, ours or the service's."""
        source, before = self.home.source, min(kick_off, self.kick_off) if self.hour_known else kick_off
        return tuple(
            Offer(match_id, source, q.bookmaker, q.market, q.line, q.prices, q.taken_at, closing)
            for q in self.quotes
            if q.taken_at < before
        )


@dataclass(frozen=True, slots=True)
class Fixture:
    """A match of ours that prices may be on; without its hour, `kick_off` stands for its day."""

    match_id: int
    home_team_id: int
    away_team_id: int
    kick_off: datetime
    hour_known: bool = True


@dataclass(frozen=True, slots=True)
class Joined:
    """Events by the match of ours that each is; the clubs that no alias matches; other events, each with its fault."""

    events: dict[int, Event]
    unmatched: tuple[Club, ...]
    unjoined: tuple[tuple[Event, str], ...]


def join(events: Iterable[Event], fixtures: Sequence[Fixture]) -> Joined:
    """Find the match of each event: the same clubs on the same sides, and kick-offs that can be those of one match."""
    by_sides: dict[tuple[int, int], list[Fixture]] = defaultdict(list)
    for fixture in fixtures:
        by_sides[fixture.home_team_id, fixture.away_team_id].append(fixture)
    told: dict[int, list[Event]] = defaultdict(list)
    unmatched: list[Club] = []
    unjoined: list[tuple[Event, str]] = []
    for event in events:
        if event.home.team is None or event.away.team is None:
            unmatched += [club for club in (event.home, event.away) if club.team is None]
            continue
        home, away = event.home.team_id, event.away.team_id
        found = [fixture for fixture in by_sides[home, away] if _joins(event, fixture)]
        if len(found) == 1:
            told[found[0].match_id].append(event)
        elif found:
            unjoined.append((event, "two matches of ours could be it"))
        elif any(_joins(event, fixture) for fixture in by_sides[away, home]):
            unjoined.append((event, "home and away are swapped"))
        else:
            unjoined.append((event, "no match of ours is it"))
    twice = [event for of_match in told.values() if len(of_match) > 1 for event in of_match]
    return Joined(
        {match_id: of_match[0] for match_id, of_match in told.items() if len(of_match) == 1},
        tuple(unmatched),
        (*unjoined, *((event, "another event is the same match of ours") for event in twice)),
    )


def _joins(event: Event, fixture: Fixture) -> bool:
    return joins(event.kick_off, fixture.kick_off, by_day=not (event.hour_known and fixture.hour_known))
