"""Response models of the record that anybody can verify."""

from datetime import datetime

from pydantic import BaseModel


class RecordResponse(BaseModel):
    """The published state of the record.

    `checkpoint` is a signed note (C2SP tlog-checkpoint) of `size` entries, with those of witnesses; null before
    the first publication. `files` is where its files are, relative to this API. `unpublished` entries are written and
    await the next publication; `unanchored` checkpoints await a calendar of OpenTimestamps, the oldest since
    `unanchored_since`.
    """

    size: int
    checkpoint: str | None
    files: str
    unpublished: int
    unanchored: int
    unanchored_since: datetime | None


class RecordEntryInfo(BaseModel):
    """An entry: `body` is canonical JSON, whose bytes are hashed; `proof` leads to the root (RFC 6962), in base64."""

    index: int
    body: str
    proof: list[str]


class MatchRecordResponse(BaseModel):
    """The published entries about a match, oldest first, with their proofs in the tree of `checkpoint`."""

    match_id: int
    checkpoint: str | None
    entries: list[RecordEntryInfo]


class DayRecordResponse(BaseModel):
    """The published universes and picks of a day in Paris, oldest first, with their proofs in that tree."""

    date: str
    checkpoint: str | None
    entries: list[RecordEntryInfo]
