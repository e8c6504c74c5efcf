"""callbacks_webhooks: the documents of both sides, and a call that is really made, to a server on this machine."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from types import SimpleNamespace
from typing import Any

import pytest

from myapp import create_app
from myapp.blueprints.callbacks_webhooks.calls import is_allowed
from myapp.settings import Environment, Settings, SettingsError
from tests.parity.compare import Case, check

ROOT = "/callbacks-webhooks/posts/"
POST = {"id": "a/b c", "title": "Callbacks"}
REFUSED = {"detail": "The host of callback_url is not allowed"}


@dataclass
class Receiver:
    """A client's API: what it got, and what it answers."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    calls: list[Any] = field(default_factory=list)
    got_one: Event = field(default_factory=Event)
    server: Any = None

    @property
    def host(self) -> str:
        """Where it listens."""
        return f"127.0.0.1:{self.server.server_address[1]}"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A real HTTP server on 127.0.0.1."""
    state = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            state.calls.append((self.path, self.headers["Content-Type"], json.loads(body)))
            self.send_response(state.status)
            for name, value in {"Content-Length": "0", **state.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            state.got_one.set()

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    state.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=state.server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield state
    state.server.shutdown()
    thread.join()
    state.server.server_close()


def allow(side, *hosts: str) -> None:
    """Let this side call these hosts."""
    side.overrides[side.module("callbacks_webhooks").get_callback_hosts] = lambda: hosts


@pytest.mark.parametrize("path", ["", "/", "/api", "/api/"])
def test_the_call(side, receiver, path):
    """The client's API gets the event at the documented address, once."""
    allow(side, receiver.host)
    answer = side.post(ROOT, params={"callback_url": f"http://{receiver.host}{path}"}, json=POST)
    assert (answer.status_code, answer.json()) == (200, {"msg": "Post received"})
    assert receiver.got_one.wait(5)
    event = {"description": "Callbacks is published", "published": True}
    assert receiver.calls == [(f"{path.rstrip('/')}/posts/a%2Fb%20c", "application/json", event)]


def test_no_call_without_an_address(side, receiver):
    """A client that names none is not called."""
    allow(side, receiver.host)
    assert side.post(ROOT, json=POST).json() == {"msg": "Post received"}
    assert receiver.calls == []


def test_no_call_for_a_request_that_is_refused(side, receiver):
    """A 422 leaves no call behind."""
    allow(side, receiver.host)
    answer = side.post(ROOT, params={"callback_url": f"http://{receiver.host}"}, json={"id": "", "title": "x"})
    assert answer.status_code == 422
    assert receiver.calls == []


@pytest.mark.parametrize("status", [302, 307, 404, 500])
def test_what_the_receiver_answers_is_its_own_affair(side, receiver, status):
    """An error there is none here, and a redirect is not followed."""
    allow(side, receiver.host)
    receiver.status = status
    receiver.headers = {"Location": f"http://{receiver.host}/elsewhere"}
    assert side.post(ROOT, params={"callback_url": f"http://{receiver.host}/x"}, json=POST).status_code == 200
    assert [path for path, _, _ in receiver.calls] == ["/x/posts/a%2Fb%20c"]


def test_a_receiver_that_is_gone(side, receiver):
    """The client has its answer; the failure is a line in the log."""
    gone = receiver.host
    receiver.server.server_close()
    allow(side, gone)
    assert side.post(ROOT, params={"callback_url": f"http://{gone}/"}, json=POST).json() == {"msg": "Post received"}
    assert receiver.calls == []


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("http://{host}/", 200),
        ("HTTP://{host}", 200),
        ("http://localhost:{port}/", 400),
        ("http://127.0.0.1/", 400),
        ("http://127.0.0.1:1/", 400),
        ("http://user@{host}/", 400),
        ("http://user:{port}@127.0.0.1/", 400),
        ("http://{host}@127.0.0.1/", 400),
        ("http://{host}.example.com/", 422),
        ("http://127.0.0.1.example.com:{port}/", 400),
        ("http://[::1]:{port}/", 400),
        ("http://169.254.169.254/latest/meta-data/", 400),
        ("http://example.com\\@{host}/", 400),
        ("http://example.com#@{host}/", 400),
        ("http://example.com?@{host}/", 400),
        ("file:///etc/passwd", 422),
        ("ftp://{host}/", 422),
        ("gopher://{host}/", 422),
        ("//{host}/", 422),
        ("{host}", 422),
        ("", 422),
    ],
)
def test_which_addresses_are_called(both, receiver, url, status):
    """Only the allowed host at its port; both sides refuse the others alike, and call nobody."""
    for side in both:
        allow(side, receiver.host)
    address = url.format(host=receiver.host, port=receiver.host.partition(":")[2])
    answers = [side.post(ROOT, params={"callback_url": address}, json=POST) for side in both]
    assert [answer.status_code for answer in answers] == [status, status]
    assert answers[0].json() == answers[1].json()
    assert status != 400 or answers[1].json() == REFUSED
    assert len(receiver.calls) == (2 if status == 200 else 0)


def test_other_ways_to_write_an_allowed_address(both, receiver):
    """What the URL's normal form makes the allowed host is called; both sides normalize alike."""
    for side in both:
        allow(side, receiver.host)
    port = receiver.host.partition(":")[2]
    for host in ("0x7f.1", "2130706433", "127.1", "127.0.0.1."):
        urls = {"callback_url": f"http://{host}:{port}/"}
        answers = [side.post(ROOT, params=urls, json=POST) for side in both]
        assert answers[0].status_code == answers[1].status_code
        assert answers[0].json() == answers[1].json()


@pytest.mark.over_the_wire
def test_nobody_is_called_by_default(both):
    """Without `MYAPP_CALLBACK_HOSTS` every address is refused."""
    body = json.dumps(POST).encode()
    headers = (("content-type", "application/json"),)
    case = Case("POST", f"{ROOT}?callback_url=http://127.0.0.1:9/", headers, body)
    answers = check(case, *both)
    assert [(answer.status_code, answer.json()) for answer in answers] == [(400, REFUSED)] * 2


def test_the_hosts_of_the_settings(side, tmp_path):
    """The dependency hands over what the settings say."""
    settings = Settings.load({"MYAPP_CALLBACK_HOSTS": "Example.com, api.example.com:8443,[::1]:80"}, None)
    assert settings.callback_hosts == ("example.com", "api.example.com:8443", "[::1]:80")
    get = side.module("callbacks_webhooks").get_callback_hosts
    if side.name == "fastapi":
        state = SimpleNamespace(settings=settings)
        assert get(SimpleNamespace(app=SimpleNamespace(state=state))) == settings.callback_hosts
    else:
        with create_app(Settings(env=Environment.TESTING, data_dir=tmp_path, callback_hosts=("a",))).app_context():
            assert get() == ("a",)


@pytest.mark.parametrize("text", ["http://example.com", "*", "user@example.com", "example.com/x", "example.com:"])
def test_hosts_that_are_none(text):
    """Anything but a host, with or without a port, is refused when the settings are read."""
    with pytest.raises(SettingsError, match="MYAPP_CALLBACK_HOSTS"):
        Settings.load({"MYAPP_CALLBACK_HOSTS": text}, None)


def test_only_http():
    """The guard does not rely on the parameter's type alone."""
    assert is_allowed("https://example.com/", ("example.com",))
    assert not is_allowed("ftp://example.com/", ("example.com",))
    assert not is_allowed("http://example.com/", ())


def test_documented_callbacks(side):
    """The call stands under the operation's callbacks, its address as written, its models among the components."""
    document = side.document
    callbacks = document["paths"][ROOT]["post"]["callbacks"]
    (expression,) = callbacks["post_notification"]
    assert expression == "{$callback_url}/posts/{$request.body.id}"
    assert callbacks["post_notification"][expression]["post"]["summary"] == "Post Notification"
    assert {"PostEvent", "PostEventReceived", "PublishedPost"} <= set(document["components"]["schemas"])


def test_documented_webhooks(both):
    """The webhook is at the top level, has no path, and is the same on both sides."""
    theirs, ours = (side.document for side in both)
    assert ours["webhooks"] == theirs["webhooks"]
    assert list(ours["webhooks"]) == ["new-post"]
    assert not [path for path in ours["paths"] if "new-post" in path]
    assert [side.post("/new-post", json={}).status_code for side in both] == [404, 404]
