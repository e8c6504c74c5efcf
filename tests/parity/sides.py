"""A side: one of the two applications behind one HTTP client interface."""

import json as jsonlib
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any, Final, Literal
from urllib.parse import quote

import httpx
from websockets.sync.client import ClientConnection, connect

Name = Literal["fastapi", "flask"]
Answer = httpx.Response


#: Which side the latest request went to: what is random has to be the same on both (`apps.predictable_tokens`).
sending: Name = "fastapi"


class Unset:
    """The type of UNSET: `json=None` sends `null`, `json=UNSET` sends no body."""

    def __repr__(self) -> str:
        return "UNSET"


UNSET: Final = Unset()

# Everything printable stays as the test wrote it (`%2F`, `//`, a lone `%`); only what can't stand on a request line
# is quoted.
_ON_THE_WIRE = "".join(chr(code) for code in range(0x21, 0x7F))


class Side:
    """What a parity test talks to. Cookies are not kept between requests and redirects are not followed."""

    def __init__(
        self,
        name: Name,
        transport: httpx.BaseTransport,
        *,
        app: Any = None,
        overrides: MutableMapping[Any, Any] | None = None,
        origin: str = "http://testserver",
    ) -> None:
        self.name: Name = name
        self.transport = transport
        self.app = app
        self.overrides: MutableMapping[Any, Any] = {} if overrides is None else overrides
        self.origin = origin

    def __repr__(self) -> str:
        return f"<Side {self.name}>"

    def module(self, folder: str) -> ModuleType:
        """This side's module of a blueprint folder: `fastapi_original` or `routes`. For dependencies to override."""
        return import_module(f"myapp.blueprints.{folder}.{'fastapi_original' if self.name == 'fastapi' else 'routes'}")

    @property
    def dependencies(self) -> ModuleType:
        """This side's shared dependencies, to be overridden."""
        return import_module("myapp.twin_dependencies" if self.name == "fastapi" else "myapp.dependencies")

    @property
    def document(self) -> dict[str, Any]:
        """The OpenAPI document as a client gets it."""
        document: dict[str, Any] = self.get("/openapi.json").raise_for_status().json()
        return document

    @contextmanager
    def context(self) -> Iterator[None]:
        """The Flask side's application context (nothing on the other side), for looking into the database."""
        if self.name == "flask":
            with self.app.app_context():
                yield
        else:
            yield

    def build(
        self,
        method: str,
        url: str,
        *,
        params: Any = None,
        headers: Mapping[str, str | bytes] | list[tuple[Any, Any]] | None = None,
        json: Any = UNSET,
        content: str | bytes | None = None,
        data: Mapping[str, Any] | None = None,
        files: Any = None,
        cookies: Mapping[str, str] | None = None,
    ) -> httpx.Request:
        """The httpx request. `url` goes on the wire as written when there are no `params`; non-ASCII text is UTF-8
        quoted.

        `headers` may be a list of pairs, for a header that is sent twice; `content` is raw bytes; `files` needs no
        `data`.
        """
        fields = [
            (_bytes(name), _bytes(value))
            for name, value in (headers.items() if isinstance(headers, Mapping) else headers or [])
        ]
        present = {name.lower() for name, _ in fields}
        if not isinstance(json, Unset):
            content = jsonlib.dumps(json, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
            if b"content-type" not in present:
                fields.append((b"content-type", b"application/json"))
        target = quote(url, safe=_ON_THE_WIRE)
        if params is not None:
            target = httpx.URL("http://testserver" + target, params=params).raw_path.decode("ascii")
        defaults = [(b"host", b"testserver"), (b"user-agent", b"parity"), (b"accept", b"*/*")]
        fields = [pair for pair in defaults if pair[0] not in present] + fields
        return httpx.Request(
            method,
            self.origin + "/",
            headers=fields,
            content=content,
            data=data,
            files=files,
            cookies=cookies,
            extensions={"target": target.encode("ascii")},
        )

    def websocket(self, path: str, **options: Any) -> ClientConnection:
        """Open a WebSocket, on a side behind a real server; options are those of `websockets.sync.client.connect`."""
        return connect(self.origin.replace("http", "ws", 1) + path, proxy=None, **options)

    def send(self, request: httpx.Request) -> Answer:
        """Send a request that `build` made; the answer has been read and closed."""
        global sending
        sending = self.name
        response = self.transport.handle_request(request)
        response.request = request
        response.read()
        response.close()
        return response

    def request(self, method: str, url: str, **options: Any) -> Answer:
        """Build and send; options are those of `build`."""
        return self.send(self.build(method, url, **options))

    def get(self, url: str, **options: Any) -> Answer:
        """GET."""
        return self.request("GET", url, **options)

    def post(self, url: str, **options: Any) -> Answer:
        """POST."""
        return self.request("POST", url, **options)

    def put(self, url: str, **options: Any) -> Answer:
        """PUT."""
        return self.request("PUT", url, **options)

    def patch(self, url: str, **options: Any) -> Answer:
        """PATCH."""
        return self.request("PATCH", url, **options)

    def delete(self, url: str, **options: Any) -> Answer:
        """DELETE."""
        return self.request("DELETE", url, **options)

    def options(self, url: str, **options: Any) -> Answer:
        """OPTIONS."""
        return self.request("OPTIONS", url, **options)

    def head(self, url: str, **options: Any) -> Answer:
        """HEAD."""
        return self.request("HEAD", url, **options)


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode("utf-8")
