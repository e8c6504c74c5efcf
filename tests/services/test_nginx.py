"""deploy/nginx.conf, in a real nginx before a real gunicorn."""

import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from websockets.sync.client import connect

from tests.live.processes import ROOT, free_port, gunicorn, wait_until_answers

pytestmark = pytest.mark.live

BOUND = 100_000
MAIN = """
pid {folder}/nginx.pid;
daemon off;
error_log {folder}/error.log notice;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/myapp.conf;
}}
"""


@contextmanager
def running_nginx(nginx: str, folder: Path, port: int, upstream: str) -> Iterator[str]:
    """nginx with the project's file, its variables filled in as `envsubst` does, and its log in `folder`."""
    values = {"MYAPP_UPSTREAM": upstream, "MYAPP_LISTEN": f"127.0.0.1:{port}", "MYAPP_MAX_REQUEST_SIZE": str(BOUND)}
    text = (ROOT / "deploy" / "nginx.conf").read_text().replace("/var/log/nginx", str(folder))
    for name, value in values.items():
        text = text.replace(f"${{{name}}}", value)
    assert "${" not in text
    (folder / "myapp.conf").write_text(text)
    # Workers of a root's nginx are nobody's by default and could not write into the test's folder.
    user = "user root;" if Path("/proc/self").owner() == "root" else ""
    (folder / "nginx.conf").write_text(user + MAIN.format(folder=folder))
    log = folder / "nginx.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [nginx, "-c", str(folder / "nginx.conf"), "-p", str(folder)], stdout=output, stderr=output, text=True
        )
    try:
        wait_until_answers(f"http://127.0.0.1:{port}/health", process)
        yield f"http://127.0.0.1:{port}"
    except BaseException:
        print(log.read_text(), (folder / "error.log").read_text() if (folder / "error.log").exists() else "")
        raise
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where nginx and gunicorn keep their files."""
    return tmp_path_factory.mktemp("nginx")


@pytest.fixture(scope="module")
def tls_port(folder: Path) -> int:
    """TLS, in the file that deploy/nginx.conf includes for it."""
    port = free_port()
    (folder / "myapp.d").mkdir()
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-days", "2"),
            *("-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    (folder / "myapp.d" / "tls.conf").write_text(
        f"listen 127.0.0.1:{port} ssl; ssl_certificate {certificate}; ssl_certificate_key {key};"
    )
    return port


@pytest.fixture(scope="module")
def prefix(folder: Path, tls_port: int) -> str:
    """The path that deploy/nginx.conf shows how to serve below, in a file that it includes."""
    (shown,) = re.findall(r"^#   (if .* set \$myapp_prefix .*)$", (ROOT / "deploy" / "nginx.conf").read_text(), re.M)
    (folder / "myapp.d" / "prefix.conf").write_text(shown)
    return "/api"


@pytest.fixture(scope="module")
def outer(nginx: str, folder: Path, tls_port: int, prefix: str) -> Iterator[str]:
    """The address of an nginx before an application that trusts it."""
    trusting = {"MYAPP_TRUSTED_PROXIES": "127.0.0.0/8", "MYAPP_MAX_REQUEST_SIZE": str(BOUND)}
    with (
        gunicorn(folder, app="tests.services.behind_nginx:app", **trusting) as server,
        running_nginx(nginx, folder, free_port(), server.url.removeprefix("http://")) as url,
    ):
        yield url


def test_the_visitor_is_who_connects(outer: str) -> None:
    """Nothing that a visitor claims about address, scheme, host or prefix gets through."""
    claims = {
        "X-Forwarded-For": "203.0.113.7",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Prefix": "/evil",
        "X-Request-ID": "abc",
    }
    answer = httpx.get(f"{outer}/who", headers=claims).json()
    assert answer == {"visitor": "127.0.0.1", "url": f"{outer}/who", "id": "abc"}
    with httpx.Client(transport=httpx.HTTPTransport(local_address="127.0.0.3")) as client:
        assert client.get(f"{outer}/who").json()["visitor"] == "127.0.0.3"


def test_redirects_keep_the_outer_address(outer: str) -> None:
    """The application's own, Flask's to a trailing slash, and those for any name of the site, with its port."""
    for path, target in (("/redirect", "/who"), ("/first-steps", "/first-steps/")):
        location = httpx.get(outer + path).headers["Location"]
        assert str(httpx.URL(outer).join(location)) == outer + target
    named = httpx.get(f"{outer}/redirect", headers={"Host": "example.com:8443"})
    assert named.headers["Location"] == "http://example.com:8443/who"


def test_below_a_path(outer: str, prefix: str) -> None:
    """Links, redirects, the document's servers, the pages' files and WebSockets lead below the path: `--root-path`.

    https://fastapi.tiangolo.com/advanced/behind-a-proxy/ has the `servers`; `tests/kit/test_docs.py` compares them.
    """
    assert httpx.get(f"{outer}{prefix}/who").json()["url"] == f"{outer}{prefix}/who"
    for path, target in (("/redirect", "/who"), ("/first-steps", "/first-steps/")):
        location = httpx.get(outer + prefix + path).headers["Location"]
        assert str(httpx.URL(outer).join(location)) == outer + prefix + target
    assert httpx.get(f"{outer}{prefix}/openapi.json").json()["servers"] == [{"url": prefix}]
    assert "servers" not in httpx.get(f"{outer}/openapi.json").json()
    page = httpx.get(f"{outer}{prefix}/docs").text
    assert f'"{prefix}/openapi.json"' in page
    for file in re.findall(r'(?:src|href)="(/[^"]+)"', page):
        assert file.startswith(prefix)
        assert httpx.get(outer + file).status_code == 200
    with connect(f"{outer.replace('http', 'ws', 1)}{prefix}/websockets/echo") as socket:
        socket.send("a")
        assert socket.recv(5) == "a"


def test_tls(outer: str, tls_port: int) -> None:
    """Ends in nginx, and the application knows that the visitor came by https."""
    answer = httpx.get(f"https://127.0.0.1:{tls_port}/who", verify=False)
    assert answer.json()["url"] == f"https://127.0.0.1:{tls_port}/who"


def test_the_bound_for_bodies(outer: str) -> None:
    """Up to it a body arrives whole; beyond it nginx says what the application would."""
    assert httpx.post(f"{outer}/size", content=b"x" * BOUND).json() == {"size": BOUND}
    refused = httpx.post(f"{outer}/size", content=b"x" * (BOUND + 1))
    assert (refused.status_code, refused.headers["Content-Type"]) == (413, "text/plain; charset=utf-8")
    assert refused.text == "Content Too Large"


def test_the_application_says_the_same_without_nginx(folder: Path, tmp_path: Path) -> None:
    """The bound is the application's too."""
    with gunicorn(tmp_path, app="tests.services.behind_nginx:app", MYAPP_MAX_REQUEST_SIZE=str(BOUND)) as server:
        assert httpx.post(f"{server.url}/size", content=b"x" * BOUND).json() == {"size": BOUND}
        body = b'"' + b"x" * BOUND + b'"'
        refused = httpx.post(f"{server.url}/body/posts/", content=body, headers={"Content-Type": "application/json"})
    assert (refused.status_code, refused.headers["Content-Type"]) == (413, "text/plain; charset=utf-8")
    assert refused.text == "Content Too Large"


@pytest.mark.parametrize("path", ["/server-sent-events/ticks", "/ticks"])
def test_streams_arrive_as_they_are_sent(outer: str, path: str) -> None:
    """Three events half a second apart are not gathered, also for a client that takes compression."""
    began = time.monotonic()
    with httpx.stream("GET", outer + path, headers={"Accept-Encoding": "gzip"}) as response:
        arrivals = [time.monotonic() - began for line in response.iter_lines() if line]
        assert "Content-Encoding" not in response.headers
    assert len(arrivals) == 3
    assert arrivals[1] - arrivals[0] > 0.3
    assert arrivals[2] - arrivals[1] > 0.3


def test_websockets(outer: str) -> None:
    """A handshake, messages both ways, and the closing handshake."""
    with connect(outer.replace("http", "ws", 1) + "/websockets/echo") as socket:
        for text in ("a", "é" * 10_000):
            socket.send(text)
            assert socket.recv(5) == text
    assert socket.close_code == 1000


def test_no_other_protocol_is_upgraded_to(outer: str) -> None:
    """Who asks for HTTP/2 without TLS gets HTTP/1.1, and the application hears nothing of it."""
    headers = {"Connection": "Upgrade, HTTP2-Settings", "Upgrade": "h2c", "HTTP2-Settings": "AAMAAABkAAQAAP__"}
    assert httpx.get(f"{outer}/health", headers=headers).json() == {"status": "ok"}


def test_compression(outer: str) -> None:
    """Large texts are compressed on the way, small ones are not."""
    document = httpx.get(f"{outer}/openapi.json")
    assert document.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in document.headers["Vary"]
    assert "Content-Encoding" not in httpx.get(f"{outer}/health").headers


def test_a_long_answer_keeps_the_etag_that_if_match_wants(outer: str) -> None:
    """What a client changes under If-Match is not compressed, which would make its ETag a weak one."""
    answer = httpx.get(f"{outer}/sql-databases/etags/long", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in answer.headers
    assert answer.headers["ETag"] == '"1"'


def test_static_files_are_asked_for_again(outer: str) -> None:
    """What has not changed is answered with 304, compressed or not."""
    first = httpx.get(f"{outer}/static/site.css")
    assert first.status_code == 200
    again = httpx.get(f"{outer}/static/site.css", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


def test_the_log_has_the_request_id(outer: str, folder: Path) -> None:
    """One search finds a request in nginx's log and in the application's."""
    httpx.get(f"{outer}/health", headers={"X-Request-ID": "both-sides"})
    deadline = time.monotonic() + 5
    line = r'127\.0\.0\.1 .*\[both-sides\] "GET /health HTTP/1\.1" 200 '
    # Each writes its line when it has answered, in no fixed order.
    while not all(re.search(line, (folder / name).read_text()) for name in ("access.log", "gunicorn.log")):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_connections_to_gunicorn_are_dropped_in_time(outer: str) -> None:
    """A request after a pause of any length goes well: nginx lets go of idle connections before gunicorn does."""
    conf = (ROOT / "deploy" / "nginx.conf").read_text()
    seconds = re.search(r"^\s+keepalive_timeout (\d+)s;", conf, re.MULTILINE)
    kept = re.search(r"^keepalive = (\d+)$", (ROOT / "deploy" / "gunicorn.conf.py").read_text(), re.MULTILINE)
    assert seconds
    assert kept
    assert int(seconds[1]) < int(kept[1])
