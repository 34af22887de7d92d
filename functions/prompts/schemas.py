"""What the prompts group takes and answers."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from shared.web.params import INTEGER_ONLY


class PromptVersionInfo(BaseModel):
    """A version of a prompt; `template_hash` is SHA-256 of its text, `weight` its share of a trial that goes on."""

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
    """Versions that are tried beside each other, with their weights."""

    prompt_type: str
    version_weights: dict[str, float]


class PromptTrialRequest(BaseModel):
    """Versions of one type to be tried, each with a weight above 0."""

    model_config = ConfigDict(extra="forbid")

    prompt_type: str
    version_weights: dict[str, float] = Field(min_length=1, max_length=20)


class PromptTrialEnded(BaseModel):
    """No trial goes on; the newest version is used."""

    prompt_type: str
    version_id: str


class ReplayRequest(BaseModel):
    """A version that is to write of the newest explained forecasts."""

    model_config = ConfigDict(extra="forbid")

    version_id: str = Field(max_length=60)
    cases: Annotated[int, Field(ge=1, le=20), INTEGER_ONLY] = 5


class CaseText(BaseModel):
    """What a version wrote of a case; `text` by language, null where nothing could be kept, for the `reason` given."""

    version_id: str
    template_hash: str
    writer: str
    text: dict[str, Any] | None
    reason: str | None = None
    tokens: int
    cost_usd: float
    created_at: datetime


class PromptCase(BaseModel):
    """An explained forecast, with what readers see of it first and then what other versions made of it."""

    match_id: int
    home_team: str
    away_team: str
    published_at: datetime
    texts: list[CaseText]


class VersionComparison(BaseModel):
    """How a version did since `since`, on the questions that it was really asked.

    `kept_at_once` and `kept_repaired` of `asked` were kept; for the others the template spoke. Costs are US dollars.
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
