"""Two in-process servers behind one httpx transport each: what uvicorn and gunicorn would hand to the applications.

httpx has transports of its own. They are not used here because the bytes matter: `httpx.WSGITransport` unquotes a path
that is unquoted already (`%2525` arrives as `%`) and passes text where WSGI wants latin-1, and neither of the two
lets a raw request target (`/a//b`, `/%zz`) through unchanged. These do what the servers do, and nothing more:

- uvicorn 0.54, `protocols/http/httptools_impl.py`: `path` is the unquoted text, `raw_path` and `query_string` are
bytes.
- gunicorn 27, `http/wsgi.py` and `http/message.py`: `PATH_INFO` is unquoted to bytes and read as latin-1, a repeated
  header is joined with a comma, a header with an underscore in its name is dropped (`header_map = "drop"`),
  the iterable's `close()` is always called.

The request target is `request.extensions["target"]`, as it is for httpx's own network transport.
"""

import asyncio
import io
import sys
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Any
from urllib.parse import unquote, unquote_to_bytes

import httpx

ExcInfo = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]


def _split_target(request: httpx.Request) -> tuple[bytes, bytes]:
    """The request target's path and query, unchanged bytes."""
    target: bytes = request.extensions.get("target", request.url.raw_path)
    path, _, query = target.partition(b"?")
    return path, query


def _answer(
    request: httpx.Request, status: int, headers: Any, body: bytes, fault: BaseException | None
) -> httpx.Response:
    """An httpx response; the exception that the server would have logged is in `.extensions["exception"]`."""
    if request.method == "HEAD":
        body = b""
    return httpx.Response(
        status,
        headers=headers,
        content=None,
        stream=httpx.ByteStream(body),
        request=request,
        extensions={"exception": fault},
    )


class WSGI(httpx.BaseTransport):
    """Call a WSGI application as gunicorn does."""

    def __init__(self, app: Callable[..., Iterable[bytes]]) -> None:
        self.app = app

    def environ(self, request: httpx.Request) -> dict[str, Any]:
        """The environ that gunicorn would build from this request (PEP 3333)."""
        path, query = _split_target(request)
        target = path + (b"?" + query if query else b"")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": request.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "QUERY_STRING": query.decode("latin-1"),
            "RAW_URI": target.decode("latin-1"),
            "SERVER_NAME": request.url.host,
            "SERVER_PORT": str(request.url.port or 80),
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "REMOTE_PORT": "50000",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(request.read()),
            "wsgi.input_terminated": True,
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        for raw_name, raw_value in request.headers.raw:
            if b"_" in raw_name:
                continue
            key = raw_name.decode("latin-1").upper().replace("-", "_")
            if key not in {"CONTENT_TYPE", "CONTENT_LENGTH"}:
                key = f"HTTP_{key}"
            value = raw_value.decode("latin-1").strip(" \t")
            environ[key] = f"{environ[key]},{value}" if key in environ and key.startswith("HTTP_") else value
        return environ

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request; a fault of the application becomes a plain 500, as the server answers it."""
        started: list[tuple[str, list[tuple[str, str]]]] = []
        written: list[bytes] = []

        def start_response(
            status: str, headers: list[tuple[str, str]], exc_info: ExcInfo | None = None
        ) -> Callable[[bytes], Any]:
            started.append((status, headers))
            return written.append

        fault: BaseException | None = None
        chunks: Iterable[bytes] = ()
        try:
            chunks = self.app(self.environ(request), start_response)
            written.extend(chunks)
        except Exception as error:  # what gunicorn logs
            fault = error
        finally:
            # Flask's call_on_close hooks and the end of `yield` dependencies live here.
            close = getattr(chunks, "close", None)
            if close is not None:
                try:
                    close()
                except Exception as error:
                    fault = error
        if not started:
            return _answer(request, 500, [("content-type", "text/html")], b"Internal Server Error", fault)
        status, headers = started[-1]
        raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        return _answer(request, int(status.split()[0]), raw, b"".join(written), fault)


class ASGI(httpx.BaseTransport):
    """Call an ASGI application as uvicorn does, on one event loop that lives as long as the transport.

    The lifespan protocol runs too: startup on construction, shutdown in `close()`.
    """

    def __init__(self, app: Callable[..., Any]) -> None:
        self.app = app
        self.loop = asyncio.new_event_loop()
        self._to_lifespan: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._from_lifespan: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.state: dict[str, Any] = {}
        self._lifespan = self.loop.create_task(self._run_lifespan())
        self._lifespan_event("startup")

    async def _run_lifespan(self) -> None:
        scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": self.state}
        await self.app(scope, self._to_lifespan.get, self._from_lifespan.put)

    def _lifespan_event(self, name: str) -> None:
        async def exchange() -> dict[str, Any]:
            await self._to_lifespan.put({"type": f"lifespan.{name}"})
            return await self._from_lifespan.get()

        reply = self.loop.run_until_complete(exchange())
        if reply["type"] != f"lifespan.{name}.complete":
            raise RuntimeError(reply.get("message", reply["type"]))

    def close(self) -> None:
        """Run the application's shutdown and close the loop."""
        if self.loop.is_closed():
            return
        self._lifespan_event("shutdown")
        self.loop.run_until_complete(self._lifespan)
        self.loop.run_until_complete(self.loop.shutdown_asyncgens())
        self.loop.close()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request; returns when the application has finished with it, background tasks included."""
        return self.loop.run_until_complete(self._handle(request))

    async def _handle(self, request: httpx.Request) -> httpx.Response:
        path, query = _split_target(request)
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": request.method,
            # a server takes the white space off both ends of a value (RFC 9110, section 5.5)
            "headers": [(name.lower(), value.strip(b" \t")) for name, value in request.headers.raw],
            "scheme": "http",
            "path": unquote(path.decode("latin-1")),
            "raw_path": path,
            "query_string": query,
            "root_path": "",
            "server": (request.url.host, request.url.port or 80),
            "client": ("127.0.0.1", 50000),
            "state": self.state.copy(),
        }
        body = [request.read()]
        finished = asyncio.Event()
        started: list[dict[str, Any]] = []
        chunks: list[bytes] = []

        async def receive() -> dict[str, Any]:
            if body:
                return {"type": "http.request", "body": body.pop(), "more_body": False}
            await finished.wait()
            return {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                started.append(message)
            elif message["type"] == "http.response.body":
                chunks.append(message.get("body", b""))
                if not message.get("more_body"):
                    finished.set()

        fault: BaseException | None = None
        try:
            await self.app(scope, receive, send)
        except Exception as error:  # what uvicorn logs
            fault = error
        if not started:
            return _answer(
                request, 500, [("content-type", "text/plain; charset=utf-8")], b"Internal Server Error", fault
            )
        return _answer(request, started[0]["status"], started[0].get("headers", []), b"".join(chunks), fault)
