"""Bodies that end early or cannot be read, where the server ends `wsgi.input` itself: a 400, never half a body."""

from __future__ import annotations

import io
from typing import Annotated, Any

import pytest
from flask import Flask, request
from werkzeug.exceptions import RequestEntityTooLarge

from myapp.kit import Api, Body, Form, UploadFile, mount, operation

JSON, FORM, FILES = "application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"
FILE = b'--x\r\nContent-Disposition: form-data; name="a"; filename="a"\r\n\r\nabc\r\n--x--\r\n'
READ = {
    "/json": (JSON, b"[1]"),
    "/form": (FORM, b"a=1"),
    "/file": (FILES, FILE),
    "/plain": (FORM, b"text"),
    "/mounted/plain": (FORM, b"text"),
}


class Broken(io.BytesIO):
    """What a server hands on of a body whose chunks can't be read."""

    def read(self, size: int | None = -1) -> bytes:
        """Raise at the end, as gunicorn does for a trailer that is none: with an exception that is no OSError."""
        data = super().read(size)
        if not data:
            raise LookupError("no such chunk")
        return data


def application(**options: Any) -> Flask:
    """Views that read a body each in its way, here and in a mounted application."""
    app, inner = Flask("outer"), Flask("inner")
    for one in (app, inner):
        Api(**(options if one is app else {})).init_app(one)
        one.post("/plain")(lambda: {"length": len(request.get_data())})
    mount(app, "/mounted", inner)

    @app.post("/json")
    @operation()
    def of_json(a: Annotated[list[int], Body()]) -> int:
        return len(a)

    @app.post("/form")
    @operation()
    def of_form(a: Annotated[str, Form()]) -> int:
        return len(a)

    @app.post("/file")
    @operation()
    def of_file(a: UploadFile) -> int:
        return a.size or 0

    return app


@pytest.mark.parametrize("limit", [None, 1000])
@pytest.mark.parametrize("path", READ)
def test_a_body_that_is_cut_off(path: str, limit: int | None) -> None:
    """400 where less comes than was announced, and where chunks can't be read; 200 where all is there."""
    client = application(max_body_size=limit).test_client()
    kind, body = READ[path]

    def status(stream: io.BytesIO, **environ: str) -> int:
        given = {"wsgi.input_terminated": True, "wsgi.input": stream, "CONTENT_TYPE": kind, **environ}
        with client.post(path, environ_overrides=given) as answer:
            return answer.status_code

    assert status(io.BytesIO(body), CONTENT_LENGTH=str(len(body))) == 200
    assert status(io.BytesIO(body), HTTP_TRANSFER_ENCODING="chunked") == 200
    assert status(io.BytesIO(body), CONTENT_LENGTH=str(len(body) + 1)) == 400
    assert status(Broken(body), HTTP_TRANSFER_ENCODING="chunked") == 400


def test_a_limit_around_a_mounted_application() -> None:
    """It is a 413 there, too: the outer limit's exception passes through the inner one."""
    client = application(max_body_size=3).test_client()
    given = {"wsgi.input_terminated": True, "wsgi.input": io.BytesIO(b"text"), "HTTP_TRANSFER_ENCODING": "chunked"}
    assert client.post("/mounted/plain", environ_overrides=given).status_code == RequestEntityTooLarge.code
