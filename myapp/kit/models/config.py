"""What a class says of itself as a model: pydantic's `model_config`, as far as a client can see it.

Pairs https://docs.pydantic.dev/latest/api/config/ with a class variable. What only the code sees is the dataclass's own
business: `@dataclass(frozen=True)`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, Final, Literal, TypeVar, get_origin

from ..fields.binary import BytesMode
from ..fields.constraints import Constraints
from ..fields.numeric import InfNanMode
from ..fields.temporal import TemporalMode, TemporalUnit
from ..said import remembering

Alias = Callable[[str], str]
C = TypeVar("C", bound=type[Any])
_SAID: Final = "__pydantic_config__"
"""Where pydantic looks for what a TypedDict or a dataclass says of itself."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class AliasGenerator:
    """Makes the names on the wire: one for both ways, or one for each.

    https://docs.pydantic.dev/latest/concepts/alias/#using-an-aliasgenerator
    """

    alias: Alias | None = None
    validation_alias: Alias | None = None
    serialization_alias: Alias | None = None


@remembering
@dataclasses.dataclass(frozen=True, kw_only=True)
class ModelConfig:
    """What a class says of itself, as in pydantic: `model_config: ClassVar[ModelConfig] = ModelConfig(extra="forbid")`.

    A plain dictionary, `model_config = {"extra": "forbid"}`, says the same.

    What a class leaves unsaid its bases say. A response is always read from attributes. With `from_attributes=False`
    what is no object is refused in the words that FastAPI has for a dataclass (`dataclass_type`), not in those for a
    Pydantic model. `populate_by_name` is the old name of `validate_by_name`, which holds unless it is said otherwise
    where `validate_by_alias` does not; `ser_json_timedelta` says what `ser_json_temporal` says, of timedeltas alone,
    unless that is given.
    """

    extra: Literal["ignore", "forbid", "allow"] = "ignore"
    title: str | None = None
    model_title_generator: Callable[[type[Any]], str] | None = None
    field_title_generator: Callable[[str, Any], str] | None = None
    json_schema_extra: Mapping[str, Any] | Callable[[dict[str, Any]], None] | None = None
    json_schema_mode_override: Literal["validation", "serialization"] | None = None
    json_schema_serialization_defaults_required: bool = False
    alias_generator: Alias | AliasGenerator | None = None
    populate_by_name: bool = False
    validate_by_name: bool | None = None
    validate_by_alias: bool = True
    serialize_by_alias: bool = False
    loc_by_alias: bool = True
    from_attributes: bool = True
    strict: bool | None = None
    validate_default: bool = False
    use_enum_values: bool = False
    allow_inf_nan: bool = True
    coerce_numbers_to_str: bool = False
    str_strip_whitespace: bool = False
    str_to_lower: bool = False
    str_to_upper: bool = False
    str_min_length: int = 0
    str_max_length: int | None = None
    val_json_bytes: BytesMode = "utf8"
    ser_json_bytes: BytesMode = "utf8"
    val_temporal_unit: TemporalUnit = "infer"
    ser_json_temporal: TemporalMode | None = None
    ser_json_timedelta: Literal["iso8601", "float"] = "iso8601"
    ser_json_inf_nan: InfNanMode = "null"
    url_preserve_empty_path: bool = False
    arbitrary_types_allowed: bool = False
    polymorphic_serialization: bool = False
    use_attribute_docstrings: bool = False

    def __post_init__(self) -> None:
        if not (self.validate_by_alias or self.by_name):
            raise TypeError("one of validate_by_alias and validate_by_name must be true")

    @property
    def by_name(self) -> bool:
        """Whether attributes are read under their own names, too."""
        said = self.validate_by_name
        return self.populate_by_name or (not self.validate_by_alias if said is None else said)

    @cached_property
    def str_constraints(self) -> Constraints | None:
        """The limits of every str."""
        if not self.str_min_length and self.str_max_length is None:
            return None
        return Constraints(min_length=self.str_min_length or None, max_length=self.str_max_length)


def with_config(config: ModelConfig | Mapping[str, Any] | None = None, /, **keywords: Any) -> Callable[[C], C]:
    """What is said here of a TypedDict, which can't hold a `model_config`, or of a dataclass; its bases say no more.

    The keywords are those of `ModelConfig`, as are a dictionary's keys. https://docs.pydantic.dev/latest/api/config/#pydantic.config.with_config
    """
    said = _config(keywords if config is None else config)

    def say(cls: C) -> C:
        setattr(cls, _SAID, said)
        return cls

    return say


def _config(said: ModelConfig | Mapping[str, Any]) -> ModelConfig:
    return said if isinstance(said, ModelConfig) else ModelConfig(**said)


def config_of(cls: type[Any]) -> ModelConfig:
    """What a class says, and where it says nothing its bases, the last of them first."""
    if _SAID in vars(cls):
        return vars(cls)[_SAID]  # type: ignore[no-any-return]
    own = _config(vars(cls)["model_config"]) if "model_config" in vars(cls) else None
    # those of a TypedDict have left no other trace
    bases = vars(cls).get("__orig_bases__", ()) if cls.__bases__ == (dict,) else cls.__bases__
    inherited = [get_origin(base) or base for base in bases if hasattr(base, "model_config") or hasattr(base, _SAID)]
    if not inherited:
        return own or ModelConfig()
    if own is None and len(inherited) == 1:
        return config_of(inherited[0])
    configs = [*map(config_of, inherited), *([own] if own else [])]
    return ModelConfig(**{name: value for config in configs for name, value in vars(config)["said"].items()})
