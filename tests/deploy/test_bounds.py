"""Every number, wildcard and right of what is deployed, compared with one table that gives the reason."""

import re
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from itertools import groupby
from typing import Any, NamedTuple

import pytest

from deploy import exposure_checks, rollback, service, smoke_urls, template_checks, uptime_checks

Template = dict[str, Any]
STAGES = ("staging", "production")
WAIT = 60
"""Seconds between the two tries of a failed run (AWS Lambda Developer Guide, "Asynchronous invocation")."""


class Staged(NamedTuple):
    """What differs between the stages."""

    staging: object
    production: object


class Row(NamedTuple):
    """A bound: where it stands, as `place` writes it, its value, and why it has this one."""

    where: str
    value: object
    because: str


BOUNDS = [
    # Functions. Of the rows that fit a place the last one counts.
    Row("http/* Function Timeout", 15, "no reader waits longer; the CDN waits 30 s, so that our own response arrives"),
    Row("http/health Function Timeout", 10, "the outside uptime check counts two seconds as too long already"),
    Row("job/* Function Timeout", 240, "two tries and the wait between end before the next job, ten minutes later"),
    Row("job/back_up_database Function Timeout", 600, "a large database has time: nothing else starts until 02:40"),
    Row("job/snapshot_closing Function Timeout", 60, "both tries end before the kick-off that it is about"),
    Row("* Function MemorySize", 512, "what deploy/measured.json was measured with, and docs/operate/cost.md counts"),
    Row("http/vectors Function MemorySize", 1769, "a whole processor: docs/decisions/loading-the-encoder.md"),
    Row("job/ingest_news Function MemorySize", 1024, "the encoder's model wants twice the usual"),
    Row("job/write_explanations Function MemorySize", 1024, "the same, beside the writers' SDKs"),
    Row(
        "http/* Function ReservedConcurrentExecutions",
        8,
        "all together stay within an account's runs and a pooler's connections (docs/operate/connections.md)",
    ),
    Row("http/models_api Function ReservedConcurrentExecutions", 1, "one trainer calls, one page at a time"),
    Row("job/* Function ReservedConcurrentExecutions", 1, "a job never runs beside itself (G2)"),
    *(
        Row(f"job/{name} Function ReservedConcurrentExecutions", places, "workers, and the run that continues one")
        for name, places in (
            ("finish_deletions", 4),
            ("publish_record", 2),
            ("reconcile_subscriptions", 3),
            ("settle_bets", 3),
            ("send_notifications", 6),
        )
    ),
    Row(
        "job/send_webhooks Function ReservedConcurrentExecutions",
        5,
        "workers, and two starts of people in a minute, which end at once; a refusal would ring alarms",
    ),
    Row(
        "job/* Function Environment/Variables/ODDS_CREDITS_A_MONTH",
        Staged("60", "500"),
        "The Odds API's free plan has 500 a month; staging uses the same key",
    ),
    Row("* LogGroup RetentionInDays", Staged(14, 30), "long enough to look into an incident; then lines are gone"),
    # What becomes of runs that fail, or that do not begin.
    Row("job/* EventInvokeConfig MaximumRetryAttempts", 1, "a second try; what fails twice wants a person"),
    Row("job/* EventInvokeConfig MaximumEventAgeInSeconds", 600, "outlives a try of 240 s and the wait for the next"),
    Row("job/back_up_database EventInvokeConfig MaximumEventAgeInSeconds", 900, "the same of a try of 600 s"),
    Row("job/* Schedule Target/RetryPolicy/MaximumRetryAttempts", 3, "an event that Lambda did not take is sent again"),
    Row("job/* Schedule Target/RetryPolicy/MaximumEventAgeInSeconds", 300, "a start that is later meets the next job"),
    Row("JobsDeadLetters Queue MessageRetentionPeriod", 14 * 86400, "the longest retention of SQS: holidays pass"),
    # Alarms, each with its answer in docs/operate/runbook.md.
    Row("* Alarm EvaluationPeriods", 1, "rings at once"),
    Row("* Alarm ComparisonOperator", "GreaterThanOrEqualToThreshold", "the threshold itself rings"),
    Row("* Alarm TreatMissingData", "notBreaching", "without requests, nothing fails"),
    Row("* Alarm Statistic", "Sum", "what is counted is added up"),
    *(
        Row(f"{alarm} Alarm MetricName", metric, "the metric of its name")
        for alarm, metric in (
            ("HttpErrorsAlarm", "Errors"),
            ("SlowAnswersAlarm", "Milliseconds"),
            ("WebhookFailuresAlarm", "WebhookFailures"),
            ("EventsMissedAlarm", "EventsMissed"),
            ("RedisCommandsAlarm", "RedisCommands"),
            ("SourceFaultsAlarm", "SourceFaults"),
            ("WorkLeftAlarm", "Left"),
            ("ErrorBudget*Alarm", "Errors"),
            ("FunctionErrorsAlarm", "Errors"),
            ("ThrottlesAlarm", "Throttles"),
            ("JobsDeadLettersAlarm", "ApproximateNumberOfMessagesVisible"),
            ("job/*", "Invocations"),
        )
    ),
    *(
        Row(
            f"{alarm} Alarm Namespace",
            namespace,
            "whose metric it is: ours, Lambda's of the whole account, the queue's",
        )
        for alarm, namespace in (
            ("*", "ParisSportif"),
            ("FunctionErrorsAlarm", "AWS/Lambda"),
            ("ThrottlesAlarm", "AWS/Lambda"),
            ("job/*", "AWS/Lambda"),
            ("JobsDeadLettersAlarm", "AWS/SQS"),
        )
    ),
    Row("HttpErrorsAlarm Alarm Threshold", 5, "five failed answers are more than one bad moment of one reader"),
    Row("HttpErrorsAlarm Alarm Period", 300, "while a release moves a tenth of the readers for five minutes"),
    Row("SlowAnswersAlarm Alarm ExtendedStatistic", "p95", "one in twenty: what Q1 promises of"),
    Row("SlowAnswersAlarm Alarm Threshold", 1000, "milliseconds: three times what Q1 allows"),
    Row("SlowAnswersAlarm Alarm Period", 300, "three in a row, a quarter of an hour: cold starts alone do not ring"),
    Row("SlowAnswersAlarm Alarm EvaluationPeriods", 3, "the same"),
    Row(
        "WebhookFailuresAlarm Alarm Threshold", 3, "Stripe sends again: one that failed is not lost, three are a cause"
    ),
    Row("WebhookFailuresAlarm Alarm Period", 900, "Stripe sends the first ones again within it"),
    Row("RedisCommandsAlarm Alarm Threshold", 5000, "seven times an hour's share of the free plan's 500,000 a month"),
    Row("RedisCommandsAlarm Alarm Period", 3600, "an evening of matches is not an hour at that rate"),
    Row("EventsMissedAlarm Alarm Threshold", 1, "each is a person whose plan was wrong for a day"),
    Row("EventsMissedAlarm Alarm Period", 86400, "reconciliation runs once a night"),
    Row("SourceFaultsAlarm Alarm Threshold", 1, "each is counted once, the first time that it comes"),
    Row("SourceFaultsAlarm Alarm Period", 86400, "files come twice a day: one mail for a bad day"),
    Row("WorkLeftAlarm Alarm Statistic", "Maximum", "one run that left work is enough"),
    Row("WorkLeftAlarm Alarm Threshold", 1, "anything"),
    Row("WorkLeftAlarm Alarm Period", 900, "as often as the most frequent of them runs"),
    Row(
        "WorkLeftAlarm Alarm EvaluationPeriods", 8, "two hours without an end: workers are too few, or something hangs"
    ),
    Row("ErrorBudget*Alarm Alarm Statistic", "Average", "`Errors` is 1 or 0 of each request: the share that failed"),
    Row("ErrorBudget1hAlarm Alarm Threshold", 0.072, "14.4 × 0.5 %: 2 % of the month's in an hour (Q2)"),
    Row("ErrorBudget5mAlarm Alarm Threshold", 0.072, "the same, and going on"),
    Row("ErrorBudget6hAlarm Alarm Threshold", 0.03, "6 × 0.5 %: 5 % of the month's in six hours (Q2)"),
    Row("ErrorBudget30mAlarm Alarm Threshold", 0.03, "the same, and going on"),
    Row("ErrorBudget1hAlarm Alarm Period", 3600, "its window"),
    Row("ErrorBudget5mAlarm Alarm Period", 300, "its window"),
    Row("ErrorBudget6hAlarm Alarm Period", 21600, "its window"),
    Row("ErrorBudget30mAlarm Alarm Period", 1800, "its window"),
    Row("ErrorBudgetFewestAlarm Alarm Statistic", "Sum", "how many, not their share"),
    Row("ErrorBudgetFewestAlarm Alarm Threshold", 5, "of few answers one that fails is a large share"),
    Row("ErrorBudgetFewestAlarm Alarm Period", 21600, "the longest of the windows"),
    Row("FunctionErrorsAlarm Alarm Threshold", 5, "a job that died once has its second try"),
    Row("FunctionErrorsAlarm Alarm Period", 300, "as for failed answers: a release that dies goes back"),
    Row("ThrottlesAlarm Alarm Threshold", 20, "as many as run at once: not a moment's crowd"),
    Row("ThrottlesAlarm Alarm Period", 300, "the same"),
    Row("JobsDeadLettersAlarm Alarm Threshold", 0, "one failed run is one too many"),
    Row("JobsDeadLettersAlarm Alarm ComparisonOperator", "GreaterThanThreshold", "more than none"),
    Row("JobsDeadLettersAlarm Alarm Statistic", "Maximum", "messages lie there: they are not to be added up"),
    Row("JobsDeadLettersAlarm Alarm Period", 300, "the interval at which SQS reports it"),
    Row("job/* Alarm Threshold", 1, "not started once"),
    Row("job/* Alarm ComparisonOperator", "LessThanThreshold", "fewer than one"),
    Row("job/* Alarm TreatMissingData", "breaching", "no sign of life is none"),
    Row("job/* Alarm Period", 3600, "one data point an hour"),
    Row("job/* Alarm EvaluationPeriods", 13, "of two runs a day one was missed, and an hour (G12)"),
    *(
        Row(f"job/{name} Alarm EvaluationPeriods", 26, "of one run a day: two hours more, as Paris' clocks go back")
        for name in (
            *("back_up_database", "choose_picks", "clean_vectors", "finish_deletions", "reconcile_subscriptions"),
            *("refresh_cache", "simulate_seasons", "watch_quality", "watch_sources"),
        )
    ),
    # Money.
    Row("Budget Budget Budget/BudgetLimit/Amount", 8, "dollars a month (Q8)"),
    Row("Budget Budget NotificationsWithSubscribers/Notification/Threshold", 100, "per cent, reached or foreseen"),
    Row("Budget Budget NotificationsWithSubscribers/Notification/ComparisonOperator", "GREATER_THAN", "of that"),
    # The front.
    Row("* CachePolicy CachePolicyConfig/MinTTL", 0, "the application sets the TTL, which may be nought"),
    Row("* CachePolicy CachePolicyConfig/DefaultTTL", 0, "a response without Cache-Control is not cached"),
    Row("PublicCachePolicy CachePolicy CachePolicyConfig/MaxTTL", 86400, "the response's own TTL, up to a day"),
    Row("ReaderCachePolicy CachePolicy CachePolicyConfig/MaxTTL", 3600, "what a plan shows may change"),
    Row("RecordCachePolicy CachePolicy CachePolicyConfig/MaxTTL", 31_536_000, "files of the log never change"),
    Row("RecordHeadersPolicy * *AccessControlAllowHeaders/Items", "*", "any page may verify the record"),
    Row("RecordHeadersPolicy * *AccessControlAllowOrigins/Items", "*", "the same"),
    Row("NoCachePolicy CachePolicy CachePolicyConfig/MaxTTL", 1, "with 0 CloudFront would not send Authorization on"),
    Row("Front Distribution DistributionConfig/CustomErrorResponses/ErrorCachingMinTTL", 0, "errors are not cached"),
    Row(
        "Front Distribution DistributionConfig/CustomErrorResponses/ErrorCode",
        (400, 403, 404, 405, 414, 500, 501, 502, 503, 504),
        "all that CloudFront would cache for ten seconds by default",
    ),
    Row("Front Distribution *OriginReadTimeout", 30, "longer than any function that answers HTTP may take"),
    Row("Front Distribution *OriginKeepaliveTimeout", 60, "fewer handshakes with functions' URLs"),
    # Releases.
    Row(
        "http/* DeploymentGroup DeploymentConfigName",
        Staged("CodeDeployDefault.LambdaAllAtOnce", "CodeDeployDefault.LambdaCanary10Percent5Minutes"),
        "a tenth of the readers for as long as an alarm takes to ring; staging has no readers",
    ),
    Row("serverless.yml provider deploymentBucket/maxPreviousDeploymentArtifacts", 10, "releases to go back to"),
    Row("serverless.yml provider memorySize", 512, "see above"),
    Row("deploy.rollback RETAINED", 10, "the same ten"),
    Row("deploy.smoke_urls RELEASE_TIMEOUT", 300, "seconds in which a front has what was deployed"),
    Row("deploy.template_checks RESERVED", 900, "of an account's 1,000 runs 100 must stay free"),
    Row("deploy.exposure_checks UNCACHED_MAX_TTL", 1, "as the CDN's policy for what is not cached"),
    Row("deploy.uptime_checks SHORT_INTERVAL", 300, "the shortest of UptimeRobot's free plan"),
    Row("deploy.uptime_checks LONG_INTERVAL", 86400, "a probe of the database prevents its suspension"),
    # What bundles may weigh, in MB: near what they do, so that what grows is seen; Lambda's limit is 250.
    Row("bundle/* budget_mb", 80, "the web, the database and the cache"),
    *(
        Row(f"bundle/{name} budget_mb", 95, "Stripe's library weighs 30")
        for name in ("users", "billing", "stripe_webhook", "reconcile_subscriptions", "finish_deletions")
    ),
    Row("bundle/predictions budget_mb", 100, "numpy, for what-ifs and values of other markets"),
    Row("bundle/pages budget_mb", 100, "numpy, for score grids and what-ifs"),
    Row("bundle/publish_predictions budget_mb", 110, "onnxruntime alone weighs half of it"),
    Row("bundle/write_explanations budget_mb", 180, "the writers' SDKs beside what searches the news"),
    Row("bundle/vectors budget_mb", 180, "qdrant-client and the encoder"),
    Row("bundle/ingest_news budget_mb", 160, "the same, without the web"),
    Row("bundle/clean_vectors budget_mb", 125, "qdrant-client"),
    # Backups.
    Row("Backups Bucket *NoncurrentDays", 30, "what was deleted by mistake, or on purpose, comes back for a month"),
    Row("Backups Bucket *DaysAfterInitiation", 1, "a killed run's unfinished upload is paid for no longer"),
    # The record.
    Row("Record Bucket *NoncurrentDays", 30, "earlier checkpoints; nothing else is ever replaced"),
    # Wildcards: each is all that can be named before it exists, of this one's own.
    Row("*/* Role *Resource/Fn::Sub", "arn:…:log-group:/aws/lambda/{prefix}-{name}:*", "the streams of its own log"),
    Row(
        "job/back_up_database Role *Resource/Fn::Sub",
        ("arn:…:log-group:/aws/lambda/{prefix}-{name}:*", "${Backups.Arn}/*"),
        "and the objects of the one bucket of backups",
    ),
    Row(
        "job/publish_record Role *Resource/Fn::Sub",
        ("arn:…:log-group:/aws/lambda/{prefix}-{name}:*", "${Record.Arn}/record/*"),
        "and the objects of the record",
    ),
    Row("RecordPolicy BucketPolicy *Resource/Fn::Sub", "${Record.Arn}/record/*", "what the front alone may read"),
    Row("ReleasesRole Role *Resource/Fn::Sub", "arn:…:alarm:{prefix}-*", "the alarms of the stage, to look at alone"),
    Row("http/* Permission Principal", "*", "function URLs are open; functions believe the front alone"),
    Row("ServerlessDeploymentBucketPolicy BucketPolicy *Action", "s3:*", "denied: whatever comes without TLS"),
    Row("ServerlessDeploymentBucketPolicy BucketPolicy *Principal", "*", "the same"),
    Row("ServerlessDeploymentBucketPolicy BucketPolicy *Fn::Join", "/*", "the same"),
    # The account.
    Row("account.yml DeployRole MaxSessionDuration", 3600, "an hour: longer than a deployment takes"),
    Row(
        "account.yml DeployRole ManagedPolicyArns",
        "arn:aws:iam::aws:policy/PowerUserAccess",
        "all but people's rights",
    ),
    Row(
        "account.yml DeployRole *Statement/Resource/Fn::Sub",
        "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/paris-sportif-${Stage}-*",
        "roles of its own stage's names alone",
    ),
    Row("account.yml DeployRole *:aud", "sts.amazonaws.com", "tokens that GitHub made for AWS"),
    Row("account.yml DeployRole *:sub/Fn::Sub", "repo:${Repository}:environment:${Stage}", "what was approved"),
]
WORDS = (
    *(
        "MetricName",
        "Namespace",
        "Statistic",
        "ComparisonOperator",
        "TreatMissingData",
        "DeploymentConfigName",
        "ManagedPolicyArns",
    ),
    *(":aud", ":sub/Fn::Sub"),
)
"""Ends of paths whose texts are bounds too."""
ELSEWHERE = ("PathPattern", "ScheduleExpression", "FunctionCode", "Fn::Select", "DashboardBody/Fn::Sub")
"""Compared with serverless.yml by deploy/exposure_checks.py, template_checks.py and test_exposure_checks.py."""


def leaves(node: Any, *path: str) -> Iterator[tuple[str, object]]:
    """Numbers, wildcards and `WORDS` in a structure, each with its path; the items of a list share theirs."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield from leaves(value, *path, key)
    elif isinstance(node, list):
        for value in node:
            yield from leaves(value, *path)
    elif "/".join(path).endswith(ELSEWHERE) or isinstance(node, bool):
        return
    elif isinstance(node, int | float):
        yield "/".join(path), node
    elif isinstance(node, str) and ("*" in node or node.isdecimal() or "/".join(path).endswith(WORDS)):
        yield (
            "/".join(path),
            re.sub(r"arn:\$\{AWS::Partition\}:\w+:\$\{AWS::Region\}:\$\{AWS::AccountId\}", "arn:…", node),
        )


def owners(template: Template) -> dict[str, str]:
    """Logical names of what belongs to a function: `http/health` or `job/sync_odds`."""
    resources, functions = template["Resources"], service.read().functions
    owner_by_role: dict[str, str] = {}
    for key, resource in resources.items():
        if resource["Type"] == "AWS::Lambda::Function":
            name, logical = resource["Properties"]["Handler"].split("/")[1], key.removesuffix("LambdaFunction")
            mine = re.compile(rf"{logical}(Log|Lambda|SchedulerSchedule|UnseenAlarm|Releases|Live|Version)\w*")
            kind = "http" if functions[name].paths else "job"
            owner_by_role |= dict.fromkeys((other for other in resources if mine.fullmatch(other)), f"{kind}/{name}")
            owner_by_role[resource["Properties"]["Role"]["Fn::GetAtt"][0]] = f"{kind}/{name}"
    return owner_by_role


def places(template: Template) -> Iterator[tuple[str, object]]:
    """What is bounded, each with its value: of a template, of deploy/account.yml, of serverless.yml and of deploy/."""
    owner = owners(template)
    for key, resource in template["Resources"].items():
        for path, value in leaves(resource.get("Properties", {})):
            yield f"{owner.get(key, key)} {resource['Type'].rpartition(':')[2]} {path}", value
    for key, resource in read("deploy/account.yml")["Resources"].items():
        for path, value in leaves(resource["Properties"]):
            yield f"account.yml {key} {path}", value
    config = read("serverless.yml")
    for path, value in leaves(config["provider"]):
        yield f"serverless.yml provider {path}", value
    for name, function in service.read().functions.items():
        yield f"bundle/{name} budget_mb", function.bundle.budget_mb
    for module in (exposure_checks, rollback, smoke_urls, template_checks, uptime_checks):
        for name, value in vars(module).items():
            if name.isupper() and type(value) in {int, float} and name not in {"KEYWORD", "MISSING"}:
                yield f"{module.__name__} {name}", value


def read(path: str) -> Template:
    return service.parse((service.ROOT / path).read_text())


def deciding(place: str) -> int | None:
    """The number of the row that counts for a place."""
    fitting = [number for number, row in enumerate(BOUNDS) if fnmatchcase(place, row.where)]
    return fitting[-1] if fitting else None


def expected_at(row: Row, place: str, stage: str) -> object:
    """The value of a row for a place of a stage."""
    value = getattr(row.value, stage) if isinstance(row.value, Staged) else row.value
    names = {"{prefix}": f"paris-sportif-{stage}", "{name}": place.partition(" ")[0].partition("/")[2]}

    def filled(each: object) -> object:
        for name, text in names.items() if isinstance(each, str) else ():
            each = str(each).replace(name, text)
        return each

    return tuple(map(filled, value)) if isinstance(value, tuple) else (filled(value),)


def faults(bounds: Iterable[tuple[str, object]], stage: str) -> list[str]:
    """Where what is bounded differs from the table, in words: the first place of each row and value."""
    differing: dict[tuple[object, ...], str] = {}
    for place, same in groupby(sorted(bounds, key=lambda each: each[0]), key=lambda each: each[0]):
        values, number = tuple(dict.fromkeys(value for _, value in same)), deciding(place)
        if number is None:
            differing[place, values] = f"{place} is {values} and has no row"
        elif values != (right := expected_at(BOUNDS[number], place, stage)):
            differing.setdefault((number, values), f"{place} is {values}, not {right}: {BOUNDS[number].because}")
    return list(differing.values())


@pytest.mark.parametrize("stage", STAGES)
def test_every_bound_is_the_table_s(templates: dict[str, Template], stage: str) -> None:
    """Nothing that is bounded lacks a row, and no row is about nothing."""
    bounds = list(places(templates[stage]))
    differing = faults(bounds, stage)
    assert not differing, "\n".join(differing)
    used = {deciding(place) for place, _ in bounds}
    assert [row.where for number, row in enumerate(BOUNDS) if number not in used] == []
    assert all(row.because for row in BOUNDS)


@pytest.mark.parametrize(
    ("key", "path", "value", "message"),
    [
        ("WebhookFailuresAlarm", "Threshold", 30, "WebhookFailuresAlarm Alarm Threshold is (30,), not (3,)"),
        ("SettleUnderscorebetsLambdaEvConf", "MaximumEventAgeInSeconds", 120, "is (120,), not (600,)"),
        ("HealthLambdaFunction", "EphemeralStorage", {"Size": 1024}, "is (1024,) and has no row"),
        (
            "HealthRole",
            "Policies",
            [{"Resource": {"Fn::Sub": "arn:aws:logs:::paris-sportif-production-*"}}],
            "Resource",
        ),
    ],
)
def test_a_changed_bound_is_named(
    templates: dict[str, Template], key: str, path: str, value: object, message: str
) -> None:
    spoiled = {"Resources": dict(templates["production"]["Resources"])}
    properties = spoiled["Resources"][key]["Properties"] | {path: value}
    spoiled["Resources"][key] = spoiled["Resources"][key] | {"Properties": properties}
    (fault,) = faults(places(spoiled), "production")
    assert message in fault


LOG = ("logs:CreateLogStream", "logs:PutLogEvents")
QUEUE = "JobsDeadLetters.Arn"
RIGHTS = [
    Row("*/*", ("sts:AssumeRole", "lambda.amazonaws.com"), "Lambda runs it"),
    *(Row("*/*", (action, "arn:…:log-group:/aws/lambda/{prefix}-{name}:*"), "its own log") for action in LOG),
    Row("job/*", ("sqs:SendMessage", QUEUE), "a run that failed, sent in the function's name"),
    *(
        Row("job/back_up_database", right, "writes, ends and deletes backups, and reads none (docs/operate/backups.md)")
        for right in (
            ("s3:ListBucket", "Backups.Arn"),
            *(
                (action, "${Backups.Arn}/*")
                for action in ("s3:PutObject", "s3:AbortMultipartUpload", "s3:DeleteObject")
            ),
        )
    ),
    *(
        Row("job/publish_record", right, "writes the record, reads its checkpoint, and deletes nothing")
        for right in (
            ("s3:ListBucket", "Record.Arn"),
            ("s3:GetObject", "${Record.Arn}/record/*"),
            ("s3:PutObject", "${Record.Arn}/record/*"),
        )
    ),
    *(
        Row(role, ("lambda:InvokeFunction", f"arn:…:function:{{prefix}}-{other}"), why)
        for role, others, why in (
            (
                "http/admin",
                "sync_fixtures sync_history publish_predictions settle_picks write_explanations refresh_cache"
                " send_notifications",
                "administrators' starts, of replays of prompts too",
            ),
            ("http/vectors", "ingest_news", "the same"),
            ("http/webhooks", "send_webhooks", "a new webhook is sent its test at once"),
            ("job/sync_odds", "sync_fixtures", "one after the other (idle-wakes.md, starting-jobs.md)"),
            ("job/sync_fixtures", "sync_history settle_picks", "the same"),
            ("job/sync_history", "update_ratings", "the same"),
            ("job/update_ratings", "publish_predictions", "the same"),
            ("job/publish_predictions", "settle_picks", "the same"),
            ("job/settle_picks", "settle_bets", "the same"),
            ("job/settle_bets", "ingest_news", "the same"),
            ("job/ingest_news", "write_explanations publish_record", "the same"),
            ("job/write_explanations", "read_weather", "the same"),
            ("job/read_weather", "simulate_seasons publish_record", "the same"),
            ("job/simulate_seasons", "watch_quality", "the same"),
            ("job/watch_quality", "finish_deletions", "the same"),
            ("job/finish_deletions", "reconcile_subscriptions", "the same"),
            ("job/reconcile_subscriptions", "clean_vectors", "the same"),
            ("job/clean_vectors", "watch_sources", "the same"),
            ("job/watch_sources", "publish_record", "the same"),
            ("job/publish_record", "send_notifications", "the same"),
            ("job/send_notifications", "send_webhooks", "the same"),
            *(
                (f"job/{name}", name, "a run in pages continues itself (work-in-pages.md)")
                for name in (
                    "finish_deletions",
                    "publish_record",
                    "reconcile_subscriptions",
                    "settle_bets",
                    "send_notifications",
                    "send_webhooks",
                )
            ),
            ("job/choose_picks", "refresh_cache", "the same"),
            ("job/refresh_cache", "matches predictions publish_record", "it sends a reader's requests; the same"),
        )
        for other in others.split()
    ),
    Row("SchedulerRole", ("sts:AssumeRole", "scheduler.amazonaws.com"), "the schedules start jobs"),
    Row("SchedulerRole", ("sqs:SendMessage", QUEUE), "an event that was not delivered"),
    *(
        Row("SchedulerRole", ("lambda:InvokeFunction", f"arn:…:function:{{prefix}}-{name}"), "each job, no reader's")
        for name, function in service.read().functions.items()
        if function.schedules
    ),
    Row("ReleasesRole", ("sts:AssumeRole", "codedeploy.amazonaws.com"), "CodeDeploy moves aliases"),
    Row("ReleasesRole", ("cloudwatch:DescribeAlarms", "arn:…:alarm:{prefix}-*"), "turns back where one rings"),
    *(
        Row("ReleasesRole", (action, f"arn:…:function:{{prefix}}-{name}:live"), "the aliases, and nothing else of them")
        for name, function in service.read().functions.items()
        if function.paths
        for action in ("lambda:GetAlias", "lambda:UpdateAlias", "lambda:GetProvisionedConcurrencyConfig")
    ),
]
"""Whom a role may be taken on by, and what it may do to what; of all rows that fit a role each counts."""


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def rights(properties: Template) -> Iterator[tuple[str, str]]:
    """What a role allows: each action with what it may be done to, and whom it may be taken on by."""
    for statement in properties["AssumeRolePolicyDocument"]["Statement"]:
        for service_name in listed(statement["Principal"]["Service"]):
            yield statement["Action"], service_name
    for policy in properties["Policies"]:
        for statement in policy["PolicyDocument"]["Statement"]:
            assert statement["Effect"] == "Allow"
            for action in listed(statement["Action"]):
                for resource in listed(statement["Resource"]):
                    arn = resource.get("Fn::Sub") or ".".join(resource["Fn::GetAtt"])
                    yield (
                        action,
                        re.sub(r"arn:\$\{AWS::Partition\}:\w+:\$\{AWS::Region\}:\$\{AWS::AccountId\}", "arn:…", arn),
                    )


@pytest.mark.parametrize("stage", STAGES)
def test_a_role_has_exactly_the_rights_of_the_table(templates: dict[str, Template], stage: str) -> None:
    owner = owners(templates[stage])
    roles = of_type(templates[stage], "AWS::IAM::Role")
    for key, properties in roles.items():
        role = owner.get(key, key)
        rows = [row for row in RIGHTS if fnmatchcase(role, row.where)]
        granted = list(rights(properties))
        assert sorted(granted) == sorted(expected_at(row, role, stage) for row in rows), role  # type: ignore[type-var]
    assert [row for row in RIGHTS if not any(fnmatchcase(owner.get(key, key), row.where) for key in roles)] == []


def of_type(template: Template, kind: str) -> dict[str, Template]:
    return {key: r["Properties"] for key, r in template["Resources"].items() if r["Type"] == kind}


@pytest.mark.parametrize("stage", STAGES)
def test_an_event_outlives_a_try_and_the_wait_for_the_next(templates: dict[str, Template], stage: str) -> None:
    """Else there would be no second try."""
    timeouts = {p["FunctionName"]: p["Timeout"] for p in of_type(templates[stage], "AWS::Lambda::Function").values()}
    of, names = (
        owners(templates[stage]),
        {f"job/{name}": name for name, f in service.read().functions.items() if f.schedules},
    )
    configs = of_type(templates[stage], "AWS::Lambda::EventInvokeConfig")
    assert {of[key] for key in configs} == names.keys()
    for key, config in configs.items():
        timeout = timeouts[f"paris-sportif-{stage}-{names[of[key]]}"]
        assert config["MaximumEventAgeInSeconds"] >= timeout + WAIT, of[key]
        assert config["MaximumRetryAttempts"] + 1 == service.read().functions[names[of[key]]].attempts


@pytest.mark.case("Q6")
@pytest.mark.parametrize("stage", STAGES)
def test_a_release_is_rolled_back_by_its_two_alarms(templates: dict[str, Template], stage: str) -> None:
    groups = of_type(templates[stage], "AWS::CodeDeploy::DeploymentGroup")
    assert len(groups) == len([function for function in service.read().functions.values() if function.paths])
    for key, group in groups.items():
        watched = [alarm["Name"]["Ref"] for alarm in group["AlarmConfiguration"]["Alarms"]]
        assert (group["AlarmConfiguration"]["Enabled"], watched) == (
            True,
            ["HttpErrorsAlarm", "FunctionErrorsAlarm"],
        ), key
        assert group["AutoRollbackConfiguration"]["Enabled"] is True, key
        assert set(group["AutoRollbackConfiguration"]["Events"]) == {
            *("DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"),
        }, key


def test_as_many_versions_are_retained_as_deployment_packages() -> None:
    retained = read("serverless.yml")["provider"]["deploymentBucket"]["maxPreviousDeploymentArtifacts"]
    assert retained == rollback.RETAINED


NUMBERS = {"five": 5, "three": 3, "twenty": 20}
SPANS = {"five minutes": 300, "a quarter of an hour": 900, "six hours": 21600, "two hours": 7200}


def test_an_alarm_s_description_names_its_threshold_and_its_time(templates: dict[str, Template]) -> None:
    """Its description reaches the operator at night: the number that it begins with, and the time that it names."""
    checked = 0
    for key, alarm in of_type(templates["production"], "AWS::CloudWatch::Alarm").items():
        text = alarm["AlarmDescription"].lower()
        first = text.split()[0]
        if first in NUMBERS or first.isdecimal():
            assert alarm["Threshold"] == NUMBERS.get(first, int(first) if first.isdecimal() else None), key
            checked += 1
        for span in (span for span in SPANS if span in text):
            assert alarm["Period"] * alarm["EvaluationPeriods"] == SPANS[span], key
            checked += 1
        if hours := re.search(r"not started for (\d+) hours", text):
            assert alarm["Period"] * alarm["EvaluationPeriods"] == int(hours[1]) * 3600, key
            checked += 1
    assert checked == 5 + 7 + len([f for f in service.read().functions.values() if f.schedules]), (
        "or a description is read wrongly"
    )
