"""`/openapi.json`, `/docs`, `/redoc` and the command `flask openapi`.

Pairs https://fastapi.tiangolo.com/tutorial/metadata/#docs-urls with Flask's routes and its Click commands. Scripts and
styles come from installed packages, so the pages work without a network: Swagger UI from flask-swagger-ui, which has
upstream's whole distribution and follows it weekly, ReDoc from offapi, the one package that has a current one and does
not bring a framework along. Both are only looked up as files, never imported.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
from flask import Flask, Response, current_app, request
from flask.cli import with_appcontext
from werkzeug.exceptions import NotFound

from ..responses import json_bytes
from .docs_html import get_redoc_html, get_swagger_ui_html, get_swagger_ui_oauth2_redirect_html

if TYPE_CHECKING:
    from ..api import Api

_SWAGGER_UI: Final[Mapping[str, str]] = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
    "oauth2-redirect.js": "text/javascript",
    "favicon-32x32.png": "image/png",
}
_REDOC: Final[Mapping[str, str]] = {"redoc.js": "text/javascript"}
# ReDoc would fetch its logo from there; it shows none when that fails.
_REDOC_LOGO: Final = b"https://cdn.redoc.ly/redoc/logo"
_MAX_AGE: Final = 24 * 60 * 60


def register_docs(app: Flask, api: Api) -> None:
    """Serve the document and its pages where `api` says; a URL that is None leaves the page out.

    Endpoints are named as in FastAPI: openapi, swagger_ui_html, swagger_ui_redirect, redoc_html. Adds `flask openapi`.
    """
    app.cli.add_command(_openapi_command(api))
    if not api.openapi_url:
        return
    pages = _Pages(api)
    app.add_url_rule(api.openapi_url, "openapi", pages.openapi)
    if api.docs_url:
        app.add_url_rule(api.docs_url, "swagger_ui_html", pages.swagger_ui_html)
        app.add_url_rule(
            _under(api.docs_url, "<filename>"), "swagger_ui_asset", _assets("flask_swagger_ui/dist", _SWAGGER_UI)
        )
        if api.swagger_ui_oauth2_redirect_url:
            app.add_url_rule(api.swagger_ui_oauth2_redirect_url, "swagger_ui_redirect", pages.swagger_ui_redirect)
    if api.redoc_url:
        app.add_url_rule(api.redoc_url, "redoc_html", pages.redoc_html)
        app.add_url_rule(_under(api.redoc_url, "<filename>"), "redoc_asset", _assets("offapi", _REDOC))


class _Pages:
    """The views. Every URL they write begins with the path under which the application is mounted (SCRIPT_NAME)."""

    def __init__(self, api: Api) -> None:
        self.api = api

    def openapi(self) -> Response:
        """The document, its `servers` led by the path under which the application is mounted (FastAPI's root_path)."""
        document = self.api.openapi()
        mounted = request.root_path.rstrip("/")
        servers = document.get("servers", [])
        if mounted and self.api.root_path_in_servers and all(server.get("url") != mounted for server in servers):
            document = {**document, "servers": [{"url": mounted}, *servers]}
        return current_app.response_class(json_bytes(document), mimetype="application/json")

    def swagger_ui_html(self) -> str:
        """Swagger UI."""
        redirect = self.api.swagger_ui_oauth2_redirect_url
        return get_swagger_ui_html(
            openapi_url=_mounted(self.api.openapi_url),
            title=f"{self.api.title} - Swagger UI",
            swagger_js_url=self._asset("swagger-ui-bundle.js"),
            swagger_css_url=self._asset("swagger-ui.css"),
            swagger_favicon_url=self._asset("favicon-32x32.png"),
            oauth2_redirect_url=_mounted(redirect) if redirect else None,
            init_oauth=self.api.swagger_ui_init_oauth,
            swagger_ui_parameters=self.api.swagger_ui_parameters,
        )

    def swagger_ui_redirect(self) -> str:
        """Where Swagger UI's login through OAuth2 comes back to."""
        return get_swagger_ui_oauth2_redirect_html(js_url=self._asset("oauth2-redirect.js"))

    def redoc_html(self) -> str:
        """ReDoc."""
        return get_redoc_html(
            openapi_url=_mounted(self.api.openapi_url),
            title=f"{self.api.title} - ReDoc",
            redoc_js_url=_mounted(_under(self.api.redoc_url or "", "redoc.js")),
            redoc_js_is_module=True,
        )

    def _asset(self, name: str) -> str:
        return _mounted(_under(self.api.docs_url or "", name))


def _under(url: str, name: str) -> str:
    return f"{url.rstrip('/')}/{name}"


def _mounted(url: str | None) -> str:
    return request.root_path.rstrip("/") + (url or "")


def _assets(where: str, types: Mapping[str, str]) -> Any:
    """A view that serves the files of `types` out of an installed package."""
    package, _, folder = where.partition("/")
    # the spec is found without importing the package, which in the case of offapi would read megabytes
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(f"{package!r} is needed for the documentation pages", name=package)
    root = Path(spec.submodule_search_locations[0]) / folder

    def asset(filename: str) -> Response:
        if filename not in types:
            raise NotFound
        content = (root / filename).read_bytes().replace(_REDOC_LOGO, b"data:,")
        response = current_app.response_class(content, mimetype=types[filename])
        response.cache_control.max_age = _MAX_AGE
        response.add_etag()
        response.make_conditional(request)
        return response

    return asset


def _openapi_command(api: Api) -> click.Command:
    @click.command("openapi")
    @click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file.")
    @click.option("--indent", type=int, default=2, show_default=True, help="Spaces a level; 0 for one line.")
    @with_appcontext
    def command(output: Path | None, indent: int) -> None:
        """Write the application's OpenAPI document: input for client generators, or to be kept under version control.

        https://fastapi.tiangolo.com/advanced/generate-clients/
        """
        text = json.dumps(api.openapi(), ensure_ascii=False, indent=indent or None) + "\n"
        if output is None:
            click.echo(text, nl=False)
        else:
            output.write_text(text, encoding="utf-8")

    return command
