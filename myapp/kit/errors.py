"""Errors in FastAPI's shape: HTTPException, the 422 of a request that does not validate, and the list inside it.

Pairs https://fastapi.tiangolo.com/tutorial/handling-errors/ with marshmallow's `ValidationError`. Every message that
the kit's fields raise is a `Fault`: an ordinary string to marshmallow, and to FastAPI's clients the `type`, `input` and
`ctx` beside it.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from http.client import responses
from typing import Any, TypedDict

from marshmallow import ValidationError
from marshmallow.exceptions import SCHEMA
from werkzeug.exceptions import HTTPException as WerkzeugHTTPException

from .messages import MARSHMALLOW, MESSAGES, SINGULAR

Loc = tuple[str | int, ...]

UNREADABLE_BODY = "There was an error parsing the body"
"""FastAPI's detail of the 400 for a body that is not even wrong JSON."""


class Fault(str):
    """One thing wrong with one value: a marshmallow error message that also knows what FastAPI says of it.

    The string is the message; `type` is pydantic's name of the fault, `input` the value at fault, `ctx` the figures in
    the message, and `loc` what is to be added to the place where marshmallow files the message (a union's member, say).
    """

    type: str
    input: Any
    ctx: Mapping[str, Any]
    loc: Loc

    def __new__(cls, type: str, msg: str, input: Any, ctx: Mapping[str, Any] | None = None, loc: Loc = ()) -> Fault:
        self = super().__new__(cls, msg)
        self.type, self.input, self.ctx, self.loc = type, input, ctx or {}, loc
        return self

    @classmethod
    def of(cls, type: str, input: Any, /, **ctx: Any) -> Fault:
        """The fault of this type, in the catalogue's words with the figures of `ctx` put in."""
        if not ctx:
            return cls(type, MESSAGES[type], input)
        plural = "" if any(ctx.get(name) == 1 for name in SINGULAR) else "s"
        return cls(type, MESSAGES[type].format(**ctx, s=plural), input, ctx)

    def at(self, loc: Loc, input: Any) -> Fault:
        """The same fault seen from further out: `loc` in front of its own, and `input` as the value at fault."""
        return type(self)(self.type, str(self), input, self.ctx, loc + self.loc)

    def as_dict(self) -> dict[str, Any]:
        """One entry of `errors()`; what `jsonable_encoder` makes of it is one of a 422's `detail`."""
        entry = {"type": self.type, "loc": self.loc, "msg": str(self), "input": self.input}
        if self.ctx:
            entry["ctx"] = self.ctx
        return entry


def invalid(type: str, input: Any, /, **ctx: Any) -> ValidationError:
    """The marshmallow error with one catalogue fault in it, to be raised by a field."""
    return ValidationError(Fault.of(type, input, **ctx))


def faulted(error: Exception, input: Any) -> ValidationError:
    """What a user's validator raised, as pydantic reports it: `value_error`, or `assertion_error` for an `assert`.

    The exception itself is in `ctx`. A marshmallow `ValidationError` that already carries faults, or names fields, is
    returned as it is.
    """
    if isinstance(error, ValidationError):
        if not isinstance(error.messages, list):
            return error
        return ValidationError([_value_error(message, input) for message in error.messages])
    type = "assertion_error" if isinstance(error, AssertionError) else "value_error"
    return ValidationError(Fault(type, MESSAGES[type].format(error=error), input, {"error": error}))


def _value_error(message: Any, input: Any) -> Any:
    if isinstance(message, Fault) or not isinstance(message, str):
        return message
    if message in MARSHMALLOW:
        return Fault.of(MARSHMALLOW[message], None if MARSHMALLOW[message] == "missing" else input)
    return Fault("value_error", MESSAGES["value_error"].format(error=message), input, {"error": ValueError(message)})


_ABSENT: Any = object()


def _child(data: Any, key: Any) -> Any:
    """What `data` holds under `key`, or `_ABSENT`."""
    try:
        return data[key] if isinstance(data, (Mapping, Sequence)) else getattr(data, "__dict__", {}).get(key, _ABSENT)
    except (KeyError, IndexError, TypeError):
        return _ABSENT


def faults(messages: Any, data: Any, loc: Loc = (), parent: Any = None) -> Iterator[Fault]:
    """Every fault in marshmallow's nested `messages`, with its full `loc` and the value at fault looked up in `data`.

    `data` is what was loaded, and the `parent` holds it. `_schema` messages stand for the object itself. marshmallow's
    Dict files what is wrong with a pair under "key" and "value"; pydantic's loc for a bad key ends in "[key]".
    """
    if isinstance(messages, str):
        here = None if data is _ABSENT else data
        fault = _value_error(messages, here)
        missing = fault.type == "missing" and fault.input is None
        yield fault.at(loc, parent if missing else fault.input)
    elif isinstance(messages, Mapping):
        pair = messages.keys() <= {"key", "value"} and not isinstance(data, Mapping) and isinstance(parent, Mapping)
        for key, inner in messages.items():
            if key == SCHEMA:
                yield from faults(inner, data, loc, parent)
            elif pair:
                at_key = key == "key"
                yield from faults(inner, loc[-1] if at_key else data, (*loc, "[key]") if at_key else loc, parent)
            else:
                yield from faults(inner, _child(data, key), (*loc, key), None if data is _ABSENT else data)
    else:
        for message in messages:
            yield from faults(message, data, loc, parent)


def flatten(messages: Any, data: Any, loc: Loc = ()) -> list[dict[str, Any]]:
    """marshmallow's messages as FastAPI's `errors()` has them: `[{"type", "loc", "msg", "input"[, "ctx"]}]`.

    `messages` is `ValidationError.messages` (or any part of it), `data` the raw input that was loaded and `loc` where
    it was found (`("body",)`).
    https://fastapi.tiangolo.com/tutorial/handling-errors/#use-the-requestvalidationerror-body
    """
    return [fault.as_dict() for fault in faults(messages, data, loc)]


class HTTPException(WerkzeugHTTPException):
    """Ends the request with this status and `{"detail": detail}`; `detail` is any JSON, by default the status's phrase.

    It is one of Werkzeug's, as FastAPI's is one of Starlette's: whoever handles those handles this.
    https://fastapi.tiangolo.com/reference/exceptions/#fastapi.HTTPException
    """

    def __init__(self, status_code: int, detail: Any = None, headers: Mapping[str, str] | None = None) -> None:
        self.detail = responses.get(status_code, "") if detail is None else detail
        super().__init__(str(self.detail))
        self.code = self.status_code = int(status_code)
        self.headers = headers

    def __str__(self) -> str:
        return f"{self.status_code}: {self.detail}"

    def __repr__(self) -> str:
        return f"{type(self).__name__}(status_code={self.status_code!r}, detail={self.detail!r})"


class EndpointContext(TypedDict, total=False):
    """Where the view of an operation is written, and its method and path: for whoever reads the log."""

    function: str
    path: str
    file: str
    line: int


def endpoint_context(view: Callable[..., Any], path: str) -> EndpointContext:
    """Of a view, as FastAPI tells it; a callable object has no line."""
    context = EndpointContext(function=getattr(view, "__name__", ""), path=path)
    code = getattr(inspect.unwrap(view), "__code__", None)
    if code is not None:
        context |= {"file": code.co_filename, "line": code.co_firstlineno}
    return context


class ValidationException(Exception):
    """Holds the faults, the data that they were found in, and, where the kit raised it, which view it was about."""

    def __init__(self, errors: Sequence[Any], body: Any = None, *, endpoint_ctx: EndpointContext | None = None) -> None:
        super().__init__(errors)
        self._errors = errors
        self.body = body
        self.endpoint_ctx = endpoint_ctx

    def errors(self) -> Sequence[Any]:
        """The faults, each `{"type", "loc", "msg", "input"[, "ctx"]}`: `loc` is a tuple, and `input` and `ctx` are as
        they were found; `jsonable_encoder` makes JSON of them."""
        return self._errors

    def __str__(self) -> str:
        return described(self._errors, self.endpoint_ctx)


def described(errors: Sequence[Any], context: EndpointContext | None) -> str:
    """The text of the exception, as FastAPI writes it: a line for each fault, then the view's."""
    lines = [f"{len(errors)} validation error{'' if len(errors) == 1 else 's'}:", *(f"  {each}" for each in errors)]
    if context and "file" in context:
        lines += ["", f'  File "{context["file"]}", line {context["line"]}, in {context["function"]}']
        lines += [f"    {context['path']}"] if "path" in context else []
    elif context and "path" in context:
        lines += ["", f"  Endpoint: {context['path']}"]
    return "\n".join(lines)


class RequestValidationError(ValidationException):
    """The request does not validate; answered with 422. `body` is what the client sent.

    https://fastapi.tiangolo.com/reference/exceptions/#fastapi.exceptions.RequestValidationError
    """


class ResponseValidationError(ValidationException):
    """What a view returned does not fit its response model; answered with 500, since the fault is the server's."""
