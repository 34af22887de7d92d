"""The base of response models."""

from pydantic import BaseModel, ConfigDict


class ResponseModel(BaseModel):
    """A part of a response; pydantic builds its validator and serializer when a response needs them, not at import.

    A start builds those of its first response alone, and none for a cached one.
    """

    model_config = ConfigDict(defer_build=True)
