"""People's own bets, bankrolls and limits. HTTP: /api/v1/bets…, /api/v1/dashboard/…."""

from datetime import timedelta
from decimal import Decimal
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import Path, Query, Response

from functions.bets import figures, present
from functions.bets.answers import (
    OUTCOME_OF,
    BankrollHistory,
    BankrollResponse,
    BankrollSettings,
    BetCreate,
    BetResponse,
    BetsExport,
    BetStatsResponse,
    BetUpdate,
    CoolOffRequest,
    CoolOffResponse,
    DashboardStats,
    ExportedBet,
    KellySuggestion,
    LimitsResponse,
    LimitsUpdate,
    Odds,
    Status,
)
from functions.bets.files import as_csv
from functions.bets.kelly import suggestion
from functions.bets.placing import allowed, is_open, may_bet, place
from shared.accounts.plans import Reader
from shared.accounts.responsible import Kind, Period, changed, pause_until
from shared.betting.bets import Entry, IllegalMove, Standing, moved_by_person, taken_back
from shared.betting.value import decimal_of
from shared.football.calendar import paris_day
from shared.runtime import clock
from shared.runtime.asking import HIGHEST_ID, match_of
from shared.runtime.idempotency import idempotent
from shared.runtime.identity import SignedIn, person
from shared.runtime.web import BadRequest, Connection, NotFound, http_app, lambda_handler
from shared.stores import bankrolls, bets, matches, people, play_limits, predictions
from shared.stores.bankrolls import Told
from shared.stores.bets import BetRow

app = http_app("bets")

PREFIX, TAGS = "/api/v1/bets", ["Bets & Bankroll"]
DASHBOARD, DASHBOARD_TAGS = "/api/v1/dashboard", ["Dashboard"]
MOST_EXPORTED = 10_000
BetId = Annotated[int, Path(ge=1, lt=HIGHEST_ID)]
Limit = Annotated[int, Query(ge=1, le=200)]
Offset = Annotated[int, Query(ge=0, le=100_000)]
Days = Annotated[int, Query(ge=7, le=365)]
FileFormat = Annotated[Literal["csv", "json"], Query(alias="format")]
Fraction = Annotated[Decimal, Query(ge=Decimal("0.05"), le=Decimal("0.5"))]


@app.get(f"{PREFIX}/bankroll", operation_id="get_bankroll_api_v1_bets_bankroll_get", tags=TAGS)
async def read_bankroll(reader: SignedIn, db: Connection) -> BankrollResponse:
    """The person's bankroll."""
    user_id = person(reader)
    return present.bankroll(bankrolls.get(db, user_id), bets.totals(db, user_id))


@app.put(f"{PREFIX}/bankroll", operation_id="update_bankroll_api_v1_bets_bankroll_put", tags=TAGS)
async def set_bankroll(reader: SignedIn, db: Connection, wish: BankrollSettings) -> BankrollResponse:
    """Say what the bankroll holds to begin with; 0 for none."""
    user_id = person(reader)
    row = bankrolls.hold(db, user_id)
    change = wish.initial_bankroll - row.initial
    if wish.initial_bankroll > 0 and row.current + change < 0:
        raise BadRequest("bankroll_below_stakes", least=row.initial - row.current)
    bankrolls.set_up(db, user_id, change, wish.alert_threshold, wish.default_stake_pct, clock.now())
    return present.bankroll(bankrolls.get(db, user_id), bets.totals(db, user_id))


@app.get(f"{PREFIX}/bankroll/history", operation_id="getBankrollHistory", tags=TAGS)
async def read_history(reader: SignedIn, db: Connection, limit: Limit = 50, offset: Offset = 0) -> BankrollHistory:
    """Every change of the bankroll, the newest first."""
    rows = bankrolls.history(db, person(reader), limit, offset)
    return BankrollHistory(entries=[present.entry(row) for row in rows])


@app.get(PREFIX, operation_id="list_bets_api_v1_bets_get", tags=TAGS)
async def list_bets(
    reader: SignedIn, db: Connection, status: Status | None = None, limit: Limit = 50, offset: Offset = 0
) -> list[BetResponse]:
    """The person's bets, the newest first."""
    standing = Standing(status) if status else None
    return [present.bet(row) for row in bets.of_person(db, person(reader), limit, offset, standing)]


@app.post(PREFIX, operation_id="create_bet_api_v1_bets_post", tags=TAGS, status_code=HTTPStatus.CREATED)
@idempotent
async def create_bet(reader: SignedIn, db: Connection, wish: BetCreate) -> BetResponse:
    """Note a bet before its match begins."""
    return present.bet(place(db, person(reader), wish, clock.now()))


@app.get(f"{PREFIX}/kelly", operation_id="get_kelly_suggestion_api_v1_bets_kelly_get", tags=TAGS)
async def suggest_stake(
    reader: SignedIn,
    db: Connection,
    odds: Odds,
    confidence: Annotated[Decimal | None, Query(ge=0, le=100)] = None,
    match_id: Annotated[int | None, Query(ge=1, lt=HIGHEST_ID)] = None,
    prediction: Literal["home_win", "draw", "away_win"] | None = None,
    fraction: Fraction = Decimal("0.25"),
) -> KellySuggestion:
    """What to stake at most: by our probability where `match_id` and `prediction` name one, else by the confidence."""
    user_id, now = person(reader), clock.now()
    may_bet(db, user_id, now)
    ours = _published(db, match_id, prediction) if match_id and prediction else None
    probability = ours if ours is not None else confidence and confidence / 100
    if probability is None:
        raise BadRequest("kelly_needs_probability")
    today = paris_day(now)
    return suggestion(
        probability,
        odds,
        fraction,
        bankrolls.get(db, user_id).current,
        bets.played(db, user_id, today),
        allowed(db, user_id, now),
        today,
        is_ours=ours is not None,
    )


@app.get(f"{PREFIX}/stats", operation_id="getBetStats", tags=TAGS)
async def read_stats(reader: SignedIn, db: Connection, days: Days = 30) -> BetStatsResponse:
    """How the bets of the last days did."""
    return figures.stats(_of_last(db, reader, days), days)


@app.get(f"{PREFIX}/export", operation_id="exportBets", tags=TAGS, response_model=BetsExport)
async def export(reader: SignedIn, db: Connection, form: FileFormat = "csv") -> Response | BetsExport:
    """All bets as a file for a spreadsheet, or as JSON."""
    return _exported(db, reader, form)


@app.get(f"{PREFIX}/limits", operation_id="getPlayLimits", tags=TAGS)
async def read_limits(reader: SignedIn, db: Connection) -> LimitsResponse:
    """What the person allows themselves, and what is left of it."""
    return _limits(db, reader)


@app.put(f"{PREFIX}/limits", operation_id="setPlayLimits", tags=TAGS)
async def set_limits(reader: SignedIn, db: Connection, wish: LimitsUpdate) -> LimitsResponse:
    """Set limits: lower ones count at once, higher ones in two days."""
    user_id, now = person(reader), clock.now()
    bankrolls.hold(db, user_id)  # so that no bet is placed between
    limits = play_limits.limits(db, user_id, now)
    for kind, wished in ((Kind.STAKE, wish.stake), (Kind.LOSS, wish.loss)):
        for name, amount in wished.model_dump(exclude_unset=True).items():
            period = Period(name)
            play_limits.put(db, user_id, kind, period, changed(limits[kind, period], amount, now), now)
    return _limits(db, reader)


@app.post(f"{PREFIX}/cool-off", operation_id="coolOff", tags=TAGS, status_code=HTTPStatus.CREATED)
@idempotent
async def cool_off(reader: SignedIn, db: Connection, wish: CoolOffRequest) -> CoolOffResponse:
    """Take a pause: no picks, no notices, no bets. It can be made longer and never shorter."""
    user_id, now = person(reader), clock.now()
    until = pause_until(play_limits.paused_until(db, user_id, now), timedelta(days=wish.days), now)
    play_limits.pause(db, user_id, until, now)
    return CoolOffResponse(cool_off_until=until)


@app.patch(PREFIX + "/{bet_id}", operation_id="update_bet_api_v1_bets__bet_id__patch", tags=TAGS)
async def correct_bet(reader: SignedIn, db: Connection, bet_id: BetId, wish: BetUpdate) -> BetResponse:
    """Say how a bet ended, or leave it to the result again; what stood before is taken back, not edited."""
    user_id, now = person(reader), clock.now()
    bankroll, row = bankrolls.hold(db, user_id), _bet(db, user_id, bet_id)
    match = matches.by_ids(db, [row.match_id])[row.match_id]
    try:
        moves = moved_by_person(row.bet, Standing(wish.status), begun=match.kick_off <= now)
    except IllegalMove as illegal:
        raise BadRequest(illegal.key) from None
    change = sum((move.amount for move in moves), Decimal(0))
    if bankroll.initial > 0 and change < 0 and bankroll.current + change < 0:
        raise BadRequest("bankroll_short", left=max(bankroll.current, Decimal(0)))
    return present.bet(_move(db, row, moves))


@app.delete(
    PREFIX + "/{bet_id}",
    operation_id="delete_bet_api_v1_bets__bet_id__delete",
    tags=TAGS,
    status_code=HTTPStatus.NO_CONTENT,
)
async def delete_bet(reader: SignedIn, db: Connection, bet_id: BetId) -> None:
    """Take an open bet back."""
    user_id = person(reader)
    bankrolls.hold(db, user_id)
    row = _bet(db, user_id, bet_id)
    try:
        move = taken_back(row.bet)
    except IllegalMove as illegal:
        raise NotFound(illegal.key) from None
    _move(db, row, [move])


@app.get(f"{DASHBOARD}/stats", operation_id="get_dashboard_stats_api_v1_dashboard_stats_get", tags=DASHBOARD_TAGS)
async def read_dashboard(reader: SignedIn, db: Connection, days: Days = 30) -> DashboardStats:
    """The bets of the last days and the bankroll."""
    return figures.dashboard(_of_last(db, reader, days), bankrolls.get(db, person(reader)))


@app.get(
    f"{DASHBOARD}/export",
    operation_id="export_bets_api_v1_dashboard_export_get",
    tags=DASHBOARD_TAGS,
    response_model=BetsExport,
)
async def export_dashboard(reader: SignedIn, db: Connection, form: FileFormat = "csv") -> Response | BetsExport:
    """As the export of the bets."""
    return _exported(db, reader, form)
