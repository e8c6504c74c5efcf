"""The pages that mailed links lead to, at /account/: they ask for an address or a password, and tell the API.

FastAPI has no such pages, nor has the twin. A link's token is after its `#`, which browsers send nobody: it is in no
log of this server or a proxy and in no Referer. A script reads it, removes it from the address, and sends it in a body.
"""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, abort, render_template, url_for

from .passwords import LONGEST_PASSWORD, SHORTEST_PASSWORD

bp = Blueprint("account_pages", __name__, url_prefix="/account")

#: Page, its title, and where the form goes without a token and with one.
PAGES: Final = {
    "forgot": ("Forgotten password", "forgot_password", None),
    "sign-up": ("Open an account", "sign_up", "create_account"),
    "reset": ("Choose a new password", None, "reset_password"),
}

_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


@bp.get("/<name>")
def show(name: str) -> Response:
    """Show a page; which of its forms there is, the script decides."""
    if name not in PAGES:
        abort(404)
    title, asking, setting = PAGES[name]
    page = render_template(
        "account.html",
        title=title,
        ask_url=url_for(f"security.account.{asking}") if asking else None,
        set_url=url_for(f"security.account.{setting}") if setting else None,
        shortest=SHORTEST_PASSWORD,
        longest=LONGEST_PASSWORD,
        password_name="new_password" if name == "reset" else "password",
    )
    return Response(page, headers=_HEADERS, mimetype="text/html")
