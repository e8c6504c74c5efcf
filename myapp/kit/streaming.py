"""Views that `yield`: their items go out as they come.

Pairs https://fastapi.tiangolo.com/tutorial/stream-json-lines/, https://fastapi.tiangolo.com/tutorial/server-sent-events/
and https://fastapi.tiangolo.com/advanced/stream-data/ with Flask's streamed responses. Three ways, as in FastAPI: JSON
Lines unless the operation says otherwise, events for `response_class=EventSourceResponse`, and the chunks as they are
for any other class. A declared item type, `-> Iterable[Item]` or `-> AsyncIterable[Item]`, checks and filters every
item of the first two.

The response begins before the generator does, so an exception in the generator, HTTPException too, ends the response in
the middle: what can be refused is refused in a dependency. The generator sees `current_app`, `g` and `request`; it is
closed when the client has gone, which shows at the next write.
"""

from __future__ import annotations

import collections.abc
from collections.abc import AsyncGenerator, AsyncIterable, Callable, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import copy_context
from functools import partial
from typing import Any, ClassVar, get_args, get_origin

from flask import Flask, current_app, g
from marshmallow.fields import Field as MarshmallowField
from werkzeug.wrappers import Response

from .background import BackgroundTask
from .errors import EndpointContext
from .params import Undefined
from .pumps import InlinePump, Pump, TaskPump, ThreadPump
from .response_classes import Response as KitResponse
from .responses import InjectedResponse, json_bytes, make_response_of
from .serialize import Serializer, SerializerOptions
from .sse import PING, ServerSentEvent, event_bytes, plain_json
from .typehints import field_for

_ORIGINS = (
    collections.abc.AsyncIterable,
    collections.abc.AsyncIterator,
    collections.abc.AsyncGenerator,
    collections.abc.Iterable,
    collections.abc.Iterator,
    collections.abc.Generator,
)


class StreamingResponse(KitResponse):
    """Chunks of str or bytes as a view yields them, or as an iterable gives them, an asynchronous one too.

    A subclass, or the argument, says in `media_type` what they are.
    """

    def __init__(
        self,
        content: Any,
        status_code: int = 200,
        headers: Mapping[str, str] | None = None,
        media_type: str | None = None,
        background: BackgroundTask | None = None,
    ) -> None:
        super().__init__(content, status_code, headers, media_type, background)

    def render(self, content: Any) -> Iterable[bytes]:
        """What the server is to iterate over."""
        return content if isinstance(content, _Body) else _Body(_pump(content, _raw), None)


class JSONLinesResponse(StreamingResponse):
    """One JSON document a line: what a view that yields answers by default."""

    media_type = "application/jsonl"


class EventSourceResponse(StreamingResponse):
    """Server-sent events: `data: {json}` for each item, more for a `ServerSentEvent`, a comment when there is none.

    `ping_interval` is how many seconds of silence pass before that comment; a subclass may set another.
    """

    media_type = "text/event-stream"
    ping_interval: ClassVar[float] = 15.0


class Streaming:
    """How the items of one view go out, worked out when the view is defined."""

    def __init__(
        self,
        response_class: type[KitResponse] | None,
        response_model: Any,
        options: SerializerOptions,
        context: Callable[[], EndpointContext],
    ) -> None:
        self.response_class = response_class or JSONLinesResponse
        self.item_field: MarshmallowField[Any] | None = None
        item_type = _item_type(response_model)
        if item_type is not Undefined and not self.is_raw and not _is_event(item_type):
            self.item_field = field_for(item_type)
        self.encode = self._encoder(options, context)

    @property
    def is_raw(self) -> bool:
        """Whether chunks go out as they are."""
        return not issubclass(self.response_class, EventSourceResponse | JSONLinesResponse)

    @property
    def media_type(self) -> str | None:
        """What the document and the response's Content-Type say."""
        return self.response_class.media_type

    def response(self, items: Any, status_code: int | None, injected: InjectedResponse | None) -> Response:
        """The response to the current request, which will run `items`, the generator, while it is sent."""
        interval = self.response_class.ping_interval if issubclass(self.response_class, EventSourceResponse) else None
        body = _Body(_pump(items, self.encode, interval), interval)
        if injected is not None and injected.changed_status is not None:
            status_code = injected.changed_status
        response = make_response_of(self.response_class, body, status_code, None)
        if interval is not None:
            response.headers["Cache-Control"] = "no-cache"
            response.headers["X-Accel-Buffering"] = "no"  # nginx would gather events
        if injected is not None:
            response.headers.extend(injected.headers)
        return response

    def _encoder(self, options: SerializerOptions, context: Callable[[], EndpointContext]) -> Callable[[Any], bytes]:
        if self.is_raw:
            return _raw
        json_of: Callable[[Any], bytes] = plain_json
        if self.item_field is not None:
            serializer = Serializer(self.item_field, options, context)
            json_of = lambda item: json_bytes(serializer(item))  # noqa: E731
        if issubclass(self.response_class, EventSourceResponse):
            return lambda item: event_bytes(item, json_of)
        return lambda item: json_of(item) + b"\n"


class _Body:
    """What the server iterates over."""

    def __init__(self, pump: Pump, interval: float | None) -> None:
        self._pump = pump
        self._interval = interval
        self._begun = False

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        if not self._begun:
            # Nothing, so that status and headers go out now: a browser's `onopen` does not wait for the first event.
            self._begun = True
            return b""
        chunk = self._pump.receive(self._interval)
        return PING if chunk is None else chunk

    def close(self) -> None:
        """Called by the server after the last chunk, or when the client has gone."""
        self._pump.close()


def _raw(chunk: str | bytes | memoryview) -> bytes:
    return chunk.encode() if isinstance(chunk, str) else bytes(chunk)


def _pump(items: Any, encode: Callable[[Any], bytes], interval: float | None = None) -> Pump:
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    own = partial(_own_context, app, dict(vars(g._get_current_object())))
    # The context variables of this request, flask.request among them, without those of whoever sends the chunks.
    context = copy_context()
    if isinstance(items, AsyncIterable):
        return TaskPump(_encoded_async(items, encode, own), context, app.async_to_sync)
    chunks = _encoded(items, encode, own)
    return InlinePump(chunks, context) if interval is None else ThreadPump(chunks, context)


def _item_type(annotation: Any) -> Any:
    if get_origin(annotation) not in _ORIGINS:
        return Undefined
    return next(iter(get_args(annotation)), Any)  # bare `AsyncIterable`


def _is_event(item_type: Any) -> bool:
    return isinstance(item_type, type) and issubclass(item_type, ServerSentEvent)


@contextmanager
def _own_context(app: Flask, noted: dict[str, Any]) -> Iterator[None]:
    """An application context for as long as the stream lasts, with what the request has noted in `g`.

    The request's own is gone by then, and what is bound to it (`db.session`) has been cleared away.
    """
    with app.app_context() as context:
        vars(context.g).update(noted)
        yield


def _encoded(items: Iterable[Any], encode: Callable[[Any], bytes], own: Callable[[], Any]) -> Generator[bytes]:
    with own():
        try:
            for item in items:
                yield encode(item)
        finally:
            if hasattr(items, "close"):
                items.close()


async def _encoded_async(
    items: AsyncIterable[Any], encode: Callable[[Any], bytes], own: Callable[[], Any]
) -> AsyncGenerator[bytes]:
    with own():
        try:
            async for item in items:
                yield encode(item)
        finally:
            if hasattr(items, "aclose"):
                await items.aclose()
