"""Server-sent events: what a view may yield, and how it is written on the wire.

Pairs https://fastapi.tiangolo.com/tutorial/server-sent-events/ and the format of
https://html.spec.whatwg.org/multipage/server-sent-events.html; no Flask extension has it on every worker class.
"""

from __future__ import annotations

import dataclasses
import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from marshmallow import ValidationError

from .encoders import jsonable_encoder
from .responses import json_bytes
from .serialize.dumping import dump
from .typehints import field_for

PING: Final = b": ping\n\n"
"""A comment: the browser ignores it, and a connection whose client has gone fails on it."""

_LINE_END: Final = re.compile("\r\n|\r|\n")
_INTEGER: Final = field_for(int)


@dataclass(kw_only=True)
class ServerSentEvent:
    """One event with all that the format knows; yield it from a view with `response_class=EventSourceResponse`.

    `data` is written as JSON, also when it is a string; `raw_data` as it is. `id` is what a browser sends back as
    `Last-Event-ID` when it connects again, `retry` after how many milliseconds it does, `event` the name for
    `addEventListener`; `comment` is for nobody. Raises ValueError for both kinds of data at once, for a line break in
    `event` or `id`, NUL in `id`, and a negative `retry`.
    """

    data: Any = None
    raw_data: str | None = None
    event: str | None = None
    id: str | None = None
    retry: int | None = None
    comment: str | None = None

    def __post_init__(self) -> None:
        for name in ("raw_data", "event", "id", "comment"):
            if isinstance(value := getattr(self, name), bytes):
                setattr(self, name, value.decode())
            if not isinstance(getattr(self, name), str | None):
                raise ValueError(f"SSE {name!r} must be a string")
        for name in ("event", "id"):
            if _LINE_END.search(getattr(self, name) or ""):
                raise ValueError(f"SSE {name!r} must be a single line")
        if "\0" in (self.id or ""):
            raise ValueError("SSE 'id' must not contain null characters")
        try:
            self.retry = None if self.retry is None else _INTEGER.deserialize(self.retry)
        except ValidationError as error:
            raise ValueError("SSE 'retry' must be an integer, 0 or more") from error
        if self.retry is not None and self.retry < 0:
            raise ValueError("SSE 'retry' must be an integer, 0 or more")
        if self.data is not None and self.raw_data is not None:
            raise ValueError("'data' and 'raw_data' can't both be set: 'data' is written as JSON, 'raw_data' as it is")

    def encode(self) -> bytes:
        """The event on the wire, in FastAPI's order of fields."""
        lines = _lines("", self.comment)
        lines += _lines("event", self.event)
        lines += _lines("data", _json(self.data) if self.data is not None else self.raw_data)
        lines += _lines("id", self.id)
        lines += _lines("retry", None if self.retry is None else str(self.retry))
        return "".join(f"{line}\n" for line in [*lines, ""]).encode()


def event_bytes(item: Any, json_of: Callable[[Any], bytes]) -> bytes:
    """What a view yielded as an event: a ServerSentEvent as it says, anything else as its data."""
    if isinstance(item, ServerSentEvent):
        return item.encode()
    return ServerSentEvent(raw_data=json_of(item).decode()).encode()


def plain_json(value: Any) -> bytes:
    """Any value as JSON in the way FastAPI writes the items of a stream without an item type: NaN is null."""
    return json.dumps(_finite(jsonable_encoder(value))).encode()


def event_schema(content: Mapping[str, Any] | None) -> dict[str, Any]:
    """One event as OpenAPI 3.2 describes it (section 4.14.4), whose data is `content` in JSON unless that is None."""
    schema: dict[str, Any] = {"type": "object"}
    data: dict[str, Any] = {"type": "string"}
    if content is not None:
        schema["required"] = ["data"]
        data |= {"contentMediaType": "application/json", "contentSchema": dict(content)}
    fields = {"event": {"type": "string"}, "id": {"type": "string"}, "retry": {"type": "integer", "minimum": 0}}
    return {**schema, "properties": {"data": data, **fields}}


def _lines(field: str, text: str | None) -> list[str]:
    return [] if text is None else [f"{field}: {line}" for line in _LINE_END.split(text)]


def _json(data: Any) -> str:
    if dataclasses.is_dataclass(data) and not isinstance(data, type):
        # FastAPI has the model write itself here, by the names of its attributes
        return json_bytes(dump(data, mode="json")).decode()
    return plain_json(data).decode()


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    return [_finite(item) for item in value] if isinstance(value, list) else value
