"""How large a request's body may be: `max_body_size` and `form_limits` of an application, a router, an operation.

Pairs https://fastapi.tiangolo.com/advanced/request-body-limits/ with Flask's `MAX_CONTENT_LENGTH`, which is the default
where nothing is declared. Werkzeug alone would cut off what is too long and comes in chunks, without a word; and take
half a body for a whole one when the client goes away, behind a server that says `wsgi.input_terminated`, as gunicorn
does.
"""

from __future__ import annotations

import io
import sys
from typing import IO, TYPE_CHECKING, Any, Final, TypedDict

from flask import Request
from werkzeug.exceptions import ClientDisconnected, HTTPException, RequestEntityTooLarge

from .response_classes import PlainTextResponse

if TYPE_CHECKING:
    from .response_classes import Response

TOO_LARGE: Final = "Content Too Large"


class FormLimits(TypedDict, total=False):
    """How much of a form is read; what is left out is inherited, in the end from `FORM_LIMITS`."""

    max_fields: int
    max_files: int
    max_part_size: int


INHERITED_SIZE: Final = "kit.max_body_size"
INHERITED_FORM_LIMITS: Final = "kit.form_limits"
"""Where the WSGI environment of a mounted application has the limits of what it is mounted on."""

FORM_LIMITS: Final = FormLimits(max_fields=1000, max_files=1000, max_part_size=1024 * 1024)


def check_limits(max_body_size: Any, form_limits: FormLimits) -> FormLimits:
    """A copy of `form_limits`, which nobody changes later. Raises ValueError for a declaration that limits nothing."""
    if max_body_size is not None and not _is_size(max_body_size):
        raise ValueError("max_body_size must be a non-negative integer or None")
    for name, limit in form_limits.items():
        if name not in FORM_LIMITS:
            raise ValueError(f"form_limits knows {', '.join(FORM_LIMITS)}, not {name!r}")
        if not _is_size(limit):
            raise ValueError(f"form_limits: {name} must be a non-negative integer")
    return form_limits.copy()


def _is_size(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def limit_body(request: Request, limit: int | None) -> Response | None:
    """Answer 413 to a body whose length is announced and too large; see to it that no other can be read beyond `limit`.

    Reading one then raises Werkzeug's RequestEntityTooLarge (413), whoever reads it, and ClientDisconnected (400) where
    the body ends early or its chunks are none.
    """
    environ = request.environ
    # Most requests have no body, and Werkzeug takes its time to say so.
    length = request.content_length if "CONTENT_LENGTH" in environ else None
    if length is not None:
        if limit is not None and length > limit:
            return PlainTextResponse(TOO_LARGE, 413)
        # Werkzeug then counts itself how much has come.
        environ.pop("wsgi.input_terminated", None)
    elif limit is not None or "HTTP_TRANSFER_ENCODING" in environ:
        environ["wsgi.input"] = LimitedBody(environ["wsgi.input"], sys.maxsize if limit is None else limit)
    if limit is not None:
        # Werkzeug's own limit is out of the way: a body of just this length would not end before it
        request.max_content_length = limit + 1
    return None


class LimitedBody(io.RawIOBase):
    """A stream of which no more than `limit` bytes may come; reading more raises RequestEntityTooLarge.

    Whatever else a server raises, ClientDisconnected stands for: gunicorn has exceptions of its own for broken chunks.
    """

    def __init__(self, stream: IO[bytes], limit: int) -> None:
        self._stream = stream
        self._left = limit

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        """Read into the buffer; return how much, and 0 at the end."""
        try:
            data = self._stream.read(len(buffer))
        except HTTPException:  # of another limit, around a mounted application
            raise
        except Exception as error:
            raise ClientDisconnected from error
        self._left -= len(data)
        if self._left < 0:
            raise RequestEntityTooLarge(TOO_LARGE)
        buffer[: len(data)] = data
        return len(data)
