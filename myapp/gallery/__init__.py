"""The site at `/`: every built-in of FastAPI beside its match in Flask, read from the files that run.

`/` lists the folders of `myapp/blueprints/`; `/built-ins/<folder>` shows one: its docstring as a page, the FastAPI
original and the Flask side next to each other, the folder's other files, and its parity tests. Nothing is written
twice: a page changes when the code does.
"""

from __future__ import annotations

from flask import Blueprint, Flask, Response, abort, current_app, render_template

from myapp import blueprints
from myapp.gallery.built_in import BuiltIn
from myapp.gallery.markup import style_sheet

bp = Blueprint("gallery", __name__)


def init_app(app: Flask) -> None:
    """Register the site; its pages are made when they are first asked for, and kept."""
    app.extensions["gallery"] = {built_in.slug: built_in for built_in in map(BuiltIn, blueprints.FOLDERS)}
    app.register_blueprint(bp)


@bp.context_processor
def navigation() -> dict[str, bool]:
    """What the templates' navigation depends on."""
    return {"has_admin": "admin.index" in current_app.view_functions}


@bp.get("/")
def index() -> str:
    """List the built-ins."""
    return render_template("gallery/index.html", built_ins=_built_ins().values())


@bp.get("/built-ins/<slug>")
def show(slug: str) -> str:
    """Show one built-in."""
    found = _built_ins().get(slug)
    if found is None:
        abort(404)
    slugs = list(_built_ins())
    position = slugs.index(slug)
    return render_template(
        "gallery/built_in.html",
        built_in=found,
        previous=_built_ins().get(slugs[position - 1]) if position else None,
        following=_built_ins()[slugs[position + 1]] if position + 1 < len(slugs) else None,
    )


@bp.get("/highlight.css")
def highlight() -> Response:
    """The colours of the source code, light and dark."""
    response = current_app.response_class(style_sheet(), mimetype="text/css")
    response.cache_control.max_age = 3600
    return response


def _built_ins() -> dict[str, BuiltIn]:
    found: dict[str, BuiltIn] = current_app.extensions["gallery"]
    return found
