"""Generate explanations of upcoming forecasts. Cron: 04:10 and 16:10 UTC. Safe to run twice or late."""

from collections import Counter
from dataclasses import asdict
from datetime import timedelta
from decimal import Decimal
from functools import partial
from time import sleep

from functions.write_explanations.match_facts import prompt_request
from functions.write_explanations.prompt_replay import replay, store_calls
from shared.clients.errors import Rejected
from shared.explanations.adjustments import compute_adjustment
from shared.explanations.prompt import PROMPT_KIND, ExplanationRequest, Prompt, choose_version, citation
from shared.football.competition import available_competitions
from shared.football.match import Status
from shared.runtime import clock, wiring
from shared.runtime.jobs import Run, job
from shared.runtime.settings import settings
from shared.services.cache_policies import CacheKind, invalidate
from shared.services.llm_fallback import Generation, LLMFallback
from shared.services.prompt_versions import newest, prompts
from shared.stores.football import matches
from shared.stores.forecasting import predictions
from shared.stores.forecasting.predictions import PredictionRow
from shared.stores.news import explanations
from shared.stores.news.explanations import ExplanationRow

AHEAD = timedelta(hours=48)


def write(run: Run) -> None:
    """Generate a text for each forecast of the next two days that has none yet.

    With `{"replay": "explanation_v2", "cases": 5}` that version is replayed on forecasts that have a text instead.

    A permanent refusal by a provider fails the run after storing the other texts. A match without a text falls back to
    the template, and is retried by the next run.
    """
    providers = wiring.llm_clients()
    if not providers:
        run.report(skipped="GROQ_API_KEY and ANTHROPIC_API_KEY are not set")
        return
    midnight = run.now.replace(hour=0, minute=0, second=0, microsecond=0)
    left = settings().words_daily_tokens - explanations.tokens_since(run.db, midnight)
    llm = LLMFallback(providers, left, run.deadline, sleep)
    if "replay" in run.event:
        replay(run, llm)
        return
    codes = [c.code for c in available_competitions(demo=settings().demo)]
    upcoming = matches.page(run.db, run.now, run.now + AHEAD, codes, [Status.SCHEDULED])
    published = predictions.latest(run.db, [row.match_id for row in upcoming], run.now)
    existing = explanations.by_version(run.db, [(row.match_id, row.published_at) for row in published.values()])
    missing = [row for row in upcoming if row.match_id in published and row.match_id not in existing]
    missing.sort(key=lambda row: (codes.index(row.competition), row.kick_off))  # the day's tokens may not last for all
    weights = {v: weight for v, weight in explanations.weights(run.db, PROMPT_KIND).items() if v in prompts()}
    counts, cost = Counter[str](), Decimal(0)
    for match in missing:
        prompt = prompts()[choose_version(weights, match.match_id)] if weights else newest(PROMPT_KIND)
        request = prompt_request(run.db, match, published[match.match_id], prompt, run.now)
        counts["with_news"] += bool(request.sources)
        if (reason := llm.stop_reason(request)) is not None:
            run.report(stopped_by=reason)
            break
        result = llm.generate(request, prompt, match.match_id)
        _store_text(run, published[match.match_id], prompt, request, result)
        counts[result.writer] += 1
        cost += result.usage["cost"]
    run.report(
        forecasts=len(published),
        without_text=len(missing),
        tokens=left - llm.token_budget,
        cost_usd=str(cost),
        **counts,
    )
    for refusal in llm.rejections:
        with run.part(Rejected):
            raise refusal


def _store_text(
    run: Run, prediction: PredictionRow, prompt: Prompt, request: ExplanationRequest, result: Generation
) -> None:
    """Store a text with its tokens, cost and latency."""
    store_calls(result)
    if result.answer is None or result.texts is None:
        return
    adjustments = compute_adjustment(result.answer.signals)
    used = dict.fromkeys([*result.answer.cited, *(adjustments.sources if adjustments else ())])
    explanations.add(
        run.db,
        ExplanationRow(
            match_id=prediction.match_id,
            published_at=prediction.published_at,
            provider=result.writer,
            model=result.model,
            prompt=prompt.version,
            prompt_hash=prompt.hash,
            content=result.texts,
            sources=[citation(request.sources[source]) for source in used],
            adjustment=None if adjustments is None else asdict(adjustments),
            created_at=clock.now(),
            **result.usage,
        ),
    )


handler = job(
    "write_explanations", write, after_commit=partial(invalidate, CacheKind.PREDICTIONS, CacheKind.DAILY_PICKS)
)
