"""FastAPI's `response_model_…` keywords: what of a result is written.

Pairs https://fastapi.tiangolo.com/tutorial/response-model/#response-model-encoding-parameters.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..functional_serializers import SerializationInfo
from .selection import Selection


@dataclass(frozen=True, kw_only=True)
class SerializerOptions:
    """FastAPI's `response_model_…` keywords."""

    response_model_include: Selection = None
    response_model_exclude: Selection = None
    response_model_by_alias: bool = True
    response_model_exclude_unset: bool = False
    response_model_exclude_defaults: bool = False
    response_model_exclude_none: bool = False

    @property
    def how(self) -> SerializationInfo:
        """The same as serializers are told of it."""
        return SerializationInfo(
            by_alias=self.response_model_by_alias,
            exclude_unset=self.response_model_exclude_unset,
            exclude_defaults=self.response_model_exclude_defaults,
            exclude_none=self.response_model_exclude_none,
        )
