"""A small bundle of its own, so that the stand-ins are tested without the product's functions."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from deploy.service import read
from local.gateway import Gateway
from local.http_server import serve
from tests.waiting import HANG

SERVERLESS = """
service: small
params:
  production: { slots: 1 }
custom:
  bundle_defaults: { http: &packages { groups: [web], budget_mb: 80 }, job: *packages }
  bundles: {}
  routes:
    - { path: "/echo*", function: echo }
    - { path: "/web*", function: web }
    - { path: "/boom", function: boom }
    - { path: "/leave", function: leave }
    - { path: "/broken", function: broken }
    - { path: "/slow", function: slow }
    - { path: "/single", function: single }
    - { path: "/large", function: large }
    - { path: "/*", function: echo }
provider:
  environment: { SENTRY_DSN: "{{resolve:secretsmanager:x}}" }
functions:
  echo: { handler: functions/raw/handler.echo, url: true, environment: { DATABASE_URL: "{{resolve:x}}" } }
  web: { handler: functions/web/handler.handler, url: true, role: !GetAtt Role.Arn }
  boom: { handler: functions/raw/handler.boom, url: true }
  leave: { handler: functions/raw/handler.leave, url: true }
  broken: { handler: functions/broken/handler.handler, url: true }
  slow: { handler: functions/raw/handler.slow, url: true, timeout: 0.3 }
  single: { handler: functions/raw/handler.single, url: true, timeout: 120, reservedConcurrency: "${param:slots}" }
  large: { handler: functions/raw/handler.large, url: true }
  inspect: { handler: functions/raw/handler.inspect }
  sleep: { handler: functions/raw/handler.slow, timeout: 900 }
  sync_fixtures:
    handler: functions/raw/handler.inspect
    events:
      - schedule: { method: scheduler, rate: ["cron(0 3,15 * * ? *)"], timezone: UTC }
"""
RAW = """
import json, os, time

def echo(event, context):
    variables = sorted(name for name in ("DATABASE_URL", "SENTRY_DSN", "DEMO") if name in os.environ)
    return {"statusCode": 200, "body": json.dumps({"event": event, "pid": os.getpid(), "variables": variables})}

def boom(event, context):
    raise ValueError("the secret plan")

def leave(event, context):
    os._exit(3)

def slow(event, context):
    print("asleep", flush=True)
    time.sleep(1000)

def single(event, context):
    open("begun", "w").close()
    while not os.path.exists("go on"):
        time.sleep(0.02)
    with open("done", "a") as file:
        file.write(".")
    return {"statusCode": 204}

def large(event, context):
    return "x" * (6 * 2**20)

def inspect(event, context):
    variables = sorted(name for name in ("DATABASE_URL", "FOOTBALL_DATA_API_KEY") if name in os.environ)
    seconds_left = context.get_remaining_time_in_millis() / 1000
    return {"event": event, "pid": os.getpid(), "variables": variables, "seconds_left": seconds_left}
"""
WEB = """
from mangum import Mangum
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

async def items(request):
    answer = JSONResponse({
        "path": request.url.path, "tags": request.query_params.getlist("tag"), "cookies": request.cookies,
        "word": request.headers.get("x-word")})
    answer.set_cookie("a", "1")
    answer.set_cookie("b", "2")
    return answer

async def reverse(request):
    return Response((await request.body())[::-1], media_type="application/octet-stream")

app = Starlette(routes=[Route("/web/items/{name}", items), Route("/web/reverse", reverse, methods=["POST"])])
handler = Mangum(app, lifespan="off")
"""


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with serverless.yml and functions/."""
    root = tmp_path_factory.mktemp("bundle")
    (root / "serverless.yml").write_text(SERVERLESS)
    for name, source in (("raw", RAW), ("web", WEB), ("broken", "import no_such_module_here\n")):
        (root / "functions" / name).mkdir(parents=True)
        (root / "functions" / name / "handler.py").write_text(source)
    return root


@pytest.fixture(scope="session")
def gateway(bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of the small bundle's gateway."""
    environment = {"DATABASE_URL": "postgresql://x", "SENTRY_DSN": "", "DEMO": "true"}
    logs = tmp_path_factory.mktemp("logs")
    with (
        serve(Gateway(read(bundle), bundle, environment, logs)) as address,
        httpx.Client(base_url=address, timeout=HANG) as client,
    ):
        yield client
