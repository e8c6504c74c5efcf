"""A form that is one of several models: which of them it is, how each reads the fields, what the document says."""

from itertools import product
from typing import Annotated, Any, ClassVar, Literal

import pytest

from tests.kit.both import Twins

URLENCODED = {"content-type": "application/x-www-form-urlencoded"}
BODIES = (
    *(b"", b"name=a", b"name=", b"name=a&name=b", b"name=abcdef", b"number=1", b"number=x", b"number=", b"tags=a"),
    *(b"tags=a&tags=b", b"tags=", b"name=a&number=1", b"name=a&number=x", b"name=&number=1", b"name=a&tags=x&tags=y"),
    *(b"number=1&number=2", b"number=1&tags=a", b"number=1&tags=a&tags=", b"other=1", b"other=1&other=2&name=a"),
    *(b"the-number=1", b"the-number=1&name=a", b"name=a&note=&flag=on", b"note=x", b"flag=x&number=3", b"=1", b"name"),
    *(b"kind=cat", b"kind=dog", b"kind=", b"kind=cow", b"kind=cat&kind=dog", b"kind=cat&kind=cat"),
    *(b"kind=cat&name=a", b"kind=cat&name=", b"kind=dog&number=x&name=a", b"kind=dog&number=3&tags=a&tags=b&tags="),
    *(b"kind=cat&name=a&other=1", b"flag=on&flag=off", b"flag=", b"note=&note=x"),
    *(b"kind=dog&number=1", b"the-kind=cat&name=a", b"the-kind=dog&number=1"),
)


def agree(build, *paths, bodies=BODIES):
    """The same documents, and the same answers to every body on every path."""
    twins = Twins(build)
    twins.same_document()
    requests = [(f"POST {path}", {"content": body, "headers": URLENCODED}) for path, body in product(paths, bodies)]
    twins.agree(*requests)
    return twins


def named_and_numbered(lib):
    """Two models without an attribute in common."""

    @lib.model
    class Named:
        name: str

    @lib.model
    class Numbered:
        number: int

    return Named, Numbered


@pytest.mark.parametrize("extra", ["ignore", "forbid", "allow"])
def test_one_of_several(extra):
    """The form belongs to the model that fits best, as JSON would; each reads lists and empty fields in its own way."""

    def build(lib):
        @lib.model
        class Named:
            model_config: ClassVar[Any] = lib.ModelConfig(extra=extra)
            name: Annotated[str, lib.Field(max_length=5)]
            note: str | None = None

        @lib.model
        class Numbered:
            number: Annotated[int, lib.Field(gt=0)]
            tags: list[str] = lib.Field(default=["none"])
            flag: bool = False

        @lib.model
        class Tagged:
            tags: list[str]
            name: list[str] = lib.Field(default=[])

        @lib.post("/two/")
        def two(data: Annotated[Named | Numbered, lib.Form()]):
            return [type(data).__name__, data]

        @lib.post("/turned/")
        def turned(data: Annotated[Numbered | Named, lib.Form(description="Turned", title="Round")]):
            return [type(data).__name__, data]

        @lib.post("/three/")
        def three(data: Named | Numbered | Tagged = lib.Form()):
            return [type(data).__name__, data]

        @lib.post("/left/")
        def left(data: Annotated[Tagged | Named, lib.Form(union_mode="left_to_right")]):
            return [type(data).__name__, data]

    agree(build, "/two/", "/turned/", "/three/", "/left/")


def test_may_be_none():
    """A union that may be None is absent when no field of any of its models was sent."""

    def build(lib):
        @lib.model
        class Named:
            name: str

        @lib.model
        class Numbered:
            number: Annotated[int, lib.Field(alias="the-number")]
            tags: list[int] = lib.Field(default=[])

        @lib.model
        class Open:
            model_config: ClassVar[Any] = lib.ModelConfig(extra="allow")
            flag: bool = False

        @lib.post("/none/")
        def none(data: Annotated[Named | Numbered | None, lib.Form()] = None):
            return data

        @lib.post("/required/")
        def required(data: Annotated[Named | Numbered | None, lib.Form()]):
            return data

        @lib.post("/open/")
        def opened(data: Annotated[Named | Open | None, lib.Form(title="Opened")] = None):
            return data

        @lib.post("/default/")
        def default(data: Annotated[Named | Numbered, lib.Form()] = None):
            return data

    agree(build, "/none/", "/required/", "/open/", "/default/")


def test_with_other_parameters():
    """A union shares the form with fields, models and other unions, also those of dependencies."""

    def build(lib):
        Named, Numbered = named_and_numbered(lib)

        @lib.model
        class Noted:
            note: str = "none"

        @lib.post("/field/")
        def field(data: Annotated[Named | Numbered, lib.Form()], tags: Annotated[list[str], lib.Form()]):
            return [data, tags]

        @lib.post("/model/")
        def model(data: Annotated[Named | Numbered | None, lib.Form()], noted: Annotated[Noted, lib.Form()]):
            return [data, noted]

        def dependency(data: Annotated[Noted | Numbered, lib.Form()]):
            return data

        @lib.post("/dependencies/")
        def dependencies(
            one: Annotated[object, lib.Depends(dependency)],
            other: Annotated[Named | Numbered | None, lib.Form()] = None,
        ):
            return [one, other]

        @lib.post("/one-name/")
        def one_name(
            one: Annotated[object, lib.Depends(dependency)], data: Annotated[Named | Numbered | None, lib.Form()] = None
        ):
            return [one, data]

        @lib.post("/body/")
        def body(data: Annotated[Named | Numbered, lib.Form()], other: Annotated[int, lib.Body()] = 3):
            return [data, other]

    agree(build, "/field/", "/model/", "/dependencies/", "/one-name/", "/body/")


def test_discriminated():
    """A discriminator is looked up in the form as it was sent, before the model it stands for reads the fields."""

    def build(lib):
        @lib.model
        class Cat:
            kind: Literal["cat", "tiger"]
            name: str

        @lib.model
        class Dog:
            kind: Literal["dog"]
            number: int = 0
            tags: list[str] = lib.Field(default=[])

        @lib.model
        class AliasedCat:
            kind: Annotated[Literal["cat"], lib.Field(alias="the-kind")]
            name: str = ""

        @lib.model
        class AliasedDog:
            model_config: ClassVar[Any] = lib.ModelConfig(extra="forbid")
            kind: Annotated[Literal["dog"], lib.Field(alias="the-kind")]
            number: int

        @lib.post("/form/")
        def form(data: Annotated[Cat | Dog, lib.Form(discriminator="kind")]):
            return [type(data).__name__, data]

        @lib.post("/field/")
        def field(data: Annotated[Cat | Dog, lib.Field(discriminator="kind"), lib.Form()]):
            return [type(data).__name__, data]

        @lib.post("/none/")
        def none(data: Annotated[Cat | Dog | None, lib.Form(discriminator="kind")] = None):
            return data

        @lib.post("/aliased/")
        def aliased(data: Annotated[AliasedCat | AliasedDog, lib.Form(discriminator="kind")]):
            return data

        @lib.post("/shared/")
        def shared(data: Annotated[Cat | Dog, lib.Form(discriminator="kind")], note: Annotated[str, lib.Form()] = "n"):
            return [data, note]

    agree(build, "/form/", "/field/", "/none/", "/aliased/", "/shared/")


def test_validators():
    """Validators of the union see the form as it was sent, those of a member what that member reads of it."""

    def build(lib):
        @lib.model
        class Named:
            name: str
            tags: list[str] = lib.Field(default=["none"])

        @lib.model
        class Numbered:
            number: int

        def as_sent(value):
            return [sorted(value.items())] if "other" in value else {**value, "tags": []} if "name" in value else value

        def emptied(value):
            return None if value.get("note") else {**value, "name": None}

        def read(value):
            return {**value, "name": repr(value)}

        def refused(value):
            raise ValueError("refused")

        def wrapped(value, handler):
            return handler({**value, "tags": ["wrapped"]} if "name" in value else value)

        @lib.post("/before/")
        def before(data: Annotated[Named | Numbered, lib.BeforeValidator(as_sent), lib.Form()]):
            return data

        @lib.post("/emptied/")
        def emptied_(data: Annotated[Named | Numbered, lib.BeforeValidator(emptied), lib.Form()]):
            return data

        @lib.post("/member/")
        def member(data: Annotated[Annotated[Named, lib.BeforeValidator(read)] | Numbered, lib.Form()]):
            return data

        @lib.post("/after/")
        def after(data: Annotated[Annotated[Named, lib.AfterValidator(refused)] | Numbered, lib.Form()]):
            return data

        @lib.post("/wrapped/")
        def wrapped_(data: Annotated[Annotated[Named, lib.WrapValidator(wrapped)] | Numbered, lib.Form()]):
            return data

    agree(build, "/before/", "/emptied/", "/member/", "/after/", "/wrapped/")


def test_no_union_of_models():
    """A union with anything but models is a field of its own, by its name."""

    def build(lib):
        Named, Numbered = named_and_numbered(lib)

        @lib.post("/mixed/")
        def mixed(data: Annotated[Named | int, lib.Form()]):
            return data

        @lib.post("/list/")
        def a_list(data: Annotated[Named | list[int], lib.Form()]):
            return data

        @lib.post("/json/")
        def json(data: Annotated[lib.Json[Named | Numbered], lib.Form()]):
            return data

    bodies = (b"", b"data=", b"data=x", b"name=a", b'data={"name":"a"}', b'data={"number":1}', b"data={}")
    agree(build, "/mixed/", "/list/", "/json/", bodies=bodies)
    agree(build, "/mixed/", "/list/", bodies=(b"data=1", b"data=1&data=2"))


def test_files():
    """A union's members may have files; one that was not chosen counts as not sent."""

    def build(lib):
        @lib.model
        class Picture:
            picture: lib.UploadFile
            title: str = ""

        @lib.model
        class Many:
            files: list[lib.UploadFile]

        @lib.post("/")
        def upload(data: Annotated[Picture | Many, lib.Form(media_type="multipart/form-data")]):
            named = [data.picture] if hasattr(data, "picture") else data.files
            return [[each.filename for each in named], getattr(data, "title", None)]

    twins = Twins(build)
    twins.same_document()
    file = ("a.png", b"abc", "image/png")
    none = ("", b"", "application/octet-stream")
    twins.agree(
        ("POST /", {"files": {"picture": file}}),
        ("POST /", {"files": {"picture": file}, "data": {"title": "Ada"}}),
        ("POST /", {"files": [("files", file), ("files", file), ("files", none)]}),
        ("POST /", {"files": [("files", file), ("picture", file)]}),
        ("POST /", {"files": {"picture": none}}),
        ("POST /", {"data": {"title": "Ada"}}),
    )


def test_elsewhere():
    """Only forms are read by a choice of models: elsewhere a union is one value, or refused at the start."""

    def build(lib):
        Named, Numbered = named_and_numbered(lib)

        @lib.get("/header/")
        def header(data: Annotated[Named | Numbered, lib.Header()]):
            return data

        @lib.get("/cookie/")
        def cookie(data: Annotated[Named | Numbered | None, lib.Cookie()] = None):
            return data

    twins = Twins(build)
    twins.same_document()
    twins.agree(
        *("GET /header/", "GET /cookie/"),
        ("GET /header/", {"headers": {"name": "a"}}),
        ("GET /header/", {"headers": {"data": "a"}}),
        ("GET /cookie/", {"headers": {"cookie": "name=a"}}),
        ("GET /cookie/", {"headers": {"cookie": "data=a"}}),
    )

    def refused(lib):
        Named, Numbered = named_and_numbered(lib)

        @lib.get("/")
        def query(data: Annotated[Named | Numbered, lib.Query()]):
            return data

    with pytest.raises(AssertionError, match="must be one of the supported types"):
        Twins(refused)
