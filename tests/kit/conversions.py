"""One type, written once and built twice: for pydantic as FastAPI calls it, and for the kit's marshmallow fields."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import deque
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pydantic
from marshmallow import ValidationError, missing

from myapp.kit import functional, params, types
from myapp.kit.errors import faults
from myapp.kit.models import ModelConfig
from myapp.kit.typehints import field_for
from myapp.kit.types import AnyUrl, EmailStr, HttpUrl

Outcome = tuple[str, Any]
_Secrets = (pydantic.Secret, pydantic.SecretStr, pydantic.SecretBytes, types.Secret)


def _base_model(cls: type) -> type:
    """The annotated class as a pydantic model."""
    bases = cls.__bases__ if issubclass(cls, pydantic.BaseModel) else (pydantic.BaseModel,)
    own = {name: value for name, value in cls.__dict__.items() if name not in ("__dict__", "__weakref__")}
    return type(pydantic.BaseModel)(cls.__name__, bases, own)


PYDANTIC = SimpleNamespace(
    name="pydantic",
    model=_base_model,
    Field=pydantic.Field,
    ModelConfig=pydantic.ConfigDict,
    AfterValidator=pydantic.AfterValidator,
    BeforeValidator=pydantic.BeforeValidator,
    HttpUrl=pydantic.HttpUrl,
    AnyUrl=pydantic.AnyUrl,
    EmailStr=pydantic.EmailStr,
    types=pydantic,
)
KIT = SimpleNamespace(
    name="kit",
    model=dataclasses.dataclass,
    Field=params.Field,
    ModelConfig=ModelConfig,
    AfterValidator=functional.AfterValidator,
    BeforeValidator=functional.BeforeValidator,
    HttpUrl=HttpUrl,
    AnyUrl=AnyUrl,
    EmailStr=EmailStr,
    types=SimpleNamespace(**{**vars(types), **vars(functional), "Field": params.Field}),
)


def plain(value: Any) -> Any:
    """A converted value with its types told, models of either side as their attributes."""
    if isinstance(value, pydantic.BaseModel):
        held = {**(value.__pydantic_extra__ or {}), **vars(value)}
        return {"class": type(value).__name__, **{name: plain(inner) for name, inner in held.items()}}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        extra = {name: inner for name, inner in vars(value).items() if not name.startswith("__")}
        return {"class": type(value).__name__, **{name: plain(inner) for name, inner in extra.items()}}
    if isinstance(value, dict):
        return {repr(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | deque):
        return (type(value).__name__, *map(plain, value))
    if isinstance(value, set | frozenset):
        return (type(value).__name__, *sorted(map(repr, value)))
    if isinstance(value, _Secrets):
        return (type(value).__name__, plain(value.get_secret_value()))
    if type(value).__module__ == "pydantic.networks" and hasattr(value, "scheme"):
        return ("str", repr(str(value)))
    if isinstance(value, dt.datetime | dt.time):
        return (type(value).__name__, value.isoformat())
    return (type(value).__name__, repr(value))


class Twins:
    """What both sides make of the same value, of the type that `build(lib)` returns."""

    def __init__(self, build: Callable[[Any], Any]) -> None:
        self.theirs = pydantic.TypeAdapter(build(PYDANTIC))
        self.ours = field_for(build(KIT))

    def pydantic(self, value: Any) -> Outcome:
        """The value, or the errors, that FastAPI would see."""
        try:
            return "value", plain(self.theirs.validate_python(value, from_attributes=True))
        except pydantic.ValidationError as error:
            return "errors", [told(each) for each in error.errors(include_url=False)]

    def kit(self, value: Any) -> Outcome:
        """The value, or the faults, of the kit's field."""
        try:
            loaded = self.ours.deserialize(value)
        except ValidationError as error:
            return "errors", [
                (fault.type, fault.loc, str(fault), plain(fault.input), _comparable(fault.ctx))
                for fault in faults(error.messages, value)
            ]
        assert loaded is not missing
        return "value", plain(loaded)

    def check(self, *values: Any) -> None:
        """Both sides agree on each of these."""
        for value in values:
            theirs, ours = self.pydantic(value), self.kit(value)
            assert ours == theirs, f"{value!r}\n  pydantic: {theirs}\n  kit:      {ours}"


def told(error: Any) -> tuple[Any, ...]:
    """One of pydantic's errors."""
    return error["type"], error["loc"], error["msg"], plain(error["input"]), _comparable(error.get("ctx", {}))


def _comparable(ctx: Any) -> dict[str, Any]:
    return {name: repr(value) if isinstance(value, Exception) else value for name, value in ctx.items()}
