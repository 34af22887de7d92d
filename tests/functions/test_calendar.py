"""Fixtures as a calendar reads them: right hours on both sides of a clock change, and nothing that text could break."""

import re
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from subprocess import run as run_process
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from functions.calendar.feed import feed
from local import fake_upstash
from shared.explanations.translations import Language
from shared.football.calendar import last_minute
from shared.football.competition import COMPETITIONS
from shared.football.match import Hour, MatchUpdate, Score, Status
from shared.football.plain_text import to_plain_text
from shared.football.team import Source
from shared.services import cache_policies
from shared.services.cache_policies import CacheKind
from shared.stores.database import connect
from shared.stores.football import teams
from shared.stores.football.matches import MatchRow
from tests.conftest import SATURDAY
from tests.factories import club, insert_matches, match_update
from tests.running import HttpResponse, environment, invoke

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 10, 20, 8, tzinfo=UTC)
UPDATED_AT = datetime(2026, 10, 19, 6, 30, 15, tzinfo=UTC)
EVENING = datetime(2026, 10, 24, 21, tzinfo=PARIS)
PL = "/competitions/PL.ics"
CODES = ", ".join(code for code in COMPETITIONS if code != "DEMO")


def get(target: str = PL, at: datetime = NOW, **headers: str) -> HttpResponse:
    return invoke("calendar", f"/api/v1/calendar{target}", at=at, **headers)


def read_calendar(target: str = PL, at: datetime = NOW, **headers: str) -> Any:
    """A calendar, as a reader's own program understands it."""
    response = get(target, at, **headers)
    assert response.status == 200, response.body
    return Calendar.from_ical(response.body)


def autumn_match(home: str = "Arsenal", away: str = "Chelsea", **changes: Any) -> MatchUpdate:
    """football-data.org's update of a match of the autumn."""
    defaults: dict[str, Any] = {
        "source": Source.FOOTBALL_DATA_ORG,
        "external_id": f"{home}/{away}",
        "season": 2026,
        "matchday": 9,
    }
    defaults |= {"source_updated_at": UPDATED_AT, "kick_off": EVENING.astimezone(UTC)}
    return replace(match_update(home, away), **defaults | changes)


def insert(url: str, *updates: MatchUpdate, now: datetime = NOW) -> list[int]:
    with connect(url, "test") as db:
        return insert_matches(db, *updates, now=now)


def summaries(calendar: Any) -> list[str]:
    return [str(event["SUMMARY"]) for event in calendar.events]


@pytest.mark.case("I11")
def test_hours_are_right_on_both_sides_of_the_end_of_summer_time(bundle: object, url: str) -> None:
    """Nine in the evening in Paris, on the last evening of summer time and on the first after it."""
    insert(
        url,
        autumn_match(),
        autumn_match("Everton", "Fulham", kick_off=datetime(2026, 10, 25, 21, tzinfo=PARIS).astimezone(UTC)),
    )
    lines = get().body.split("\r\n")
    assert [line for line in lines if line.startswith("DTSTART")] == [
        "DTSTART:20261024T190000Z",
        "DTSTART:20261025T200000Z",
    ]
    assert [line for line in lines if line.startswith("DTEND")] == ["DTEND:20261024T210000Z", "DTEND:20261025T220000Z"]
    starts = [event.start.astimezone(PARIS) for event in read_calendar().events]
    assert [f"{start:%d %H:%M}" for start in starts] == ["24 21:00", "25 21:00"]


def test_a_match_is_rendered_as_a_calendar_event(bundle: object, url: str) -> None:
    [match_id] = insert(url, autumn_match())
    calendar = read_calendar()
    assert (calendar.prodid, calendar.version) == ("-//Paris Sportif//Calendar//FR", "2.0")
    assert calendar.calendar_name == "Premier League"
    [event] = calendar.events
    assert {name: event[name].to_ical().decode() for name in event} == {
        "UID": f"{match_id}@paris-sportif",
        "DTSTAMP": "20261019T063015Z",
        "LAST-MODIFIED": "20261019T063015Z",
        "DTSTART": "20261024T190000Z",
        "DTEND": "20261024T210000Z",
        "SUMMARY": "Arsenal - Chelsea",
        "DESCRIPTION": "Premier League\\, journée 9",
        "STATUS": "CONFIRMED",
        "TRANSP": "TRANSPARENT",
    }


def test_the_response_is_a_calendar_file(bundle: object, url: str) -> None:
    response = get("/competitions/pl.ics")
    assert response.headers["content-type"] == "text/calendar; charset=utf-8"
    assert response.headers["content-disposition"] == 'inline; filename="PL.ics"'
    assert get(f"/teams/{insert_club(url)}.ics").headers["content-disposition"] == 'inline; filename="team-118.ics"'


def insert_club(url: str) -> int:
    with connect(url, "test") as db:
        teams.put(db, [club("Arsenal")])
    return club("Arsenal").team_id


@pytest.mark.parametrize(
    ("status", "score", "french", "english", "label"),
    [
        (Status.FINISHED, "2-1", "Arsenal - Chelsea (2-1)", "Arsenal - Chelsea (2-1)", "CONFIRMED"),
        (
            Status.AWARDED,
            "0-3",
            "Arsenal - Chelsea (0-3, sur tapis vert)",
            "Arsenal - Chelsea (0-3, awarded)",
            "CONFIRMED",
        ),
        (Status.IN_PLAY, "1-0", "Arsenal - Chelsea", "Arsenal - Chelsea", "CONFIRMED"),
        (Status.UNKNOWN, "", "Arsenal - Chelsea", "Arsenal - Chelsea", "TENTATIVE"),
        (Status.SUSPENDED, "", "Arsenal - Chelsea (interrompu)", "Arsenal - Chelsea (suspended)", "TENTATIVE"),
        (Status.POSTPONED, "", "Arsenal - Chelsea (reporté)", "Arsenal - Chelsea (postponed)", "TENTATIVE"),
        (Status.CANCELLED, "", "Arsenal - Chelsea (annulé)", "Arsenal - Chelsea (cancelled)", "CANCELLED"),
    ],
)
def test_a_matchs_status_is_in_the_summary_and_the_status_property(
    bundle: object, url: str, status: Status, score: str, french: str, english: str, label: str
) -> None:
    result = Score(*map(int, score.split("-"))) if score else None
    insert(url, autumn_match(status=status, score=result), now=NOW + timedelta(days=6))
    after = NOW + timedelta(days=6)
    for language, summary in (("fr", french), ("en-GB", english)):
        [event] = read_calendar(at=after, accept_language=language).events
        assert (str(event["SUMMARY"]), str(event["STATUS"])) == (summary, label)


def test_a_results_description_names_the_score_after_90_minutes(bundle: object, url: str) -> None:
    after = NOW + timedelta(days=6)
    insert(url, autumn_match(status=Status.FINISHED, score=Score(1, 1), matchday=None), now=after)
    assert str(read_calendar(at=after).events[0]["DESCRIPTION"]) == "Premier League\nScore au bout de 90 minutes."
    english = read_calendar(at=after, accept_language="en").events[0]
    assert str(english["DESCRIPTION"]) == "Premier League\nScore after 90 minutes."


def test_a_postponed_match_is_an_all_day_event(bundle: object, url: str) -> None:
    """00:30 in Paris is still the day before in UTC."""
    late = datetime(2026, 10, 25, 0, 30, tzinfo=PARIS).astimezone(UTC)
    [match_id] = insert(url, autumn_match(status=Status.POSTPONED, kick_off=late))
    [event] = read_calendar().events
    assert (event.start, "DTEND" in event) == (date(2026, 10, 25), False)
    assert "DTSTART;VALUE=DATE:20261025" in get().body
    december = datetime(2026, 12, 9, 20, tzinfo=UTC)
    insert(url, autumn_match(kick_off=december, source_updated_at=UPDATED_AT + timedelta(days=1)))
    [moved] = read_calendar().events
    assert (moved.start, str(moved["UID"])) == (december, f"{match_id}@paris-sportif")
    assert moved["LAST-MODIFIED"].dt > event["LAST-MODIFIED"].dt


def test_a_calendar_reaches_30_days_back_and_as_far_ahead_as_fixtures_are_known(bundle: object, url: str) -> None:
    first = datetime(2026, 9, 20, tzinfo=PARIS).astimezone(UTC)
    insert(
        url,
        autumn_match("Arsenal", "Chelsea", kick_off=first - timedelta(seconds=1)),
        autumn_match("Everton", "Fulham", kick_off=first),
        autumn_match("Wolves", "Luton", kick_off=datetime(2027, 5, 23, 15, tzinfo=UTC)),
    )
    assert summaries(read_calendar()) == ["Everton - Fulham", "Wolverhampton Wanderers - Luton Town"]


def test_a_clubs_calendar_has_its_home_and_away_matches_of_shown_competitions(bundle: object, url: str) -> None:
    day = timedelta(days=1)
    insert(
        url,
        autumn_match("Arsenal", "Chelsea"),
        autumn_match("Everton", "Arsenal", kick_off=EVENING.astimezone(UTC) + day),
        autumn_match(
            "Arsenal", "Lens", competition="CL", stage="LEAGUE_STAGE", kick_off=EVENING.astimezone(UTC) + 2 * day
        ),
        autumn_match("Everton", "Fulham"),
        autumn_match("Arsenal", "Fulham", competition="DEMO", kick_off=EVENING.astimezone(UTC) + 3 * day),
    )
    calendar = read_calendar(f"/teams/{club('Arsenal').team_id}.ics")
    assert calendar.calendar_name == "Arsenal"
    assert summaries(calendar) == ["Arsenal - Chelsea", "Everton - Arsenal", "Arsenal - Lens"]
    assert len(read_calendar("/competitions/CL.ics").events) == 1


def test_a_competition_between_two_seasons_is_a_calendar_without_matches(bundle: object) -> None:
    """Refused, it would be dropped by who subscribed to it."""
    assert read_calendar().events == []


@pytest.mark.parametrize(
    ("target", "french", "english"),
    [
        (
            "/competitions/XX.ics",
            f"La compétition XX est inconnue ; les codes sont {CODES}.",
            f"Competition XX is unknown; the codes are {CODES}.",
        ),
        (
            "/competitions/DEMO.ics",
            f"La compétition DEMO est inconnue ; les codes sont {CODES}.",
            f"Competition DEMO is unknown; the codes are {CODES}.",
        ),
        ("/teams/99999.ics", "Le club « 99999 » est inconnu.", 'The club "99999" is unknown.'),
        ("/competitions/PL", "Cette adresse n'existe pas.", "This address does not exist."),
        ("/competitions/.ics", "Cette adresse n'existe pas.", "This address does not exist."),
    ],
)
def test_an_unknown_club_or_competition_is_404(bundle: object, target: str, french: str, english: str) -> None:
    assert (get(target).status, get(target).json["detail"]) == (404, french)
    assert get(target, accept_language="en").json["detail"] == english


@pytest.mark.case("H3")
@pytest.mark.parametrize(
    "target",
    [f"/teams/{team_id}.ics" for team_id in ("0", "-1", "2147483648", "1e2", "true", "arsenal")],
)
def test_an_invalid_team_id_is_a_422(bundle: object, target: str) -> None:
    assert get(target).status == 422


@pytest.mark.case("H11")
@pytest.mark.parametrize("name", ["PL%0D%0AX-Evil:%201", "%00", "%22;x=%22"])
def test_no_path_injects_a_response_header(bundle: object, name: str) -> None:
    response = get(f"/competitions/{name}.ics")
    assert response.status in {404, 422}
    assert not {"x-evil", "content-disposition"} & response.headers.keys()


def test_an_unknown_parameter_is_ignored(bundle: object, url: str) -> None:
    insert(url, autumn_match())
    assert get(f"{PL}?days=1").body == get().body


@pytest.mark.case("D7")
def test_an_unchanged_calendar_is_304(bundle: object, url: str) -> None:
    """The same matches give the same bytes, at whatever hour of the day."""
    insert(url, autumn_match())
    first, later = get(), get(at=NOW + timedelta(hours=3))
    assert first.body == later.body
    again = get(at=NOW + timedelta(hours=3), if_none_match=first.headers["etag"])
    assert (again.status, again.body) == (304, "")
    assert first.headers["cache-control"].startswith("public, max-age=60, s-maxage=")
    assert first.headers["vary"].startswith("Accept-Language")
    assert get(if_none_match=first.headers["etag"], accept_language="en").status == 200
    insert(url, autumn_match(kick_off=NOW + timedelta(days=9), source_updated_at=UPDATED_AT + timedelta(hours=1)))
    assert get(if_none_match=first.headers["etag"]).status == 200


@pytest.mark.case("D5", "D12")
def test_a_calendar_is_cached_until_matches_are_invalidated(bundle: object, url: str) -> None:
    with fake_upstash.serve() as (address, token):
        redis = {"UPSTASH_REDIS_REST_URL": address, "UPSTASH_REDIS_REST_TOKEN": token}
        with environment(DATABASE_URL=url, PUBLIC_CALLS_PER_MINUTE="1000", **redis):
            insert(url, autumn_match())
            english = get(accept_language="en")
            assert [get().headers["cache-status"].split("; ")[1] for _ in range(2)] == ["fwd=miss", "hit"]
            insert(url, autumn_match(status=Status.CANCELLED, source_updated_at=UPDATED_AT + timedelta(hours=1)))
            assert summaries(read_calendar()) == ["Arsenal - Chelsea"]
            assert get(accept_language="en").body == english.body != get().body
            cache_policies.invalidate(CacheKind.MATCHES)
            assert summaries(read_calendar()) == ["Arsenal - Chelsea (annulé)"]


def test_a_calendar_holds_no_probabilities_odds_or_picks(saturday_url: str) -> None:
    """Over a real Saturday that has forecasts, so that no legal notice is needed."""
    body = get(at=SATURDAY).body
    assert body.count("BEGIN:VEVENT") > 20
    lines = [line for line in body.lower().splitlines() if re.search("%|cote|pari |prob|value|http", line)]
    assert lines == []


ONE = MatchRow(
    match_id=26010011800119,
    competition="PL",
    season=2026,
    stage="REGULAR_SEASON",
    matchday=9,
    kick_off=EVENING,
    status=Status.SCHEDULED,
    home_goals=None,
    away_goals=None,
    review=None,
    source_updated_at=UPDATED_AT,
    home_team_id=118,
    home_name="Arsenal",
    home_short_name="Arsenal",
    home_crest_url=None,
    away_team_id=119,
    away_name="Chelsea",
    away_short_name="Chelsea",
    away_crest_url=None,
    matched=True,
)
NAMES = {"UID", "DTSTAMP", "LAST-MODIFIED", "DTSTART", "SUMMARY", "DESCRIPTION", "STATUS", "TRANSP"}
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)
HARD = TEXT | st.lists(st.sampled_from([*',;:\\"\r\n\t\x0b\x1b\x85\u2028é⚽', "\\n", "\r\nX-EVIL:1"])).map("".join)


@pytest.mark.case("H11")
@given(HARD, HARD, st.sampled_from(Language), st.sampled_from(Status))
def test_any_name_reads_back_as_it_is_shown_and_writes_no_line_of_its_own(
    home: str, away: str, language: Language, status: Status
) -> None:
    """Commas, semicolons, backslashes, ends of lines, control characters, lines folded inside a character."""
    file = feed("PL", home, [replace(ONE, home_name=home, away_name=away, status=status)], language)
    *lines, rest = file.split(b"\r\n")
    assert rest == b""
    assert max(len(line) for line in lines) <= 75, "RFC 5545, section 3.1"
    assert not re.search(rb"[\x00-\x08\x0a-\x1f\x7f]", b"".join(lines)), "RFC 5545, section 3.3.11"
    calendar: Any = Calendar.from_ical(file)
    assert calendar.keys() == {"VERSION", "PRODID", "UID", "NAME", "X-WR-CALNAME"}
    [event] = calendar.subcomponents
    assert str(event["SUMMARY"]).startswith(f"{visible_text(home)} - {visible_text(away)}")
    assert event.keys() - {"DTEND"} == NAMES
    assert str(calendar["NAME"]) == str(calendar["X-WR-CALNAME"])
    assert event["SUMMARY"].to_ical().startswith(f"{calendar['NAME']} - ".encode())


def visible_text(name: str) -> str:
    """A name on one line, without invisible characters."""
    return to_plain_text(name, 100)


@pytest.mark.case("H11")
def test_special_characters_in_names_are_escaped() -> None:
    """As RFC 5545 writes it (section 3.3.11)."""
    name = "Brighton, Hove; Albion\\\r\nX-EVIL:1"
    lines = feed("PL", name, [replace(ONE, home_name=name)], Language.FR).split(b"\r\n")
    assert rb"SUMMARY:Brighton\, Hove\; Albion\\ X-EVIL:1 - Chelsea" in lines
    assert rb"X-WR-CALNAME:Brighton\, Hove\; Albion\\ X-EVIL:1" in lines


def test_unused_libraries_are_not_imported_at_start() -> None:
    modules = "{'numpy', 'httpx', 'upstash_redis'}"
    code = f"import functions.calendar.handler, sys; print(sorted({modules} & set(sys.modules)))"
    process = run_process([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert process.stdout.strip() == "[]"


@pytest.mark.parametrize("status", [Status.SCHEDULED, Status.SUSPENDED, Status.CANCELLED])
def test_a_match_without_an_hour_lasts_its_day(bundle: object, url: str, status: Status) -> None:
    insert(url, autumn_match(kick_off=last_minute(date(2026, 10, 24)), hour=Hour.UNKNOWN, status=status))
    (event,) = read_calendar().walk("VEVENT")
    assert (event.start, event.end) == (date(2026, 10, 24), date(2026, 10, 25))
    assert "DTSTART;VALUE=DATE:20261024" in str(get().body)
