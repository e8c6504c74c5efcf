"""From what a view returns to the bytes that go out.

Pairs https://fastapi.tiangolo.com/tutorial/response-model/ with Flask's response class and orjson. With a response
model the result is checked, filtered and written by a compiled `Serializer`; without one it is written as
`jsonable_encoder` writes it.
"""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

import flask
import orjson

from .encoders import Constant, json_utf8, jsonable_encoder
from .response_classes import Response


class InjectedResponse(Response):
    """What a `response: Response` argument receives: set its status code, headers and cookies, return data as usual.

    https://fastapi.tiangolo.com/advanced/response-headers/#use-a-response-parameter
    """

    def __init__(self) -> None:
        super().__init__()
        del self.headers["Content-Length"]
        self.changed_status: int | None = None

    @property
    def status(self) -> str:
        """The status to answer with, which `status_code` has as a number; 200 until either is set."""
        return self._status

    @status.setter
    def status(self, value: str | int | HTTPStatus) -> None:
        self._status, self._status_code = self._clean_status(value)
        self.changed_status = self._status_code


def is_body_allowed(status_code: int) -> bool:
    """Whether a response of this status may have a body (RFC 9110, section 6.4.1)."""
    return not (status_code < 200 or status_code in (204, 205, 304))


def json_bytes(value: Any) -> bytes:
    """Data from a `Serializer` as JSON; NaN and infinities become null, integers of any size are kept."""
    try:
        return orjson.dumps(value, _constant)
    except TypeError:
        return _json(value)


def _constant(value: Any) -> orjson.Fragment:
    if isinstance(value, Constant):
        return orjson.Fragment(json.dumps(value))
    raise TypeError


def encoded_bytes(value: Any) -> bytes:
    """Any value as JSON, as FastAPI writes a result without a response model; ValueError for NaN and infinities."""
    try:
        return _json(value)
    except TypeError:
        return _json(jsonable_encoder(value))


def _json(value: Any) -> bytes:
    return json_utf8(
        json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=jsonable_encoder)
    )


def make_response(
    app: flask.Flask, content: bytes, status_code: int | None, injected: InjectedResponse | None
) -> flask.Response:
    """A JSON response; an injected one decides over the status and adds its headers."""
    if injected is not None and injected.changed_status is not None:
        status_code = injected.changed_status
    status_code = status_code or 200
    response = app.response_class(
        content if is_body_allowed(status_code) else b"", status=status_code, mimetype="application/json"
    )
    if injected is not None:
        response.headers.extend(injected.headers)
    return response


def make_response_of(
    response_class: type[Response], content: Any, status_code: int | None, injected: InjectedResponse | None
) -> Response:
    """The operation's own class with what its view has returned; the class knows the status unless one is declared."""
    if injected is not None and injected.changed_status is not None:
        status_code = injected.changed_status
    response = response_class(content) if status_code is None else response_class(content, status_code=status_code)
    if injected is not None:
        response.headers.extend(injected.headers)
    return response
