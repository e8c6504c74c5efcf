"""myapp.proxies takes visitors' addresses and schemes as uvicorn does with `--proxy-headers --forwarded-allow-ips`.

https://fastapi.tiangolo.com/advanced/behind-a-proxy/ The outer host and path prefix are Flask's side alone: uvicorn
reads no header for them (FastAPI's `root_path` is set at its start).
"""

import asyncio
from typing import Any

import pytest
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware
from werkzeug.test import create_environ, run_wsgi_app

from myapp.proxies import TrustedProxyFix

TRUSTED = [(), ("*",), ("10.0.0.0/8",), ("10.0.0.1", "10.0.0.2", "::1"), ("fd00::/8", "127.0.0.1")]
PEERS = ["10.0.0.1", "192.0.2.1", "::1", "fd00::7", "unix:"]
FORWARDED_FOR = [
    None,
    "203.0.113.7",
    "203.0.113.7, 10.0.0.2",
    "198.51.100.9, 203.0.113.7, 10.0.0.2,10.0.0.1",
    "10.0.0.2, 10.0.0.1",
    "203.0.113.7:4711",
    "[2001:db8::1]:4711, 10.0.0.2:80",
    "[2001:db8::1]",
    "2001:db8::1, [fd00::1]:1",
    "unknown, 10.0.0.1",
    "someone said: this",
    "",
]


def by_uvicorn(trusted: tuple[str, ...], peer: str, headers: dict[str, str]) -> tuple[str, str]:
    """Client and scheme as an ASGI application behind uvicorn's middleware sees them."""
    seen: dict[str, Any] = {}

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.update(scope)

    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    scope: Any = {"type": "http", "client": (peer, 1), "scheme": "http", "headers": raw}
    asyncio.run(ProxyHeadersMiddleware(app, list(trusted))(scope, None, None))  # type: ignore[arg-type]
    return seen["client"][0], seen["scheme"]


def by_us(trusted: tuple[str, ...], peer: str, headers: dict[str, str]) -> tuple[str, str]:
    """The same of a WSGI application behind ours."""
    seen: dict[str, Any] = {}

    def app(environ: Any, start_response: Any) -> list[bytes]:
        seen.update(environ)
        start_response("200 OK", [])
        return []

    environ = create_environ(headers=headers, environ_overrides={"REMOTE_ADDR": peer})
    run_wsgi_app(TrustedProxyFix(app, trusted), environ)
    return seen["REMOTE_ADDR"], seen["wsgi.url_scheme"]


@pytest.mark.parametrize("trusted", TRUSTED, ids=str)
@pytest.mark.parametrize("peer", PEERS)
def test_visitor_and_scheme(trusted: tuple[str, ...], peer: str) -> None:
    """Through one proxy or several, with ports and without, from those that are trusted and those that are not."""
    for forwarded_for in FORWARDED_FOR:
        for scheme in ("https", "http", None):
            headers = {"X-Forwarded-For": forwarded_for, "X-Forwarded-Proto": scheme}
            given = {name: value for name, value in headers.items() if value is not None}
            assert by_us(trusted, peer, given) == by_uvicorn(trusted, peer, given), given
