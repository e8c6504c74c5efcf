"""What every answer under /admin/ says to browsers: which scripts may run, and who may frame, keep or guess at it."""

from __future__ import annotations

import secrets

from flask import g, request


def admin_headers() -> dict[str, str]:
    """What a page of the administration may load, and that no other page may frame or keep it.

    For `myapp/page_headers.py`, which adds what every page says.
    """
    headers = {
        "Content-Security-Policy": f"default-src 'none'; script-src 'nonce-{nonce()}'; style-src 'self'; "
        "img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'",
        "X-Frame-Options": "DENY",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    if request.endpoint != "admin.static":
        headers["Cache-Control"] = "no-store"
    return headers


def nonce() -> str:
    """Return the mark of this request's own scripts."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)
