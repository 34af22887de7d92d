"""What our answers call a competition, a club or a match is accepted wherever one is expected and means the same there.

Two tables say which fields of answers and which parameters name something. A field or parameter that looks like a name,
or holds one, and stands in neither fails. Every form that real answers give is then sent to every parameter.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, get_args
from urllib.parse import quote
from uuid import UUID, uuid4

import pytest
from fastapi.dependencies.utils import get_flat_params
from fastapi.routing import APIRoute
from pydantic import BaseModel, TypeAdapter

from deploy import openapi, service
from shared.football.competition import COMPETITIONS, available_competitions, find_competition
from shared.football.match import Status
from shared.football.search_terms import find_team, teams_with_tla
from shared.football.story_clustering import assign_stories
from shared.football.team import Source
from shared.football.teams import all_teams
from shared.runtime import wiring
from shared.stores.database import Connection
from shared.stores.football import search
from shared.stores.forecasting import season_forecasts
from shared.stores.forecasting.season_forecasts import SeasonForecastRow
from shared.stores.news import articles, explanations
from shared.stores.people import users
from tests.conftest import SATURDAY
from tests.contract.test_answer_fields import models
from tests.factories import explanation, insert_matches, insert_predictions, make_article, match_update
from tests.running import HttpResponse, invoke
from tests.tokens import ALICE, bearer

COMPETITION, CLUB, CLUB_ID, MATCH = "competition", "club", "club id", "match"
NOTHING = ""
"""What looks like a name and is none: a count, a switch, an id of something else."""
FIELDS = {
    "competition": COMPETITION,
    "competition_code": COMPETITION,
    "competition_name": COMPETITION,
    "league": COMPETITION,
    "by_competition": COMPETITION,
    "favorite_competition": COMPETITION,
    "favorite_competitions": COMPETITION,
    "CompetitionResponse.code": COMPETITION,
    "CompetitionResponse.name": COMPETITION,
    "home_team": CLUB,
    "away_team": CLUB,
    "home_team_name": CLUB,
    "away_team_name": CLUB,
    "team": CLUB,
    "team_name": CLUB,
    "opponent": CLUB,
    "TeamInfo.name": CLUB,
    "TeamInfo.short_name": CLUB,
    "TeamSearchResult.name": CLUB,
    "TeamSearchResult.short_name": CLUB,
    "TeamSearchResult.tla": CLUB,
    "FavoriteTeamInfo.name": CLUB,
    "FavoriteTeamInfo.short_name": CLUB,
    "team_id": CLUB_ID,
    "team_ids": CLUB_ID,
    "favorite_team_id": CLUB_ID,
    "TeamInfo.id": CLUB_ID,
    "TeamSearchResult.id": CLUB_ID,
    "FavoriteTeamInfo.id": CLUB_ID,
    "match_id": MATCH,
    "external_id": MATCH,
    "MatchResponse.id": MATCH,
    "LiveMatchInfo.id": MATCH,
    "MatchSearchResult.id": MATCH,
    "TrainingMatch.id": NOTHING,  # division, season and both names, for the trainer alone
    "id": NOTHING,
    "name": NOTHING,
    "code": NOTHING,
    "matchday": NOTHING,
    "matches_left": NOTHING,
    "total_matches": NOTHING,
    "total_matches_analyzed": NOTHING,
    "matches_synced": NOTHING,
    "matches_last_14_days": NOTHING,
    "match_context_summary": NOTHING,
    "match_importance": NOTHING,
    "team_logo_url": NOTHING,
    "home_team_logo": NOTHING,
    "away_team_logo": NOTHING,
    "team_data": NOTHING,
    "competitions_with_standings": NOTHING,
    "competitions_processed": NOTHING,
    "teams_processed": NOTHING,
    "last_match_sync": NOTHING,
    "TeamSearchResult.country": NOTHING,  # three letters that a club may have as well
    "GlobalSearchResponse.query": NOTHING,  # what was searched for
    "SearchResponse.query": NOTHING,
}
"""What a field of an answer names, by its name or by its model's and its own."""
PARAMETERS = {
    "competition": COMPETITION,
    "competition_code": COMPETITION,
    "favorite_competitions": COMPETITION,
    "home_team": CLUB,
    "away_team": CLUB,
    "team": CLUB,
    "team_name": CLUB,
    "team_id": CLUB_ID,
    "favorite_team_id": CLUB_ID,
    "match_id": MATCH,
    "matches_count": NOTHING,
    "name": NOTHING,
    "prediction_id": NOTHING,
}
"""What a parameter, in the address or in a body, names. An id of a club is a number, and no name stands for it."""
LOOKS_LIKE_A_NAME = re.compile(
    "compet|league|team|club|match|fixture|opponent|^(id|external_id|name|short_name|tla|code)$"
)
VOLATILE = {"search_time_ms", "runs", "id", "query", "created_at", "status", "message"}
BODIES = {
    ("POST", "/api/v1/user/favorites"): {},
    ("POST", "/api/v1/bets"): {"prediction": "home_win", "odds": 2.1, "amount": 10},
    ("PUT", "/api/v1/user/preferences"): {},
    ("PUT", "/api/v1/users/me/preferences"): {},
}
"""What else is sent along with a name."""
NOT_COVERED = {
    "CalibrationResponse": "no forecast is settled yet; its competitions are codes",
    "PredictionStatsResponse": "the same",
    "FavoriteRemoved": "answers what is sent",
    "HiddenPick": "an administrator is hidden nothing; made as PredictionResponse is",
    "LiveMatchEvent": "no source sends match events",
}
"""Models whose names are not read here, and why."""
ACCEPTED = {200, 201, 202}
HAS_NOTHING = {"no_standings", "no_analysis", "no_season_forecast", "season_not_simulated"}
"""What was understood may still have no table or text."""
DAY = timedelta(days=1)
OTHER_CLUBS = """
    SELECT DISTINCT home_team_id FROM matches WHERE competition = 'PL' AND season = 2023 AND home_team_id <> 118 LIMIT 9
"""


@dataclass(frozen=True)
class Parameter:
    """A place that names something: of a route, in its address or its body."""

    function: str
    route: APIRoute
    method: str
    name: str
    in_body: bool

    def __str__(self) -> str:
        return f"{self.method} {self.route.path_format} {self.name}"


def routes() -> Iterator[tuple[str, APIRoute, str]]:
    """Every route with its function and method."""
    for name, function in service.read().functions.items():
        for route in openapi.app_of(name).routes if function.paths else ():
            if isinstance(route, APIRoute):
                yield from ((name, route, method) for method in sorted(route.methods or ()))


def is_leaf(annotation: Any) -> bool:
    """Whether a field holds a text or a number itself, or several."""
    parts = [part for part in get_args(annotation) or (annotation,) if part is not type(None)]
    if any(get_args(part) for part in parts):
        return any(is_leaf(part) for part in parts)
    return any(isinstance(part, type) and issubclass(part, str | int) and part is not bool for part in parts)


def kind_of_field_in(model: type[BaseModel], field: str) -> str | None:
    """What a field names; None where the table has no entry."""
    return FIELDS.get(f"{model.__name__}.{field}", FIELDS.get(field))


def parameters() -> list[Parameter]:
    """Everything that may be sent: of the address, and the fields of bodies."""
    result: list[Parameter] = []
    for function, route, method in routes():
        fields = {(field.alias, False) for field in get_flat_params(route.dependant)}
        for body in route.dependant.body_params:
            fields |= {(name, True) for model in models(body.field_info.annotation) for name in model.model_fields}
        result += [Parameter(function, route, method, name, in_body) for name, in_body in sorted(fields)]
    return result


SENT = [each for each in parameters() if LOOKS_LIKE_A_NAME.search(each.name) or PARAMETERS.get(each.name)]
NAMING = [each for each in SENT if PARAMETERS.get(each.name)]


def test_every_parameter_that_looks_like_a_name_is_in_the_table() -> None:
    ignored = re.compile("_(date|results|start)$|^notify|^(key|user|bet|webhook|version)_id$")
    unknown = {each.name for each in SENT if each.name not in PARAMETERS and not ignored.search(each.name)}
    assert unknown == set()
    assert {each.name for each in NAMING} == {name for name, kind in PARAMETERS.items() if kind}, "and nothing else is"


def test_every_field_that_looks_like_a_name_is_in_the_table() -> None:
    unknown: set[str] = set()
    for _, route, _ in routes():
        for model in models(route.response_model):
            for field, info in model.model_fields.items():
                if (
                    LOOKS_LIKE_A_NAME.search(field)
                    and is_leaf(info.annotation)
                    and kind_of_field_in(model, field) is None
                ):
                    unknown.add(f"{model.__name__}.{field}")
    assert unknown == set()


@dataclass(frozen=True)
class World:
    """What there is to name.

    Attributes:
        usual: what is sent where a route needs something that the test does not name.
        forms: by kind and by the thing that is named, what answers call it.
        seen: fields in which a name stood.
        unnamed: fields in which one stood that are missing from the table.
        things: of each kind those that are sent.
    """

    parameters: dict[str, Any]
    forms: dict[str, dict[object, set[str | int]]]
    seen: set[str]
    unnamed: set[str]
    entities: dict[str, list[object]]


def send(
    usual: dict[str, Any], function: str, route: APIRoute, method: str, arguments: dict[str, Any], body: Any, user: UUID
) -> HttpResponse:
    """What a route answers; `given` stands in its address, beside whatever else it needs."""
    fields = {field.alias: field.field_info for field in get_flat_params(route.dependant)}
    values = {name: usual[name] for name, field in fields.items() if field.is_required() and name not in arguments}
    if "match_id" not in arguments:
        values |= {name: usual[name] for name in ("home_team", "away_team") if name in fields}
    values |= {name: usual[name] for name in ("prediction", "format") if name in fields}
    values |= arguments
    path = route.path_format
    for name in [name for name in values if f"{{{name}}}" in path]:
        path = path.replace(f"{{{name}}}", quote(str(values.pop(name)), safe=""))
    query = "&".join(f"{name}={quote(str(value), safe='')}" for name, value in values.items())
    at = SATURDAY + timedelta(days=7 * (function == "pages"))  # a page of what if is of a match that has begun
    header = bearer(at, sub=str(user), app_metadata={"role": "admin"})
    return invoke(function, f"{path}?{query}", method=method, body=body, at=at, authorization=header)


def prepare(user: UUID) -> None:
    """A person of age, with a bankroll."""
    users.get_or_create(wiring.database(), user, SATURDAY)
    users.declare_adult(wiring.database(), user, SATURDAY)
    change(user, "bets", "PUT", "/api/v1/bets/bankroll", {"initial_bankroll": 1000})


def change(user: UUID, function: str, method: str, path: str, body: Any) -> None:
    """Send a preparing request as a user."""
    response = invoke(function, path, method=method, body=body, authorization=bearer(SATURDAY, sub=str(user)))
    assert response.status in ACCEPTED, response.body


def put(world: World, each: Parameter, form: str | int, thing: object) -> HttpResponse:
    """The response of a place to a new user who sends a name there."""
    user = uuid4()
    if each.method != "GET" or each.function == "bets":
        prepare(user)
    if each.method == "DELETE":
        change(user, "users", "POST", "/api/v1/user/favorites", {"match_id": thing})
    if not each.in_body:
        return send(world.parameters, each.function, each.route, each.method, {each.name: form}, None, user)
    sent = [form] if each.name == "favorite_competitions" else form
    body = BODIES[each.method, each.route.path_format] | {each.name: sent}
    return send(world.parameters, each.function, each.route, each.method, {}, body, user)


def leaves(value: Any, model: str = "", field: str = "") -> Iterator[tuple[str, str, str | int]]:
    """Every text and number of an answer, with its model and field; the keys of an object are its field's."""
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from leaves(getattr(value, name), type(value).__name__, name)
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from ((model, field, key), *leaves(inner, model, f"{field}.{key}"))
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from leaves(inner, model, field)
    elif isinstance(value, str | int) and not isinstance(value, bool):
        yield model, field, value


@pytest.fixture(scope="module")
def world(saturday_functions: None) -> World:
    """A Saturday, and what all answers call everything in it."""
    return collect_responses(*populate())


def _season_forecast(db: Connection, match_id: int) -> SeasonForecastRow:
    """Ten clubs, each at its own place, and a match that changes nothing."""
    clubs = [118, *(team_id for (team_id,) in db.execute(OTHER_CLUBS).fetchall())]
    outcomes = [0.5, 0.25, 0.25]
    stakes = [{"club": 118, "title": outcomes, "europe": outcomes, "relegation": outcomes}]
    return SeasonForecastRow(
        competition="PL",
        season=2023,
        day=SATURDAY.date(),
        simulated_at=SATURDAY,
        matches_left=1,
        team_ids=clubs,
        places=[[10 * (place == club) for place in range(10)] for club in range(10)],
        points=[[50.0, 40.0, 60.0]] * 10,
        matches=[{"match_id": match_id, "outcomes": outcomes, "stakes": stakes}],
    )


def populate() -> tuple[dict[str, Any], list[int]]:
    """More to name: a lower division, a club that no source's spelling fits, a match in play, news, a text.

    Returns:
        The usual values, and the ids of two matches that are to come, of which football-data.org knows the first.
    """
    db = wiring.database()
    with db.transaction():
        insert_matches(
            db,
            match_update(
                "Arsenal",
                "Burnley",
                competition="ELC",
                season=2016,
                external_id="a",
                score="2-1",
                kick_off=SATURDAY - 2500 * DAY,
            ),
            match_update("Nowhere Rovers", "Newcastle", external_id="b", kick_off=SATURDAY + DAY),
            match_update("Wolves", "Burnley", external_id="c", kick_off=SATURDAY - DAY / 24, status=Status.IN_PLAY),
            now=SATURDAY,
        )
        articles.add(db, assign_stories([make_article("Arsenal striker injured", SATURDAY - DAY)]), SATURDAY)
        match_id, other = insert_predictions(
            db,
            match_update("Arsenal", "Burnley", kick_off=SATURDAY + DAY),
            match_update("Bournemouth", "Crystal Palace", external_id="e"),
        )
        explanations.add(db, explanation(match_id))
        season_forecasts.put(db, _season_forecast(db, match_id))
        db.execute("INSERT INTO external_ids VALUES (%s, '497405', %s)", [Source.FOOTBALL_DATA_ORG, match_id])
    arsenal, [newcastle] = 118, [team.team_id for team in all_teams() if team.name == "Newcastle United"]
    usual: dict[str, Any] = {"home_team": "Arsenal", "away_team": "Burnley", "team": "Arsenal", "team_name": "Arsenal"}
    usual |= {"match_id": match_id, "team_id": arsenal, "competition": "PL", "competition_code": "PL"}
    usual |= {"q": "united", "query": "Arsenal", "odds": "2.1", "prediction": "home_win", "format": "json"}
    usual |= {"minute": "60", "home": "1", "away": "0"}
    prepare(ALICE)
    body = {"favorite_competitions": ["SA"], "favorite_team_id": newcastle}
    change(ALICE, "users", "PUT", "/api/v1/users/me/preferences", body)
    change(ALICE, "users", "POST", "/api/v1/user/favorites", {"match_id": match_id})
    change(ALICE, "bets", "POST", "/api/v1/bets", BODIES["POST", "/api/v1/bets"] | {"match_id": match_id})
    return usual, [match_id, other]


def collect_responses(usual: dict[str, Any], coming: list[int]) -> World:
    """All answers whose models name something, read through."""
    forms: dict[str, dict[object, set[str | int]]] = defaultdict(lambda: defaultdict(set))
    others: set[tuple[str, str | int]] = set()
    seen: set[str] = set()
    for function, route, method in routes():
        kinds = [
            kind_of_field_in(model, field) for model in models(route.response_model) for field in model.model_fields
        ]
        if not any(kinds) or (method != "GET" and "analyze" not in route.path):
            continue
        response = send(usual, function, route, method, {}, None, ALICE)
        assert response.status == 200, (route.path, response.body)
        for model, field, value in leaves(TypeAdapter(route.response_model).validate_json(response.body)):
            kind_of_field = FIELDS.get(f"{model}.{field}")
            kind = FIELDS.get(field) if kind_of_field is None else kind_of_field
            if kind:
                thing = entity_of(kind, value, coming[0])
                forms[CLUB if kind == CLUB_ID else kind][thing].add(value)
                seen.add(f"{model}.{field}")
            elif kind_of_field is None:
                others.add((f"{model}.{field}", value))
    called_so = {value for things in forms.values() for values in things.values() for value in values}
    long_names = {value for value in called_so if len(str(value)) > 3}
    pair = {usual["home_team"], usual["away_team"]}
    clubs = [club for club, names in forms[CLUB].items() if len(names) > 2 and not names & pair]
    clubs.sort(key=lambda club: -len(forms[CLUB][club]))
    nowhere = entity_of(CLUB, "Nowhere Rovers", 0)
    things = {COMPETITION: ["PL", "SA", "ELC"], CLUB: [*clubs[:2], nowhere], CLUB_ID: clubs[:2], MATCH: coming}
    return World(usual, forms, seen, {field for field, value in others if value in long_names}, things)


def entity_of(kind: str, value: str | int, known_outside: int) -> object:
    """What a value of an answer names: a competition's code, the id of a club or of a match of ours."""
    if kind == COMPETITION:
        competition = find_competition(str(value), available_competitions(demo=False))
        return competition and competition.code
    if kind == CLUB:
        club = search.find_exact_team(wiring.database(), str(value))
        return club.team_id if club else teams_with_tla(str(value))
    return known_outside if value == "PL_497405" else int(str(value).rpartition("_")[2])


def test_no_answer_names_something_in_a_field_that_is_not_in_the_table(world: World) -> None:
    assert world.unnamed == set()


def test_names_stand_in_every_field_that_the_table_lists(world: World) -> None:
    """Or their responses would go unchecked."""
    listed = {
        f"{model.__name__}.{field}"
        for _, route, method in routes()
        for model in models(route.response_model)
        for field in model.model_fields
        if kind_of_field_in(model, field) and is_leaf(model.model_fields[field].annotation)
    }
    unseen = {field for field in listed - world.seen if field.partition(".")[0] not in NOT_COVERED}
    assert unseen == set()


def test_answers_give_every_form_of_a_name(world: World) -> None:
    """Or what follows would be about nothing."""
    match_id, other = world.entities[MATCH]
    assert world.forms[COMPETITION]["PL"] == {"PL", "Premier League"}
    assert world.forms[COMPETITION]["SA"] == {"SA", "Serie A"}
    assert world.forms[COMPETITION]["ELC"] == {"ELC", "Championship"}
    assert world.forms[MATCH][match_id] == {match_id, "PL_497405"}
    assert world.forms[MATCH][other] == {other, f"PL_{other}"}
    newcastle, _, nowhere = world.entities[CLUB]
    assert world.forms[CLUB][newcastle] == {newcastle, "Newcastle United", "Newcastle", "NEW"}
    assert world.forms[CLUB][nowhere] >= {nowhere, "Nowhere Rovers"}
    assert None not in world.forms[COMPETITION]


def comparable(response: HttpResponse) -> Any:
    """An answer but for what differs from call to call."""
    if "json" not in response.headers.get("content-type", ""):
        return response.status, response.body
    return response.status, json.loads(
        response.body, object_hook=lambda it: {k: v for k, v in it.items() if k not in VOLATILE}
    )


@pytest.mark.parametrize("each", NAMING, ids=str)
def test_every_form_is_taken_and_means_the_same(world: World, each: Parameter) -> None:
    kind = PARAMETERS[each.name]
    assert len(world.entities[kind]) > 1
    for thing in world.entities[kind]:
        forms = world.forms[CLUB if kind == CLUB_ID else kind][thing]
        forms = {form for form in forms if kind != CLUB_ID or isinstance(form, int)}
        assert forms
        responses = {form: put(world, each, form, thing) for form in sorted(forms, key=str)}
        first, *others = responses.values()
        assert [comparable(other) for other in others] == [comparable(first)] * len(others), responses.keys()
        assert first.status in ACCEPTED or first.json["code"] in HAS_NOTHING, (thing, first.body)


@pytest.mark.parametrize("competition", COMPETITIONS.values(), ids=lambda competition: competition.code)
def test_a_competition_is_named_by_its_code_and_its_name(competition: Any) -> None:
    for name in (competition.code, competition.name, competition.name.upper(), competition.code.lower()):
        assert find_competition(name, COMPETITIONS.values()) is competition
    assert find_competition(competition.name[:-1], COMPETITIONS.values()) is not competition, "likeness does not count"


def test_a_club_is_named_by_its_name_its_short_name_and_its_id() -> None:
    for team in all_teams():
        assert [find_team(name) for name in (team.name, team.short_name, str(team.team_id))] == [team] * 3


@pytest.mark.parametrize("name", ["0118", "1e2", "+118", "118 ", "١١٨", "99999999999", "118.0"])
def test_an_id_is_written_as_we_write_it(name: str) -> None:
    assert find_team(name) is None


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/matches/PL_{match_id}", 200),
        ("/matches/PL_497405", 200),
        ("/matches/497405", 200),
        ("/matches/SA_{match_id}", 404),
        ("/matches/SA_497405", 404),
        ("/matches/PL_1", 404),
        ("/matches/pl_497405", 422),
        ("/matches/PL_-1", 422),
        ("/matches/PL_0", 422),
        ("/matches/PL_", 422),
        ("/matches/PL_{match_id}x", 422),
        ("/matches/PL_9999999999999999", 422),
        ("/matches/teams/Arsenal/form", 422),
        ("/matches?competition=Premier%20Lea", 400),
    ],
)
def test_a_malformed_match_reference_is_rejected(world: World, path: str, status: int) -> None:
    target = "/api/v1" + path.format(match_id=world.parameters["match_id"])
    assert invoke("matches", target).status == status


def test_an_ambiguous_abbreviation_is_rejected_with_the_clubs_names(world: World) -> None:
    """Three letters are no name where two clubs have them; where one has, they are."""
    header = bearer(SATURDAY, app_metadata={"role": "admin"})
    shared = invoke("news", "/api/v1/rag/news?team=BRE", authorization=header, accept_language="en")
    assert (shared.status, shared.json["code"]) == (400, "ambiguous_team")
    assert "Brentford" in shared.json["detail"]
    assert "Brest" in shared.json["detail"]
    assert invoke("news", "/api/v1/rag/news?team=ARS", authorization=header).status == 200
