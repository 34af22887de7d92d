"""How a league orders its clubs at the end of a season, and what each place gives: one row per league and change.

A league without a row cannot be simulated: its season is split, or ends in play-offs for places. Sources, read in
November 2026:

- England: Premier League Handbook, section C (head-to-head since 2019-20).
- Spain: RFEF, Reglamento General, article 201: clubs that a criterion does not separate start again among themselves.
- Germany: DFL, Spielordnung, § 2.
- Italy: FIGC, NOIF article 51: the criteria compare all clubs level on points; play-offs by decisions of its council
  (2022-23 on a neutral ground, since 2023-24 at the better placed club's or in two legs).
- France: LFP, Règlement administratif, article 518 ter of 2023-24. Earlier wordings were not found; from 2007-08 on one
  pair was level on points and difference before (Montpellier and Guingamp, 2013-14), and any wording orders it alike.
- Europe: UEFA, access list 2024-27, for the seasons 2023-24 to 2025-26 and, until UEFA decides otherwise, later ones.
  Each row is what the league's place gives while the cup winners have a better one; cups and titles may pass places on.
"""

from dataclasses import dataclass, field
from enum import StrEnum


class TieBreak(StrEnum):
    """A criterion between clubs that are level; more is better."""

    DIFFERENCE = "difference"
    GOALS = "goals"
    AWAY_GOALS = "away_goals"
    # In the matches of the level clubs against each other.
    MUTUAL_POINTS = "mutual_points"
    MUTUAL_DIFFERENCE = "mutual_difference"
    MUTUAL_GOALS = "mutual_goals"
    MUTUAL_AWAY_GOALS = "mutual_away_goals"


class Prize(StrEnum):
    """What a final place gives."""

    TITLE = "title"
    CHAMPIONS_LEAGUE = "champions_league"
    CHAMPIONS_LEAGUE_QUALIFYING = "champions_league_qualifying"
    EUROPA_LEAGUE = "europa_league"
    CONFERENCE_LEAGUE = "conference_league"
    RELEGATION_PLAY_OFF = "relegation_play_off"
    RELEGATION = "relegation"


EUROPEAN = (
    Prize.CHAMPIONS_LEAGUE,
    Prize.CHAMPIONS_LEAGUE_QUALIFYING,
    Prize.EUROPA_LEAGUE,
    Prize.CONFERENCE_LEAGUE,
)


@dataclass(frozen=True, slots=True)
class Decider:
    """Matches between clubs level on points at the first two places, or at the last safe one and the next."""

    for_title: bool  # else for the last safe place
    legs: int  # 1 or 2; penalties follow a draw
    neutral: bool  # else one leg is at the better placed club's


@dataclass(frozen=True, slots=True)
class LeagueRules:
    """The rules of a league from a season on."""

    competition: str
    since: int  # year in which the first season with these rules began
    tie_breaks: tuple[TieBreak, ...]  # after points
    relegated: int  # clubs that go down without a play-off
    # Share of relegation play-offs, of the next place, that the upper club won; None without play-off.
    play_off_survival: float | None = None
    # Whether head-to-head criteria compare all clubs level on points, or those that the criteria before left level.
    among_level_on_points: bool = False
    restarts: bool = False  # whether clubs left level by a criterion that separated others start again with the first
    deciders: tuple[Decider, ...] = ()
    # Places of each European competition, counted from 1.
    europe: dict[Prize, tuple[int, ...]] = field(default_factory=dict[Prize, tuple[int, ...]])

    def last_safe(self, clubs: int) -> int:
        """The last place of a league of so many clubs that does not go down without a play-off."""
        return clubs - self.relegated

    def prizes(self, clubs: int) -> dict[Prize, tuple[int, ...]]:
        """The places of each prize in a league of so many clubs."""
        last_safe = self.last_safe(clubs)
        play_off = {} if self.play_off_survival is None else {Prize.RELEGATION_PLAY_OFF: (last_safe,)}
        return {
            Prize.TITLE: (1,),
            **self.europe,
            **play_off,
            Prize.RELEGATION: tuple(range(last_safe + 1, clubs + 1)),
        }


_GOALS = (TieBreak.DIFFERENCE, TieBreak.GOALS)
_ENGLAND = (*_GOALS, TieBreak.MUTUAL_POINTS, TieBreak.MUTUAL_AWAY_GOALS)
_GERMANY = (
    *_GOALS,
    TieBreak.MUTUAL_POINTS,
    TieBreak.MUTUAL_DIFFERENCE,
    TieBreak.MUTUAL_AWAY_GOALS,
    TieBreak.AWAY_GOALS,
)
_HEAD_TO_HEAD = (TieBreak.MUTUAL_POINTS, TieBreak.MUTUAL_DIFFERENCE, *_GOALS)
_FRANCE = (
    TieBreak.DIFFERENCE,
    TieBreak.MUTUAL_POINTS,
    TieBreak.MUTUAL_DIFFERENCE,
    TieBreak.MUTUAL_GOALS,
    TieBreak.MUTUAL_AWAY_GOALS,
    TieBreak.GOALS,
    TieBreak.AWAY_GOALS,
)
_FOUR = {
    Prize.CHAMPIONS_LEAGUE: (1, 2, 3, 4),
    Prize.EUROPA_LEAGUE: (5,),
    Prize.CONFERENCE_LEAGUE: (6,),
}
_THREE = {
    Prize.CHAMPIONS_LEAGUE: (1, 2, 3),
    Prize.CHAMPIONS_LEAGUE_QUALIFYING: (4,),
    Prize.EUROPA_LEAGUE: (5,),
    Prize.CONFERENCE_LEAGUE: (6,),
}
GERMAN_SURVIVAL = 13 / 16
"""2008-09 to 2023-24; Cottbus, Hertha and Stuttgart lost theirs."""
FRENCH_SURVIVAL = 3 / 6
"""2016-17 to 2023-24 without 2019-20 and 2022-23, which had none; Lorient, Saint-Étienne and Metz lost theirs."""

RULES = (
    LeagueRules("PL", 1995, _GOALS, 3),
    LeagueRules("PL", 2019, _ENGLAND, 3),
    LeagueRules("PL", 2023, _ENGLAND, 3, europe=_FOUR),
    LeagueRules("PD", 2005, _HEAD_TO_HEAD, 3, restarts=True),
    LeagueRules("PD", 2023, _HEAD_TO_HEAD, 3, restarts=True, europe=_FOUR),
    LeagueRules("BL1", 2005, _GERMANY, 3),
    LeagueRules("BL1", 2008, _GERMANY, 2, GERMAN_SURVIVAL),
    LeagueRules("BL1", 2023, _GERMANY, 2, GERMAN_SURVIVAL, europe=_FOUR),
    LeagueRules("SA", 2005, _HEAD_TO_HEAD, 3, among_level_on_points=True),
    LeagueRules(
        "SA",
        2022,
        _HEAD_TO_HEAD,
        3,
        among_level_on_points=True,
        deciders=(Decider(for_title=True, legs=1, neutral=True), Decider(for_title=False, legs=1, neutral=True)),
    ),
    LeagueRules(
        "SA",
        2023,
        _HEAD_TO_HEAD,
        3,
        among_level_on_points=True,
        deciders=(Decider(for_title=True, legs=1, neutral=False), Decider(for_title=False, legs=2, neutral=False)),
        europe=_FOUR,
    ),
    LeagueRules("FL1", 2005, _FRANCE, 3),
    LeagueRules("FL1", 2016, _FRANCE, 2, FRENCH_SURVIVAL),
    LeagueRules("FL1", 2022, _FRANCE, 4),
    LeagueRules("FL1", 2023, _FRANCE, 2, FRENCH_SURVIVAL, europe=_THREE),
    LeagueRules("DEMO", 2005, _ENGLAND, 2, europe={Prize.CHAMPIONS_LEAGUE: (1, 2)}),
)
"""In order of season within a league."""

CURTAILED = {("FL1", 2019): "ended after 28 rounds on 30 April 2020; ordered by points per match, two clubs relegated"}
"""Seasons whose final order followed another rule, decided while they were played."""


def rules_of(competition: str, season: int) -> LeagueRules | None:
    """The rules of a league in a season, or None if it cannot be simulated."""
    valid = [rules for rules in RULES if rules.competition == competition and rules.since <= season]
    return valid[-1] if valid else None


def can_be_simulated(competition: str) -> bool:
    """Whether the format of a competition has rules here."""
    return any(rules.competition == competition for rules in RULES)
