// What the pages ask for and read, by the types made from our description. It is compiled and never run:
// a field that is renamed, gone or of another type stops `make client-check`.
import createClient from 'openapi-fetch';
import type { components, operations, paths } from 'api';

type Schemas = components['schemas'];
type Answer<Name extends keyof operations> = operations[Name] extends {
  responses: { 200: { content: { 'application/json': infer Body } } };
}
  ? Body
  : never;

const api = createClient<paths>({ headers: { Authorization: 'Bearer token', 'Accept-Language': 'en' } });

/** The body, or what the reader is told. */
function given<Body>(answer: { data?: Body; error?: Schemas['ErrorResponse'] | Schemas['HTTPValidationError'] }): Body {
  if (answer.data !== undefined) return answer.data;
  const detail = answer.error?.detail ?? 'no answer';
  throw new Error(typeof detail === 'string' ? detail : detail.map((fault) => fault.msg).join(', '));
}

export async function calendar(from: string, to: string): Promise<string[]> {
  const list: Schemas['MatchListResponse'] = given(
    await api.GET('/api/v1/matches', { params: { query: { date_from: from, date_to: to, per_page: 100 } } }),
  );
  return list.matches.map(
    (match: Schemas['MatchResponse']) =>
      `${match.competition_code} ${match.home_team.short_name} ${match.home_score ?? '-'} ${match.odds_home?.toFixed(2)}`,
  );
}

export async function home(): Promise<number[]> {
  const coming: Answer<'getUpcomingMatches'> = given(
    await api.GET('/api/v1/matches/upcoming', { params: { query: { days: 7 } } }),
  );
  const live: Answer<'getLiveScores'> = given(await api.GET('/api/v1/matches/live'));
  const minutes = live.matches.flatMap((match) => match.events?.map((event) => event.minute) ?? []);
  return [...coming.matches.map((match) => match.id), ...minutes];
}

export async function picks(date: string): Promise<string[]> {
  const day: Schemas['DailyPicksResponse'] = given(
    await api.GET('/api/v1/predictions/daily', { params: { query: { date } } }),
  );
  return day.picks.map((pick) => {
    const forecast: Schemas['PredictionResponse'] = pick.prediction;
    const bet: 'home_win' | 'draw' | 'away_win' = forecast.recommended_bet;
    return `${pick.rank}. ${forecast.home_team} ${bet} ${forecast.confidence} ${forecast.value_score} ${pick.pick_score}`;
  });
}

export async function match(matchId: number): Promise<Record<string, unknown>> {
  const params = { path: { match_id: matchId } };
  const played: Schemas['MatchResponse'] = given(await api.GET('/api/v1/matches/{match_id}', { params }));
  const said: Schemas['PredictionResponse'] = given(
    await api.GET('/api/v1/predictions/{match_id}', { params: { ...params, query: { include_model_details: true } } }),
  );
  const met: Schemas['HeadToHeadResponse'] = given(
    await api.GET('/api/v1/matches/{match_id}/head-to-head', { params: { ...params, query: { limit: 10 } } }),
  );
  const form: Schemas['TeamFormResponse'] = given(
    await api.GET('/api/v1/matches/teams/{team_id}/form', {
      params: { path: { team_id: played.home_team.id }, query: { matches_count: 5 } },
    }),
  );
  const around: Schemas['FullEnrichmentResponse'] = given(
    await api.GET('/api/v1/enrichment/full', {
      params: { query: { home_team: said.home_team, away_team: said.away_team, competition: played.competition_code } },
    }),
  );
  const markets: Schemas['MultiMarketsResponse'] | null | undefined = said.multi_markets;
  const shares: Schemas['PredictionProbabilities'] = said.probabilities;
  return {
    chart: [shares.home_win, shares.draw, shares.away_win],
    double: markets && [markets.double_chance['1X'], markets.double_chance.X2, markets.double_chance['12']],
    goals: markets?.over_under_25.over_prob,
    score: markets && Object.entries(markets.correct_score.scores).map(([score, share]) => `${score} ${share * 100}`),
    elo: said.model_contributions?.elo?.home_win,
    rested: said.fatigue_info?.home_team.combined_score,
    rain: said.weather?.rain_probability ?? around.weather?.rain_probability,
    letters: form.last_matches.map((one): 'W' | 'D' | 'L' => one.result),
    meetings: met.matches.map((one) => one.home_score - one.away_score),
    price: around.odds?.home_win?.toFixed(2),
  };
}

export async function table(code: string): Promise<[string, number][]> {
  const told: Schemas['StandingsResponse'] = given(
    await api.GET('/api/v1/matches/standings/{competition_code}', { params: { path: { competition_code: code } } }),
  );
  return told.standings.map((line) => [line.team_name, line.points]);
}

export async function record(): Promise<number[]> {
  const query = { days: 90 };
  const stats: Schemas['PredictionStatsResponse'] = given(await api.GET('/api/v1/predictions/stats', { params: { query } }));
  const calibration: Schemas['CalibrationResponse'] = given(
    await api.GET('/api/v1/predictions/calibration', { params: { query } }),
  );
  return [stats.accuracy, stats.roi_simulated, ...calibration.by_confidence.map((bucket) => bucket.overconfidence)];
}

export async function search(q: string): Promise<number[]> {
  const found: Answer<'search_api_v1_search_get'> = given(
    await api.GET('/api/v1/search', { params: { query: { q, limit: 5 } } }),
  );
  return [...(found.teams ?? []).map((team) => team.id), ...(found.matches ?? []).map((played) => played.id)];
}

export async function administration(): Promise<string[]> {
  const counted: Schemas['AdminStatsResponse'] = given(await api.GET('/api/v1/admin/stats'));
  const quality: Schemas['DataQualityResponse'] = given(await api.GET('/api/v1/admin/data-quality'));
  const started: Schemas['SyncResponse'] = given(
    await api.POST('/api/v1/sync/weekly', { params: { query: { days: 7 } } }),
  );
  const ready = given(await api.GET('/health/ready'));
  return [`${counted.total_matches}`, quality.freshness.status, started.status, `${ready.redis.latency_ms}`];
}

/** What forms hold is any string: the types of what is sent take it. */
export async function forms(matchId: number, chosen: Record<string, string>): Promise<string[]> {
  const { prediction = '', status = '', role = '', type = '', plan = '', language = '' } = chosen;
  const placed: Schemas['BetResponse'] = given(
    await api.POST('/api/v1/bets', { body: { match_id: matchId, prediction, odds: 2.1, amount: 4 } }),
  );
  await api.PATCH('/api/v1/bets/{bet_id}', { params: { path: { bet_id: placed.id } }, body: { status } });
  const listed: Schemas['BetResponse'][] = given(await api.GET('/api/v1/bets', { params: { query: { status } } }));
  await api.POST('/api/v1/admin/users/{user_id}/role', {
    params: { path: { user_id: 'a11ce000-0000-4000-8000-000000000001' }, query: { role } },
  });
  await api.GET('/api/v1/search', { params: { query: { q: 'paris', type } } });
  await api.PUT('/api/v1/user/preferences', { body: { language } });
  await api.POST('/api/v1/stripe/create-checkout-session', {
    body: { plan, success_url: 'https://app.example/s', cancel_url: 'https://app.example/c' },
  });
  return listed.map((bet) => bet.status);
}

/** The record by competition, as charts read it: objects of any names. */
export async function tallies(): Promise<[string, Record<string, unknown>][]> {
  const stats: Schemas['PredictionStatsResponse'] = given(await api.GET('/api/v1/predictions/stats'));
  return Object.entries(stats.by_competition);
}

export async function club(teamId: number): Promise<string[]> {
  const params = { path: { team_id: teamId } };
  const about: Answer<'get_team_summary_api_v1_users_teams__team_id__summary_get'> = given(
    await api.GET('/api/v1/users/teams/{team_id}/summary', { params }),
  );
  const news: Answer<'get_team_news_api_v1_users_teams__team_id__news_get'> = given(
    await api.GET('/api/v1/users/teams/{team_id}/news', { params }),
  );
  return [about.next_match?.opponent ?? '', ...news.news.map((article) => `${article.id} ${article.category}`)];
}

export async function otherSports(): Promise<number> {
  const tennis: Schemas['TennisMatchListResponse'] = given(await api.GET('/api/v1/tennis/matches'));
  const basketball: Schemas['BasketballMatchListResponse'] = given(await api.GET('/api/v1/basketball/matches'));
  return (tennis.matches?.length ?? 0) + (basketball.count ?? 0);
}

export async function key(): Promise<string> {
  const made: Schemas['NewApiKeyResponse'] = given(
    await api.POST('/api/v1/keys', { body: { name: 'my tool', scopes: ['read'] } }),
  );
  const { response } = await api.DELETE('/api/v1/keys/{key_id}', { params: { path: { key_id: made.id } } });
  return response.ok ? made.key : '';
}

export async function ledger(matchId: number): Promise<(number | string | null)[]> {
  const bankroll: Schemas['BankrollResponse'] = given(
    await api.PUT('/api/v1/bets/bankroll', { body: { initial_bankroll: 200, alert_threshold: 50, default_stake_pct: 2 } }),
  );
  const placed: Schemas['BetResponse'] = given(
    await api.POST('/api/v1/bets', { body: { match_id: matchId, prediction: 'home_win', odds: 2.1, amount: 4 } }),
  );
  const ended: Schemas['BetResponse'] = given(
    await api.PATCH('/api/v1/bets/{bet_id}', { params: { path: { bet_id: placed.id } }, body: { status: 'won' } }),
  );
  await api.DELETE('/api/v1/bets/{bet_id}', { params: { path: { bet_id: ended.id } } });
  const listed: Schemas['BetResponse'][] = given(await api.GET('/api/v1/bets', { params: { query: { limit: 50 } } }));
  const stake: Schemas['KellySuggestion'] = given(
    await api.GET('/api/v1/bets/kelly', { params: { query: { odds: 2.1, confidence: 55 } } }),
  );
  return [bankroll.current_bankroll, stake.suggested_stake, ...listed.map((bet) => bet.actual_return)];
}

export async function profile(teamId: number, matchId: number): Promise<(string | number | null | undefined)[]> {
  const me: Schemas['UserProfileResponse'] = given(await api.PATCH('/api/v1/users/me', { body: { full_name: 'Camille' } }));
  const stats: Schemas['UserStatsResponse'] = given(await api.GET('/api/v1/users/me/stats'));
  const mine: Schemas['UserPreferencesResponse'] = given(
    await api.PUT('/api/v1/users/me/preferences', { body: { favorite_team_id: teamId } }),
  );
  const wishes: Schemas['PreferencesResponse'] = given(
    await api.PUT('/api/v1/user/preferences', { body: { language: 'en', risk_level: 'low', default_stake: 5 } }),
  );
  const followed: Schemas['FavoriteResponse'] = given(
    await api.POST('/api/v1/user/favorites', { body: { match_id: matchId, note: null } }),
  );
  const all: Schemas['FavoriteListResponse'] = given(await api.GET('/api/v1/user/favorites'));
  await api.DELETE('/api/v1/user/favorites/{match_id}', { params: { path: { match_id: followed.match_id } } });
  const found: Schemas['TeamSearchResponse'] = given(
    await api.GET('/api/v1/users/teams/search', { params: { query: { q: 'paris' } } }),
  );
  return [me.full_name, stats.member_since_days, mine.favorite_team?.name, wishes.timezone, all.total, found.teams[0]?.id];
}

export async function subscribe(): Promise<string> {
  const checkout: Schemas['CheckoutResponse'] = given(
    await api.POST('/api/v1/stripe/create-checkout-session', {
      body: { plan: 'premium', success_url: 'https://app.example/success', cancel_url: 'https://app.example/plans' },
    }),
  );
  return checkout.checkout_url;
}
