"""First steps: verbs, results and routers."""

import pytest

ROOT = "/first-steps"


def test_hello(side):
    """The article's first example: a dict is answered as JSON."""
    answer = side.get(f"{ROOT}/")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.content == b'{"Hello":"World"}'


@pytest.mark.parametrize(
    ("method", "body"),
    [
        ("GET", b'{"post_id":3,"title":"First steps"}'),
        ("PUT", b'{"post_id":3,"replaced":true}'),
        ("PATCH", b'{"post_id":3,"changed":true}'),
        ("TRACE", b'{"post_id":3,"traced":true}'),
        ("OPTIONS", b'["OPTIONS","HEAD","GET","PUT","PATCH","DELETE","TRACE"]'),
    ],
)
def test_verbs(side, method, body):
    """Each verb has a view of its own at one URL, and is in the document."""
    answer = side.request(method, f"{ROOT}/posts/3")
    assert (answer.status_code, answer.content) == (200, body)
    assert method.lower() in side.document["paths"][f"{ROOT}/posts/{{post_id}}"]


def test_head_and_options_of_our_own(side):
    """A declared HEAD or OPTIONS view answers, rather than the framework."""
    head = side.head(f"{ROOT}/posts/3")
    assert (head.status_code, head.headers["x-words"], head.content) == (200, "2", b"")
    assert side.options(f"{ROOT}/posts/3").headers["allow"] == "OPTIONS, HEAD, GET, PUT, PATCH, DELETE, TRACE"
    assert side.options(f"{ROOT}/posts/x").status_code == 422


def test_status_codes(side):
    """A declared status code is sent, and 204 and HEAD have no body."""
    assert side.post(f"{ROOT}/posts/").status_code == 201
    deleted = side.delete(f"{ROOT}/posts/3")
    assert (deleted.status_code, deleted.content) == (204, b"")
    assert side.post(f"{ROOT}/results/accepted").status_code == 202


def test_two_verbs_on_one_view(side):
    """One view may serve several verbs and stay out of the document."""
    assert side.get(f"{ROOT}/ping").json() == {"method": "GET"}
    assert side.post(f"{ROOT}/ping").json() == {"method": "POST"}
    assert f"{ROOT}/ping" not in side.document["paths"]


@pytest.mark.parametrize(
    ("method", "path", "location"),
    [
        ("GET", ROOT, f"{ROOT}/"),
        ("GET", f"{ROOT}?q=a%20b&q=%C3%A9", f"{ROOT}/?q=a%20b&q=%C3%A9"),
        ("GET", f"{ROOT}/links/1/", f"{ROOT}/links/1"),
        ("POST", f"{ROOT}/posts", f"{ROOT}/posts/"),
        ("DELETE", f"{ROOT}/posts/3/", f"{ROOT}/posts/3"),
        ("GET", f"{ROOT}/routers/drafts", f"{ROOT}/routers/drafts/"),
    ],
)
def test_redirect_of_slashes(side, method, path, location):
    """A path with one slash too many or too few is redirected with a status that keeps verb and body."""
    answer = side.request(method, path)
    assert (answer.status_code, answer.headers["location"]) == (307, f"http://testserver{location}")
    assert answer.content == b""


def test_request_itself(side):
    """A view may read the request unvalidated, and build links to other views."""
    body = side.post(f"{ROOT}/raw", content=b"\xff\x00 raw", headers={"content-type": "image/png"})
    assert body.json() == {"client": "127.0.0.1", "path": f"{ROOT}/raw", "length": 6}
    links = side.get(f"{ROOT}/links/1").json()
    assert links == {"site": "http://testserver/", "next": f"http://testserver{ROOT}/links/2"}


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        *((host, host) for host in ("EXAMPLE.com", "a.example:80", "xn--mnchen-3ya.de", "[::1]:8000")),
        *((host, "testserver") for host in ("a:99999", "a b", "a\xff")),
    ],
)
def test_links_to_a_host(side, host, shown):
    """The host in a link is the client's, letter for letter, and the server's own for one that no URL can have."""
    links = side.get(f"{ROOT}/links/1", headers={"host": host.encode("latin-1")}).json()
    assert links == {"site": f"http://{shown}/", "next": f"http://{shown}{ROOT}/links/2"}


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("none", b"null"),
        ("text", b'"Hello"'),
        ("number", b"42"),
        ("list", b'[1,"two",null]'),
        ("dataclass", b'{"x":1,"y":2}'),
        ("datetime", b'"2026-01-02T03:04:05+00:00"'),
        ("set", b"[1,2,3]"),
        ("decimal", b"1.1"),
        (
            "nested",
            b'{"id":"c892496f-b1fd-4b91-bdb8-b46f92df1716","on":"2026-01-02","took":90.0,"mood":"merry",'
            b'"points":[{"x":1,"y":2},{"x":3,"y":4}],"file":"posts/first.md","bytes":"raw","1":[7]}',
        ),
        ("writer", b'{"name":"Ada","email":"ada@example.com","credit":"1.10","joined":"2026-01-02T03:04:05Z"}'),
        (
            "writers",
            b'[{"name":"Ada","email":"ada@example.com","credit":"1.10","joined":"2026-01-02T03:04:05Z"},'
            b'{"name":"Bob","email":"bob@example.com","credit":"2","joined":"2026-01-02T03:04:05Z"}]',
        ),
        ("card", b'{"name":"Ada","posts":3}'),
        ("ratings", b'{"ada":4.5,"bob":3.0}'),
    ],
)
def test_results(side, name, body):
    """What a view returns is the same bytes on both sides; with a model only what the model names, converted."""
    answer = side.get(f"{ROOT}/results/{name}")
    assert (answer.status_code, answer.content) == (200, body)
    assert answer.headers["content-type"] == "application/json"


def test_responses(side):
    """A response object is sent as it is, whatever the operation declares."""
    sent = side.get(f"{ROOT}/results/csv")
    assert (sent.content, sent.headers["cache-control"]) == (b"title\nFirst steps\n", "no-store")
    assert sent.headers["content-type"] == "text/csv; charset=utf-8"
    plain = side.get(f"{ROOT}/results/either?plain=yes")
    assert (plain.text, plain.headers["x-plain"]) == ("plain", "yes")
    assert plain.headers["content-type"] == "text/plain; charset=utf-8"
    assert side.get(f"{ROOT}/results/either").json() == {"plain": False}


def test_server_errors(side):
    """A result that breaks its model is a 500 that tells nothing."""
    answer = side.get(f"{ROOT}/results/broken")
    assert (answer.status_code, answer.text) == (500, "Internal Server Error")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"


def test_unknown_urls_and_verbs(side):
    """404 and 405 are JSON too, and 405 says which verbs there are."""
    unknown = side.get(f"{ROOT}/nowhere")
    assert (unknown.status_code, unknown.json()) == (404, {"detail": "Not Found"})
    wrong = side.delete(f"{ROOT}/raw")
    assert (wrong.status_code, wrong.json()) == (405, {"detail": "Method Not Allowed"})
    assert "POST" in wrong.headers["allow"]


def operation(side, path):
    """The GET operation of this folder at `path`, from the document."""
    return side.document["paths"][f"{ROOT}{path}"]["get"]


def test_hidden_operations(side):
    """What the document does not mention answers all the same."""
    for path in ("/routers/internal/version", "/results/broken"):
        assert f"{ROOT}{path}" not in side.document["paths"]
    assert side.get(f"{ROOT}/routers/internal/version").json() == {"version": "2026.1"}


def test_router_options(side):
    """A router's tags, dependencies and responses reach its operations and those of routers inside it."""
    refused = side.get(f"{ROOT}/routers/drafts/")
    assert (refused.status_code, refused.json()) == (403, {"detail": "Name the editor in X-Editor"})
    allowed = side.get(f"{ROOT}/routers/drafts/7/comments/8", headers={"x-editor": "ada"})
    assert allowed.json() == {"draft_id": 7, "comment_id": 8}
    both_wrong = side.get(f"{ROOT}/routers/drafts/x/comments/y", headers={"x-editor": "ada"})
    assert [fault["loc"] for fault in both_wrong.json()["detail"]] == [["path", "draft_id"], ["path", "comment_id"]]
    nested = operation(side, "/routers/drafts/{draft_id}/comments/{comment_id}")
    assert nested["tags"] == ["first-steps", "drafts", "comments"]
    assert nested["responses"]["403"] == {"description": "No editor named"}
    assert "x-editor" in [parameter["name"] for parameter in nested["parameters"]]


def test_dependency_before_validation(side):
    """A router's dependency refuses before the path parameters are found wrong."""
    assert side.get(f"{ROOT}/routers/drafts/x/comments/y").status_code == 403


def test_router_included_twice(side):
    """One router answers under two prefixes, with what each inclusion adds to it."""
    assert side.get(f"{ROOT}/routers/v1/version").json() == {"version": "2026.1"}
    assert side.get(f"{ROOT}/routers/v2/version").status_code == 403
    assert side.get(f"{ROOT}/routers/v2/version", headers={"x-editor": "ada"}).json() == {"version": "2026.1"}
    first, second = operation(side, "/routers/v1/version"), operation(side, "/routers/v2/version")
    assert first["deprecated"] is True
    assert "deprecated" not in second
    assert (first["tags"], second["tags"]) == (["first-steps"], ["first-steps", "vendored"])
    assert first["operationId"] != second["operationId"]


def test_documentation_pages(side):
    """The document and its two pages are there without configuration."""
    assert side.document["openapi"] == "3.1.0"
    assert {"title", "version"} <= side.document["info"].keys()
    for path in ("/docs", "/redoc"):
        page = side.get(path)
        assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
        assert "/openapi.json" in page.text
