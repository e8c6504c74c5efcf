"""WebSockets: routes with parameters, dependencies and close codes, and rooms to talk in."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread
from typing import Annotated, Literal

from flask import Blueprint, current_app, render_template
from sqlalchemy.orm import Session

from myapp.authentication import InvalidToken, get_token_user, read_access_token
from myapp.extensions import db
from myapp.hub import Hub, HubError, Missed, Subscription, current_hub
from myapp.kit import (
    AsyncWebSocket,
    Cookie,
    Depends,
    HTTPException,
    OAuth2PasswordBearer,
    Path,
    Query,
    SameOrigin,
    WebSocket,
    WebSocketDisconnect,
    WebSocketException,
    operation,
    router_options,
    websocket,
)
from myapp.settings import Settings

bp = Blueprint("websockets", __name__, url_prefix="/websockets", template_folder="templates")
router_options(bp, tags=["websockets"])

ROOMS = ["lobby", "fastapi", "flask"]
NOT_A_MEMBER = "Could not validate credentials"
CHECK_EVERY = 1.0  # seconds: how often whoever only listens is looked up


@websocket(bp, "/echo")
def echo(websocket: WebSocket) -> None:
    """Send back what comes."""
    websocket.accept()
    for text in websocket.iter_text():
        websocket.send_text(text)


# Parameters, a subprotocol, and the ways in which a connection ends


@websocket(bp, "/countdown/<start>")
def count_down(
    websocket: WebSocket, start: Annotated[int, Path(ge=0, le=100)], step: Annotated[int, Query(ge=1)] = 1
) -> None:
    """Count, and close with a reason."""
    websocket.accept()
    for number in range(start, 0, -step):
        websocket.send_json({"number": number})
    websocket.close(1000, "Liftoff")


@websocket(bp, "/versions")
def choose_version(websocket: WebSocket) -> None:
    """Take the first version that both know, and refuse a client that knows none of them."""
    known = [name for name in websocket.subprotocols if name in ("v2.myapp", "v1.myapp")]
    if not known:
        websocket.close(1002)
        return
    websocket.accept(subprotocol=known[0], headers={"x-version": known[0]})
    websocket.send_bytes(known[0].encode())
    websocket.close()


@websocket(bp, "/endings/<how>")
def end(websocket: WebSocket, how: Literal["refused", "teapot", "policy", "error", "return"]) -> None:
    """End in one of the ways that there are."""
    if how == "refused":
        raise WebSocketException(code=1008, reason="Never shown: there is no socket yet")
    if how == "teapot":
        raise HTTPException(status_code=418, detail="No coffee here", headers={"X-Pot": "tea"})
    websocket.accept()
    if how == "policy":
        raise WebSocketException(code=1008, reason="Against the rules")
    if how == "error":
        raise RuntimeError("not foreseen")


# A cookie or a token, and a time limit: views with `async def`


async def get_cookie_or_token(
    session: Annotated[str | None, Cookie()] = None, token: Annotated[str | None, Query()] = None
) -> str:
    if session is None and token is None:
        raise WebSocketException(code=1008)
    return str(session or token)


@websocket(bp, "/items/<item_id>", dependencies=[Depends(SameOrigin())])
async def follow_item(
    websocket: AsyncWebSocket,
    item_id: str,
    cookie_or_token: Annotated[str, Depends(get_cookie_or_token)],
    q: int | None = None,
) -> None:
    """Tell what came with the handshake, and with each message."""
    await websocket.accept()
    await websocket.send_json({"item_id": item_id, "cookie_or_token": cookie_or_token, "q": q})
    async for text in websocket.iter_text():
        await websocket.send_json({"item_id": item_id, "text": text})


@websocket(bp, "/question")
async def ask(websocket: AsyncWebSocket, seconds: Annotated[float, Query(gt=0, le=60)] = 30) -> None:
    """Ask, and close when no answer comes in time."""
    await websocket.accept()
    await websocket.send_text("Still there?")
    try:
        async with asyncio.timeout(seconds):
            answer = await websocket.receive_text()
    except TimeoutError:
        await websocket.close(1008, "Too late")
    else:
        await websocket.send_text(f"You said {answer}")
        await websocket.close()


# Rooms


# The shared scheme refuses a handshake without an Authorization header. A browser's WebSocket can't send one, so here
# the token may be in the query.
oauth2_scheme = OAuth2PasswordBearer(tokenUrl="security/token", auto_error=False)


class Member:
    def __init__(
        self, bearer: Annotated[str | None, Depends(oauth2_scheme)], token: Annotated[str | None, Query()] = None
    ) -> None:
        self.token = token or bearer or ""
        self.settings: Settings = current_app.extensions["settings"]
        self.engine = db.engine
        self.email = self.check()

    def check(self) -> str:
        try:
            data = read_access_token(self.token, self.settings)
        except InvalidToken:
            raise WebSocketException(code=1008, reason=NOT_A_MEMBER) from None
        # Closed here: a session of the route would keep its database connection for as long as the socket is open.
        with Session(self.engine) as session:
            user = get_token_user(session, data)
            if user is None or not user.is_active:
                raise WebSocketException(code=1008, reason=NOT_A_MEMBER)
            self.checked = time.monotonic()
            return user.email

    def check_now_and_then(self) -> None:
        if time.monotonic() - self.checked >= CHECK_EVERY:
            self.check()


@contextmanager
def forwarding(subscription: Subscription, websocket: WebSocket, member: Member) -> Iterator[None]:
    """Send the client what is published, while the view waits for what the client says."""

    def forward() -> None:
        try:
            for message in subscription:
                member.check_now_and_then()
                websocket.send_json(message)
        except Missed:
            websocket.close(1013, "Messages were missed; join again")
        except WebSocketException as refusal:
            websocket.close(refusal.code, refusal.reason)
        except (WebSocketDisconnect, RuntimeError):
            pass  # gone, or closed by the view

    thread = Thread(target=forward)
    thread.start()
    try:
        yield
    finally:
        subscription.close()
        thread.join()


def get_subscription(room: str, hub: Annotated[Hub, Depends(current_hub)]) -> Iterator[Subscription]:
    try:
        subscription = hub.subscribe(f"rooms/{room}")
    except HubError as error:
        raise HTTPException(
            status_code=503, detail="Rooms are closed for a while", headers={"Retry-After": "5"}
        ) from error
    with subscription:
        yield subscription


@websocket(bp, "/rooms/<room>", dependencies=[Depends(SameOrigin())])
def chat(
    websocket: WebSocket,
    room: Annotated[str, Path(max_length=50)],
    member: Annotated[Member, Depends()],
    subscription: Annotated[Subscription, Depends(get_subscription)],
    hub: Annotated[Hub, Depends(current_hub)],
) -> None:
    """Pass on what comes to everyone in the room."""

    def broadcast(event: str, text: str = "") -> None:
        hub.publish(f"rooms/{room}", {"event": event, "member": member.email, "text": text})

    websocket.accept()
    try:
        with forwarding(subscription, websocket, member):
            broadcast("joined")
            for text in websocket.iter_text():
                member.check()
                if len(text) > 1000:
                    raise WebSocketException(code=1009, reason="1000 characters are the limit")
                broadcast("said", text)
    except HubError:
        raise WebSocketException(code=1013, reason="Messages can't be passed on; join again") from None
    finally:
        with suppress(HubError):  # nobody can be told
            broadcast("left")


@bp.get("/rooms")
@operation()
def read_rooms() -> list[str]:
    """List the rooms that the chat page proposes; any other name is a room too."""
    return ROOMS


@bp.get("/chat")
def show_chat() -> str:
    """Show a page to chat on."""
    return render_template("websockets/chat.html", rooms=ROOMS)
