"""What a request carries: the values of each location by their names on the wire, and the decoded body.

Pairs https://fastapi.tiangolo.com/tutorial/query-params/ and its siblings, and
https://fastapi.tiangolo.com/advanced/strict-content-type/, with `flask.Request`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from email.message import Message
from typing import Any, Final
from urllib.parse import parse_qsl

from flask import Request
from marshmallow import missing

from .errors import UNREADABLE_BODY, EndpointContext, HTTPException, RequestValidationError

Values = Mapping[str, list[Any]]

_ESCAPED: Final = re.compile(r"\\(?:([0-3][0-7]{2})|(.))")


def read_body(request: Request, context: Callable[[], EndpointContext], *, strict_content_type: bool) -> Any:
    """The JSON value of the request's body, its bytes where the Content-Type is not JSON, or `missing` without a body.

    `context` gives the view for an error's text. Without `strict_content_type` a body without a Content-Type is JSON
    too. Raises RequestValidationError (`json_invalid`) for malformed JSON and HTTPException(400) for whatever else
    keeps it from being read: bytes that are no text, numbers too long, brackets too deep.
    """
    raw = request.get_data(cache=True)
    if not raw:
        return missing
    content_type = request.headers.get("Content-Type", "")
    if not _is_json(content_type) and (content_type or strict_content_type):
        return raw
    try:
        return json.loads(raw)
    except json.JSONDecodeError as error:
        fault = {"type": "json_invalid", "loc": ("body", error.pos), "msg": "JSON decode error", "input": {}}
        faults = [fault | {"ctx": {"error": error.msg}}]
        raise RequestValidationError(faults, error.doc, endpoint_ctx=context()) from error
    except Exception as error:
        raise HTTPException(400, UNREADABLE_BODY) from error


def _is_json(content_type: str) -> bool:
    if content_type == "application/json":
        return True
    message = Message()
    message["content-type"] = content_type
    subtype = message.get_content_subtype()
    return message.get_content_maintype() == "application" and (subtype == "json" or subtype.endswith("+json"))


def _query(request: Request) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for name, value in parse_qsl(request.query_string.decode("latin-1"), keep_blank_values=True):
        values.setdefault(name, []).append(value)
    return values


def _headers(request: Request) -> dict[str, list[str]]:
    return {name.lower(): [value] for name, value in request.headers.items()}


def _cookies(request: Request) -> dict[str, list[str]]:
    """Split at semicolons as browsers do; Werkzeug drops a pair whose value has a space or a bracket in it."""
    values: dict[str, list[str]] = {}
    for pair in request.headers.get("Cookie", "").split(";"):
        name, _, value = pair.partition("=") if "=" in pair else ("", "", pair)
        name, value = name.strip(), value.strip()
        if name or value:
            values[name] = [_unquoted(value)]
    return values


def _unquoted(value: str) -> str:
    """A cookie's value without its quotes and backslashes (RFC 2109, as `http.cookies` writes them)."""
    if len(value) < 2 or value[0] != '"' or value[-1] != '"':
        return value
    return _ESCAPED.sub(lambda found: chr(int(found[1], 8)) if found[1] else found[2], value[1:-1])


READERS: Final[Mapping[str, Callable[[Request], Values]]] = {
    "query": _query,
    "header": _headers,
    "cookie": _cookies,
}
"""How the values of each location are read from a request; those of the path are the view's arguments."""
