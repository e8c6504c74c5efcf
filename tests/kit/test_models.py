"""Dataclasses and users' marshmallow Schemas as models: the same class three times, against pydantic's BaseModel."""

import copy
import dataclasses
import gc
import weakref
from dataclasses import InitVar, dataclass, field
from decimal import Decimal
from typing import Annotated, Any, ClassVar

import pydantic
import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from hypothesis import given, settings
from hypothesis import strategies as st
from marshmallow import (
    INCLUDE,
    RAISE,
    Schema,
    ValidationError,
    fields,
    post_load,
    pre_load,
    validate,
    validates,
    validates_schema,
)
from marshmallow_sqlalchemy import SQLAlchemyAutoSchema
from marshmallow_sqlalchemy.fields import Nested as SQLAlchemyNested
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from myapp.kit import dump, jsonable_encoder
from myapp.kit.errors import faults, flatten
from myapp.kit.models import Model, ModelConfig, adopt, copy_with, fields_set, schema_for
from myapp.kit.params import Field
from myapp.kit.typehints import field_for
from tests.kit.conversions import KIT, PYDANTIC, Twins

exhaustive = settings(derandomize=True, max_examples=150, deadline=None, database=None)


def item(lib: Any) -> Any:
    """A class with every sort of attribute."""

    class Image:
        url: lib.HttpUrl
        name: Annotated[str, lib.Field(min_length=2, max_length=5)] = "image"

    image = lib.model(Image)

    class Item:
        name: str = lib.Field(max_length=10, title="Name")
        price: Annotated[float, lib.Field(gt=0)]
        weight: Annotated[float, lib.Field(gt=0)] | None = lib.Field(default=None, lt=100)
        tags: set[str] = lib.Field(default_factory=set)
        images: list[image] | None = None
        extra: dict[str, int] = lib.Field(default_factory=dict, alias="Extra")
        cover: image | None = lib.Field(default=None, validation_alias="Cover")
        out: int = lib.Field(default=3, serialization_alias="Out")
        count: int = None  # type: ignore[assignment] - a default is not validated

    return lib.model(Item)


def configured(**options: Any) -> Any:
    """A class with this configuration."""

    def build(lib: Any) -> Any:
        class Inner:
            model_config: ClassVar[Any] = lib.ModelConfig(**options)
            a: Annotated[str, lib.Field(min_length=2, max_length=3)]
            b: int = lib.Field(default=1, alias="B")
            c: list[str] = lib.Field(default_factory=list)

        return lib.model(Inner)

    return build


def node(lib: Any) -> Any:
    """A class that refers to itself."""

    class Node:
        value: int
        children: list["Node"] = lib.Field(default_factory=list)
        other: "Node | int | None" = None

    made = lib.model(Node)
    if lib is PYDANTIC:
        made.model_rebuild(_types_namespace={"Node": made})
    return made


def inherited(lib: Any) -> Any:
    """A class that adds to, and changes, what it inherits."""

    class Base:
        a: int
        b: str = "b"

    base = lib.model(Base)
    return lib.model(
        type("Child", (base,), {"__annotations__": {"c": float, "b": int}, "c": 1.5, "b": 2, "__module__": __name__})
    )


BUILD = {
    "item": item,
    "ignore": configured(),
    "forbid": configured(extra="forbid"),
    "allow": configured(extra="allow"),
    "strip": configured(str_strip_whitespace=True),
    "by name": configured(populate_by_name=True),
    "by name, forbid": configured(populate_by_name=True, extra="forbid"),
    "camel": configured(alias_generator=str.upper),
    "node": node,
    "inherited": inherited,
}
BODIES: list[Any] = [
    5,
    [],
    None,
    "x",
    {},
    {"name": "Foo", "price": "3.5"},
    {"name": "Foo", "price": 3, "tags": ["a", "b", "a"], "images": [{"url": "http://a.b/c"}], "Extra": {"a": "1"}},
    {
        "name": "a" * 11,
        "price": 0,
        "weight": 100,
        "tags": "x",
        "images": [{"url": "x", "name": "y"}, 4],
        "Extra": {"a": "b"},
    },
    {
        "name": None,
        "price": None,
        "weight": None,
        "tags": None,
        "images": None,
        "Extra": None,
        "cover": {},
        "out": None,
    },
    {"name": "x", "price": 1, "Cover": {"url": "http://a.b"}, "Out": 4, "out": "5", "count": None},
    {"name": "x", "price": 1, "Cover": 7, "cover": 8},
    {"a": "xy"},
    {"a": "xy", "b": 3},
    {"a": "xy", "B": 3, "b": "4"},
    {"A": "xy", "B": 3, "C": [" x "]},
    {"a": " x ", "zz": 1, "yy": {"deep": [1]}},
    {"a": "  xyz  ", "c": [" a "], "_schema": 1},
    {"a": "     xyzw", "B": "x", "zz": None},
    {"value": 1},
    {"value": 1, "children": [{"value": 2, "children": [{"value": "x"}]}]},
    {"value": 1, "other": {"value": 2, "other": "3"}},
    {"value": 1, "other": {"value": "x"}},
    {"value": 1, "other": "x", "children": [{}]},
    {"a": 1, "b": "3", "c": "x"},
    {"a": "1"},
]


@pytest.mark.parametrize("name", BUILD)
def test_a_dataclass_loads_and_complains_as_a_base_model(name: str) -> None:
    """Every kind of attribute and configuration: the same values, the same errors at the same places."""
    Twins(BUILD[name]).check(*BODIES)
    Twins(lambda lib: list[BUILD[name](lib)]).check(*BODIES, [BODIES[5], {}, 3], BODIES)


keys = st.sampled_from(["name", "price", "weight", "tags", "images", "Extra", "Cover", "url", "a", "b", "B", "zz"])
json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 200)
    | st.sampled_from([0.5, "x", "http://a.b", "5", "long enough to fail"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=8,
)
bodies = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("name", "price", "weight", "tags", "images", "Extra", "Cover", "a", "B"), json)
)


@pytest.mark.parametrize("name", ["item", "forbid", "allow", "strip"])
def test_models_agree_on_any_json(name: str) -> None:
    """Whatever JSON object comes, dataclass and BaseModel agree."""
    twins = Twins(BUILD[name])

    @exhaustive
    @given(bodies)
    def agree(body: Any) -> None:
        twins.check(body)

    agree()


@pytest.mark.filterwarnings("ignore:Using `httpx`")  # Starlette asks for another client
def test_faults_are_those_of_a_fastapi_response() -> None:
    """`flatten` gives the very `detail` that FastAPI answers with."""
    from fastapi.testclient import TestClient

    app = FastAPI()
    theirs = item(PYDANTIC)

    @app.post("/")
    def post(body: theirs) -> None: ...  # type: ignore[valid-type]

    client, ours = TestClient(app), field_for(item(KIT))
    for body in [5, {}, *BODIES[5:9]]:
        response = client.post("/", json=body)
        if response.status_code == 200:
            ours.deserialize(body)
            continue
        with pytest.raises(ValidationError) as caught:
            ours.deserialize(body)
        assert jsonable_encoder(flatten(caught.value.messages, body, ("body",))) == response.json()["detail"]


DUMPS: list[dict[str, Any]] = [
    {},
    {"exclude_unset": True},
    {"exclude_defaults": True},
    {"exclude_none": True},
    {"by_alias": True},
    {"include": {"name", "cover"}},
    {"exclude": {"images": {0: {"url"}}, "cover": True}},
    {"exclude": {"images": {"__all__": {"name"}}}, "exclude_unset": True},
    {"include": {"images": {"__all__": {"url"}}, "name": ...}, "exclude_none": True},
    {"include": {"images": {-1: {"url"}, 1: True}}},
]


@pytest.mark.parametrize("options", DUMPS, ids=repr)
def test_dump_is_model_dump(options: dict[str, Any]) -> None:
    """`dump` takes out of an instance what `model_dump` takes out of it, nested instances too."""
    body = {
        "name": "Foo", "price": 3, "images": [{"url": "http://a.b/c"}, {"url": "http://a.b/d", "name": "dee"}],
        "Cover": {"url": "http://a.b/"}, "weight": None,
    }  # fmt: skip
    theirs = pydantic.TypeAdapter(item(PYDANTIC)).validate_python(body).model_dump(**options)
    ours = dump(field_for(item(KIT)).deserialize(body), **options)
    assert repr(ours) == repr(_plain_urls(theirs))


def _plain_urls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain_urls(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain_urls(inner) for inner in value]
    return str(value) if isinstance(value, pydantic.HttpUrl) else value


def test_dump_shows_what_extra_allows() -> None:
    """`extra="allow"` keeps unknown fields on the instance and in its dict."""
    body = {"a": "xy", "zz": {"deep": 1}}
    theirs = configured(extra="allow")(PYDANTIC).model_validate(body)
    ours = field_for(configured(extra="allow")(KIT)).deserialize(body)
    assert dump(ours) == theirs.model_dump()
    assert dump(ours, exclude_unset=True) == theirs.model_dump(exclude_unset=True) == body
    assert fields_set(ours) == theirs.model_fields_set


def test_dump_refuses_what_is_no_instance() -> None:
    """Only instances of dataclasses have a dict to give."""
    with pytest.raises(TypeError, match="not an instance"):
        dump({"a": 1})


@dataclass
class Point:
    """A point."""

    x: int
    y: int = 0


@dataclass(frozen=True, slots=True)
class Frozen(Model):
    """A frozen point with slots, remembering what was set."""

    x: int
    y: int = 0


@dataclass(slots=True)
class Slots:
    """Slots and nowhere to remember anything."""

    x: int = 0


@dataclass(kw_only=True)
class Odd:
    """Everything a dataclass can do to its attributes."""

    shared: ClassVar[int] = 1
    x: int
    start: InitVar[int] = 5
    made: int = field(init=False, default=0)
    hidden: str = field(default="h", repr=False, compare=False)

    def __post_init__(self, start: int) -> None:
        if self.x < 0:
            raise ValueError("x is negative")
        if self.x >= 100:
            raise AssertionError("x is large")
        self.made = start * 2


def test_bottomless_input_is_a_fault() -> None:
    """An object nested deeper than the stack allows is refused as pydantic refuses it, if not at the same depth."""
    ours, theirs = field_for(node(KIT)), node(PYDANTIC)
    body: dict[str, Any] = {"value": 1}
    for _ in range(1000):
        body = {"value": 1, "children": [body]}
    with pytest.raises(ValidationError) as caught:
        ours.deserialize(body)
    with pytest.raises(pydantic.ValidationError) as refused:
        theirs.model_validate(body)
    (fault,), (error,) = list(faults(caught.value.messages, body)), refused.value.errors()
    assert (fault.type, str(fault)) == (error["type"], error["msg"])


def test_fields_set_are_those_of_the_input() -> None:
    """What was loaded is set; what was constructed is set altogether; a copy keeps what it had."""
    loaded = schema_for(Point)().load({"x": 1})
    assert fields_set(loaded) == {"x"}
    assert fields_set(copy.copy(loaded)) == {"x"}
    assert fields_set(Point(1)) == {"x", "y"}
    assert loaded == Point(1)
    assert dataclasses.asdict(loaded) == {"x": 1, "y": 0}


def test_a_model_base_remembers_the_arguments_of_its_construction() -> None:
    """With `Model` as its base even a frozen class with slots tells what was given, as BaseModel does."""
    assert fields_set(Frozen(1)) == {"x"}
    assert fields_set(Frozen(1, y=2)) == {"x", "y"}
    assert fields_set(schema_for(Frozen)().load({"x": 1})) == {"x"}
    assert schema_for(Frozen)().load({"x": 1}) == Frozen(1)


def test_copy_with_is_model_copy() -> None:
    """The PATCH of FastAPI's tutorial: what was set stays set, what changes is set, the original stays as it was."""
    stored = schema_for(Frozen)().load({"x": 1})
    assert (copy_with(stored, {"y": 5}), stored) == (Frozen(1, 5), Frozen(1))
    assert fields_set(copy_with(stored, {"y": 5})) == {"x", "y"}
    assert fields_set(copy_with(schema_for(Point)().load({"y": 1, "x": 1}), {})) == {"x", "y"}


def test_slots_without_room_say_so() -> None:
    """What cannot be known is not guessed."""
    assert schema_for(Slots)().load({"x": 1}) == Slots(1)
    with pytest.raises(TypeError, match="inherit from Model"):
        fields_set(Slots(1))


def test_every_kind_of_attribute_is_loaded_its_own_way() -> None:
    """ClassVar is no attribute, InitVar is only read, init=False is only written."""
    schema = schema_for(Odd)()
    loaded = schema.load({"x": 1, "start": "3", "made": 9, "shared": 9})
    assert (loaded.made, Odd.shared) == (6, 1)
    assert schema.dump(loaded) == {"x": 1, "made": 6, "hidden": "h"}


@pytest.mark.parametrize(
    ("x", "fault"),
    [(-1, ("value_error", "Value error, x is negative")), (100, ("assertion_error", "Assertion failed, x is large"))],
)
def test_post_init_validates_like_a_model_validator(x: int, fault: tuple[str, str]) -> None:
    """A ValueError or a failed assert in `__post_init__` becomes a fault of the whole object."""
    with pytest.raises(ValidationError) as caught:
        field_for(list[Odd]).deserialize([{"x": x}])
    (found,) = flatten(caught.value.messages, [{"x": x}])
    assert (found["type"], found["msg"], found["loc"], found["input"]) == (*fault, (0,), {"x": x})


def test_the_schema_is_made_once_and_dies_with_its_class() -> None:
    """It is kept on the class itself, not in a table that would keep both alive."""

    def make() -> weakref.ref[type]:
        @dataclass
        class Local:
            x: int = 0

        assert schema_for(Local) is schema_for(Local)

        @dataclass
        class Derived(Local):
            y: int = 0

        assert schema_for(Derived) is not schema_for(Local)
        assert set(schema_for(Derived)().fields) == {"x", "y"}
        return weakref.ref(Local)

    reference = make()
    gc.collect()
    assert reference() is None


def test_the_schema_tells_what_the_document_needs() -> None:
    """Name, docstring, model and configuration are those of the class."""
    schema = schema_for(Point)
    assert (schema.__name__, schema.__doc__, schema.model, schema.config) == ("Point", "A point.", Point, ModelConfig())
    assert schema().fields["y"].load_default == 0
    assert schema().fields["x"].required

    @dataclass
    class Silent:
        x: int = Field(default=1, title="X")

    assert schema_for(Silent).__doc__ is None
    assert schema_for(Silent)().fields["x"].metadata["info"].title == "X"


def test_marshmallows_contract_holds() -> None:
    """`many`, `only`, `partial`, `unknown`, `validate` and `dump` mean what they mean in marshmallow."""
    schema = schema_for(Point)()
    assert schema.load([{"x": 1}], many=True) == [Point(1)]
    assert schema.load({"y": 2}, partial=True) == {"y": 2}
    assert schema.load({"y": 2}, partial=("x",)) == {"y": 2}
    assert schema.validate({"x": "q"}).keys() == {"x"}
    assert schema.validate({"x": 1}) == {}
    assert schema.validate({"x": 1, "z": 1}) == {}
    assert schema_for(Point)(unknown=RAISE).validate({"x": 1, "z": 1}).keys() == {"z"}
    assert schema_for(Point)(only=("x",)).load({"x": 1, "y": 4}) == Point(1)
    assert schema.loads('{"x": "1"}') == Point(1)
    assert schema.dump([Point(1)], many=True) == [{"x": 1, "y": 0}]
    with pytest.raises(ValidationError) as caught:
        schema.load({"x": "q", "y": 1})
    assert caught.value.valid_data == {"y": 1}
    assert caught.value.data == {"x": "q", "y": 1}


def test_unreadable_attributes_are_refused_when_the_class_is_read() -> None:
    """The error names the class, the attribute and the type; it comes at definition time, nested classes included."""

    @dataclass
    class Bad:
        z: bytearray = 0j

    outer = dataclasses.make_dataclass("Outer", [("bad", list[Bad])])
    with pytest.raises(TypeError, match=r"Bad\.z: no marshmallow field reads values of type <class 'bytearray'>"):
        schema_for(outer)
    with pytest.raises(TypeError, match="is not a dataclass"):
        schema_for(int)
    lost = dataclasses.make_dataclass("Lost", [("x", "Nowhere")])
    with pytest.raises(TypeError, match="names 'Nowhere'"):
        schema_for(lost)
    tight = dataclasses.make_dataclass(
        "Tight", [("x", int)], slots=True, namespace={"model_config": ModelConfig(extra="allow")}
    )
    with pytest.raises(TypeError, match="without slots"):
        schema_for(tight)


# Users' own Schemas.


class ImageSchema(Schema):
    """Nested in ItemSchema."""

    url = fields.Url(required=True)
    name = fields.String(load_default="image", validate=validate.Length(min=2, max=5))


class ItemSchema(Schema):
    """The class of `item`, as a Flask team would have written it."""

    name = fields.String(required=True, validate=validate.Length(max=10))
    price = fields.Float(required=True, validate=validate.Range(min=0, min_inclusive=False))
    weight = fields.Float(
        allow_none=True,
        load_default=None,
        validate=[validate.Range(min=0, min_inclusive=False), validate.Range(max=100, max_inclusive=False)],
    )
    tags = fields.List(fields.String())
    images = fields.List(fields.Nested(ImageSchema), allow_none=True)
    extra = fields.Dict(keys=fields.String(), values=fields.Integer(), data_key="Extra")
    cover = fields.Nested(lambda: ImageSchema(), data_key="Cover", allow_none=True)


class ImageModel(pydantic.BaseModel):
    """Nested in ItemModel."""

    url: pydantic.HttpUrl
    name: str = pydantic.Field(default="image", min_length=2, max_length=5)


class ItemModel(pydantic.BaseModel):
    """The same again, as pydantic has it."""

    name: str = pydantic.Field(max_length=10)
    price: float = pydantic.Field(gt=0)
    weight: float | None = pydantic.Field(default=None, gt=0, lt=100)
    tags: list[str] = []
    images: list[ImageModel] | None = None
    extra: dict[str, int] = pydantic.Field(default={}, alias="Extra")
    cover: ImageModel | None = pydantic.Field(default=None, alias="Cover")


def _adopted(body: Any) -> tuple[str, Any]:
    try:
        return "value", adopt(ItemSchema()).load(body)
    except ValidationError as error:
        return "errors", flatten(error.messages, body)


def _modelled(body: Any) -> tuple[str, Any]:
    try:
        return "value", _plain_urls(ItemModel.model_validate(body, from_attributes=True).model_dump(exclude_unset=True))
    except pydantic.ValidationError as error:
        return "errors", error.errors(include_url=False)


@pytest.mark.parametrize("body", BODIES, ids=repr)
def test_an_adopted_schema_loads_and_complains_as_a_base_model(body: Any) -> None:
    """A Schema with marshmallow's stock fields answers as pydantic does, the user's class untouched."""
    _agree(_adopted(body), _modelled(body))


@exhaustive
@given(bodies)
def test_adopted_schemas_agree_on_any_json(body: Any) -> None:
    """Whatever JSON object comes, adopted Schema and BaseModel agree."""
    _agree(_adopted(body), _modelled(body))


def _agree(ours: tuple[str, Any], theirs: tuple[str, Any]) -> None:
    if theirs[0] == "errors":
        assert ours == theirs
    else:
        assert ours[0] == "value"
        # marshmallow puts defaults among the values
        assert _without_defaults(ours[1]) == _without_defaults(theirs[1])


def _without_defaults(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: _without_defaults(inner)
            for key, inner in value.items()
            if (key, inner) not in (("weight", None), ("name", "image"))
        }
    return [_without_defaults(inner) for inner in value] if isinstance(value, list) else value


def test_adoption_leaves_the_users_class_and_instance_alone() -> None:
    """The instance is another one of the same class; the original still reads as marshmallow does."""
    original = ItemSchema()
    adopted = adopt(original)
    assert type(adopted) is ItemSchema
    assert adopted is not original
    assert adopt(adopted) is adopted
    assert type(original.fields["price"]) is fields.Float
    assert original.validate({"zz": 1}).keys() == {"name", "price", "zz"}
    assert adopted.validate({"zz": 1}).keys() == {"name", "price"}
    assert adopted.validate({"name": 1, "price": 1}) == {"name": ["Input should be a valid string"]}


class Hooked(Schema):
    """Every hook, and messages of its own."""

    a = fields.Integer(
        required=True,
        error_messages={"required": "Where is a?", "invalid": "Not a number"},
        validate=validate.Range(min=1),
    )
    b = fields.String(data_key="B")
    c = fields.Integer(dump_only=True)
    d = fields.Integer(load_only=True)
    e = fields.Method(deserialize="twice")
    when = fields.Date(format="%d/%m/%Y")
    money = fields.Decimal(places=2)

    @pre_load
    def trim(self, data: Any, **kwargs: Any) -> Any:
        """Drop what the client may not set."""
        return {key: value for key, value in data.items() if key != "dropped"}

    @validates("b")
    def b_is_good(self, value: str, **kwargs: Any) -> None:
        """Refuse one word."""
        if value == "bad":
            raise ValidationError("b is bad")

    @validates_schema
    def a_is_not_13(self, data: Any, **kwargs: Any) -> None:
        """Refuse one number, as an error of the object or of an attribute."""
        if data["a"] == 13:
            raise ValidationError("13 is unlucky")
        if data["a"] == 14:
            raise ValidationError("so is 14", "a")

    @post_load
    def wrap(self, data: Any, **kwargs: Any) -> Any:
        """Hand out something else than a dict."""
        return ("made", data)

    def twice(self, value: Any) -> Any:
        """A field by method."""
        return value * 2


def _faults(schema: Schema, body: Any, **options: Any) -> list[tuple[Any, ...]]:
    with pytest.raises(ValidationError) as caught:
        schema.load(body, **options)
    return [
        (each["type"], tuple(each["loc"]), each["msg"], each["input"]) for each in flatten(caught.value.messages, body)
    ]


def test_hooks_options_and_own_fields_keep_working() -> None:
    """Hooks, method fields, `data_key`, formats, `places`, `load_only` and `dump_only` mean what they meant."""
    schema = adopt(Hooked())
    body = {"a": "2", "B": "b", "c": 1, "d": True, "e": 2, "dropped": 1, "when": "24/12/2026", "money": 1.005}
    made, loaded = schema.load(body)
    assert made == "made"
    assert loaded.pop("when").isoformat() == "2026-12-24"
    assert loaded == {"a": 2, "b": "b", "d": 1, "e": 4, "money": Decimal("1.00")}
    assert schema.dump({"a": 1, "b": "x", "c": 2, "d": 3}) == {"a": 1, "B": "x", "c": 2}
    assert _faults(schema, {"a": 1, "B": "bad"}) == [("value_error", ("B",), "Value error, b is bad", "bad")]
    assert _faults(schema, {"a": 13}) == [("value_error", (), "Value error, 13 is unlucky", {"a": 13})]
    assert _faults(schema, {"a": 14}) == [("value_error", ("a",), "Value error, so is 14", 14)]
    assert adopt(Hooked(only=("a",))).load({"a": 1, "B": "bad"}) == ("made", {"a": 1})
    assert adopt(Hooked(exclude=("b",))).load({"a": 1, "B": "bad"}) == ("made", {"a": 1})
    assert adopt(Hooked(many=True)).load([{"a": 1}]) == [("made", {"a": 1})]


def test_messages_of_the_users_own_are_kept() -> None:
    """`error_messages` of a field replace the words, not the type, place or input."""
    schema = adopt(Hooked())
    assert _faults(schema, {}) == [("missing", ("a",), "Where is a?", {})]
    assert _faults(schema, {"a": "x"}) == [("int_parsing", ("a",), "Not a number", "x")]
    assert _faults(schema, {"a": 0}) == [
        ("greater_than_equal", ("a",), "Input should be greater than or equal to 1", 0)
    ]

    class Worded(Schema):
        error_messages = {"type": "An object, please", "unknown": "No such thing"}

        class Meta:
            unknown = RAISE

    assert _faults(adopt(Worded()), 3) == [("model_attributes_type", (), "An object, please", 3)]
    assert _faults(adopt(Worded()), {"z": 3}) == [("extra_forbidden", ("z",), "No such thing", 3)]


def test_unknown_fields_are_the_metas_business() -> None:
    """Nothing said: ignored, as FastAPI ignores them. RAISE and INCLUDE are obeyed, in the input's order."""
    one = {"a": fields.Integer()}
    raising = type("Raising", (Schema,), {**one, "Meta": type("Meta", (), {"unknown": RAISE})})
    body = {"z": 1, "a": "x", "y": 2}
    assert [loc for _, loc, _, _ in _faults(adopt(raising()), body)] == [("a",), ("z",), ("y",)]
    plain = type("Plain", (Schema,), dict(one))
    assert adopt(plain()).load({"z": 1}) == {}
    assert adopt(plain(unknown=INCLUDE)).load({"z": 1}) == {"z": 1}


def test_lists_of_objects() -> None:
    """`many=True` of a Schema, and of a Nested, complain as list[Model] does."""
    assert _faults(adopt(ImageSchema(many=True)), {}) == [("list_type", (), "Input should be a valid list", {})]
    faults = _faults(adopt(ImageSchema(many=True)), [{}, 4])
    assert [(type, loc) for type, loc, *_ in faults] == [("missing", (0, "url")), ("model_attributes_type", (1,))]
    nesting = Schema.from_dict({"images": fields.Nested(ImageSchema, many=True, only=("name",))})
    assert [(type, loc) for type, loc, *_ in _faults(adopt(nesting()), {"images": [{"name": "x"}, 1]})] == [
        ("string_too_short", ("images", 0, "name")),
        ("model_attributes_type", ("images", 1)),
    ]
    assert _faults(adopt(nesting()), {"images": 3}) == [("list_type", ("images",), "Input should be a valid list", 3)]


def test_an_adopted_schema_may_be_nested() -> None:
    """A stock Nested around an adopted instance, with `only`, keeps to its own fields."""
    outer = Schema.from_dict({"image": fields.Nested(adopt(ImageSchema()), only=("name",))})
    assert adopt(outer()).load({"image": {"name": "abc"}}) == {"image": {"name": "abc"}}


class Selfish(Schema):
    """Nests itself."""

    value = fields.Integer(required=True)
    child = fields.Nested(lambda: Selfish(), allow_none=True)


def test_a_schema_may_nest_itself() -> None:
    """Adoption is lazy where the Schema is."""
    schema = adopt(Selfish())
    assert schema.load({"value": 1, "child": {"value": "2"}}) == {"value": 1, "child": {"value": 2}}
    assert [loc for _, loc, *_ in _faults(schema, {"value": 1, "child": {"value": 1, "child": {}}})] == [
        ("child", "child", "value")
    ]


class Base(DeclarativeBase):
    """Tables of this test."""


class User(Base):
    """One side."""

    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(5))
    posts: Mapped[list["Post"]] = relationship(back_populates="user")


class Post(Base):
    """The other side."""

    __tablename__ = "posts"
    id: Mapped[int] = mapped_column(primary_key=True)
    worth: Mapped[Decimal] = mapped_column(sa.Numeric(6, 2))
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    user: Mapped[User] = relationship(back_populates="posts")


class PostSchema(SQLAlchemyAutoSchema):
    """Made from the table."""

    class Meta:
        """Instances are transient: no session is needed."""

        model = Post
        load_instance = True
        transient = True


class UserSchema(SQLAlchemyAutoSchema):
    """Made from the table, with the posts inside."""

    class Meta:
        """The id is the database's."""

        model = User
        load_instance = True
        transient = True
        dump_only = ("id",)

    posts = SQLAlchemyNested(PostSchema, many=True)


def test_marshmallow_sqlalchemy_schemas_are_adopted() -> None:
    """Auto fields convert as ours, load_instance and the nested session plumbing go on working."""
    schema = adopt(UserSchema())
    loaded = schema.load({"id": 3, "name": "x", "posts": [{"worth": 1.239}]})
    assert isinstance(loaded, User)
    assert (loaded.id, loaded.posts[0].worth) == (None, Decimal("1.24"))
    assert [(type, loc) for type, loc, *_ in _faults(schema, {"name": "too long", "posts": [{"worth": "x"}, {}]})] == [
        ("decimal_parsing", ("posts", 0, "worth")),
        ("missing", ("posts", 1, "worth")),
        ("string_too_long", ("name",)),
    ]
    assert schema.dump(loaded)["posts"] == [{"worth": "1.24", "id": None}]
