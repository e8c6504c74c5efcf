"""What pages and static files say to browsers, in one place: take them for what they say they are, tell no other site.

Pairs no page of FastAPI's. Answers of the API have none of these: they are the same, header for header, as those of the
FastAPI side. What a page has set itself stays (`myapp/admin/headers.py`, `myapp/account_pages.py`).
"""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Final

from flask import Flask, Response, request

from .admin.access import concerns_admin

_DOCUMENTATION: Final = frozenset({"swagger_ui_html", "swagger_ui_redirect", "redoc_html"})
_ENDPOINTS: Final = _DOCUMENTATION | {"static"}
_BLUEPRINTS: Final = frozenset({"gallery", "account_pages"})
_INLINE: Final = re.compile(rb"<script>(.*?)</script>", re.DOTALL)

#: Swagger UI and ReDoc write style attributes, and ReDoc's search runs in a worker that it makes from a blob.
_POLICY: Final = (
    "default-src 'none'; script-src 'self'{hashes}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; base-uri 'none'; frame-ancestors 'none'"
)


def init_app(app: Flask) -> None:
    """Add the headers to every page's answer."""
    app.after_request(secure)


def secure(response: Response) -> Response:
    """Add what a page's answer lacks; leave the API's answers alone."""
    endpoint = request.endpoint
    if endpoint not in _ENDPOINTS and request.blueprint not in _BLUEPRINTS and not concerns_admin(request.path):
        return response
    headers = response.headers
    headers.setdefault("X-Content-Type-Options", "nosniff")
    # Not "no-referrer": over https the administration's CSRF check wants to see that a form was sent from this host.
    headers.setdefault("Referrer-Policy", "same-origin")
    if request.is_secure:
        # RFC 6797: browsers come back by https only, for a year. Over plain http they would ignore it.
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if endpoint in _DOCUMENTATION and response.status_code == 200:
        headers.setdefault("Content-Security-Policy", documentation_policy(response.get_data()))
    elif endpoint == "static":
        # A picture that is opened by itself is a document, and an SVG may hold scripts.
        headers.setdefault("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
    return response


def documentation_policy(page: bytes) -> str:
    """The Content-Security-Policy under which a documentation page runs its own scripts and no others."""
    digests = [base64.b64encode(hashlib.sha256(script).digest()).decode() for script in _INLINE.findall(page)]
    return _POLICY.format(hashes="".join(f" 'sha256-{digest}'" for digest in digests))
