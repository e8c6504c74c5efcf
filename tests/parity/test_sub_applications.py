"""Applications below a path, on both sides: their answers, their documents, and who knows where it is."""

import pytest

REQUESTS = [
    ("GET", "/posts/"),
    ("GET", "/posts/?limit=1"),
    ("GET", "/posts/?limit=x"),
    ("GET", "/posts/2"),
    ("GET", "/posts/9"),
    ("GET", "/posts/first"),
    ("GET", "/posts"),
    ("GET", "/posts/2/"),
    ("GET", "/nothing"),
    ("GET", "/"),
    ("GET", ""),
    ("GET", "?a=1"),
    ("DELETE", "/posts/2"),
]


@pytest.mark.parametrize("where", ["/sub-applications/blog", "/sub-applications/fastapi"])
@pytest.mark.parametrize(("method", "url"), REQUESTS)
def test_the_blog(both, where, method, url) -> None:
    """The inner application answers alike, also FastAPI's own inside Flask: data, faults, redirects, errors."""
    theirs, ours = (side.request(method, where + url) for side in both)
    assert ours.status_code == theirs.status_code
    assert ours.headers.get("content-type") == theirs.headers.get("content-type")
    assert ours.headers.get("location") == theirs.headers.get("location")
    assert ours.content == theirs.content


@pytest.mark.parametrize("where", ["/sub-applications/blog", "/sub-applications/fastapi"])
def test_its_document(both, where) -> None:
    """It has a document of its own, which says below which path its operations are."""
    theirs, ours = (side.get(f"{where}/openapi.json").json() for side in both)
    assert ours == theirs
    assert ours["info"]["title"] == "Blog"
    assert ours["servers"] == [{"url": where}]


def test_its_documentation_pages(side) -> None:
    """Its /docs shows its own document."""
    page = side.get("/sub-applications/blog/docs")
    assert page.status_code == 200
    assert "/sub-applications/blog/openapi.json" in page.text


def test_the_outer_document_stays_out(side) -> None:
    """The operations of the inner application are not in the outer document."""
    assert [path for path in side.document["paths"] if path.startswith("/sub-applications/")] == ["/sub-applications/"]


@pytest.mark.parametrize(
    ("method", "url", "body", "status", "text"),
    [
        ("GET", "/hello/Ada", None, 200, "Hello Ada, from /sub-applications/legacy"),
        ("POST", "/echo", b"as it is", 200, "as it is"),
        ("GET", "/nothing", None, 404, None),
    ],
)
def test_an_application_from_before(side, method, url, body, status, text) -> None:
    """A plain Flask application answers below the path it is given, and knows it."""
    answer = side.request(method, f"/sub-applications/legacy{url}", content=body)
    assert answer.status_code == status
    assert text is None or answer.text == text


def test_an_application_from_before_sends_no_scripts(side) -> None:
    """What a visitor sends comes back as text of a page or as bytes, never as a page's script."""
    page = side.get("/sub-applications/legacy/hello/%3Cscript%3E")
    assert page.text == "Hello &lt;script&gt;, from /sub-applications/legacy"
    echo = side.post("/sub-applications/legacy/echo", content=b"<script>")
    assert (echo.content, echo.headers["content-type"]) == (b"<script>", "application/octet-stream")
    assert page.headers["x-content-type-options"] == echo.headers["x-content-type-options"] == "nosniff"
