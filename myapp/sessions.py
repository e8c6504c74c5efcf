"""Flask's signed-cookie sessions, which cost a request without one nothing.

Flask makes its signer for every request before it looks for the cookie; calls of an API carry none, and for a short
answer the signer is a tenth of the work.
"""

from __future__ import annotations

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface


class SessionInterface(SecureCookieSessionInterface):
    """What Flask's own does, at the same places."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Return the session of a request: an empty one without the cookie, None without a secret key."""
        if app.secret_key and self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)
