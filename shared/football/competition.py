"""The competitions: everything about a league that is not computed stands in its one row of `COMPETITIONS`.

Every competition is forecast. Its fixtures come from football-data.co.uk's `fixtures.csv` if it has a division, and
from football-data.org if the free plan covers it; at least one of the two must be the case. The Odds API's free credits
pay for six competitions (docs/operate/odds-credits.md): the others have the prices of `fixtures.csv`, from Tuesdays and
Fridays.

Rows stand in order of importance: what is limited, such as explanations by a language model, starts at the top.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from shared.football.team import fold

REGULAR_SEASON, PLAY_OFFS = "REGULAR_SEASON", "PLAYOFFS"
"""Stages of a league, as football-data.org names them."""

DEMO = "DEMO"
"""Code of the demonstration league, whose matches are invented."""


@dataclass(frozen=True, slots=True)
class Competition:
    """A competition."""

    code: str  # football-data.org's code, which is also ours
    number: int  # two digits of the match id; never changes, as the stages add 50 and 70 to it
    name: str
    country: str
    flag: str  # code of its flag in the frontend
    nation: str  # rating scale, shared by all divisions of a country
    division: str | None = None  # football-data.co.uk's division, or None if that source does not cover it
    tier: int = 1  # 1 for a top division or a European cup
    clubs: int = 20  # in the newest season
    earlier_clubs: tuple[tuple[int, int], ...] = ()  # (last season, clubs) before that, oldest first
    # (season, first day) of the stage after the regular season, where the same clubs meet again: seasons with one.
    play_offs: tuple[tuple[int, date], ...] = ()
    trains: bool = False  # whether the trees are trained on its matches; the ratings learn from all leagues
    fixtures_api: bool = False  # whether football-data.org's free plan has its fixtures
    odds_sport: str | None = None  # The Odds API's key, if its credits are spent on the competition

    def clubs_in(self, season: int) -> int:
        """The number of clubs in a season."""
        return next((clubs for last, clubs in self.earlier_clubs if season <= last), self.clubs)

    def stage_on(self, day: date, season: int) -> str:
        """The stage of a league's match.

        >>> COMPETITIONS["BJL"].stage_on(date(2024, 4, 1), 2023), COMPETITIONS["BJL"].stage_on(date(2027, 4, 1), 2026)
        ('PLAYOFFS', 'REGULAR_SEASON')
        """
        return PLAY_OFFS if any(year == season and day >= first for year, first in self.play_offs) else REGULAR_SEASON


_BELGIAN_PLAY_OFFS = ((2023, date(2024, 3, 25)), (2024, date(2025, 3, 25)), (2025, date(2026, 3, 25)))
"""The regular season ends a week before and the play-offs begin days after. Before 2023-24 the files leave them out."""

# fmt: off
COMPETITIONS = {
    c.code: c
    for c in (
        Competition("PL", 1, "Premier League", "England", "gb-eng", "ENG", "E0",
                    trains=True, fixtures_api=True, odds_sport="soccer_epl"),
        Competition("PD", 2, "La Liga", "Spain", "es", "ESP", "SP1",
                    trains=True, fixtures_api=True, odds_sport="soccer_spain_la_liga"),
        Competition("BL1", 3, "Bundesliga", "Germany", "de", "GER", "D1", clubs=18,
                    trains=True, fixtures_api=True, odds_sport="soccer_germany_bundesliga"),
        Competition("SA", 4, "Serie A", "Italy", "it", "ITA", "I1",
                    trains=True, fixtures_api=True, odds_sport="soccer_italy_serie_a"),
        Competition("FL1", 5, "Ligue 1", "France", "fr", "FRA", "F1", clubs=18, earlier_clubs=((2022, 20),),
                    trains=True, fixtures_api=True, odds_sport="soccer_france_ligue_one"),
        Competition("CL", 6, "Champions League", "Europe", "eu", "EUR", clubs=36, earlier_clubs=((2023, 32),),
                    fixtures_api=True, odds_sport="soccer_uefa_champs_league"),
        Competition("FL2", 15, "Ligue 2", "France", "fr", "FRA", "F2", 2, 18, earlier_clubs=((2023, 20),)),
        Competition("ELC", 11, "Championship", "England", "gb-eng", "ENG", "E1", 2, 24, fixtures_api=True),
        Competition("DED", 7, "Eredivisie", "Netherlands", "nl", "NED", "N1", clubs=18, fixtures_api=True),
        Competition("PPL", 8, "Primeira Liga", "Portugal", "pt", "POR", "P1", clubs=18,
                    earlier_clubs=((2005, 18), (2013, 16)), fixtures_api=True),
        Competition("BJL", 9, "Jupiler Pro League", "Belgium", "be", "BEL", "B1", clubs=18,
                    earlier_clubs=((2008, 18), (2009, 15), (2019, 16), (2022, 18), (2025, 16)),
                    play_offs=_BELGIAN_PLAY_OFFS),
        Competition("SD", 12, "Segunda División", "Spain", "es", "ESP", "SP2", 2, 22),
        Competition("BL2", 13, "2. Bundesliga", "Germany", "de", "GER", "D2", 2, 18),
        Competition("SB", 14, "Serie B", "Italy", "it", "ITA", "I2", 2, 20, earlier_clubs=((2017, 22), (2018, 19))),
        Competition(DEMO, 90, "Ligue de démonstration (inventée)", "Demo", "fr", "DEMO", "DEMO", clubs=10),
    )
}
# fmt: on


def by_division() -> dict[str, Competition]:
    """The leagues by football-data.co.uk's name of their division."""
    return {c.division: c for c in COMPETITIONS.values() if c.division}


def find_competition(name: str, competitions: Iterable[Competition]) -> Competition | None:
    """The competition with this code or name, ignoring case and accents, or None; no fuzzy matching.

    >>> find_competition("la liga", COMPETITIONS.values()).code
    'PD'
    """
    folded = fold(name)
    return next((c for c in competitions if folded in (fold(c.code), fold(c.name))), None)


def available_competitions(*, demo: bool) -> tuple[Competition, ...]:
    """The demonstration league alone, or all real competitions."""
    return tuple(c for c in COMPETITIONS.values() if (c.code == DEMO) == demo)
