"""Replays a prompt version on forecasts that already have a text, to compare both."""

from functions.write_explanations.match_facts import prompt_request
from shared.runtime import clock, wiring
from shared.runtime.jobs import InvalidEvent, Run
from shared.services.llm_fallback import Generation, LLMFallback
from shared.services.prompt_versions import prompts
from shared.stores.football import matches
from shared.stores.forecasting import predictions
from shared.stores.news import explanations, prompt_replays
from shared.stores.news.prompt_replays import ReplayRow

CASES = 5
MAX_CASES = 20


def replay(run: Run, llm: LLMFallback) -> None:
    """Generate texts for the newest cases again; readers keep seeing the published texts.

    Raises:
        InvalidEvent: the version is unknown, or the number of cases is out of range.
    """
    version, count = run.event["replay"], run.event.get("cases", CASES)
    prompt = prompts().get(version) if isinstance(version, str) else None
    if prompt is None or not isinstance(count, int) or not 1 <= count <= MAX_CASES:
        versions = ", ".join(prompts())
        raise InvalidEvent(f'"replay" must be one of {versions}, and "cases" a number from 1 to {MAX_CASES}')
    accepted = rejected = 0
    for text in explanations.latest(run.db, count):
        match = matches.by_ids(run.db, [text.match_id])[text.match_id]
        prediction = predictions.by_version(run.db, [(text.match_id, text.published_at)])[text.match_id]
        request = prompt_request(run.db, match, prediction, prompt, text.created_at)
        if (reason := llm.stop_reason(request)) is not None:
            run.report(stopped_by=reason)
            break
        result = llm.generate(request, prompt, match.match_id)
        store_calls(result)
        accepted, rejected = accepted + (result.answer is not None), rejected + (result.answer is None)
        prompt_replays.put(
            run.db,
            ReplayRow(
                match_id=text.match_id,
                published_at=text.published_at,
                prompt=prompt.version,
                prompt_hash=prompt.hash,
                provider=result.writer,
                model=result.model,
                content=result.texts,
                reason=_rejection_reason(result),
                created_at=clock.now(),
                **result.usage,
            ),
        )
    run.report(replayed=prompt.version, accepted=accepted, rejected=rejected)


def store_calls(result: Generation) -> None:
    """Store the calls in their own transaction, so that they count even if the run fails."""
    with wiring.second_connection() as db:
        explanations.add_calls(db, result.calls)


def _rejection_reason(result: Generation) -> str | None:
    if result.answer is not None:
        return None
    return next((call.reason for call in reversed(result.calls) if call.reason), "no writer answered")
