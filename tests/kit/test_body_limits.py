"""How large a body may be: limits of an application, a router, an inclusion, an operation, and who wins."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import pytest
from fastapi import APIRouter, FastAPI
from flask import Blueprint, Flask, request

from myapp.kit import Api, Form, frontend, include_router, mount, operation, router_options
from myapp.kit.body_limit import FormLimits
from tests.kit.both import Twins, agree
from tests.kit.test_files import END, MULTIPART, file, part

JSON = {"content-type": "application/json"}


@dataclass
class chunks:
    """A body whose length is not announced."""

    body: bytes

    def __iter__(self) -> Iterator[bytes]:
        yield self.body


def posts(path: str, *sizes: int, method: str = "POST") -> list[Any]:
    """Bodies of these sizes, each with its length announced and in chunks."""
    both = []
    for size in sizes:
        body = b'"' + b"x" * (size - 2) + b'"' if size > 1 else b"1" * size
        both.append((f"{method} {path}", {"content": body, "headers": JSON}))
        both.append((f"{method} {path}", {"content": chunks(body), "headers": JSON}))
    return both


def test_who_wins() -> None:
    """The nearest limit holds, be it larger or smaller: operation, router, inclusion, application."""

    def build(lib: Any) -> None:
        @lib.post("/app/")
        def of_the_app(a: Annotated[Any, lib.Body()]) -> Any:
            return len(str(a))

        @lib.post("/larger/", max_body_size=200)
        def larger(a: Annotated[Any, lib.Body()]) -> Any:
            return len(str(a))

        @lib.post("/smaller/", max_body_size=20)
        def smaller(a: Annotated[Any, lib.Body()]) -> Any:
            return len(str(a))

        @lib.post("/nothing/", max_body_size=0)
        def nothing(a: Annotated[Any, lib.Body()] = None) -> Any:
            return a

        own = lib.router("own", prefix="/own", max_body_size=50)

        @own.post("/")
        def of_the_router(a: Annotated[Any, lib.Body()]) -> Any:
            return len(str(a))

        @own.post("/nearer/", max_body_size=60)
        def nearer(a: Annotated[Any, lib.Body()]) -> Any:
            return len(str(a))

        lib.include(own, max_body_size=10)
        plain = lib.router("plain", prefix="/plain")

        @plain.post("/")
        def of_the_inclusion(a: Annotated[Any, lib.Body()]) -> Any:
            return len(str(a))

        inner = lib.router("inner", prefix="/inner")

        @inner.post("/")
        def of_the_outer_inclusion(a: Annotated[Any, lib.Body()]) -> Any:
            return len(str(a))

        plain.include(inner)
        lib.include(plain, max_body_size=30)

    answers = agree(
        build,
        *(
            each
            for path in ("app", "own", "plain", "plain/inner")
            for each in posts(f"/{path}/", 30, 31, 50, 51, 100, 101)
        ),
        *(
            each
            for path in ("larger", "smaller", "own/nearer")
            for each in posts(f"/{path}/", 20, 21, 60, 61, 200, 201)
        ),
        *posts("/nothing/", 0, 1),
        max_body_size=100,
    )
    assert {each.status_code for each in answers} == {200, 413}
    texts = {each.text for each in answers if each.status_code == 413}
    assert texts == {"Content Too Large", '{"detail":"Content Too Large"}'}


def test_what_is_refused() -> None:
    """An announced length is enough, whether or not anybody reads: forms, raw bodies, wrong paths and methods."""

    def build(lib: Any) -> None:
        @lib.post("/form/")
        def form(a: Annotated[str, lib.Form()] = "") -> Any:
            return len(a)

        @lib.post("/file/")
        def upload(a: lib.UploadFile) -> Any:
            return a.size

        @lib.post("/unread/")
        def unread() -> Any:
            return 1

        @lib.get("/slash/")
        def slash() -> Any:
            return 1

        def raises() -> None:
            raise lib.HTTPException(401)

        @lib.post("/guarded/", dependencies=[lib.Depends(raises)])
        def guarded(a: Annotated[Any, lib.Body()]) -> Any:
            return a

    urlencoded = {"headers": {"content-type": "application/x-www-form-urlencoded"}}
    whole = file("a", b"x" * 100) + END
    agree(
        build,
        *posts("/unread/", 100, 101),
        *posts("/nowhere/", 100, 101),
        *posts("/form/", 101, method="PUT"),
        *posts("/slash", 100, 101, method="GET"),
        *posts("/guarded/", 100, 101),
        *(("POST /form/", {"content": b"a=" + b"x" * size, **urlencoded}) for size in (98, 99)),
        *(("POST /form/", {"content": chunks(b"a=" + b"x" * size), **urlencoded}) for size in (98, 99)),
        ("POST /file/", {"content": whole, "headers": MULTIPART}),
        ("POST /file/", {"content": chunks(whole), "headers": MULTIPART}),
        ("POST /file/", {"content": chunks(whole), "headers": {"content-type": "multipart/form-data"}}),
        max_body_size=100,
    )


def test_a_router_does_not_limit_what_is_beside_it() -> None:
    """Its limit is for its own operations: not for a wrong path, and not for a wrong method or a redirect."""

    def build(lib: Any) -> None:
        router = lib.router("bounded", prefix="/bounded", max_body_size=10)

        @router.post("/")
        def bounded(a: Annotated[Any, lib.Body()]) -> Any:
            return a

        lib.include(router)

        @lib.post("/free/")
        def free(a: Annotated[Any, lib.Body()]) -> Any:
            return a

    agree(
        build,
        *posts("/bounded/", 10, 11),
        *posts("/free/", 10, 11, 3_000_000),
        *posts("/bounded/nowhere/", 11),
        *posts("/bounded/", 11, method="PUT"),
        *posts("/bounded", 11),
    )


def test_form_limits() -> None:
    """Fields, files and the size of a field; what a layer leaves out is inherited from the one around it."""

    def build(lib: Any) -> None:
        def declare(target: Any, name: str, **limits: Any) -> None:
            @target.post(f"/{name}/", **limits)
            def form(
                a: Annotated[list[str] | None, lib.Form()] = None,
                f: Annotated[list[lib.UploadFile] | None, lib.File()] = None,
            ) -> Any:
                return [len(a or ()), len(f or ())]

        declare(lib, "app")
        declare(lib, "own", form_limits={"max_fields": 3, "max_files": 0})
        declare(lib, "none", form_limits={"max_fields": 0, "max_part_size": 0})
        router = lib.router("router", prefix="/router", form_limits={"max_files": 1, "max_part_size": 2048})
        declare(router, "inherited")
        declare(router, "own", form_limits={"max_part_size": 5})
        lib.include(router, form_limits={"max_files": 2, "max_fields": 1})

    bodies = [
        *(
            part("a", b"1") * count + file("f", b"1") * files + END
            for count in (0, 1, 2, 3, 4)
            for files in (0, 1, 2, 3)
        ),
        *(part("a", b"x" * size) + END for size in (5, 6, 1500, 1501, 2048, 2049)),
        file("f", b"x" * 3000) + END,
    ]
    fields = [b"&".join([b"a=1"] * count) for count in range(5)] + [
        b"a=" + b"x" * size for size in (4, 5, 1499, 1500, 2048)
    ]
    urlencoded = {"content-type": "application/x-www-form-urlencoded"}
    agree(
        build,
        *(
            (f"POST /{path}/", {"content": body, "headers": headers})
            for path in ("app", "own", "none", "router/inherited", "router/own")
            for headers, those in ((MULTIPART, bodies), (urlencoded, fields))
            for body in those
        ),
        form_limits={"max_fields": 2, "max_part_size": 1500},
    )


@pytest.mark.parametrize("kind", ["HTTPException", "RouterHTTPException"])
def test_handlers_and_dependencies_see_it(kind: str) -> None:
    """A body found too large while it is read is the framework's exception: for its handlers, after no dependency."""

    def build(lib: Any) -> None:
        def noting() -> Any:
            lib.note("dependency")
            yield

        @lib.post("/", dependencies=[lib.Depends(noting)])
        def read(a: Annotated[Any, lib.Body()]) -> Any:
            lib.note("view")
            return a

        @lib.exception_handler(getattr(lib, kind))
        def handler(request: Any, error: Any) -> Any:
            lib.note("handler")
            return lib.JSONResponse("handled", status_code=403)

    twins = Twins(build, max_body_size=10)
    for _, keywords in posts("/", 10, 11)[:2] + posts("/", 11)[1:]:
        twins.events("POST /", **keywords)


def test_mounted_applications() -> None:
    """They inherit the limit of what they are mounted on, however far out; each of their own layers may set another."""

    def build(lib: Any) -> None:
        def mounted(target: Any, path: str, **options: Any) -> Any:
            async def read(a: Annotated[Any, lib.Body()]) -> Any:
                return len(str(a))

            async def wide(a: Annotated[Any, lib.Body()]) -> Any:
                return len(str(a))

            if lib.name == "fastapi":
                inner = FastAPI(**options)
                inner.post("/")(read)
                inner.post("/wide/", max_body_size=25)(wide)
                target.mount(path, inner)
            else:
                inner = Flask("inner")
                Api(**options).init_app(inner)
                inner.post("/")(operation()(read))
                inner.post("/wide/")(operation(max_body_size=25)(wide))
                mount(target, path, inner)
            return inner

        inherits = mounted(lib.app, "/inherits")
        mounted(lib.app, "/larger", max_body_size=20)
        mounted(lib.app, "/smaller", max_body_size=5)
        mounted(inherits, "/larger", max_body_size=20)
        mounted(mounted(inherits, "/inherits"), "/smaller", max_body_size=5)

    places = (
        "/inherits",
        "/larger",
        "/smaller",
        "/inherits/larger",
        "/inherits/inherits",
        "/inherits/inherits/smaller",
    )
    paths = [place + path for place in places for path in ("/", "/wide/", "/nowhere")]
    agree(build, *(each for path in paths for each in posts(path, 5, 6, 10, 11, 20, 21, 25, 26)), max_body_size=10)


def test_forms_of_mounted_applications() -> None:
    """They inherit the limits of forms, too: each that none of their own layers declares."""

    def build(lib: Any) -> None:
        def mounted(target: Any, path: str, **options: Any) -> Any:
            def form(a: Annotated[list[str] | None, lib.Form()] = None) -> Any:
                return a

            if lib.name == "fastapi":
                inner = FastAPI(**options)
                inner.post("/")(form)
                inner.post("/own/", form_limits={"max_fields": 1})(form)
                target.mount(path, inner)
            else:
                inner = Flask("inner")
                Api(**options).init_app(inner)
                inner.post("/")(operation()(form))
                inner.post("/own/", endpoint="own")(operation(form_limits={"max_fields": 1})(form))
                mount(target, path, inner)
            return inner

        mounted(lib.app, "/inherits")
        middle = mounted(lib.app, "/middle", form_limits={"max_fields": 3})
        mounted(middle, "/inner", form_limits={"max_part_size": 9})

    urlencoded = {"content-type": "application/x-www-form-urlencoded"}
    contents = [(part("a", b"x" * size) * count + END, MULTIPART) for size in (5, 6, 9, 10) for count in (1, 2, 3, 4)]
    contents += [
        (b"&".join([b"a=" + b"x" * size] * count), urlencoded) for size in (4, 5, 8, 9) for count in (1, 2, 3, 4)
    ]
    paths = ("/inherits/", "/inherits/own/", "/middle/", "/middle/own/", "/middle/inner/", "/middle/inner/own/")
    requests = [(f"POST {path}", {"content": body, "headers": headers}) for path in paths for body, headers in contents]
    agree(build, *requests, form_limits={"max_fields": 2, "max_part_size": 5})


def test_what_is_declared_stays() -> None:
    """A dictionary of limits that is changed after it was declared changes nothing."""

    def build(lib: Any) -> None:
        limits = {"max_fields": 1}
        router = lib.router("router", form_limits=limits)

        @router.post("/router/")
        def of_the_router(a: Annotated[str, lib.Form()]) -> Any:
            return a

        lib.include(router)
        limits["max_fields"] = 0

    agree(build, ("POST /router/", {"data": {"a": "1"}}), ("POST /router/", {"data": {"a": "1", "b": "2"}}))
    limits = FormLimits(max_fields=1)
    api, declared = Api(form_limits=limits), operation(form_limits=limits)
    limits["max_fields"] = 0
    assert api.form_limits == declared.form_limits == {"max_fields": 1}


@pytest.mark.parametrize("limit", [None, 5])
def test_frontends(tmp_path: Path, limit: int | None) -> None:
    """The limit of its router or inclusion holds for a frontend.

    FastAPI's answer to a GET has lost its text there. What a frontend does not answer, another method say, FastAPI
    refuses for its size only if the application has a limit, too.
    """
    (tmp_path / "index.html").write_text("page")

    def build(lib: Any) -> None:
        for name, limits in (("empty", {"max_body_size": 0}), ("small", {"max_body_size": 10}), ("plain", {})):
            if lib.name == "fastapi":
                router = APIRouter()
                router.frontend("/", directory=tmp_path)
                lib.app.include_router(router, prefix=f"/{name}", **limits)
            else:
                bp = Blueprint(name, __name__)
                frontend(bp, "/", directory=tmp_path)
                include_router(lib.app, bp, url_prefix=f"/{name}", **limits)

    twins = Twins(build, max_body_size=limit)
    for path in ("/empty/", "/small/", "/plain/", "/small/index.html", "/nowhere"):
        for method in ("GET", "HEAD") if limit is None else ("GET", "HEAD", "POST"):
            for size in (0, 1, 5, 6, 10, 11):
                theirs = twins.fastapi.request(method, path, content=b"x" * size)
                ours = twins.flask.request(method, path, content=b"x" * size)
                assert (ours.status_code, ours.headers["content-type"]) == (
                    theirs.status_code,
                    theirs.headers["content-type"],
                ), (path, method, size)
                if method == "POST" or ours.status_code != 413:
                    assert ours.text == theirs.text


@pytest.mark.parametrize("limit", [-1, True, "1", 1.0])
def test_a_limit_that_is_none(limit: Any) -> None:
    """Refused where it is declared."""
    for declare in (operation, Api, lambda **limits: router_options(Blueprint("b", __name__), **limits)):
        with pytest.raises(ValueError, match="max_body_size must be a non-negative integer or None"):
            declare(max_body_size=limit)
        with pytest.raises(ValueError, match="form_limits: max_files must be a non-negative integer"):
            declare(form_limits={"max_files": limit})
        with pytest.raises(ValueError, match="form_limits knows max_fields, max_files, max_part_size, not 'max_parts'"):
            declare(form_limits={"max_parts": 1})


def test_views_that_are_no_operations() -> None:
    """The nearest limit bounds them too, whoever reads the body; `MAX_CONTENT_LENGTH` is a default for the API."""
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = 30
    Api(is_api=lambda path: path.startswith("/api")).init_app(app)
    bp = Blueprint("bounded", __name__, url_prefix="/bounded")
    router_options(bp, max_body_size=10)
    bp.post("/")(lambda: {"length": len(request.get_data())})
    pieces = bp.post("/pieces", endpoint="pieces")
    pieces(lambda: {"pieces": [len(piece) for piece in iter(lambda: request.stream.read(4), b"")]})
    app.register_blueprint(bp)
    app.post("/site")(lambda: {"length": len(request.get_data())})

    @app.post("/api/")
    @operation()
    def of_the_api(a: Annotated[str, Form()]) -> int:
        return len(a)

    def post(path: str, size: int, *, in_chunks: bool) -> tuple[int, str]:
        environ = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"} if in_chunks else {}
        headers = {"content-type": "application/x-www-form-urlencoded"}
        body = b"a=" + b"x" * (size - 2)
        answer = app.test_client().post(path, data=body, environ_overrides=environ, headers=headers)
        return answer.status_code, answer.text.strip()

    assert post("/bounded/", 10, in_chunks=False) == post("/bounded/", 10, in_chunks=True) == (200, '{"length":10}')
    assert post("/bounded/", 11, in_chunks=False) == (413, "Content Too Large")
    assert post("/bounded/", 11, in_chunks=True)[0] == 413
    assert post("/bounded/pieces", 10, in_chunks=True) == (200, '{"pieces":[4,4,2]}')
    assert post("/bounded/pieces", 11, in_chunks=True)[0] == 413
    assert post("/api/", 30, in_chunks=False) == post("/api/", 30, in_chunks=True) == (200, "28")
    assert post("/api/", 31, in_chunks=False) == post("/api/nowhere", 31, in_chunks=False) == (413, "Content Too Large")
    assert post("/api/", 31, in_chunks=True) == (413, '{"detail":"Content Too Large"}')
    assert post("/site", 31, in_chunks=False)[0] == 413
