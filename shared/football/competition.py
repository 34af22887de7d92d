"""The forecast competitions, and the lower divisions that only feed the ratings."""

from collections.abc import Iterable
from dataclasses import dataclass

from shared.football.team import fold


@dataclass(frozen=True, slots=True)
class Competition:
    """A competition."""

    code: str  # football-data.org's code, which is also ours
    number: int  # two digits of the match id; never changes
    name: str
    country: str
    flag: str  # code of its flag in the frontend
    nation: str  # rating scale, shared by all divisions of a country
    division: str | None  # football-data.co.uk's division, or None if that source does not cover it
    tier: int = 1  # 1 for a top division or a European cup
    clubs: int = 20
    forecast: bool = True  # whether predictions are published

    def clubs_in(self, season: int) -> int:
        """The number of clubs in a season."""
        return 20 if season < {"FL1": 2023, "FL2": 2024}.get(self.code, 0) else self.clubs


COMPETITIONS = {
    c.code: c
    for c in (
        Competition("PL", 1, "Premier League", "England", "gb-eng", "ENG", "E0"),
        Competition("PD", 2, "La Liga", "Spain", "es", "ESP", "SP1"),
        Competition("BL1", 3, "Bundesliga", "Germany", "de", "GER", "D1", clubs=18),
        Competition("SA", 4, "Serie A", "Italy", "it", "ITA", "I1"),
        Competition("FL1", 5, "Ligue 1", "France", "fr", "FRA", "F1", clubs=18),
        Competition("CL", 6, "Champions League", "Europe", "eu", "EUR", None, clubs=36),
        Competition("ELC", 11, "Championship", "England", "gb-eng", "ENG", "E1", 2, 24, forecast=False),
        Competition("SD", 12, "Segunda División", "Spain", "es", "ESP", "SP2", 2, 22, forecast=False),
        Competition("BL2", 13, "2. Bundesliga", "Germany", "de", "GER", "D2", 2, 18, forecast=False),
        Competition("SB", 14, "Serie B", "Italy", "it", "ITA", "I2", 2, 20, forecast=False),
        Competition("FL2", 15, "Ligue 2", "France", "fr", "FRA", "F2", 2, 18, forecast=False),
        Competition("DEMO", 90, "Ligue de démonstration (inventée)", "Demo", "fr", "DEMO", "DEMO", clubs=10),
    )
}
BY_DIVISION = {c.division: c for c in COMPETITIONS.values() if c.division}


def find_competition(name: str, competitions: Iterable[Competition]) -> Competition | None:
    """The competition with this code or name, ignoring case and accents, or None; no fuzzy matching.

    >>> find_competition("la liga", COMPETITIONS.values()).code
    'PD'
    """
    folded = fold(name)
    return next((c for c in competitions if folded in (fold(c.code), fold(c.name))), None)


def available_competitions(*, demo: bool) -> tuple[Competition, ...]:
    """The demonstration league alone, or all real competitions."""
    return tuple(c for c in COMPETITIONS.values() if (c.code == "DEMO") == demo)
