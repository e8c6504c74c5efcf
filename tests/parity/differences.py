"""The differences that are kept on purpose: the one table.

Each row has requests that show it (test_differences.py sends them to both sides and expects them to differ: a
difference that heals fails the build) and says which generated requests meet it, so that these are left out. The
README prints the table; `python -m tests.parity.readme` renews it.
"""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from myapp.blueprints import is_api
from tests.parity.compare import Case
from tests.parity.sides import Answer


def _never(operation: Any, case: Case) -> bool:
    return False


def _explains_nothing(found: Sequence[str], left: Answer, right: Answer) -> bool:
    return False


@dataclass(frozen=True)
class Difference:
    """One row, with its proof: `requests` that show it, or the test in test_differences.py that does (`shown_by`).

    Generated requests that meet it are left out beforehand (`concerns` the request) or forgiven afterwards (`explains`
    what was found between the answers).
    """

    key: str
    fastapi: str
    flask: str
    reason: str
    requests: tuple[Case, ...] = ()
    shown_by: str = ""
    concerns: Callable[[Any, Case], bool] = _never
    explains: Callable[[Sequence[str], Answer, Answer], bool] = _explains_nothing
    #: Takes what the row is about out of FastAPI's and Flask's documents.
    in_document: Callable[[dict[str, Any], dict[str, Any]], None] = lambda fastapi, flask: None


def _allow_of_405(found: Sequence[str], left: Answer, right: Answer) -> bool:
    """Both refuse the method, and Flask's list has all of FastAPI's."""
    lists = [{method.strip() for method in answer.headers.get("allow", "").split(",")} for answer in (left, right)]
    return (
        left.status_code == right.status_code == 405
        and len(found) == 1
        and found[0].startswith("header allow")
        and lists[0] <= lists[1]
    )


def _options_answered(found: Sequence[str], left: Answer, right: Answer) -> bool:
    return left.request.method == "OPTIONS" and (left.status_code, right.status_code) == (405, 200)


def _head_answered(found: Sequence[str], left: Answer, right: Answer) -> bool:
    return left.request.method == "HEAD" and left.status_code == 405 != right.status_code


#: Operations that answer with a set.
_SETS = ("/body/articles/", "/extra-data-types/events/")


def _order_of_a_set(found: Sequence[str], left: Answer, right: Answer) -> bool:
    """The same members in another order, in an operation that answers with a set."""

    def unordered(value: Any) -> Any:
        if isinstance(value, list):
            return sorted((unordered(item) for item in value), key=repr)
        return {key: unordered(item) for key, item in value.items()} if isinstance(value, dict) else value

    return (
        left.request.extensions["target"].decode().startswith(_SETS)
        and all(line.startswith("body.") for line in found)
        and repr(unordered(left.json())) == repr(unordered(right.json()))
    )


def _page(found: Sequence[str], left: Answer, right: Answer) -> bool:
    """The same status, as a page of the site."""
    outside = not is_api(left.request.extensions["target"].decode("ascii").partition("?")[0])
    page = right.headers.get("content-type", "").startswith("text/html")
    return outside and page and left.status_code == right.status_code


def _unhandled(found: Sequence[str], left: Answer, right: Answer) -> bool:
    """An error that nobody handles on either side, and the headers that middleware adds."""
    added = ("header vary:", "header x-process-time:", "header access-control-")
    return left.status_code == right.status_code == 500 and all(line.startswith(added) for line in found)


def _half_a_pair(found: Sequence[str], left: Answer, right: Answer) -> bool:
    """A body with such an escape, which FastAPI could not repeat."""
    sent = _ESCAPED_HALF.search(left.request.content) is not None
    return sent and left.status_code == 500 and right.status_code < 500


def _header_values(case: Case, name: str) -> list[str]:
    return [value for key, value in case.headers if key.lower() == name]


JSON = ("content-type", "application/json")
_ESCAPED_HALF = re.compile(rb"\\u[dD][89a-fA-F]")
_HOST = re.compile(r"[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(\.[a-zA-Z0-9-]{1,63})*(:\d+)?")


def _odd_host(operation: Any, case: Case) -> bool:
    return any(not _HOST.fullmatch(value) for value in _header_values(case, "host"))


def _underscored(operation: Any, case: Case) -> bool:
    return any("_" in name for name, _ in case.headers)


def _joined_or_split(operation: Any, case: Case) -> bool:
    """A header that is sent twice, or a comma in one that the operation reads as a list."""
    names = [name.lower() for name, _ in case.headers]
    lists = {
        parameter["name"].lower()
        for parameter in operation.parameters
        if parameter["in"] == "header" and '"array"' in json.dumps(parameter["schema"])
    }
    return len(set(names)) < len(names) or any("," in value for name in lists for value in _header_values(case, name))


def _empty_content_type(operation: Any, case: Case) -> bool:
    reads_headers = any(parameter["in"] == "header" for parameter in operation.parameters)
    return reads_headers and "" in _header_values(case, "content-type")


KEPT: tuple[Difference, ...] = (
    Difference(
        key="HEAD on a GET route",
        fastapi="405, `Allow: GET`",
        flask="answered: the GET's status and headers, no body",
        reason="RFC 9110 asks every server to support HEAD where it supports GET; monitors and caches use it.",
        requests=(Case("HEAD", "/first-steps/"), Case("HEAD", "/query-params/posts/")),
        explains=_head_answered,
    ),
    Difference(
        key="OPTIONS",
        fastapi="405, `Allow: GET`",
        flask="200 with `Allow`, no body",
        reason="Flask answers OPTIONS for every route, from the URL map.",
        requests=(Case("OPTIONS", "/first-steps/"), Case("OPTIONS", "/body/posts/")),
        explains=_options_answered,
    ),
    Difference(
        key="`Allow` of a 405",
        fastapi="the methods of the first route whose path matches",
        flask="every method the path has, with HEAD and OPTIONS",
        reason="RFC 9110 asks for the full list; Flask's is that.",
        requests=(Case("DELETE", "/first-steps/"), Case("PUT", "/sql-databases/users/")),
        explains=_allow_of_405,
    ),
    Difference(
        key="order of routes",
        fastapi="the first declared that matches: `/users/me` must stand before `/users/{user_id}`",
        flask="the most specific, in any order; of two equal ones the first",
        reason="Nothing can be shadowed by accident; what is declared in FastAPI's order behaves alike.",
        shown_by="test_order_of_routes",
    ),
    Difference(
        key="route added after its router was included",
        fastapi="served and documented",
        flask="refused with an AssertionError once the blueprint is registered",
        reason="A route that one process has and another lacks is a fault; Flask finds it at the start.",
        shown_by="test_live_inclusion",
    ),
    Difference(
        key="order of a set's members",
        fastapi="as Python's set has them",
        flask="as Python's set has them, which was built once more to check the answer",
        reason="A set has no order; with text in it, it is another one in every process anyway.",
        requests=(
            Case(
                "POST",
                "/body/articles/",
                (("content-type", "application/json"),),
                b'{"title":"t","minutes":1,"articleSlug":"s","author":{"name":"a"},"related":[7,15]}',
            ),
        ),
        explains=_order_of_a_set,
    ),
    Difference(
        key="line break at the very end of a path",
        fastapi="dropped: `/first-steps/%0A` is `/first-steps/` (`$` in a regular expression allows it)",
        flask="404",
        reason="An oversight in Starlette's routes; no client relies on it.",
        requests=(Case("GET", "/first-steps/%0A"), Case("GET", "/path-params/files/1%0A")),
        concerns=lambda operation, case: case.url.partition("?")[0].lower().rstrip("/").endswith("%0a"),
    ),
    Difference(
        key="header name with an underscore",
        fastapi="read (`Header(convert_underscores=False)`)",
        flask="never seen: gunicorn drops such a header",
        reason="WSGI spells `x_y` and `x-y` alike, so letting both through invites forged headers.",
        requests=(
            Case("GET", "/header-cookie-params/underscores", (("strange_header", "x"),)),
            Case("GET", "/header-cookie-params/models/headers/underscores", (("save_data", "on"),)),
        ),
        concerns=_underscored,
    ),
    Difference(
        key="header that is sent twice, or a list in one header",
        fastapi="two headers are two values, the first of them where one is wanted; a comma separates nothing",
        flask="one value joined by a comma; a list is split at commas, so two headers are two values there too",
        reason="A WSGI server joins what is sent twice, as RFC 9110 allows (section 5.3).",
        requests=(
            Case("GET", "/header-cookie-params/tokens", (("x-token", "a, b"),)),
            Case("GET", "/header-cookie-params/required", (("x-reader-id", "7"), ("x-reader-id", "8"))),
        ),
        concerns=_joined_or_split,
    ),
    Difference(
        key="empty Content-Type header",
        fastapi="a header like any other to a model of headers",
        flask="as if it had not been sent",
        reason="In the WSGI environment `CONTENT_TYPE` may be empty when there was none (PEP 3333).",
        requests=(Case("GET", "/header-cookie-params/models/headers", (("content-type", ""),)),),
        concerns=_empty_content_type,
    ),
    Difference(
        key="`Host` that no host can have",
        fastapi="any text is taken",
        flask="400 when it can't be a name (`.`, a label of 300 letters)",
        reason="Werkzeug matches routes by host too and refuses what the DNS could not resolve.",
        requests=(Case("GET", "/header-cookie-params/models/headers/known", (("host", "."),)),),
        concerns=_odd_host,
    ),
    Difference(
        key="middleware around an error that nobody handles",
        fastapi="passed by: the 500 has no CORS headers, no `X-Process-Time`",
        flask="seen: the 500 has both",
        reason="Without CORS headers the page of another site can't even read the status.",
        requests=(Case("GET", "/middleware/failing", (("origin", "https://posts.example"),)),),
        explains=_unhandled,
    ),
    Difference(
        key="`If-None-Match` and `If-Modified-Since` on a `FileResponse`",
        fastapi="200 with the whole file, whatever the client has (`StaticFiles` does answer 304)",
        flask="304 when the client's copy is good",
        reason="RFC 9110 (section 13.2.1) asks for the 304 of a server that sends ETags; Werkzeug's responses do it.",
        requests=(Case("GET", "/custom-response/guide", (("if-none-match", "*"),)),),
    ),
    Difference(
        key="`Range` beyond the file, of several parts, or unreadable, on a `FileResponse`",
        fastapi="416 without a body; 206 in several parts; 400",
        flask="416 in JSON for all of them",
        reason="Werkzeug sends one part at a time; a client that gets a 416 asks again without the header.",
        requests=(
            Case("GET", "/custom-response/guide", (("range", "bytes=5000-"),)),
            Case("GET", "/custom-response/guide", (("range", "bytes=0-1,4-5"),)),
            Case("GET", "/custom-response/guide", (("range", "lines=1-2"),)),
        ),
    ),
    Difference(
        key='half a surrogate pair in JSON (`"\\ud800"`) that the answer has to repeat',
        fastapi="500: it can't be written as UTF-8",
        flask="a 422 that quotes it, or what else is answered, with the escape that was sent",
        reason="What a client sends is no fault of the server; RFC 8259 (section 8.2) lets an escape stand for it.",
        requests=(Case("POST", "/body/posts/", (JSON,), b'{"title": "\\ud800", "body": "b"}'),),
        explains=_half_a_pair,
    ),
    Difference(
        key="path that nobody answers, outside of the folders",
        fastapi='`{"detail":"Not Found"}`',
        flask="the same status, as a page",
        reason="There is a site beside the API, and people read its errors.",
        requests=(Case("GET", "/nowhere"),),
        explains=_page,
    ),
    Difference(
        key="WebSocket whose view raises an exception, or returns without `close()`",
        fastapi="uvicorn drops the connection; the client sees 1006",
        flask="a close frame: 1011 for an exception, 1000 for a return",
        reason="RFC 6455 has codes for both, and a client can tell a fault from a network that broke.",
        shown_by="test_end_of_a_websocket",
    ),
)


def concern(operation: Any, case: Case) -> bool:
    """Whether a kept difference explains what this case would show."""
    return any(row.concerns(operation, case) for row in KEPT)


def explain(found: Sequence[str], left: Answer, right: Answer) -> bool:
    """Whether a kept difference explains all that was found between two answers."""
    return any(row.explains(found, left, right) for row in KEPT)
