"""Conditional requests: `@operation(etag=ETag(...))` answers 304, 412 and 428 by the state of what is asked for.

What FastAPI leaves to the application, declared as the rest of an operation is, over Werkzeug's entity tags. RFC 9110,
sections 8.8.3 (ETag) and 13 (If-Match, If-None-Match); RFC 6585, section 3 (428)::

    def version(post: PostDep) -> int:
        return post.version

    @operation(etag=ETag(version))                                       # GET: an ETag; 304 for who has it already
    @operation(etag=ETag(version, required=True, conflict=StaleDataError))  # PATCH, DELETE: 428, 412, no lost update
    @operation(etag=ETag())                                              # GET: the tag is a hash of the body
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import Request, current_app
from werkzeug.wrappers import Response

from .dependant import Dependant, get_dependant
from .errors import HTTPException, RequestValidationError
from .responses import InjectedResponse
from .solve import Invocation, async_to_sync

_READS: Final = frozenset({"GET", "HEAD"})
_TAG: Final = re.compile(r"[\x21\x23-\x7e]+")


@dataclass(frozen=True)
class ETag:
    """How an operation's entity tag is found, and what follows from it.

    `of` is a dependency: its arguments are an operation's, it shares their values with the view, and what it returns
    tells two states of the resource apart (a version, a hash; text without quotes or spaces). It is asked before the
    view, so that a GET answers 304 without running it, and after a PATCH, so it has to read what the view has changed.
    Without `of` the tag is made of the body that a GET has written.

    `required` demands If-Match (428 without it). `conflict` is what the view raises when somebody else was faster
    between the comparison and the write, SQLAlchemy's `StaleDataError` for one: 412, or 409 where no If-Match was sent.
    A `weak` tag says that two bodies mean the same, not that they are equal: no If-Match but `*` matches it.
    """

    of: Callable[..., object] | None = None
    weak: bool = False
    required: bool = False
    conflict: type[Exception] | tuple[type[Exception], ...] = ()


class Conditional:
    """An `ETag` at one URL rule: what a request's conditions are compared with, and what the document says of it.

    Raises TypeError for an operation whose tag can't be known.
    """

    def __init__(self, declared: ETag, path_names: frozenset[str], methods: Sequence[str]) -> None:
        self.declared = declared
        self.dependant: Dependant | None = None
        if declared.of is None:
            if not _READS.issuperset(methods):
                raise TypeError("ETag() of a body is for GET: before a write there is none; give it a function")
            return
        self.dependant = get_dependant(declared.of, path_names)
        if self.dependant.kind.endswith("generator"):
            raise TypeError("the function of an ETag returns its value, it does not yield")
        self.of = async_to_sync(declared.of) if self.dependant.kind == "coroutine" else declared.of

    def respond(self, invocation: Invocation, answer: Callable[[], Response]) -> Response:
        """The view's `answer` to the request, with its ETag, or 304 in its place.

        Raises HTTPException 412 and 428 before the view runs, and 412 or 409 for a `conflict` in it;
        RequestValidationError for what the ETag's own arguments find at fault.
        """
        request = invocation.request
        if self.dependant is not None:
            arguments = invocation.solve(self.dependant)
            if arguments is None:
                raise RequestValidationError(invocation.errors)
            state = functools.partial(self.of, **arguments)
            tag = self._tag(state())
            if self._not_modified(request, tag):
                return self._as_304(tag, invocation.response)
        try:
            response = answer()
        except self.declared.conflict as error:
            raise HTTPException(412 if request.headers.get("If-Match") else 409) from error
        if not 200 <= response.status_code < 300 or response.status_code == 204 or response.direct_passthrough:
            return response
        if self.dependant is None:
            return self._of_body(request, response)
        if request.method in _READS:
            response.set_etag(tag, self.declared.weak)
        elif request.method == "PATCH":
            # Not after a PUT: a tag there says that what was sent was stored to the byte (RFC 9110, section 9.3.4).
            response.set_etag(self._tag(state()), self.declared.weak)
        return response

    def _of_body(self, request: Request, response: Response) -> Response:
        if response.is_streamed:
            return response
        response.add_etag(weak=self.declared.weak)
        if self._not_modified(request, str(response.get_etag()[0])):
            response.set_data(b"")
            response.status_code = 304
        return response

    def _not_modified(self, request: Request, tag: str) -> bool:
        """Whether the client has this state already; in the order of RFC 9110, section 13.2.2."""
        if request.headers.get("If-Match"):
            matches = request.if_match.star_tag or (not self.declared.weak and request.if_match.is_strong(tag))
            # A header that can't be read matches nothing: the client wanted a condition.
            if not matches:
                raise HTTPException(412)
        elif self.declared.required and request.method not in _READS:
            raise HTTPException(428)
        if request.if_none_match.contains_weak(tag):
            if request.method not in _READS:
                raise HTTPException(412)
            return True
        return False

    def _as_304(self, tag: str, injected: InjectedResponse | None) -> Response:
        response = current_app.response_class(status=304)
        if injected is not None:
            response.headers.extend(injected.headers)
        response.set_etag(tag, self.declared.weak)
        return response

    def _tag(self, state: object) -> str:
        tag = str(state)
        if not _TAG.fullmatch(tag):
            raise ValueError(f"{tag!r} can't be an entity tag: printable ASCII without quotes and spaces")
        return tag

    def parameters(self, method: str) -> list[dict[str, Any]]:
        """The header that the method's clients send, as the document has it."""
        name = "if-none-match" if method in _READS else "if-match"
        schema = {"anyOf": [{"type": "string"}, {"type": "null"}], "title": name.title()}
        return [{"name": name, "in": "header", "required": False, "schema": schema}]

    def responses(self, method: str) -> Mapping[int, Mapping[str, Any]]:
        """What the method may answer because of it; the headers of a success are `headers`."""
        if method in _READS:
            return {304: {"description": "Not Modified"}}
        refused = {412: {"description": "Precondition Failed"}}
        if self.declared.required:
            refused[428] = {"description": "Precondition Required"}
        elif self.declared.conflict:
            refused[409] = {"description": "Conflict"}
        return refused

    def headers(self, method: str) -> dict[str, Any]:
        """The headers of a success."""
        if method not in _READS and method != "PATCH":
            return {}
        return {"ETag": {"description": "The state of the resource", "schema": {"type": "string"}}}
