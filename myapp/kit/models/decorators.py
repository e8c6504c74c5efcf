"""What a class says by decorating its methods: validators, serializers and computed attributes, under pydantic's names.

Pairs https://docs.pydantic.dev/latest/concepts/validators/, which FastAPI's users write in their models, with ordinary
dataclasses::

    @dataclass
    class Signup:
        password: str
        again: str

        @field_validator("password")
        @classmethod
        def strong(cls, value: str) -> str: ...

        @model_validator(mode="after")
        def equal(self) -> Self: ...

ValueError and AssertionError become faults, of the attribute or of the whole object. A dataclass's own `__post_init__`
may raise them, too.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from typing import Any, Literal, overload

from ..fields.lax import Informed
from ..functional import AfterValidator, BeforeValidator, PlainValidator, WrapValidator, takes_info
from ..functional_serializers import Argument, WhenUsed, serializer_takes_info
from ..params import FieldInfo, Undefined

WriteMode = Literal["plain", "wrap"]
Mode = Literal["before", "after", "wrap", "plain"]
_IN_ANNOTATED = {"before": BeforeValidator, "after": AfterValidator, "wrap": WrapValidator, "plain": PlainValidator}


class Decorated:
    """A method with what its decorator said; called on the class or an instance it is the method."""

    def __init__(self, method: Any) -> None:
        self.method = method

    def __get__(self, instance: Any, owner: type[Any] | None = None) -> Any:
        return self.method.__get__(instance, owner)


class FieldValidator(Decorated):
    """Made by `field_validator`."""

    def __init__(self, method: Any, names: tuple[str, ...], mode: Mode, check_fields: bool | None) -> None:
        super().__init__(method if isinstance(method, classmethod | staticmethod) else classmethod(method))
        self.names, self.mode, self.check_fields = names, mode, check_fields

    def in_annotated(self, owner: type[Any]) -> AfterValidator:
        """What says the same in an `Annotated`."""
        return _IN_ANNOTATED[self.mode](self.__get__(None, owner))


class ModelValidator(Decorated):
    """Made by `model_validator`."""

    def __init__(self, method: Any, mode: Mode) -> None:
        if mode != "after" and not isinstance(method, classmethod | staticmethod):
            method = classmethod(method)
        super().__init__(method)
        self.mode = mode

    def bound(self, owner: type[Any]) -> Callable[..., Any]:
        """A function of the input, the input and what loads it, or the instance: as the mode says."""
        function = self.__get__(None, owner)
        return Informed(function) if takes_info(function, 2 if self.mode == "wrap" else 1) else function


class Serializer(Decorated):
    """What `field_serializer` and `model_serializer` have in common: a function, what it takes, what comes out."""

    def __init__(self, method: Any, values: int, mode: WriteMode, return_type: Any, when_used: WhenUsed) -> None:
        super().__init__(method)
        self.function = method.__func__ if isinstance(method, staticmethod) else method
        self.return_type, self.when_used = return_type, when_used
        takes: list[Argument] = ["owner"] if _of_instance(self.function) else []
        takes += ["handler"] if mode == "wrap" else []
        if serializer_takes_info(self.function, len(takes) + values):
            takes.append("info")
        self.takes = frozenset(takes)


class FieldSerializer(Serializer):
    """Made by `field_serializer`."""

    def __init__(self, method: Any, names: tuple[str, ...], *said: Any, check_fields: bool | None) -> None:
        super().__init__(method, 1, *said)
        self.names, self.check_fields = names, check_fields


class ModelSerializer(Serializer):
    """Made by `model_serializer`."""

    def __init__(self, method: Any, *said: Any) -> None:
        if not callable(method) or not _of_instance(method):
            raise TypeError("model_serializer is for a method of the instance, whose first argument is self")
        super().__init__(method, 0, *said)


def _of_instance(function: Any) -> bool:
    """Whether a function is meant as a method: pydantic goes by the name of its first argument."""
    return next(iter(inspect.signature(function).parameters), "") == "self"


class ComputedField(Decorated):
    """Made by `computed_field`."""

    def __init__(self, method: Any, info: FieldInfo, return_type: Any) -> None:
        cached = isinstance(method, property | functools.cached_property)
        super().__init__(method if cached else property(method))
        self.info, self.return_type = info, return_type

    def __set_name__(self, owner: type[Any], name: str) -> None:
        if isinstance(self.method, functools.cached_property):
            self.method.__set_name__(owner, name)

    @property
    def function(self) -> Callable[[Any], Any]:
        """What computes the value."""
        found: Any = self.method.fget if isinstance(self.method, property) else self.method.func
        return found  # type: ignore[no-any-return]


def field_validator(*names: str, mode: Mode = "after", check_fields: bool | None = None) -> Callable[[Any], Any]:
    """The decorated class method validates these attributes (`"*"`: all); it takes what its mode's counterpart in
    `Annotated` takes, `AfterValidator` by default, and a `ValidationInfo` if it has room for it. The class raises
    TypeError for a name that it has no attribute of, unless `check_fields` is false.

    https://docs.pydantic.dev/latest/api/functional_validators/#pydantic.functional_validators.field_validator
    """
    return lambda method: FieldValidator(method, names, mode, check_fields)


def model_validator(*, mode: Literal["before", "after", "wrap"]) -> Callable[[Any], Any]:
    """The decorated method validates the whole: a class method gets the input ("before"), and what loads it ("wrap");
    a method of the instance ("after") returns it.

    https://docs.pydantic.dev/latest/api/functional_validators/#pydantic.functional_validators.model_validator
    """
    return lambda method: ModelValidator(method, mode)


def field_serializer(
    field: str,
    /,
    *fields: str,
    mode: WriteMode = "plain",
    return_type: Any = Undefined,
    when_used: WhenUsed = "always",
    check_fields: bool | None = None,
) -> Callable[[Any], Any]:
    """The decorated method, of the instance and the value, writes these attributes (`"*"`: all) in a response.

    With `mode="wrap"` it takes one argument more, which writes a value as it would be without; a `SerializationInfo`
    comes last, if there is room for it. Without `self` it is a function of the value alone. Raises TypeError for other
    arguments; the class does for a name that it has no attribute of, unless `check_fields` is false, and for a second
    serializer of one attribute.
    https://docs.pydantic.dev/latest/api/functional_serializers/#pydantic.functional_serializers.field_serializer
    """
    if not isinstance(field, str):
        raise TypeError("field_serializer takes the names of the attributes")
    said = (mode, return_type, when_used)
    return lambda method: FieldSerializer(method, (field, *fields), *said, check_fields=check_fields)


@overload
def model_serializer(f: Callable[..., Any], /) -> Any: ...
@overload
def model_serializer(
    *, mode: WriteMode = "plain", when_used: WhenUsed = "always", return_type: Any = Undefined
) -> Callable[[Any], Any]: ...
def model_serializer(
    f: Any = None,
    /,
    *,
    mode: WriteMode = "plain",
    when_used: WhenUsed = "always",
    return_type: Any = Undefined,
) -> Any:
    """The decorated method of the instance writes the whole; with `mode="wrap"` its argument writes it as usual.

    A `SerializationInfo` comes last, if there is room for it. Raises TypeError for other arguments.
    https://docs.pydantic.dev/latest/api/functional_serializers/#pydantic.functional_serializers.model_serializer
    """
    said = (mode, return_type, when_used)
    return ModelSerializer(f, *said) if f else lambda each: ModelSerializer(each, *said)


def computed_field(method: Any = None, /, *, return_type: Any = Undefined, **keywords: Any) -> Any:
    """The decorated property is part of every answer; the keywords are those of `Field`.

    https://docs.pydantic.dev/latest/api/fields/#pydantic.fields.computed_field
    """
    info = FieldInfo(**keywords)
    return ComputedField(method, info, return_type) if method else lambda each: ComputedField(each, info, return_type)


def decorated(cls: type[Any], kind: type[Any]) -> Iterator[tuple[str, Any]]:
    """The methods of a class, its own and those it inherits, with such a decorator; an overridden one counts once."""
    found: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        for name, value in vars(base).items():
            if isinstance(value, Decorated) or name in found:
                found[name] = value
    return ((name, value) for name, value in found.items() if isinstance(value, kind))
