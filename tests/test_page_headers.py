"""What pages say to browsers, and that the API's answers say none of it."""

from __future__ import annotations

import re

import pytest
from flask import Flask

PAGES = ["/docs", "/redoc", "/docs/oauth2-redirect", "/static/admin/admin.js", "/", "/account/forgot", "/admin/login/"]


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_taken_for_what_they_are(app: Flask, path: str) -> None:
    """nosniff and a Referrer-Policy on each; HSTS when it came by https, and only then."""
    plain, secure = app.test_client().get(path), app.test_client().get(path, base_url="https://example.com")
    assert plain.status_code == secure.status_code == 200
    for answer in (plain, secure):
        answer.close()
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] in ("same-origin", "no-referrer")
    assert secure.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "Strict-Transport-Security" not in plain.headers


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/docs/oauth2-redirect"])
def test_documentation_runs_its_own_scripts_only(app: Flask, path: str) -> None:
    """Every inline script is known by its hash; none is let in by name, and no other site may frame the page."""
    answer = app.test_client().get(path)
    policy = answer.headers["Content-Security-Policy"]
    scripts = re.search(r"script-src ([^;]+)", policy)[1]
    assert scripts.count("'sha256-") == answer.text.count("<script>")
    assert "unsafe" not in scripts
    assert "frame-ancestors 'none'" in policy


@pytest.mark.parametrize("path", ["/openapi.json", "/first-steps/", "/health", "/query-params/items/", "/body/nowhere"])
def test_the_api_says_nothing_of_it(app: Flask, path: str) -> None:
    """An operation's answer has the headers that the FastAPI side's has, and over https HSTS, which is the host's."""
    plain, secure = app.test_client().get(path), app.test_client().get(path, base_url="https://example.com")
    of_pages = {"content-security-policy", "referrer-policy", "x-content-type-options"}
    assert not of_pages & {name.lower() for name, _ in secure.headers}
    assert secure.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "Strict-Transport-Security" not in plain.headers


@pytest.mark.parametrize("path", ["/", "/built-ins/body", "/built-ins/nowhere", "/nowhere"])
def test_the_site_runs_nothing(app: Flask, path: str) -> None:
    """No script at all, style sheets of this host, or the one that an error page has named by its hash."""
    answer = app.test_client().get(path)
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src ")
    assert "script-src" not in policy
    assert "unsafe" not in policy
    assert policy.count("'sha256-") == answer.text.count("<style>") == (answer.status_code == 404)
    assert " style=" not in answer.text
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
