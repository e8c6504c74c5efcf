"""The document, Swagger UI and ReDoc are served without a network, where they were asked for, and safely."""

import json
import re
import sys
from pathlib import Path
from typing import Any

import flask
import pytest
from fastapi import FastAPI
from flask.testing import FlaskClient
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.test import Client

import myapp.kit as kit
from myapp.kit.openapi.docs_html import get_redoc_html, get_swagger_ui_html
from tests.kit.both import TestClient

NASTY = "</title><script>alert('1')</script>\"&"
ELSEWHERE = re.compile(r"(?:https?:)?//[^\"'\s>]+")


def make(**options: Any) -> flask.Flask:
    """An application with one operation."""
    app = flask.Flask("documented")
    kit.Api(**options).init_app(app)

    @app.get("/items/")
    @kit.operation()
    def read_items(q: int = 0) -> list[int]:
        return [q]

    return app


@pytest.fixture
def client() -> FlaskClient:
    return make().test_client()


def test_default_urls(client: FlaskClient) -> None:
    """/openapi.json is JSON, /docs and /redoc are pages with FastAPI's titles that load the document."""
    document = client.get("/openapi.json")
    assert (document.status_code, document.content_type) == (200, "application/json")
    assert document.json is not None
    assert document.json["paths"].keys() == {"/items/"}
    for url, title in {"/docs": "FastAPI - Swagger UI", "/redoc": "FastAPI - ReDoc"}.items():
        page = client.get(url)
        assert (page.status_code, page.content_type) == (200, "text/html; charset=utf-8")
        assert f"<title>{title}</title>" in page.text
        assert "/openapi.json" in page.text


@pytest.mark.parametrize("url", ["/docs", "/redoc", "/docs/oauth2-redirect"])
def test_pages_load_nothing_from_elsewhere(client: FlaskClient, url: str) -> None:
    """Every script, style and icon of a page is served by the application, with its type, and may be cached."""
    page = client.get(url).text
    assert not ELSEWHERE.search(page)
    types = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".png": "image/png"}
    assets = [found for found in re.findall(r'(?:src|href)="([^"]+)"', page) if not found.startswith("data:")]
    assert assets
    for asset in assets:
        answer = client.get(asset)
        assert answer.status_code == 200, asset
        assert answer.content_type == types[Path(asset).suffix]
        assert answer.cache_control.max_age
        etag, _ = answer.get_etag()
        assert client.get(asset, headers={"If-None-Match": f'"{etag}"'}).status_code == 304


def test_redoc_fetches_no_logo(client: FlaskClient) -> None:
    """ReDoc's script does not ask its maker's servers for a logo."""
    assert b"cdn.redoc.ly" not in client.get("/redoc/redoc.js").data


@pytest.mark.parametrize("url", ["/docs/index.html", "/docs/../docs.py", "/docs/swagger-ui.js", "/redoc/__init__.py"])
def test_only_assets_are_served(client: FlaskClient, url: str) -> None:
    """Nothing else of the packages can be fetched."""
    assert client.get(url).status_code == 404


def test_packages_are_not_imported(client: FlaskClient) -> None:
    """Serving the files imports neither package: offapi would read its megabytes into memory."""
    client.get("/docs/swagger-ui.css")
    client.get("/redoc/redoc.js")
    assert not sys.modules.keys() & {"offapi", "flask_swagger_ui"}


def test_other_urls() -> None:
    """The document and the pages move to the URLs that are given, their assets with them."""
    client = make(openapi_url="/api/v1/openapi.json", docs_url="/documentation", redoc_url="/reference").test_client()
    assert client.get("/api/v1/openapi.json").status_code == 200
    assert '"/api/v1/openapi.json"' in client.get("/documentation").text
    assert 'spec-url="/api/v1/openapi.json"' in client.get("/reference").text
    assert client.get("/documentation/swagger-ui-bundle.js").status_code == 200
    assert {client.get(url).status_code for url in ("/openapi.json", "/docs", "/redoc", "/docs/swagger-ui.css")} == {
        404
    }


@pytest.mark.parametrize(
    ("options", "gone"),
    [
        ({"docs_url": None}, ["/docs", "/docs/swagger-ui.css", "/docs/oauth2-redirect"]),
        ({"redoc_url": None}, ["/redoc", "/redoc/redoc.js"]),
        ({"swagger_ui_oauth2_redirect_url": None}, ["/docs/oauth2-redirect"]),
        ({"openapi_url": None}, ["/openapi.json", "/docs", "/redoc", "/docs/oauth2-redirect"]),
        ({"openapi_url": ""}, ["/openapi.json", "/docs", "/redoc", "/docs/oauth2-redirect"]),
    ],
    ids=str,
)
def test_switched_off(options: dict[str, Any], gone: list[str]) -> None:
    """None for a URL leaves that page out; without the document there are no pages at all, as in FastAPI."""
    ours, theirs = make(**options).test_client(), TestClient(FastAPI(**options))
    for url in ("/openapi.json", "/docs", "/redoc", "/docs/oauth2-redirect", *gone):
        expected = 404 if url in gone else 200
        assert ours.get(url).status_code == expected, url
        if "." not in url.removesuffix(".json"):
            assert theirs.get(url).status_code == expected, url


def test_nothing_unescaped() -> None:
    """A title, a URL or a parameter cannot end the element or the script that it is written into."""
    client = make(title=NASTY, swagger_ui_parameters={"x": NASTY}, swagger_ui_init_oauth={"y": NASTY}).test_client()
    for page in (
        client.get("/docs").text,
        client.get("/redoc").text,
        get_redoc_html(openapi_url=NASTY, title=NASTY, redoc_js_url=NASTY, redoc_favicon_url=NASTY),
        get_swagger_ui_html(
            openapi_url=NASTY, title=NASTY, swagger_js_url=NASTY, swagger_css_url=NASTY, oauth2_redirect_url=NASTY
        ),
    ):
        assert "alert('1')" not in page
        assert page.count("<title>") == page.count("</title>") == 1


def test_swagger_ui_parameters() -> None:
    """how-to/configure-swagger-ui: parameters go to Swagger UI over FastAPI's defaults, `init_oauth` too."""
    client = make(
        swagger_ui_parameters={"deepLinking": False, "syntaxHighlight": {"theme": "obsidian"}},
        swagger_ui_init_oauth={"clientId": "id", "usePkceWithAuthorizationCodeGrant": True},
    ).test_client()
    page = client.get("/docs").text
    found = re.search(r"const options = (.*);", page)
    assert found is not None
    assert json.loads(found[1]) == {
        "dom_id": "#swagger-ui",
        "layout": "BaseLayout",
        "deepLinking": False,
        "showExtensions": True,
        "showCommonExtensions": True,
        "syntaxHighlight": {"theme": "obsidian"},
        "url": "/openapi.json",
        "oauth2RedirectUrl": "/docs/oauth2-redirect",
    }
    assert 'ui.initOAuth({"clientId": "id", "usePkceWithAuthorizationCodeGrant": true});' in page


def test_own_assets() -> None:
    """how-to/custom-docs-ui-assets: with `docs_url=None`, a page of one's own loads the assets from where one likes."""
    app = make(docs_url=None, redoc_url=None)

    @app.get("/docs")
    def docs() -> str:
        return get_swagger_ui_html(
            openapi_url="/openapi.json",
            title="Mine",
            swagger_js_url="/static/swagger-ui-bundle.js",
            swagger_css_url="/static/swagger-ui.css",
        )

    @app.get("/redoc")
    def redoc() -> str:
        return get_redoc_html(openapi_url="/openapi.json", title="Mine", redoc_js_url="/static/redoc.standalone.js")

    client = app.test_client()
    assert '<script src="/static/swagger-ui-bundle.js">' in client.get("/docs").text
    assert '<script src="/static/redoc.standalone.js">' in client.get("/redoc").text


def test_mounted_under_a_path() -> None:
    """Behind a prefix all URLs begin with it, and the document's servers too, as FastAPI's do with root_path."""
    mounted = Client(DispatcherMiddleware(flask.Flask("outer"), {"/api/v1": make(servers=[{"url": "https://x.com"}])}))
    page = mounted.get("/api/v1/docs").text
    assert '"/api/v1/openapi.json"' in page
    assert '"/api/v1/docs/oauth2-redirect"' in page
    assert 'src="/api/v1/docs/swagger-ui-bundle.js"' in page
    assert 'spec-url="/api/v1/openapi.json"' in mounted.get("/api/v1/redoc").text
    theirs = TestClient(FastAPI(servers=[{"url": "https://x.com"}]), root_path="/api/v1").get("/openapi.json").json()
    ours = mounted.get("/api/v1/openapi.json").json
    assert ours is not None
    assert ours["servers"] == theirs["servers"] == [{"url": "/api/v1"}, {"url": "https://x.com"}]


def test_document_of_ones_own() -> None:
    """how-to/extending-openapi: a subclass that changes the document changes what is served."""

    class Branded(kit.Api):
        def openapi(self) -> dict[str, Any]:
            document = super().openapi()
            document["info"]["x-logo"] = {"url": "/logo.png"}
            return document

    app = flask.Flask("branded")
    Branded().init_app(app)
    answer = app.test_client().get("/openapi.json").json
    assert answer is not None
    assert answer["info"]["x-logo"] == {"url": "/logo.png"}


def test_command_prints(client: FlaskClient) -> None:
    """`flask openapi` prints the document, indented by two."""
    app = client.application
    result = app.test_cli_runner().invoke(args=["openapi"])
    assert result.exit_code == 0
    assert json.loads(result.output) == client.get("/openapi.json").json
    assert result.output.startswith('{\n  "openapi": "3.1.0",\n')


def test_command_writes_a_file(client: FlaskClient, tmp_path: Path) -> None:
    """`flask openapi -o FILE --indent 0` writes it to a file, on one line, without the web page having to exist."""
    path = tmp_path / "openapi.json"
    result = make(openapi_url=None).test_cli_runner().invoke(args=["openapi", "-o", str(path), "--indent", "0"])
    assert (result.exit_code, result.output) == (0, "")
    text = path.read_text()
    assert text.count("\n") == 1
    assert json.loads(text) == client.get("/openapi.json").json
