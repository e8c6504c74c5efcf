"""The list inside a 422: marshmallow's messages as FastAPI has them, and the encoder that makes them JSON."""

from __future__ import annotations

import datetime as dt
import enum
from decimal import Decimal
from typing import Any

import marshmallow
import pytest
from fastapi.encoders import jsonable_encoder as fastapi_encoder

from myapp.kit import fields
from myapp.kit.encoders import jsonable_encoder
from myapp.kit.errors import Fault, HTTPException, RequestValidationError, ResponseValidationError, flatten
from myapp.kit.fields.constraints import Constraints


class Inner(marshmallow.Schema):
    """Holds one required number."""

    number = fields.Integer(required=True)


class Outer(marshmallow.Schema):
    """Holds every way of nesting that marshmallow has."""

    one = marshmallow.fields.Nested(Inner)
    many = marshmallow.fields.List(marshmallow.fields.Nested(Inner))
    pairs = marshmallow.fields.Dict(keys=fields.Integer(), values=fields.Integer())
    price = fields.Decimal(constraints=Constraints(gt=Decimal("1.5")))

    @marshmallow.validates_schema(skip_on_field_errors=False)
    def refuse(self, data: dict[str, Any], **kwargs: Any) -> None:
        """Add a message for the object itself when asked to."""
        if data.get("one") == {"number": 0}:
            raise marshmallow.ValidationError("not that one")


def errors_of(data: Any) -> list[dict[str, Any]]:
    """What flatten makes of Outer's complaints about `data`."""
    with pytest.raises(marshmallow.ValidationError) as caught:
        Outer().load(data)
    return flatten(caught.value.messages, data, ("body",))


def test_nesting() -> None:
    """A fault's loc leads through Nested and List; a missing value's input is the object it is missing from."""
    message = "Input should be a valid integer, unable to parse string as an integer"
    assert errors_of({"one": {}, "many": [{"number": 1}, {"number": "x"}]}) == [
        {"type": "missing", "loc": ("body", "one", "number"), "msg": "Field required", "input": {}},
        {"type": "int_parsing", "loc": ("body", "many", 1, "number"), "msg": message, "input": "x"},
    ]


def test_dict_keys_and_values() -> None:
    """A bad key is reported at "[key]" with the key as input, a bad value at its key."""
    found = errors_of({"pairs": {"a": 1, "2": "x"}})
    assert [(one["loc"], one["input"]) for one in found] == [
        (("body", "pairs", "a", "[key]"), "a"),
        (("body", "pairs", "2"), "x"),
    ]


def test_plain_messages() -> None:
    """A user's own message is a value_error; marshmallow's own words for an unknown field are understood."""
    data = {"one": {"number": 0}, "unknown": 1}
    unknown = {
        "type": "extra_forbidden",
        "loc": ("body", "unknown"),
        "msg": "Extra inputs are not permitted",
        "input": 1,
    }
    own = {
        "type": "value_error",
        "loc": ("body",),
        "msg": "Value error, not that one",
        "input": data,
    }
    found = errors_of(data)
    assert len(found) == 2
    (error,) = (each.pop("ctx")["error"] for each in found if "ctx" in each)
    assert (type(error), str(error)) == (ValueError, "not that one")
    assert unknown in found
    assert own in found


def test_missing_at_the_top() -> None:
    """A missing parameter has no parent: its input is None; a missing field of the body has the body."""
    messages = {"q": [Fault.of("missing", None)]}
    assert flatten(messages, None, ("query",))[0]["input"] is None
    assert flatten(messages, {"p": 1}, ("body",))[0]["input"] == {"p": 1}


def test_figures_and_inputs_are_as_they_were() -> None:
    """What JSON does not know is left to the encoder, so that a handler of the application sees it."""
    (found,) = errors_of({"price": Decimal("1.20")})
    assert (found["ctx"], found["input"]) == ({"gt": Decimal("1.5")}, Decimal("1.20"))
    assert jsonable_encoder(found)["input"] == fastapi_encoder(Decimal("1.20"))


class Colour(enum.Enum):
    """One value."""

    RED = "red"


@pytest.mark.parametrize(
    "value",
    [
        *(Decimal("1"), Decimal("1.10"), Decimal("1E+2"), dt.timedelta(seconds=1.5), dt.date(2020, 1, 1)),
        *(dt.datetime(2020, 1, 1, tzinfo=dt.UTC), dt.time(1, tzinfo=dt.UTC), b"a", Colour.RED, None, 1.5),
        *({"a": {Colour.RED: [1]}}, {1}, (1, 2)),
    ],
)
def test_jsonable_encoder(value: Any) -> None:
    """Values outside a model are encoded as FastAPI encodes them."""
    assert jsonable_encoder(value) == fastapi_encoder(value)


def test_exceptions() -> None:
    """The exceptions have FastAPI's attributes."""
    error = HTTPException(404)
    assert (error.status_code, error.detail, error.headers, str(error)) == (404, "Not Found", None, "404: Not Found")
    assert HTTPException(418, detail={"a": 1}, headers={"X": "y"}).headers == {"X": "y"}
    for cls in (RequestValidationError, ResponseValidationError):
        invalid = cls([{"type": "missing"}], body={"a": 1})
        assert (invalid.errors(), invalid.body) == ([{"type": "missing"}], {"a": 1})
