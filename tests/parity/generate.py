"""Requests for an operation of an OpenAPI document: valid ones, and ones broken at every layer between wire and view.

Layers that are broken on their own or together: a value (`values.broken`), which parameters are there and how often,
the text of a query string, the quoting of a path, the content type, the JSON text, the form.
"""

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import quote, quote_plus

from hypothesis import strategies as st

from tests.parity import credentials
from tests.parity.compare import Case
from tests.parity.values import broken, conforming, odd_text, resolve, text_of

#: Operations that get no generated requests, with the reason.
LEFT_OUT = {
    "GET /server-sent-events/notifications": "without `limit` it never ends; its requests are written by hand",
}

#: Operations that take nothing and wait by the clock: this many requests say all that there is to say.
FEWER = {"GET /async-views/together": 20, "GET /async-views/slow": 20}

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


@dataclass(frozen=True)
class OperationUnderTest:
    """One operation of a document, with what is needed to make requests for it."""

    method: str
    path: str
    parameters: tuple[dict[str, Any], ...]
    bodies: dict[str, Any]
    components: dict[str, Any]
    protected: bool = False

    def __str__(self) -> str:
        return f"{self.method.upper()} {self.path}"

    @classmethod
    def all_of(cls, document: dict[str, Any]) -> "list[OperationUnderTest]":
        """Every operation in a document."""
        components = document.get("components", {}).get("schemas", {})
        found = []
        for path, item in document.get("paths", {}).items():
            for method in METHODS:
                if method in item:
                    operation = item[method]
                    parameters = (*item.get("parameters", []), *operation.get("parameters", []))
                    content = operation.get("requestBody", {}).get("content", {})
                    bodies = {media: one.get("schema", {}) for media, one in content.items()}
                    protected = bool(operation.get("security"))
                    found.append(cls(method, path, parameters, bodies, components, protected))
        return found

    def requests(self) -> st.SearchStrategy[Case]:
        """Requests for this operation; about two in five are valid."""
        return _case(self)

    # Made once and not at every draw: making and checking a strategy costs more than drawing from it.

    @cached_property
    def values(self) -> list[tuple[dict[str, Any], st.SearchStrategy[Any]]]:
        """Each parameter, and values that it allows."""
        return [(one, conforming(one.get("schema", {}), self.components)) for one in self.parameters]

    @cached_property
    def contents(self) -> dict[str, st.SearchStrategy[Any]]:
        """The bodies that each media type allows."""
        bodies = self.bodies or {"application/json": {}}
        return {media: conforming(schema, self.components) for media, schema in bodies.items()}


@st.composite
def _case(draw: st.DrawFn, operation: OperationUnderTest) -> Case:
    valid = draw(st.integers(0, 4)) < 2
    path, query, headers, cookies = operation.path, [], [], []
    for parameter, values in operation.values:
        place, name = parameter["in"], parameter["name"]
        if place != "path" and not _sent(draw, parameter, valid):
            continue
        value = draw(values)
        if not valid and draw(st.booleans()):
            value = draw(broken(value) | odd_text)
        if place == "path":
            path = path.replace("{" + name + "}", _path_text(draw, value, valid))
        elif place == "query":
            query += _pairs(draw, name, value, valid)
        elif place == "header" and "_" not in name:  # gunicorn drops such a header: a difference that is kept
            headers.append((_header_name(draw, name, valid), _header_text(value)))
        elif place == "cookie":
            cookies.append((name, _cookie_text(text_of(value), valid)))
    if not valid:
        path = _broken_path(draw, path)
    if cookies:
        headers.append(("cookie", draw(st.sampled_from(["; ", ";"])).join(f"{name}={text}" for name, text in cookies)))
    if operation.protected and draw(st.integers(0, 5)):
        headers.append(draw(st.sampled_from(credentials.HEADERS)))
    body = None
    if operation.bodies or (not valid and draw(st.integers(0, 9)) == 0):
        content_type, body = _body(draw, operation, valid)
        if content_type is not None:
            headers.append(("content-type", content_type))
    return Case(operation.method.upper(), path + _query_text(draw, query, valid), tuple(headers), body)


def _sent(draw: st.DrawFn, parameter: dict[str, Any], valid: bool) -> bool:
    if parameter.get("required"):
        return valid or draw(st.integers(0, 3)) > 0
    return draw(st.booleans())


def _path_text(draw: st.DrawFn, value: Any, valid: bool) -> str:
    text = text_of(value)
    if valid:
        return quote(text, safe="", errors="surrogatepass") or "x"
    if draw(st.integers(0, 5)) == 0:
        return draw(st.sampled_from(_ODD_SEGMENTS))
    return quote(text[:3000], safe=draw(st.sampled_from(["", "/", "/:@!$&'()*+,;="])), errors="surrogatepass")


def _broken_path(draw: st.DrawFn, path: str) -> str:
    change = draw(st.integers(0, 24))
    if change == 0:
        return path[:-1] if path.endswith("/") and len(path) > 1 else path + "/"
    if change == 1:
        return path + draw(st.sampled_from(["//", "/x", "%20", ".", "%2F", ";a", "%00"]))
    if change == 2:
        return path.replace("/", "//", 1 + draw(st.integers(0, 2)))
    return path


def _pairs(draw: st.DrawFn, name: str, value: Any, valid: bool) -> list[tuple[str, str]]:
    values = value if isinstance(value, list) else [value]
    pairs = [(name, text_of(one)) for one in values]
    if valid:
        return pairs
    change = draw(st.integers(0, 11))
    if change == 0:
        return [*pairs, (name, draw(odd_text))]
    if change == 1:
        return [
            (
                draw(
                    st.sampled_from(
                        [name.upper(), name + "[]", name.replace("-", "_"), name.replace("_", "-"), " " + name]
                    )
                ),
                text,
            )
            for _, text in pairs
        ]
    if change == 2:
        return [*pairs, (draw(st.sampled_from(["extra", "", "id", "é"])), draw(odd_text))]
    return pairs


def _query_text(draw: st.DrawFn, pairs: list[tuple[str, str]], valid: bool) -> str:
    if not pairs and (valid or draw(st.integers(0, 9))):
        return ""
    escape = draw(st.sampled_from([quote_plus, quote])) if not valid else quote_plus
    # gunicorn reads no request line of more than 4094 bytes (uvicorn: 64 KB).
    parts = [f"{escape(name)}={escape(text.encode('utf-8', 'surrogatepass')[:700])}" for name, text in pairs]
    if not valid and draw(st.integers(0, 5)) == 0:
        odd = ["a", "=", "&", "=b", "%zz=%zz", "q=%ff%fe", "a=b=c", ";", "a;b=c", "%00=%00", "+=+", "a[b]=c", "?"]
        parts.insert(draw(st.integers(0, len(parts))), draw(st.sampled_from(odd)))
    return ("?" + "&".join(parts))[:3000]


def _header_name(draw: st.DrawFn, name: str, valid: bool) -> str:
    return (
        name if valid or draw(st.integers(0, 5)) else draw(st.sampled_from([name.upper(), name.title(), name.lower()]))
    )


def _header_text(value: Any) -> str:
    """A header's value: UTF-8 bytes read as latin-1, as a browser sends them, without what ends a header."""
    if isinstance(value, list):
        value = value[0] if value else ""
    text = text_of(value).encode("utf-8", "surrogatepass").decode("latin-1")[:2000]
    return "".join(letter for letter in text if letter == "\t" or (letter >= " " and letter != "\x7f")).strip()


def _cookie_text(text: str, valid: bool) -> str:
    text = _header_text(text)
    return "".join(letter for letter in text if letter not in ';," \\') if valid else text


def _body(draw: st.DrawFn, operation: OperationUnderTest, valid: bool) -> tuple[str | None, bytes | None]:
    media = draw(st.sampled_from(sorted(operation.contents)))
    schema = operation.bodies.get(media, {})
    value = draw(operation.contents[media])
    if valid:
        return _encoded(draw, media, value, schema, operation)
    if draw(st.integers(0, 3)):
        value = draw(broken(value))
        if draw(st.integers(0, 4)) == 0:
            value = draw(broken(value))
    content_type, body = _encoded(draw, media, value, schema, operation)
    change = draw(st.integers(0, 11))
    if change == 0:
        content_type = draw(st.sampled_from(_CONTENT_TYPES))
    elif change == 1:
        body = draw(st.sampled_from(_ODD_BODIES))
    elif change == 2 and body:
        body = _damaged(draw, body)
    elif change > 6 and media == "multipart/form-data":
        body = _damaged_part(draw, body)
    elif change == 3:
        return None, None
    elif change == 4:
        body = draw(st.sampled_from([b"", b" ", b"null", b'"text"', b"[]", b"{}", b"0", b"true"]))
    return content_type, body


# fmt: off
_ODD_SEGMENTS = [
    "", "%", "%zz", "%ff", "%00", "%2F", "%2f", "%252F", "a%2Fb", "..", ".", "%2e%2e", "%20", "+", "a;v=1", "a=b",
    "a,b", "%E2%82", "%C0%AF", "1%0A", "%0D%0A", "%3F", "%23", "@", "~", "x" * 1500, "a//b", "//a",
]

_CONTENT_TYPES = [
    None, "", "application/json; charset=utf-8", "application/json;charset=latin-1", "APPLICATION/JSON",
    " application/json",
    "application/geo+json", "application/vnd.api+json; v=1", "application/x-json", "application/jsonx", "text/json",
    "text/plain",
    "application/", "/", "json", "application", "application/json, text/plain", "application/octet-stream", "text/html",
    "application/x-www-form-urlencoded", "multipart/form-data", "multipart/form-data; boundary=x",
    "multipart/form-data; boundary=",
    "application/json; boundary=x", "application/json;", "*/*", "application/*", "application/xml+json", "é/json",
]

_ODD_BODIES = [
    b"{", b"[", b'{"a"', b'{"a":', b'{"a":1,}', b"{'a': 1}", b"[1,]", b"nul", b"None", b"NaN", b"-Infinity",
    b"Infinity", b"01", b"1.",
    b"+1", b'"\\x"', b'"\\ud800"', b'{"title": "\\ud800"}', b'"\t"', b'"unterminated', b"{} {}", b"{}x", b"\x00",
    b"\xff\xfe{}", b"\xef\xbb\xbf{}",
    b'\xef\xbb\xbf{"title": "t"}', b'{"title": "\xe9"}', '{"title": "t"}'.encode("utf-16"),
    '{"title": "t"}'.encode("utf-32-le"),
    b'{"title": "a", "title": "b"}', b'{"title": null, "title": "b"}', b"9" * 5000, b'{"title": ' + b"9" * 5000 + b"}",
    b"[" * 250 + b"]" * 250, b"[" * 100_000, b'{"a":' * 200 + b"1" + b"}" * 200,
    b'{"title": "' + b"x" * 200_000 + b'"}', b"x" * 100_000,
    b"// comment\n{}", b"{}\n\n", b"\xa0{}", b"1e999", b"-0", b"1E400", b'{"title": 1e999}', b"title=t&body=b",
    b"--x\r\n\r\n--x--\r\n",
]

_ODD_PARTS = [
    (b"\r\n", b"\n"), (b"\r\n", b"\r"), (b"\r\n", b"\r\n\r\n"), (b"\r\n\r\n", b"\r\n"), (b"\r\n\r\n", b""),
    (b"--frontier", b"frontier"), (b"--frontier", b"--Frontier"), (b"--frontier", b"--frontier "),
    (b"--frontier--", b""), (b"--frontier--", b"--frontier"), (b"--frontier--\r\n", b"--frontier--more"),
    (b"--frontier", b"before\r\n--frontier"), (b"--frontier", b"\r\n--frontier"), (b"\r\n--frontier", b"--frontier"),
    (b"Content-Disposition", b"content-disposition"), (b"Content-Disposition: ", b"Content-Disposition:"),
    (b"Content-Disposition", b"Content Disposition"), (b"Content-Disposition", b"X-\xff"),
    (b"Content-Disposition: ", b": "), (b"Content-", b"Content-Disposition: form-data\r\nContent-"),
    (b"form-data", b"attachment"), (b"form-data;", b""), (b"form-data; ", b"form-data"), (b"data;", b"data ;"),
    (b"name=", b"NAME="), (b"name=", b"name*="), (b"name=", b"name ="), (b'"', b""), (b'"', b"'"), (b'"', b'\\"'),
    (b'name="', b'name="x"; name="'), (b'"note.txt"', b'""'), (b'"note.txt"', b"note.txt"), (b'"note.txt"', b""),
    (b'"note.txt"', '"n\u00f6te \u20ac.txt"'.encode()), (b'"note.txt"', b'"\xff.txt"'), (b'"note.txt"', b'"a;b=c.txt"'),
    (b'"note.txt"', b'"C:\\dir\\note.txt"'), (b'"note.txt"', b'"a\\"b.txt"'), (b'"note.txt"', b'"../note.txt"'),
    (b"filename=", b"filename*=utf-8''"), (b"filename=", b"filename*=utf-8''b.txt; filename="),
    (b"text/plain", b"text/plain; charset=latin-1"), (b"text/plain", b""), (b"text/plain", b"a\nb"),
    (b"text/plain", b"text/plain\r\nX-A: 1\r\nX-A: 2"), (b"text/plain", b"text/plain\r\n folded"),
    (b"text/plain", b"text/plain\r\nContent-Transfer-Encoding: base64"), (b"text/plain", b"x" * 5000),
    (b"text/plain", b"text/plain" + b"\r\nX: y" * 8), (b"text/plain", b"text/plain\t"), (b"text/plain", b"\xff\x00"),
]
# fmt: on


def _damaged(draw: st.DrawFn, body: bytes) -> bytes:
    at = draw(st.integers(0, len(body)))
    change = draw(st.sampled_from(["cut", "insert", "remove", "twice"]))
    if change == "cut":
        return body[:at]
    if change == "insert":
        return (
            body[:at]
            + draw(st.sampled_from([b",", b"}", b'"', b"\\", b"\xff", b"\x00", b" ", b"\n", b"NaN"]))
            + body[at:]
        )
    if change == "remove":
        return body[:at] + body[at + 1 :]
    return body[:-1] + b"," + body[1:] if body.startswith(b"{") else body * 2  # every key twice


def _damaged_part(draw: st.DrawFn, body: bytes) -> bytes:
    """Multipart with something odd in its headers or at a boundary, or two bytes lost or added anywhere."""
    if draw(st.booleans()):
        return _damaged(draw, _damaged(draw, body))
    old, new = draw(st.sampled_from(_ODD_PARTS))
    return body.replace(old, new, draw(st.integers(1, 2)))


def _encoded(draw: st.DrawFn, media: str, value: Any, schema: Any, operation: OperationUnderTest) -> tuple[str, bytes]:
    forms = ("application/x-www-form-urlencoded", "multipart/form-data")
    options = {} if media in forms else draw(st.sampled_from([{}, {"ensure_ascii": False}, {"indent": 1}]))
    return encoded(media, value, schema, operation.components, **options)


def encoded(media: str, value: Any, schema: Any, components: dict[str, Any], **options: Any) -> tuple[str, bytes]:
    """A body of this media type and its Content-Type; `options` are those of `json.dumps`."""
    if media == "application/x-www-form-urlencoded":
        return media, _form_pairs_text(value)
    if media == "multipart/form-data":
        files = _file_fields(resolve(schema, components), components)
        return "multipart/form-data; boundary=frontier", _multipart(value, files)
    try:
        return media, json.dumps(value, **options).encode("utf-8", "surrogatepass")
    except ValueError:  # an integer of more digits than Python writes
        return media, b'{"title": ' + b"9" * 5000 + b"}"


def _form_pairs(value: Any) -> list[tuple[str, str]]:
    if not isinstance(value, dict):
        return [("value", text_of(value))]
    return [
        (str(name), text_of(one))
        for name, inner in value.items()
        for one in (inner if isinstance(inner, list) else [inner])
    ]


def _form_pairs_text(value: Any) -> bytes:
    def escape(text: str) -> str:
        return quote_plus(text.encode("utf-8", "surrogatepass"))

    return "&".join(f"{escape(name)}={escape(text)}" for name, text in _form_pairs(value)).encode()


def _file_fields(schema: Any, components: dict[str, Any]) -> set[str]:
    """The properties of a multipart schema that are files."""
    if not isinstance(schema, dict):
        return set()

    def is_file(one: Any) -> bool:
        one = resolve(one, components)
        if not isinstance(one, dict):
            return False
        inner = [*one.get("anyOf", []), *([one["items"]] if isinstance(one.get("items"), dict) else [])]
        media = one.get("contentMediaType", "application/json")
        return one.get("format") == "binary" or media != "application/json" or any(is_file(each) for each in inner)

    return {name for name, one in schema.get("properties", {}).items() if is_file(one)}


def _multipart(value: Any, files: set[str]) -> bytes:
    body = b""
    for name, text in _form_pairs(value):
        field = name.replace('"', "%22").replace("\r", "").replace("\n", "")
        disposition = f'form-data; name="{field}"'
        if name in files:
            disposition += '; filename="note.txt"\r\nContent-Type: text/plain'
        head = f"--frontier\r\nContent-Disposition: {disposition}\r\n\r\n"
        body += (head + text + "\r\n").encode("utf-8", "surrogatepass")
    return body + b"--frontier--\r\n"
