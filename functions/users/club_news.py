"""A club's news, and a text summary from stored data."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from functions.users.schemas import NextMatch, TeamNewsArticle, TeamNewsResponse, TeamSummaryResponse
from shared.explanations.translations import Language, translate
from shared.football.articles import RECENT, Article, ArticleKind
from shared.football.competition import COMPETITIONS
from shared.football.form import Form
from shared.football.form import form as form_of
from shared.football.match import Status
from shared.football.outlets import outlet_name
from shared.football.standings import TableRow
from shared.stores.database import Connection
from shared.stores.football import matches, standings
from shared.stores.football.teams import TeamRow
from shared.stores.news import articles
from shared.web.params import shown_competitions
from shared.web.schemas import article_type, displayed_date

FORM_MATCHES = 5
SEASON = timedelta(days=366)
"""How old a club's last match may be for its table to be relevant."""
CANNOT_PLAY = (ArticleKind.INJURY, ArticleKind.SUSPENSION)
MAX_ABSENCES = 20
NOT_BEGUN = (Status.SCHEDULED, Status.UNKNOWN)


@dataclass(frozen=True, slots=True)
class _LeaguePlace:
    competition: str
    row: TableRow


def team_news(db: Connection, club: TeamRow, now: datetime, limit: int) -> TeamNewsResponse:
    """A club's news, newest first, one article per story."""
    selected = articles.latest(db, now - RECENT, now, limit, [club.team_id])
    return TeamNewsResponse(
        team_id=club.team_id,
        team_name=club.name,
        news=[
            TeamNewsArticle(
                id=str(article.article_id),
                category=article_type(article.kind),
                title=article.title,
                source=outlet_name(article.outlet),
                url=article.url,
                published_at=article.published_at.isoformat(),
            )
            for article in selected
        ],
        total=len(selected),
    )


def team_summary(db: Connection, club: TeamRow, now: datetime, language: Language) -> TeamSummaryResponse:
    """A club's form, table position and news on absences."""
    last = matches.latest_of_team(db, club.team_id, now, FORM_MATCHES)
    form = form_of(row.goals_of(club.team_id) for row in last)
    place = _league_place(db, club.team_id, now)
    absences = articles.latest(db, now - RECENT, now, MAX_ABSENCES, [club.team_id], CANNOT_PLAY)
    return TeamSummaryResponse(
        team_id=club.team_id,
        team_name=club.name,
        summary=_summary_text(club.name, form, place, absences, language),
        form=list(form.results),
        position=place.row.position if place else None,
        points=place.row.points if place else None,
        competition=place.competition if place else None,
        injuries_count=len(absences),
        next_match=_next_match(db, club.team_id, now),
        generated_at=now.isoformat(),
    )


def _league_place(db: Connection, team_id: int, now: datetime) -> _LeaguePlace | None:
    """A club's row in the table of its last league."""
    leagues = [code for code, competition in COMPETITIONS.items() if competition.division]
    for code in leagues:
        rows = matches.latest_of_team(db, team_id, now, 1, code)
        if not rows or now - rows[0].kick_off > SEASON:
            continue
        table = standings.current_table(db, code, rows[0].season)
        for row in table.rows if table else ():
            if row.team_id == team_id:
                return _LeaguePlace(COMPETITIONS[code].name, row)
    return None


def _next_match(db: Connection, team_id: int, now: datetime) -> NextMatch | None:
    upcoming = matches.starting_from(db, now, list(shown_competitions()), team_id)
    row = next((row for row in upcoming if row.status in NOT_BEGUN), None)
    if row is None:
        return None
    is_home = row.home_team_id == team_id
    return NextMatch(
        match_id=row.match_id,
        opponent=row.away_name if is_home else row.home_name,
        date=displayed_date(row.kick_off, hour_known=row.hour_known),
        hour_known=row.hour_known,
        is_home=is_home,
    )


def _summary_text(
    name: str, form: Form, place: _LeaguePlace | None, absences: list[Article], language: Language
) -> str:
    sentences: list[str] = []
    if form.results:
        counts = {"wins": form.results.count("W"), "draws": form.results.count("D"), "losses": form.results.count("L")}
        sentences.append(translate("club_form", language, team=name, matches=len(form.results), **counts))
    if place:
        at = {"position": place.row.position, "points": place.row.points}
        sentences.append(translate("club_place", language, competition=place.competition, **at))
    if absences:
        newest = absences[0]
        sentences.append(translate("club_absences", language, title=newest.title, source=outlet_name(newest.outlet)))
    return " ".join(sentences) or translate("club_unknown", language, team=name)
