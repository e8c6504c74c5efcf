"""`static_files(...)` against FastAPI's `StaticFiles`, request by request: files, pages, links, packages, copies."""

import os
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from flask import Blueprint, Flask

from myapp import kit
from tests.kit.both import COMPARED, TestClient, _WSGITransport

PATHS = [
    *("", "/", "//", "/index.html", "/site.css", "/site.css/", "/SITE.CSS", "/logo.svg", "/feed.xml", "/app.js"),
    *("/data.json", "/data.bin", "/data", "/archive.tar.gz", "/a%20b.txt", "/%C3%BC.txt", "/ü.txt", "/empty.txt"),
    *("/sub", "/sub/", "/sub/index.html", "/sub?x=1&y=%20", "/sub//", "//sub", "/sub/deep", "/sub/deep/"),
    *("/bare", "/bare/", "/bare/file.txt", "/missing", "/missing/", "/missing.css", "/sub/missing"),
    *("/404.html", "/404"),
    *("/site.css/more", "//site.css", "///site.css", "/sub//page.html", "/./site.css", "/sub/../site.css"),
    *("/sub/page.html", "/sub/%2e%2e/site.css"),
    *("/%2e%2e/secret.txt", "/..%2Fsecret.txt", "/sub/..%2F..%2Fsecret.txt", "/%2e%2e", "/..%2F"),
    *("/%5C..%5Csecret.txt", "/linked"),
    *("/%2Fetc/passwd", "//etc/passwd", "/%5Cetc", "/.", "/%2e", "/%2e/", "/link.txt", "/linked/", "/linked/page.html"),
    *("/inner.txt", "/%00", "/site.css%00", "/" + "a" * 300, "/" + "a/" * 300, "/%ff", "/?x", "/site.css?download=1"),
    *("/only-in-second.txt", "/both.txt", "/broken-link", "/index.html/", "/sub/index.html/", "/%252e%252e/secret.txt"),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A directory with files of many kinds, pages, and links inside and out."""
    folder = tmp_path / "static"
    for name in ("sub/deep", "bare"):
        (folder / name).mkdir(parents=True)
    names = ("site.css", "logo.svg", "feed.xml", "app.js", "data.json", "data", "a b.txt", "ü.txt", "bare/file.txt")
    for name in names:
        (folder / name).write_text(f"content of {name}")
    for name in ("index.html", "sub/index.html", "sub/page.html"):
        (folder / name).write_text(f"<h1>{name}</h1>")
    (folder / "data.bin").write_bytes(bytes(range(256)))
    (folder / "archive.tar.gz").write_bytes(b"\x1f\x8b")
    (folder / "empty.txt").touch()
    (folder / "both.txt").write_text("first")
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "page.html").write_text("elsewhere")
    (tmp_path / "elsewhere" / "index.html").write_text("index elsewhere")
    os.symlink(tmp_path / "secret.txt", folder / "link.txt")
    os.symlink(tmp_path / "elsewhere", folder / "linked")
    os.symlink(folder / "site.css", folder / "inner.txt")
    os.symlink(tmp_path / "nowhere", folder / "broken-link")
    return folder


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A package that has files in two folders."""
    root = tmp_path / "packages" / "with_files_of_its_own"
    for name in ("statics", "assets"):
        (root / name).mkdir(parents=True)
        (root / name / "only-in-second.txt").write_text(name)
        (root / name / "both.txt").write_text(name)
    (root / "__init__.py").touch()
    monkeypatch.syspath_prepend(root.parent)
    yield root.name
    sys.modules.pop(root.name, None)


def clients(path: str = "/static", **options: Any) -> tuple[httpx.Client, httpx.Client]:
    """FastAPI's and Flask's application with these files."""
    theirs, ours = FastAPI(), Flask("files", static_folder=None)
    kit.Api().init_app(ours)
    theirs.mount(path, StaticFiles(**options), name="static")
    kit.static_files(ours, path, **options)
    return (
        TestClient(theirs, follow_redirects=False, raise_server_exceptions=False),
        httpx.Client(transport=_WSGITransport(ours), base_url="http://testserver"),
    )


def shown(response: httpx.Response) -> dict[str, Any]:
    """What a client sees of an answer; Flask's list of methods has OPTIONS, which it answers."""
    headers = {name: response.headers[name] for name in COMPARED if name in response.headers}
    if "allow" in headers:
        headers["allow"] = ", ".join(sorted(set(headers["allow"].split(", ")) - {"OPTIONS"}))
    return {"status": response.status_code, "headers": headers, "body": response.content}


def agree(both: tuple[httpx.Client, httpx.Client], requests: Any) -> list[httpx.Response]:
    """Send each request to both sides; the same answers, and Flask's."""
    differences, answers = [], []
    for method, url, headers in requests:
        theirs, ours = (client.request(method, url, headers=headers) for client in both)
        answers.append(ours)
        if shown(theirs) != shown(ours):
            differences.append(f"{method} {url} {headers}\n  FastAPI: {shown(theirs)}\n  Flask:   {shown(ours)}")
    assert not differences, "\n".join([f"{len(differences)} of {len(answers)} answers differ:", *differences])
    return answers


@pytest.mark.parametrize("with_404", [False, True])
@pytest.mark.parametrize("html", [False, True])
@pytest.mark.parametrize("follow_symlink", [False, True])
def test_paths(folder: Path, html: bool, follow_symlink: bool, with_404: bool) -> None:
    """Every path gets the same answer, whether there are pages, and whether links are followed."""
    if with_404:
        (folder / "404.html").write_text("<h1>Nothing here</h1>")
    both = clients(directory=folder, html=html, follow_symlink=follow_symlink)
    agree(both, product(["GET", "HEAD", "POST"], [f"/static{path}" for path in PATHS], [{}]))
    for method in ("PUT", "PATCH", "DELETE"):
        agree(both, product([method], ["/static/site.css", "/static/missing", "/static/sub", "/static/"], [{}]))


@pytest.mark.parametrize("path", ["/", "/deep/er/", "/static/"])
def test_where(folder: Path, path: str) -> None:
    """The files may be below any path, all of the site's too; directories are redirected within it."""
    both = clients(path, directory=folder, html=True)
    urls = [path.rstrip("/") + each for each in PATHS]
    # two slashes at the very beginning are refused before any route
    agree(both, [("GET", url, {}) for url in urls if not url.lower().startswith(("//", "/%2f"))])


def test_packages(folder: Path, package: str) -> None:
    """Files of packages are found after those of the directory, in their order."""
    for packages in ([package], [(package, "assets")], [(package, "assets"), package]):
        for options in ({"directory": folder}, {}):
            both = clients(packages=packages, html=True, **options)
            agree(both, product(["GET"], [f"/static{path}" for path in PATHS], [{}]))


def test_validators(folder: Path) -> None:
    """A good copy is not sent again: ETags, weak and in lists, and dates; parts of a file; a page of status 404 is."""
    (folder / "404.html").write_text("<h1>Nothing here</h1>")
    both = clients(directory=folder, html=True)
    first = both[1].get("/static/data.bin")
    etag, date = first.headers["etag"], first.headers["last-modified"]
    headers: list[dict[str, str]] = [
        *({"if-none-match": value} for value in (etag, f"W/{etag}", "*", '"x"', f'"x", {etag}', f'"x",W/{etag}', "")),
        *({"if-modified-since": value} for value in (date, "Mon, 01 Jan 2001 00:00:00 GMT", "x", "")),
        {"if-modified-since": "Fri, 01 Jan 2100 00:00:00 GMT"},
        {"if-none-match": '"x"', "if-modified-since": date},
        {"if-none-match": etag, "if-modified-since": "Mon, 01 Jan 2001 00:00:00 GMT"},
        *({"range": value} for value in ("bytes=0-9", "bytes=-5", "bytes=250-", "bytes=250-999", "bytes=0-0")),
        *({"range": "bytes=0-9", "if-range": value} for value in (etag, '"x"', date, f"W/{etag}")),
        {"range": "bytes=0-9", "if-none-match": etag},
    ]
    paths = ("/static/data.bin", "/static/sub/", "/static/missing", "/static/sub")
    answers = agree(both, product(["GET", "HEAD"], paths[:1], headers))
    assert {answer.status_code for answer in answers} == {200, 206, 304}
    of_any_file = [each for each in headers if etag not in str(each) and "=250" not in str(each)]
    agree(both, product(["GET"], paths[1:], of_any_file))


def test_a_directory_that_comes_later(tmp_path: Path) -> None:
    """A missing directory is refused at the start, or with `check_dir=False` at each request until it is there."""
    missing = tmp_path / "later"
    for make in (lambda: StaticFiles(directory=missing), lambda: clients(directory=missing)):
        with pytest.raises(RuntimeError, match=f"Directory '{missing}' does not exist"):
            make()
    both = clients(directory=missing, check_dir=False)

    def statuses() -> list[int]:
        return [client.get("/static/a.txt").status_code for client in both]

    assert statuses() == [500, 500]
    missing.touch()
    assert statuses() == [500, 500]
    missing.unlink()
    missing.mkdir()
    assert statuses() == [404, 404]
    (missing / "a.txt").write_text("later")
    assert agree(both, [("GET", "/static/a.txt", {})])[0].text == "later"


def test_what_is_not_there(package: str) -> None:
    """Packages and folders that nobody has are refused at the start, and so is having neither."""
    app = Flask("files")
    for packages, message in (
        (["no_such_package"], "Package 'no_such_package' could not be found"),
        ([(package, "nothing")], "Directory '+nothing'+ in package"),
    ):
        with pytest.raises(AssertionError, match=message):
            StaticFiles(packages=packages)
        with pytest.raises(RuntimeError, match=message):
            kit.static_files(app, "/static", packages=packages)
    with pytest.raises(TypeError, match="directory or packages"):
        kit.static_files(app, "/static")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable(folder: Path) -> None:
    """What may not be read is a 401 there, and here."""
    (folder / "sub").chmod(0)
    try:
        agree(clients(directory=folder), [("GET", "/static/sub/page.html", {})])
    finally:
        (folder / "sub").chmod(0o755)


def test_of_a_blueprint(folder: Path) -> None:
    """A blueprint has files below its prefix, and an address for each."""
    app = Flask("files")
    kit.Api().init_app(app)
    bp = Blueprint("shop", __name__, url_prefix="/shop")
    kit.static_files(bp, "/files", directory=str(folder), name="files")
    app.register_blueprint(bp)
    client = app.test_client()
    with app.test_request_context():
        address = app.url_for("shop.files", path="sub/page.html")
    assert address == "/shop/files/sub/page.html"
    with client.get(address) as answer:
        assert answer.text == "<h1>sub/page.html</h1>"


def test_by_the_web_server(folder: Path) -> None:
    """With Flask's USE_X_SENDFILE the server in front sends the file."""
    app = Flask("files", static_folder=None)
    app.config["USE_X_SENDFILE"] = True
    kit.Api().init_app(app)
    kit.static_files(app, "/files", directory=folder)
    answer = app.test_client().get("/files/site.css")
    assert answer.headers["X-Sendfile"] == str(folder / "site.css")
    assert answer.data == b""
