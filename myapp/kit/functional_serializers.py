"""What a type hint says of how its values are written: functions of the user's, or the value's own class.

Pairs https://docs.pydantic.dev/latest/concepts/serialization/, which FastAPI's users write in their models, with the
functions that `myapp.kit.serialize` makes of a class; names and order of arguments are pydantic's::

    Kelvin = Annotated[float, PlainSerializer(lambda value: f"{value} K", return_type=str)]
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, TypeVar

from .functional import positional
from .params import Undefined

T = TypeVar("T")
Mode = Literal["json", "python"]
Argument = Literal["owner", "handler", "info"]
WhenUsed = Literal["always", "unless-none", "json", "json-unless-none"]

Selection = Set[Any] | Mapping[Any, Any] | None
"""Names or positions, or a mapping of them to what is chosen inside: `{"user": {"password"}, "items": {"__all__":
{"id"}}}`."""


@dataclass(frozen=True, kw_only=True)
class SerializationInfo:
    """How something is being written, which a serializer may ask for as its last argument.

    `include` and `exclude` are what was chosen of the value at hand; `by_alias` is None where nothing was said of it.
    https://docs.pydantic.dev/latest/concepts/serialization/#serialization-info
    """

    mode: Mode = "json"
    include: Selection = None
    exclude: Selection = None
    by_alias: bool | None = None
    exclude_unset: bool = False
    exclude_defaults: bool = False
    exclude_none: bool = False
    field_name: str | None = None

    def mode_is_json(self) -> bool:
        """Whether what comes out is to be JSON."""
        return self.mode == "json"


@dataclass(frozen=True)
class PlainSerializer:
    """A function that writes the value in a response; what it is documented as is its return type, or `return_type`.

    It takes the value and, if it has room for it, a `SerializationInfo`. Raises TypeError for any other function.
    https://docs.pydantic.dev/latest/concepts/serialization/#field-plain-serializer
    """

    always_takes: ClassVar[frozenset[Argument]] = frozenset()

    func: Callable[..., Any]
    return_type: Any = Undefined
    when_used: WhenUsed = "always"

    @property
    def takes(self) -> frozenset[Argument]:
        """What the function takes beside the value."""
        more = serializer_takes_info(self.func, 1 + len(self.always_takes))
        return self.always_takes | frozenset[Argument]({"info"} if more else ())

    def __post_init__(self) -> None:
        _ = self.takes


class WrapSerializer(PlainSerializer):
    """As `PlainSerializer`, but its function takes a second argument, which writes a value as it would be without it.

    https://docs.pydantic.dev/latest/concepts/serialization/#field-wrap-serializer
    """

    always_takes = frozenset[Argument]({"handler"})


if TYPE_CHECKING:
    SerializeAsAny = Annotated[T, ...]
else:

    class SerializeAsAny:
        """`SerializeAsAny[User]`: written as its own class says, a subclass of `User` with all that it adds.

        https://docs.pydantic.dev/latest/concepts/serialization/#serializing-with-duck-typing
        """

        def __class_getitem__(cls, item: Any) -> Any:
            return Annotated[item, cls()]


def serializer_takes_info(function: Callable[..., Any], arguments: int) -> bool:
    """Whether a serializer takes a `SerializationInfo` after so many arguments.

    Raises TypeError when it takes neither that many nor one more.
    """
    parameters = positional(function)
    if parameters is None:
        return False
    # the value itself counts, also in `float(x=0, /)`
    required = sum(each.default is each.empty or each is parameters[0] for each in parameters)
    if required in (arguments, arguments + 1):
        return required == arguments + 1
    name = getattr(function, "__qualname__", repr(function))
    raise TypeError(f"{name}: a serializer takes {arguments} arguments here, or {arguments + 1} with its info")
