"""Who sees `/openapi.json`, `/docs` and `/redoc`: everybody, who may enter the administration, or nobody.

Pairs https://fastapi.tiangolo.com/how-to/conditional-openapi/ with a setting, MYAPP_API_DOCS. Whoever may not see them
meets the login page; a program that asks for the document is told 401 in JSON.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any

import click
from flask import Flask, request
from werkzeug.serving import is_running_from_reloader

from .admin import access
from .extensions import api
from .kit import HTTPException
from .settings import ApiDocs, Settings

PROTECTED = ("openapi", "swagger_ui_html", "swagger_ui_redirect", "redoc_html")


def init_app(app: Flask, settings: Settings) -> None:
    """Install the API on the application, with the document and its pages or without them."""
    has_docs = settings.api_docs is not ApiDocs.OFF
    app.context_processor(lambda: {"has_docs": has_docs})
    if not has_docs:
        replace(api, openapi_url=None).init_app(app)
        return
    api.init_app(app)
    announce()
    if settings.api_docs is ApiDocs.PRIVATE:
        for endpoint in PROTECTED:
            app.view_functions[endpoint] = _for_visitors(app.view_functions[endpoint])


def announce() -> None:
    """Under `flask run`, print where the documentation is, as `fastapi dev` does; once, and not at every reload."""
    command = click.get_current_context(silent=True)
    if command is None or command.info_name != "run" or is_running_from_reloader():
        return
    scheme = "https" if command.params["cert"] else "http"
    click.echo(f" * Documentation at {scheme}://{command.params['host']}:{command.params['port']}{api.docs_url}")


def _for_visitors(view: Callable[[], Any]) -> Callable[[], Any]:
    @wraps(view)
    def guarded() -> Any:
        if access.is_visitor():
            return view()
        if request.endpoint == "openapi":
            raise HTTPException(status_code=401, detail="Not authenticated")
        return access.to_login()

    return guarded
