"""Signing in and out: a plain Flask blueprint beside Flask-Admin's own.

Every refusal reads the same and takes as long, so that nobody learns here which addresses have an account. Guesses are
counted with those at the API's token (myapp/throttle.py); who is over the limit gets the form again, as a 429.
"""

from __future__ import annotations

import logging
import math
import re

from flask import Blueprint, current_app, flash, redirect, render_template, request, session, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from myapp.authentication import authenticate
from myapp.extensions import db
from myapp.models import User
from myapp.passwords import LONGEST_PASSWORD
from myapp.settings import ApiDocs
from myapp.throttle import Throttle, TooManyAttempts

from . import access
from .pages import error_page

bp = Blueprint("admin_login", __name__, url_prefix=access.PREFIX)
bp.register_error_handler(HTTPException, error_page)
logger = logging.getLogger(__name__)

EMAIL_LENGTH = 254
REFUSAL = "The e-mail address or the password is wrong, or the account has no access here."


@bp.route("/login/", methods=["GET", "POST"])
def login() -> Response | str | tuple[str, int]:
    """Show the form; sign in whoever fills it rightly, and send them where they wanted to go."""
    wanted = safe_target(request.values.get("next", ""))
    if request.method == "GET":
        return redirect(wanted) if access.is_visitor() else render_template("admin/login.html", next=wanted)
    email = request.form.get("email", "").strip()
    throttle: Throttle = current_app.extensions["throttle"]
    try:
        password = request.form.get("password", "")
        user = throttle.guess(request.remote_addr or "", email, lambda: find_user(email, password))
    except TooManyAttempts as error:
        wait = f"Too many attempts. Try again in {_in_words(error.retry_after)}; nobody else is kept out by this."
        page = render_template("admin/login.html", next=wanted, email=email, refusal=wait)
        return Response(page, 429, {"Retry-After": str(error.retry_after)}, mimetype="text/html")
    if user is None:
        logger.warning("refused to sign in %r from %s", email[:EMAIL_LENGTH], request.remote_addr)
        return render_template("admin/login.html", next=wanted, email=email, refusal=REFUSAL), 403
    access.begin_session(user)
    logger.info("user %d signed in from %s", user.id, request.remote_addr)
    return redirect(wanted, 303)


@bp.post("/logout/")
def logout() -> Response:
    """End the session."""
    logger.info("user %d signed out", access.visitor().id)
    session.clear()
    flash("You have signed out.", "success")
    return redirect(url_for("admin_login.login"), 303)


def find_user(email: str, password: str) -> User | None:
    """Return the user whom these open the administration to, or None. Hashes once for any that could be somebody's."""
    if len(email) > EMAIL_LENGTH or len(password) > LONGEST_PASSWORD:
        return None
    user = authenticate(db.session(), email, password)
    return user if user is not None and access.may_enter(user) else None


def safe_target(target: str) -> str:
    """Return `target` if it is a page of this administration or of the API's private documents, else the dashboard.

    Backslashes, control characters and a second slash at the start are what browsers read as another host; dots are
    what leads out of /admin/ again.
    """
    path = target.partition("?")[0]
    inside = path.startswith(request.script_root + access.PREFIX + "/") and path != url_for("admin_login.login")
    plain = not re.search(r"[\x00-\x1f\x7f]", target) and not re.search(r"\\|//|\.\.|%2e|%5c", path, re.IGNORECASE)
    return target if (inside and plain) or target in _documents() else url_for("admin.index")


def _documents() -> list[str]:
    """The pages outside that need a visitor, too."""
    private = current_app.extensions["settings"].api_docs is ApiDocs.PRIVATE
    return [url_for("swagger_ui_html"), url_for("redoc_html")] if private else []


def _in_words(seconds: int) -> str:
    return f"{seconds} seconds" if seconds < 120 else f"{math.ceil(seconds / 60)} minutes"
