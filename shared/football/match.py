"""Matches and the updates that sources send about them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zlib import crc32

from shared.football.competition import COMPETITIONS
from shared.football.team import Source, Team, spelling


class Hour(StrEnum):
    """Whether the kick-off time of a match is known, and from which source.

    KNOWN: from its own source. BORROWED: its own source has only the date, another source has the time on that date.
    UNKNOWN: only the date is known; the kick-off is then the last minute of the day in Paris, a placeholder for
    ordering and for deciding that the match must have started.
    """

    KNOWN = "known"
    BORROWED = "borrowed"
    UNKNOWN = "unknown"


class Status(StrEnum):
    """Status of a match. UNKNOWN: its source sent an unrecognised status."""

    SCHEDULED = "scheduled"
    IN_PLAY = "in_play"
    FINISHED = "finished"
    POSTPONED = "postponed"
    SUSPENDED = "suspended"
    CANCELLED = "cancelled"
    AWARDED = "awarded"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Score:
    """Goals of the two sides."""

    home: int
    away: int

    def __str__(self) -> str:
        """Display format.

        >>> str(Score(2, 1))
        '2-1'
        """
        return f"{self.home}-{self.away}"


@dataclass(frozen=True, slots=True)
class MatchStatistics:
    """Match statistics: shots, shots on target, expected goals and corners of the two sides; None if unavailable."""

    match_id: int
    home_shots: float | None
    away_shots: float | None
    home_shots_on_target: float | None
    away_shots_on_target: float | None
    home_expected_goals: float | None
    away_expected_goals: float | None
    home_corners: float | None
    away_corners: float | None


@dataclass(frozen=True, slots=True)
class Club:
    """A club as named by a source, and the matching team."""

    team: Team | None  # our team; None if no alias matches, never a guess
    source: Source
    name: str
    crest_url: str | None = None

    @property
    def team_id(self) -> int:
        """The team's id; an unmatched club gets a stable id from 10,000 up, derived from source and name."""
        if self.team is not None:
            return self.team.team_id
        return 10_000 + crc32(f"{self.source}:{spelling(self.name)}".encode()) % 90_000


@dataclass(frozen=True, slots=True)
class MatchUpdate:
    """An update on a match from one source."""

    source: Source
    external_id: str
    source_updated_at: datetime  # when the source last changed it (or when we read it, if not stated)
    competition: str
    season: int  # start year of the season
    stage: str  # football-data.org's stage; `REGULAR_SEASON` in a league
    matchday: int | None
    home: Club
    away: Club
    kick_off: datetime  # UTC; the last minute of the day if the time is unknown
    status: Status
    score: Score | None  # after 90 minutes; None while unknown
    half_time: Score | None
    review: str | None  # why it needs a manual review before settlement, or None
    payload: str
    hour: Hour = Hour.KNOWN  # whether the time of `kick_off` is known

    @property
    def match_id(self) -> int:
        """Our match id, independent of source and time."""
        return match_id(self.competition, self.season, self.stage, self.home.team_id, self.away.team_id)

    def is_outranked_by(self, other: Source) -> bool:
        """Whether another source takes precedence over this update."""
        return self.source is Source.FOOTBALL_DATA_UK and other is Source.FOOTBALL_DATA_ORG


def match_id(competition: str, season: int, stage: str, home_team_id: int, away_team_id: int) -> int:
    """The natural key of a match as 14 digits `yy cc hhhhh aaaaa`: season, competition and stage, home and away team.

    Two clubs meet at one ground once a season in a league. In a cup they may also meet there in the knock-out rounds
    and in qualifying, so these stages add 50 and 70 to the competition's number. A postponed match keeps its id.

    >>> match_id("PL", 2026, "REGULAR_SEASON", 118, 132)
    26010011800132
    """
    knock_out = stage not in {"REGULAR_SEASON", "LEAGUE_STAGE", "GROUP_STAGE"}
    qualifying = "QUALIF" in stage or stage in {"PRELIMINARY_ROUND", "PLAYOFF_ROUND"}
    place = COMPETITIONS[competition].number + (70 if qualifying else 50 if knock_out else 0)
    return ((season % 100 * 100 + place) * 100_000 + home_team_id) * 100_000 + away_team_id
