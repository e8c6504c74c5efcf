"""The administration at /admin/: FastAPI has none built in; here it is Flask-Admin behind a login of our own.

What Flask-Admin gives: lists with search, filters, sorting and inline edit, forms made of the models, bulk actions,
CSV export. What it leaves to the application, and where that is:

- It is open to all: `access.py` puts one gate before every address under /admin/. Sessions are Flask-Login's, on the
  application's users; administrators may change everything, viewers may look, all others are refused, and so are
  inactive users. A session ends after 12 hours, at sign-out, and when the user's password or access is changed.
- Forms carry no CSRF token: Flask-WTF's is asked for by the same gate, whatever the form, action or inline edit.
- Exports hold what users typed: `exports.py` keeps spreadsheets from running it, and bounds the number of rows.
- Error messages show SQL and its values: `guarded.py` says it in words. It also names every column that is shown.
- Pages may be framed and run any script, and the inline editor even evaluates what users typed: `headers.py` allows
  marked scripts only, `templates/admin/` and `static/admin/admin.js` replace what would need more.
- There is no dark mode: `static/admin/admin.css` has one, as the browser prefers.
- Passwords could be guessed for ever: `login.py` counts wrong ones, together with those at the API.

Signing out ends the browser's session; a copy of the cookie that somebody took before lives until the 12 hours are over
or the password changes.

Flask-Admin is Bootstrap 4.6 with jQuery, and its queries are SQLAlchemy's legacy `Query`. This folder overrides methods
that the library documents, and three that it does not (`guarded.py`), so pyproject.toml allows one minor version only.
"""

from __future__ import annotations

from flask import Flask
from flask_admin import Admin
from flask_admin.theme import Bootstrap4Theme

from myapp.extensions import db
from myapp.models import Post, Report, User, WebhookDelivery, WebhookSubscription

from . import access, headers, login
from .dashboard import Dashboard
from .views import DeliveryView, PostView, ReportView, SubscriptionView, UserView


def init_app(app: Flask) -> None:
    """Install the administration. An `Admin` belongs to one application, so each gets its own."""
    access.init_app(app)
    app.register_blueprint(login.bp)
    admin = Admin(
        app,
        name="Administration",
        index_view=Dashboard(name="Dashboard"),
        theme=Bootstrap4Theme(base_template="admin/shell.html"),
        csp_nonce_generator=headers.nonce,
    )
    admin.add_view(UserView(User, db, name="Users"))
    admin.add_view(PostView(Post, db, name="Posts"))
    admin.add_view(ReportView(Report, db, name="Reports"))
    admin.add_view(SubscriptionView(WebhookSubscription, db, name="Subscriptions", endpoint="subscription"))
    admin.add_view(DeliveryView(WebhookDelivery, db, name="Deliveries", endpoint="delivery"))
