"""X-Forwarded-* headers, believed only when a trusted proxy sent them.

Pairs `fastapi run --proxy-headers --forwarded-allow-ips=…` (advanced/behind-a-proxy). Werkzeug's ProxyFix counts hops
and believes whoever connects, so that a client which reaches the server directly could choose its own address and host;
this one asks first whether the peer is a proxy of ours, and takes for the visitor the last address on the way that is
none, as uvicorn does.
"""

from __future__ import annotations

import re
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from .settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


#: An address in X-Forwarded-For, with its port or without.
ADDRESS = re.compile(r"(?:\[(?P<v6>[^\]]+)\]|(?P<v4>[^:]*))(?::\d+)?")


class TrustedProxyFix(ProxyFix):
    """ProxyFix (client address, scheme, host and path prefix) behind the given proxies, however many in a row.

    Scheme, host and prefix are those that the last of them names.
    """

    def __init__(self, app: WSGIApplication, trusted: tuple[str, ...]) -> None:
        """In: the application and the addresses, networks, or "*"."""
        super().__init__(app, x_for=0, x_proto=1, x_host=1, x_prefix=1)
        self.anyone = "*" in trusted
        self.networks = [ip_network(name) for name in trusted if name != "*"]

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve a request, as the proxy describes it when the proxy is ours."""
        if not self.trusts(environ.get("REMOTE_ADDR", "")):
            return self.app(environ, start_response)
        if visitor := self.visitor(environ.get("HTTP_X_FORWARDED_FOR", "")):
            environ["REMOTE_ADDR"] = visitor
        return super().__call__(environ, start_response)

    def visitor(self, forwarded_for: str) -> str:
        """The last address that is no proxy of ours, or the first of all; empty when the header says nothing."""
        addresses = [_without_port(part.strip()) for part in forwarded_for.split(",")]
        return next((address for address in reversed(addresses) if not self.trusts(address)), addresses[0])

    def trusts(self, peer: str) -> bool:
        """Tell whether an address is that of a trusted proxy; the peer of a Unix socket has none and is not."""
        if self.anyone:
            return True
        try:
            address = ip_address(peer)
        except ValueError:
            return False
        return any(address in network for network in self.networks)


def _without_port(address: str) -> str:
    found = ADDRESS.fullmatch(address)
    return (found["v6"] or found["v4"]) if found else address


def init_app(app: Flask, settings: Settings) -> None:
    """Wrap the application when proxies are named, and leave it alone when not."""
    if settings.trusted_proxies:
        app.wsgi_app = TrustedProxyFix(app.wsgi_app, settings.trusted_proxies)  # type: ignore[method-assign]
