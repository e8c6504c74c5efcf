"""The middleware classes beside Starlette's: the same requests, the same answers."""

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.responses import Response as FastAPIResponse
from fastapi.responses import StreamingResponse
from flask import Flask, Response
from starlette.middleware import cors, gzip, httpsredirect, trustedhost

from myapp.kit import Api
from myapp.kit.cors import CORSMiddleware
from myapp.kit.gzip import GZipMiddleware
from myapp.kit.middleware import HTTPSRedirectMiddleware, TrustedHostMiddleware, add_middleware
from tests.kit.both import TestClient, starlette

TEXT = "Flask and FastAPI. " * 40
PREFLIGHT = {"access-control-request-method": "GET"}


def pair(original: Any, own: Any, **options: Any) -> tuple[FastAPI, Flask]:
    """Two applications behind one middleware each, with the same few answers."""
    fastapi_app, flask_app = FastAPI(), Flask("small")
    fastapi_app.add_middleware(original, **options)
    Api().init_app(flask_app)
    add_middleware(flask_app, own, **options)
    answers: dict[str, dict[str, Any]] = {
        "/short": {},
        "/long": {},
        "/vary": {"headers": {"Vary": "Accept"}},
        "/varied": {"headers": {"Vary": "Accept-Encoding"}},
        "/picture": {"content_type": "image/png"},
        "/encoded": {"headers": {"Content-Encoding": "x"}},
        "/own-origin": {"headers": {"Access-Control-Allow-Origin": "https://view.example"}},
        "/nothing": {"status": 204},
        "/unchanged": {"status": 304},
        "/partial": {"status": 206},
    }
    for path, options in answers.items():
        text = "" if options.get("status") in (204, 304) else "short" if path == "/short" else TEXT
        status, headers = options.get("status", 200), options.get("headers", {})
        kind = options.get("content_type", "text/plain; charset=utf-8")

        def of_flask(text=text, status=status, headers=headers, kind=kind):
            return Response(text, status, headers, content_type=kind)

        def of_fastapi(text=text, status=status, headers=headers, kind=kind):
            return FastAPIResponse(text, status, headers, media_type=kind)

        flask_app.add_url_rule(path, path, of_flask)
        fastapi_app.add_api_route(path, lambda make=of_fastapi: make(), methods=["GET"])

    def chunks() -> Iterator[str]:
        yield "first"
        yield TEXT
        yield "last"

    for kind in ("text/plain", "text/event-stream"):
        path = "/" + kind.partition("/")[2]
        flask_app.add_url_rule(path, path, lambda kind=kind: Response(chunks(), mimetype=kind))
        fastapi_app.add_api_route(path, lambda kind=kind: StreamingResponse(chunks(), media_type=kind))
    return fastapi_app, flask_app


def answers(apps: tuple[FastAPI, Flask], method: str, path: str, headers: dict[str, str]) -> list[Any]:
    """Status, headers and body of both."""
    fastapi_app, flask_app = apps

    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(fastapi_app), base_url="http://testserver") as one:
            return await one.request(method, path, headers=headers)

    with httpx.Client(transport=httpx.WSGITransport(flask_app), base_url="http://testserver") as client:
        client.headers.clear()
        pair = [asyncio.run(ask()), client.request(method, path, headers=headers)]
    return [
        (
            answer.status_code,
            {
                name: {part.strip() for part in value.split(",")} if name in ("vary", "allow") else value.lower()
                for name, value in answer.headers.items()
                if name != "content-type" or answer.content
            },
            answer.content,
        )
        for answer in pair
    ]


CORS = {
    "nothing": {},
    "named": {"allow_origins": ["https://a.example"], "allow_headers": ["X-Token"], "expose_headers": ["X-Shown"]},
    "credentials": {"allow_origins": ["https://a.example"], "allow_credentials": True, "allow_methods": ["GET", "PUT"]},
    "any": {"allow_origins": ["*"], "allow_methods": ["*"], "allow_headers": ["*"], "max_age": 5},
    "any with credentials": {"allow_origins": ["*"], "allow_headers": ["*"], "allow_credentials": True},
    "regex": {"allow_origin_regex": r"https://.*\.example", "allow_private_network": True},
}
CORS_REQUESTS: list[tuple[str, dict[str, str]]] = [
    ("GET", {}),
    ("GET", {"origin": "https://a.example"}),
    ("GET", {"origin": "https://b.example"}),
    ("GET", {"origin": "https://evil"}),
    ("GET", {"origin": "null"}),
    ("OPTIONS", PREFLIGHT | {"origin": "https://a.example"}),
    ("OPTIONS", PREFLIGHT | {"origin": "https://evil"}),
    ("OPTIONS", {"origin": "https://a.example", "access-control-request-method": "DELETE"}),
    ("OPTIONS", {"origin": "https://a.example", "access-control-request-method": "get"}),
    ("OPTIONS", PREFLIGHT | {"origin": "https://a.example", "access-control-request-headers": "X-Token, accept"}),
    ("OPTIONS", PREFLIGHT | {"origin": "https://a.example", "access-control-request-headers": "X-Other"}),
    ("OPTIONS", PREFLIGHT | {"origin": "https://a.example", "access-control-request-headers": ""}),
    ("OPTIONS", PREFLIGHT | {"origin": "https://evil", "access-control-request-headers": "X-Other"}),
    ("OPTIONS", PREFLIGHT | {"origin": "https://a.example", "access-control-request-private-network": "true"}),
]


@pytest.mark.parametrize("options", CORS.values(), ids=CORS)
def test_cors(options: dict[str, Any]) -> None:
    """Every kind of request under every kind of options: the answers are Starlette's."""
    apps = pair(cors.CORSMiddleware, CORSMiddleware, **options)
    for method, headers in CORS_REQUESTS:
        for path in ("/short", "/vary", "/own-origin", "/missing"):
            left, right = answers(apps, method, path, headers)
            assert left == right, (method, path, headers)


@pytest.mark.parametrize("accepted", ["gzip", "br", "deflate, gzip;q=0.5", ""])
@pytest.mark.parametrize("options", [{}, {"minimum_size": 2000}, {"minimum_size": 1, "compresslevel": 1}])
def test_gzip(options: dict[str, Any], accepted: str) -> None:
    """Short, long, streamed, encoded, partial and empty answers: what is compressed is what Starlette compresses."""
    apps = pair(gzip.GZipMiddleware, GZipMiddleware, **options)
    paths = [rule.rule[1:] for rule in apps[1].url_map.iter_rules() if not rule.arguments]
    for path in [path for path in paths if "docs" not in path and "openapi" not in path and path != "redoc"]:
        left, right = answers(apps, "GET", "/" + path, {"accept-encoding": accepted})
        for _, headers, _ in (left, right):
            headers.pop("transfer-encoding", None)
        if path in ("nothing", "unchanged"):
            left[1].pop("content-length", None), right[1].pop("content-length", None)
        assert left == right, path


def test_gzip_sends_each_chunk_at_once() -> None:
    """The client can read a streamed chunk before the next one is made."""
    import zlib

    _, flask_app = pair(gzip.GZipMiddleware, GZipMiddleware)
    answer = flask_app.test_client().get("/plain", headers={"Accept-Encoding": "gzip"}, buffered=False)
    reader = zlib.decompressobj(16 + zlib.MAX_WBITS)
    assert reader.decompress(next(iter(answer.iter_encoded()))) == b"first"
    answer.close()


def test_gzip_leaves_head_alone() -> None:
    """HEAD announces the size of the answer as it is."""
    _, flask_app = pair(gzip.GZipMiddleware, GZipMiddleware)
    answer = flask_app.test_client().head("/long", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Length"] == str(len(TEXT))
    assert "Content-Encoding" not in answer.headers


HOSTS = {
    "named": {"allowed_hosts": ["a.example", "testserver"]},
    "below": {"allowed_hosts": ["*.Example"]},
    "any": {"allowed_hosts": ["*"]},
    "www": {"allowed_hosts": ["www.a.example"]},
    "no redirect": {"allowed_hosts": ["www.a.example"], "www_redirect": False},
    "address": {"allowed_hosts": ["[::1]", "127.0.0.1"]},
}


@pytest.mark.parametrize("options", HOSTS.values(), ids=HOSTS)
@pytest.mark.parametrize(
    "host",
    [
        *("a.example", "A.Example:8000", "b.a.example", "example", "evil", "a.example.evil", "127.0.0.1:80"),
        *("[::1]:80", "a.example:", "a.example:x", "a example", "[::1", "a.example@evil", "a.example,evil"),
    ],
)
def test_trusted_host(options: dict[str, Any], host: str) -> None:
    """Served, refused or redirected to www, as Starlette decides."""
    left, right = answers(
        pair(trustedhost.TrustedHostMiddleware, TrustedHostMiddleware, **options), "GET", "/short?a=1", {"host": host}
    )
    if options == HOSTS["any"] and right[0] == 400:
        assert b"Invalid host header" not in right[2]  # Werkzeug's own refusal, a kept difference
        return
    assert left == right


@pytest.mark.parametrize(
    "host", ["a.example", "A.example:80", "a.example:443", "a.example:0443", "a.example:8000", "[::1]"]
)
@pytest.mark.parametrize("path", ["/short", "/short?a=1&b=%20", "/nowhere%3F/%25/x;y?", "/a//b", "/a%5Cb"])
def test_https_redirect(host: str, path: str) -> None:
    """307 to the same URL, encrypted, whether or not it exists."""
    left, right = answers(
        pair(httpsredirect.HTTPSRedirectMiddleware, HTTPSRedirectMiddleware), "GET", path, {"host": host}
    )
    assert left == right
    assert right[0] == 307


@pytest.mark.parametrize("path", ["/", "/?a=1&b=%20", "/nowhere"])
def test_https_redirect_of_a_websocket(path: str) -> None:
    """`ws` becomes `wss` before the handshake, on both sides."""
    app = Flask("small")
    add_middleware(app, HTTPSRedirectMiddleware)
    ours = app.test_client().get(
        path, headers={"Upgrade": "WebSocket", "Connection": "Upgrade"}, base_url="http://testserver"
    )
    theirs = TestClient(httpsredirect.HTTPSRedirectMiddleware(FastAPI()))
    with pytest.raises(starlette.testclient.WebSocketDenialResponse) as refused, theirs.websocket_connect(path):
        pass
    assert (ours.status_code, ours.headers["Location"]) == (307, f"wss://testserver{path}")
    assert (refused.value.status_code, refused.value.headers["location"]) == (307, ours.headers["Location"])


def test_https_redirect_of_what_is_encrypted() -> None:
    """What comes encrypted is served, on both sides."""
    ours, theirs = Flask("small"), FastAPI()
    ours.add_url_rule("/", "root", lambda: "served")
    theirs.add_api_route("/", lambda: "served")
    add_middleware(ours, HTTPSRedirectMiddleware)
    theirs.add_middleware(httpsredirect.HTTPSRedirectMiddleware)
    assert ours.test_client().get("/", base_url="https://localhost").status_code == 200
    assert TestClient(theirs, base_url="https://localhost").get("/").status_code == 200


@pytest.mark.parametrize("pattern", ["a.*", "*a.example", "a*"])
def test_a_pattern_that_would_match_too_much(pattern: str) -> None:
    """A star elsewhere than at the front is refused when the middleware is added."""
    with pytest.raises(ValueError, match="is like"):
        add_middleware(Flask("small"), TrustedHostMiddleware, allowed_hosts=[pattern])


def test_below_a_path_only() -> None:
    """With `below`, other paths pass the middleware by, those that merely begin alike too."""
    app = Flask("small")
    for path in ("/in", "/in/side", "/inside"):
        app.add_url_rule(path, path, lambda: "served")
    add_middleware(app, TrustedHostMiddleware, below="/in", allowed_hosts=["a.example"])
    client = app.test_client()
    assert [client.get(path).status_code for path in ("/in", "/in/side", "/inside")] == [400, 400, 200]


def test_the_last_one_added_is_outermost() -> None:
    """As in FastAPI: here CORS headers are on the refusal of a host."""
    app = Flask("small")
    add_middleware(app, TrustedHostMiddleware, allowed_hosts=["a.example"])
    add_middleware(app, CORSMiddleware, allow_origins=["*"])
    answer = app.test_client().get("/", headers={"Origin": "https://b.example"})
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (400, "*")
