"""Match context: odds, weather, form, head-to-head, standings. HTTP: GET /api/v1/enrichment/…"""

from enum import Enum

from functions.enrichment import present, schemas
from functions.enrichment.odds import compare_offers
from shared.accounts.entitlements import features_of
from shared.accounts.plans import Reader
from shared.explanations.translations import Language, translate
from shared.football.calendar import paris_day
from shared.football.competition import COMPETITIONS
from shared.runtime import clock
from shared.services.cache_policies import CacheKind
from shared.stores.betting import offers, picks
from shared.stores.football import matches, standings
from shared.stores.football.matches import MatchRow
from shared.stores.forecasting import strengths
from shared.stores.operations import jobs
from shared.web.app import Connection, RequestLanguage, http_app, lambda_handler
from shared.web.authentication import Premium
from shared.web.cached_route import cached
from shared.web.match_conditions import fatigue_info, weather_info
from shared.web.match_params import RequestedFixture, RequestedMatch, ResolvedFixture, resolve_club
from shared.web.params import CompetitionName, TeamName, resolve_competition_code
from shared.web.schemas import data_source, displayed_date

app = http_app("enrichment")

PREFIX = "/api/v1/enrichment"
TAGS: list[str | Enum] = ["Data Enrichment"]
LAST_MATCHES, MEETINGS = 5, 10
SOURCE_JOBS = {"football_data_uk": "sync_fixtures", "the_odds_api": "sync_odds", "met_norway": "read_weather"}
"""The job that reads each source."""


@app.get(f"{PREFIX}/full", operation_id="get_full_enrichment_api_v1_enrichment_full_get", tags=TAGS)
@cached(CacheKind.ENRICHMENT)
async def read_full(
    reader: Premium, db: Connection, language: RequestLanguage, pair: RequestedFixture
) -> schemas.FullEnrichmentResponse:
    """All context of a match."""
    home_xg, away_xg = _expected_goals(db, pair)
    return schemas.FullEnrichmentResponse(
        home_team=pair.home.name,
        away_team=pair.away.name,
        competition=pair.competition,
        timestamp=clock.now().isoformat(),
        match_id=pair.match.match_id if pair.match else None,
        match_date=displayed_date(pair.match.kick_off, hour_known=pair.match.hour_known) if pair.match else None,
        hour_known=pair.match is None or pair.match.hour_known,
        home_form=_form(db, pair.home.team_id, pair),
        away_form=_form(db, pair.away.team_id, pair),
        home_xg_estimate=home_xg,
        away_xg_estimate=away_xg,
        odds=_odds(db, reader, pair.match, language),
        weather=_weather(db, pair.match, language),
        h2h=_head_to_head(db, pair, None),
        standings=_standings(db, pair, language),
        fatigue=fatigue_info(db, pair.match) if pair.match else None,
        data_source=data_source(language),
    )


@app.get(f"{PREFIX}/odds", operation_id="get_match_odds_api_v1_enrichment_odds_get", tags=TAGS)
@cached(CacheKind.ENRICHMENT)
async def read_odds(
    reader: Premium, db: Connection, language: RequestLanguage, pair: RequestedFixture
) -> schemas.OddsData:
    """The stored prices of a match; no outside request is made."""
    return _odds(db, reader, pair.match, language)


@app.get(f"{PREFIX}/weather", operation_id="get_match_weather_api_v1_enrichment_weather_get", tags=TAGS)
@cached(CacheKind.ENRICHMENT)
async def read_weather(
    reader: Premium, db: Connection, language: RequestLanguage, match: RequestedMatch
) -> schemas.WeatherData:
    """The weather forecast for a club's home match."""
    return _weather(db, match, language)


@app.get(f"{PREFIX}/h2h", operation_id="get_h2h_api_v1_enrichment_h2h_get", tags=TAGS)
@cached(CacheKind.ENRICHMENT)
async def read_head_to_head(
    reader: Premium, db: Connection, pair: RequestedFixture, competition: CompetitionName | None = None
) -> schemas.H2HData:
    """Earlier meetings of two clubs, optionally of one competition."""
    return _head_to_head(db, pair, resolve_competition_code(competition) if competition else None)


@app.get(
    f"{PREFIX}/form/{{team_name:path}}",
    operation_id="get_team_form_enrichment_api_v1_enrichment_form__team_name__get",
    tags=TAGS,
)
@cached(CacheKind.ENRICHMENT)
async def read_form(
    reader: Premium,
    db: Connection,
    team_name: TeamName,
    competition: CompetitionName | None = None,
) -> schemas.FormData:
    """A club's last matches, optionally of one competition."""
    team_id = resolve_club(db, team_name).team_id
    code = resolve_competition_code(competition) if competition else None
    return present.form(team_id, matches.latest_of_team(db, team_id, clock.now(), LAST_MATCHES, code))


@app.get(f"{PREFIX}/status", operation_id="get_enrichment_status_api_v1_enrichment_status_get", tags=TAGS)
@cached(CacheKind.ENRICHMENT)
async def read_status(reader: Premium, db: Connection, language: RequestLanguage) -> dict[str, schemas.SourceStatus]:
    """Which sources are configured, by the last reports of the jobs that read them."""
    reports = jobs.reports(db, list(SOURCE_JOBS.values()))
    return {
        source: schemas.SourceStatus(
            configured=job in reports and "skipped" not in reports[job][1],
            description=translate(f"source_{source}", language),
            last_read_at=reports[job][0] if job in reports else None,
        )
        for source, job in SOURCE_JOBS.items()
    }


def _form(db: Connection, team_id: int, pair: ResolvedFixture) -> schemas.FormData:
    return present.form(team_id, matches.latest_of_team(db, team_id, pair.before, LAST_MATCHES))


def _head_to_head(db: Connection, pair: ResolvedFixture, competition: str | None) -> schemas.H2HData:
    rows = matches.head_to_head(db, pair.home.team_id, pair.away.team_id, pair.before, MEETINGS, competition)
    return present.head_to_head(pair.home.team_id, rows)


def _odds(db: Connection, reader: Reader, match: MatchRow | None, language: Language) -> schemas.OddsData:
    """The prices of a match, and whether a pick is on it; hidden from users in a pause."""
    if match is None:
        return schemas.OddsData(reason="no_match")
    now = min(clock.now(), match.kick_off)
    latest = offers.latest(db, [match.match_id], now).get(match.match_id, [])
    response = compare_offers(latest, offers.history(db, match.match_id, now), match.kick_off, now, language)
    pick, begun = picks.of_match(db, match.match_id), match.kick_off <= clock.now()
    response.value_detected = (
        pick is not None and not reader.paused and features_of(reader.plan).shows_pick(pick.rank, begun=begun)
    )
    return response


def _weather(db: Connection, match: MatchRow | None, language: Language) -> schemas.WeatherData:
    if match is None:
        return schemas.WeatherData(reason="no_match")
    return schemas.WeatherData.model_validate(weather_info(db, match, language), from_attributes=True)


def _standings(db: Connection, pair: ResolvedFixture, language: Language) -> schemas.StandingsContext | None:
    season = _season(db, pair)
    table = None if season is None else standings.current_table(db, pair.competition, season)
    if table is None:
        return None
    return present.standings(pair.competition, table.rows, pair.home.team_id, pair.away.team_id, language)


def _expected_goals(
    db: Connection, pair: ResolvedFixture
) -> tuple[schemas.XGEstimate | None, schemas.XGEstimate | None]:
    """xG estimates of both clubs; None in European competitions, which have no rating scale of their own."""
    season = _season(db, pair)
    if season is None or COMPETITIONS[pair.competition].division is None:
        return None, None
    league = strengths.league_before(db, pair.competition, season, paris_day(pair.before))
    home, away = (present.expected_goals(league, pair.competition, club.team_id) for club in (pair.home, pair.away))
    return home, away


def _season(db: Connection, pair: ResolvedFixture) -> int | None:
    """The match's season, else the newest season that has begun."""
    return pair.match.season if pair.match else matches.latest_season(db, pair.competition, clock.now())


handler = lambda_handler(app)
