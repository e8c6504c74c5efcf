"""Who may enter the administration, and what they may do there.

Flask-Admin asks each view whether it may be seen, and a view that nobody thought of is open to all. So one gate stands
before every address under /admin/, known or not: what is not named as open needs a visitor, what is not named as
reading needs an administrator, and whatever changes something needs a CSRF token. The views ask the same questions only
to show or hide their links and buttons.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from dataclasses import dataclass

from flask import Flask, abort, current_app, has_request_context, redirect, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user, login_user
from flask_wtf.csrf import CSRFProtect
from werkzeug.exceptions import BadRequest, MethodNotAllowed, NotFound
from werkzeug.wrappers import Response

from myapp.extensions import db
from myapp.models import Role, User

from .pages import error_page

PREFIX = "/admin"
ROLES = frozenset({Role.ADMIN, Role.VIEWER})
#: A session cookie is signed, not stored: nobody can take it back, so it ends by itself.
SESSION_HOURS = 12

_BEGAN = "admin_session_began"
_OPEN = frozenset({"admin_login.login", "admin.static"})
# Of the library's endpoints and ours, those that only read; the name after the view's own.
_READING = frozenset({"index", "index_view", "details_view", "export", "ajax_lookup", "login", "logout", "static"})


@dataclass(frozen=True)
class Visitor(UserMixin):
    """The signed-in user as Flask-Login knows it: plain values, so that a failed transaction can't take them away."""

    id: int
    email: str
    role: Role
    fingerprint: str

    @classmethod
    def of(cls, user: User) -> Visitor:
        """Return the visitor that a user is."""
        return cls(user.id, user.email, user.role, _fingerprint(user))

    def get_id(self) -> str:
        """Return what the session keeps: the user, and a mark that another password changes."""
        return f"{self.id}:{self.fingerprint}"


def init_app(app: Flask) -> None:
    """Put the gate before every address under /admin/."""
    manager = LoginManager()
    manager.user_loader(load_visitor)
    # All of `manager.init_app(app)` but two hooks: they read the session in every request of the whole application, and
    # each answer of the API would say `Vary: Cookie`. They serve "remember me", which is not offered, and templates.
    app.login_manager = manager  # type: ignore[attr-defined]
    # The API's clients send tokens in headers, which no other site can do for them: only the administration is checked.
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    # As long as the session: an hour's writing must not be lost to a form that has expired.
    app.config["WTF_CSRF_TIME_LIMIT"] = None
    CSRFProtect(app)
    app.before_request(gate)


def concerns_admin(path: str) -> bool:
    """Tell whether a path belongs to the administration, whether or not there is a page."""
    return path == PREFIX or path.startswith(PREFIX + "/")


def gate() -> Response | None:
    """Let a request under /admin/ through, or answer it: a redirect to the login page, 403 or 400."""
    if not concerns_admin(request.path):
        return None
    if isinstance(request.routing_exception, BadRequest):
        # The Host is none, so no URL can be built of it; Flask refuses the request.
        return None
    if request.endpoint not in _OPEN and not is_visitor():
        return to_login()
    if isinstance(request.routing_exception, NotFound | MethodNotAllowed):
        # No blueprint answers here, and the application's own handler would speak JSON.
        return error_page(request.routing_exception)
    if any("\0" in value for value in request.values.values()):
        abort(400, "PostgreSQL stores no NUL characters.")
    if (request.endpoint or "").rpartition(".")[2] not in _READING and not may_change():
        abort(403, "Viewers can look at everything here and change nothing.")
    current_app.extensions["csrf"].protect()
    return None


def to_login() -> Response:
    """Redirect to the login page, and from there back to the page that was asked for."""
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("admin_login.login", next=wanted), 303)


def is_visitor() -> bool:
    """Tell whether somebody is signed in who may look. False outside a request."""
    return has_request_context() and isinstance(_current(), Visitor)


def may_change() -> bool:
    """Tell whether an administrator is signed in. False outside a request."""
    visitor = _current() if has_request_context() else None
    return isinstance(visitor, Visitor) and visitor.role is Role.ADMIN


def visitor() -> Visitor:
    """Return who is signed in. Raises RuntimeError when nobody is."""
    found = _current()
    if not isinstance(found, Visitor):
        raise RuntimeError("nobody is signed in")
    return found


def begin_session(user: User) -> None:
    """Sign a user in with a new session: nothing that was put into the old one, by whomever, counts any more."""
    session.clear()
    session[_BEGAN] = int(time.time())
    login_user(Visitor.of(user))


def may_enter(user: User | None) -> bool:
    """Tell whether a user, if there is one, is active and has a role that the administration knows."""
    return user is not None and user.is_active and user.role in ROLES


def load_visitor(session_id: str) -> Visitor | None:
    """Return the visitor of a session, or None when it is too old or the user has changed meanwhile."""
    number, _, mark = session_id.partition(":")
    if time.time() - session.get(_BEGAN, 0) > SESSION_HOURS * 3600:
        return None
    user = db.session.get(User, int(number))
    if user is None or not may_enter(user) or not hmac.compare_digest(mark, _fingerprint(user)):
        return None
    return Visitor.of(user)


def _current() -> object:
    return current_user._get_current_object()


def _fingerprint(user: User) -> str:
    key = str(current_app.secret_key).encode()
    return hmac.new(key, user.password_hash.encode(), hashlib.sha256).hexdigest()[:32]
