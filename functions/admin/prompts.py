"""Routes of prompt versions, their A/B tests and their replays."""

from datetime import timedelta
from math import isfinite
from typing import Annotated, Any

from fastapi import Query
from pydantic import StringConstraints

from functions.admin.app import app
from functions.admin.prompt_schemas import (
    CaseText,
    PromptCase,
    PromptTrial,
    PromptTrialEnded,
    PromptTrialRequest,
    PromptVersionInfo,
    PromptVersionText,
    ReplayRequest,
    VersionComparison,
)
from shared.explanations.prompt import Prompt
from shared.runtime import clock
from shared.services.prompt_versions import newest, prompts
from shared.stores.football import matches
from shared.stores.news import explanations, prompt_replays
from shared.stores.news.explanations import ExplanationRow, PromptStats
from shared.stores.news.prompt_replays import ReplayRow
from shared.web.admin_actions import AuditedAdmin, JobRun, start
from shared.web.app import Connection
from shared.web.authentication import Admin
from shared.web.errors import BadRequest, NotFound

PREFIX = "/api/v1/prompts"
Days = Annotated[int, Query(ge=1, le=365)]
Cases = Annotated[int, Query(ge=1, le=20)]
PromptName = Annotated[str, StringConstraints(max_length=60, pattern=r"^[a-z0-9_]*$")]


@app.get(f"{PREFIX}/versions", operation_id="listPromptVersions", tags=["Prompts"])
async def list_versions(
    reader: Admin, db: Connection, prompt_type: PromptName | None = None
) -> list[PromptVersionInfo]:
    """The versions of all prompts, or of one type."""
    if prompt_type is not None:
        _require_versions(prompt_type)
    shown = [prompt for prompt in prompts().values() if prompt_type in {None, prompt.kind}]
    return [PromptVersionInfo(**_info(prompt, explanations.weights(db, prompt.kind))) for prompt in shown]


@app.get(f"{PREFIX}/versions/{{version_id}}", operation_id="getPromptVersion", tags=["Prompts"])
async def read_version(reader: Admin, db: Connection, version_id: PromptName) -> PromptVersionText:
    """One version with its text."""
    prompt = prompts().get(version_id)
    if prompt is None:
        raise NotFound("unknown_prompt", version=version_id)
    return PromptVersionText(**_info(prompt, explanations.weights(db, prompt.kind)), template=prompt.text)


@app.get(f"{PREFIX}/compare/{{prompt_type}}", operation_id="comparePromptVersions", tags=["Prompts"])
async def compare_versions(
    reader: Admin, db: Connection, prompt_type: PromptName, days: Days = 30
) -> list[VersionComparison]:
    """Compare a type's versions over the last days: acceptance rate, tokens, cost and latency."""
    start = clock.now() - timedelta(days=days)
    rows = explanations.prompt_stats(db, _require_versions(prompt_type), start)
    return [
        VersionComparison(
            version_id=row.version,
            since=start,
            requests=row.requests,
            accepted_first=row.accepted_first,
            accepted_after_repair=row.accepted_repaired,
            rejected_calls=row.rejected,
            failed_calls=row.failed,
            acceptance_rate=_acceptance_rate(row),
            tokens_per_call=None if row.tokens is None else round(row.tokens, 1),
            cost_usd=float(row.cost),
            median_ms=row.milliseconds,
        )
        for row in rows
    ]


@app.get(f"{PREFIX}/cases", operation_id="listPromptCases", tags=["Prompts"])
async def list_cases(reader: Admin, db: Connection, limit: Cases = 5) -> list[PromptCase]:
    """The newest explained forecasts with the text of each version replayed on them."""
    shown = explanations.latest(db, limit)
    replayed = prompt_replays.by_version(db, [(text.match_id, text.published_at) for text in shown])
    played = matches.by_ids(db, {text.match_id for text in shown})
    return [
        PromptCase(
            match_id=text.match_id,
            home_team=played[text.match_id].home_name,
            away_team=played[text.match_id].away_name,
            published_at=text.published_at,
            texts=[
                _case_text(text, None),
                *(
                    _case_text(row, row.reason)
                    for row in replayed
                    if (row.match_id, row.published_at) == (text.match_id, text.published_at)
                ),
            ],
        )
        for text in shown
    ]


@app.post(f"{PREFIX}/replays", operation_id="replayPrompt", tags=["Prompts"])
async def replay(reader: AuditedAdmin, request: ReplayRequest) -> JobRun:
    """Replay a version on the newest explained forecasts; readers keep seeing the published texts."""
    if request.version_id not in prompts():
        raise NotFound("unknown_prompt", version=request.version_id)
    [run] = start(reader, "write_explanations", {"replay": request.version_id, "cases": request.cases})
    return run


def _case_text(row: ExplanationRow | ReplayRow, reason: str | None) -> CaseText:
    return CaseText(
        version_id=row.prompt,
        template_hash=row.prompt_hash,
        provider=row.provider,
        text=row.content,
        reason=reason,
        tokens=row.tokens_in + row.tokens_out,
        cost_usd=float(row.cost),
        created_at=row.created_at,
    )


@app.get(f"{PREFIX}/ab-tests", operation_id="listPromptTrials", tags=["Prompts"])
async def list_trials(reader: Admin, db: Connection) -> list[PromptTrial]:
    """The running A/B tests."""
    kinds = dict.fromkeys(prompt.kind for prompt in prompts().values())
    by_kind = {kind: explanations.weights(db, kind) for kind in kinds}
    return [PromptTrial(prompt_type=kind, version_weights=weights) for kind, weights in by_kind.items() if weights]


@app.post(f"{PREFIX}/ab-tests", operation_id="setPromptTrial", tags=["Prompts"])
async def set_trial(reader: AuditedAdmin, db: Connection, request: PromptTrialRequest) -> PromptTrial:
    """Start an A/B test of a type's versions from the next run, by weight."""
    versions = _require_versions(request.prompt_type)
    if unknown := sorted(request.version_weights.keys() - set(versions)):
        raise NotFound("unknown_prompt", version=unknown[0][:60])
    if not all(isfinite(weight) and 0 < weight <= 1000 for weight in request.version_weights.values()):
        raise BadRequest("prompt_weights")
    explanations.set_weights(db, request.prompt_type, request.version_weights, clock.now())
    return PromptTrial(prompt_type=request.prompt_type, version_weights=request.version_weights)


@app.delete(f"{PREFIX}/ab-tests/{{prompt_type}}", operation_id="endPromptTrial", tags=["Prompts"])
async def end_trial(reader: AuditedAdmin, db: Connection, prompt_type: PromptName) -> PromptTrialEnded:
    """End an A/B test; the newest version is used from the next run."""
    _require_versions(prompt_type)
    explanations.set_weights(db, prompt_type, {}, clock.now())
    return PromptTrialEnded(prompt_type=prompt_type, version_id=newest(prompt_type).version)


def _require_versions(prompt_type: str) -> list[str]:
    """The versions of a type; `NotFound` if there is no such type."""
    versions = [prompt.version for prompt in prompts().values() if prompt.kind == prompt_type]
    if not versions:
        raise NotFound("unknown_prompt", version=prompt_type)
    return versions


def _info(prompt: Prompt, weights: dict[str, float]) -> dict[str, Any]:
    latest = newest(prompt.kind).version
    return {
        "version_id": prompt.version,
        "prompt_type": prompt.kind,
        "is_active": prompt.version in weights if weights else prompt.version == latest,
        "is_baseline": prompt.version.endswith("_v1"),
        "template_hash": prompt.hash,
        "weight": weights.get(prompt.version),
    }


def _acceptance_rate(row: PromptStats) -> float | None:
    return round((row.accepted_first + row.accepted_repaired) / row.requests, 4) if row.requests else None
