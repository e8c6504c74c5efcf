"""The OpenAPI document and its pages: public, for who may enter the administration, or absent, as the setting says."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask

from myapp.extensions import db
from myapp.models import Base, Role, User
from myapp.settings import ApiDocs, Settings, SettingsError
from tests.admin.visitor import ADMIN, USER, Visitor, password_hash

PAGES = ("/docs", "/redoc", "/docs/oauth2-redirect")


def documented(make_app: Callable[[Settings], Flask], settings: Settings, docs: ApiDocs) -> Flask:
    """An application with this setting, an administrator and a user who may not enter."""
    app = make_app(replace(settings, api_docs=docs))
    with app.app_context():
        Base.metadata.create_all(db.engine)
        for email, role in ((ADMIN, Role.ADMIN), (USER, Role.USER)):
            db.session.add(User(email=email, role=role, password_hash=password_hash()))
        db.session.commit()
    return app


def test_private(settings: Settings, make_app: Callable[[Settings], Flask]) -> None:
    """A stranger gets 401 for the document and the login page for the others, an administrator gets them all."""
    app = documented(make_app, settings, ApiDocs.PRIVATE)
    stranger = app.test_client()
    answer = stranger.get("/openapi.json")
    assert (answer.status_code, answer.json) == (401, {"detail": "Not authenticated"})
    for page in PAGES:
        answer = stranger.get(page)
        assert (answer.status_code, answer.location) == (303, f"/admin/login/?next={page}")
    admin = Visitor(app, ADMIN)
    answer = admin.get("/openapi.json")
    assert answer.json is not None
    assert "/first-steps/" in answer.json["paths"]
    assert "Cookie" in answer.vary
    assert [admin.get(page).status_code for page in PAGES] == [200, 200, 200]
    assert stranger.get("/first-steps/").status_code == 200


def test_back_to_the_page(settings: Settings, make_app: Callable[[Settings], Flask]) -> None:
    """From the login one comes to the page that was asked for."""
    visitor = Visitor(documented(make_app, settings, ApiDocs.PRIVATE))
    answer = visitor.sign_in(ADMIN, next="/docs")
    assert (answer.status_code, answer.location) == (303, "/docs")


def test_off(settings: Settings, make_app: Callable[[Settings], Flask]) -> None:
    """There is neither document nor page, nor a link to one; the API answers."""
    app = documented(make_app, settings, ApiDocs.OFF)
    client = app.test_client()
    assert {client.get(path).status_code for path in ("/openapi.json", "/docs/swagger-ui.css", *PAGES)} == {404}
    assert client.get("/first-steps/").status_code == 200
    for page in ("/", "/built-ins/first-steps"):
        answer = client.get(page)
        assert answer.status_code == 200
        assert 'href="/docs' not in answer.text
    assert 'href="/docs' not in Visitor(app, ADMIN).get("/admin/").text
    assert app.test_cli_runner().invoke(args=["openapi"]).output.startswith("{")


def test_public(settings: Settings, make_app: Callable[[Settings], Flask]) -> None:
    """By default they are there, and linked."""
    client = make_app(settings).test_client()
    assert settings.api_docs is ApiDocs.PUBLIC
    assert {client.get(path).status_code for path in ("/openapi.json", *PAGES)} == {200}
    assert 'href="/docs' in client.get("/").text


def test_setting() -> None:
    """Anything else is refused at the start."""
    assert Settings.load({"MYAPP_API_DOCS": "private"}, env_file=None).api_docs is ApiDocs.PRIVATE
    with pytest.raises(SettingsError, match="MYAPP_API_DOCS must be one of public, private, off"):
        Settings.load({"MYAPP_API_DOCS": "hidden"}, env_file=None)
