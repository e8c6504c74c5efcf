"""Files in a form: what a parameter gets, what counts as not sent, what is refused, and when the files are closed."""

from contextlib import suppress
from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import Annotated, Any, ClassVar

import pytest
from flask import Flask, request
from werkzeug.test import EnvironBuilder

from myapp.kit import Api, Depends, File, Form, StreamingResponse, UploadFile, multipart, operation
from myapp.kit.uploads import IN_MEMORY
from tests.kit.both import Twins, agree

MULTIPART = {"content-type": "multipart/form-data; boundary=x"}
END = b"--x--\r\n"


def part(name: str, value: bytes, more: str = "") -> bytes:
    """One part of a body."""
    return f'--x\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'.encode() + value + b"\r\n"


def file(name: str, value: bytes, filename: str = "n.txt") -> bytes:
    """One file in a body."""
    return part(name, value, f'; filename="{filename}"\r\nContent-Type: text/plain')


def posts(path: str, *bodies: bytes, headers: Any = MULTIPART) -> list[Any]:
    """One POST for each body."""
    return [(f"POST {path}", {"content": body, "headers": headers}) for body in bodies]


#: Bodies with none, one or two parts of the name `a`.
BODIES = (
    *(END, file("a", b"abc") + END, file("a", b"") + END, file("a", b"", "") + END, file("a", b"abc", "") + END),
    *(part("a", b"text") + END, part("a", b"") + END, file("b", b"abc") + END, file("a", b"\xff\x00\r\n--") + END),
    *(file("a", b"abc") + file("a", b"de", "m.txt") + END, file("a", b"", "") + file("a", b"de") + END),
    *(file("a", b"de") + file("a", b"", "") + END, part("a", b"text") + file("a", b"de") + END),
    *(file("a", b"de") + part("a", b"text") + END, file("a", b"", "") + file("a", b"", "") + END),
    *(file("a", b"de", "../../etc/passwd") + END, file("a", b"de", "C:\\\\x\\\\n.txt") + END),
    *(file("a", b"de", "é €.txt") + END, file("a", b"x" * 200_000 + b"\r\n--y" * 9) + END),
)


def test_upload_file() -> None:
    """An `UploadFile` is a file part; text in its place is refused, an empty part without a name is nothing."""

    def build(lib: Any) -> None:
        def said(file: Any) -> Any:
            return file and [file.filename, file.content_type, file.size, dict(file.headers), len(file.file.read())]

        @lib.post("/one/")
        def one(a: lib.UploadFile) -> Any:
            return said(a)

        @lib.post("/annotated/")
        def annotated(a: Annotated[lib.UploadFile, lib.File(description="A file read as UploadFile")]) -> Any:
            return said(a)

        @lib.post("/optional/")
        def optional(a: lib.UploadFile | None = None) -> Any:
            return said(a)

        @lib.post("/default/")
        def default(a: lib.UploadFile | None = lib.File(default=None, title="A file", alias="a")) -> Any:
            return said(a)

        @lib.post("/many/")
        def many(a: list[lib.UploadFile]) -> Any:
            return [said(one) for one in a]

        @lib.post("/optional-many/")
        def optional_many(a: Annotated[list[lib.UploadFile] | None, lib.File()] = None) -> Any:
            return a and [said(one) for one in a]

    paths = ("one", "annotated", "optional", "default", "many", "optional-many")
    agree(build, *(each for path in paths for each in posts(f"/{path}/", *BODIES)))


def test_bytes() -> None:
    """`bytes = File()` is the content of a file, or of a text field."""

    def build(lib: Any) -> None:
        @lib.post("/one/")
        def one(a: Annotated[bytes, lib.File()]) -> Any:
            return a.decode("latin-1")

        @lib.post("/short/")
        def short(a: Annotated[bytes, lib.File(max_length=4, description="A short file")]) -> Any:
            return a.decode("latin-1")

        @lib.post("/optional/")
        def optional(a: Annotated[bytes | None, lib.File()] = None) -> Any:
            return a and a.decode("latin-1")

        @lib.post("/many/")
        def many(a: Annotated[list[bytes], lib.File(description="Several files")]) -> Any:
            return [one.decode("latin-1") for one in a]

    agree(build, *(each for path in ("one", "optional", "many") for each in posts(f"/{path}/", *BODIES)))
    agree(build, *posts("/short/", file("a", b"abcd") + END, part("a", b"abcde") + END))


def test_fields_and_files() -> None:
    """Both stand in one multipart body, and one component describes it; faults come in the order of the parameters."""

    def build(lib: Any) -> None:
        @lib.post("/files/")
        def create_file(
            file: Annotated[bytes, lib.File()], fileb: Annotated[lib.UploadFile, lib.File()], token: str = lib.Form()
        ) -> Any:
            return [len(file), token, fileb.content_type]

        @lib.post("/twice/", include_in_schema=False)
        def twice(a: Annotated[bytes, lib.File()], again: Annotated[lib.UploadFile, lib.File(alias="a")]) -> Any:
            return [len(a), len(again.file.read())]

        @lib.model
        class Parcel:
            name: str
            content: Annotated[bytes | None, lib.File()] = None
            files: list[lib.UploadFile] | None = None

        @lib.post("/model/")
        def model(data: Annotated[Parcel, lib.Form(media_type="multipart/form-data")]) -> Any:
            return [data.name, data.content and len(data.content), [one.filename for one in data.files or ()]]

    all_three = file("file", b"abc") + file("fileb", b"de") + part("token", b"t")
    agree(
        build,
        *posts("/files/", all_three + END, file("fileb", b"de") + END, END, b"", part("fileb", b"x") + END),
        *posts("/files/", b"file=abc&token=t", headers={"content-type": "application/x-www-form-urlencoded"}),
        *posts("/files/", b'{"file": "abc"}', headers={"content-type": "application/json"}),
        *posts("/twice/", file("a", b"abc") + END),
        *posts("/model/", part("name", b"n") + file("content", b"c") + file("files", b"1") + file("files", b"2") + END),
        *posts("/model/", part("name", b"n") + file("files", b"1") + file("files", b"2") + END),
        *posts("/model/", part("name", b"n") + part("content", b"c") + END, file("name", b"n") + END),
    )


def test_a_file_where_text_is_wanted() -> None:
    """A 422 that shows of the file what FastAPI's shows, a form model that forbids extras among them."""

    def build(lib: Any) -> None:
        @lib.post("/text/")
        def text(a: Annotated[str, lib.Form()]) -> Any:
            return a

        @lib.post("/texts/")
        def texts(a: Annotated[list[int], lib.Form()]) -> Any:
            return a

        @lib.post("/bytes/")
        def not_a_file(a: Annotated[bytes, lib.Form()]) -> Any:
            return a

    agree(build, *(each for path in ("text", "texts", "bytes") for each in posts(f"/{path}/", *BODIES)))


def test_bodies_that_cannot_be_read() -> None:
    """Malformed multipart is a 400 in FastAPI's words, as is a body without a boundary."""

    def build(lib: Any) -> None:
        @lib.post("/")
        def one(a: lib.UploadFile | None = None) -> Any:
            return a and a.size

    whole = file("a", b"abc") + END
    agree(
        build,
        *posts(
            "/",
            b"nonsense",
            part("a", b"abc")[:-9],
            END + b"more",
            b"\r\n" + whole,
            b"--x\r\n\r\nabc\r\n--x--\r\n",
            whole.replace(b"--x", b"--y"),
            b"-",
            b"\r\n",
            b"--x\r",
            b"--x-",
            b"--y",
        ),
        *posts("/", part("", b"abc", '; filename="f"') + END, whole.replace(b' name="a";', b"")),
        *posts("/", whole, headers={"content-type": "multipart/form-data"}),
        *posts("/", whole, headers={"content-type": "multipart/form-data; charset=utf-8"}),
        *posts("/", whole, headers={"content-type": 'Multipart/Form-Data; charset=utf-8; boundary="x"'}),
    )


def test_limits() -> None:
    """No more than 1000 files, and 1000 fields beside them; a large file is no matter."""

    def build(lib: Any) -> None:
        @lib.post("/")
        def many(a: list[lib.UploadFile], b: Annotated[list[str], lib.Form()] = ()) -> Any:
            return [len(a), sum(one.size for one in a), len(b)]

    thousand = file("a", b"1") * 1000
    agree(
        build,
        *posts("/", thousand + part("b", b"1") * 1000 + END, thousand + file("a", b"1") + END),
        *posts("/", file("a", b"x" * 3_000_000) + END),
    )


def test_closed_after_the_response() -> None:
    """Files are open while a response streams and for what ends after it, and closed then, also after a fault."""

    def build(lib: Any) -> None:
        seen: list[Any] = []

        def ends_late(a: lib.UploadFile) -> Any:
            seen.append(a)
            try:
                yield
            finally:
                lib.note(f"dependency: closed {a.file.closed}")

        @lib.post("/plain/", dependencies=[lib.Depends(ends_late)])
        def plain(background: lib.BackgroundTasks) -> Any:
            background.add_task(lambda: lib.note(f"task: closed {seen[-1].file.closed}"))
            return 1

        @lib.post("/streaming/", dependencies=[lib.Depends(ends_late)], response_class=lib.StreamingClass)
        def streaming(a: lib.UploadFile) -> Any:
            while line := a.file.read(2):
                yield line

        @lib.post("/failing/", dependencies=[lib.Depends(ends_late)])
        def failing() -> Any:
            raise ZeroDivisionError

        @lib.post("/refused/")
        def refused(keep: Annotated[None, lib.Depends(ends_late)], q: int) -> Any:
            return 1

        @lib.get("/closed/")
        def closed() -> Any:
            return [each.file.closed for each in seen]

    twins = Twins(build)
    for path in ("plain", "streaming", "failing", "refused"):
        sent = {"content": file("a", b"abcdef") + END, "headers": MULTIPART}
        assert "dependency: closed False" in twins.events(f"POST /{path}/", **sent)
    assert twins.same("GET", "/closed/").json() == [True] * 4


def test_spooled() -> None:
    """A file is in memory up to a megabyte and in a file without a name beyond; `bytes` and `storage` read it too."""
    app = Flask(__name__)
    Api().init_app(app)
    seen: list[UploadFile] = []

    @app.post("/")
    @operation()
    def upload(a: UploadFile, content: Annotated[bytes, File(alias="a")]) -> list[Any]:
        seen.append(a)
        begin, rest = a.read(3), a.read()
        a.seek(1)
        return [begin == content[:3], begin + rest == content, a.storage.read() == content[1:], a.storage.filename]

    client = app.test_client()
    for size, on_disk in ((IN_MEMORY, False), (IN_MEMORY + 1, True)):
        body = file("a", b"abcd" * (size // 4) + b"e" * (size % 4)) + END
        with client.post("/", data=body, headers=MULTIPART) as answer:
            assert answer.json == [True, True, True, "n.txt"]
            assert vars(seen[-1].file)["_rolled"] is on_disk
            assert not seen[-1].file.closed
        assert seen[-1].file.closed
    assert repr(seen[-1]).startswith("UploadFile(filename='n.txt', size=1048577, headers=")


@pytest.mark.parametrize("chunked", [False, True], ids=["with a length", "without"])
def test_too_large(chunked: bool) -> None:
    """A body beyond `MAX_CONTENT_LENGTH` is a 413, also when it is only noticed while it is read."""
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = 1000
    Api().init_app(app)

    @app.post("/")
    @operation()
    def upload(a: UploadFile) -> int:
        return a.size

    body = file("a", b"x" * 1000) + END
    in_chunks = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    options = {"input_stream": BytesIO(body), "environ_overrides": in_chunks}
    answer = app.test_client().post("/", headers=MULTIPART, **(options if chunked else {"data": body}))
    assert answer.status_code == 413
    assert answer.text == ('{"detail":"Content Too Large"}' if chunked else "Content Too Large")


def test_a_body_that_a_hook_has_read() -> None:
    """What `before_request` reads with `get_data()` is still there for the view."""
    app = Flask(__name__)
    Api().init_app(app)
    app.before_request(lambda: request.get_data() and None)

    @app.post("/")
    @operation()
    def upload(a: UploadFile) -> int:
        return a.size

    assert app.test_client().post("/", headers=MULTIPART, data=file("a", b"abc") + END, buffered=True).json == 3


def test_read_by_a_dependency_and_a_stream() -> None:
    """A dependency begins to read a file, and the stream goes on where it stopped."""
    app = Flask(__name__)
    Api().init_app(app)

    def chunks(a: UploadFile, size: Annotated[int, Form()] = 2) -> list[bytes]:
        return [a.read(size), a.read(size)]

    @app.post("/")
    @operation(response_class=StreamingResponse)
    def upload(first: Annotated[list[bytes], Depends(chunks)], a: UploadFile) -> Any:
        yield from first
        yield a.read()

    answer = app.test_client().post("/", headers=MULTIPART, data=file("a", b"abcdefg") + END, buffered=True)
    assert answer.data == b"abcdefg"


def test_what_a_dependency_has_left() -> None:
    """Of a file that a dependency has begun to read, a parameter of bytes gets the rest; others find it there too."""

    def build(lib: Any) -> None:
        def begin(a: lib.UploadFile) -> Any:
            return a.file.read(2).decode()

        def go_on(first: Annotated[str, lib.Depends(begin)], a: Annotated[bytes, lib.File()]) -> Any:
            return [first, a.decode()]

        @lib.post("/")
        def upload(read: Annotated[list[str], lib.Depends(go_on)], a: lib.UploadFile) -> Any:
            return [read, a.file.tell(), a.file.read().decode()]

    (answer,) = agree(build, *posts("/", file("a", b"abcde") + END))
    assert answer.json() == [["ab", "cde"], 2, "cde"]


class Watched(SpooledTemporaryFile):  # type: ignore[type-arg]
    """Known to the test, whatever becomes of the form that it was made for."""

    made: ClassVar[list[Any]] = []

    def __init__(self, *args: Any, **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        self.made.append(self)


class Interrupted(BytesIO):
    """A client that goes away after its first pieces."""

    def readinto(self, buffer: Any) -> int:
        """Fail where the body ends."""
        if not (count := super().readinto(buffer)):
            raise OSError
        return count

    def read(self, size: int | None = -1) -> bytes:
        """Fail where the body ends."""
        if not (data := super().read(size)):
            raise OSError
        return data


ONE = file("a", b"abc")
BROKEN = {
    "broken header": ONE + b"--x\r\n:\r\n\r\n",
    "nameless part": ONE + b"--x\r\nContent-Disposition: form-data\r\n\r\n",
    "cut in the headers": ONE + b"--x\r\nContent-Dis",
    "cut in a file": ONE + file("b", b"abc")[:-2],
    "too many": ONE * 3 + END,
    "too large a field": ONE + part("c", b"x" * 1001) + END,
    "too large a field after half a file": ONE + file("b", b"x")[:-2] + b"\r\n" + part("c", b"x" * 1001),
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)
def test_every_file_is_closed_of_a_broken_body(body: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever breaks, and wherever, no file stays open."""
    check_closed(body, "/", monkeypatch)


@pytest.mark.parametrize("path", ["/", "/refused", "/dependency", "/late", "/failing", "/stream", "/broken-stream"])
def test_every_file_is_closed(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """After an answer, a 422, a dependency or a view that fails, a stream that is left, a client that is gone."""
    check_closed(ONE * 2 + END, path, monkeypatch)
    check_closed(file("a", b"x" * 2_000_000) + END, path, monkeypatch)
    check_closed(ONE, path, monkeypatch, Interrupted)
    check_closed(ONE + file("b", b"x" * 2_000_000)[:-2], path, monkeypatch, Interrupted)


def check_closed(body: bytes, path: str, monkeypatch: pytest.MonkeyPatch, stream: Any = BytesIO) -> None:
    """Send the body; assert that it made files, and that all of them are closed then."""
    app = Flask(__name__)
    Api(form_limits={"max_files": 2, "max_part_size": 1000}).init_app(app)
    app.config["PROPAGATE_EXCEPTIONS"] = False

    def fails(a: UploadFile) -> None:
        raise ZeroDivisionError

    def fails_late(a: UploadFile) -> Any:
        yield
        raise ZeroDivisionError

    def chunks(a: list[UploadFile], error: bool) -> Any:
        yield a[0].read(1)
        if error:
            raise ZeroDivisionError
        yield a[0].read(1)

    @app.post("/")
    @operation()
    def plain(a: list[UploadFile], c: Annotated[str, Form()] = "") -> int:
        return len(a)

    @app.post("/refused")
    @operation()
    def refused(a: UploadFile, q: int) -> int:
        return 1

    @app.post("/dependency")
    @operation(dependencies=[Depends(fails)])
    def dependency(a: UploadFile) -> int:
        return 1

    @app.post("/late")
    @operation(dependencies=[Depends(fails_late)])
    def late(a: UploadFile) -> int:
        return 1

    @app.post("/failing")
    @operation()
    def failing(a: UploadFile) -> int:
        raise ZeroDivisionError

    @app.post("/stream")
    @operation(response_class=StreamingResponse)
    def streaming(a: list[UploadFile]) -> Any:
        yield from chunks(a, False)

    @app.post("/broken-stream")
    @operation(response_class=StreamingResponse)
    def broken_stream(a: list[UploadFile]) -> Any:
        yield from chunks(a, True)

    monkeypatch.setattr(multipart, "SpooledTemporaryFile", Watched)
    Watched.made.clear()
    in_chunks = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    builder = EnvironBuilder(path, input_stream=stream(body), headers=MULTIPART, environ_overrides=in_chunks)
    environ = builder.get_environ() | {"REQUEST_METHOD": "POST"}
    response = app.wsgi_app(environ, lambda *_: lambda _: None)
    for _ in range(2):  # of a stream, what a client gets before it leaves
        with suppress(StopIteration, ZeroDivisionError):
            next(iter(response))
    with suppress(ZeroDivisionError):
        response.close()  # type: ignore[attr-defined]
    assert Watched.made
    assert [one.closed for one in Watched.made] == [True] * len(Watched.made)


def test_methods_with_await_and_without() -> None:
    """In an `async def` view they are awaited; what is read is bytes either way, and a file can be made by hand."""

    def build(lib: Any) -> None:
        @lib.post("/")
        async def upload(a: lib.UploadFile) -> Any:
            begin, rest = await a.read(3), await a.read()
            done = [await a.seek(1), await a.write(b"XY"), await a.seek(0)]
            content = await a.read()
            seen = [begin.decode(), rest.decode(), done, a.size, content.decode(), a.content_type, a.filename]
            await a.close()
            return [*seen, a.file.closed]

        @lib.get("/")
        async def by_hand() -> Any:
            one = lib.UploadFile(BytesIO(b"abc"), filename="n.txt")
            return [one.size, one.content_type, (await one.read()).decode(), dict(one.headers)]

        @lib.get("/bytes")
        async def as_bytes() -> Any:
            return lib.RawResponse(await lib.UploadFile(BytesIO(b"abc")).read(), media_type="text/plain")

    agree(build, *posts("/", file("a", b"abcdef") + END), "GET /", "GET /bytes")


def test_what_is_read_is_bytes() -> None:
    """Equal to bytes, hashed, joined and written as they are; `write`, `seek` and `close` need no `await`."""
    one = UploadFile(BytesIO(b""), filename="n.txt", size=0)
    one.write(b"abc")
    one.seek(0)
    content = one.read()
    assert (content, one.size, hash(content), content + b"d") == (b"abc", 3, hash(b"abc"), b"abcd")
    one.close()
    assert one.file.closed
