"""WebSockets over real uvicorn and real gunicorn: handshakes, frames and close codes, and rooms."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection

from myapp.settings import DEVELOPMENT_SECRET
from tests.live.processes import ROOT as PROJECT
from tests.live.processes import environment, free_port, gunicorn, kill, wait_until_answers
from tests.parity import credentials
from tests.parity.database import FOREVER, PASSWORD
from tests.parity.sides import Side

ROOT = "/websockets"


def frames(connection: ClientConnection) -> Iterator[str | bytes | tuple[int, str]]:
    """What comes until the end, then the code and reason of the server's close frame."""
    try:
        while True:
            yield connection.recv(timeout=5)
    except ConnectionClosed as closed:
        # 1006 stands for a connection that was dropped without a close frame (RFC 6455, section 7.1.5).
        yield (closed.rcvd.code, closed.rcvd.reason) if closed.rcvd else (1006, "")


def refusal(side: Side, path: str, **options: Any) -> tuple[int, bytes]:
    """Status and body of the HTTP answer to a handshake that must be refused."""
    with pytest.raises(InvalidStatus) as refused, side.websocket(ROOT + path, **options):
        pass
    response = refused.value.response
    return response.status_code, bytes(response.body or b"")


def token(side: Side, email: str = "ada@example.com") -> str:
    """A token for this user."""
    answer = side.post("/security/token", data={"username": email, "password": PASSWORD})
    return str(answer.raise_for_status().json()["access_token"])


@contextmanager
def room(side: Side, name: str, *members: str) -> Iterator[list[ClientConnection]]:
    """One client for each member, all in the room and told of each other."""
    with ExitStack() as stack:
        clients: list[ClientConnection] = []
        for member in members:
            path = f"{ROOT}/rooms/{quote(name)}?token={token(side, member)}"
            clients.append(stack.enter_context(side.websocket(path)))
            for client in clients:
                assert said(client) == {"event": "joined", "member": member, "text": ""}
        yield clients


def said(client: ClientConnection) -> Any:
    """The next message."""
    return json.loads(client.recv(timeout=5))


def test_echo(live_side) -> None:
    """Text comes back as it was, also long, empty and beyond ASCII; the client's close is answered with its code."""
    with live_side.websocket(f"{ROOT}/echo") as client:
        for text in ("hello", "", "Zażółć 🎉", "x" * 200_000):
            client.send(text)
            assert client.recv(timeout=5) == text
        client.close(4005, "bye")
        assert client.close_code == 4005


def test_several_frames_make_one_message(live_side) -> None:
    """A message in pieces arrives whole."""
    with live_side.websocket(f"{ROOT}/echo") as client:
        client.send(iter(["one ", "two ", "three"]))
        assert client.recv(timeout=5) == "one two three"


def test_parameters_and_reason(live_side) -> None:
    """Path and query are typed; JSON is written without spaces; the view closes with a reason."""
    with live_side.websocket(f"{ROOT}/countdown/5?step=2") as client:
        assert list(frames(client)) == ['{"number":5}', '{"number":3}', '{"number":1}', (1000, "Liftoff")]


@pytest.mark.parametrize("path", ["/countdown/x", "/countdown/101", "/countdown/5?step=0", "/endings/other"])
def test_parameters_that_do_not_validate(live_side, path) -> None:
    """The handshake is refused with 403 and no body."""
    assert refusal(live_side, path) == (403, b"")


@pytest.mark.parametrize("path", ["/nowhere", "/echo/", "/rooms", "/countdown/5/"])
def test_no_websocket_there(live_side, path) -> None:
    """So it is where there is no WebSocket: nothing, an ordinary page, a slash too many."""
    assert refusal(live_side, path) == (403, b"")


def test_ordinary_request_to_a_websocket(side) -> None:
    """Is answered as if nothing were there."""
    answer = side.get(f"{ROOT}/echo")
    assert (answer.status_code, answer.json()) == (404, {"detail": "Not Found"})


def test_subprotocol(live_side) -> None:
    """The view chooses among what the client offers, and adds a header."""
    with live_side.websocket(f"{ROOT}/versions", subprotocols=["v3.myapp", "v1.myapp", "v2.myapp"]) as client:
        assert client.subprotocol == "v1.myapp"
        assert client.response.headers["x-version"] == "v1.myapp"
        assert list(frames(client)) == [b"v1.myapp", (1000, "")]


@pytest.mark.parametrize(
    ("path", "headers"), [("?token=t", {}), ("?token=t&q=3", {"Cookie": "session=c"}), ("", {"Cookie": "session=c"})]
)
def test_cookie_or_token(live_side, path, headers) -> None:
    """An async view with an async dependency: what came with the handshake, then with each message."""
    with live_side.websocket(f"{ROOT}/items/plumbus{path}", additional_headers=headers) as client:
        came = {"item_id": "plumbus", "cookie_or_token": "c" if headers else "t", "q": 3 if "q=" in path else None}
        assert json.loads(client.recv(timeout=5)) == came
        client.send("é")
        assert client.recv(timeout=5) == '{"item_id":"plumbus","text":"é"}'


def test_neither_cookie_nor_token(live_side) -> None:
    """The dependency refuses; so do a number that is none, and a page of another site."""
    assert refusal(live_side, "/items/plumbus") == (403, b"")
    assert refusal(live_side, "/items/plumbus?token=t&q=x") == (403, b"")
    headers = {"Origin": "https://evil.example", "Cookie": "session=c"}
    assert refusal(live_side, "/items/plumbus", additional_headers=headers) == (403, b"")


def test_time_limit(live_side) -> None:
    """An answer in time is taken; without one the view stops waiting and closes."""
    with live_side.websocket(f"{ROOT}/question") as client:
        client.send("yes")
        assert list(frames(client)) == ["Still there?", "You said yes", (1000, "")]
    with live_side.websocket(f"{ROOT}/question?seconds=0.1") as client:
        assert list(frames(client)) == ["Still there?", (1008, "Too late")]


def test_close_instead_of_accept(live_side) -> None:
    """Refuses the handshake with 403, whatever the code."""
    assert refusal(live_side, "/versions", subprotocols=["v3.myapp"]) == (403, b"")


def test_exceptions_before_accept(live_side) -> None:
    """A WebSocketException is a 403; an HTTPException keeps its status, body and headers."""
    assert refusal(live_side, "/endings/refused") == (403, b"")
    assert refusal(live_side, "/endings/teapot") == (418, b'{"detail":"No coffee here"}')


def test_exception_after_accept(live_side) -> None:
    """A WebSocketException closes with its code and reason."""
    with live_side.websocket(f"{ROOT}/endings/policy") as client:
        assert list(frames(client)) == [(1008, "Against the rules")]


def signed(user: int, secret: str = DEVELOPMENT_SECRET) -> str:
    """A token that is valid by itself, at the real time too."""
    return credentials.token(user, "", key=secret, iat=0, exp=FOREVER)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?token=nonsense",
        f"?token={signed(1, 'somebody' * 5)}",
        f"?token={signed(3)}",
        f"?token={signed(99)}",
    ],
    ids=["none", "nonsense", "forged", "inactive user", "no user"],
)
def test_token(live_side, query) -> None:
    """Nobody enters without a token, or with one that is wrong, or of a user who is not there or was deactivated."""
    assert refusal(live_side, f"/rooms/lobby{query}") == (403, b"")


def test_signed_token(live_side) -> None:
    """The same, of an active user, is good."""
    with live_side.websocket(f"{ROOT}/rooms/signed?token={signed(1)}") as client:
        assert said(client)["member"] == "ada@example.com"


def test_token_in_a_header(live_side) -> None:
    """The Authorization header will do as well as the query."""
    headers = {"Authorization": f"Bearer {token(live_side)}"}
    with live_side.websocket(f"{ROOT}/rooms/header", additional_headers=headers) as client:
        assert said(client)["event"] == "joined"


def test_page_of_another_site(live_side) -> None:
    """Its Origin header is refused, with a good token too; that of an own page is not."""
    path = f"/rooms/lobby?token={token(live_side)}"
    assert refusal(live_side, path, origin="https://evil.example") == (403, b"")
    with live_side.websocket(ROOT + path, origin=live_side.origin) as client:
        assert said(client)["event"] == "joined"


def test_name_of_a_room(live_side) -> None:
    """Any name of at most 50 characters is a room."""
    given = token(live_side)
    assert refusal(live_side, f"/rooms/{'x' * 51}?token={given}") == (403, b"")
    with room(live_side, "żółw & co?", "ada@example.com") as (client,):
        client.send("hello")
        assert said(client)["text"] == "hello"


def test_two_clients_in_a_room(live_side) -> None:
    """Each hears what both say, who joins and who leaves; another room hears nothing of it."""
    with (
        room(live_side, "other", "ada@example.com") as (outside,),
        room(live_side, "two", "ada@example.com", "grace@example.com") as (ada, grace),
    ):
        ada.send("hello")
        grace.send("<b>hi</b>")
        messages = [(said(client), said(client)) for client in (ada, grace)]
        assert messages[0] == messages[1]
        assert sorted(message["text"] for message in messages[0]) == ["<b>hi</b>", "hello"]
        grace.close()
        assert said(ada) == {"event": "left", "member": "grace@example.com", "text": ""}
        with pytest.raises(TimeoutError):
            outside.recv(timeout=0.1)


def sign_out(side: Side, refresh_token: str) -> None:
    """End a login."""
    side.post("/security/account/sign-out", data={"refresh_token": refresh_token}).raise_for_status()


@pytest.mark.parametrize("speaks", [True, False])
def test_room_after_the_login(live_side, speaks) -> None:
    """Who has signed out says and hears nothing any more: the socket closes, and the others are told."""
    given = live_side.post("/security/token", data={"username": "grace@example.com", "password": PASSWORD}).json()
    with (
        room(live_side, "signed out", "ada@example.com") as (ada,),
        live_side.websocket(f"{ROOT}/rooms/signed%20out?token={given['access_token']}") as grace,
    ):
        assert said(ada) == said(grace) == {"event": "joined", "member": "grace@example.com", "text": ""}
        sign_out(live_side, given["refresh_token"])
        if speaks:
            grace.send("still here")
        else:
            time.sleep(1.1)  # a listener is looked up at most once a second
            ada.send("are you there?")
        assert list(frames(grace)) == [(1008, "Could not validate credentials")]
        heard = [said(ada) for _ in range(1 if speaks else 2)]
        assert {"event": "left", "member": "grace@example.com", "text": ""} in heard
        assert "still here" not in [message["text"] for message in heard]


def test_too_long_a_message(live_side) -> None:
    """Closes the speaker's connection with a reason; the others stay and are told."""
    with room(live_side, "long", "ada@example.com", "grace@example.com") as (ada, grace):
        grace.send("x" * 1001)
        assert list(frames(grace)) == [(1009, "1000 characters are the limit")]
        assert said(ada) == {"event": "left", "member": "grace@example.com", "text": ""}


def test_rooms(side) -> None:
    """The proposed rooms are listed; they are the only thing of this folder in the document."""
    assert side.get(f"{ROOT}/rooms").json() == ["lobby", "fastapi", "flask"]
    assert [path for path in side.document["paths"] if path.startswith(ROOT)] == [f"{ROOT}/rooms"]


def test_chat_page(both) -> None:
    """The same page on both sides."""
    fastapi, flask = (side.get(f"{ROOT}/chat") for side in both)
    assert (flask.status_code, flask.text) == (fastapi.status_code, fastapi.text)
    assert flask.status_code == 200
    assert flask.headers["content-type"] == fastapi.headers["content-type"] == "text/html; charset=utf-8"


@pytest.mark.live
def test_server_that_is_stopped(tmp_path: Path) -> None:
    """Both tell the client to come back later, with 1012, and do not wait for it."""

    def code(url: str, terminate: Callable[[], object]) -> int | None:
        with httpx.HTTPTransport() as transport:
            side = Side("flask", transport, origin=url)
            with side.websocket("/websockets/echo") as client:
                terminate()
                with pytest.raises(ConnectionClosed):
                    client.recv(timeout=10)
                return client.close_code

    with gunicorn(tmp_path) as server:
        began = time.monotonic()
        assert code(server.url, server.terminate) == 1012
        assert time.monotonic() - began < 10
    port = free_port()
    env, mark = environment(MYAPP_DATA_DIR=str(tmp_path), MYAPP_TWIN_DATABASE_URL=f"sqlite:///{tmp_path}/twin.sqlite3")
    process = subprocess.Popen(
        [sys.executable, "-m", "uvicorn", "myapp.twin:app", "--port", str(port), "--log-level", "error"],
        cwd=PROJECT,
        env=env,
        text=True,
    )
    try:
        wait_until_answers(f"http://127.0.0.1:{port}/health", process)
        assert code(f"http://127.0.0.1:{port}", process.terminate) == 1012
    finally:
        kill(mark)
        process.wait()
