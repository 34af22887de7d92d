"""Start every bundle alone, as Lambda would: `python -m deploy.smoke [function ...]`.

Each bundle is built for this machine, unzipped and imported by a bare Python that sees the standard library and the
bundle, nothing else, with no secret set. Then it gets one event: an HTTP function must answer in JSON, a job must name
the missing setting. Last it imports the clients of its groups of packages, most of which load when they are first used.
So a forgotten package or room of `shared/` fails here and not in production.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from deploy import bundle, memory, service

CLIENTS = {
    "arrays": "shared.betting.devig",
    "backup": "pyrage",
    "cache": "shared.clients.redis.upstash",
    "calendars": "icalendar",
    "database": "psycopg",
    "embedding": "shared.clients.vectors.sentence_encoder",
    "errors": "sentry_sdk.integrations.logging",
    "feeds": "feedparser",
    "http": "shared.clients.http",
    "model": "shared.services.outcome_model",
    "pages": "jinja2",
    "payments": "shared.clients.payments.stripe_payments",
    "push": "webpush",
    "signing": "shared.services.signing_keys",
    "tokens": "shared.clients.identity.supabase",
    "vectors": "shared.clients.vectors.qdrant",
    "web": "shared.web.app",
    "webhooks": "standardwebhooks",
    "writers": "anthropic",
}
"""What a function with a group of packages imports, at the latest when it uses it."""

UNZIPPED_BYTES = (os.cpu_count() or 1) * bundle.LAMBDA_LIMIT_MB * 1_000_000
"""More than the bundles that are tried at the same time, one on each core."""

# Runs inside the bare Python, which has none of our code but the bundle's.
RUN = """
import importlib, json, sys, types
folder, name, event = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
sys.path.insert(0, folder)
handler = importlib.import_module(f"functions.{name}.handler").handler
context = types.SimpleNamespace(
    function_name=name, aws_request_id="smoke", memory_limit_in_mb="512", function_version="$LATEST",
    invoked_function_arn=f"arn:aws:lambda:eu-west-3:000000000000:function:{name}", log_stream_name="smoke",
    get_remaining_time_in_millis=lambda: 10_000,
)
try:
    result = {"response": handler(event, context)}
except Exception as error:
    result = {"error": type(error).__name__, "message": str(error)}
for client in sys.argv[4:]:
    importlib.import_module(client)
print("\\n" + json.dumps(result))
"""


class SmokeError(RuntimeError):
    """A bundle does not run alone; the message names it and the failure."""


def http_event(path: str) -> dict[str, object]:
    """What a function URL sends for a GET (payload format 2.0)."""
    http = {"method": "GET", "path": path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1", "userAgent": "smoke"}
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"host": "smoke.lambda-url.eu-west-3.on.aws", "accept": "application/json"},
        "requestContext": {
            "accountId": "anonymous",
            "apiId": "smoke",
            "domainName": "smoke.lambda-url.eu-west-3.on.aws",
            "domainPrefix": "smoke",
            "http": http,
            "requestId": "smoke",
            "routeKey": "$default",
            "stage": "$default",
            "time": "01/Aug/2026:00:00:00 +0000",
            "timeEpoch": 1785542400000,
        },
        "isBase64Encoded": False,
    }


def run(
    artifact: Path, name: str, event: dict[str, object], interpreter: Path, clients: Sequence[str] = ()
) -> dict[str, object]:
    """Unzip a bundle, send it one event, and import the modules of some clients in it.

    Returns:
        `{"response": …}`, or `{"error": class, "message": text}` when the handler raised.

    Raises:
        SmokeError: the handler or a client could not even be imported.
    """
    with (
        tempfile.TemporaryDirectory(dir=memory.directory(UNZIPPED_BYTES)) as folder,
        tempfile.TemporaryDirectory() as elsewhere,
    ):
        with zipfile.ZipFile(artifact) as archive:
            archive.extractall(folder)
        # -I and -S: no PYTHON… variables, no working directory, no site-packages.
        bare = [str(interpreter), "-I", "-S", "-c", RUN, folder, name, json.dumps(event), *clients]
        done = subprocess.run(bare, cwd=elsewhere, env={}, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode:
        raise SmokeError(f"{name}: the bundle does not start\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def check(function: service.Function, artifact: Path, interpreter: Path) -> None:
    """Check that a bundle does what its kind of function must do without any secret."""
    name, clients = function.name, [CLIENTS[group] for group in function.bundle.groups]
    if function.schedules:
        result = run(artifact, name, {}, interpreter, clients)
        if result.get("error") != "SettingsError" or "DATABASE_URL" not in str(result.get("message")):
            raise SmokeError(f"{name}: expected a SettingsError about DATABASE_URL, got {result}")
        return
    path, status = {"health": ("/health", 200), "site": ("/openapi.json", 200)}.get(name, ("/no-such-path", 404))
    result = run(artifact, name, http_event(path), interpreter, clients)
    response = result.get("response")
    if not isinstance(response, dict) or response.get("statusCode") != status:
        raise SmokeError(f"{name}: GET {path} should answer {status}, got {result}")
    if name == "pages":
        if not response["body"].startswith("<!doctype html>"):
            raise SmokeError(f"{name}: GET {path} should answer a page, got {response['body'][:200]!r}")
        return
    try:
        json.loads(response["body"])
    except ValueError:
        raise SmokeError(f"{name}: GET {path} should answer JSON, got {response['body'][:200]!r}") from None


def main() -> None:
    """Build for this machine and check every bundle."""
    parser = argparse.ArgumentParser(prog="python -m deploy.smoke", description="Start every bundle alone.")
    parser.add_argument("functions", nargs="*", help="names from serverless.yml; none for all")
    args = parser.parse_args()
    python = bundle.PYTHON
    interpreter = bundle.interpreter(python)
    if interpreter is None:
        python, interpreter = f"{sys.version_info[0]}.{sys.version_info[1]}", Path(sys.executable)
        print(f"WARNING: no Python {bundle.PYTHON} here: trying the bundles on {python} instead", file=sys.stderr)
    try:
        # Nobody downloads these zips.
        target = bundle.Target(bundle.HOST, python, interpreter, zip_level=zlib.Z_NO_COMPRESSION)
        built = bundle.build(args.functions, target)
        functions = service.read().functions
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            checked = pool.map(lambda name: check(functions[name], built[name].path, interpreter), built)
            for name, _ in zip(built, checked, strict=True):
                print(f"{bundle.HOST}  Python {python}  {name}: runs alone")
    except (bundle.BundleError, service.ServiceError, SmokeError) as error:
        sys.exit(f"smoke: {error}")


if __name__ == "__main__":
    main()
