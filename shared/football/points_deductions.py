"""Points that leagues deducted from clubs, or gave back, each with the day of the decision.

A simulation of a day knows the decisions before it. Where a table of football-data.org is stored, its points count
instead.
"""

from dataclasses import dataclass
from datetime import date

from shared.football.team import Source
from shared.football.teams import find


@dataclass(frozen=True, slots=True)
class Deduction:
    """A decision on the points of a club."""

    competition: str
    season: int  # year in which it began
    club: str  # its name in `teams`
    decided: date
    points: int  # added to the club's; negative
    source: str  # who decided


DEDUCTIONS = (
    Deduction("PL", 2009, "Portsmouth", date(2010, 3, 17), -9, "Premier League: administration"),
    Deduction("PL", 2023, "Everton", date(2023, 11, 17), -10, "Premier League, commission: sustainability rules"),
    Deduction("PL", 2023, "Everton", date(2024, 2, 26), 4, "Premier League, appeal board"),
    Deduction("PL", 2023, "Nottingham Forest", date(2024, 3, 18), -4, "Premier League, commission"),
    Deduction("PL", 2023, "Everton", date(2024, 4, 8), -2, "Premier League, commission: sustainability rules"),
    Deduction("SA", 2010, "Bologna", date(2010, 12, 3), -1, "FIGC: late payments"),
    Deduction("SA", 2010, "Bologna", date(2011, 1, 14), -2, "FIGC: late payments"),
    Deduction("SA", 2011, "Atalanta", date(2011, 8, 18), -6, "FIGC: betting"),
    Deduction("SA", 2012, "Siena", date(2012, 8, 10), -6, "FIGC: betting"),
    Deduction("SA", 2012, "Atalanta", date(2012, 8, 10), -2, "FIGC: betting"),
    Deduction("SA", 2012, "Torino", date(2012, 8, 10), -1, "FIGC: betting"),
    Deduction("SA", 2012, "Sampdoria", date(2012, 8, 10), -1, "FIGC: betting"),
    Deduction("SA", 2014, "Parma", date(2014, 12, 9), -1, "FIGC: late payments"),
    Deduction("SA", 2014, "Parma", date(2015, 3, 13), -2, "FIGC: late payments"),
    Deduction("SA", 2014, "Parma", date(2015, 4, 16), -4, "FIGC: late payments"),
    Deduction("SA", 2018, "Chievo", date(2018, 9, 13), -3, "FIGC: accounts"),
    Deduction("SA", 2020, "Napoli", date(2020, 10, 14), -1, "Serie A's judge: absence from Turin"),
    Deduction("SA", 2020, "Napoli", date(2020, 12, 22), 1, "CONI, Collegio di Garanzia"),
    Deduction("SA", 2022, "Juventus", date(2023, 1, 20), -15, "FIGC, court of appeal: transfers"),
    Deduction("SA", 2022, "Juventus", date(2023, 4, 20), 15, "CONI, Collegio di Garanzia: to be judged again"),
    Deduction("SA", 2022, "Juventus", date(2023, 5, 22), -10, "FIGC, court of appeal: transfers"),
    Deduction("FL1", 2021, "Nice", date(2021, 9, 8), -1, "LFP: abandoned match against Marseille"),
    Deduction("FL1", 2021, "Lyon", date(2021, 12, 8), -1, "LFP: abandoned match against Marseille"),
    Deduction("FL1", 2023, "Montpellier", date(2023, 10, 25), -1, "LFP: abandoned match against Clermont"),
)
"""Of the first divisions, from 2008-09 to 2023-24."""


def deducted(competition: str, season: int, before: date) -> dict[int, int]:
    """Points to add to each club, by id, after the decisions before a day; negative."""
    points: dict[int, int] = {}
    for each in DEDUCTIONS:
        club = find(Source.FOOTBALL_DATA_ORG, each.club)
        if (each.competition, each.season) == (competition, season) and each.decided < before and club is not None:
            points[club.team_id] = points.get(club.team_id, 0) + each.points
    return points
