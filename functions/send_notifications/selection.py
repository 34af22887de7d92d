"""Selects the notifications due for each browser. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from shared.accounts.entitlements import features_of
from shared.explanations.legal_notice import LEGAL_NOTICE
from shared.explanations.translations import Language, translate
from shared.football.match import Status
from shared.stores.betting.picks import PickDay, PickRow
from shared.stores.football.matches import MatchRow
from shared.stores.messaging.broadcasts import BroadcastRow
from shared.stores.messaging.push_deliveries import KickOffRow, ResultRow
from shared.stores.messaging.push_subscriptions import Device

MAX_LEAD, MIN_LEAD = timedelta(hours=1), timedelta(minutes=15)
"""How long before a kick-off its notification is sent, at most and at least."""
MAX_AGE = timedelta(hours=24)
"""How long a result or a broadcast stays relevant: longer than quiet hours."""


@dataclass(frozen=True, slots=True)
class Events:
    """The events to notify of."""

    day: PickDay | None = None  # the committed day of picks; None until it is committed
    picks: Sequence[tuple[PickRow, MatchRow]] = ()  # its picks with their matches
    kick_offs: Sequence[KickOffRow] = ()  # matches about to begin, one row for each user who follows them
    results: Sequence[ResultRow] = ()  # bets settled by results
    broadcasts: Sequence[BroadcastRow] = ()  # messages from administrators


@dataclass(frozen=True, slots=True)
class PendingDelivery:
    """A notification for a browser."""

    device: Device  # the browser
    notice: str  # its id; a browser gets each id once
    # title, body: its text.
    title: str
    body: str
    url: str  # the page that it opens
    until: datetime  # when it expires
    names_pick: bool = False  # whether it names a pick, which requires the legal notice


def decide(devices: Iterable[Device], events: Events, now: datetime) -> list[PendingDelivery]:
    """All notifications due for each browser by its preferences, including those already sent.

    Excludes quiet hours, and events from before the browser subscribed.
    """
    return [
        due
        for device in devices
        if not is_quiet(device, now)
        for due in (
            *_picks(device, events, now),
            *_kick_offs(device, events.kick_offs, now),
            *_results(device, events.results, now),
            *_broadcasts(device, events.broadcasts, now),
        )
    ]


def is_quiet(device: Device, now: datetime) -> bool:
    """Whether it is a browser's quiet hours, which are in its user's time zone and may run past midnight."""
    hour = now.astimezone(ZoneInfo(device.timezone)).hour
    begin, end = device.quiet_from, device.quiet_until
    return begin <= hour < end if begin <= end else hour >= begin or hour < end


def _picks(device: Device, events: Events, now: datetime) -> Iterator[PendingDelivery]:
    """The matches of the picks that the user's plan shows in full, without the bets and our probabilities."""
    if events.day is None or not device.daily_picks or events.day.committed_at < device.created_at:
        return
    features = features_of(device.plan)
    shown = [
        match
        for pick, match in events.picks
        if features.shows_pick(pick.rank, begun=False) and match.kick_off > now and match.status == Status.SCHEDULED
    ]
    if shown:
        language = _language(device)
        names = ", ".join(_match(match, language) for match in shown)
        text = translate("notice_picks_text", language, matches=names, legal_notice=LEGAL_NOTICE)
        until = max(match.kick_off for match in shown)
        yield PendingDelivery(
            device,
            f"picks/{events.day.day.isoformat()}",
            translate("notice_picks", language),
            text,
            "/picks",
            until,
            names_pick=True,
        )


def _kick_offs(device: Device, rows: Sequence[KickOffRow], now: datetime) -> Iterator[PendingDelivery]:
    language, zone = _language(device), ZoneInfo(device.timezone)
    for row in rows:
        ahead = row.kick_off - now
        addressed = (
            device.match_start and row.user_id == device.user_id and device.created_at <= row.kick_off - MAX_LEAD
        )
        if addressed and MIN_LEAD <= ahead <= MAX_LEAD:
            time = f"{row.kick_off.astimezone(zone):%H:%M}"
            text = translate("notice_kick_off_text", language, match=_match(row, language), time=time)
            title, url = translate("notice_kick_off", language), f"/match/{row.match_id}"
            # A postponed match is notified again.
            notice = f"kick-off/{row.match_id}/{row.kick_off.timestamp():.0f}"
            yield PendingDelivery(device, notice, title, text, url, row.kick_off)


def _results(device: Device, rows: Sequence[ResultRow], now: datetime) -> Iterator[PendingDelivery]:
    """Settled bets; without amounts, because others may see the screen."""
    language = _language(device)
    for row in rows:
        until = row.settled_at + MAX_AGE
        addressed = device.result_updates and row.user_id == device.user_id and device.created_at <= row.settled_at
        if addressed and now < until:
            status = translate(f"standing_{row.status}", language)
            key = "notice_result_text" if row.score is None else "notice_result_scored"
            text = translate(key, language, match=_match(row, language), standing=status, score=row.score)
            # Includes the entry, so that corrections are notified too.
            notice = f"bet/{row.bet_id}/{row.entry_id}"
            yield PendingDelivery(device, notice, translate("notice_result", language), text, "/bets", until)


def _broadcasts(device: Device, rows: Sequence[BroadcastRow], now: datetime) -> Iterator[PendingDelivery]:
    for row in rows:
        until = row.created_at + MAX_AGE
        addressed = row.audience is None or getattr(device, row.audience)
        if addressed and device.created_at <= row.created_at and now < until:
            yield PendingDelivery(device, row.event, row.title, row.body, row.url, until)


def _match(row: MatchRow | KickOffRow | ResultRow, language: Language) -> str:
    return translate("match_between", language, home=row.home_name, away=row.away_name)


def _language(device: Device) -> Language:
    return Language.EN if device.language == Language.EN else Language.FR
