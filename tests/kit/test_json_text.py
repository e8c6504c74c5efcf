"""`Json[...]`: JSON as text in a form beside files, in the query and in a body, compared with FastAPI."""

import itertools
from typing import Annotated, Any

import pydantic
from marshmallow import ValidationError

from myapp.kit.fields import Any as AnyField
from myapp.kit.fields import JsonText
from tests.kit.both import Twins, agree
from tests.kit.test_files import END, MULTIPART, file, part

TEXTS = (
    *(
        '{"title":"t"}',
        '{"title":1}',
        "{}",
        "{",
        "",
        "[]",
        "[1,2]",
        '["x"]',
        "1",
        "null",
        "nul",
        '"a"',
        '{"title":null}',
    ),
    *('{"title":"t","year":"x"}', '{"title":"é"}', '{"title":"t",}', "[1,]", "NaN", "1 2", "'a'", '{"a":{"title":2}}'),
)


def test_everywhere() -> None:
    """A model, a list or anything at all in a text; in a form, a query, a header, a body, optional or not."""

    def build(lib: Any) -> None:
        @lib.model
        class Album:
            title: str
            year: int = 0

        @lib.model
        class Holder:
            album: lib.Json[Album]
            count: lib.Json[int] = 3
            anything: lib.Json | None = None
            albums: list[lib.Json[Album]] = lib.Field(default=[])
            deep: lib.Json[dict[str, Album]] | None = None

        @lib.post("/form/")
        def form(a: Annotated[lib.Json[Album], lib.Form()], n: Annotated[int, lib.Form()] = 0) -> Any:
            return [a, n]

        @lib.post("/files/")
        def files(a: Annotated[lib.Json[Album], lib.Form()], f: lib.UploadFile) -> Any:
            return [a.title, f.size]

        @lib.post("/list/")
        def a_list(a: Annotated[lib.Json[list[int]], lib.Form()], n: Annotated[int, lib.Form()] = 0) -> Any:
            return a

        @lib.post("/optional/")
        def optional(a: Annotated[lib.Json[Album] | None, lib.Form()] = None) -> Any:
            return a

        @lib.post("/any/")
        def anything(a: Annotated[lib.Json, lib.Form()]) -> Any:
            return a

        @lib.get("/query/")
        def query(
            a: Annotated[lib.Json[Album], lib.Query()], b: Annotated[lib.Json[int] | None, lib.Query()] = None
        ) -> Any:
            return [a, b]

        @lib.get("/header/")
        def header(a: Annotated[lib.Json[dict[str, int]], lib.Header()]) -> Any:
            return a

        @lib.post("/body/")
        def body(a: Holder) -> Holder:
            return a

        @lib.post("/form-model/")
        def form_model(a: Annotated[Holder, lib.Form()]) -> Holder:
            return a

    agree(
        build,
        *(
            (f"POST /{path}/", {"data": data})
            for path in ("form", "list", "optional", "any")
            for data in ({}, {"title": "t"}, *({"a": text} for text in TEXTS))
        ),
        *(
            ("POST /form-model/", {"data": {"album": text, "count": text, "anything": text, "deep": text}})
            for text in TEXTS
        ),
        *(("GET /query/", {"params": {"a": text, "b": text}}) for text in TEXTS),
        *(("GET /header/", {"headers": {"a": text}}) for text in TEXTS if text and text.isascii()),
        *(("POST /body/", {"json": {"album": text, "count": text, "deep": text, "albums": [text]}}) for text in TEXTS),
        ("POST /body/", {"json": {"album": {"title": "t"}, "count": 1, "albums": [1]}}),
        ("POST /body/", {"json": {"album": '{"title":"t"}', "count": "7", "anything": "[null]"}}),
        *(
            ("POST /files/", {"content": part("a", text.encode()) + file("f", b"abc") + END, "headers": MULTIPART})
            for text in TEXTS
        ),
    )


def test_where_fastapi_reads_something_else() -> None:
    """Two declarations that work here: FastAPI hands the whole form to the one, a list of texts to the other."""

    def build(lib: Any) -> None:
        @lib.model
        class Album:
            title: str

        @lib.post("/alone/")
        def alone(a: Annotated[lib.Json[Album], lib.Form()]) -> Any:
            return a

        @lib.post("/optional/")
        def optional(
            a: Annotated[lib.Json[list[int]] | None, lib.Form()] = None, b: Annotated[int, lib.Form()] = 0
        ) -> Any:
            return a

    twins = Twins(build)
    for path, text, read in (("/alone/", '{"title":"t"}', {"title": "t"}), ("/optional/", "[1]", [1])):
        theirs, ours = (side.post(path, data={"a": text}) for side in (twins.fastapi, twins.flask))
        assert (ours.status_code, ours.json()) == (200, read)
        assert theirs.json()["detail"][0]["type"] == "json_type"


def test_every_short_text() -> None:
    """What is no JSON is refused in pydantic's words."""
    theirs, ours = pydantic.TypeAdapter(pydantic.Json[Any]), JsonText(AnyField())
    tokens = ("[", "]", "{", "}", ",", ":", '"a"', '"', "1", "-", "0", ".5", "e9", "tru", "true", " ", "\n", "é", "\\")
    texts = map("".join, itertools.chain.from_iterable(itertools.product(tokens, repeat=count) for count in range(4)))
    for text in itertools.chain(texts, ['"\\ud800"', "[" * 300, "1" * 5000, '"\t"', '"\\x"', "-Infinity", "\ud800"]):
        try:
            expected: Any = repr(theirs.validate_python(text))
        except pydantic.ValidationError as error:
            expected = [(each["type"], each["msg"], each.get("ctx", {})) for each in error.errors()]
        try:
            found: Any = repr(ours.deserialize(text))
        except ValidationError as error:
            found = [(fault.type, str(fault), fault.ctx) for fault in error.messages]
        assert found == expected, repr(text)
