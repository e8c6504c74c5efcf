"""What a type hint says beside its type: functions that validate the value, and limits in other words.

Pairs https://fastapi.tiangolo.com/tutorial/query-params-str-validations/#custom-validation and
https://docs.pydantic.dev/latest/concepts/validators/ with the functions before and after a field's conversion
(marshmallow's `pre_load` and `post_load`); names and order of events are pydantic's::

    Even = Annotated[int, AfterValidator(check_even)]

A function raises ValueError (or marshmallow's ValidationError): the value becomes a fault of type `value_error`.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, TypeVar, Union

from .messages import MESSAGES

Function = Callable[..., Any]
T = TypeVar("T")


@dataclass(frozen=True)
class ValidationInfo:
    """What a validator may ask for as its second argument: the attribute's name, and those already validated."""

    field_name: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    context: Any = None
    mode: Literal["python"] = "python"


class _Missing:
    """The absence of a value, in type hints and as a value."""

    def __or__(self, other: Any) -> Any:
        return Union[self, other]  # noqa: UP007 - this is what makes `|` of it

    def __ror__(self, other: Any) -> Any:
        return Union[other, self]  # noqa: UP007

    def __repr__(self) -> str:
        return "MISSING"

    def __reduce__(self) -> str:
        return "MISSING"


MISSING: Final[Any] = _Missing()
"""`size: int | MISSING = MISSING`: an attribute that need not be sent, and is not written where it was not; never null.

https://docs.pydantic.dev/latest/concepts/experimental/#missing-sentinel
"""


class AfterValidator:
    """A function that checks (and may replace) a valid value; `ValueError` becomes a 422 of type `value_error`.

    https://fastapi.tiangolo.com/tutorial/query-params-str-validations/#custom-validation
    """

    def __init__(self, func: Function) -> None:
        self.func = func


class BeforeValidator(AfterValidator):
    """As `AfterValidator`, but sees the raw value before it is converted."""


class WrapValidator(AfterValidator):
    """A function of the raw value and of the conversion itself, which it may call, once, never, or with another value.

    https://docs.pydantic.dev/latest/concepts/validators/#field-wrap-validator
    """


class PlainValidator(AfterValidator):
    """A function that takes the place of the conversion.

    https://docs.pydantic.dev/latest/concepts/validators/#field-plain-validator
    """


@dataclass(frozen=True)
class Strict:
    """`Annotated[int, Strict()]`: no conversions. https://docs.pydantic.dev/latest/concepts/strict_mode/"""

    strict: bool = True


@dataclass(frozen=True)
class AllowInfNan:
    """`Annotated[float, AllowInfNan(False)]`: finite numbers only."""

    allow_inf_nan: bool = True


@dataclass(frozen=True, kw_only=True)
class StringConstraints:
    """What a str must be, and how it is tidied: white space is stripped before the limits, the case changed after them.

    https://docs.pydantic.dev/latest/api/types/#pydantic.types.StringConstraints
    """

    strip_whitespace: bool | None = None
    to_upper: bool | None = None
    to_lower: bool | None = None
    strict: bool | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | re.Pattern[str] | None = None


@dataclass(frozen=True)
class FailFast:
    """`Annotated[list[int], FailFast()]`: the first fault is the only one that is told.

    https://docs.pydantic.dev/latest/api/types/#pydantic.types.FailFast
    """

    fail_fast: bool = True


class ValidateAs(AfterValidator):
    """`Annotated[Point, ValidateAs(PointModel, to_point)]`: read as another type, of which the function makes a value.

    https://docs.pydantic.dev/latest/concepts/validators/#validating-as-another-type
    """

    def __init__(self, from_type: Any, /, instantiation_hook: Function) -> None:
        super().__init__(instantiation_hook)
        self.from_type = from_type


@dataclass(frozen=True)
class UrlConstraints:
    """What a URL must have, and what stands for the parts that are left out; of two, the last one's word counts.

    https://docs.pydantic.dev/latest/api/networks/#pydantic.networks.UrlConstraints
    """

    max_length: int | None = None
    allowed_schemes: Sequence[str] | None = field(default=None, hash=False)
    host_required: bool | None = None
    default_host: str | None = None
    default_port: int | None = None
    default_path: str | None = None
    preserve_empty_path: bool | None = None


@dataclass(frozen=True)
class WithJsonSchema:
    """What the document says of a type instead of what its field does, in one `mode` or in both.

    https://docs.pydantic.dev/latest/concepts/json_schema/#withjsonschema-annotation
    """

    json_schema: Mapping[str, Any] = field(hash=False)
    mode: Literal["validation", "serialization"] | None = None


if TYPE_CHECKING:
    OnErrorOmit = Annotated[T, ...]
else:

    class OnErrorOmit:
        """`list[OnErrorOmit[int]]`: an item that is none is left out, also in a dictionary, instead of a 422.

        Of an attribute pydantic leaves out the attribute, which a dataclass must have: that is refused (TypeError).
        https://docs.pydantic.dev/latest/api/types/#pydantic.types.OnErrorOmit
        """

        def __class_getitem__(cls, item: Any) -> Any:
            return Annotated[item, cls()]


@dataclass(frozen=True)
class Tag:
    """What a member of a union is called, for a `Discriminator` that is a function, and in a fault's `loc`.

    https://docs.pydantic.dev/latest/api/types/#pydantic.types.Tag
    """

    tag: str


@dataclass(frozen=True)
class Discriminator:
    """What tells the members of a union apart: an attribute's name, or a function of the value that returns a `Tag`.

    The function gets what was sent, and an instance where a view returned one; None means that it can't tell. What
    belongs to no member is then a fault in the words that are given here: `custom_error_message` with the figures of
    `custom_error_context` in braces. Raises TypeError for a type of fault without a message, unless it is one of
    pydantic's, which has its own. `Annotated[...] | None`, not a member, lets None through.
    https://docs.pydantic.dev/latest/concepts/unions/#discriminated-unions-with-callable-discriminator
    """

    discriminator: str | Callable[[Any], Any]
    custom_error_type: str | None = None
    custom_error_message: str | None = None
    custom_error_context: Mapping[str, int | str | float] | None = field(default=None, hash=False)

    def __post_init__(self) -> None:
        type = self.custom_error_type
        if type is not None and (type in MESSAGES) == (self.custom_error_message is not None):
            raise TypeError(f"{type!r} needs a custom_error_message, unless it is a type of pydantic's, which has one")


def takes_info(function: Function, arguments: int) -> bool:
    """Whether a function has a place for a `ValidationInfo` after so many arguments."""
    parameters = positional(function) or ()
    return sum(each.default is each.empty for each in parameters) == arguments + 1


def positional(function: Function) -> list[inspect.Parameter] | None:
    """The parameters that a function takes by position; None of a builtin, which does not tell."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return None
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return [each for each in parameters if each.kind in kinds]
