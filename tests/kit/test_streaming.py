"""Views that yield: JSON Lines, server-sent events and raw chunks, byte for byte as FastAPI writes them."""

import datetime as dt
import math
import threading
import time
import typing
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator
from contextvars import ContextVar
from decimal import Decimal
from typing import Annotated, Any

import fastapi.sse
import pytest
from flask import Flask, current_app, g, request

from myapp.kit import Api, EventSourceResponse, ServerSentEvent, StreamingResponse, operation
from tests.kit.both import Twins, agree


def items(lib):
    """A model with a filter's work to do, and some of its values."""

    @lib.model
    class Item:
        name: str
        price: float = 1.5
        tags: list[str] = lib.Field(default_factory=list)

    return Item, [
        Item(name="é\n日本", price=2.0),
        {"name": "b", "price": "3", "secret": 1, "tags": ["x"]},
        Item(name=""),
    ]


@pytest.mark.parametrize("kind", ["json lines", "events"])
def test_items(kind):
    """Every item is checked, filtered and written, from plain and async generators, with and without a type."""

    def build(lib):
        Item, values = items(lib)
        options = {"response_class": lib.EventSourceResponse} if kind == "events" else {}

        @lib.get("/sync", **options)
        def read_sync() -> Iterable[Item]:
            """Items."""
            yield from values

        @lib.get("/async", **options)
        async def read_async() -> AsyncIterable[Item]:
            for value in values:
                yield value

        @lib.post("/iterator", status_code=201, **options)
        async def read_iterator() -> AsyncIterator[dict[str, int]]:
            yield {"a": "1"}

        @lib.get("/untyped", **options)
        def read_untyped():
            yield from [{"a": [1, 2], "é": None}, "text", 3, None, math.inf, values[0], Decimal("1.50")]
            yield {"when": dt.datetime(2026, 1, 2, tzinfo=dt.UTC), "nan": [math.nan]}

        @lib.get("/any", **options)
        def read_any() -> Iterator[Any]:
            yield from [1, "two", {"three": 3.0}, values[0]]

        @lib.get("/plain", **options)
        def read_plain() -> Iterator[str | int]:
            yield from ["a b", 3]

        @lib.get("/none", **options)
        def read_nothing() -> Iterable[Item]:
            yield from ()

    answers = agree(build, "GET /sync", "GET /async", "POST /iterator", "GET /untyped", "GET /any", "GET /plain")
    agree(build, "GET /none")
    line = '{"name":"é\\n日本","price":2.0,"tags":[]}'
    assert answers[0].text.startswith(f"{line}\n" if kind == "json lines" else f"data: {line}\n\n")


def test_response_model_switches():
    """`response_model_exclude_none` and its kin hold for every item."""

    def build(lib):
        @lib.model
        class Item:
            name: str
            note: str | None = None

        @lib.get("/none", response_model_exclude_none=True)
        def read_none() -> Iterable[Item]:
            yield Item(name="a")

        @lib.get("/only", response_model_include={"note"}, response_class=lib.EventSourceResponse)
        def read_only() -> Iterable[Item]:
            yield Item(name="a", note="b")

        @lib.get("/model", response_model=Item)
        def read_model():
            yield {"anything": 1}

        @lib.get("/no-model", response_model=None)
        def read_no_model() -> Iterable[Item]:
            yield {"anything": 1}

    assert agree(build, "GET /none", "GET /only", "GET /no-model")[0].text == '{"name":"a"}\n'
    Twins(build).agree("GET /model")


def test_events():
    """Every field of an event, in FastAPI's order, with line breaks where they may be."""

    def build(lib):
        Event = lib.ServerSentEvent
        Item, values = items(lib)

        @lib.get("/", response_class=lib.EventSourceResponse)
        async def read_events() -> AsyncIterable[Event]:
            yield Event(data={"a": 1}, event="named", id="7", retry=5000, comment="one\ntwo\r\nthree\rfour")
            yield Event(data="text")
            yield Event(data=values[0], id="")
            yield Event(data=[values[1], math.nan, "é"])
            yield Event(raw_data="<b>\n\nraw\r\n", event="html")
            yield Event(raw_data="", retry=0)
            yield Event(comment="")
            yield Event(data=0)
            yield Event(data=False, event="")
            yield Event()

        @lib.post("/mixed", response_class=lib.EventSourceResponse)
        def mix() -> Iterable[Item]:
            yield values[1]
            yield Event(data={"anything": "goes"}, id="é")

    agree(build, "GET /", "POST /mixed")


def test_events_that_could_not_be_read():
    """What a ServerSentEvent refuses is what FastAPI's refuses."""
    for wrong in (
        *({"event": "a\nb"}, {"event": "a\r"}, {"id": "a\n"}, {"id": "a\0"}, {"retry": -1}, {"retry": "soon"}),
        *({"data": 1, "raw_data": "x"}, {"comment": 3}, {"raw_data": b"\xff"}, {"event": 5}),
    ):
        for kind in (ServerSentEvent, fastapi.sse.ServerSentEvent):
            with pytest.raises(ValueError):  # noqa: PT011
                kind(**wrong)


@pytest.mark.parametrize(
    "fields",
    [{"retry": "5"}, {"retry": 2.0}, {"retry": True}, {"raw_data": b"\xc3\xa9"}, {"event": b"e", "id": b"1"}],
    ids=str,
)
def test_events_of_other_types(fields):
    """What pydantic converts is converted: a number in text, a whole float, bytes that are UTF-8."""

    def build(lib):
        @lib.get("/", response_class=lib.EventSourceResponse)
        def read_event():
            yield lib.ServerSentEvent(**fields)

    Twins(build).agree("GET /")


def test_raw_chunks():
    """Any other response class sends the chunks as they are, under its own media type."""

    def build(lib):
        class Text(lib.StreamingClass):
            media_type = "text/csv"

        class Picture(lib.StreamingClass):
            media_type = "image/png"

        @lib.get("/text", response_class=Text)
        def read_text() -> Iterable[str]:
            yield from ["é,", "b\n", ""]

        @lib.get("/picture", response_class=Picture)
        async def read_picture() -> AsyncIterable[bytes]:
            yield b"\x89"
            yield b"PNG"

        @lib.get("/unknown", response_class=lib.StreamingClass)
        def read_unknown():
            yield memoryview(b"abc")

    answers = agree(build, "GET /text", "GET /picture", "GET /unknown")
    assert answers[0].headers["content-type"] == "text/csv; charset=utf-8"


def test_injected_response():
    """Status, headers and cookies of an injected response go out with the stream."""

    def build(lib):
        @lib.get("/", response_class=lib.EventSourceResponse)
        def read(response: lib.Response) -> Iterable[int]:
            yield 1

        def prepare(response: lib.Response):
            response.status_code = 202
            response.headers["x-one"] = "1"
            response.set_cookie("a", "b")

        @lib.get("/lines", dependencies=[lib.Depends(prepare)])
        async def read_lines(q: int = 0) -> AsyncIterable[int]:
            yield q

    agree(build, "GET /", "GET /lines?q=3", "GET /lines?q=x")


def dependent(lib):
    """An application with dependencies of both scopes around streams that end well, early, badly or not at all."""

    def opened():
        lib.note("open")
        try:
            yield "value"
        except Exception as error:
            lib.note(f"saw {type(error).__name__}")
            raise
        finally:
            lib.note("close")

    async def opened_async(value: Annotated[str, lib.Depends(opened)]):
        lib.note("open async")
        yield value
        lib.note("close async")

    def brief():
        yield 1
        lib.note("close brief")

    def refuse():
        raise lib.HTTPException(404, "nothing here")

    Opened = Annotated[str, lib.Depends(opened_async)]

    @lib.get("/lines")
    def read_lines(value: Opened, brief: Annotated[int, lib.Depends(brief, scope="function")]) -> Iterable[str]:
        lib.note("begin")
        yield value
        lib.note("end")

    @lib.get("/async")
    async def read_async(value: Opened) -> AsyncIterable[str]:
        yield value
        lib.note("end")

    @lib.get("/events", response_class=lib.EventSourceResponse)
    def read_events(value: Opened) -> Iterable[str]:
        yield value
        lib.note("end")

    @lib.get("/refused", dependencies=[lib.Depends(refuse)])
    def read_refused() -> Iterable[int]:
        yield 1

    @lib.get("/fails")
    def fail(value: Annotated[str, lib.Depends(opened)]) -> Iterable[str]:
        yield value
        raise KeyError(value)

    @lib.get("/fails-async")
    async def fail_async(value: Annotated[str, lib.Depends(opened)]) -> AsyncIterable[str]:
        yield value
        raise KeyError(value)

    @lib.get("/fails-at-once")
    def fail_at_once() -> Iterable[str]:
        raise KeyError
        yield ""

    @lib.get("/refuses-late")
    def refuse_late() -> Iterable[str]:
        raise lib.HTTPException(404)
        yield ""

    @lib.get("/wrong")
    def break_the_model() -> Iterable[int]:
        yield 1
        yield "x"

    @lib.get("/events/fails", response_class=lib.EventSourceResponse)
    async def fail_events() -> AsyncIterable[str]:
        raise KeyError
        yield ""


def test_order_of_events():
    """Dependencies end after the stream, those of scope "function" before it; a fault passes through them."""
    twins = Twins(dependent)
    assert twins.events("GET /lines") == [
        *("open", "open async", "close brief", "response 200", "begin", "end", "sent", "close async", "close")
    ]
    assert twins.events("GET /async")[-4:] == ["end", "sent", "close async", "close"]
    assert twins.events("GET /events")[-4:] == ["end", "sent", "close async", "close"]
    assert twins.events("GET /fails")[-3:] == ["saw KeyError", "close", "error for the server"]
    assert twins.events("GET /fails-async")[-3:] == ["saw KeyError", "close", "error for the server"]


@pytest.mark.parametrize("path", ["fails-at-once", "refuses-late", "wrong", "events/fails"])
def test_faults(path):
    """What goes wrong in the generator comes after the 200, and ends the response; HTTPException is no exception."""
    assert Twins(dependent).events(f"GET /{path}") == ["response 200", "error for the server"]


def test_refused_by_a_dependency():
    """A dependency is done before the response begins, so its HTTPException is answered."""
    (answer,) = Twins(dependent).agree("GET /refused")
    assert answer.status_code == 404


def test_document():
    """`itemSchema` under FastAPI's media types, titles included."""

    def build(lib):
        dependent(lib)

        @lib.get("/list", response_class=lib.EventSourceResponse, status_code=201)
        def read_list() -> Iterable[list[int]]:
            """Lists."""
            yield [1]

        @lib.get("/event", responses={404: {"description": "gone"}})
        def read_union(q: int) -> Iterable[int | str]:
            yield q

    assert Twins(build).same_document()["paths"]["/event"]["get"]["responses"]["200"]["content"] == {
        "application/jsonl": {
            "itemSchema": {
                "anyOf": [{"type": "integer"}, {"type": "string"}],
                "title": "Streamitem Read Union Event Get",
            }
        }
    }


class QuickEvents(EventSourceResponse):
    """Events with many pings."""

    ping_interval = 0.05


@pytest.fixture
def app() -> Flask:
    """Streams that wait for the test, and notes of what became of them."""
    app = Flask("streams")
    Api().init_app(app)
    app.extensions["notes"] = notes = []
    variable: ContextVar[str] = ContextVar("variable", default="")

    @app.before_request
    def remember():
        g.noted = "noted"
        variable.set("set")

    @app.get("/slow/<kind>")
    @operation(response_class=QuickEvents)
    def read_slowly() -> Iterable[int]:
        try:
            for number in range(3):
                time.sleep(0.18)
                yield number
        finally:
            notes.append("finally")

    @app.get("/slow-async")
    @operation(response_class=QuickEvents)
    async def read_slowly_async() -> AsyncIterable[int]:
        import asyncio

        try:
            yield 0
            await asyncio.sleep(0.18)
            yield 1
            await asyncio.sleep(60)
        finally:
            notes.append("finally")

    @app.get("/many")
    @operation(response_class=QuickEvents)
    def read_many() -> Iterable[int]:
        for number in range(1000):
            notes.append(number)
            yield number

    def seen() -> dict[str, Any]:
        return {"path": request.path, "g": g.noted, "app": current_app.name, "variable": variable.get()}

    @app.get("/context")
    @operation()
    def read_context() -> Iterable[dict[str, str]]:
        yield seen()
        yield seen()

    @app.get("/context-events")
    @operation(response_class=QuickEvents)
    def read_context_events() -> Iterable[dict[str, str]]:
        yield seen()

    @app.get("/context-async")
    @operation()
    async def read_context_async() -> AsyncIterable[dict[str, str]]:
        yield seen()

    @app.get("/raw")
    @operation(response_class=StreamingResponse)
    def read_raw() -> Iterable[str]:
        yield seen()["path"]

    return app


def test_pings(app):
    """A comment goes out whenever nothing came for the interval, and the stream goes on."""
    text = app.test_client().get("/slow/1").text
    assert text.replace(": ping\n\n", "") == "data: 0\n\ndata: 1\n\ndata: 2\n\n"
    assert 6 <= text.count(": ping\n\n") <= 12


def test_headers_go_out_before_the_first_item(app):
    """The first chunk is empty: a server sends status and headers with it."""
    with app.test_client().get("/slow/1", buffered=False) as response:
        assert next(response.response) == b""
        assert app.extensions["notes"] == []


@pytest.mark.parametrize("path", ["/slow/1", "/slow-async"])
def test_a_client_that_leaves(app, path):
    """Closing the response ends the generator, through its `finally`, before it returns."""
    response = app.test_client().get(path, buffered=False)
    chunks = iter(response.response)
    assert b"data: 0\n\n" in (next(chunks) for _ in range(50))
    before = threading.active_count()
    response.close()
    assert app.extensions["notes"] == ["finally"]
    assert threading.active_count() <= before


def test_a_response_that_nobody_reads(app):
    """The generator is not even started, for HEAD among others."""
    assert app.test_client().head("/many").status_code == 200
    app.test_client().get("/many", buffered=False).close()
    assert app.extensions["notes"] == []


def test_the_client_sets_the_pace(app):
    """The generator is at most one item ahead of what has been read."""
    response = app.test_client().get("/many", buffered=False)
    chunks = iter(response.response)
    assert [next(chunks) for _ in range(4)][-1] == b"data: 2\n\n"
    time.sleep(0.05)
    assert app.extensions["notes"] == [0, 1, 2, 3]
    response.close()


@pytest.mark.parametrize("path", ["/context", "/context-events", "/context-async"])
def test_the_request_is_seen_in_the_generator(app, path):
    """`request`, `g`, `current_app` and context variables are the request's; two streams at once don't mix."""
    text = f'{{"path":"{path}","g":"noted","app":"streams","variable":"set"}}'
    one, two = (app.test_client().get(path, buffered=False) for _ in range(2))
    first, second = iter(one.response), iter(two.response)
    pairs = list(zip(first, second, strict=True))
    one.close()
    two.close()
    assert {chunk.decode().removeprefix("data: ").strip() for pair in pairs for chunk in pair} == {"", text}
    assert app.test_client().get("/raw").text == "/raw"


def test_a_stream_of_anything() -> None:
    """A bare `Iterable` or `AsyncIterable` of typing's says that items may be anything."""

    def build(lib):
        @lib.get("/sync")
        def sync() -> typing.Iterable:
            yield {"a": 1}
            yield [dt.date.min]

        @lib.get("/async")
        async def asynchronous() -> typing.AsyncIterable:
            yield {"a": 1}

        @lib.get("/events", response_class=lib.EventSourceResponse)
        def events() -> typing.Iterable:
            yield 1

    agree(build, "GET /sync", "GET /async", "GET /events")
