"""A match, who told us about it and what they said."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zlib import crc32

from shared.football.competition import COMPETITIONS
from shared.football.team import Source, Team, spelling


class Hour(StrEnum):
    """Whether a match has an hour beside its day, and whose it is.

    KNOWN: its own source tells it. BORROWED: its source tells the day alone, another one the hour of that day. UNKNOWN:
    nobody tells it; the kick-off is then the last minute of its day in Paris, until which nobody can say that it has
    begun, and nothing else may be made of it.
    """

    KNOWN = "known"
    BORROWED = "borrowed"
    UNKNOWN = "unknown"


class Status(StrEnum):
    """Where a match stands. HELD: its source used a word that we do not know."""

    SCHEDULED = "scheduled"
    IN_PLAY = "in_play"
    FINISHED = "finished"
    POSTPONED = "postponed"
    SUSPENDED = "suspended"
    CANCELLED = "cancelled"
    AWARDED = "awarded"
    UNKNOWN = "held"


@dataclass(frozen=True, slots=True)
class Score:
    """Goals of the two sides."""

    home: int
    away: int

    def __str__(self) -> str:
        """As it is shown: `2-1`."""
        return f"{self.home}-{self.away}"


@dataclass(frozen=True, slots=True)
class MatchStatistics:
    """What a match was like, as far as somebody told: shots, shots on target and expected goals of the two sides."""

    match_id: int
    home_shots: float | None
    away_shots: float | None
    home_shots_on_target: float | None
    away_shots_on_target: float | None
    home_expected_goals: float | None
    away_expected_goals: float | None


@dataclass(frozen=True, slots=True)
class Club:
    """A side as its source names it, and the team that it is, or None where no alias matches.

    Attributes:
        team: our team; None is never replaced by a likely one.
        source: who named it.
        name: the name it was given.
        crest_url: its crest, where the source gives one.
    """

    team: Team | None
    source: Source
    name: str
    crest_url: str | None = None

    @property
    def team_id(self) -> int:
        """The team's id; an unmatched club gets one of its own from 10,000 up, stable for its source and name."""
        if self.team is not None:
            return self.team.team_id
        return 10_000 + crc32(f"{self.source}:{spelling(self.name)}".encode()) % 90_000


@dataclass(frozen=True, slots=True)
class MatchUpdate:
    """What one source says of one match.

    Attributes:
        source: who says so.
        outside_id: the match's id at that source.
        told_at: when the source last changed what it says (or when we read it, where it does not tell).
        competition: our code.
        season: year in which the season began.
        stage: football-data.org's stage; `REGULAR_SEASON` in a league.
        matchday: round, where told.
        home: the home side.
        away: the away side.
        kick_off: UTC; without an hour, the last minute of its day.
        status: where the match stands.
        score: after 90 minutes; None while unknown.
        half_time: at half-time; None while unknown.
        review: why a person must look at it before it is settled; None if nobody must.
        payload: what the source said, word for word.
        hour: whether `kick_off` is an hour, or stands for a day.
    """

    source: Source
    outside_id: str
    source_updated_at: datetime
    competition: str
    season: int
    stage: str
    matchday: int | None
    home: Club
    away: Club
    kick_off: datetime
    status: Status
    score: Score | None
    half_time: Score | None
    review: str | None
    payload: str
    hour: Hour = Hour.KNOWN

    @property
    def match_id(self) -> int:
        """The match's id here, the same whoever tells of it and whenever."""
        return match_id(self.competition, self.season, self.stage, self.home.team_id, self.away.team_id)

    def is_outranked_by(self, other: Source) -> bool:
        """Whether another source's word on a match counts for more than this one's."""
        return self.source is Source.FOOTBALL_DATA_UK and other is Source.FOOTBALL_DATA_ORG


def match_id(competition: str, season: int, stage: str, home_team_id: int, away_team_id: int) -> int:
    """The id of a match: 14 digits `yy cc hhhhh aaaaa` made of what makes it that match and no other.

    Two clubs meet at one ground once a season in a league. In a cup they may meet there once in the league phase, once
    in the knock-out rounds and once in qualifying, so the stage moves the competition's digits (by 50 for knock-outs,
    by 70 for qualifying). A postponed or moved match keeps its id.
    """
    knock_out = stage not in {"REGULAR_SEASON", "LEAGUE_STAGE", "GROUP_STAGE"}
    qualifying = "QUALIF" in stage or stage in {"PRELIMINARY_ROUND", "PLAYOFF_ROUND"}
    place = COMPETITIONS[competition].number + (70 if qualifying else 50 if knock_out else 0)
    return ((season % 100 * 100 + place) * 100_000 + home_team_id) * 100_000 + away_team_id
