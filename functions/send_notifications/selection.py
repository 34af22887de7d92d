"""What each browser is to be told now. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from shared.accounts.entitlements import features_of
from shared.accounts.plans import Plan
from shared.explanations.legal_notice import LEGAL_NOTICE
from shared.explanations.translations import Language, translate
from shared.football.match import Status
from shared.stores.betting.picks import PickDay, PickRow
from shared.stores.football.matches import MatchRow
from shared.stores.messaging.broadcasts import BroadcastRow
from shared.stores.messaging.push_deliveries import KickOffRow, ResultRow
from shared.stores.messaging.push_subscriptions import Device

MAX_LEAD, MIN_LEAD = timedelta(hours=1), timedelta(minutes=15)
"""How long before a kick-off it is told, and from when on it is too late for that."""
MAX_AGE = timedelta(hours=24)
"""How long a result or an administrator's word is news: quiet hours pass within it."""


@dataclass(frozen=True, slots=True)
class Events:
    """What there is to tell.

    Attributes:
        day: the day's picks as they were committed; None while they are not.
        picks: those picks, each with its match.
        kick_offs: matches about to begin, once for each person who follows them.
        results: bets that results have ended.
        broadcasts: what administrators tell.
    """

    day: PickDay | None = None
    picks: Sequence[tuple[PickRow, MatchRow]] = ()
    kick_offs: Sequence[KickOffRow] = ()
    results: Sequence[ResultRow] = ()
    broadcasts: Sequence[BroadcastRow] = ()


@dataclass(frozen=True, slots=True)
class PendingDelivery:
    """Something that a browser is to be told.

    Attributes:
        device: the browser.
        notice: its id: each is told a browser once.
        title, body: its words.
        url: the page that it leads to.
        until: until when it is worth being told.
        names_pick: whether a pick is named, and with it the law's notice.
    """

    device: Device
    notice: str
    title: str
    body: str
    url: str
    until: datetime
    names_pick: bool = False


def decide(devices: Iterable[Device], events: Events, now: datetime) -> list[PendingDelivery]:
    """Everything that is due and that each browser wants to be told, however often it was told already.

    Nothing is told in quiet hours, and nothing that was due before a browser subscribed.
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
    """Whether a browser is told nothing at an instant: the hours may run past midnight, and are its person's."""
    hour = now.astimezone(ZoneInfo(device.timezone)).hour
    begin, end = device.quiet_from, device.quiet_until
    return begin <= hour < end if begin <= end else hour >= begin or hour < end


def _picks(device: Device, events: Events, now: datetime) -> Iterator[PendingDelivery]:
    """The matches of the picks that the person's plan shows whole; neither the bets nor what we think of them."""
    if events.day is None or not device.daily_picks or events.day.committed_at < device.created_at:
        return
    view = features_of(Plan(device.plan))
    shown = [
        match
        for pick, match in events.picks
        if view.shows_pick(pick.rank, begun=False) and match.kick_off > now and match.status == Status.SCHEDULED
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
        mine = device.match_start and row.user_id == device.user_id and device.created_at <= row.kick_off - MAX_LEAD
        if mine and MIN_LEAD <= ahead <= MAX_LEAD:
            time = f"{row.kick_off.astimezone(zone):%H:%M}"
            text = translate("notice_kick_off_text", language, match=_match(row, language), time=time)
            title, url = translate("notice_kick_off", language), f"/match/{row.match_id}"
            # A match that is put off begins anew.
            notice = f"kick-off/{row.match_id}/{row.kick_off.timestamp():.0f}"
            yield PendingDelivery(device, notice, title, text, url, row.kick_off)


def _results(device: Device, rows: Sequence[ResultRow], now: datetime) -> Iterator[PendingDelivery]:
    """How bets ended; no amounts, for others may see the screen."""
    language = _language(device)
    for row in rows:
        until = row.settled_at + MAX_AGE
        mine = device.result_updates and row.user_id == device.user_id and device.created_at <= row.settled_at
        if mine and now < until:
            status = translate(f"standing_{row.status}", language)
            key = "notice_result_text" if row.score is None else "notice_result_scored"
            text = translate(key, language, match=_match(row, language), standing=status, score=row.score)
            # With the entry, so that a correction is told too.
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
