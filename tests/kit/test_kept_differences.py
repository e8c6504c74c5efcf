"""Differences that are kept, each with its reason: strict expected failures, so that one that heals fails the build."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Annotated, Any

import pydantic
import pytest

from myapp.kit import types
from tests.kit.both import Twins


@dataclass
class Nested:
    """A class that contains itself in a dictionary."""

    a: "dict[str, Nested] | int"


def underscores(lib):
    @lib.get("/")
    def view(strange_header: Annotated[str, lib.Header(convert_underscores=False)] = "absent"):
        return strange_header


def commas(lib):
    @lib.get("/")
    def view(x_tag: Annotated[list[str], lib.Header()]):
        return x_tag


def bare_list(lib):
    @lib.post("/")
    def view(items: list):
        return items


def sqlalchemy_keys(lib):
    @lib.get("/")
    def view():
        return {"_sales": 1}


def called_model(lib):
    @lib.model
    class Item:
        name: str
        size: int = 1

    @lib.get("/", response_model_exclude_unset=True)
    def view() -> Item:
        return Item(name="n")


def no_content(status):
    def build(lib):
        @lib.get("/", status_code=status)
        def view():
            return None

    return build


def untyped(value):
    def build(lib):
        @lib.get("/")
        def view() -> Any:
            return value

    return build


def out_of_range(lib):
    @lib.model
    class Item:
        a: int = 1

    @lib.get("/", response_model=list[Item], response_model_include={0: True, 1: {"b"}})
    def view():
        return [{}]


def iterable(lib):
    @lib.post("/")
    def view(numbers: Annotated[Iterable[int], lib.Body()]):
        return list(numbers)


def limit_after_function(lib):
    @lib.get("/")
    def view(x: Annotated[int, lib.AfterValidator(lambda number: number * 10), lib.Query(gt=5)]):
        return x


def only_after_init(lib):
    @dataclass
    class Item:
        a: int
        b: int = field(init=False)

        def __post_init__(self) -> None:
            self.b = self.a + 1

    @lib.post("/")
    def view(item: Item) -> Item:
        return item


def broken_instance(lib):
    @lib.model
    class Item:
        a: Annotated[str, lib.Field(max_length=1)] = "too long"

    @lib.get("/")
    def view() -> Item:
        return Item()


def union_of(name):
    def build(lib):
        kind = getattr(pydantic if lib.name == "fastapi" else types, name)
        kind = kind[str] if name == "Secret" else kind

        @lib.get("/", response_model=kind | int)
        def view():
            return 1

    return build


def variadic(lib):
    def dependency(*args, **kwargs):
        return len(args) + len(kwargs)

    @lib.get("/")
    def view(a: Annotated[int, lib.Depends(dependency)]):
        return a


def contains_itself(lib):
    if lib.name == "flask":
        kind = Nested
    else:
        kind = type(pydantic.BaseModel)("Nested", (pydantic.BaseModel,), {**vars(Nested), "__module__": __name__})
        kind.model_rebuild(_types_namespace={"Nested": kind})

    @lib.post("/")
    def view(item: kind):
        return item


def text_field(lib):
    @lib.post("/")
    def view(a: Annotated[str, lib.Form()]):
        return a


def limited_text(lib):
    @lib.post("/")
    def view(text: Annotated[str, lib.Body(max_length=5)]):
        return text


def echoed(lib):
    @lib.post("/")
    def view(value: Annotated[Any, lib.Body()]):
        return value


def echoed_response(lib):
    @lib.post("/")
    def view(value: Annotated[Any, lib.Body()]):
        return lib.JSONResponse(value)


HALF_A_PAIR = ("POST /", {"content": b'"\\ud800"', "headers": {"content-type": "application/json"}})
PUNYCODE = {
    "content": b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nbcher-kva\r\n--x--\r\n',
    "headers": {"content-type": "multipart/form-data; boundary=x; charset=punycode"},
}

KEPT = [
    (
        iterable,
        ("POST /", {"json": ["x"]}),
        "pydantic finds a wrong item when the view reads it, a 500; the kit before",
    ),
    (limit_after_function, "GET /?x=1", "the kit checks limits before functions, as the document says of the input"),
    (only_after_init, ("POST /", {"json": {"a": 1}}), "pydantic drops an attribute that only __post_init__ sets"),
    (broken_instance, "GET /", "pydantic never looks at an instance again; the kit answers 500, never a wrong body"),
    (
        underscores,
        ("GET /", {"headers": {"strange_header": "x"}}),
        "WSGI has one name for X-Y and X_Y; servers drop X_Y",
    ),
    (commas, ("GET /", {"headers": {"x-tag": "a,b"}}), "WSGI joins repeated headers with commas, so a comma separates"),
    (bare_list, ("POST /", {"json": [1]}), "FastAPI takes a bare `list` for uploaded files; to the kit it is JSON"),
    (
        sqlalchemy_keys,
        "GET /",
        "FastAPI drops every key that begins with _sa; the kit drops SQLAlchemy's of objects only",
    ),
    (called_model, "GET /", "a dataclass does not know which arguments it was called with; kit.models.Model does"),
    (no_content(205), "GET /", "FastAPI announces a Content-Length and sends nothing"),
    (no_content(304), "GET /", "Werkzeug drops the Content-Type of the body that is not there"),
    (untyped(PurePosixPath("/a")), "GET /", "pydantic refuses a pure path in Any; the kit writes it as text"),
    (untyped(1j), "GET /", "pydantic writes a complex number as text; the kit refuses it"),
    (
        union_of("NameEmail"),
        "GET /",
        "pydantic writes an int in such a union as a str, which its document does not say",
    ),
    (union_of("Secret"), "GET /", "pydantic writes an int in such a union as a str, which its document does not say"),
    (variadic, "GET /", "FastAPI asks the query for `args` and `kwargs`, and can't call with them; the kit gives none"),
    (out_of_range, "GET /", "pydantic takes a position beyond the end of a list for one counted from the start again"),
    *(
        (build, HALF_A_PAIR, "FastAPI can't write half a surrogate pair that it was sent: 500; the kit escapes it")
        for build in (limited_text, echoed, echoed_response)
    ),
    (
        contains_itself,
        ("POST /", {"json": {"a": "x"}}),
        "pydantic says `dict[str,...]` of a class inside itself, by the order in which it reads; the kit its name",
    ),
    (text_field, ("POST /", PUNYCODE), "a client could keep a worker busy with punycode; the kit takes it for latin-1"),
]


@pytest.mark.parametrize(
    ("build", "request_"),
    [
        pytest.param(build, request, marks=pytest.mark.xfail(reason=reason, raises=AssertionError))
        for build, request, reason in KEPT
    ],
)
def test_kept_differences(build, request_):
    """The same request is answered differently, for the reason given in the table."""
    Twins(build).agree(request_)


@pytest.mark.parametrize(
    ("build", "status", "body"),
    [(limited_text, 422, b'"input":"\\ud800"'), (echoed, 200, b'"\\ud800"'), (echoed_response, 200, b'"\\ud800"')],
)
def test_half_a_surrogate_pair(build, status, body):
    """It is quoted, and echoed, as it was sent; text around it stays as it is."""
    flask = Twins(build).flask
    answer = flask.post("/", content=HALF_A_PAIR[1]["content"], headers=HALF_A_PAIR[1]["headers"])
    assert answer.status_code == status
    assert body in answer.content
    around = flask.post("/", content='"é\\udfff😀"'.encode(), headers=HALF_A_PAIR[1]["headers"])
    assert '"é\\udfff😀"'.encode() in around.content
