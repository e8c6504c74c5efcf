"""Lax: the mixin that makes a marshmallow field convert and complain as pydantic's default ("lax") mode does.

Pairs https://docs.pydantic.dev/latest/concepts/conversion_table/ with `marshmallow.fields.Field.deserialize`, in its
order: missing, before, None, convert, constraints, after.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Final

from marshmallow import ValidationError, fields, missing

from ..encoders import to_jsonable
from ..errors import Fault, faulted, invalid
from ..functional import ValidationInfo
from ..load_defaults import FromData
from ..params import FieldInfo
from .constraints import Constraints

Function = Callable[[Any], Any]

WHITESPACE: Final = (
    "\t\n\x0b\x0c\r \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"
)
"""What pydantic strips around numbers: Unicode's White_Space (`str.strip` takes four control characters more)."""

if TYPE_CHECKING:
    from ..models.config import ModelConfig

    Base = fields.Field[Any]
else:
    Base = object


class Lax(Base):
    """Mixed into a subclass of a marshmallow field, in front of it.

    `constraints` are checked on the converted value, together with those that `validate=` brings; `strict` refuses
    conversions; `info`, the `Query(...)` or `Field(...)` behind the field, is found again under `metadata["info"]`.
    `before` and `after` are marshmallow's `pre_load` and `post_load`: functions of one value, whose ValueError,
    AssertionError or ValidationError is reported as pydantic reports a validator's.
    """

    direct: bool = True
    """Whether a value that has the declared type, and keeps the constraints, is written as it is."""

    usual: bool = True
    """Whether values are written as they usually are: False where a class says otherwise for all of a kind."""

    fail_fast: bool = False
    """Whether a container stops at its first fault."""
    own_validator: ClassVar[bool] = False
    """Whether marshmallow's class puts a validator of its own first (a regular expression), which is not asked here."""

    def __init__(
        self,
        *args: Any,
        constraints: Constraints | None = None,
        strict: bool | None = None,
        info: FieldInfo | None = None,
        before: Iterable[Function] = (),
        after: Iterable[Function] = (),
        metadata: Mapping[str, Any] | None = None,
        **keywords: Any,
    ) -> None:
        if info is not None:
            metadata = {**(metadata or {}), "info": info}
        super().__init__(*args, metadata=metadata, **keywords)
        if self.own_validator:
            self.validators = self.validators[1:]
        declared = Constraints.from_validators(self.validators)
        self.constraints = constraints if declared is None else declared | constraints
        self.strict = bool(strict)
        self.before = self.pre_load = [*before, *self.pre_load]
        self.after = self.post_load = [*after, *self.post_load]

    def follow(self, config: ModelConfig) -> None:
        """Read and write as the class says for all values of this kind."""

    def deserialize(self, value: Any, attr: str | None = None, data: Any = None, **kwargs: Any) -> Any:
        """The converted, checked value; the default for `missing`.

        Raises ValidationError whose messages are Faults (of one type, `missing`, when there is neither value nor
        default).
        """
        if value is missing:
            if self.required:
                raise ValidationError(Fault.of("missing", None))
            default = self.load_default
            if isinstance(default, FromData):
                return default(kwargs["validated"][1]) if "validated" in kwargs else default()
            return default() if callable(default) else default
        raw = value
        if self.before:
            value = run(self.before, value, raw, kwargs)
        if value is None and self.allow_none:
            return run(self.after, None, raw, kwargs) if self.after else None
        result = self._deserialize(value, attr, data, **kwargs)
        if self.constraints is not None:
            self.constraints.check(result, value)
        return run(self.after, result, raw, kwargs) if self.after else result

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return None if value is None else self.encode(value)

    def encode(self, value: Any) -> Any:
        """A valid value as what `json.dumps` takes; a value of another type is written as its own type asks."""
        return to_jsonable(value)


class ReadsByInner(Lax):
    """Mixed into a field whose values `inner` reads; it is there before `__init__` is called."""

    inner: Lax

    @property
    def strict(self) -> bool:
        """Whether `inner` reads without conversions."""
        return self.inner.strict

    @strict.setter
    def strict(self, wanted: bool) -> None:
        self.inner.strict = wanted


class Informed:
    """A validator that wants to be told the attribute's name and those already validated."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.__qualname__ = getattr(function, "__qualname__", type(function).__name__)

    def __call__(self, value: Any, context: Mapping[str, Any], *arguments: Any) -> Any:
        """What the function makes of the value; `context` is what the Schema passes on to its fields."""
        name, validated = context.get("validated", (None, {}))
        return self.function(value, *arguments, ValidationInfo(name, validated))


def run(functions: Iterable[Function], value: Any, input: Any, context: Mapping[str, Any]) -> Any:
    """What the functions make of a value, one after the other; raises ValidationError about `input`."""
    for function in functions:
        try:
            value = function(value, context) if isinstance(function, Informed) else function(value)
        except (ValidationError, ValueError, AssertionError) as error:
            raise faulted(error, input) from error
    return value


def utf8(value: str) -> str:
    """`value`; raises the fault `string_unicode` when it holds half a surrogate pair."""
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise invalid("string_unicode", value) from None
    return value


def text(value: Any) -> str | None:
    """The text of a str, or of bytes in UTF-8 ("\\ufffd" when they are not); None for anything else."""
    if isinstance(value, str):
        return utf8(str.__str__(value))
    return value.decode(errors="replace") if isinstance(value, bytes) else None
