"""Matching a provider's events with prices to our fixtures; ambiguous events are not matched."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal

from shared.betting.prices import Market, Offer
from shared.football.kickoff_matching import same_kick_off
from shared.football.match import Club


@dataclass(frozen=True, slots=True)
class Quote:
    """One bookmaker's prices on all outcomes of a market, in the order of `OUTCOMES`; `line` as in `Offer`."""

    bookmaker: str
    market: Market
    line: Decimal
    prices: tuple[Decimal | None, ...]
    taken_at: datetime


@dataclass(frozen=True, slots=True)
class PricedEvent:
    """A provider's event and its prices."""

    external_id: str
    home: Club
    away: Club
    kick_off: datetime
    quotes: tuple[Quote, ...] = ()

    @property
    def hour_known(self) -> bool:
        """Whether the kick-off time is known: midnight UTC stands for a date without a time."""
        return self.kick_off.time() != time()

    def offers(self, match_id: int, kick_off: datetime, *, closing: bool = False) -> tuple[Offer, ...]:
        """The prices as offers on our match, without those taken at or after kick-off (ours or the provider's)."""
        source, before = self.home.source, min(kick_off, self.kick_off) if self.hour_known else kick_off
        return tuple(
            Offer(match_id, source, q.bookmaker, q.market, q.line, q.prices, q.taken_at, closing)
            for q in self.quotes
            if q.taken_at < before
        )


@dataclass(frozen=True, slots=True)
class Fixture:
    """One of our matches; if `hour_known` is false, `kick_off` only gives the day."""

    match_id: int
    home_team_id: int
    away_team_id: int
    kick_off: datetime
    hour_known: bool = True


@dataclass(frozen=True, slots=True)
class MatchedEvents:
    """Events by match id, clubs that no alias matches, and unmatched events with the reason."""

    events: dict[int, PricedEvent]
    unmatched_clubs: tuple[Club, ...]
    unmatched_events: tuple[tuple[PricedEvent, str], ...]


def match_events(events: Iterable[PricedEvent], fixtures: Sequence[Fixture]) -> MatchedEvents:
    """Match events to fixtures with the same home and away clubs and a compatible kick-off."""
    by_sides: dict[tuple[int, int], list[Fixture]] = defaultdict(list)
    for fixture in fixtures:
        by_sides[fixture.home_team_id, fixture.away_team_id].append(fixture)
    matched: dict[int, list[PricedEvent]] = defaultdict(list)
    unmatched_clubs: list[Club] = []
    unmatched_events: list[tuple[PricedEvent, str]] = []
    for event in events:
        if event.home.team is None or event.away.team is None:
            unmatched_clubs += [club for club in (event.home, event.away) if club.team is None]
            continue
        home, away = event.home.team_id, event.away.team_id
        possible = [fixture for fixture in by_sides[home, away] if _kick_offs_match(event, fixture)]
        if len(possible) == 1:
            matched[possible[0].match_id].append(event)
        elif possible:
            unmatched_events.append((event, "two matches of ours could be it"))
        elif any(_kick_offs_match(event, fixture) for fixture in by_sides[away, home]):
            unmatched_events.append((event, "home and away are swapped"))
        else:
            unmatched_events.append((event, "it corresponds to no stored match"))
    duplicates = [event for group in matched.values() if len(group) > 1 for event in group]
    return MatchedEvents(
        {match_id: same[0] for match_id, same in matched.items() if len(same) == 1},
        tuple(unmatched_clubs),
        (*unmatched_events, *((event, "another event is the same match of ours") for event in duplicates)),
    )


def _kick_offs_match(event: PricedEvent, fixture: Fixture) -> bool:
    return same_kick_off(event.kick_off, fixture.kick_off, by_day=not (event.hour_known and fixture.hour_known))
