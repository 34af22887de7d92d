"""Request and response models of prompt versions."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field

from shared.web.params import INTEGER_ONLY
from shared.web.strict_json import RequestModel


class PromptVersionInfo(BaseModel):
    """A prompt version; `template_hash` is SHA-256 of its text, `weight` its weight in a running A/B test."""

    version_id: str
    prompt_type: str
    is_active: bool
    is_baseline: bool
    template_hash: str
    weight: float | None = None


class PromptVersionText(PromptVersionInfo):
    """A version with its text."""

    template: str


class PromptTrial(BaseModel):
    """An A/B test: versions with their weights."""

    prompt_type: str
    version_weights: dict[str, float]


class PromptTrialRequest(RequestModel):
    """Versions of one type to test, each with a positive weight."""

    prompt_type: str
    version_weights: dict[str, float] = Field(min_length=1, max_length=20)


class PromptTrialEnded(BaseModel):
    """The A/B test has ended; `version_id` is the newest version, which is used."""

    prompt_type: str
    version_id: str


class ReplayRequest(RequestModel):
    """A version to replay on the newest explained forecasts."""

    version_id: str = Field(max_length=60)
    cases: Annotated[int, Field(ge=1, le=20), INTEGER_ONLY] = 5


class CaseText(BaseModel):
    """A version's text for a case; `text` is by language, null if it was rejected for `reason`."""

    version_id: str
    template_hash: str
    provider: str
    text: dict[str, Any] | None
    reason: str | None = None
    tokens: int
    cost_usd: float
    created_at: datetime


class PromptCase(BaseModel):
    """An explained forecast: the published text first, then those of replayed versions."""

    match_id: int
    home_team: str
    away_team: str
    published_at: datetime
    texts: list[CaseText]


class VersionComparison(BaseModel):
    """A version's results since `since`, without replays.

    Of `requests`, `accepted_first` and `accepted_after_repair` passed validation; the others fell back to the template.
    """

    version_id: str
    since: datetime
    requests: int
    accepted_first: int
    accepted_after_repair: int
    rejected_calls: int
    failed_calls: int
    acceptance_rate: float | None
    tokens_per_call: float | None
    cost_usd: float
    median_ms: float | None
