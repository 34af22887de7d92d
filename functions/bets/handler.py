"""Users' bets, bankrolls and gambling limits. HTTP: /api/v1/bets…, /api/v1/dashboard/…."""

from decimal import Decimal
from enum import Enum
from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import Path, Query, Response
from starlette.convertors import StringConvertor, register_url_convertor

from functions.bets import present, requests, schemas, stats
from functions.bets.corrections import correct, overrule, withdraw
from functions.bets.export import FileFormat, export
from functions.bets.kelly import suggest
from functions.bets.limits import current_limits, pause, set_limits
from functions.bets.placement import place
from shared.accounts.entitlements import features_of
from shared.betting.bets import BetStatus
from shared.runtime import clock
from shared.services import redis_backed
from shared.stores.betting import bankrolls, bets
from shared.web.admin_actions import AuditedAdmin
from shared.web.app import Connection, http_app, lambda_handler
from shared.web.authentication import Person, SignedIn, require_user_id
from shared.web.errors import BadRequest
from shared.web.idempotency import idempotent
from shared.web.params import MAX_ID, STRING_IN_SCHEMA, MatchId
from shared.web.registration import RegisteredPerson, RegisteredReader


class _NoWord(StringConvertor):
    """Text that does not begin with a letter, so that paths such as `/bets/bankroll` do not match a bet's.

    It is not parsed here: `01` would be 1 before its spelling is checked.
    """

    regex = "[^/A-Za-z][^/]*"


register_url_convertor("no_word", _NoWord())
app = http_app("bets")

PREFIX, DASHBOARD = "/api/v1/bets", "/api/v1/dashboard"
TAGS: list[str | Enum] = ["Bets & Bankroll"]
NEEDS_DECLARATION: dict[int | str, dict[str, Any]] = {HTTPStatus.PRECONDITION_REQUIRED.value: {}}
DASHBOARD_TAGS: list[str | Enum] = ["Dashboard"]
CSV: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}
BetId = Annotated[int, Path(ge=1, lt=MAX_ID)]
Limit = Annotated[int, Query(ge=1, le=200)]
Offset = Annotated[int, Query(ge=0, le=100_000)]
Days = Annotated[int, Query(ge=7, le=365)]
Format = Annotated[FileFormat, STRING_IN_SCHEMA, Query(alias="format")]


@app.get(f"{PREFIX}/bankroll", operation_id="get_bankroll_api_v1_bets_bankroll_get", tags=TAGS)
async def read_bankroll(reader: SignedIn, db: Connection) -> schemas.BankrollResponse:
    """The user's bankroll."""
    user_id = require_user_id(reader)
    return present.bankroll(bankrolls.get(db, user_id), bets.totals(db, user_id))


@app.put(f"{PREFIX}/bankroll", operation_id="update_bankroll_api_v1_bets_bankroll_put", tags=TAGS)
async def set_bankroll(reader: Person, db: Connection, request: requests.BankrollSettings) -> schemas.BankrollResponse:
    """Set the initial bankroll and its settings; 0 for none."""
    user_id = require_user_id(reader)
    row = bankrolls.lock(db, user_id)
    change = request.initial_bankroll - row.initial
    if request.initial_bankroll > 0 and row.current + change < 0:
        raise BadRequest("bankroll_below_stakes", least=row.initial - row.current)
    bankrolls.set_up(db, user_id, change, request.alert_threshold, request.default_stake_pct, clock.now())
    return present.bankroll(bankrolls.get(db, user_id), bets.totals(db, user_id))


@app.get(f"{PREFIX}/bankroll/history", operation_id="getBankrollHistory", tags=TAGS)
async def read_history(
    reader: SignedIn, db: Connection, limit: Limit = 50, offset: Offset = 0
) -> schemas.BankrollHistory:
    """Every change of the bankroll, newest first."""
    rows = bankrolls.history(db, require_user_id(reader), limit, offset)
    return schemas.BankrollHistory(entries=[present.entry(row) for row in rows])


@app.get(PREFIX, operation_id="list_bets_api_v1_bets_get", tags=TAGS)
async def list_bets(
    reader: SignedIn,
    db: Connection,
    status: Annotated[requests.Status, STRING_IN_SCHEMA] | None = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> list[schemas.BetResponse]:
    """The user's bets, newest first."""
    wanted_status = BetStatus(status) if status else None
    return [present.bet(row) for row in bets.of_person(db, require_user_id(reader), limit, offset, wanted_status)]


@app.post(
    PREFIX,
    operation_id="create_bet_api_v1_bets_post",
    tags=TAGS,
    status_code=HTTPStatus.CREATED,
    responses=NEEDS_DECLARATION,
)
@idempotent
async def create_bet(reader: RegisteredReader, db: Connection, request: requests.BetCreate) -> schemas.BetResponse:
    """Record a bet before its match begins."""
    return present.bet(place(db, require_user_id(reader), features_of(reader.plan), request, clock.now()))


@app.get(
    f"{PREFIX}/kelly",
    operation_id="get_kelly_suggestion_api_v1_bets_kelly_get",
    tags=TAGS,
    responses=NEEDS_DECLARATION,
)
async def suggest_stake(
    reader: RegisteredReader,
    db: Connection,
    odds: requests.Odds,
    confidence: requests.Percent | None = None,
    match_id: MatchId | None = None,
    prediction: Literal["home_win", "draw", "away_win"] | None = None,
    fraction: requests.Fraction = Decimal("0.25"),
) -> schemas.KellySuggestion:
    """The most to stake, by the published probability of `match_id` and `prediction`, else by `confidence`."""
    selection = (match_id, prediction) if match_id is not None and prediction is not None else None
    return suggest(db, require_user_id(reader), odds, confidence, selection, fraction, clock.now())


@app.get(f"{PREFIX}/stats", operation_id="getBetStats", tags=TAGS)
async def read_stats(reader: SignedIn, db: Connection, days: Days = 30) -> schemas.BetStatsResponse:
    """Statistics of the bets of the last `days` days."""
    return stats.stats(stats.recent_bets(db, require_user_id(reader), days, clock.now()), days)


@app.get(f"{PREFIX}/export", operation_id="exportBets", tags=TAGS, response_model=schemas.BetsExport, responses=CSV)
async def export_bets(reader: SignedIn, db: Connection, file_format: Format = "csv") -> Response | schemas.BetsExport:
    """The newest bets, 10,000 at most, as CSV or JSON."""
    return export(db, require_user_id(reader), file_format, clock.now())


@app.get(f"{PREFIX}/limits", operation_id="getPlayLimits", tags=TAGS)
async def read_limits(reader: RegisteredReader, db: Connection) -> schemas.LimitsResponse:
    """The user's limits and what remains of each."""
    return current_limits(db, require_user_id(reader), clock.now())


@app.put(f"{PREFIX}/limits", operation_id="setPlayLimits", tags=TAGS)
async def change_limits(
    reader: RegisteredPerson, db: Connection, request: requests.LimitsUpdate
) -> schemas.LimitsResponse:
    """Set limits: a lower limit takes effect at once, a higher one in two days."""
    user_id, now = require_user_id(reader), clock.now()
    set_limits(db, user_id, request, now)
    return current_limits(db, user_id, now)


@app.post(f"{PREFIX}/cool-off", operation_id="coolOff", tags=TAGS, status_code=HTTPStatus.CREATED)
@idempotent
async def cool_off(reader: Person, db: Connection, request: requests.CoolOffRequest) -> schemas.CoolOffResponse:
    """Start a pause without picks, notifications or bets. It can be extended but not shortened."""
    until = pause(db, require_user_id(reader), request, clock.now())
    redis_backed.invalidate_plan(require_user_id(reader))
    return schemas.CoolOffResponse(cool_off_until=until)


@app.patch(PREFIX + "/{bet_id:no_word}", operation_id="update_bet_api_v1_bets__bet_id__patch", tags=TAGS)
async def correct_bet(
    reader: SignedIn, db: Connection, bet_id: BetId, request: requests.BetUpdate
) -> schemas.BetResponse:
    """Void a bet before its match begins; afterwards the result settles it.

    400: `bet_locked` (the match has begun), `match_not_begun` (before that it can only be void), `bet_stays_void` (a
    voided bet cannot be reopened). 404: `unknown_bet`.
    """
    return present.bet(correct(db, require_user_id(reader), bet_id, BetStatus(request.status), clock.now()))


@app.patch(PREFIX + "/{bet_id:no_word}/correction", operation_id="correctBet", tags=TAGS)
async def correct_bet_as_admin(
    reader: AuditedAdmin, db: Connection, bet_id: BetId, request: requests.BetUpdate
) -> schemas.BetResponse:
    """Set the status of any user's bet, or hand it back to the match result; earlier entries are reversed, not edited.

    400: `match_not_begun` (until then it can only be void), `bet_cannot_end_so`. 404: `unknown_bet`.
    """
    return present.bet(overrule(db, bet_id, BetStatus(request.status), clock.now()))


@app.delete(
    PREFIX + "/{bet_id:no_word}",
    operation_id="delete_bet_api_v1_bets__bet_id__delete",
    tags=TAGS,
    status_code=HTTPStatus.NO_CONTENT,
)
async def delete_bet(reader: SignedIn, db: Connection, bet_id: BetId) -> None:
    """Delete a pending bet before its match begins.

    400: `bet_locked` (it has begun). 404: `unknown_bet`, `bet_not_pending`.
    """
    withdraw(db, require_user_id(reader), bet_id, clock.now())


@app.get(f"{DASHBOARD}/stats", operation_id="get_user_stats_api_v1_dashboard_stats_get", tags=DASHBOARD_TAGS)
async def read_dashboard(reader: SignedIn, db: Connection, days: Days = 30) -> schemas.DashboardStats:
    """Statistics of the bets of the last `days` days, and the bankroll."""
    user_id = require_user_id(reader)
    return stats.dashboard(stats.recent_bets(db, user_id, days, clock.now()), bankrolls.get(db, user_id))


@app.get(
    f"{DASHBOARD}/export",
    operation_id="export_user_data_api_v1_dashboard_export_get",
    tags=DASHBOARD_TAGS,
    response_model=schemas.BetsExport,
    responses=CSV,
)
async def export_dashboard(
    reader: SignedIn, db: Connection, file_format: Format = "csv"
) -> Response | schemas.BetsExport:
    """The same export as `/api/v1/bets/export`."""
    return export(db, require_user_id(reader), file_format, clock.now())


handler = lambda_handler(app)
