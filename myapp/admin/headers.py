"""What every answer under /admin/ says to browsers: which scripts may run, and who may frame, keep or guess at it."""

from __future__ import annotations

import secrets

from flask import Response, g, request

from .access import concerns_admin


def secure_headers(response: Response) -> Response:
    """Say to browsers what a page of the administration may load, and that no other page may frame or keep it."""
    if not concerns_admin(request.path):
        return response
    headers = response.headers
    headers["Content-Security-Policy"] = (
        f"default-src 'none'; script-src 'nonce-{nonce()}'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    headers["X-Frame-Options"] = "DENY"
    # nosniff and Referrer-Policy are every page's (`myapp/page_headers.py`).
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if request.endpoint != "admin.static":
        headers["Cache-Control"] = "no-store"
    return response


def nonce() -> str:
    """Return the mark of this request's own scripts."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)
