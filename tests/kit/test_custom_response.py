"""Response classes: what is returned, what is named as `response_class`, and what the document says of both."""

import os
from typing import Annotated, Any

import fastapi.responses
import flask
import pytest

from myapp.kit import Api, FileResponse, HTMLResponse, RedirectResponse, Response, StreamingResponse, operation
from tests.kit import both
from tests.kit.both import Twins, agree


def test_classes_write_what_views_return():
    """Page, text, JSON, a URL: the class writes the result, and its media type and status are in the document."""

    def build(lib):
        @lib.model
        class Item:
            name: str
            price: float = 1.0

        class Feed(lib.RawResponse):
            media_type = "application/rss+xml"

            def render(self, content: Any) -> bytes:
                return f"<rss>{content!r}</rss>".encode()

        class Pretty(lib.JSONResponse):
            media_type = "application/vnd.posts+json"

            def render(self, content: Any) -> bytes:
                return b"{}" if content is None else repr(content).encode()

        @lib.get("/page", response_class=lib.HTMLResponse)
        def page() -> str:
            return "<p>é</p>"

        @lib.post("/page", response_class=lib.HTMLResponse, status_code=201)
        async def untyped(q: int = 0):
            return None if q == 0 else b"bytes" if q == 1 else {"not": "text"}

        @lib.get("/text", response_class=lib.PlainTextResponse, responses={404: {"model": Item}})
        def text(response: lib.Response, q: int = 0) -> str:
            response.status_code = 202
            response.headers["x-one"] = "1"
            response.set_cookie("a", "b")
            return "text"

        @lib.get("/json", response_class=lib.JSONResponse)
        def data() -> Item:
            return Item(name="日本", price=2)

        @lib.get("/json-untyped", response_class=lib.JSONResponse)
        def untyped_data(nan: bool = False):
            return {"items": [Item(name="a")], "nan": float("nan") if nan else None}

        @lib.get("/feed", response_class=Feed)
        def feed() -> list[Item]:
            return [{"name": "a", "price": "3", "secret": 1}]

        @lib.get("/pretty", response_class=Pretty, response_model_exclude_defaults=True)
        def pretty() -> Item:
            return Item(name="a")

        @lib.get("/raw", response_class=lib.RawResponse)
        def raw() -> str:
            return "raw"

        @lib.get("/empty", response_class=lib.RawResponse, status_code=204)
        def empty() -> None:
            """Nothing."""

        @lib.get("/go", response_class=lib.RedirectResponse)
        def go(to: str = "/page") -> str:
            return to

        @lib.get("/gone", response_class=lib.RedirectResponse, status_code=301)
        def gone() -> str:
            return "https://example.com/?q[]=1"

    lines = ["GET /page", "POST /page", "POST /page?q=1", "POST /page?q=2", "GET /text", "GET /text?q=x", "GET /json"]
    lines += ["GET /json-untyped", "GET /json-untyped?nan=1", "GET /feed", "GET /pretty", "GET /raw", "GET /empty"]
    lines += ["GET /go", "GET /go?to=/%C3%A4 b?c=[1]%26d%23e", "GET /gone"]
    answers = agree(build, *lines)
    assert answers[0].headers["content-type"] == "text/html; charset=utf-8"
    assert answers[9].headers["content-type"] == "application/rss+xml"
    assert (answers[13].status_code, answers[13].headers["location"]) == (307, "/page")


def test_responses_are_returned_as_they_are():
    """A response that a view makes goes out untouched, whatever class the operation names."""

    def build(lib):
        @lib.get("/raw")
        def raw(kind: str = "application/xml"):
            return lib.RawResponse("<a/>", 203, {"X-One": "1"}, kind)

        @lib.get("/own-type")
        def own_type() -> lib.RawResponse:
            return lib.RawResponse(b"\x00", headers={"content-type": "a/b"})

        @lib.get("/nothing")
        def nothing() -> lib.RawResponse:
            return lib.RawResponse(status_code=202)

        @lib.get("/page", response_class=lib.PlainTextResponse)
        def page() -> str:
            return lib.HTMLResponse("<p>")

        @lib.get("/json")
        def data() -> lib.JSONResponse:
            return lib.JSONResponse({"é": [1, None]}, 201, {"x-two": "2"})

        @lib.get("/wrong")
        def wrong() -> lib.JSONResponse:
            return lib.JSONResponse({1, 2})

        @lib.get("/go")
        def go(code: int = 307, to: str = "/raw") -> lib.RedirectResponse:
            response = lib.RedirectResponse(to, code, {"x-one": "1"})
            response.set_cookie("seen", "yes")
            return response

        @lib.get("/location")
        def location() -> lib.RawResponse:
            return lib.RawResponse(status_code=303, headers={"location": "/a[1]"})

    lines = ["GET /raw", "GET /raw?kind=text/css", "GET /raw?kind=text/x;charset=latin-1", "GET /own-type", "GET /page"]
    lines += ["GET /nothing", "GET /json", "GET /wrong", "GET /go", "GET /go?code=303%26to=//x/é", "GET /location"]
    agree(build, *lines)


def test_default_response_class():
    """The application's class, one router's, an inclusion's and an operation's own: the nearest is used."""

    def build(lib):
        @lib.get("/")
        def read() -> str:
            return "page"

        @lib.get("/json", response_class=lib.JSONResponse)
        def read_json() -> dict[str, int]:
            return {"a": 1}

        texts = lib.router("texts", prefix="/texts", default_response_class=lib.PlainTextResponse)

        @texts.get("/")
        def read_text() -> str:
            return "text"

        @texts.get("/json", response_class=lib.JSONResponse)
        def read_text_json() -> str:
            return "text"

        inner = lib.router("inner", prefix="/inner")

        @inner.get("/")
        def read_inner() -> str:
            return "inner"

        texts.include(inner)
        lib.include(texts)
        other = lib.router("other", prefix="/other")

        @other.get("/")
        def read_other() -> str:
            return "other"

        lib.include(other, default_response_class=lib.JSONResponse)

    twins = Twins(build)
    twins.same_document()
    twins.agree("GET /", "GET /json", "GET /texts/", "GET /texts/json", "GET /texts/inner/", "GET /other/")

    one, _ = both._fastapi(build, default_response_class=fastapi.responses.HTMLResponse)
    two, _ = both._flask(build, default_response_class=HTMLResponse)
    for path in ("/", "/json", "/texts/", "/texts/json", "/texts/inner/", "/other/"):
        assert both.shown(two.get(path)) == both.shown(one.get(path)), path
    assert two.get("/openapi.json").json() == one.get("/openapi.json").json()
    assert two.get("/").headers["content-type"] == "text/html; charset=utf-8"


def test_streams_that_are_returned():
    """A StreamingResponse takes a generator, an async one or any iterable, and its dependencies stay open meanwhile."""

    def build(lib):
        def opened():
            lib.note("open")
            yield "é"
            lib.note("close")

        Opened = Annotated[str, lib.Depends(opened)]

        @lib.get("/sync")
        def sync(value: Opened):
            def chunks():
                yield from (value, b"b", memoryview(b"c"))
                lib.note("end")

            return lib.StreamingResponse(chunks(), 201, {"x-one": "1"}, "text/csv")

        @lib.get("/async")
        async def read_async(value: Opened) -> lib.StreamingResponse:
            async def chunks():
                yield value
                lib.note("end")

            return lib.StreamingResponse(chunks(), media_type="application/xml")

        @lib.get("/list")
        def read_list(value: Opened) -> lib.StreamingResponse:
            return lib.StreamingResponse([value, "b"])

        @lib.get("/class", response_class=lib.StreamingResponse)
        def by_class() -> list[str]:
            return ["a", "b"]

    agree(build, "GET /sync", "GET /async", "GET /list", "GET /class")
    for path in ("/sync", "/async", "/list"):
        Twins(build).events(f"GET {path}")


NAMES = ["a.txt", "two words.txt", "Übersicht.pdf", "日本.csv", 'quo"te.txt', "none", "a/b.svg", "50%.gz", "x;y.js"]
# what would begin another header, or another response
NAMES += ["x\r\nSet-Cookie: evil=1", "x\n\n<script>", "x\r", "x\0.csv", '"; filename="evil.exe']


def test_files(tmp_path):
    """Type, length, date, name and range of a file, and a path that the view returns for `FileResponse`."""
    (tmp_path / "file.txt").write_text("0123456789")
    (tmp_path / "other.txt").write_text("9876543210")
    os.utime(tmp_path / "other.txt", (10**9, 10**9 + 0.5))
    (tmp_path / "logo.svg").write_text("<svg/>")
    (tmp_path / "archive.tar.gz").write_bytes(b"\x1f\x8b")

    def build(lib):
        @lib.get("/named")
        def named(filename: str, inline: bool = False) -> lib.FileResponse:
            disposition = "inline" if inline else "attachment"
            path = tmp_path / "file.txt"
            return lib.FileResponse(path, filename=filename, content_disposition_type=disposition)

        @lib.get("/file")
        def file(name: str = "file.txt") -> lib.FileResponse:
            return lib.FileResponse(str(tmp_path / name))

        @lib.get("/typed")
        def typed() -> lib.FileResponse:
            headers = {"x-one": "1", "cache-control": "no-store"}
            return lib.FileResponse(tmp_path / "file.txt", 203, headers, "application/xml")

        @lib.get("/stat")
        def asked_before() -> lib.FileResponse:
            return lib.FileResponse("/".join([str(tmp_path), "file.txt"]), stat_result=os.stat(tmp_path / "other.txt"))

        @lib.get("/own-headers")
        def own_headers() -> lib.FileResponse:
            headers = {"ETag": '"own"', "Last-Modified": "Mon, 01 Jan 2001 00:00:00 GMT", "accept-ranges": "none"}
            headers |= {"content-disposition": "inline", "Content-Type": "text/own"}
            return lib.FileResponse(tmp_path / "file.txt", headers=headers, filename="a.txt")

        @lib.get("/path", response_class=lib.FileResponse)
        def path() -> str:
            return str(tmp_path / "logo.svg")

    twins = Twins(build)
    twins.same_document()
    requests: list[tuple[str, dict[str, Any]]] = [("/named", {"params": {"filename": name}}) for name in NAMES]
    requests += [("/named", {"params": {"filename": "ü", "inline": "1"}}), ("/typed", {}), ("/path", {})]
    requests += [("/stat", {}), ("/own-headers", {}), ("/own-headers", {"headers": {"range": "bytes=1-2"}})]
    requests += [("/own-headers", {"headers": {"range": "bytes=1-2", "if-range": tag}}) for tag in ('"own"', '"x"')]
    requests += [(f"/file?name={name}", {}) for name in ("file.txt", "logo.svg", "archive.tar.gz", "missing", "")]
    parts = ("bytes=0-3", "bytes=-2", "bytes=8-", "bytes=3-99")
    requests += [("/file", {"headers": {"range": part}}) for part in parts]
    requests += [("/typed", {"headers": {"range": "bytes=0-3"}})]
    for url, keywords in requests:
        ours, theirs = (client.get(url, **keywords) for client in (twins.flask, twins.fastapi))
        assert both.shown(ours) == both.shown(theirs), (url, keywords)
    first = twins.flask.get("/named?filename=a")
    again = twins.flask.get("/named?filename=a", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_plain_views_return_them():
    """They are Flask's responses: a view that is no operation returns them, and an operation returns Flask's own."""
    app = flask.Flask("plain")
    Api().init_app(app)

    @app.get("/go")
    def go() -> RedirectResponse:
        return RedirectResponse("/there")

    @app.get("/stream")
    def stream() -> StreamingResponse:
        return StreamingResponse((flask.request.path for _ in range(2)), media_type="text/plain")

    @app.get("/file")
    def file() -> FileResponse:
        return FileResponse(__file__)

    @app.get("/flask")
    @operation()
    def of_flask() -> flask.Response:
        return flask.make_response("text", 203)

    client = app.test_client()
    assert (client.get("/go").status_code, client.get("/go").location) == (307, "/there")
    assert client.get("/stream").text == "/stream/stream"
    with client.get("/file") as answer:
        assert "They are Flask's responses" in answer.text
    assert (client.get("/flask").status_code, client.get("/flask").mimetype) == (203, "text/html")


def test_render_of_what_is_no_text():
    """Data for a class that writes text is the program's mistake, and is raised."""
    with pytest.raises(AttributeError):
        Response({"a": 1})


def test_headers_beside_those_of_a_stream():
    """A header of an injected response is added to the stream's own, as FastAPI adds it."""

    def build(lib):
        @lib.get("/", response_class=lib.EventSourceResponse)
        def read(response: lib.Response):
            response.headers["cache-control"] = "private"
            response.status_code = 202
            yield 1

        def prepare(response: lib.Response):
            response.headers["cache-control"] = "private"
            response.headers["content-type"] = "text/x-events"
            response.status_code = 202

        @lib.get("/prepared", response_class=lib.EventSourceResponse, dependencies=[lib.Depends(prepare)])
        def read_prepared():
            yield 1

    agree(build, "GET /", "GET /prepared")


@pytest.mark.parametrize("url", ["http://[a", "//a:99999/", "http://a:b/", "http://./", f"http://{'a' * 300}/"])
def test_a_location_that_is_no_url(url: str) -> None:
    """It is sent as it was set, as FastAPI does: what Werkzeug makes of a Location would raise ValueError."""
    app = flask.Flask(__name__)
    app.get("/go")(lambda: RedirectResponse(url))
    assert app.test_client().get("/go").headers["Location"] == url
    assert fastapi.responses.RedirectResponse(url).headers["location"] == url
