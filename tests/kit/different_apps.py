"""Small applications that the two sides answer differently; why is in differences.py."""

import time
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Annotated, Any

import pydantic
from typing_extensions import TypeAliasType

from myapp.kit import types


@dataclass
class Nested:
    """A class that contains itself in a dictionary."""

    a: "dict[str, Nested] | int"


@dataclass
class Tree:
    """A class that contains itself in a list."""

    branches: "list[Tree]"


Named = TypeAliasType("Named", int)
NamedTwice = TypeAliasType("NamedTwice", "dict[str, NamedTwice | Named]")


def underscores(lib):
    @lib.get("/")
    def view(strange_header: Annotated[str, lib.Header(convert_underscores=False)] = "absent"):
        return strange_header


def commas(lib):
    @lib.get("/")
    def view(x_tag: Annotated[list[str], lib.Header()]):
        return x_tag


def nullable_json_list(lib):
    @lib.get("/")
    def view(x: Annotated[lib.Json[list[int]] | None, lib.Query()] = None):
        return x


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


def unhashable(lib):
    words = {"custom_error_type": "no_number", "custom_error_message": "No {x}", "custom_error_context": {"x": "int"}}
    number = Annotated[Annotated[int, lib.Tag("int")], lib.Discriminator(lambda value: type(value).__name__, **words)]
    lib.get("/", response_model=number)(lambda: 1)


def json_union(lib):
    @lib.model
    class A:
        a: int

    @lib.model
    class B:
        b: int

    @lib.post("/")
    def view(x: Annotated[lib.Json[A | B], lib.Form()]): ...


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


def _reads(cls):
    def build(lib):
        if lib.name == "flask":
            kind = cls
        else:
            kind = type(pydantic.BaseModel)(cls.__name__, (pydantic.BaseModel,), {**vars(cls), "__module__": __name__})
            kind.model_rebuild(_types_namespace={cls.__name__: kind})

        @lib.post("/")
        def view(item: kind):
            return item

    return build


contains_itself = _reads(Nested)
nests_deeply = _reads(Tree)


def raises_again(lib):
    @lib.exception_handler(KeyError)
    def handler(request, error):
        lib.note("handler")
        raise error

    @lib.get("/")
    def view():
        raise KeyError


def fails_on_the_way(lib):
    @lib.exception_handler(Exception)
    def handler(request, error):
        lib.note("handler")
        return lib.JSONResponse("too late", status_code=500)

    @lib.get("/")
    def view() -> Iterator[str]:
        yield "one"
        raise KeyError


def fails_while_closing(lib):
    async def closed_next():
        yield

    def slow_to_close():
        yield
        time.sleep(0.05)

    closing = [lib.Depends(dependency, scope="function") for dependency in (closed_next, slow_to_close)]

    @lib.get("/", response_class=lib.EventSourceResponse, dependencies=closing)
    async def view() -> AsyncIterator[str]:
        yield "one"
        raise KeyError


def hidden_by_a_serializer(lib):
    @lib.model
    class Point:
        x: int

        @lib.model_serializer
        def written(self) -> list[int]:
            return [self.x]

    @lib.model
    class Venue:
        at: Point

        @lib.model_serializer
        def written(self) -> dict[str, str]:
            return {}

    @lib.post("/")
    def view(venue: Venue) -> Venue:
        return venue

    @lib.get("/")
    def names() -> list[str]:
        document = lib.app.openapi() if lib.name == "fastapi" else lib.app.extensions["api"].document
        return sorted(document["components"]["schemas"])


def two_names(lib):
    @lib.model
    class Inner:
        x: int = 1

    other = TypeAliasType("Other", Inner)

    @lib.model
    class Outer:
        a: Inner
        b: other

    @lib.post("/")
    def view(outer: Outer) -> None: ...

    @lib.get("/")
    def words() -> list[str]:
        document = lib.app.openapi() if lib.name == "fastapi" else lib.app.extensions["api"].document
        return sorted(document["components"]["schemas"]["Other"])


def named_twice(lib):
    @lib.model
    class Model:
        a: NamedTwice
        b: Named

    @lib.post("/")
    def view(model: Model) -> None: ...


def named_list(lib):
    names = TypeAliasType("Names", list[str])

    @lib.get("/")
    def view(name: Annotated[names, lib.Query()]):
        return name


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
