"""What pages and static files say to browsers, in one place: run this and nothing else, tell no other site.

Pairs no page of FastAPI's. Answers of the API have none of it but, over https, HSTS, which is the host's: otherwise
they are the same, header for header, as those of the FastAPI side. What a page has set itself stays
(`myapp/account_pages.py`, and `myapp/errors.py`, whose pages are known by that).
"""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Final

from flask import Flask, Response, request

from .admin.access import concerns_admin
from .admin.headers import admin_headers

_DOCUMENTATION: Final = frozenset({"swagger_ui_html", "swagger_ui_redirect", "redoc_html"})
_CSP: Final = "Content-Security-Policy"

#: Swagger UI and ReDoc write style attributes, and ReDoc's search runs in a worker that it makes from a blob.
_POLICY: Final = (
    "default-src 'none'; script-src 'self'{hashes}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; base-uri 'none'; frame-ancestors 'none'"
)
#: Two style sheets, no scripts, no forms.
_GALLERY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
#: A picture that is opened by itself is a document, and an SVG may hold scripts.
_STATIC: Final = "default-src 'none'; style-src 'unsafe-inline'"
_ERROR: Final = "default-src 'none'; style-src{hashes}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def init_app(app: Flask) -> None:
    """Add the headers to every page's answer."""
    app.after_request(secure)


def secure(response: Response) -> Response:
    """Add what an answer lacks; of the API's, what concerns the host alone."""
    headers, endpoint = response.headers, request.endpoint
    if request.is_secure:
        # RFC 6797: browsers come back by https only, for a year. Over plain http they would ignore it.
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if concerns_admin(request.path):
        headers.update(admin_headers())
    elif endpoint in _DOCUMENTATION:
        if response.status_code == 200:
            headers.setdefault(_CSP, documentation_policy(response.get_data()))
    elif endpoint == "static":
        headers.setdefault(_CSP, _STATIC)
    elif request.blueprint == "gallery":
        headers.setdefault(_CSP, _GALLERY)
    elif _CSP not in headers:
        return response
    headers.setdefault("X-Content-Type-Options", "nosniff")
    # Not "no-referrer": over https the administration's CSRF check wants to see that a form was sent from this host.
    headers.setdefault("Referrer-Policy", "same-origin")
    return response


def documentation_policy(page: bytes) -> str:
    """The Content-Security-Policy under which a documentation page runs its own scripts and no others."""
    return _POLICY.format(hashes=_hashes("script", page))


def error_policy(page: bytes) -> str:
    """The Content-Security-Policy of a page that has a style sheet of its own, and needs nothing besides."""
    return _ERROR.format(hashes=_hashes("style", page))


def _hashes(tag: str, page: bytes) -> str:
    inline = re.findall(rb"<%b>(.*?)</%b>" % (tag.encode(), tag.encode()), page, re.DOTALL)
    digests = (base64.b64encode(hashlib.sha256(text).digest()).decode() for text in inline)
    return "".join(f" 'sha256-{digest}'" for digest in digests)
