"""How one attribute of a model is read, worked out when its Schema is made; and objects that are read by attributes.

Pairs https://docs.pydantic.dev/latest/concepts/models/#arbitrary-class-instances with marshmallow's fields.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextvars import ContextVar
from typing import Any, Final, NamedTuple, TypeVar, cast

import marshmallow.fields as ma
from marshmallow import missing

from ..load_defaults import FromData
from .config import ModelConfig
from .paths import Path

T = TypeVar("T")

READING_ATTRIBUTES: Final[ContextVar[bool]] = ContextVar("READING_ATTRIBUTES", default=False)


def reading_attributes(read: Callable[[Any], T], value: Any) -> T:
    """`read(value)`, during which an object of any class is read by its attributes, as what a view returns is."""
    token = READING_ATTRIBUTES.set(True)
    try:
        return read(value)
    finally:
        READING_ATTRIBUTES.reset(token)


def is_object(value: Any) -> bool:
    """Whether a value may have a model's attributes; Python's own kinds never do, not even all of an optional one's."""
    return type(value).__module__ != "builtins"


class Step(NamedTuple):
    """How one attribute is read: the key it is looked up under, if any, then the other paths.

    `default` is what a default that is checked is made of, else `missing`; `from_data` says that the attributes before
    it make the default.
    """

    name: str
    key: str | None
    paths: Sequence[Path]
    loc: Path
    convert: Callable[..., Any]
    required: bool
    has_own_default: bool
    default: Any
    from_data: bool

    @classmethod
    def of(cls, name: str, field: ma.Field[Any], config: ModelConfig, *, has_own_default: bool) -> Step:
        """The step of an attribute, given what its class says and whether that has a default for it itself."""
        info = field.metadata.get("info")
        paths = list(info.paths) if info is not None and config.validate_by_alias else []
        if not paths or config.by_name:
            paths.append((name,))
        loc: Path = paths[0] if config.loc_by_alias else (name,)
        key = cast(str, paths[0][0]) if len(paths[0]) == 1 else None
        checked = config.validate_default if info is None or info.validate_default is None else info.validate_default
        default = field.load_default if checked else missing
        others = [path for path in dict.fromkeys(paths) if path != (key,)]
        from_data = isinstance(field.load_default, FromData)
        return cls(name, key, others, loc, field.deserialize, field.required, has_own_default, default, from_data)
