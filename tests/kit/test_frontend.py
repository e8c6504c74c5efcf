"""`frontend(...)`: the files of a single-page application, compared with FastAPI's request by request."""

from __future__ import annotations

import os
import warnings
from pathlib import Path
from typing import Any

import fastapi
import httpx
import pytest
from fastapi import APIRouter, Depends, FastAPI, Header, HTTPException
from flask import Blueprint, Flask

from myapp import kit
from myapp.kit.frontend import frontend
from tests.kit.both import TestClient, _WSGITransport

NAVIGATION = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
COMPARED = ("content-type", "location", "content-length", "cache-control", "accept-ranges", "content-range", "allow")


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    """A built frontend, with a link that leads out of it."""
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "docs").mkdir()
    (folder / "index.html").write_text("<h1>The application</h1>")
    (folder / "assets" / "app.js").write_text("console.log('ready')")
    (folder / "assets" / "style.css").write_text("h1 { color: teal }")
    (folder / "docs" / "index.html").write_text("<h1>Manual</h1>")
    (folder / "data.bin").write_bytes(bytes(range(256)))
    (tmp_path / "secret.txt").write_text("secret")
    os.symlink(tmp_path / "secret.txt", folder / "link.txt")
    return folder


def clients(dist: Path, path: str = "/", **options: Any) -> tuple[httpx.Client, httpx.Client]:
    """FastAPI's and Flask's application with one route and one frontend."""
    theirs = FastAPI()
    ours = Flask("frontend")
    kit.Api().init_app(ours)

    @theirs.get("/api/posts")
    def read_posts() -> list[str]:
        return ["a post"]

    @ours.get("/api/posts")
    @kit.operation()
    def list_posts() -> list[str]:
        return ["a post"]

    theirs.frontend(path, directory=dist, **options)
    frontend(ours, path, directory=dist, **options)
    transport = _WSGITransport(ours)
    return (
        TestClient(theirs, follow_redirects=False, raise_server_exceptions=False),
        httpx.Client(transport=transport, base_url="http://testserver"),
    )


def shown(response: httpx.Response) -> dict[str, Any]:
    """What a client sees of an answer."""
    headers = {name: response.headers.get(name) for name in COMPARED}
    headers["validators"] = [name for name in ("etag", "last-modified") if name in response.headers]
    return {"status": response.status_code, "headers": headers, "body": response.content}


PATHS = [
    *("/", "/index.html", "/assets/app.js", "/assets/style.css", "/data.bin", "/docs/", "/assets", "/assets/"),
    *("/missing", "/missing/deep/path", "/missing.js", "/api/posts", "/api/posts/", "/api/nothing", "/link.txt"),
    *("/..%2Fsecret.txt", "/assets/..%2F..%2Fsecret.txt", "/%00", "/" + "a" * 300, "/app", "/app/", "/app/missing"),
    *("/app/assets/app.js", "/application", "/manual%2F..%2Findex.html"),
]


@pytest.mark.parametrize("path", ["/", "/app"])
@pytest.mark.parametrize("fallback", ["auto", "index.html", None])
def test_same_answers(dist: Path, path: str, fallback: Any) -> None:
    """Files, directories, navigation, missing assets, paths that try to get out: both sides answer alike."""
    theirs, ours = clients(dist, path, fallback=fallback)
    for method in ("GET", "HEAD", "POST"):
        for url in PATHS:
            for headers in ({}, NAVIGATION, {"accept": "text/html;q=0"}):
                if method == "HEAD" and url.startswith("/api/posts"):
                    continue  # Flask answers HEAD for every GET route
                answers = [client.request(method, url, headers=headers) for client in (theirs, ours)]
                expected, got = map(shown, answers)
                if expected["headers"]["allow"]:
                    got["headers"]["allow"] = expected["headers"]["allow"]  # Flask adds HEAD and OPTIONS
                assert got == expected, f"{method} {url} {headers}"


#: Of a browser or not: parameters beside the weight, weights that are none or zero, other spellings.
ACCEPTED = (
    *("text/html;charset=utf-8;q=0.8", "text/html; level=1", "TEXT/HTML", "application/xhtml+xml;q=.5", "a,text/html"),
    *("text/html;q=wat", "text/html;q=-1", "text/html;q=2", "text/html;q=1;q=0", "text/html;q=0;q=1"),
    *("text/html;q=0", "text/html; q = 0", "text/html;q*=utf-8''0", "text/html;q=0, text/html", "text/html/x"),
    *("*/*", "text/*", "", "application/json", 'a;b="x, text/html"'),
)


@pytest.mark.parametrize("accept", ACCEPTED)
def test_who_is_a_browser(dist: Path, accept: str) -> None:
    """The `Accept` header is read as FastAPI reads it, and says whether a path with no file gets the page."""
    theirs, ours = clients(dist)
    assert shown(ours.get("/missing", headers={"accept": accept})) == shown(
        theirs.get("/missing", headers={"accept": accept})
    )


def test_its_own_404_page(dist: Path) -> None:
    """A 404.html is the answer to every path with no file, with status 404."""
    (dist / "404.html").write_text("<h1>Nothing here</h1>")
    for options in ({}, {"fallback": "404.html"}):
        theirs, ours = clients(dist, **options)
        for url in ("/missing", "/missing.js", "/assets/app.js"):
            assert shown(ours.get(url)) == shown(theirs.get(url))
        assert ours.get("/missing").text == "<h1>Nothing here</h1>"


def test_conditional_and_range_requests(dist: Path) -> None:
    """An ETag sent back gives 304; a range gives 206 with its part; a range outside the file 416."""
    theirs, ours = clients(dist)
    for client in (theirs, ours):
        etag = client.get("/data.bin").headers["etag"]
        assert client.get("/data.bin", headers={"if-none-match": etag}).status_code == 304
        part = client.get("/data.bin", headers={"range": "bytes=16-31"})
        assert (part.status_code, part.content) == (206, bytes(range(16, 32)))
        assert part.headers["content-range"] == "bytes 16-31/256"
        assert client.get("/data.bin", headers={"range": "bytes=900-"}).status_code == 416


def test_dependencies_protect_the_files(dist: Path) -> None:
    """A blueprint's dependency runs before its files are served, not before others are."""

    def theirs_need(x_token: str = Header()) -> None:
        if x_token != "right":
            raise HTTPException(403, "wrong token")

    def ours_need(x_token: str = kit.Header()) -> None:
        if x_token != "right":
            raise kit.HTTPException(403, "wrong token")

    theirs = FastAPI()
    router = APIRouter(prefix="/inside", dependencies=[Depends(theirs_need)])
    router.frontend("/", directory=dist)
    theirs.include_router(router)
    theirs.frontend("/", directory=dist)
    ours = Flask("frontend")
    kit.Api().init_app(ours)
    bp = Blueprint("inside", __name__, url_prefix="/inside")
    kit.router_options(bp, dependencies=[kit.Depends(ours_need)])
    frontend(bp, "/", directory=dist)
    ours.register_blueprint(bp)
    frontend(ours, "/", directory=dist)
    client = httpx.Client(transport=_WSGITransport(ours), base_url="http://testserver")
    for url in ("/inside/assets/app.js", "/inside/", "/assets/app.js", "/inside/missing"):
        for headers in ({}, {"x-token": "wrong"}, {"x-token": "right"}):
            assert shown(client.get(url, headers=headers)) == shown(TestClient(theirs).get(url, headers=headers))


def test_what_a_dependency_says(dist: Path) -> None:
    """Headers and cookies that a dependency sets go out with the files, and its background task runs."""
    (dist / "help").mkdir()
    (dist / "help" / "index.html").write_text("<h1>Help</h1>")
    done: list[str] = []

    def theirs_say(response: fastapi.Response, tasks: fastapi.BackgroundTasks) -> None:
        response.headers["x-said"] = "yes"
        response.set_cookie("said", "yes")
        response.status_code = 418
        tasks.add_task(done.append, "theirs")

    def ours_say(response: kit.Response, tasks: kit.BackgroundTasks) -> None:
        response.headers["x-said"] = "yes"
        response.set_cookie("said", "yes")
        response.status_code = 418
        tasks.add_task(done.append, "ours")

    theirs = FastAPI(dependencies=[Depends(theirs_say)])
    theirs.frontend("/", directory=dist)
    ours = Flask("frontend")
    kit.Api(dependencies=[kit.Depends(ours_say)]).init_app(ours)
    frontend(ours, "/", directory=dist)
    sides = (
        TestClient(theirs, follow_redirects=False),
        httpx.Client(transport=_WSGITransport(ours), base_url="http://testserver"),
    )
    for url, headers in (("/", {}), ("/data.bin", {"range": "bytes=1-2"}), ("/help", {}), ("/missing", NAVIGATION)):
        their, our = (client.get(url, headers=headers) for client in sides)
        assert shown(our) == shown(their)
        for answer in (their, our):
            assert (answer.headers["x-said"], answer.cookies["said"]) == ("yes", "yes")
        assert done == ["theirs", "ours"], url
        done.clear()
    for client in sides:
        assert "x-said" not in client.get("/missing.js").headers


def test_the_directory_is_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing directory or fallback stops the start; in development a missing directory is a warning, on both sides.

    FastAPI knows development by the FASTAPI_ENV that `fastapi dev` sets, Flask by its debug mode. `check_dir=False`
    looks for nothing, `check_dir=True` insists in development too.
    """
    missing = {"directory": tmp_path / "missing"}
    page = {"directory": tmp_path, "fallback": "404.html"}

    def said(side: str, debug: bool, **options: Any) -> list[str]:
        """What an application of this side says when it is made: an error, or warnings."""
        monkeypatch.setenv("FASTAPI_ENV", "development" if debug else "production")
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                if side == "fastapi":
                    FastAPI().frontend("/", **options)
                else:
                    app = Flask("frontend")
                    app.debug = debug
                    frontend(app, "/", **options)
            except RuntimeError as error:
                return [f"error: {error}"]
        return [f"{warning.category.__name__}: {warning.message}" for warning in caught]

    for debug in (False, True):
        for options in (missing, page, {"directory": tmp_path}):
            for check in ({}, {"check_dir": True}, {"check_dir": False}):
                assert said("flask", debug, **options, **check) == said("fastapi", debug, **options, **check)
    assert said("flask", False, **missing)[0].startswith("error: Frontend directory")
    assert said("flask", False, **page)[0].startswith("error: Frontend fallback file '404.html'")
    assert said("flask", True, **missing)[0].startswith("UserWarning: Frontend directory")
    with pytest.raises(ValueError, match="start with"):
        frontend(Flask("frontend"), "app", directory=tmp_path)


def test_the_directory_of_a_router_is_checked(tmp_path: Path) -> None:
    """FastAPI looks when the router gets its frontend, Flask when the application gets the blueprint: both at start."""
    with pytest.raises(RuntimeError, match="does not exist"):
        APIRouter(prefix="/inside").frontend("/", directory=tmp_path / "missing")
    app, bp = Flask("frontend"), Blueprint("inside", __name__, url_prefix="/inside")
    frontend(bp, "/", directory=tmp_path / "missing")
    with pytest.raises(RuntimeError, match="does not exist"):
        app.register_blueprint(bp)
