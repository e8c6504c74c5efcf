"""Type hints as fields: what they convert to and complain of, against pydantic; what goes to query and body."""

import datetime as dt
import decimal
import enum
import ipaddress
import typing
import uuid
from collections import abc, deque
from dataclasses import dataclass
from typing import Annotated, Any, Literal, NewType, TypeVar

import pydantic
import pytest
from fastapi._compat import shared
from hypothesis import given, settings
from hypothesis import strategies as st
from marshmallow import Schema, ValidationError, fields, missing, validate
from typing_extensions import TypeAliasType

from myapp.kit.fields.nested import schema_in
from myapp.kit.functional import AfterValidator, BeforeValidator
from myapp.kit.hints import annotated_info, is_model, is_scalar, is_sequence
from myapp.kit.params import Body, Field, FieldInfo, Query, Undefined
from myapp.kit.typehints import field_for
from myapp.kit.types import AnyUrl, EmailStr, HttpUrl
from tests.kit.conversions import Twins

exhaustive = settings(derandomize=True, max_examples=150, deadline=None, database=None)


class Color(enum.Enum):
    """Members with str values."""

    red = "red"
    blue = "blue"


def _refuse(value: Any) -> Any:
    raise ValueError(f"not {value}")


def _odd(value: int) -> int:
    if isinstance(value, int) and value % 2 == 0:
        raise ValueError("even")
    return value


def _one_more(value: Any) -> Any:
    return value + 1 if isinstance(value, int) else value


def _number(value: Any) -> int:
    if not isinstance(value, int | str):
        raise ValueError("no number")
    return int(value) + 1


UserId = NewType("UserId", int)
Names = TypeAliasType("Names", list[str])
Limited = TypeAliasType("Limited", Annotated[int, pydantic.Field(gt=3)])
T = TypeVar("T", bound=int)

HINTS: dict[str, Any] = {
    **{kind.__name__: lambda lib, kind=kind: kind for kind in (str, int, float, bool, bytes, object)},
    **{
        kind.__name__: lambda lib, kind=kind: kind
        for kind in (decimal.Decimal, uuid.UUID, dt.datetime, dt.date, dt.time, dt.timedelta)
    },
    **{
        kind.__name__: lambda lib, kind=kind: kind
        for kind in (ipaddress.IPv4Address, ipaddress.IPv6Address, ipaddress.IPv4Interface, ipaddress.IPv6Interface)
    },
    "None": lambda lib: None,
    "Any": lambda lib: Any,
    "Color": lambda lib: Color,
    "Literal": lambda lib: Literal["a", 1, None, "b"],
    "HttpUrl": lambda lib: lib.HttpUrl,
    "AnyUrl": lambda lib: lib.AnyUrl,
    "EmailStr": lambda lib: lib.EmailStr,
    "optional EmailStr": lambda lib: lib.EmailStr | None,
    "NewType": lambda lib: UserId,
    "TypeAliasType": lambda lib: Names,
    "TypeVar": lambda lib: list[T],
    "typing.List": lambda lib: typing.List[int],  # noqa: UP006
    "typing.Optional": lambda lib: typing.Optional[int],  # noqa: UP045
    "typing.Dict": lambda lib: typing.Dict[str, typing.Union[int, None]],  # noqa: UP006, UP007
    "str limits": lambda lib: Annotated[str, lib.Field(min_length=2, max_length=3, pattern="^[a-z1]+$")],
    "int limits": lambda lib: Annotated[int, lib.Field(ge=1, lt=10, multiple_of=2)],
    "float limits": lambda lib: Annotated[float, lib.Field(gt=1, le=1.5, allow_inf_nan=False)],
    "Decimal limits": lambda lib: Annotated[decimal.Decimal, lib.Field(max_digits=3, decimal_places=1)],
    "strict": lambda lib: Annotated[int, lib.Field(strict=True)],
    "strict list": lambda lib: Annotated[list[str], lib.Field(strict=True)],
    "two FieldInfos": lambda lib: Annotated[int, lib.Field(gt=3, title="x"), lib.Field(lt=5)],
    "the later wins": lambda lib: Annotated[Annotated[int, lib.Field(gt=3)], lib.Field(gt=5)],
    "limits of the optional": lambda lib: Annotated[str | None, lib.Field(max_length=2)],
    "limits in the optional": lambda lib: Annotated[str, lib.Field(max_length=2)] | None,
    "after": lambda lib: Annotated[int, lib.AfterValidator(_odd), lib.AfterValidator(_one_more)],
    "before": lambda lib: Annotated[int, lib.BeforeValidator(_number)],
    "two before": lambda lib: Annotated[int, lib.BeforeValidator(_number), lib.BeforeValidator(_one_more)],
    "refusing before": lambda lib: Annotated[int, lib.BeforeValidator(_refuse)],
    "after of the optional": lambda lib: Annotated[int | None, lib.AfterValidator(str)],
    "after in the optional": lambda lib: Annotated[int, lib.AfterValidator(str)] | None,
    "before in the optional": lambda lib: Annotated[int, lib.BeforeValidator(lambda value: 4)] | None,
    "after of a list": lambda lib: Annotated[list[int], lib.AfterValidator(_refuse)],
    "after in a list": lambda lib: list[Annotated[int, lib.AfterValidator(_odd)]],
    "limit before after": lambda lib: Annotated[int, lib.Field(gt=5), lib.AfterValidator(_odd)],
}
VALUES: list[Any] = [
    None,
    True,
    False,
    0,
    1,
    2,
    4,
    7,
    12,
    -1,
    1.0,
    1.5,
    1.25,
    "",
    "1",
    "1.0",
    " 2 ",
    "true",
    "on",
    "red",
    "a",
    "b",
    "ab",
    "abcd",
    "q",
    b"1",
    b"ab",
    [],
    ["1"],
    [1, 2],
    [1, 3],
    ["x"],
    {},
    {"a": 1},
    {"a": None},
    {"a": "x"},
    "2020-01-02",
    "2020-01-02T03:04:05Z",
    "12:30",
    "PT1H",
    "a" * 32,
    "http://a.b/c",
    "ftp://a.b",
    "a@b.co",
    "127.0.0.1",
    "::1",
    "10.0.0.0/8",
    1700000000,
    "nan",
    10**30,
    "1e3",
    "12.34",
    decimal.Decimal("1.5"),
    dt.date(2020, 1, 2),
    dt.datetime(2020, 1, 2, 3),
    (1, 2),
    {3},
    deque([5]),
    5.0,
]


@pytest.mark.filterwarnings("ignore:__int__ returned non-int:DeprecationWarning")  # ipaddress of True, on either side
@pytest.mark.parametrize("name", HINTS)
def test_a_type_hint_converts_and_complains_as_pydantic_does(name: str) -> None:
    """Every type hint, given every sort of value, yields pydantic's value or pydantic's errors."""
    if name == "object":
        assert field_for(object).deserialize(Color) is Color
        return
    Twins(HINTS[name]).check(*VALUES, *([*Color] if name == "Color" else []))


scalars = st.none() | st.booleans() | st.integers(-20, 20) | st.floats(-5, 5, width=16) | st.text("ab1. -", max_size=4)
MIXED = {
    "limits": lambda lib: (
        Annotated[int, lib.Field(gt=-3, le=7)] | Annotated[str, lib.Field(min_length=2, pattern="a")] | None
    ),
    "lists": lambda lib: (
        list[Annotated[float, lib.Field(ge=0)] | bool] | Annotated[dict[str, int | str], lib.Field(min_length=1)]
    ),
    "validators": lambda lib: (
        Annotated[int | str | None, lib.AfterValidator(_one_more)] | list[Annotated[int, lib.AfterValidator(_odd)]]
    ),
}


@pytest.mark.parametrize("name", MIXED)
def test_constraints_agree_on_any_value(name: str) -> None:
    """Whatever comes, constraints and validators inside unions and containers agree with pydantic."""
    twins = Twins(MIXED[name])

    @exhaustive
    @given(scalars | st.lists(scalars, max_size=3) | st.dictionaries(st.text("ab", max_size=1), scalars, max_size=2))
    def agree(value: Any) -> None:
        twins.check(value)

    agree()


@dataclass
class Item:
    """A dataclass."""

    x: int


class ItemSchema(Schema):
    """A Schema."""

    x = fields.Integer(required=True)


class ItemModel(pydantic.BaseModel):
    """What Item is to FastAPI."""

    x: int


SHAPES: list[Any] = [
    int,
    str,
    bytes,
    Any,
    None,
    Color,
    Literal["a"],
    uuid.UUID,
    dt.datetime,
    dict,
    dict[str, int],
    list,
    list[int],
    list[Item],
    set[int],
    frozenset[int],
    tuple[int, ...],
    tuple[int, str],
    tuple,
    deque[int],
    abc.Sequence[int],
    abc.Mapping[str, int],
    abc.Set[int],
    abc.Iterable[int],
    Item,
    Item | None,
    int | None,
    int | Item,
    list[int] | None,
    list[int] | int,
    dict[str, int] | None,
    Annotated[int, Query()],
    Annotated[list[int], Query()],
    Annotated[Item, Body()],
    Annotated[list[int] | None, Query()],
    list[int],
    typing.Optional[Item],  # noqa: UP045
]


@pytest.mark.parametrize("hint", SHAPES, ids=str)
def test_scalars_and_sequences_are_those_of_fastapi(hint: Any) -> None:
    """What goes to the query string and what to the body, by FastAPI's own functions."""
    assert is_scalar(hint) == shared.field_annotation_is_scalar(hint)
    assert is_sequence(hint) == shared.field_annotation_is_sequence(hint)


def test_models_are_dataclasses_and_schemas() -> None:
    """Neither lists of them nor unions are."""
    assert [is_model(hint) for hint in (Item, ItemSchema, ItemSchema(), Annotated[Item, Body()])] == [True] * 4
    assert [is_model(hint) for hint in (int, list[Item], Item | None, dict, Any)] == [False] * 5
    assert not is_scalar(ItemSchema)
    assert not is_scalar(ItemSchema())
    assert not is_scalar(HttpUrl | Item)
    assert is_scalar(HttpUrl)
    assert is_scalar(UserId)
    assert is_sequence(Names)


def test_defaults_come_from_the_info() -> None:
    """A missing value is the default, fresh each time where it can change; without one it is missing."""
    assert field_for(int, Query(3)).deserialize(missing) == 3
    assert field_for(int | None, Query(None)).deserialize(missing) is None
    lists = field_for(list[int], Query([1]))
    lists.deserialize(missing).append(2)
    assert lists.deserialize(missing) == [1]
    assert field_for(list[int], FieldInfo(default_factory=list)).deserialize(missing) == []
    assert field_for(Any, FieldInfo(default=len)).deserialize(missing) is len
    for required in (Query(), Query(...), Query(Undefined), None):
        field = field_for(int, required)
        assert field.required
        with pytest.raises(ValidationError) as caught:
            field.deserialize(missing)
        assert caught.value.messages[0].type == "missing"
    with pytest.raises(ValidationError):
        field_for(int, Query(None)).deserialize(None)  # a default of None does not allow None


def test_infos_are_merged() -> None:
    """Later FieldInfos win, the one given wins over those in the hint, and its class is kept."""
    hint = Annotated[int, Field(gt=1, title="first", description="kept"), Field(title="second")]
    split = annotated_info(Annotated[hint, validate.Range(max=9)])
    assert (split.type, len(split.rest)) == (int, 1)
    assert split.info is not None
    assert (split.info.gt, split.info.title, split.info.description) == (1, "second", "kept")
    field = field_for(hint, Query(5, title="third"))
    info = field.metadata["info"]
    assert isinstance(info, Query)
    assert (info.gt, info.title, info.description, info.default) == (1, "third", "kept", 5)
    assert field.load_default == 5
    assert annotated_info(int).info is None
    assert "info" not in field_for(int).metadata


def test_marshmallow_has_its_place_in_annotated() -> None:
    """A field is used as it is, a validator becomes a constraint, a Schema reads the object."""
    upper = type("Upper", (fields.String,), {"_deserialize": lambda self, value, *args, **kwargs: value.upper()})
    assert field_for(Annotated[str, upper()]).deserialize("a") == "A"
    assert field_for(fields.Integer()).deserialize("3") == 3
    limited = field_for(Annotated[str, validate.Length(max=2)], Query(min_length=1))
    for value, fault in (("abc", "string_too_long"), ("", "string_too_short")):
        with pytest.raises(ValidationError) as caught:
            limited.deserialize(value)
        assert caught.value.messages[0].type == fault
    for nested in (
        ItemSchema,
        ItemSchema(),
        Annotated[dict[str, Any], Body(ItemSchema)],
        Annotated[Any, Body(ItemSchema())],
    ):
        field = field_for(nested)
        assert field.deserialize({"x": "1", "y": 2}) == {"x": 1}
        assert isinstance(schema_in(field), ItemSchema)
    assert field_for(list[ItemSchema]).deserialize([{"x": "1"}]) == [{"x": 1}]
    assert field_for(ItemSchema(many=True)).deserialize([{"x": "1"}]) == [{"x": 1}]
    assert schema_in(field_for(int)) is None
    assert schema_in(field_for(Item)).load({"x": "1"}) == Item(1)  # type: ignore[union-attr]


def test_the_exported_aliases_keep_their_own_field() -> None:
    """Two uses of an alias do not share limits or defaults."""
    limited = field_for(Annotated[HttpUrl, Field(max_length=12)], Query("http://x.y"))
    assert limited.deserialize(missing) == "http://x.y"
    assert field_for(HttpUrl).required
    assert field_for(AnyUrl | None).deserialize("ftp://a.b/c") == "ftp://a.b/c"
    assert field_for(list[EmailStr]).deserialize(["a@B.CO"]) == ["a@b.co"]


@pytest.mark.parametrize(
    "hint",
    [bytearray, list[bytearray], dict[str, int | bytearray], Annotated[set[object] | bytearray, Query()], 5, "int"],
    ids=str,
)
def test_unreadable_types_are_refused(hint: Any) -> None:
    """The error names the type."""
    with pytest.raises(TypeError, match=r"no marshmallow field reads values of type (<class 'bytearray'>|5|'int')"):
        field_for(hint)


def test_a_discriminator_needs_literals() -> None:
    """A member without the Literal is refused with its name."""
    field = field_for(Annotated[Item | ItemSchema, Field(discriminator="kind")])
    with pytest.raises(TypeError, match="Item needs an attribute 'kind'"):
        field.deserialize({})
    with pytest.raises(TypeError, match="is made of classes"):
        field_for(Annotated[int | str, Field(discriminator="kind")]).deserialize({})


def test_validators_of_subclasses_run_once_and_in_order() -> None:
    """The first `AfterValidator` runs first, the last `BeforeValidator` runs first, as in pydantic."""
    order: list[str] = []

    def note(name: str) -> Any:
        return lambda value: order.append(name) or value

    hint = Annotated[
        int,
        AfterValidator(note("a1")),
        BeforeValidator(note("b1")),
        AfterValidator(note("a2")),
        BeforeValidator(note("b2")),
    ]
    assert field_for(hint).deserialize("1") == 1
    assert order == ["b2", "b1", "a1", "a2"]
