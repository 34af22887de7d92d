"""What the web and mobile clients rely on: operations under their names, and the fields of what they send and get.

Fields are written `name type`, parted by `;`. `?` after a name: the sender may leave it out. `?` after a type: it
may be null. `[T]` is a list, `{T}` an object with names of its own, `object` any object, `A|B` one of them; a capital
letter begins the name of another schema of this table, which is then its name in the description too.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Operation:
    """One call of a client.

    Attributes:
        tag: the group that its hook is generated into.
        name: its operationId, from which the name of the hook is made.
        response: the schema of the response body; empty for none.
        query: the query parameters, as fields.
        request_body: the schema of the request body.
        status: of the response.
    """

    method: str
    path: str
    tag: str
    name: str
    response: str
    query: str = ""
    request_body: str = ""
    status: int = 200


API = "/api/v1"
WORDS = "words"

OPERATIONS = (
    Operation(
        *("GET", f"{API}/matches", "Matches", "getMatches", "MatchListResponse"),
        query="competition? str?; date_from? str?; date_to? str?; status? str?; page? int; per_page? int",
    ),
    Operation(
        *("GET", f"{API}/matches/upcoming", "Matches", "getUpcomingMatches", "MatchListResponse"),
        query="days? int; competition? str?",
    ),
    Operation(
        *("GET", f"{API}/matches/live", "Matches", "getLiveScores", "LiveScoresResponse"), query="competition? str?"
    ),
    Operation("GET", f"{API}/matches/{{match_id}}", "Matches", "getMatch", "MatchResponse"),
    Operation(
        *("GET", f"{API}/matches/{{match_id}}/head-to-head", "Matches", "getHeadToHead", "HeadToHeadResponse"),
        query="limit? int",
    ),
    Operation(
        *("GET", f"{API}/matches/teams/{{team_id}}/form", "Matches", "getTeamForm", "TeamFormResponse"),
        query="matches_count? int; team_name? str?",
    ),
    Operation("GET", f"{API}/matches/standings/{{competition_code}}", "Matches", "getStandings", "StandingsResponse"),
    Operation(
        *("GET", f"{API}/predictions/daily", "Predictions", "getDailyPicks", "DailyPicksResponse"), query="date? str?"
    ),
    Operation(
        *("GET", f"{API}/predictions/stats", "Predictions", "getPredictionStats", "PredictionStatsResponse"),
        query="days? int",
    ),
    Operation(
        *("GET", f"{API}/predictions/calibration", "Predictions", "getCalibration", "CalibrationResponse"),
        query="days? int",
    ),
    Operation(
        *("GET", f"{API}/predictions/{{match_id}}", "Predictions", "getPrediction", "PredictionResponse"),
        query="include_model_details? bool",
    ),
    Operation(
        *("GET", f"{API}/bets/bankroll", "Bets & Bankroll", "get_bankroll_api_v1_bets_bankroll_get"),
        response="BankrollResponse",
    ),
    Operation(
        *("PUT", f"{API}/bets/bankroll", "Bets & Bankroll", "update_bankroll_api_v1_bets_bankroll_put"),
        response="BankrollResponse",
        request_body="BankrollSettings",
    ),
    Operation(
        *("GET", f"{API}/bets", "Bets & Bankroll", "list_bets_api_v1_bets_get"),
        response="[BetResponse]",
        query="status? str?; limit? int; offset? int",
    ),
    Operation(
        *("POST", f"{API}/bets", "Bets & Bankroll", "create_bet_api_v1_bets_post"),
        response="BetResponse",
        request_body="BetCreate",
        status=201,
    ),
    Operation(
        *("PATCH", f"{API}/bets/{{bet_id}}", "Bets & Bankroll", "update_bet_api_v1_bets__bet_id__patch"),
        response="BetResponse",
        request_body="BetUpdate",
    ),
    Operation(
        *("DELETE", f"{API}/bets/{{bet_id}}", "Bets & Bankroll", "delete_bet_api_v1_bets__bet_id__delete"),
        response="",
        status=204,
    ),
    Operation(
        *("GET", f"{API}/bets/kelly", "Bets & Bankroll", "get_kelly_suggestion_api_v1_bets_kelly_get"),
        response="KellySuggestion",
        query="odds float; confidence float",
    ),
    Operation(
        *("POST", f"{API}/user/favorites", "User Data", "add_favorite_api_v1_user_favorites_post"),
        response="FavoriteResponse",
        request_body="FavoriteCreate",
    ),
    Operation(
        *("GET", f"{API}/user/favorites", "User Data", "list_favorites_api_v1_user_favorites_get"),
        response="FavoriteListResponse",
        query="offset? int; limit? int",
    ),
    Operation(
        *("DELETE", f"{API}/user/favorites/{{match_id}}", "User Data"),
        name="remove_favorite_api_v1_user_favorites__match_id__delete",
        response="favourite removed",
    ),
    Operation(
        *("GET", f"{API}/user/preferences", "User Data", "get_preferences_api_v1_user_preferences_get"),
        response="PreferencesResponse",
    ),
    Operation(
        *("PUT", f"{API}/user/preferences", "User Data", "update_preferences_api_v1_user_preferences_put"),
        response="PreferencesResponse",
        request_body="PreferencesUpdate",
    ),
    Operation(
        *("PATCH", f"{API}/users/me", "Users", "update_profile_api_v1_users_me_patch", "UserProfileResponse"),
        request_body="UserProfileUpdate",
    ),
    Operation(
        *("GET", f"{API}/users/me/stats", "Users", "get_user_stats_api_v1_users_me_stats_get", "UserStatsResponse"),
    ),
    Operation(
        *("GET", f"{API}/users/me/preferences", "Users", "get_preferences_api_v1_users_me_preferences_get"),
        response="UserPreferencesResponse",
    ),
    Operation(
        *("PUT", f"{API}/users/me/preferences", "Users", "update_preferences_api_v1_users_me_preferences_put"),
        response="UserPreferencesResponse",
        request_body="UserPreferencesUpdate",
    ),
    Operation(
        *("GET", f"{API}/users/teams/search", "Users", "search_teams_api_v1_users_teams_search_get"),
        response="TeamSearchResponse",
        query="q str; limit? int",
    ),
    Operation(
        *("GET", f"{API}/users/teams/{{team_id}}/news", "Users"),
        name="get_team_news_api_v1_users_teams__team_id__news_get",
        response="TeamNewsResponse",
        query="limit? int",
    ),
    Operation(
        *("GET", f"{API}/users/teams/{{team_id}}/summary", "Users"),
        name="get_team_summary_api_v1_users_teams__team_id__summary_get",
        response="TeamSummaryResponse",
    ),
    Operation(
        *("GET", f"{API}/enrichment/full", "Data Enrichment", "get_full_enrichment_api_v1_enrichment_full_get"),
        response="FullEnrichmentResponse",
        query="home_team str; away_team str; competition? str; match_date? str?",
    ),
    Operation(
        *("GET", f"{API}/rag/enrich", "RAG Enrichment", "enrich_match_api_v1_rag_enrich_get", "MatchContext"),
        query="home_team str; away_team str; competition? str; match_date? str?",
    ),
    Operation(
        *("GET", f"{API}/rag/news", "RAG Enrichment", "get_football_news_api_v1_rag_news_get", "NewsResponse"),
        query="team? str?; competition? str?; limit? int",
    ),
    Operation(
        *("GET", f"{API}/vector/search", "Vector Store", "search_news_api_v1_vector_search_get"),
        response="SearchResponse",
        query="query str; team_name? str?; article_type? str?; limit? int",
    ),
    Operation("GET", f"{API}/admin/stats", "Admin", "get_admin_stats_api_v1_admin_stats_get", "AdminStatsResponse"),
    Operation(
        *("GET", f"{API}/admin/users", "Admin", "list_users_api_v1_admin_users_get", "UserListResponse"),
        query="page? int; per_page? int",
    ),
    Operation(
        *("POST", f"{API}/admin/users/{{user_id}}/role", "Admin"),
        name="update_user_role_api_v1_admin_users__user_id__role_post",
        response="role set",
        query="role str",
    ),
    Operation(
        *("GET", f"{API}/admin/data-quality", "Admin"),
        name="get_data_quality_status_api_v1_admin_data_quality_get",
        response="DataQualityResponse",
    ),
    Operation(
        *("POST", f"{API}/sync/weekly", "Data Sync", "sync_weekly_data_api_v1_sync_weekly_post", "SyncResponse"),
        query="days? int; include_standings? bool",
    ),
    Operation(
        *("POST", f"{API}/sync/matches", "Data Sync", "sync_matches_only_api_v1_sync_matches_post", "SyncResponse"),
        query="days? int",
    ),
    Operation(
        *("POST", f"{API}/sync/standings", "Data Sync", "sync_standings_only_api_v1_sync_standings_post"),
        response="SyncResponse",
    ),
    Operation(
        *("POST", f"{API}/stripe/create-checkout-session", "Payments"),
        name="create_checkout_session_api_v1_stripe_create_checkout_session_post",
        response="CheckoutResponse",
        request_body="CreateCheckoutRequest",
    ),
    Operation(
        *("GET", f"{API}/search", "Search", "search_api_v1_search_get", "GlobalSearchResponse"),
        query="q str; type? str; limit? int",
    ),
    Operation(
        *("GET", f"{API}/tennis/matches", "Tennis", "get_tennis_matches_api_v1_tennis_matches_get"),
        response="TennisMatchListResponse",
    ),
    Operation(
        *("GET", f"{API}/basketball/matches", "Basketball", "list_basketball_matches_api_v1_basketball_matches_get"),
        response="BasketballMatchListResponse",
    ),
    Operation("GET", "/health/ready", "Health", "readiness_check_health_ready_get", "readiness"),
)

SCHEMAS = {
    "AdminStatsResponse": "total_users int; premium_users int; total_predictions int; success_rate float; "
    "total_matches int; competitions_with_standings int; last_match_sync str?; last_standings_sync str?",
    "BankrollResponse": "initial_bankroll float; current_bankroll float; total_staked float; total_returned float; "
    "profit_loss float; roi_pct float; win_rate float; total_bets int; won_bets int; lost_bets int; pending_bets int; "
    "alert_threshold float; is_below_threshold bool",
    "BankrollSettings": "initial_bankroll float; alert_threshold? float; default_stake_pct? float",
    "BasketballMatchListResponse": "matches [object]; count int",
    "BetCreate": "match_id int; prediction str; odds float; amount float; confidence? float?",
    "BetResponse": "id int; match_id int; prediction str; odds float; amount float; status str; "
    "potential_return float; actual_return float?; confidence float?; created_at str",
    "BetUpdate": "status str",
    "BttsResponse": "yes_prob float; no_prob float; yes_odds float?; no_odds float?; recommended str",
    "CalibrationBucket": "confidence_range str; predicted_confidence float; actual_win_rate float; count int; "
    "overconfidence float",
    "CalibrationByBet": "bet_type str; total_predictions int; correct int; accuracy float; avg_confidence float; "
    "buckets [CalibrationBucket]",
    "CalibrationResponse": "total_verified int; overall_accuracy float; overall_calibration_error float; "
    "by_bet_type [CalibrationByBet]; by_confidence [CalibrationBucket]; by_competition {object}; period str; "
    "generated_at str",
    "CheckoutResponse": "session_id str; checkout_url str",
    "CorrectScoreResponse": "scores {float}; most_likely str; most_likely_prob float",
    "CreateCheckoutRequest": "plan str; success_url str; cancel_url str",
    "DailyPickResponse": "rank int; prediction PredictionResponse; pick_score float",
    "DailyPicksResponse": "date str; picks [DailyPickResponse]; total_matches_analyzed int; "
    "data_source DataSourceInfo?",
    "DataQualityCheckResponse": "name str; status str; message str; value float|int|str?; threshold float|int|str?; "
    "details object",
    "DataQualityResponse": "timestamp str; overall_status str; freshness DataQualityCheckResponse; "
    "completeness DataQualityCheckResponse; range_validation DataQualityCheckResponse; "
    "consistency DataQualityCheckResponse; anomalies [object]; metrics object",
    "DataSourceInfo": "source str; is_fallback bool; warning str?; warning_code str?; details str?; "
    "retry_after_seconds int?",
    "DoubleChanceResponse": "1X float; X2 float; 12 float; home_or_draw_odds float?; away_or_draw_odds float?; "
    "home_or_away_odds float?; recommended str",
    "FatigueInfo": "home_team TeamFatigueInfo; away_team TeamFatigueInfo; fatigue_advantage float",
    "FavoriteCreate": "match_id int; prediction_id? int?; note? str?; notify_before_match? bool",
    "FavoriteListResponse": "favorites [FavoriteResponse]; total int",
    "FavoriteResponse": "id int; match_id int; prediction_id int?; note str?; notify_before_match bool; "
    "created_at str; home_team str?; away_team str?; match_date str?; competition str?",
    "FavoriteTeamInfo": "id int; name str; short_name str; logo_url str?; country str?",
    "FormData": "last_5 [str]; points int; goals_scored int; goals_conceded int; clean_sheets int; wins int; "
    "draws int; losses int; form_rating float",
    "FullEnrichmentResponse": "home_team str; away_team str; competition str; timestamp str; home_form FormData?; "
    "away_form FormData?; home_xg_estimate XGEstimate?; away_xg_estimate XGEstimate?; odds OddsData?; "
    "weather WeatherData?; h2h H2HData?; standings StandingsContext?",
    "GlobalSearchResponse": "query str; teams [TeamSearchResult(global)]; matches [MatchSearchResult]",
    "H2HData": "total_matches int; home_wins int; away_wins int; draws int; home_goals int; away_goals int; "
    "recent_results [str]",
    "HeadToHeadMatch": "date str; home_team str; away_team str; home_score int; away_score int; competition str",
    "HeadToHeadResponse": "matches [HeadToHeadMatch]; home_wins int; draws int; away_wins int; avg_goals float; "
    "total_matches int; data_source DataSourceInfo?",
    "KellySuggestion": "suggested_stake float; suggested_stake_pct float; kelly_fraction float; edge float; "
    "bankroll float; confidence_adjusted bool",
    "LLMAdjustments": "injury_impact_home float; injury_impact_away float; sentiment_home float; "
    "sentiment_away float; tactical_edge float; total_adjustment float; reasoning str",
    "LiveMatchEvent": "type str; minute int; team str; player str?",
    "LiveMatchInfo": "id int; external_id str; home_team TeamInfo; away_team TeamInfo; home_score int; "
    "away_score int; minute int?; status str; competition str; competition_code str; events [LiveMatchEvent]",
    "LiveScoresResponse": "matches [LiveMatchInfo]; total int; updated_at str; data_source DataSourceInfo?",
    "MatchContext": "home_team str; away_team str; competition str; match_date str; home_context TeamContext; "
    "away_context TeamContext; is_derby bool; match_importance str; weather WeatherInfo?; combined_analysis str?; "
    "enriched_at str; sources_used [str]",
    "MatchListResponse": "matches [MatchResponse]; total int; page int; per_page int; data_source DataSourceInfo?",
    "MatchResponse": "id int; external_id str; home_team TeamInfo; away_team TeamInfo; competition str; "
    "competition_code str; match_date str; status str; home_score int?; away_score int?; matchday int?; "
    "odds_home float?; odds_draw float?; odds_away float?",
    "MatchSearchResult": "id int; home_team_name str; away_team_name str; home_team_logo str?; away_team_logo str?; "
    "competition_code str; match_date str; status str",
    "ModelContributions": "poisson PredictionProbabilities?; xgboost PredictionProbabilities?; "
    "xg_model PredictionProbabilities?; elo PredictionProbabilities?",
    "MultiMarketsResponse": "over_under_15 OverUnderResponse; over_under_25 OverUnderResponse; "
    "over_under_35 OverUnderResponse; btts BttsResponse; double_chance DoubleChanceResponse; "
    "correct_score CorrectScoreResponse; expected_home_goals float; expected_away_goals float; "
    "expected_total_goals float",
    "NewsArticle": "title str; source str; published_at str?; url str?; article_type str; team_name str?",
    "NewsResponse": "articles [NewsArticle]; total int; fetched_at str",
    "OddsData": "home_win float?; draw float?; away_win float?; bookmakers [str]; value_detected bool",
    "OverUnderResponse": "line float; over_prob float; under_prob float; over_odds float?; under_odds float?; "
    "over_value float?; under_value float?; recommended str",
    "PredictionProbabilities": "home_win float; draw float; away_win float",
    "PredictionResponse": "match_id int; home_team str; away_team str; competition str; match_date str; "
    "probabilities PredictionProbabilities; recommended_bet str; confidence float; value_score float; "
    "explanation str; key_factors [str]; risk_factors [str]; model_contributions ModelContributions?; "
    "llm_adjustments LLMAdjustments?; fatigue_info FatigueInfo?; weather WeatherInfo?; "
    "multi_markets MultiMarketsResponse?; match_context_summary str?; news_sources [{str}]?; created_at str; "
    "is_daily_pick bool; is_verified bool; is_correct bool?; actual_score str?; data_source DataSourceInfo?",
    "PredictionStatsResponse": "total_predictions int; verified_predictions int; correct_predictions int; "
    "accuracy float; roi_simulated float; by_competition {object}; by_bet_type {object}; last_updated str",
    "PreferencesResponse": "language str; timezone str; odds_format str; dark_mode bool; email_daily_picks bool; "
    "email_match_results bool; push_daily_picks bool; push_match_start bool; push_bet_results bool; "
    "default_stake float; risk_level str; favorite_competitions [str]",
    "PreferencesUpdate": "language? str?; timezone? str?; odds_format? str?; dark_mode? bool?; "
    "email_daily_picks? bool?; email_match_results? bool?; push_daily_picks? bool?; push_match_start? bool?; "
    "push_bet_results? bool?; default_stake? float?; risk_level? str?; favorite_competitions? [str]?",
    "SearchResponse": "query str; results [SearchResult]; total int; search_time_ms float",
    "SearchResult": "id str; score float; title str; content str?; team_name str?; article_type str?; "
    "published_at str?; source str?",
    "StandingTeamResponse": "position int; team_id int; team_name str; team_logo_url str?; played int; won int; "
    "drawn int; lost int; goals_for int; goals_against int; goal_difference int; points int",
    "StandingsContext": "home_position int?; away_position int?; home_points int?; away_points int?; "
    "position_diff int?; context_note str",
    "StandingsResponse": "competition_code str; competition_name str; standings [StandingTeamResponse]; "
    "last_updated str?; data_source DataSourceInfo?",
    "SyncResponse": "status str; message str; matches_synced int; standings_synced int; errors [str]",
    "TeamContext": "team_name str; recent_news [str]; injuries [str]; sentiment_score float; sentiment_label str",
    "TeamFatigueInfo": "rest_days_score float; fixture_congestion_score float; combined_score float",
    "TeamFormMatch": "opponent str; result str; score str; home_away str; date str",
    "TeamFormResponse": "team_id int; team_name str; last_matches [TeamFormMatch]; form_string str; "
    "points_last_5 int; goals_scored_avg float; goals_conceded_avg float; clean_sheets int; xg_for_avg float?; "
    "xg_against_avg float?; data_source DataSourceInfo?",
    "TeamInfo": "id int; name str; short_name str; logo_url str?; elo_rating float?; form str?",
    "TeamNewsArticle": "title str; source str; url str?; published_at str?",
    "TeamNewsResponse": "team_id int; team_name str; news [TeamNewsArticle]; total int",
    "TeamSearchResponse": "teams [TeamSearchResult]; total int",
    "TeamSearchResult": "id int; name str; short_name str?; logo_url str?; country str?",
    "TeamSearchResult(global)": "id int; name str; short_name str?; tla str?; country str?; logo_url str?",
    "TeamSummaryResponse": "team_id int; team_name str; summary str; form [str]; position int?; points int?; "
    "competition str?; injuries_count int; generated_at str",
    "TennisMatchListResponse": "matches [object]; count int",
    "UserListItem": "id str; email str; role str; created_at str",
    "UserListResponse": "users [UserListItem]; total int; page int; per_page int",
    "UserPreferencesResponse": "language str; timezone str; odds_format str; dark_mode bool; "
    "email_daily_picks bool; email_match_results bool; push_daily_picks bool; push_match_start bool; "
    "push_bet_results bool; default_stake float; risk_level str; favorite_competitions [str]; "
    "favorite_team_id int?; favorite_team FavoriteTeamInfo?",
    "UserPreferencesUpdate": "language? str?; timezone? str?; odds_format? str?; dark_mode? bool?; "
    "email_daily_picks? bool?; email_match_results? bool?; push_daily_picks? bool?; push_match_start? bool?; "
    "push_bet_results? bool?; default_stake? float?; risk_level? str?; favorite_competitions? [str]?; "
    "favorite_team_id? int?",
    "UserProfileResponse": "id str; email str?; full_name str?; role str; created_at str?",
    "UserProfileUpdate": "full_name? str?",
    "UserStatsResponse": "total_predictions_viewed int; favorite_competition str?; member_since_days int",
    "WeatherData": "available bool; temperature float?; feels_like float?; humidity int?; description str?; "
    "wind_speed float?; rain_probability float?; impact str?",
    "WeatherInfo": "available bool; temperature float?; feels_like float?; humidity int?; description str?; "
    "wind_speed float?; rain_probability float?; impact str?",
    "XGEstimate": "estimated_xg float; estimated_xga float; offensive_rating float; defensive_rating float",
    # Bodies that never had a name.
    "favourite removed": "status str; match_id int",
    "readiness": "status str; database bool; redis redis; football_api bool; llm_api bool",
    "redis": "connected bool; latency_ms float?; backend str",
    "role set": "status str; message str; user_id str",
}

BROADCAST = f"{API}/admin/notifications/broadcast"
FORMER = {
    ("GET", "/health"): "health_check_health_get",
    ("GET", f"{API}/matches/competitions"): "getCompetitions",
    ("GET", f"{API}/sync/status"): "get_sync_status_api_v1_sync_status_get",
    ("GET", f"{API}/sync/last"): "get_last_sync_info_api_v1_sync_last_get",
    ("POST", f"{API}/sync/historical"): "sync_historical_season_api_v1_sync_historical_post",
    ("POST", f"{API}/sync/verify-predictions"): "sync_and_verify_predictions_api_v1_sync_verify_predictions_post",
    ("GET", f"{API}/rag/news/injuries"): "get_injury_news_api_v1_rag_news_injuries_get",
    ("GET", f"{API}/rag/status"): "get_rag_status_api_v1_rag_status_get",
    ("POST", f"{API}/rag/analyze"): "analyze_match_context_api_v1_rag_analyze_post",
    ("GET", f"{API}/enrichment/odds"): "get_match_odds_api_v1_enrichment_odds_get",
    ("GET", f"{API}/enrichment/weather"): "get_match_weather_api_v1_enrichment_weather_get",
    ("GET", f"{API}/enrichment/h2h"): "get_h2h_api_v1_enrichment_h2h_get",
    ("GET", f"{API}/enrichment/form/{{team_name}}"): "get_team_form_enrichment_api_v1_enrichment_form__team_name__get",
    ("GET", f"{API}/enrichment/status"): "get_enrichment_status_api_v1_enrichment_status_get",
    ("GET", f"{API}/users/me"): "get_current_profile_api_v1_users_me_get",
    ("POST", f"{API}/admin/data-quality/alert"): "trigger_data_quality_alert_api_v1_admin_data_quality_alert_post",
    ("POST", BROADCAST): "broadcast_notification_api_v1_admin_notifications_broadcast_post",
    ("POST", f"{API}/admin/cache/refresh"): "refresh_cache_api_v1_admin_cache_refresh_post",
    ("GET", f"{API}/admin/cache/status"): "get_cache_status_api_v1_admin_cache_status_get",
    ("POST", f"{API}/admin/prefill"): "run_data_prefill_api_v1_admin_prefill_post",
    ("GET", f"{API}/admin/data-status"): "get_data_status_api_v1_admin_data_status_get",
    ("POST", f"{API}/admin/verify-predictions"): "verify_all_predictions_api_v1_admin_verify_predictions_post",
    ("POST", f"{API}/notifications/subscribe"): "subscribe_push_api_v1_notifications_subscribe_post",
    ("POST", f"{API}/notifications/unsubscribe"): "unsubscribe_push_api_v1_notifications_unsubscribe_post",
    ("PUT", f"{API}/notifications/preferences"): "update_preferences_api_v1_notifications_preferences_put",
    ("GET", f"{API}/notifications/status"): "get_subscription_status_api_v1_notifications_status_get",
    ("GET", f"{API}/dashboard/stats"): "get_user_stats_api_v1_dashboard_stats_get",
    ("GET", f"{API}/dashboard/export"): "export_user_data_api_v1_dashboard_export_get",
    ("POST", f"{API}/stripe/create-portal-session"): "create_portal_session_api_v1_stripe_create_portal_session_post",
    ("GET", f"{API}/stripe/subscription"): "get_subscription_api_v1_stripe_subscription_get",
    ("POST", f"{API}/stripe/cancel-subscription"): "cancel_subscription_api_v1_stripe_cancel_subscription_post",
    ("GET", f"{API}/vector/stats"): "get_vector_stats_api_v1_vector_stats_get",
    ("POST", f"{API}/vector/ingest/team"): "ingest_team_news_api_v1_vector_ingest_team_post",
    ("POST", f"{API}/vector/ingest/competition"): "ingest_competition_news_api_v1_vector_ingest_competition_post",
    ("POST", f"{API}/vector/ingest/all"): "ingest_all_news_api_v1_vector_ingest_all_post",
    ("POST", f"{API}/vector/index/article"): "index_custom_article_api_v1_vector_index_article_post",
    ("GET", f"{API}/vector/team-context"): "get_team_context_api_v1_vector_team_context_get",
    ("GET", f"{API}/vector/match-context"): "get_match_context_api_v1_vector_match_context_get",
}
"""What no page calls, under the operationId that generated clients name it by."""

FORMER_STRINGS = {
    ("GET", f"{API}/dashboard/export"): "format",
    ("GET", f"{API}/sync/last"): "sync_type",
    ("POST", BROADCAST): "preference_filter",
}
"""What is sent to them as any string."""

ADDED = {
    ("GET", "/docs"),
    ("GET", "/docs/{name}"),
    ("GET", "/openapi.json"),
    ("GET", "/verify{rest}"),
    ("GET", f"{API}/predictions/{{match_id}}/what-if"),
    ("GET", f"{API}/record"),
    ("GET", f"{API}/record/days/{{day}}"),
    ("GET", f"{API}/record/matches/{{match_id}}"),
    ("GET", f"{API}/matches/season-forecast/{{competition_code}}"),
    ("GET", f"{API}/matches/season-forecast/{{competition_code}}/history"),
    ("GET", f"{API}/calendar/competitions/{{competition}}.ics"),
    ("GET", f"{API}/calendar/teams/{{team_id}}.ics"),
    ("DELETE", f"{API}/users/me"),
    ("GET", f"{API}/users/me/export"),
    ("GET", f"{API}/keys"),
    ("POST", f"{API}/keys"),
    ("DELETE", f"{API}/keys/{{key_id}}"),
    ("GET", f"{API}/webhooks"),
    ("POST", f"{API}/webhooks"),
    ("POST", f"{API}/webhooks/{{webhook_id}}/test"),
    ("DELETE", f"{API}/webhooks/{{webhook_id}}"),
    ("POST", f"{API}/stripe/resume-subscription"),
    ("POST", f"{API}/stripe/webhook"),
    ("GET", f"{API}/ml/training-data"),
    ("GET", f"{API}/bets/bankroll/history"),
    ("PATCH", f"{API}/bets/{{bet_id}}/correction"),
    ("GET", f"{API}/bets/limits"),
    ("PUT", f"{API}/bets/limits"),
    ("GET", f"{API}/bets/stats"),
    ("GET", f"{API}/bets/export"),
    ("POST", f"{API}/bets/cool-off"),
    ("POST", f"{API}/admin/test-error"),
    ("GET", f"{API}/prompts/versions"),
    ("GET", f"{API}/prompts/versions/{{version_id}}"),
    ("GET", f"{API}/prompts/compare/{{prompt_type}}"),
    ("GET", f"{API}/prompts/ab-tests"),
    ("GET", f"{API}/prompts/cases"),
    ("POST", f"{API}/prompts/replays"),
    ("POST", f"{API}/prompts/ab-tests"),
    ("DELETE", f"{API}/prompts/ab-tests/{{prompt_type}}"),
    ("GET", f"{API}/admin/users/{{user_id}}/subscription"),
}
"""What is new."""

NULL_INSTEAD_OF_INVENTED = {
    ("LiveMatchInfo", "home_score"): "no source has sent a score yet; 0 would be a score",
    ("LiveMatchInfo", "away_score"): "as above",
    ("UserStatsResponse", "total_predictions_viewed"): "what people read is not watched",
}
"""Fields that may be null here although they never were, and why."""
