"""Form fields and form models: what is read, what counts as missing, what the document says."""

from typing import Annotated, Any, ClassVar

import pytest
from flask import Flask
from marshmallow import Schema, fields, validate

from myapp.kit import Api, Form, operation
from tests.kit.both import Twins, agree

URLENCODED = {"content-type": "application/x-www-form-urlencoded"}


def posts(path, *bodies, headers=URLENCODED):
    """One POST for each body."""
    return [(f"POST {path}", {"content": body, "headers": headers}) for body in bodies]


def test_fields():
    """Each field is an argument; an empty one counts as not sent, and the last of several wins."""

    def build(lib):
        @lib.post("/login/")
        async def login(username: Annotated[str, lib.Form()], password: Annotated[str, lib.Form(min_length=3)]):
            return {"username": username, "password": password}

        @lib.post("/one/")
        def one(number: Annotated[int, lib.Form(alias="the-number", gt=3, title="Number")]):
            return number

        @lib.post("/defaults/")
        def defaults(
            text: Annotated[str, lib.Form(description="Some text")] = "nothing",
            number: Annotated[int | None, lib.Form()] = None,
            yes: bool = lib.Form(default=True),
            many: Annotated[list[int], lib.Form()] = (7,),
        ):
            return [text, number, yes, list(many)]

        @lib.put("/many/{item_id}")
        def many(item_id: int, tags: Annotated[list[str], lib.Form()], unique: Annotated[set[int], lib.Form()], q: int):
            return [item_id, q, tags, sorted(unique)]

        @lib.post("/object/")
        def an_object(data: Annotated[dict[str, int], lib.Form()]):
            return data

    agree(
        build,
        *posts(
            "/login/",
            *(b"", b"username=ada&password=secret", b"username=&password=secret", b"username=ada", b"password=ab"),
            *(
                b"username=a&username=b&password=abc",
                b"username=a&username=&password=abc",
                b"&&username=a&password=abc&",
            ),
            *(
                b"username&password",
                b"=x&username=a&password=abc",
                b"username=a+b%20c%3D&password=%C3%A9t%C3%A9%E2%82%AC",
            ),
            *(b"username=%ff%fe&password=%zz%4", "username=é&password=日本語".encode(), b"username=a;password=abc"),
            *(
                b"Username=a&password=abc",
                b"username=a=b&password=a=b=c",
                b'{"username": "a", "password": "abc"}',
                b"\x00",
            ),
        ),
        *posts(
            "/one/", b"", b"the-number=4", b"the-number=3", b"the-number=x", b"number=4", b"the-number=4&the-number=x"
        ),
        *posts(
            "/defaults/",
            b"",
            b"text=&number=&yes=&many=",
            b"text=a&number=1&yes=off&many=1&many=2",
            b"number=x&yes=x&many=x",
        ),
        *posts("/object/", b"", b"data=1", b"data[a]=1"),
        ("PUT /many/3?q=1", {"content": b"tags=a&tags=&tags=b&unique=1&unique=1&unique=2", "headers": URLENCODED}),
        ("PUT /many/x?q=x", {"content": b"tags=&unique=", "headers": URLENCODED}),
        ("PUT /many/x", {}),
    )


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        *("", "application/json", "text/plain", "application/x-www-form-urlencoded; charset=utf-8"),
        *(
            "APPLICATION/X-WWW-FORM-URLENCODED",
            " application/x-www-form-urlencoded ",
            "application/x-www-form-urlencoded;",
        ),
        *("application/x-www-form-urlencoded, text/plain", "multipart/form-data", "multipart/form-data; boundary="),
        *('multipart/form-data; boundary="', "multipart/form-data; charset=utf-8", "form"),
    ],
)
def test_content_types(content_type):
    """What is no form's Content-Type has no fields, JSON among it; a multipart body needs its boundary."""

    def build(lib):
        @lib.post("/fields/")
        def fields(a: Annotated[str, lib.Form()], b: Annotated[int, lib.Form()] = 3):
            return [a, b]

        @lib.model
        class Login:
            a: str
            b: int = 3

        @lib.post("/model/")
        def model(login: Annotated[Login, lib.Form()]):
            return login

    headers = {} if content_type is None else {"content-type": content_type}
    bodies = (b"", b"a=1&b=2", b'{"a": "1"}', b"a=&b=x")
    agree(build, *posts("/fields/", *bodies, headers=headers), *posts("/model/", *bodies, headers=headers))


def test_a_model():
    """A model takes all the fields: defaults where they are empty, lists of repeated ones."""

    def build(lib):
        @lib.model
        class Address:
            city: str

        @lib.model
        class Item:
            name: Annotated[str, lib.Field(max_length=5)]
            price: Annotated[float, lib.Field(alias="the-price", gt=0)]
            tags: list[str] = lib.Field(default=["none"])
            note: str | None = None
            address: Address | None = None

        @lib.post("/items/")
        def create_item(item: Annotated[Item, lib.Form()]):
            return item

        @lib.post("/later/{name}")
        def later(name: str, q: int, item: Item = lib.Form()):
            return [name, q, item]

        @lib.model
        class Sub:
            a: int

        def dependency(sub: Annotated[Sub, lib.Form()]):
            return sub

        @lib.post("/shared/")
        def shared(one: Annotated[Sub, lib.Depends(dependency)]):
            return one

    bodies = (
        *(
            b"",
            b"name=a&the-price=1",
            b"name=&the-price=",
            b"name=aaaaaa&the-price=0",
            b"name=a&price=1",
            b"the-price=x",
        ),
        *(
            b"name=a&name=b&the-price=1&the-price=2",
            b"name=a&the-price=1&tags=x&tags=y&tags=",
            b"name=a&the-price=1&tags=",
        ),
        *(b"name=a&the-price=1&note=&other=1&other=2", b"name=a&the-price=1&note=x&address=x", b"name"),
    )
    agree(
        build,
        *posts("/items/", *bodies),
        *posts("/later/x?q=1", *bodies),
        *posts("/later/x", *bodies),
        *posts("/shared/", b"", b"a=1", b"a=x"),
    )


@pytest.mark.parametrize("extra", ["forbid", "allow", "ignore"])
def test_unknown_fields(extra):
    """A model forbids, keeps or ignores the fields that it does not know."""

    def build(lib):
        @lib.model
        class Login:
            model_config: ClassVar[Any] = lib.ModelConfig(extra=extra)
            username: str
            password: str = ""

        @lib.post("/")
        def login(data: Annotated[Login, lib.Form()]):
            return data

    agree(
        build,
        *posts(
            "/",
            b"",
            b"username=a",
            b"username=a&x=1",
            b"username=a&x=1&x=2&y=",
            b"x=1",
            b"username=&x=",
            b"=1&username=a",
        ),
    )


def test_limits():
    """More than 1000 fields, or one of more than a megabyte, are a 400."""

    def build(lib):
        @lib.post("/")
        def count(a: Annotated[list[str], lib.Form()]):
            return [len(a), len(a[0])]

    many = [b"&".join([b"a=1"] * count) for count in (1000, 1001)]
    large = [b"a=" + b"x" * length for length in (1024 * 1024 - 1, 1024 * 1024)]
    agree(build, *posts("/", *many, *large, large[1] + b"&" + many[1], many[1] + b"&" + large[1]))


def test_multipart():
    """Text fields of a multipart body are fields like any other; what can't be read is a 400."""

    def build(lib):
        @lib.post("/")
        def fields(a: Annotated[str, lib.Form()], b: Annotated[list[int], lib.Form()] = ()):
            return [a, list(b)]

    def part(name, value, more=""):
        return f'--x\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n{value}\r\n'.encode()

    end = b"--x--\r\n"
    many = part("b", "1") * 1000
    agree(
        build,
        *posts(
            "/",
            *(
                b"",
                end,
                part("a", "1") + end,
                part("a", "") + end,
                part("a", "é") + part("b", "1") + part("b", "2") + end,
            ),
            *(part("a", "1") + part("a", "2") + end, part("b", "x") + end, part("a", "1\r\n2") + end, b"nonsense"),
            *(part("a", "x" * 1024 * 1024) + end, part("a", "x" * (1024 * 1024 + 1)) + end, many + end),
            *(many + part("a", "1") + end, b"--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--\r\n"),
            headers={"content-type": "multipart/form-data; boundary=x"},
        ),
    )


def test_several_media_types():
    """A form may be declared multipart; the document says so."""

    def build(lib):
        @lib.post("/multipart/")
        def multipart(a: Annotated[str, lib.Form(media_type="multipart/form-data")], b: Annotated[str, lib.Form()]):
            return [a, b]

        @lib.post("/own/")
        def own(a: Annotated[str, lib.Form(media_type="application/x-own")]):
            return a

        @lib.post("/with-body/")
        def with_body(
            a: Annotated[str, lib.Form()], b: Annotated[int, lib.Body()], c: Annotated[str, lib.Body()] = "c"
        ):
            return [a, b, c]

    agree(
        build,
        *posts("/multipart/", b"a=1&b=2"),
        *posts("/own/", b"a=1"),
        *posts("/with-body/", b"a=1&b=2&c=", b"a=1&b=x"),
    )


def test_dependencies():
    """Fields of dependencies belong to the same form; a field that two of them read is one."""

    def build(lib):
        def first(a: Annotated[str, lib.Form()]):
            return a

        def second(a: Annotated[str, lib.Form()], b: Annotated[str, lib.Form()] = "b"):
            return a + b

        @lib.post("/")
        def view(
            one: Annotated[str, lib.Depends(first)],
            two: Annotated[str, lib.Depends(second)],
            c: Annotated[int, lib.Form()] = 3,
        ):
            return [one, two, c]

        @lib.post("/one/")
        def one(one: Annotated[str, lib.Depends(first)]):
            return one

    agree(build, *posts("/", b"", b"a=1", b"a=1&b=2&c=x"), *posts("/one/", b"", b"a=1"))


def test_no_embed():
    """`embed=` is refused, as FastAPI refuses it."""
    with pytest.raises(TypeError, match="embed"):
        Form(embed=True)


def test_several_models():
    """Models and fields share one form; a model that may be None is absent when none of its fields was sent."""

    def build(lib):
        @lib.model
        class A:
            a: int
            b: list[str] = lib.Field(default=["b"])

        @lib.model
        class B:
            c: Annotated[str, lib.Field(alias="see")]

        @lib.model
        class Open:
            model_config: ClassVar[Any] = lib.ModelConfig(extra="allow")
            d: int = 3

        @lib.post("/two/")
        def two(one: Annotated[A, lib.Form()], other: Annotated[B, lib.Form(title="Other")]):
            return [one, other]

        @lib.post("/mixed/")
        def mixed(one: Annotated[A, lib.Form()], x: Annotated[int, lib.Form()], y: Annotated[str, lib.Form()] = "y"):
            return [one, x, y]

        @lib.post("/optional/")
        def optional(one: Annotated[A | None, lib.Form()] = None):
            return one

        @lib.post("/optional-required/")
        def optional_required(one: Annotated[A | None, lib.Form()]):
            return one

        @lib.post("/optional-open/")
        def optional_open(one: Annotated[Open | None, lib.Form()] = None):
            return one

        @lib.post("/optional-mixed/")
        def optional_mixed(one: Annotated[A | None, lib.Form()] = None, x: Annotated[int, lib.Form()] = 1):
            return [one, x]

        def first(form: Annotated[A, lib.Form()], x: Annotated[int, lib.Form()] = 1):
            return [form, x]

        def second(form: Annotated[B | None, lib.Form()] = None, x: Annotated[str, lib.Form()] = "1"):
            return [form, x]

        @lib.post("/dependencies/")
        def dependencies(one: Annotated[list, lib.Depends(first)], other: Annotated[list, lib.Depends(second)]):
            return [one, other]

        def third(form: Annotated[B, lib.Form()]):
            return form

        @lib.post("/one-name/")
        def one_name(form: Annotated[A, lib.Form()], other: Annotated[object, lib.Depends(third)]):
            return [form, other]

    twins = Twins(build)
    twins.same_document()
    bodies = (
        *(b"", b"a=1", b"a=x", b"a=", b"see=1", b"a=1&see=2", b"a=1&see=", b"a=1&x=2", b"a=1&x=x&y=", b"x=1", b"d=1"),
        *(b"d=", b"z=", b"z=1&z=2", b"b=", b"a=1&b=x&b=", b"x=", b"a=1&see=2&x=x&b=1&b=2"),
    )
    paths = ("two", "mixed", "optional", "optional-required", "optional-open", "optional-mixed", "dependencies")
    twins.agree(*(request for path in (*paths, "one-name") for request in posts(f"/{path}/", *bodies)))


def test_a_schema():
    """A marshmallow Schema reads a form, too, and hands on what its `load` returns."""

    class Item(Schema):
        name = fields.String(required=True, validate=validate.Length(max=3))
        count = fields.Integer(load_default=1)
        tags = fields.List(fields.String())

    app = Flask(__name__)
    Api().init_app(app)

    @app.post("/")
    @operation()
    def view(item: Annotated[dict[str, Any], Form(Item)]):
        return item

    client = app.test_client()
    assert client.post("/", data={"name": "abc", "count": "", "tags": ["x", "y"], "more": "1"}).json == {
        "name": "abc",
        "count": 1,
        "tags": ["x", "y"],
    }
    assert [(each["type"], each["loc"]) for each in client.post("/", data={"count": "x"}).json["detail"]] == [
        ("missing", ["body", "name"]),
        ("int_parsing", ["body", "count"]),
    ]
    content = client.get("/openapi.json").json["paths"]["/"]["post"]["requestBody"]["content"]
    assert content == {URLENCODED["content-type"]: {"schema": {"$ref": "#/components/schemas/Item"}}}


def test_body_of_the_error():
    """An exception handler finds the fields that were sent in the error's `body`."""

    def build(lib):
        @lib.exception_handler(lib.RequestValidationError)
        def handler(request, error):
            return lib.JSONResponse(lib.jsonable_encoder({"body": error.body}), status_code=422)

        @lib.post("/")
        def view(a: Annotated[int, lib.Form()]):
            return a

    twins = Twins(build)
    twins.agree(*posts("/", b"a=x&b=1&b=2", b"b=", b""))
