"""Numbers in the documents are those of the code: each sentence is rendered from the constant that decides."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from deploy import rollback, service
from functions.back_up_database import retention
from functions.ingest_news import handler as ingest_news
from functions.reconcile_subscriptions import handler as reconcile_subscriptions
from functions.send_notifications import handler as send_notifications
from functions.send_notifications import selection as notices_deciding
from functions.send_webhooks import handler as send_webhooks
from functions.write_explanations import handler as write_explanations
from shared.accounts import subscription_status, webhooks
from shared.betting import closing_reference
from shared.betting.policy import POLICY
from shared.clients.messaging import web_push
from shared.clients.messaging import webhooks as webhooks_client
from shared.clients.payments import stripe_payments
from shared.clients.sources import news_feeds
from shared.explanations import output_validation, prompt
from shared.football import articles, plain_text, rest, story_clustering, weather
from shared.forecasting import features
from shared.runtime import wiring
from shared.runtime.settings import Settings
from shared.services import llm_fallback, plan_cache, response_cache
from shared.services.cache_policies import CACHE_POLICIES, CacheKind
from shared.stores.messaging import push_deliveries, push_subscriptions
from shared.web import cache_headers, cached_route, rate_limits

NAMES = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine", 10: "ten"}


def number_word(number: float) -> str:
    """A number as prose has it."""
    return NAMES[int(number)]


def seconds(span: timedelta | float) -> int:
    return int(span.total_seconds() if isinstance(span, timedelta) else span)


def minutes(span: timedelta) -> int:
    return seconds(span) // 60


def hours(span: timedelta) -> int:
    return seconds(span) // 3600


def tries_span() -> str:
    """From the first try of a message to its last: pauses that double."""
    whole = webhooks.INITIAL_BACKOFF * (2 ** (webhooks.MAX_ATTEMPTS - 1) - 1)
    return f"{hours(whole)} h {minutes(whole) % 60}"


def template_of(logical: str) -> Any:
    """The properties of a resource that serverless.yml states itself."""
    own = next(part for part in service.read().config["resources"] if isinstance(part, dict))
    return own["Resources"][logical]["Properties"]


def deleted_stay() -> int:
    [rule] = template_of("Backups")["LifecycleConfiguration"]["Rules"]
    return rule["NoncurrentVersionExpiration"]["NoncurrentDays"]


SENTENCES = [
    ("operate/caching.md", f"in the L1 cache of this process ({seconds(response_cache.LOCAL_TTL)} s)"),
    ("operate/caching.md", f"so within {seconds(response_cache.LOCAL_TTL)} s"),
    (
        "operate/caching.md",
        f"shortens each TTL by up to a {'tenth' if cached_route.JITTER == 0.1 else cached_route.JITTER}",
    ),
    (
        "operate/caching.md",
        f"A 404 is cached for {'a minute' if minutes(cached_route.NOT_FOUND_TTL) == 1 else cached_route.NOT_FOUND_TTL}",
    ),
    ("operate/caching.md", f"for {number_word(response_cache.MAX_WAIT)} seconds at most"),
    ("operate/caching.md", f"no process tries again for {number_word(seconds(response_cache.LOCK_TTL))} seconds"),
    (
        "operate/caching.md",
        f"`public, max-age≤{seconds(cache_headers.BROWSER_MAX_AGE)}, s-maxage≤{seconds(cache_headers.CDN_MAX_AGE)}`",
    ),
    ("operate/caching.md", f"so {number_word(minutes(cache_headers.CDN_MAX_AGE))} minutes is the most"),
    ("operate/caching.md", f"+1 once in {number_word(plan_cache.TTL_SECONDS / 60)} minutes for the plan"),
    ("use/webhooks.md", f"A person has {number_word(webhooks.MAX_WEBHOOKS)} webhooks"),
    (
        "use/webhooks.md",
        f"The timeout is {number_word(seconds(webhooks_client.TIMEOUT))} seconds",
    ),
    (
        "use/webhooks.md",
        f"retried after {minutes(webhooks.INITIAL_BACKOFF)} minutes, "
        f"{2 * minutes(webhooks.INITIAL_BACKOFF)} minutes, "
        f"an hour and so on, {number_word(webhooks.MAX_ATTEMPTS)} times in {tries_span()} min",
    ),
    ("use/webhooks.md", f"nothing else was accepted in {number_word(webhooks.EVENT_TTL.days)} days"),
    ("use/webhooks.md", f"of the last {hours(webhooks.EVENT_TTL)} hours"),
    (
        "use/webhooks.md",
        f"at most {'once a minute' if minutes(webhooks.TEST_INTERVAL) == 1 else webhooks.TEST_INTERVAL}",
    ),
    ("use/webhooks.md", f"sends at most {send_webhooks.PAGE_SIZE} messages a second time"),
    ("use/webhooks.md", f"Attempts are stored for {send_webhooks.DELIVERY_RETENTION.days} days"),
    ("understand/notices.md", f"for {hours(notices_deciding.MAX_AGE)} hours"),
    (
        "understand/notices.md",
        f"from {'an hour' if hours(notices_deciding.MAX_LEAD) == 1 else notices_deciding.MAX_LEAD} to "
        f"{'a quarter of an hour' if minutes(notices_deciding.MIN_LEAD) == 15 else notices_deciding.MIN_LEAD} before",
    ),
    ("understand/notices.md", f"A message has {web_push.MAX_MESSAGE_BYTES:,} bytes at most"),
    ("understand/notices.md", f"{push_deliveries.MAX_ATTEMPTS} tries"),
    ("understand/notices.md", f"removed after {send_notifications.DELIVERY_RETENTION.days} days"),
    (
        "understand/notices.md",
        f"({minutes(web_push.DEFAULT_RETRY_AFTER)} minutes after a 429 that says nothing; a day at most)",
    ),
    ("understand/notices.md", f"A person has {number_word(push_subscriptions.MAX_PER_USER)} browsers"),
    (
        "operate/backups.md",
        f"The last {number_word(retention.DAILY)} days are kept, "
        f"and of each of the {number_word(retention.WEEKLY)} weeks before",
    ),
    ("operate/backups.md", f"for up to {7 * retention.WEEKLY} days, and in deleted ones for {deleted_stay()} more"),
    ("operate/backups.md", f"({7 * retention.WEEKLY} days), and take the old one away"),
    ("operate/deployment.md", f"take the old one away after {7 * retention.WEEKLY} days"),
    ("understand/billing.md", f"the same for {subscription_status.GRACE.days} days from the unpaid invoice on"),
    ("understand/billing.md", f"The {number_word(stripe_payments.TRIAL_DAYS)} days of trial"),
    ("understand/billing.md", f"holds ids and types for {reconcile_subscriptions.EVENT_RETENTION.days} days"),
    ("understand/billing.md", f"API version `{stripe_payments.API_VERSION}`"),
    ("understand/news.md", f"older than {articles.RETENTION.days} days"),
    ("understand/news.md", f"{news_feeds.MAX_FEED_BYTES // 10**6} MB and"),
    ("understand/news.md", f"each of {news_feeds.MAX_ENTRY_LENGTH:,} characters at most"),
    ("understand/news.md", f"redirects at most {number_word(news_feeds.MAX_REDIRECTS)} times"),
    ("understand/news.md", f"{articles.MAX_EXTRACT_LENGTH} characters are kept as plain text"),
    ("understand/news.md", f"no word of more than {plain_text.MAX_WORD_LENGTH} letters"),
    ("understand/news.md", f"After {number_word(ingest_news.MAX_SILENCE.days)} days of failures"),
    ("understand/news.md", f"same language, {hours(story_clustering.MAX_GAP)} hours"),
    ("understand/news.md", f"{story_clustering.MIN_OVERLAP * 5:.0f} of 5 significant words"),
    (
        "understand/news.md",
        f"of the last {'fortnight' if articles.RECENT.days == 14 else articles.RECENT} that name either club",
    ),
    ("understand/architecture.md", f"what is older than {articles.RETENTION.days} days is deleted"),
    ("understand/explanations.md", f"the coming {hours(write_explanations.AHEAD)} hours"),
    ("understand/explanations.md", f"up to {number_word(prompt.MAX_ARTICLES)} articles"),
    ("understand/explanations.md", f"{number_word(output_validation.SHINGLE)} words in a row of the instructions"),
    ("understand/explanations.md", f"waited for, up to {seconds(llm_fallback.MAX_WAIT)} s"),
    ("understand/explanations.md", f"{Settings.words_daily_tokens:,} a day (UTC)"),
    ("understand/data.md", f"at most {POLICY.max_stake} a pick and {POLICY.max_daily_stake} a day"),
    (
        "understand/data.md",
        f"{'a quarter' if POLICY.kelly_fraction == Decimal('0.25') else POLICY.kelly_fraction} of what would",
    ),
    (
        "understand/data.md",
        f"within {POLICY.max_stake:.0%} a bet, {POLICY.max_daily_stake:.0%} a day".replace("%", " %"),
    ),
    ("understand/data.md", f"days since the last league match, {features.MAX_REST_DAYS} at most"),
    ("understand/data.md", f"min(1, days / {rest.FULL_REST_DAYS})"),
    ("understand/data.md", f"matches of the last {rest.CONGESTION_WINDOW.days} days / {rest.MAX_CONGESTION_MATCHES})"),
    ("understand/data.md", f"{rest.REST_SHARE} rest + {1 - rest.REST_SHARE:.1f} congestion"),
    (
        "understand/data.md",
        f"`cold_conditions` (< {weather.COLD:.0f} °C), `hot_conditions` (> {weather.HOT:.0f} °C), "
        f"`strong_wind` (> {weather.WINDY:.0f} m/s), `likely_rain` (> {weather.WET:.0f} %",
    ),
    ("operate/odds-credits.md", f"has not done so {number_word(closing_reference.MAX_WAIT.days)} days after kick-off"),
    (
        "operate/connections.md",
        f"renewed after {'an hour' if hours(wiring.MAX_CONNECTION_AGE) == 1 else wiring.MAX_CONNECTION_AGE}",
    ),
    ("decisions/gradual-releases.md", f"(the last {number_word(rollback.RETAINED)} are kept)"),
    ("decisions/gradual-releases.md", f"all but the newest {number_word(rollback.RETAINED)} of each function"),
]


def text_of(document: str) -> str:
    """A document, its lines joined."""
    return " ".join((service.ROOT / "docs" / document).read_text().split())


@pytest.mark.parametrize(("document", "sentence"), SENTENCES)
def test_a_document_s_number_is_the_code_s(document: str, sentence: str) -> None:
    assert sentence in text_of(document)


ROWS = {
    CacheKind.MATCHES: "matches, standings, form, head-to-head, calendars",
    CacheKind.TEAMS: "competitions, teams",
    CacheKind.LIVE: "live scores",
    CacheKind.STATISTICS: "statistics, calibration",
    CacheKind.PREDICTIONS: "one prediction",
    CacheKind.DAILY_PICKS: "the day's picks",
    CacheKind.ENRICHMENT: "enrichment",
    CacheKind.NEWS: "news",
    CacheKind.PAGES: "pages",
}
UNITS = {"s": timedelta(seconds=1), "min": timedelta(minutes=1), "h": timedelta(hours=1)}


def parse_span(cell: str) -> timedelta:
    number, unit = cell.split()
    return int(number) * UNITS[unit]


def test_cache_ttls_and_per_plan_variants_match_the_documented_table() -> None:
    """docs/operate/caching.md's table, both ways: every kind of the code, and no row more."""
    cells = re.findall(
        r"^\| (.+?) \| (\d+ \w+) \| (\d+ \w+) \| (.+?) \|$",
        (service.ROOT / "docs/operate/caching.md").read_text(),
        re.M,
    )
    rows = {name: (parse_span(fresh), parse_span(beyond), who == "plan") for name, fresh, beyond, who in cells}
    assert rows == {
        ROWS[kind]: (policy.ttl, policy.stale_ttl, policy.per_plan) for kind, policy in CACHE_POLICIES.items()
    }
    assert {who for *_, who in cells} == {"plan", "nothing"}


@pytest.mark.case("D5")
def test_cache_ttls_are_those_of_the_assurance_catalogue() -> None:
    promised = {CacheKind.MATCHES: 10, CacheKind.PREDICTIONS: 60, CacheKind.TEAMS: 24 * 60, CacheKind.DAILY_PICKS: 30}
    assert {kind: minutes(CACHE_POLICIES[kind].ttl) for kind in promised} == promised


def test_rate_limits_match_the_documented_table() -> None:
    """docs/decisions/limits.md's table, both ways."""
    text = (service.ROOT / "docs/decisions/limits.md").read_text()
    rows, by_route = dict[str, tuple[int, int, int]](), dict[str, tuple[int, int, int]]()
    for names, *numbers in re.findall(r"^\| (.+?) \| (\d+) \| (\d+) \| (\d+) \|$", text, re.M):
        anonymous, signed_in, elite = map(int, numbers)
        table = by_route if "each route" in names else rows
        table |= dict.fromkeys(re.findall(r"`(.+?)`", names) or ["others"], (anonymous, signed_in, elite))
    counted = {group.prefix: group.rate for group in rate_limits.GROUPS if group.rate is not None}
    pages = rate_limits.group_for("/").rate
    assert pages is not None
    assert {rows.pop(prefix) for prefix in rate_limits.PAGES} == {(pages.anonymous, pages.signed_in, pages.elite)}
    assert rows.pop("others") == (Settings.public_calls_per_minute, 100, 500)
    assert rows == {prefix: (rate.anonymous, rate.signed_in, rate.elite) for prefix, rate in counted.items()}
    each = {group.prefix: group.per_route for group in rate_limits.GROUPS if group.per_route is not None}
    assert by_route == {prefix: (rate.anonymous, rate.signed_in, rate.elite) for prefix, rate in each.items()}
    together = {group.prefix for group in rate_limits.GROUPS if (group.counter or group.prefix) == rate_limits.ADMIN}
    assert together == by_route.keys(), "counted together, as in the table"


def test_a_day_names_every_job_at_each_of_its_times() -> None:
    """docs/understand/architecture.md's table: all hours of a cron expression, in UTC by default."""
    section = (
        (service.ROOT / "docs/understand/architecture.md").read_text().partition("## A day")[2].partition("\n## ")[0]
    )
    rows = {job: when for when, job in re.findall(r"^\| ([^|]+) \| `(\w+)` \|", section, re.M)}
    quarters = "5, 20, 35 and 50 past"
    for name, function in service.read().functions.items():
        written: list[str] = []
        for schedule in function.schedules:
            minute, hour = schedule.cron.split()[:2]
            zone = "" if schedule.timezone == "UTC" else f" {schedule.timezone.partition('/')[2]}"
            if minute == "5,20,35,50":
                first, _, last = hour.partition("-")
                written.append(quarters if hour == "*" else f"the same, {first} to {last} h")
            else:
                written += [f"{int(each):02}:{int(minute):02}{zone}" for each in hour.split(",")]
        if function.schedules:
            assert rows[name] == ", ".join(sorted(written)), name


def test_the_schedules_of_data_sources_match_the_documented_table() -> None:
    """docs/understand/data.md names the hours of the jobs that read."""
    [row] = re.findall(r"^\| football-data\.co\.uk .*$", (service.ROOT / "docs/understand/data.md").read_text(), re.M)
    [schedule] = service.read().functions["sync_fixtures"].schedules
    minute, hour = schedule.cron.split()[:2]
    assert " and ".join(f"{int(each):02}:{int(minute):02}" for each in hour.split(",")) + f" {schedule.timezone}" in row
