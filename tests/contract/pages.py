"""Page by page, what the live web frontend calls and which fields of the answers it reads.

A page's calls stand in the order in which it makes them; `{name}` is a value that an earlier answer gave. Fields are
written as in contract.py, under the place in the answer where they stand: `matches[]` is each element of a list,
`by_competition{}` each value of an object. Besides its types there are `time`, a text that JavaScript's Date reads;
`share`, a number that the page multiplies by 100 before it writes `%`; `percent`, a number behind which it writes `%`
as it is. `[str]` is a list of texts, `list` a list whose elements have a place of their own.

What a page does without where it is absent is left out: its own types name more than the former API ever sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from shared.accounts.plans import Plan

API = "/api/v1"
ANYONE, FREE, PREMIUM, ADMIN = Plan.ANONYMOUS, Plan.FREE, Plan.PREMIUM, Plan.ADMIN
Reads = Mapping[str, str]


@dataclass(frozen=True)
class Call:
    """One call of a page.

    Attributes:
        target: the method, unless it is GET, and the address.
        reads: the fields that the page reads, by the place where they stand; empty for what it only waits for.
        least: the least plan that is answered; a lower one is rejected, which the page shows in its own way.
        status: of the answer.
        sent: the body.
        gives: values for later calls, by name: where each stands, by names and places.
        signed: whether the page sends its reader's token.
    """

    target: str
    reads: Reads = field(default_factory=dict)
    least: Plan = ANYONE
    status: int = 200
    sent: Mapping[str, object] | None = None
    gives: Mapping[str, tuple[str | int, ...]] = field(default_factory=dict)
    signed: bool = True

    @property
    def method(self) -> str:
        """The HTTP method."""
        return self.target.rpartition(" ")[0] or "GET"

    @property
    def address(self) -> str:
        """The path and the query."""
        return self.target.rpartition(" ")[2]


@dataclass(frozen=True)
class Page:
    """A page, who may open it, and its calls."""

    route: str
    calls: tuple[Call, ...]
    opens: Plan = FREE


PICK: Reads = {
    "": "picks list",
    "picks[]": "rank int; pick_score float; prediction object",
    "picks[].prediction": "match_id int; home_team str; away_team str; competition str; match_date time; "
    "recommended_bet str; confidence share; value_score share; probabilities object; explanation str; "
    "key_factors [str]; risk_factors [str]",
    "picks[].prediction.probabilities": "home_win share; draw share; away_win share",
}
TEAM = "id int; name str; short_name str; logo_url str?"
MATCH = (
    "id int; home_team object; away_team object; competition str; competition_code str; match_date time; status str; "
    "home_score int?; away_score int?; matchday int?"
)
MATCHES: Reads = {
    "": "matches list",
    "matches[]": MATCH,
    "matches[].home_team": "name str",
    "matches[].away_team": "name str",
}
NEWS: Reads = {
    "": "articles list; total int; fetched_at time",
    "articles[]": "title str; source str; published_at time?; url str?; article_type str; team_name str?",
}
STATS: Reads = {
    "": "total_predictions int; verified_predictions int; correct_predictions int; accuracy share; "
    "roi_simulated percent; by_competition object",
    "by_competition{}": "total int; correct int; accuracy share",
}
BET = (
    "id int; match_id int; prediction str; odds float; amount float; status str; potential_return float; "
    "actual_return float?; created_at time"
)
BANKROLL: Reads = {
    "": "current_bankroll float; profit_loss float; roi_pct percent; win_rate percent; total_bets int; won_bets int; "
    "lost_bets int; pending_bets int; total_staked float; total_returned float",
}
FAVOURITE = "id int; name str; short_name str; logo_url str?; country str?"
OWN: Reads = {"": "favorite_team_id int?; favorite_team object?", "favorite_team": FAVOURITE}
SWITCHES: Reads = {
    "": "email_daily_picks bool; email_match_results bool; push_daily_picks bool; push_match_start bool; "
    "push_bet_results bool; dark_mode bool; favorite_competitions [str]",
}
TEAM_FORM: Reads = {
    "": "form_string str; goals_scored_avg float; goals_conceded_avg float; xg_for_avg float?; xg_against_avg float?",
}
CONTEXT = "team_name str; recent_news [str]; injuries [str]; sentiment_label str; sentiment_score float"
CHANCES = "estimated_xg float; estimated_xga float; offensive_rating float; defensive_rating float"
CHECK = "status str; message str; value float|int|str?"
NO_MATCHES: Reads = {"": "matches list; count int"}
SYNC: Reads = {"": "status str"}

CLUB = (
    Call(f"{API}/users/teams/search?q=arse&limit=10", {"": "teams list", "teams[]": FAVOURITE}, FREE,
         gives={"club": ("teams", 0, "id")}),
    Call(f"PUT {API}/users/me/preferences", OWN, FREE, sent={"favorite_team_id": "{club}"}),
)  # fmt: skip
"""The window in which a favourite club is chosen, over every page until it was closed once."""
SEARCH = Call(
    f"{API}/search?q=arse&limit=5",
    {
        "": "teams list; matches list",
        "teams[]": "id int; name str; tla str?; country str?; logo_url str?",
        "matches[]": "id int; home_team_name str; away_team_name str; home_team_logo str?; away_team_logo str?; "
        "competition_code str; match_date time; status str",
    },
)
"""The bar at the head of every page."""

ON_TODAY = "&match_date={today}"

PAGES = (
    Page("/", opens=ANYONE, calls=(
        SEARCH,
        *CLUB,
        Call(f"{API}/users/me/preferences", OWN, FREE),
        Call(f"{API}/matches/live", {
            "": "matches list; data_source object?",
            "matches[]": "id int; home_team object; away_team object; home_score int?; away_score int?; minute int?; "
            "status str; competition str; events list",
            "matches[].home_team": TEAM,
            "matches[].away_team": TEAM,
            "data_source": "is_fallback bool; warning str?",
        }),
        Call(f"{API}/users/teams/{{club}}/news?limit=3", {
            "": "news list",
            "news[]": "id str; title str; category str; published_at time",
        }, FREE),
        Call(f"{API}/users/teams/{{club}}/summary", {
            "": "summary str; form [str]; position int?; points int?; competition str?; next_match object?",
            "next_match": "opponent str; date time; is_home bool",
        }, FREE),
        Call(f"{API}/rag/news?limit=5", NEWS, signed=False),
        Call(f"{API}/rag/news?team=Arsenal&limit=5", NEWS, signed=False),
        Call(f"{API}/predictions/daily?date={{today}}", PICK),
        Call(f"{API}/matches/upcoming?days=3", MATCHES),
    )),
    Page("/plans", opens=ANYONE, calls=(
        Call(f"POST {API}/stripe/create-checkout-session", {"": "checkout_url str"}, FREE, sent={
            "plan": "premium",
            "success_url": "{origin}/plans/success",
            "cancel_url": "{origin}/plans",
        }),
    )),
    Page("/sitemap.xml", opens=ANYONE, calls=(
        Call(f"{API}/matches?limit=100", signed=False),  # it looks for `data`, which there never was
    )),
    Page("/standings", (
        Call(f"{API}/matches/standings/PL", {
            "": "competition_code str; competition_name str; standings list; last_updated time?",
            "standings[]": "position int; team_id int; team_name str; team_logo_url str?; played int; won int; "
            "drawn int; lost int; goal_difference int; points int",
        }),
    )),
    Page("/picks", (
        Call(f"{API}/predictions/daily?date={{today}}", PICK, gives={
            "competition": ("picks", 0, "prediction", "competition"),
            "home": ("picks", 0, "prediction", "home_team"),
            "away": ("picks", 0, "prediction", "away_team"),
        }),
        Call(f"{API}/rag/enrich?home_team={{home}}&away_team={{away}}&competition={{competition}}" + ON_TODAY, {
            "": "home_context object; away_context object; weather object?; is_derby bool; match_importance str; "
            "combined_analysis str?; sources_used [str]; enriched_at time",
            "home_context": CONTEXT,
            "away_context": CONTEXT,
            "weather": "available bool; temperature float?; wind_speed float?; rain_probability percent?; "
            "description str?; impact str?",
        }, PREMIUM),
        Call(f"{API}/rag/news?limit=8", NEWS, signed=False),
    )),
    Page("/matches", (
        Call(f"{API}/matches?date_from={{monday}}&date_to={{today}}&per_page=100", MATCHES, gives={
            "finished": ("matches", 0, "id"),
        }),
        Call(f"{API}/matches?date_from={{today}}&date_to={{tomorrow}}&per_page=100", MATCHES, gives={
            "match": ("matches", 0, "id"),
            "home": ("matches", 0, "home_team", "name"),
            "away": ("matches", 0, "away_team", "name"),
            "host": ("matches", 0, "home_team", "id"),
            "guest": ("matches", 0, "away_team", "id"),
        }),
    )),
    Page("/match/[id]", (
        Call(f"{API}/matches/{{match}}", {
            "": "home_team object; away_team object; match_date time; competition str",
            "home_team": "name str",
            "away_team": "name str",
        }, signed=False),
        Call(f"{API}/matches/{{match}}", {
            "": MATCH + "; odds_home float?; odds_draw float?; odds_away float?",
            "home_team": TEAM,
            "away_team": TEAM,
        }),
        Call(f"{API}/predictions/{{match}}?include_model_details=true", {
            "": "recommended_bet str; confidence share; value_score share; probabilities object; explanation str; "
            "key_factors [str]; risk_factors [str]; multi_markets object?; model_contributions object?; "
            "llm_adjustments object?; match_context_summary str?; created_at time",
            "probabilities": "home_win share; draw share; away_win share",
            "multi_markets": "over_under_25 object; over_under_15 object; btts object; double_chance object",
            "multi_markets.over_under_25": "over_prob share; over_odds float?; under_odds float?",
            "multi_markets.over_under_15": "over_prob share; over_odds float?; under_odds float?",
            "multi_markets.btts": "yes_prob share; yes_odds float?; no_odds float?",
            "multi_markets.double_chance": "1X share; X2 share; 12 share; home_or_draw_odds float?; "
            "away_or_draw_odds float?; home_or_away_odds float?",
            "model_contributions.xgboost": "home_win share; draw share; away_win share",
        }),
        Call(f"{API}/matches/{{match}}/head-to-head?limit=10", {
            "": "matches list; total_matches int; avg_goals float",
            "matches[]": "date time; home_team str; away_team str; home_score int; away_score int",
        }),
        Call(f"{API}/matches/teams/{{host}}/form?matches_count=5&team_name={{home}}", TEAM_FORM),
        Call(f"{API}/matches/teams/{{guest}}/form?matches_count=5&team_name={{away}}", TEAM_FORM),
        Call(f"{API}/enrichment/full?home_team={{home}}&away_team={{away}}&competition=PL", {
            "": "odds object?; home_xg_estimate object?; away_xg_estimate object?; standings object?",
            "odds": "home_win float?; draw float?; away_win float?; bookmakers [str]; value_detected bool",
            "home_xg_estimate": CHANCES,
            "away_xg_estimate": CHANCES,
            "standings": "home_position int?; away_position int?; home_points int?; away_points int?; "
            "position_diff int?; context_note str",
        }, PREMIUM),
        Call(f"{API}/bets/kelly?odds=2.41&confidence=46", {
            "": "suggested_stake_pct percent; edge share; kelly_fraction share; bankroll float; suggested_stake float",
        }, FREE),
        Call(f"{API}/rag/news?team={{home}}&limit=5", {"": NEWS[""]}, signed=False),
        Call(f"POST {API}/user/favorites", {}, FREE, sent={"match_id": "{match}"}),
        Call(f"{API}/user/favorites", {
            "": "favorites list",
            "favorites[]": "match_id int; home_team str?; away_team str?; match_date time?; competition str?; "
            "created_at time",
        }, FREE),
        Call(f"DELETE {API}/user/favorites/{{match}}", {}, FREE),
    )),
    Page("/bets", (
        Call(f"PUT {API}/bets/bankroll", {}, sent={
            "initial_bankroll": 200, "alert_threshold": 20, "default_stake_pct": 2,
        }),
        Call(f"{API}/matches/upcoming?days=7", {"": "matches list", "matches[]": "id int"}, gives={
            "match": ("matches", -1, "id"),
        }),
        Call(f"POST {API}/bets", {}, status=201, gives={"bet": ("id",)}, sent={
            "match_id": "{match}", "prediction": "home_win", "odds": 2.1, "amount": 4,
        }),
        Call(f"POST {API}/bets", {}, status=201, gives={"other": ("id",)}, sent={
            "match_id": "{match}", "prediction": "draw", "odds": 3.4, "amount": 2, "confidence": 35,
        }),
        Call(f"PATCH {API}/bets/{{bet}}", {}, status=400, sent={"status": "won"}),  # it has not begun
        Call(f"{API}/bets", {"[]": BET}),
        Call(f"{API}/bets?status=pending", {"[]": BET}),
        Call(f"{API}/bets/bankroll", BANKROLL),
        Call(f"DELETE {API}/bets/{{other}}", {}, status=204),
    )),
    Page("/history", (
        Call(f"{API}/predictions/daily?date={{yesterday}}", PICK | {
            "picks[].prediction": PICK["picks[].prediction"]
            + "; is_verified bool; is_correct bool?; actual_score str?",
        }),
    )),
    Page("/calibration", (
        Call(f"{API}/predictions/calibration?days=90", {
            "": "overall_accuracy share; overall_calibration_error share; total_verified int; period str; "
            "by_confidence list; by_bet_type list; by_competition object",
            "by_confidence[]": "confidence_range str; predicted_confidence share; actual_win_rate share; count int; "
            "overconfidence share",
            "by_bet_type[]": "bet_type str; accuracy share; total_predictions int; avg_confidence share",
            "by_competition{}": "total int; accuracy share; avg_confidence share",
        }),
    )),
    Page("/dashboard", (Call(f"{API}/predictions/stats?days=30", STATS),)),
    Page("/favorites", (
        Call(f"{API}/user/favorites", {"": "favorites list"}),
    )),
    Page("/news", (
        Call(f"{API}/rag/news?limit=20", NEWS, signed=False),
        Call(f"{API}/rag/news?competition=Premier%20League&limit=20", NEWS, signed=False),
    )),
    Page("/search", (
        Call(f"{API}/vector/search?query=Arsenal&limit=20", {
            "": "results list; total int; search_time_ms float",
            "results[]": "id str; score share; title str; content str?; team_name str?; article_type str?; "
            "published_at time?; source str?",
        }, PREMIUM),
    )),
    Page("/profile", (
        Call(f"{API}/users/me/stats", {
            "": "member_since_days int; favorite_competition str?; total_predictions_viewed int?",
        }),
        Call(f"{API}/bets", {"[]": BET}),
        Call(f"PATCH {API}/users/me", {}, sent={"full_name": "Camille Martin"}),
    )),
    Page("/profile/preferences", (
        Call(f"{API}/user/preferences", SWITCHES),
        Call(f"PUT {API}/user/preferences", SWITCHES, sent={
            "email_daily_picks": False, "email_match_results": True, "push_daily_picks": True, "push_match_start": True,
            "push_bet_results": False, "dark_mode": True, "favorite_competitions": ["PL", "FL1"],
        }),
    )),
    Page("/tennis", (
        Call(f"{API}/tennis/matches", NO_MATCHES, signed=False),
        Call(f"{API}/tennis/matches?circuit=ATP&surface=clay", NO_MATCHES),
    )),
    Page("/tennis/[id]", (Call(f"{API}/tennis/matches/7", {}, status=404),)),
    Page("/basketball", (
        Call(f"{API}/basketball/matches", NO_MATCHES, signed=False),
        Call(f"{API}/basketball/matches?league=NBA", NO_MATCHES),
    )),
    Page("/basketball/[id]", (Call(f"{API}/basketball/matches/7", {}, status=404),)),
    Page("/admin", opens=ADMIN, calls=(
        Call(f"{API}/admin/stats", {
            "": "total_users int; premium_users int; total_predictions int; success_rate percent; total_matches int; "
            "last_match_sync time?",
        }),
        Call(f"{API}/predictions/stats", STATS),
        Call("/health/ready", {"": "database bool; redis object; football_api bool; llm_api bool"}, signed=False),
        Call(f"{API}/admin/data-quality", {
            "": "overall_status str; timestamp time; freshness object; completeness object; range_validation object; "
            "consistency object; anomalies list",
            "freshness": CHECK,
            "completeness": "status str; message str; value share",
            "range_validation": CHECK,
            "consistency": CHECK,
        }),
        Call(f"{API}/admin/users?page=1&per_page=10", {
            "": "users list; total int",
            "users[]": "id str; email str; role str; created_at time",
        }),
        Call(f"POST {API}/admin/users/{{person}}/role?role=premium"),
        Call(f"POST {API}/sync/weekly?days=7&include_standings=true", SYNC),
        Call(f"POST {API}/sync/matches?days=7", SYNC),
        Call(f"POST {API}/sync/standings", SYNC),
    )),
    # These call Supabase alone, or nothing.
    Page("/settings", ()),
    Page("/plans/success", ()),
    Page("/offline", ()),
    Page("/auth/…", (), opens=ANYONE),
    Page("/privacy", (), opens=ANYONE),
    Page("/terms", (), opens=ANYONE),
)  # fmt: skip
