"""Fakes that `make run` starts for services without a configured account; each yields settings of the functions."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from local import fake_news_feeds, http_server, sources, token
from local.clock import Clock
from local.errors import LocalError
from shared.clients.sources import met_norway


@contextmanager
def supabase(data_dir: Path, directory: Path, clock: Clock, console: Console) -> Iterator[dict[str, str]]:
    """Serve a fake of Supabase."""
    from local.fake_supabase import PUBLISHABLE_KEY, SECRET_KEY, FakeSupabase, serve  # noqa: PLC0415
    from local.fake_supabase_users import SupabaseProject  # noqa: PLC0415  only if needed

    project = token.project(data_dir)
    try:
        listener = http_server.listen(project.port)
    except LocalError:
        console.print(f"Port {project.port} is in use: tokens are issued again, and users sign in again.")
        project = token.move_to_free_port(data_dir)
        listener = http_server.listen(project.port)
    # Browsers use the real time and the functions the simulated one: sessions end an hour after the later of the two.
    users = SupabaseProject(lambda: max(clock.now(), datetime.now(UTC)), directory / "supabase.json")
    with serve(FakeSupabase(users), listener) as address:
        console.print(f"People sign in at {address} (a stand-in for Supabase; publishable key: {PUBLISHABLE_KEY}).")
        yield {
            "SUPABASE_URL": address,
            "SUPABASE_JWT_SECRET": project.secret,
            "SUPABASE_SERVICE_KEY": SECRET_KEY,
        }


@contextmanager
def external_sources(environment: Mapping[str, str], source: sources.Source, clock: Clock) -> Iterator[dict[str, str]]:
    """Settings of external feeds; with a simulated clock the live ones are off, because they are about today."""
    is_live = not source.demo and source.clock is None
    settings = {"FOOTBALL_DATA_API_KEY": "", "THE_ODDS_API_KEY": "", "MET_NORWAY_URL": ""}
    if is_live:
        settings = {} if environment.get("MET_NORWAY_URL") else {"MET_NORWAY_URL": met_norway.ADDRESS}
    with ExitStack() as stack:
        if not environment.get("NEWS_FEEDS_URL"):
            feeds = fake_news_feeds.serve(clock.now, demo=source.demo)
            settings["NEWS_FEEDS_URL"] = "publishers" if is_live else stack.enter_context(feeds)
        yield settings


@contextmanager
def stripe(directory: Path, clock: Clock, gateway: str) -> Iterator[dict[str, str]]:
    """Serve a fake of Stripe."""
    from local import fake_stripe  # noqa: PLC0415  imports Stripe's SDK
    from local.fake_stripe_objects import StripeObjects  # noqa: PLC0415

    objects = StripeObjects(clock.now, directory / "stripe.json")
    with fake_stripe.serve(objects, clock.now, f"{gateway}/api/v1/stripe/webhook") as address:
        yield {
            "STRIPE_API_URL": address,
            "STRIPE_SECRET_KEY": fake_stripe.KEY,
            "STRIPE_WEBHOOK_SECRET": fake_stripe.SECRET,
            "STRIPE_PRICE_PREMIUM": fake_stripe.PREMIUM,
            "STRIPE_PRICE_ELITE": fake_stripe.ELITE,
        }


@contextmanager
def llms() -> Iterator[dict[str, str]]:
    """Serve fakes of the language models."""
    from local import fake_llms  # noqa: PLC0415

    with fake_llms.serve(fake_llms.FakeLLMs()) as address:
        yield {
            "GROQ_URL": f"{address}/openai/v1",
            "GROQ_API_KEY": fake_llms.GROQ_KEY,
            "ANTHROPIC_URL": address,
            "ANTHROPIC_API_KEY": fake_llms.ANTHROPIC_KEY,
        }
